package tests

import (
	"net/http"
	"strconv"
	"strings"
	"testing"
)

// unknownErrors are errors without a row, with the generic code of their status.
var unknownErrors = map[string]struct {
	response
	code string
}{
	"/unknown-code":    {response{404, []string{asJSON, "Etag: \"1\""}, `{"error":"planet_not_found","message":"There is no such planet.","x":50.00}`}, "RESOURCE.NOT_FOUND"},
	"/unknown-dialect": {response{409, []string{asJSON}, `{"fault":{"num":17,"text":"Already there."}}`}, "RESOURCE.CONFLICT"},
	"/a-list":          {response{422, []string{asJSON}, `["no","way"]`}, "REQUEST.UNPROCESSABLE"},
	"/null":            {response{400, []string{asJSON}, `null`}, "REQUEST.INVALID"},
	"/empty":           {response{503, []string{asJSON}, ""}, "UPSTREAM.UNAVAILABLE"},
	"/empty-untyped":   {response{423, nil, ""}, "RESOURCE.LOCKED"},
	"/plain":           {response{500, []string{asPlain}, "Segmentation fault\n"}, "INTERNAL.ERROR"},
	"/form":            {response{400, []string{"Content-Type: application/x-www-form-urlencoded"}, "error=bad&message=worse"}, "REQUEST.INVALID"},
	"/xml":             {response{502, []string{"Content-Type: application/xml"}, `<fault><code>17</code></fault>`}, "UPSTREAM.ERROR"},
	"/truncated":       {response{404, []string{asJSON}, `{"error":"plan_not_found","message":"There is no pl`}, "RESOURCE.NOT_FOUND"},
	"/not-json":        {response{418, []string{asJSON}, `I am a teapot`}, "REQUEST.INVALID"},
	"/strange-status":  {response{597, []string{asJSON}, `{"error":"strange"}`}, "INTERNAL.ERROR"},
	"/wrong-type":      {response{403, []string{"Content-Type: application/vnd.acme+json; charset=utf-8"}, `{"nope":true}`}, "AUTH.FORBIDDEN"},
	"/huge":            {response{413, []string{asJSON}, `{"error":"` + strings.Repeat("x", 5<<20) + `"}`}, "REQUEST.TOO_LARGE"},
	"/deeply-nested":   {response{400, []string{asJSON}, strings.Repeat("[", 10000) + strings.Repeat("]", 10000)}, "REQUEST.INVALID"},
}

// TestUnknown sends errors without a row. Each is answered by its status, or, with
// `unmapped pass`, passes through.
func TestUnknown(t *testing.T) {
	t.Parallel()
	byPath := map[string]response{}
	for path, s := range unknownErrors {
		s.header = append(s.header, "X-Upstream: kept", "Set-Cookie: a=1", "Set-Cookie: b=2")
		byPath[path] = s.response
	}
	backend := respondWith(t, byPath)
	p := serve(t, "", translateAndPassSites("fallback.test", backend))
	for path, s := range unknownErrors {
		t.Run(path[1:], func(t *testing.T) {
			t.Parallel()
			a := p.get(t, "fallback.test"+path)
			e := a.envelope(t)
			if e.Error.Code != s.code || a.status != s.status || e.Meta.Match != "status" && e.Meta.Match != "guess" {
				t.Errorf("%d %s by %s, want %d %s by status", a.status, e.Error.Code, e.Meta.Match, s.status, s.code)
			}
			if got := a.header.Values("Set-Cookie"); len(got) != 2 || a.header.Get("X-Upstream") != "kept" {
				t.Errorf("headers of the upstream are missing: %v", a.header)
			}
			if want := "koine; received-status=" + strconv.Itoa(s.status); a.header.Get("Proxy-Status") != want {
				t.Errorf("Proxy-Status is %q, want %q", a.header.Get("Proxy-Status"), want)
			}
			if strings.Contains(string(a.body), "Segmentation") || len(a.body) > 2000 {
				t.Errorf("unexpected parts in the body: %s", tail(string(a.body)))
			}

			a = p.get(t, "pass.test"+path)
			a.checkPassed(t, s.status, byPath[path].contentType(), s.body)
			for _, line := range byPath[path].header {
				name, _, _ := strings.Cut(line, ": ")
				if got, want := a.header.Values(name), byPath[path].values(name); strings.Join(got, "|") != strings.Join(want, "|") {
					t.Errorf("%s is %q, want %q", name, got, want)
				}
			}
			if a.header.Get("Cache-Control") != "" {
				t.Error("a response that passed through has a Cache-Control of Koine")
			}
		})
	}
}

// values returns the values of a header of an answer.
func (r response) values(name string) (values []string) {
	for _, line := range r.header {
		if n, value, _ := strings.Cut(line, ": "); http.CanonicalHeaderKey(n) == http.CanonicalHeaderKey(name) {
			values = append(values, value)
		}
	}
	return values
}

func (r response) contentType() string {
	if values := r.values("Content-Type"); len(values) > 0 {
		return values[0]
	}
	return ""
}

// TestUnknownCode checks which parts of an error with an unknown code reach the client.
func TestUnknownCode(t *testing.T) {
	t.Parallel()
	backend := respondWith(t, map[string]response{
		"/below": {404, []string{asJSON}, `{"error":"planet_not_found","message":"There is no such planet.","mass":50.00}`},
		"/above": {500, []string{asJSON}, `{"error":"planet_exploded","message":"There was such a planet.","mass":50.00}`},
	})
	p := serve(t, "", `
http://default.test:{$PORT} {
	translate_errors
	reverse_proxy `+backend+`
}
http://exposed.test:{$PORT} {
	translate_errors {
		dialect rustbill
		expose upstream
	}
	reverse_proxy `+backend+`
}
http://mapped.test:{$PORT} {
	translate_errors {
		map rustbill planet_not_found RESOURCE.GONE
		map * planet_exploded UPSTREAM.UNAVAILABLE
	}
	reverse_proxy `+backend+`
}
`)
	e := p.get(t, "default.test/below").envelope(t)
	if e.Error.Message != "There is no such planet." || string(e.Error.Details["mass"]) != "50.00" {
		t.Errorf("an error with an unknown code is not extracted: %+v", e.Error)
	}
	if e.Meta.Upstream == nil || *e.Meta.Upstream != (upstreamInfo{Code: "planet_not_found"}) {
		t.Errorf("meta.upstream is %+v", e.Meta.Upstream)
	}
	if e = p.get(t, "default.test/above").envelope(t); e.Meta.Upstream != nil {
		t.Errorf("meta.upstream is %+v", e.Meta.Upstream)
	}
	e = p.get(t, "exposed.test/above").envelope(t)
	if e.Meta.Upstream == nil || *e.Meta.Upstream != (upstreamInfo{Dialect: "rustbill", Code: "planet_exploded", Status: 500}) {
		t.Errorf("meta.upstream is %+v", e.Meta.Upstream)
	}
	if e = p.get(t, "mapped.test/below").envelope(t); e.Error.Code != "RESOURCE.GONE" || e.Error.Status != 410 || e.Meta.Match != "table" || e.Meta.Upstream != nil {
		t.Errorf("a row of the site is not used: %+v", e)
	}
	if e = p.get(t, "mapped.test/above").envelope(t); e.Error.Code != "UPSTREAM.UNAVAILABLE" || e.Error.Status != 503 {
		t.Errorf("a row for every dialect is not used: %+v", e)
	}
}
