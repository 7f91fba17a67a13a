package tests

import (
	"io"
	"net"
	"net/http"
	"net/http/fcgi"
	"sync"
	"testing"
)

// TestFastCGI checks that the client gets an answer while a FastCGI application is stalled in
// the middle of an error.
func TestFastCGI(t *testing.T) {
	t.Parallel()
	release, stalled := make(chan struct{}), make(chan struct{}, 10)
	backend := fastCGI(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		switch r.URL.Path {
		case "/ok":
			_, _ = io.WriteString(w, "{}")
		case "/missing":
			w.WriteHeader(404)
			_, _ = io.WriteString(w, missing)
		default:
			w.WriteHeader(404)
			_, _ = io.WriteString(w, missing[:20])
			w.(http.Flusher).Flush()
			stalled <- struct{}{}
			<-release
		}
	})
	t.Cleanup(func() { close(release) })
	p := serve(t, "", `
http://fastcgi.test:{$PORT} {
	translate_errors {
		body_timeout 300ms
	}
	reverse_proxy `+backend+` {
		transport fastcgi {
			root {$STATE}
		}
	}
}
`)
	p.get(t, "fastcgi.test/ok").checkPassed(t, 200, "application/json", "{}")
	p.get(t, "fastcgi.test/missing").checkMissing(t)
	var all sync.WaitGroup
	for range 3 {
		all.Go(func() {
			resp, err := p.client.Do(newRequest(t, http.MethodGet, "fastcgi.test/stalled", ""))
			if err != nil {
				t.Error(err)
				return
			}
			defer resp.Body.Close()
			body, err := io.ReadAll(resp.Body)
			if err != nil {
				t.Error(err)
			}
			(&answer{resp.StatusCode, resp.Header, body, resp.Trailer}).checkByStatus(t, 404, "RESOURCE.NOT_FOUND")
		})
	}
	all.Wait()
	for range 3 {
		receive(t, "a stalled application", stalled)
	}
}

// fastCGI starts a FastCGI application, and returns its address.
func fastCGI(t *testing.T, serve http.HandlerFunc) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() { _ = fcgi.Serve(l, serve) }()
	return l.Addr().String()
}

// TestHandlers checks errors that handlers of Caddy write or return.
func TestHandlers(t *testing.T) {
	t.Parallel()
	p := serve(t, "", `
http://handlers.test:{$PORT} {
	log
	translate_errors
	respond /text "That is not here." 404
	respond /empty-body 403
	respond /ok "yes" 200
	error /returned "no such thing" 410
	abort /aborted
	handle /files/* {
		root {$STATE}/none
		file_server
	}
	handle /replaced/* {
		reverse_proxy `+upstream(t, echoCode)+` {
			@bad status 4xx
			handle_response @bad {
				respond "Down for maintenance." 503
			}
		}
	}
	handle /empty/* {
	}
}
`)
	if e := p.get(t, "handlers.test/text").checkByGeneralRules(t, 404, "RESOURCE.NOT_FOUND"); e.Meta.Origin != "upstream" {
		t.Errorf("origin of a written error is %s", e.Meta.Origin)
	}
	p.get(t, "handlers.test/empty-body").checkByStatus(t, 403, "AUTH.FORBIDDEN")
	p.get(t, "handlers.test/ok").checkPassed(t, 200, "text/plain; charset=utf-8", "yes")
	if e := p.get(t, "handlers.test/returned").checkByStatus(t, 410, "RESOURCE.GONE"); e.Meta.Origin != "proxy" {
		t.Errorf("origin of a returned error is %s", e.Meta.Origin)
	}
	p.get(t, "handlers.test/files/none").checkByStatus(t, 404, "RESOURCE.NOT_FOUND")
	p.get(t, "handlers.test/replaced/x").checkByGeneralRules(t, 503, "UPSTREAM.UNAVAILABLE")
	p.get(t, "handlers.test/empty/x").checkPassed(t, 200, "", "") // as without the directive
	if resp, err := p.client.Get("http://handlers.test/aborted"); err == nil {
		resp.Body.Close()
		t.Errorf("abort: got status %d", resp.StatusCode)
	}
}
