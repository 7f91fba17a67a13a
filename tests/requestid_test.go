package tests

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"
)

// echoIDs starts an upstream that returns the ids that it received as X-Seen-*, and sends an
// id of its own.
func echoIDs(t *testing.T) string {
	t.Helper()
	return upstream(t, func(w http.ResponseWriter, r *http.Request) {
		for name, values := range r.Header {
			if strings.HasSuffix(name, "-Id") || name == "Traceparent" {
				w.Header()["X-Seen-"+name] = values
			}
		}
		w.Header().Set("X-Request-Id", "theirs")
		w.Header().Set("Content-Type", "application/json")
		if r.URL.Path == "/missing" {
			w.WriteHeader(404)
			_, _ = io.WriteString(w, missing)
			return
		}
		_, _ = io.WriteString(w, "{}")
	})
}

// idFormats has a pattern for each format of ids.
var idFormats = map[string]*regexp.Regexp{
	"req":   regexp.MustCompile(`^req_[0-7][0-9A-HJKMNP-TV-Z]{25}$`),
	"ulid":  regexp.MustCompile(`^[0-7][0-9A-HJKMNP-TV-Z]{25}$`),
	"uuid":  regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`),
	"trace": regexp.MustCompile(`^[0-9a-f]{32}$`),
}

func TestRequestID(t *testing.T) {
	t.Parallel()
	backend := echoIDs(t)
	site := func(host, block string) string {
		return "http://" + host + ":{$PORT} {\n\tlog\n\ttranslate_errors {\n\t\texpose upstream\n\t\t" + block + "\n\t}\n\treverse_proxy /down " + refusedAddress + "\n\treverse_proxy " + backend + "\n}\n"
	}
	sites := site("default.test", "") + site("off.test", "request_id off")
	for host, block := range map[string]string{
		"header.test":  "header X-Correlation-ID",
		"all.test":     "trust all",
		"none.test":    "trust none",
		"private.test": "trust private_ranges",
		"cidr.test":    "trust 203.0.113.0/24",
		"local.test":   "trust 127.0.0.1",
		"req.test":     "format req",
		"ulid.test":    "format ulid",
		"uuid.test":    "format uuid",
		"trace.test":   "format trace",
	} {
		sites += site(host, "request_id {\n\t\t\t"+block+"\n\t\t}")
	}
	p := serve(t, "", sites)

	t.Run("replaced", func(t *testing.T) {
		for _, host := range []string{"default.test", "none.test", "cidr.test"} {
			for _, path := range []string{"/", "/missing", "/down"} {
				a := p.get(t, host+path, "X-Request-ID: client-1")
				id := a.id(t)
				if !idFormats["req"].MatchString(id) {
					t.Errorf("%s: the id is %q", host, id)
				}
				if got := a.header.Values("X-Seen-X-Request-Id"); path != "/down" && (len(got) != 1 || got[0] != id) {
					t.Errorf("%s: the upstream got %q, the client %q", host, got, id)
				}
				if l := p.access(t, id); l["inbound_id"] != "client-1" || path != "/down" && l["upstream_request_id"] != "theirs" {
					t.Errorf("%s: access log: %v", host, l)
				}
			}
		}
	})
	t.Run("kept", func(t *testing.T) {
		for i, host := range []string{"all.test", "private.test", "local.test"} {
			for _, path := range []string{"/", "/missing", "/down"} {
				sent := "client:1/" + string(rune('a'+i)) + path[1:] + "=+~@._-9Z"
				a := p.get(t, host+path, "X-Request-ID: "+sent)
				if id := a.id(t); id != sent || path != "/down" && a.header.Get("X-Seen-X-Request-Id") != sent {
					t.Errorf("%s: the id is %q, and %q for the upstream", host, id, a.header.Get("X-Seen-X-Request-Id"))
				}
				if l := p.access(t, sent); l["inbound_id"] != nil {
					t.Errorf("%s: access log: %v", host, l)
				}
			}
		}
	})
	t.Run("invalid", func(t *testing.T) {
		for name, bad := range map[string]string{
			"5,000 bytes":    strings.Repeat("a", 5000),
			"129 bytes":      strings.Repeat("a", 129),
			"quotes":         `a"b'c`,
			"spaces":         "a b",
			"non-ASCII":      "ünïcode",
			"markup":         "<script>alert(1)</script>",
			"shell":          "$(reboot);`id`",
			"a placeholder":  "{env.HOME}",
			"a list":         "a,b",
			"a backslash":    `a\nb`,
			"a tab":          "a\tb",
			"broken UTF-8":   "\xff\xfe",
			"percent-coding": "%0d%0a",
		} {
			a := p.get(t, "all.test/missing", "X-Request-ID: "+bad)
			id := a.envelope(t).Meta.RequestID
			if !idFormats["req"].MatchString(id) || a.header.Get("X-Seen-X-Request-Id") != id {
				t.Errorf("%s: the id is %q, and %q for the upstream", name, id, a.header.Get("X-Seen-X-Request-Id"))
			}
			if inbound, _ := p.access(t, id)["inbound_id"].(string); inbound == "" || len(inbound) > 128 || !regexp.MustCompile(`^[A-Za-z0-9._:#-]+$`).MatchString(inbound) {
				t.Errorf("%s: the access log has the inbound id %q", name, inbound)
			}
		}
		a := p.get(t, "all.test/", "X-Request-ID: a", "X-Request-ID: b")
		if id := a.id(t); !idFormats["req"].MatchString(id) {
			t.Errorf("one of two ids was kept: %q", id)
		}
		if got := a.header.Values("X-Seen-X-Request-Id"); len(got) != 1 {
			t.Errorf("the upstream got %q", got)
		}
		if a = p.get(t, "all.test/", "X-Request-ID: "); !idFormats["req"].MatchString(a.id(t)) {
			t.Errorf("an empty id was kept: %q", a.id(t))
		}
		longest := strings.Repeat("a", 128)
		if id := p.get(t, "all.test/", "X-Request-ID: "+longest).id(t); id != longest {
			t.Errorf("an id of 128 bytes became %q", id)
		}
	})
	t.Run("off", func(t *testing.T) {
		a := p.get(t, "off.test/", "X-Request-ID: client-1")
		if a.header.Get("X-Request-Id") != "theirs" || a.header.Get("X-Seen-X-Request-Id") != "client-1" {
			t.Errorf("headers were changed: %v", a.header)
		}
		a = p.get(t, "off.test/missing")
		if a.status != 404 || a.header.Get("X-Request-Id") != "theirs" || !strings.Contains(string(a.body), `"request_id":"theirs"`) {
			t.Errorf("headers were changed, or the envelope has another id: %v %s", a.header, a.body)
		}
		p.access(t, "theirs") // the access log has the same
		if a = p.get(t, "off.test/down"); a.header.Get("X-Request-Id") != "" || !strings.Contains(string(a.body), `"request_id":"req_`) {
			t.Errorf("headers were changed, or the envelope has no id: %v %s", a.header, a.body)
		}
	})
	t.Run("another header", func(t *testing.T) {
		a := p.get(t, "header.test/missing", "X-Correlation-ID: client-1")
		ids := a.header.Values("X-Correlation-Id")
		if len(ids) != 1 || !idFormats["req"].MatchString(ids[0]) || a.header.Get("X-Seen-X-Correlation-Id") != ids[0] {
			t.Errorf("the id is %q; %v", ids, a.header)
		}
		if !strings.Contains(string(a.body), ids[0]) || !strings.Contains(string(a.body), `"request_id":"theirs"`) {
			t.Errorf("the body is %s", a.body)
		}
	})
	t.Run("formats", func(t *testing.T) {
		for format, pattern := range idFormats {
			last := ""
			for range 50 {
				id := p.get(t, format+".test/").id(t)
				if !pattern.MatchString(id) {
					t.Fatalf("an id of the format %s is %q", format, id)
				}
				if format != "trace" && id <= last || id == last {
					t.Fatalf("%s: %q came after %q", format, id, last)
				}
				last = id
			}
		}
		a := p.get(t, "trace.test/missing", "traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")
		if id := a.id(t); id == "4bf92f3577b34da6a3ce929d0e0e4736" || !strings.Contains(a.header.Get("X-Seen-Traceparent"), id) {
			t.Errorf("id %q and trace %q of an untrusted client", id, a.header.Get("X-Seen-Traceparent"))
		}
	})
	t.Run("concurrent requests", func(t *testing.T) {
		ids := make(chan string)
		for range 8 {
			go func() {
				for range 50 {
					resp, err := p.client.Get("http://default.test/")
					if err != nil {
						ids <- ""
						continue
					}
					resp.Body.Close()
					ids <- resp.Header.Get("X-Request-Id")
				}
			}()
		}
		all := map[string]bool{}
		for range 400 {
			all[receive(t, "an id", ids)] = true
		}
		if len(all) != 400 || all[""] {
			t.Errorf("400 requests had %d ids", len(all))
		}
	})
}

