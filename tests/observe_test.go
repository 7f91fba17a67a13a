package tests

import (
	"fmt"
	"io"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
)

// observeSites are a site of stock Caddy, and sites that observe all that can be observed.
const observeSites = `
http://plain.test:{$PORT} {
	ROUTES
}
http://observe.test:{$PORT} {
	translate_errors {
		dialect all
		success_errors guess
		envelope canonical problem
		streams translate
		mode observe
	}
	ROUTES
}
http://pass.test:{$PORT} {
	translate_errors {
		unmapped pass
		max_body 1KiB
		gateway_status 503
		mode translate 0%
	}
	ROUTES
}
http://off.test:{$PORT} {
	translate_errors {
		dialect all
		success_errors guess
		mode off
	}
	ROUTES
}
`

// unchangingSites are the sites whose responses are those of stock Caddy.
var unchangingSites = []string{"observe.test", "pass.test", "off.test"}

// serveObserving runs the sites with the same routes.
func serveObserving(t *testing.T, routes string) *proxy {
	t.Helper()
	options := `
	servers {
		protocols h1 h2c
	}`
	return serve(t, options, strings.ReplaceAll(observeSites, "ROUTES", routes))
}

// http2Client returns a client of the proxy that speaks HTTP/2.
func (p *proxy) http2Client(t *testing.T) *http.Client {
	t.Helper()
	client := newClient(t, p.addr)
	transport := client.Transport.(*http.Transport)
	transport.Protocols = new(http.Protocols)
	transport.Protocols.SetUnencryptedHTTP2(true)
	return client
}

// received is a response as a client receives it.
type received struct {
	*http.Response
	body string
	err  error // while reading the body
}

