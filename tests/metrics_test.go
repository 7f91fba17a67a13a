package tests

import (
	"bufio"
	"net/http"
	"strconv"
	"strings"
	"testing"
)

// metrics returns the samples of the admin endpoint by name and labels.
func (p *proxy) metrics(t *testing.T) map[string]float64 {
	t.Helper()
	var resp *http.Response
	eventually(t, "the admin endpoint answers", func() bool { // it may still be restarting after a reload
		var err error
		resp, err = newClient(t, p.admin).Get("http://" + p.admin + "/metrics")
		return err == nil
	})
	defer resp.Body.Close()
	samples := map[string]float64{}
	for s := bufio.NewScanner(resp.Body); s.Scan(); {
		line := s.Text()
		i := strings.LastIndexByte(line, ' ')
		if strings.HasPrefix(line, "#") || i < 0 {
			continue
		}
		value, err := strconv.ParseFloat(line[i+1:], 64)
		if err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		samples[line[:i]] = value
	}
	return samples
}

// checkMetrics checks the values of samples.
func (p *proxy) checkMetrics(t *testing.T, want map[string]float64) {
	t.Helper()
	got := p.metrics(t)
	for sample, value := range want {
		if got[sample] != value {
			t.Errorf("%s is %v, want %v", sample, got[sample], value)
		}
	}
	if t.Failed() {
		for sample, value := range got {
			if strings.Contains(sample, "translate_errors") && !strings.Contains(sample, "_bucket") {
				t.Logf("%s %v", sample, value)
			}
		}
	}
}

// responses returns the name of a sample of the counter of responses.
func responses(name, dialect, code, status, outcome string) string {
	return `caddy_translate_errors_responses_total{code="` + code + `",dialect="` + dialect + `",name="` + name + `",outcome="` + outcome + `",status="` + status + `"}`
}

func TestMetrics(t *testing.T) {
	t.Parallel()
	backend := respondWith(t, map[string]response{
		"/ok":      {200, []string{asJSON}, "{}"},
		"/missing": {404, []string{asJSON}, missing},
		"/unknown": {400, []string{asJSON}, `{"error":"planet_lost","message":"x"}`},
		"/plain":   {503, []string{asPlain}, "sorry"},
		"/page":    {404, []string{asHTML}, "<p>"},
		"/inner":   {409, []string{asJSON}, `{"error":{"code":"ACME.NEW_CODE","type":"acme","category":"conflict","status":409,"message":"No.","retry":{"strategy":"never","safe":true}},"meta":{"request_id":"1","api_version":"1","origin":"upstream","match":"table"}}`},
	})
	site := func(host, block string) string {
		return "http://" + host + ":{$PORT} {\n\ttranslate_errors {\n\t\t" + block + "\n\t}\n\treverse_proxy /down " + refusedAddress + "\n\treverse_proxy " + backend + "\n}\n"
	}
	options, sites := "\n\tmetrics", site("default.test", "dialect rustbill auto")+site("named.test", "name billing\ndialect rustbill auto\nunmapped pass")
	p := serve(t, options, sites)
	send := func() {
		for _, path := range []string{"/ok", "/missing", "/unknown", "/plain", "/down", "/inner"} {
			p.get(t, "default.test"+path)
			p.get(t, "named.test"+path)
		}
		p.get(t, "default.test/page", acceptHTML)
		p.get(t, "default.test/down", acceptHTML)
	}
	want := func(n float64) map[string]float64 {
		return map[string]float64{
			responses("default.test", "rustbill", "PLAN.NOT_FOUND", "404", "mapped"):        n,
			responses("default.test", "rustbill", "REQUEST.INVALID", "400", "fallback"):     n,
			responses("default.test", "", "UPSTREAM.UNAVAILABLE", "503", "guessed"):         n,
			responses("default.test", "", "UPSTREAM.ERROR", "502", "fallback"):              2 * n,
			responses("default.test", "", "", "404", "passed"):                              n,
			responses("default.test", "canonical", "_other", "409", "mapped"):               n,
			responses("billing", "rustbill", "PLAN.NOT_FOUND", "404", "mapped"):             n,
			responses("billing", "rustbill", "", "400", "passed"):                           n,
			responses("billing", "", "", "503", "passed"):                                   n,
			`caddy_translate_errors_unmapped_total{dialect="rustbill",name="default.test"}`: n,
			`caddy_translate_errors_unmapped_total{dialect="",name="billing"}`:              n,
			`caddy_translate_errors_unmapped_total{dialect="rustbill",name="billing"}`:      n,
			`caddy_translate_errors_returned_total{status="502"}`:                           3 * n,
			`caddy_translate_errors_duration_seconds_count`:                                 9 * n,
		}
	}
	send()
	p.checkMetrics(t, want(1))
	send()
	p.checkMetrics(t, want(2))

	// Counters survive a reload, and a failed one.
	if message := p.reload(t, options, sites+site("third.test", "")); message != "" {
		t.Fatal(message)
	}
	p.checkMetrics(t, want(2))
	send()
	p.checkMetrics(t, want(3))
	if message := p.reload(t, options, sites+site("third.test", "dialect ./none.yaml")); message == "" {
		t.Fatal("a config with a missing file was loaded")
	}
	send()
	p.checkMetrics(t, want(4))
}