// TestTrustedProxies checks that the ids of trusted proxies are kept.
func TestTrustedProxies(t *testing.T) {
	t.Parallel()
	p := serve(t, `
	servers {
		trusted_proxies static private_ranges
	}`, `
http://default.test:{$PORT} {
	translate_errors
	reverse_proxy `+echoIDs(t)+`
}
http://named.test:{$PORT} {
	translate_errors {
		request_id {
			trust proxies 203.0.113.7
		}
	}
	reverse_proxy `+echoIDs(t)+`
}
http://none.test:{$PORT} {
	translate_errors {
		request_id {
			trust none
		}
	}
	reverse_proxy `+echoIDs(t)+`
}
`)
	for host, kept := range map[string]bool{"default.test": true, "named.test": true, "none.test": false} {
		if id := p.get(t, host+"/missing", "X-Request-ID: client-1").envelope(t).Meta.RequestID; kept != (id == "client-1") {
			t.Errorf("%s: the id is %q", host, id)
		}
	}
}

// TestMalformedRequests sends malformed requests. The proxy must answer all of them, without
// a header that the client injected.
func TestMalformedRequests(t *testing.T) {
	t.Parallel()
	p := serve(t, "", `
http://malformed.test:{$PORT} {
	translate_errors {
		request_id {
			trust all
		}
	}
	reverse_proxy `+echoIDs(t)+`
}
`)
	for _, line := range []string{
		"X-Request-ID: a\r\n b", "X-Request-ID: a\x00b", "X-Request-ID: a\rX-Evil: 1", "X-REQUEST-ID: ok-1\r\nx-request-id: ok-2", "X_Request_ID: evil",
		"Accept: " + strings.Repeat("a/b;q=0.1,", 2000), "Accept: \xff", "Accept: ,;q=,,*/*;q=x",
	} {
		conn, err := net.Dial("tcp", p.addr)
		if err != nil {
			t.Fatal(err)
		}
		_ = conn.SetDeadline(time.Now().Add(timeout))
		_, _ = io.WriteString(conn, "GET /missing HTTP/1.1\r\nHost: malformed.test\r\n"+line+"\r\nConnection: close\r\n\r\n")
		resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			t.Errorf("%q: %v", line, err)
			conn.Close()
			continue
		}
		body, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Errorf("%q: %v", line, err)
		}
		if resp.StatusCode == 404 {
			a := &answer{resp.StatusCode, resp.Header, body, resp.Trailer}
			a.checkMissing(t)
		} else if resp.StatusCode != 400 && resp.StatusCode != 431 { // rejected by the server
			t.Errorf("%q: %d %s", line, resp.StatusCode, body)
		}
		if resp.Header.Get("X-Evil") != "" {
			t.Errorf("%q: the response has a header that the client injected", line)
		}
		conn.Close()
	}
}
