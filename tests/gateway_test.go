package tests

import (
	"testing"
)

// TestGatewayStatus has an upstream that answers 504, and one that is down. Their
// errors are sent with the status of gateway_status.
func TestGatewayStatus(t *testing.T) {
	t.Parallel()
	backend := respondWith(t, map[string]response{
		"/slow":   {504, []string{asJSON, "Retry-After: 9"}, `{"message":"upstream request timeout"}`},
		"/broken": {500, []string{asJSON}, `{"message":"It broke."}`},
		"/page":   {504, []string{asHTML}, errorPage},
	})
	p := serve(t, "\n\tmetrics\n\ttranslate_errors {\n\t\tgateway_status 503\n\t}", `
http://gateway.test:{$PORT} {
	log
	translate_errors {
		envelope canonical problem
		expose upstream
	}
	reverse_proxy /down `+refusedAddress+`
	reverse_proxy `+backend+`
}
http://own.test:{$PORT} {
	translate_errors {
		gateway_status 500
	}
	reverse_proxy `+backend+`
}
`)
	for path, want := range map[string]struct {
		code, proxyStatus string
		received          int
	}{
		"/down": {"UPSTREAM.ERROR", "koine; error=connection_refused", 502},
		"/slow": {"UPSTREAM.TIMEOUT", "koine; received-status=504", 504},
	} {
		a := p.get(t, "gateway.test"+path)
		e := a.envelope(t)
		if a.status != 503 || e.Error.Status != 503 || e.Error.Code != want.code || e.Error.Retry.Strategy != "backoff" {
			t.Errorf("%s: %d %s", path, a.status, a.body)
		}
		if got := a.header.Get("Proxy-Status"); got != want.proxyStatus {
			t.Errorf("%s: Proxy-Status is %q, want %q", path, got, want.proxyStatus)
		}
		if path == "/slow" && (e.Meta.Upstream == nil || e.Meta.Upstream.Status != want.received) {
			t.Errorf("%s: meta.upstream is %+v", path, e.Meta.Upstream)
		}
		line := p.access(t, a.id(t))
		if line["status"] != 503.0 || line["upstream_status"] != float64(want.received) {
			t.Errorf("%s: the access log has the status %v, and %v of the upstream", path, line["status"], line["upstream_status"])
		}
		problem := p.get(t, "gateway.test"+path, "Accept: application/problem+json")
		if got := problem.problem(t); problem.status != 503 || got.Status != 503 || got.Title != "Service Unavailable" || got.Code != want.code {
			t.Errorf("%s: %d with the problem %+v", path, problem.status, got)
		}
	}
	if a := p.get(t, "gateway.test/slow"); a.header.Get("Retry-After") != "9" {
		t.Errorf("Retry-After is %q", a.header.Get("Retry-After"))
	}
	if a := p.get(t, "own.test/slow"); a.status != 500 || a.envelope(t).Error.Status != 500 {
		t.Errorf("the setting of the site is not used: %d %s", a.status, a.body)
	}
	if a := p.get(t, "gateway.test/broken"); a.status != 500 || a.envelope(t).Error.Status != 500 {
		t.Errorf("a 500 became %d %s", a.status, a.body)
	}
	p.get(t, "gateway.test/page", acceptHTML).checkPassed(t, 504, "text/html; charset=utf-8", errorPage)
	p.checkMetrics(t, map[string]float64{
		responses("gateway.test", "", "UPSTREAM.ERROR", "503", "fallback"): 2,
		`caddy_translate_errors_returned_total{status="502"}`:              2,
		responses("gateway.test", "", "UPSTREAM.ERROR", "502", "fallback"): 0,
	})
}
