package tests

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// TestUpgrade upgrades to another protocol.
func TestUpgrade(t *testing.T) {
	t.Parallel()
	backend := upstream(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Upgrade") != "echo" || r.Header.Get("X-Request-Id") == "" {
			http.Error(w, "not upgraded", http.StatusBadRequest)
			return
		}
		conn, both, err := http.NewResponseController(w).Hijack()
		if err != nil {
			return
		}
		defer conn.Close()
		_, _ = io.WriteString(conn, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n")
		line, _ := both.ReadString('\n')
		_, _ = io.WriteString(conn, "echo "+line)
	})
	p := serve(t, "", `
http://upgrade.test:{$PORT} {
	translate_errors
	reverse_proxy `+backend+`
}
`)
	conn, err := net.Dial("tcp", p.addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(timeout))
	_, _ = io.WriteString(conn, "GET / HTTP/1.1\r\nHost: upgrade.test\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n")
	lines := bufio.NewReader(conn)
	resp, err := http.ReadResponse(lines, nil)
	if err != nil {
		t.Fatal(err)
	}
	if resp.StatusCode != 101 || len(resp.Header.Values("X-Request-Id")) != 1 {
		t.Fatalf("%d %v", resp.StatusCode, resp.Header)
	}
	_, _ = io.WriteString(conn, "hello\n")
	if line, err := lines.ReadString('\n'); line != "echo hello\n" {
		t.Errorf("after the upgrade, got %q: %v", line, err)
	}
	p.get(t, "upgrade.test/").checkByGeneralRules(t, 400, "REQUEST.INVALID")
}

// TestHTTP2 sends several requests over one HTTP/2 connection.
func TestHTTP2(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	application := fastCGI(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(404)
		_, _ = io.WriteString(w, missing[:20])
		w.(http.Flusher).Flush()
		<-release
	})
	t.Cleanup(func() { close(release) })
	p := serve(t, `
	servers {
		protocols h1 h2c
	}`, `
http://http2.test:{$PORT} {
	translate_errors {
		body_timeout 300ms
	}
	reverse_proxy /stalled `+application+` {
		transport fastcgi {
			root {$STATE}
		}
	}
	reverse_proxy /down `+refusedAddress+`
	reverse_proxy `+respondWith(t, map[string]response{"/missing": {404, []string{asJSON}, missing}, "/ok": {200, []string{asJSON}, "{}"}})+`
}
`)
	transport := p.client.Transport.(*http.Transport)
	transport.Protocols = new(http.Protocols)
	transport.Protocols.SetUnencryptedHTTP2(true)
	for range 2 {
		p.get(t, "http2.test/ok").checkPassed(t, 200, "application/json", "{}")
		p.get(t, "http2.test/missing").checkMissing(t)
		p.get(t, "http2.test/down").checkByStatus(t, 502, "UPSTREAM.ERROR")
		if head := p.send(t, http.MethodHead, "http2.test/missing", ""); head.status != 404 || len(head.body) > 0 {
			t.Errorf("HEAD: got %d %q", head.status, head.body)
		}

		// The stream ends with the handler; until then the client uses the length to find the end of the body.
		resp, err := p.client.Do(newRequest(t, http.MethodGet, "http2.test/stalled", ""))
		if err != nil {
			t.Fatal(err)
		}
		body := make([]byte, resp.ContentLength)
		if _, err := io.ReadFull(resp.Body, body); err != nil {
			t.Error(err)
		}
		resp.Body.Close()
		(&answer{resp.StatusCode, resp.Header, body, nil}).checkByStatus(t, 404, "RESOURCE.NOT_FOUND")
	}
}

// TestClientDisconnects cancels a request before the upstream answers.
func TestClientDisconnects(t *testing.T) {
	t.Parallel()
	received := make(chan struct{}, 1)
	backend := upstream(t, func(_ http.ResponseWriter, r *http.Request) {
		received <- struct{}{}
		<-r.Context().Done()
	})
	p := serve(t, "", `
http://cancelled.test:{$PORT} {
	log
	translate_errors
	reverse_proxy `+backend+`
}
`)
	ctx, disconnect := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		resp, err := p.client.Do(newRequest(t, http.MethodGet, "cancelled.test/", "").WithContext(ctx))
		if err == nil {
			resp.Body.Close()
		}
	}()
	receive(t, "the request at the upstream", received)
	disconnect()
	receive(t, "the client to disconnect", done)
	access := p.logged(t, func(l logLine) bool { return l["msg"] == "handled request" })
	if access["status"] != 499.0 || access["request_id"] == nil || access["error_code"] != nil || access["upstream_status"] != nil {
		t.Errorf("access log: %v", access)
	}
}

// TestConnectionReuse sends many errors, and counts the connections to the upstream.
func TestConnectionReuse(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("9,000 requests")
	}
	var opened atomic.Int32
	large := missing + strings.Repeat(" ", 6<<10)
	backend := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(404)
		if r.URL.Path == "/large" {
			_, _ = io.WriteString(w, large)
			return
		}
		_, _ = io.WriteString(w, missing)
	}))
	backend.Config.ConnState = func(_ net.Conn, s http.ConnState) {
		if s == http.StateNew {
			opened.Add(1)
		}
	}
	backend.Start()
	t.Cleanup(backend.Close)
	p := serve(t, "", `
http://reuse.test:{$PORT} {
	translate_errors {
		max_body 1KiB
	}
	reverse_proxy `+backend.Listener.Addr().String()+` {
		transport http {
			keepalive_idle_conns_per_host 64 # with the default of 32, Caddy without Koine opens hundreds for 64 clients
		}
	}
}
`)
	const clients, requests = 64, 9000
	transport := p.client.Transport.(*http.Transport)
	transport.MaxIdleConnsPerHost, transport.MaxConnsPerHost = clients, clients
	var all sync.WaitGroup
	var left atomic.Int32
	left.Store(requests)
	for range clients {
		all.Go(func() {
			for n := left.Add(-1); n >= 0; n = left.Add(-1) {
				path, code := "/", "PLAN.NOT_FOUND"
				if n%3 == 0 { // larger than max_body, but still read to its end
					path, code = "/large", "RESOURCE.NOT_FOUND"
				}
				resp, err := p.client.Get("http://reuse.test" + path)
				if err != nil {
					t.Error(err)
					return
				}
				body, err := io.ReadAll(resp.Body)
				resp.Body.Close()
				if err != nil || !bytes.Contains(body, []byte(code)) {
					t.Errorf("%s: %s, %v", path, body, err)
					return
				}
			}
		})
	}
	all.Wait()
	if n := opened.Load(); n > 100 {
		t.Errorf("%d errors opened %d connections to the upstream", requests, n)
	}
}
