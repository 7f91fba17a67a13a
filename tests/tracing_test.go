package tests

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"
)

// span is a span as the console exporter of OpenTelemetry prints it.
type span struct {
	Name       string
	Attributes []struct {
		Key   string
		Value struct{ Value any }
	}
}

// serveTraced runs the binary with an exporter of spans that prints them.
func serveTraced(t *testing.T, options, sites string, files ...string) *proxy {
	t.Helper()
	dir := t.TempDir()
	for i := 0; i+1 < len(files); i += 2 {
		write(t, filepath.Join(dir, files[i]), files[i+1])
	}
	config := filepath.Join(dir, "Caddyfile")
	write(t, config, caddyfile(options, sites))
	return start(t, config, "OTEL_TRACES_EXPORTER=console", "OTEL_BSP_SCHEDULE_DELAY=20")
}

// attributes waits for the span with a name, and returns its attributes.
func (p *proxy) attributes(t *testing.T, name string) map[string]any {
	t.Helper()
	var out map[string]any
	eventually(t, "the span "+name+" was exported", func() bool {
		for line := range strings.Lines(p.output.String()) {
			var s span
			if !strings.HasSuffix(line, "\n") || json.Unmarshal([]byte(line), &s) != nil || s.Name != name {
				continue
			}
			out = map[string]any{}
			for _, a := range s.Attributes {
				out[a.Key] = a.Value.Value
			}
			return true
		}
		return false
	})
	return out
}

// TestSpanAttributes checks the attributes of the span of Caddy's tracing directive.
func TestSpanAttributes(t *testing.T) {
	t.Parallel()
	backend := respondWith(t, map[string]response{
		"/ok":      {200, []string{asJSON}, "{}"},
		"/missing": {404, []string{asJSON}, missing},
		"/unknown": {400, []string{asJSON}, `{"error":"planet_lost","message":"x"}`},
		"/inside":  {404, []string{asJSON}, missing},
		"/nested":  {404, []string{asJSON}, missing},
		"/inner":   {409, []string{asJSON}, `{"error":{"code":"ACME.NEW_CODE","type":"acme","category":"conflict","status":409,"message":"No.","retry":{"strategy":"never","safe":true}},"meta":{"request_id":"1","api_version":"1","origin":"upstream","match":"table"}}`},
	})
	site := func(host, block string) string {
		return `
http://` + host + `:{$PORT} {
	tracing {
		span ` + strings.TrimSuffix(host, ".test") + `-{http.request.uri.path.file}
	}
	translate_errors {
		` + block + `
	}
	request_limit /limited tight {
		limit 1 per 1h
	}
	reverse_proxy /down ` + refusedAddress + `
	reverse_proxy ` + backend + `
}
`
	}
	inside := `
http://inside.test:{$PORT} {
	translate_errors
	route {
		tracing {
			span inside-{http.request.uri.path.file}
		}
		handle /nested {
			translate_errors
			reverse_proxy ` + backend + `
		}
		reverse_proxy ` + backend + `
	}
}
`
	p := serveTraced(t, "", site("traced.test", "dialect rustbill canonical")+site("pass.test", "dialect rustbill\nunmapped pass")+site("observed.test", "dialect rustbill\nmode observe")+inside)
	for _, where := range []string{
		"traced.test/ok", "traced.test/missing", "traced.test/unknown", "traced.test/down", "traced.test/inner", "traced.test/limited",
		"pass.test/unknown", "observed.test/missing", "inside.test/inside", "inside.test/nested",
	} {
		p.get(t, where)
	}
	id := p.get(t, "traced.test/limited").id(t)
	const none = "none"
	for name, want := range map[string]map[string]any{
		"traced-ok": {"error.type": none, "koine.request_id": none},
		"traced-missing": {
			"error.type": "PLAN.NOT_FOUND", "koine.category": "not_found", "koine.dialect": "rustbill", "koine.match": "table",
			"koine.upstream_code": "plan_not_found", "koine.upstream_status": 404.0, "http.response.status_code": 404.0,
		},
		"traced-unknown":   {"error.type": "REQUEST.INVALID", "koine.match": "status", "koine.upstream_code": "planet_lost"},
		"traced-down":      {"error.type": "UPSTREAM.ERROR", "koine.dialect": none, "koine.match": "status", "koine.upstream_status": 502.0},
		"traced-inner":     {"error.type": "_OTHER", "koine.dialect": "canonical"},
		"pass-unknown":     {"error.type": none, "koine.dialect": "rustbill", "koine.upstream_code": "planet_lost", "koine.upstream_status": 400.0},
		"observed-missing": {"error.type": "PLAN.NOT_FOUND", "koine.match": "table"},
		"inside-inside":    {"error.type": none, "koine.match": none}, // the span has ended when the error is answered
		"inside-nested":    {"error.type": "PLAN.NOT_FOUND", "koine.match": "table"},
	} {
		got := p.attributes(t, name)
		for key, value := range want {
			if value == none {
				if got[key] != nil {
					t.Errorf("%s: %s is %v, want none", name, key, got[key])
				}
			} else if got[key] != value {
				t.Errorf("%s: %s is %v, want %v", name, key, got[key], value)
			}
		}
	}
	eventually(t, "the span of the refusal was exported", func() bool {
		return strings.Contains(p.output.String(), `"koine.rate_limit_policy","Value":{"Type":"STRING","Value":"tight"}`) && strings.Contains(p.output.String(), id)
	})
}
