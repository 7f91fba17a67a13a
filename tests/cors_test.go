package tests

import "testing"

// TestDeferredCORS allows other origins by a header directive that Caddy defers, because it
// also deletes a header: it runs after Koine has written its headers.
func TestDeferredCORS(t *testing.T) {
	t.Parallel()
	backend := respondWith(t, map[string]response{
		"/ok":      {200, []string{asJSON}, "{}"},
		"/missing": {404, []string{asJSON}, missing},
		"/page":    {404, []string{asHTML}, errorPage},
	})
	p := serve(t, "", `
http://cors.test:{$PORT} {
	translate_errors
	header {
		Access-Control-Allow-Origin *
		-Server
	}
	reverse_proxy /down `+refusedAddress+`
	reverse_proxy `+backend+`
}
`)
	for path, names := range map[string]string{
		"/ok": "X-Request-ID", "/missing": "X-Request-ID, Proxy-Status", "/page": "X-Request-ID", "/down": "X-Request-ID, Proxy-Status",
	} {
		a := p.get(t, "cors.test"+path, "Origin: "+origin, acceptHTML)
		if path != "/page" {
			a = p.get(t, "cors.test"+path, "Origin: "+origin)
		}
		if got := a.header.Get("Access-Control-Expose-Headers"); got != names || a.header.Get("Access-Control-Allow-Origin") != "*" {
			t.Errorf("%s: exposed %q, want %q: %v", path, got, names, a.header)
		}
		if got := p.get(t, "cors.test"+path).header.Get("Access-Control-Expose-Headers"); got != "" {
			t.Errorf("%s without an Origin: exposed %q", path, got)
		}
	}
}