// exchangeWith sends a request to a site.
func exchangeWith(t *testing.T, client *http.Client, site string, r *http.Request) received {
	t.Helper()
	r = r.Clone(t.Context())
	r.URL.Host, r.Host = site, site
	resp, err := client.Do(r)
	if err != nil {
		t.Fatalf("%s %s: %v", site, r.URL.Path, err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	return received{resp, string(body), err}
}

// limitHeaders are the headers that responses get where the upstream did not send them.
var limitHeaders = []string{"X-Ratelimit-Limit", "X-Ratelimit-Remaining", "X-Ratelimit-Reset", "Ratelimit", "Ratelimit-Policy"}

// checkUnchanged checks that a response differs from that of stock Caddy only by the headers
// that every response has.
func (got received) checkUnchanged(t *testing.T, what string, plain received) {
	t.Helper()
	if got.Proto != plain.Proto || got.Status != plain.Status || got.ContentLength != plain.ContentLength || !slices.Equal(got.TransferEncoding, plain.TransferEncoding) {
		t.Errorf("%s: %s %s, length %d %v; stock Caddy: %s %s, length %d %v", what,
			got.Proto, got.Status, got.ContentLength, got.TransferEncoding, plain.Proto, plain.Status, plain.ContentLength, plain.TransferEncoding)
	}
	if got.body != plain.body || (got.err == nil) != (plain.err == nil) {
		t.Errorf("%s: the bodies differ: %d bytes, %v; stock Caddy: %d bytes, %v", what, len(got.body), got.err, len(plain.body), plain.err)
	}
	if len(got.Header.Values("X-Request-Id")) != 1 {
		t.Errorf("%s: X-Request-ID is %q", what, got.Header.Values("X-Request-Id"))
	}
	want, have := plain.Header.Clone(), got.Header.Clone()
	for _, h := range []http.Header{want, have} {
		h.Del("X-Request-Id")
		h.Del("Date")
	}
	for _, name := range limitHeaders {
		if want[name] == nil {
			have.Del(name)
		}
	}
	if cors := "Access-Control-Expose-Headers"; !reflect.DeepEqual(want[cors], have[cors]) {
		if n := len(want[cors]); len(have[cors]) != n+1 || !slices.Equal(have[cors][:n], want[cors]) || !strings.HasPrefix(have[cors][n], "X-Request-ID") {
			t.Errorf("%s: %s is %q, was %q", what, cors, have[cors], want[cors])
		}
		want.Del(cors)
		have.Del(cors)
	}
	if !reflect.DeepEqual(want, have) {
		t.Errorf("%s: the headers differ\n     got %v\nstock Caddy %v", what, have, want)
	}
	if !reflect.DeepEqual(got.Trailer, plain.Trailer) {
		t.Errorf("%s: the trailers are %v, stock Caddy has %v", what, got.Trailer, plain.Trailer)
	}
}

// observedTotal returns how many errors of a site were observed.
func (p *proxy) observedTotal(t *testing.T, site string) (n float64) {
	t.Helper()
	for sample, value := range p.metrics(t) {
		if strings.HasPrefix(sample, "caddy_translate_errors_responses_total{") && strings.Contains(sample, `name="`+site+`",outcome="observed"`) {
			n += value
		}
	}
	return n
}

// TestObserveChangesNothing sends the responses of many products through stock Caddy and
// through sites that do not translate: clients get the same, over both versions of HTTP.
func TestObserveChangesNothing(t *testing.T) {
	t.Parallel()
	for file, minimum := range map[string]float64{"samples": 300, "captured": 700, "undescribed": 300} {
		t.Run(file, func(t *testing.T) {
			t.Parallel()
			samples := readSamples(t, "testdata/"+file+".jsonl")
			p := serveObserving(t, "reverse_proxy "+serveSamples(t, samples))
			clients := map[string]*http.Client{"HTTP/1.1": p.client, "HTTP/2": p.http2Client(t)}
			t.Run("responses", func(t *testing.T) {
				for _, s := range samples {
					t.Run(s.ID, func(t *testing.T) {
						t.Parallel()
						s.checkObserved(t, clients)
					})
				}
			})
			if n := p.observedTotal(t, "observe.test"); n < minimum {
				t.Errorf("%v errors were observed, want at least %v", n, minimum)
			}
			if n := p.observedTotal(t, "off.test"); n > 0 {
				t.Errorf("a site with mode off observed %v errors", n)
			}
		})
	}
}

// checkObserved compares the response of each site with that of stock Caddy.
func (s *sample) checkObserved(t *testing.T, clients map[string]*http.Client) {
	if s.Status == http.StatusSwitchingProtocols {
		t.Skip("TestUpgrade covers it")
	}
	r := newRequest(t, s.Request.Method, "plain.test/case/"+s.ID, "")
	for name, value := range s.Request.Headers {
		r.Header.Set(name, value)
	}
	r.Header.Set("Accept-Encoding", "gzip, deflate, br, zstd")
	for version, client := range clients {
		plain := exchangeWith(t, client, "plain.test", r)
		for _, site := range unchangingSites {
			exchangeWith(t, client, site, r).checkUnchanged(t, version+" "+site, plain)
		}
	}
}

// TestObserveCaddysErrors compares responses of Caddy's own handlers, with their lengths,
// compression and error routes.
func TestObserveCaddysErrors(t *testing.T) {
	t.Parallel()
	large := strings.Repeat("There is no such plan. ", 500)
	p := serveObserving(t, `
	encode gzip
	respond /short `+"`"+missing+"`"+` 404
	respond /large `+"`"+`{"error":"plan_not_found","message":"`+large+`"}`+"`"+` 404
	respond /plain "not here" 503
	respond /ok "{}" 200
	header /short ETag "7"
	header /limited X-RateLimit-Limit 10
	header /limited X-RateLimit-Remaining 9
	header /limited Access-Control-Allow-Origin *
	respond /limited 429
	basic_auth /private {
		alice $2a$14$Zkx19XLiW6VYouLHR5NmfOFU0z2GTNmpkT/5qqR7hx4IjWJPDhjvG
	}
	error /teapot "no coffee" 418
	reverse_proxy /down `+refusedAddress+`
	file_server /files/* {
		root {$STATE}
	}
	handle_errors 418 {
		header X-Page teapot
		respond "I am a teapot {http.error.status_code}"
	}
	`)
	clients := map[string]*http.Client{"HTTP/1.1": p.client, "HTTP/2": p.http2Client(t)}
	for _, path := range []string{"/short", "/large", "/plain", "/ok", "/limited", "/private", "/teapot", "/down", "/files/none", "/none"} {
		for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodPost} {
			for _, header := range []string{"", acceptHTML, "Accept-Encoding: gzip", "Origin: https://shop.example", "Accept: application/problem+json"} {
				var lines []string
				if header != "" {
					lines = []string{header}
				}
				r := newRequest(t, method, "plain.test"+path, "", lines...)
				for version, client := range clients {
					plain := exchangeWith(t, client, "plain.test", r)
					for _, site := range unchangingSites {
						exchangeWith(t, client, site, r).checkUnchanged(t, fmt.Sprintf("%s %s %s %s %s", version, site, method, path, header), plain)
					}
				}
			}
		}
	}
}

// parts is an upstream that sends a body in parts, each when the test says so, and a
// trailer.
func parts(t *testing.T, status int, contentType string, first, second string) (addr string, proceed chan struct{}) {
	t.Helper()
	proceed = make(chan struct{})
	addr = upstream(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", contentType)
		w.Header().Set("Trailer", "X-Sum")
		w.WriteHeader(status)
		_, _ = io.WriteString(w, first)
		_ = http.NewResponseController(w).Flush()
		select {
		case <-proceed:
		case <-r.Context().Done():
			return
		}
		_, _ = io.WriteString(w, second)
		w.Header().Set("X-Sum", "7")
		w.Header().Set(http.TrailerPrefix+"X-Late", "8")
	})
	return addr, proceed
}

