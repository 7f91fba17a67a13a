package tests

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
)

// acmeTaxonomy adds one code to the built-in ones.
const acmeTaxonomy = `taxonomy: acme
codes:
  ACME.WARP.LOST:
    status: 409
    category: conflict
    retry: backoff
    message: The warp drive is lost.
    description: It cannot be found.
    action: Look for it.
`

// TestChain chains Koine instances. The outer ones keep the decisions of the innermost one,
// and replace only the request id.
func TestChain(t *testing.T) {
	t.Parallel()
	backend := respondWith(t, map[string]response{
		"/missing":  {404, []string{asJSON}, missing},
		"/form":     {400, []string{asJSON}, `{"error":"validation_error","message":"Please check the form.","fields":{"items.0.sku":"Unknown.","email":"Enter an address."},"paid":50.00}`},
		"/database": {500, []string{asJSON}, `{"error":"database_error","message":"ORA-1"}`},
		"/busy":     {429, []string{asJSON, "Retry-After: 7", "X-RateLimit-Limit: 10", "X-RateLimit-Remaining: 0"}, `{"code":"RATE_LIMIT_EXCEEDED","message":"Slow down, please."}`},
		"/timeout":  {408, []string{asJSON}, `{"code":"ORDER_TIMEOUT","message":"The order takes too long."}`},
		"/unknown":  {404, []string{asJSON}, `{"error":"planet_not_found","message":"There is no such planet.","mass":50.00}`},
		"/text":     {409, []string{asPlain}, "an unknown format"},
		"/warp":     {400, []string{asJSON}, `{"error":"warp_lost","message":"It is gone."}`},
		"/id":       {404, []string{asJSON}, `{"code":"customer_not_found","message":"No customer has this id.","request_id":"theirs","metadata":{"id":7}}`},
	})
	p := serve(t, "", `
http://inner.test:{$PORT} {
	translate_errors {
		envelope canonical problem
		taxonomy {$STATE}/acme.yaml
		map rustbill warp_lost ACME.WARP.LOST
		docs https://docs.example.com/errors/
		expose upstream
		retry_after 33s
	}
	reverse_proxy /down `+refusedAddress+`
	reverse_proxy `+backend+`
}
http://outer.test:{$PORT} {
	translate_errors {
		dialect canonical auto
		envelope canonical problem
	}
	reverse_proxy 127.0.0.1:{$PORT} {
		header_up Host inner.test
	}
}
http://outermost.test:{$PORT} {
	translate_errors {
		dialect canonical auto
		envelope canonical problem
		unmapped pass
	}
	reverse_proxy 127.0.0.1:{$PORT} {
		header_up Host outer.test
	}
}
http://problems-only.test:{$PORT} {
	translate_errors {
		dialect canonical auto
		envelope problem
	}
	reverse_proxy 127.0.0.1:{$PORT} {
		header_up Host inner.test
	}
}
http://canonical-only.test:{$PORT} {
	translate_errors {
		dialect canonical auto
	}
	reverse_proxy 127.0.0.1:{$PORT} {
		header_up Host inner.test
	}
}
http://untrusting.test:{$PORT} {
	translate_errors {
		envelope canonical problem
	}
	reverse_proxy 127.0.0.1:{$PORT} {
		header_up Host inner.test
	}
}
http://exposing.test:{$PORT} {
	translate_errors {
		expose upstream
	}
	reverse_proxy 127.0.0.1:{$PORT} {
		header_up Host untrusting.test
	}
}
`, "acme.yaml", acmeTaxonomy)
	for _, path := range []string{"/missing", "/form", "/database", "/busy", "/timeout", "/unknown", "/text", "/warp", "/id", "/down"} {
		t.Run(path[1:], func(t *testing.T) {
			t.Parallel()
			direct := p.get(t, "inner.test"+path)
			for instances, host := range map[int]string{2: "outer.test", 3: "outermost.test", 1: "canonical-only.test"} {
				a := p.get(t, host+path)
				e := a.envelope(t)
				if got, want := withoutID(t, a.body), withoutID(t, direct.body); a.status != direct.status || got != want {
					t.Errorf("%s: %d\n%s\nnot %d\n%s", host, a.status, got, direct.status, want)
				}
				if status := strings.Join(a.header.Values("Proxy-Status"), ", "); instances > 1 && strings.Count(status, "koine;") != instances {
					t.Errorf("%s: Proxy-Status is %q", host, status)
				}
				if a.header.Get("Retry-After") != direct.header.Get("Retry-After") {
					t.Errorf("%s: Retry-After is %q, want %q", host, a.header.Get("Retry-After"), direct.header.Get("Retry-After"))
				}
				if e.Meta.RequestID == direct.envelope(t).Meta.RequestID {
					t.Errorf("%s: the id is that of another request", host)
				}
			}
			checkProblems(t, p, path)
			checkUntrusting(t, p, path)
		})
	}
	if warp := p.get(t, "outer.test/warp").envelope(t); warp.Error.Code != "ACME.WARP.LOST" || warp.Error.Category != "conflict" || warp.Error.Docs != "https://docs.example.com/errors/ACME.WARP.LOST" {
		t.Errorf("a code of the inner taxonomy was replaced: %+v", warp)
	}
}

