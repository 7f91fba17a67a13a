package tests

import (
	"net/http"
	"testing"
)

// TestTruthfulCounts checks what the metrics count, and what they do not: successes are no
// passed errors, a response to HEAD is not unmapped, a refusal is no error of an upstream and
// has the name of its policy. The values survive reloads.
func TestTruthfulCounts(t *testing.T) {
	t.Parallel()
	sites := `
http://counts.test:{$PORT} {
	log
	translate_errors {
		success_errors guess
		rate_limit wide {
			limit 1000000 per 1s
			store redis redis://` + refusedAddress + `
		}
	}
	request_limit /limited tight {
		limit 1 per 1h
	}
	reverse_proxy /down ` + refusedAddress + `
	reverse_proxy ` + respondWith(t, map[string]response{
		"/ok":      {200, []string{asJSON}, `{"success":true,"data":{"id":7}}`},
		"/moved":   {302, []string{"Location: /"}, ""},
		"/unknown": {400, []string{asJSON}, `{"trouble":17}`},
		"/limited": {200, []string{asJSON}, `{}`},
	}) + `
}
`
	p := serve(t, "", sites)
	before := p.metrics(t)
	for _, series := range []string{"rate_limited_total", "store_errors_total"} { // the series exist before the first event
		for _, policy := range []string{"tight", "wide"} {
			if value, ok := before["caddy_translate_errors_"+series+`{policy="`+policy+`"}`]; !ok || value != 0 {
				t.Errorf("%s of %s is %v, %t", series, policy, value, ok)
			}
		}
	}
	for _, path := range []string{"ok", "moved", "limited"} {
		p.get(t, "counts.test/"+path)
	}
	p.send(t, http.MethodHead, "counts.test/unknown", "")
	refused := p.access(t, p.get(t, "counts.test/limited").id(t))
	if refused["rate_limit_policy"] != "tight" || refused["upstream_status"] != nil {
		t.Errorf("the access log of a refusal: %v", refused)
	}
	p.get(t, "counts.test/down")
	p.get(t, "counts.test/unknown")
	want := map[string]float64{
		responses("counts.test", "", "REQUEST.INVALID", "400", "fallback"):     2,
		responses("counts.test", "", "RATE_LIMIT.EXCEEDED", "429", "fallback"): 1,
		responses("counts.test", "", "UPSTREAM.ERROR", "502", "fallback"):      1,
		responses("counts.test", "", "", "200", "passed"):                      0,
		responses("counts.test", "", "", "302", "passed"):                      0,
		`caddy_translate_errors_unmapped_total{dialect="",name="counts.test"}`: 1,
		`caddy_translate_errors_returned_total{status="429"}`:                  1,
		`caddy_translate_errors_returned_total{status="502"}`:                  1,
		`caddy_translate_errors_rate_limited_total{policy="tight"}`:            1,
		`caddy_translate_errors_rate_limited_total{policy="wide"}`:             0,
		`caddy_translate_errors_store_errors_total{policy="wide"}`:             7,
		`caddy_translate_errors_store_errors_total{policy="tight"}`:            0,
		`caddy_translate_errors_duration_seconds_count`:                        4,
		`caddy_translate_errors_last_load_successful{name="counts.test"}`:      1,
	}
	p.checkMetrics(t, want)
	for range 2 {
		if message := p.reload(t, "", sites); message != "" {
			t.Fatal(message)
		}
	}
	p.checkMetrics(t, want)
}

// TestRefusalsWithoutDirective checks that the refusals of request_limit are counted where no
// site has translate_errors.
func TestRefusalsWithoutDirective(t *testing.T) {
	t.Parallel()
	p := serve(t, "", `
http://limits.test:{$PORT} {
	request_limit lonely {
		limit 1 per 1h
	}
	respond ok
}
`)
	p.get(t, "limits.test/")
	p.get(t, "limits.test/")
	p.checkMetrics(t, map[string]float64{`caddy_translate_errors_rate_limited_total{policy="lonely"}`: 1})
}