// TestUnknownCodesAreNotLabels sends codes that a client could choose. They must not become
// values of labels.
func TestUnknownCodesAreNotLabels(t *testing.T) {
	t.Parallel()
	p := serve(t, "", `
http://labels.test:{$PORT} {
	translate_errors
	reverse_proxy `+upstream(t, echoCode)+`
}
`)
	for i := range 50 {
		p.get(t, "labels.test/some_code_"+strconv.Itoa(i)).envelope(t)
	}
	series := 0
	for sample := range p.metrics(t) {
		if strings.HasPrefix(sample, "caddy_translate_errors_responses_total") {
			series++
		}
		if strings.Contains(sample, "some_code") {
			t.Errorf("an unknown code is the value of a label: %s", sample)
		}
	}
	if series != 1 {
		t.Errorf("50 unknown codes created %d series", series)
	}
}

// TestExemplars checks that the metrics lead to requests where the scraper asks for
// OpenMetrics.
func TestExemplars(t *testing.T) {
	t.Parallel()
	p := serve(t, "", `
http://exemplars.test:{$PORT} {
	handle /metrics {
		metrics
	}
	handle {
		translate_errors {
			unmapped pass
			request_id {
				trust all
			}
		}
		reverse_proxy `+respondWith(t, map[string]response{
		"/missing": {404, []string{asJSON}, missing},
		"/unknown": {400, []string{asJSON}, `{"trouble":17}`},
	})+`
	}
}
`)
	p.get(t, "exemplars.test/missing", "X-Request-Id: "+strings.Repeat("x", 128)) // does not fit
	mapped, passed := p.get(t, "exemplars.test/missing").id(t), p.get(t, "exemplars.test/unknown").id(t)
	var text string
	eventually(t, "there are exemplars", func() bool { // one a second
		p.get(t, "exemplars.test/missing", "X-Request-Id: "+mapped)
		a := p.get(t, "exemplars.test/metrics", "Accept: application/openmetrics-text;version=1.0.0")
		text = string(a.body)
		return strings.Contains(text, `outcome="mapped",status="404"}`) && strings.Contains(text, `# {request_id="`+mapped+`"} 1.0`)
	})
	histogram := false
	for line := range strings.Lines(text) {
		switch {
		case strings.HasPrefix(line, "caddy_translate_errors_responses_total") && strings.Contains(line, `"passed"`):
			if !strings.Contains(line, `# {request_id="`+passed+`"} 1.0`) {
				t.Errorf("got %s", line)
			}
		case strings.HasPrefix(line, "caddy_translate_errors_duration_seconds_bucket"):
			histogram = histogram || strings.Contains(line, `# {request_id="`)
		}
	}
	if !histogram {
		t.Errorf("the histogram has no exemplar:\n%s", text)
	}
}