// checkProblems is TestChain for clients that prefer RFC 9457.
func checkProblems(t *testing.T, p *proxy, path string) {
	t.Helper()
	const acceptProblem = "Accept: application/problem+json"
	direct := p.get(t, "inner.test"+path, acceptProblem)
	direct.problem(t)
	for _, host := range []string{"outer.test", "outermost.test", "problems-only.test"} {
		a := p.get(t, host+path, acceptProblem)
		a.problem(t)
		if got, want := withoutID(t, a.body), withoutID(t, direct.body); a.status != direct.status || got != want {
			t.Errorf("%s: %d\n%s\nnot %d\n%s", host, a.status, got, direct.status, want)
		}
	}
	// An instance with another envelope converts between the envelopes.
	problem, envelope := p.get(t, "problems-only.test"+path).problem(t), p.get(t, "inner.test"+path).envelope(t)
	back := p.get(t, "canonical-only.test"+path, acceptProblem).envelope(t)
	if problem.Code != envelope.Error.Code || back.Error.Code != envelope.Error.Code || problem.Status != envelope.Error.Status ||
		back.Error.Message != envelope.Error.Message || len(problem.Errors) != len(envelope.Error.Fields) || len(back.Error.Fields) != len(envelope.Error.Fields) {
		t.Errorf("canonical %+v became problem %+v; problem became %+v", envelope, problem, back)
	}
}

// checkUntrusting checks an instance that does not name the dialect canonical: it keeps the
// decision, but filters the envelope like the body of any upstream.
func checkUntrusting(t *testing.T, p *proxy, path string) {
	t.Helper()
	inner, outer := p.get(t, "inner.test"+path).envelope(t), p.get(t, "untrusting.test"+path).envelope(t)
	if outer.Error.Docs != "" || outer.Meta.Upstream != nil && (*outer.Meta.Upstream != upstreamInfo{Code: outer.Meta.Upstream.Code}) {
		t.Errorf("the pages or the upstream of the other instance are told: %+v", outer)
	}
	if outer.Meta.Upstream != nil && inner.Meta.Match == "table" {
		t.Errorf("a code that the other instance knows is told: %+v", outer)
	}
	inner.Error.Docs, inner.Meta.Upstream, inner.Meta.RequestID = "", nil, ""
	outer.Meta.Upstream, outer.Meta.RequestID = nil, ""
	if !reflect.DeepEqual(inner, outer) {
		t.Errorf("got\n%+v\nnot\n%+v", outer, inner)
	}
	if exposed := p.get(t, "exposing.test"+path).envelope(t).Meta.Upstream; exposed == nil || exposed.Dialect != "canonical" || exposed.Code == "" || exposed.Status == 0 || exposed.RequestID == "" {
		t.Errorf("expose upstream tells %+v", exposed)
	}
}

// withoutID returns a body without the request id, which differs between instances.
func withoutID(t *testing.T, body []byte) string {
	t.Helper()
	var v map[string]any
	if err := json.Unmarshal(body, &v); err != nil {
		t.Fatalf("%v: %s", err, body)
	}
	if meta, ok := v["meta"].(map[string]any); ok {
		delete(meta, "request_id")
	}
	delete(v, "request_id")
	text, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