// TestObserveDelaysNothing checks that the first part of a body arrives before the second is
// written, and that both and the trailers are those of stock Caddy.
func TestObserveDelaysNothing(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		status        int
		contentType   string
		first, second string
	}{
		"error":   {404, "application/json", missing[:20], missing[20:]},
		"large":   {500, "application/json", `{"error":"` + strings.Repeat("x", 100<<10), strings.Repeat("y", 100<<10) + `"}`},
		"success": {200, "application/json", `{"success":false,`, `"message":"It failed."}`},
		"events":  {200, "text/event-stream", "event: error\ndata: " + missing + "\n\n", "data: {}\n\n"},
		"lines":   {200, "application/x-ndjson", `{"error":"a"}` + "\n", `{"error":"b"}` + "\n"},
		"vague":   {500, "application/octet-stream", "[1", ",2]"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			addr, proceed := parts(t, c.status, c.contentType, c.first, c.second)
			p := serveObserving(t, "reverse_proxy "+addr)
			for version, client := range map[string]*http.Client{"HTTP/1.1": p.client, "HTTP/2": p.http2Client(t)} {
				var plain received
				for _, site := range append([]string{"plain.test"}, unchangingSites...) {
					resp, err := client.Do(newRequest(t, http.MethodGet, site+"/", ""))
					if err != nil {
						t.Fatal(err)
					}
					expect(t, resp.Body, c.first)
					receiveFrom(t, proceed)
					rest, err := io.ReadAll(resp.Body)
					resp.Body.Close()
					if string(rest) != c.second || resp.Trailer.Get("X-Sum") != "7" {
						t.Errorf("%s %s: the second part is %q, the trailers %v", version, site, tail(string(rest)), resp.Trailer)
					}
					got := received{resp, c.first + string(rest), err}
					if site == "plain.test" {
						plain = got
						continue
					}
					got.checkUnchanged(t, version+" "+site, plain)
				}
			}
		})
	}
}

// receiveFrom lets the upstream continue.
func receiveFrom(t *testing.T, proceed chan struct{}) {
	t.Helper()
	sent := make(chan struct{})
	go func() {
		proceed <- struct{}{}
		close(sent)
	}()
	receive(t, "the upstream to continue", sent)
}

// TestObserveAbortedBodies checks that a body that ends early ends early for the client.
func TestObserveAbortedBodies(t *testing.T) {
	t.Parallel()
	backend := upstream(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(404)
		_, _ = io.WriteString(w, missing[:20])
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	})
	p := serveObserving(t, "reverse_proxy "+backend)
	r := newRequest(t, http.MethodGet, "plain.test/", "")
	plain := exchangeWith(t, p.client, "plain.test", r)
	if plain.err == nil {
		t.Fatal("stock Caddy does not abort the body")
	}
	for _, site := range unchangingSites {
		exchangeWith(t, p.client, site, r).checkUnchanged(t, site, plain)
	}
	eventually(t, "the error is counted", func() bool { return p.observedTotal(t, "observe.test") == 1 })
}

// TestObserveIsRecorded checks the access log and the metrics of observed errors.
func TestObserveIsRecorded(t *testing.T) {
	t.Parallel()
	p := serve(t, "", `
http://observe.test:{$PORT} {
	log
	translate_errors {
		dialect rustbill auto
		mode observe
	}
	reverse_proxy /down `+refusedAddress+`
	reverse_proxy /file `+respondWith(t, map[string]response{"/file": {404, []string{"Content-Type: application/octet-stream", "X-Request-ID: up-7"}, "none"}})+`
	reverse_proxy `+upstream(t, echoCode)+`
}
http://pass.test:{$PORT} {
	log
	translate_errors {
		dialect rustbill auto
		unmapped pass
		mode observe
	}
	reverse_proxy `+upstream(t, echoCode)+`
}
`)
	for _, c := range []struct {
		where  string
		status float64
		fields map[string]any
	}{
		{"observe.test/plan_not_found", 400, map[string]any{"error_code": "PLAN.NOT_FOUND", "error_dialect": "rustbill", "error_match": "table", "upstream_code": "plan_not_found", "upstream_status": 400.0}},
		{"observe.test/planet_lost", 400, map[string]any{"error_code": "REQUEST.INVALID", "error_dialect": "rustbill", "error_match": "status", "upstream_code": "planet_lost", "upstream_status": 400.0}},
		{"observe.test/down", 502, map[string]any{"error_code": "UPSTREAM.ERROR", "error_match": "status"}},
		{"observe.test/file", 404, map[string]any{"error_code": nil, "upstream_request_id": "up-7"}},
		{"pass.test/planet_lost", 400, map[string]any{"error_code": "REQUEST.INVALID", "error_dialect": "rustbill", "error_match": "status", "upstream_code": "planet_lost"}},
	} {
		a := p.get(t, c.where)
		line := p.access(t, a.id(t))
		if a.status != int(c.status) || line["status"] != c.status {
			t.Errorf("%s: got %d, logged %v", c.where, a.status, line["status"])
		}
		for name, want := range c.fields {
			if line[name] != want {
				t.Errorf("%s: %s is %v, want %v", c.where, name, line[name], want)
			}
		}
	}
	p.checkMetrics(t, map[string]float64{
		responses("observe.test", "rustbill", "PLAN.NOT_FOUND", "404", "observed"):      1,
		responses("observe.test", "rustbill", "REQUEST.INVALID", "400", "observed"):     1,
		responses("observe.test", "", "UPSTREAM.ERROR", "502", "observed"):              1,
		responses("observe.test", "", "", "404", "passed"):                              1,
		responses("pass.test", "rustbill", "", "400", "passed"):                         1,
		`caddy_translate_errors_unmapped_total{dialect="rustbill",name="observe.test"}`: 1,
		`caddy_translate_errors_returned_total{status="502"}`:                           0,
	})
}

// TestPercent translates for a part of the clients, and for the same ones after a restart.
func TestPercent(t *testing.T) {
	t.Parallel()
	backend := upstream(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(404)
		_, _ = io.WriteString(w, missing)
	})
	translatedAt := func(percent string) map[int]bool {
		p := serve(t, "", `
http://percent.test:{$PORT} {
	translate_errors {
		mode translate `+percent+` by {header.X-Tenant}
	}
	reverse_proxy `+backend+`
}
`)
		var mu sync.Mutex
		var group sync.WaitGroup
		found := map[int]bool{}
		for worker := range 4 {
			group.Go(func() {
				for i := worker; i < 400; i += 4 {
					a := p.get(t, "percent.test/", fmt.Sprintf("X-Tenant: tenant-%d", i))
					if a.isTranslated() {
						mu.Lock()
						found[i] = true
						mu.Unlock()
					} else if string(a.body) != missing {
						t.Errorf("tenant %d got %s", i, a.body)
					}
				}
			})
		}
		group.Wait()
		return found
	}
	ten, again, half := translatedAt("10%"), translatedAt("10%"), translatedAt("50%")
	if len(ten) < 15 || len(ten) > 70 || len(half) < 150 || len(half) > 250 {
		t.Errorf("of 400 clients, 10%% are %d, and 50%% are %d", len(ten), len(half))
	}
	if !reflect.DeepEqual(ten, again) {
		t.Error("other clients are translated after a restart")
	}
	for tenant := range ten {
		if !half[tenant] {
			t.Errorf("tenant %d is in at 10%%, and not at 50%%", tenant)
		}
	}
}

// TestNestedModes checks that the mode of the innermost directive is used.
func TestNestedModes(t *testing.T) {
	t.Parallel()
	backend := respondWith(t, map[string]response{"/outer": {404, []string{asJSON}, missing}, "/inner": {404, []string{asJSON}, missing}})
	nested := func(host, outer, inner string) string {
		return `
http://` + host + `:{$PORT} {
	translate_errors {
		mode ` + outer + `
	}
	handle /inner {
		translate_errors {
			mode ` + inner + `
		}
		reverse_proxy ` + backend + `
	}
	reverse_proxy ` + backend + `
}
`
	}
	p := serve(t, "", nested("a.test", "observe", "translate")+nested("b.test", "translate", "observe")+nested("c.test", "translate", "off"))
	p.get(t, "a.test/outer").checkPassed(t, 404, "application/json", missing)
	p.get(t, "a.test/inner").checkMissing(t)
	for _, host := range []string{"b.test", "c.test"} {
		p.get(t, host+"/outer").checkMissing(t)
		p.get(t, host+"/inner").checkPassed(t, 404, "application/json", missing)
	}
	eventually(t, "the errors are counted", func() bool { return p.observedTotal(t, "a.test") == 1 && p.observedTotal(t, "b.test") == 1 })
	if n := p.observedTotal(t, "c.test"); n != 0 {
		t.Errorf("a site with mode off observed %v errors", n)
	}
}
