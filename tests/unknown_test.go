package tests

import (
	"net/http"
	"strconv"
	"strings"
	"testing"
)

// unknownErrors are errors that no table knows, and the code that their status has.
var unknownErrors = map[string]struct {
	reply
	code string
}{
	"/unknown-code":    {reply{404, []string{asJSON, "Etag: \"1\""}, `{"error":"planet_not_found","message":"There is no such planet.","x":50.00}`}, "RESOURCE.NOT_FOUND"},
	"/unknown-dialect": {reply{409, []string{asJSON}, `{"fault":{"num":17,"text":"Already there."}}`}, "RESOURCE.CONFLICT"},
	"/a-list":          {reply{422, []string{asJSON}, `["no","way"]`}, "REQUEST.UNPROCESSABLE"},
	"/null":            {reply{400, []string{asJSON}, `null`}, "REQUEST.INVALID"},
	"/empty":           {reply{503, []string{asJSON}, ""}, "UPSTREAM.UNAVAILABLE"},
	"/empty-untyped":   {reply{423, nil, ""}, "RESOURCE.LOCKED"},
	"/plain":           {reply{500, []string{asPlain}, "Segmentation fault\n"}, "INTERNAL.ERROR"},
	"/form":            {reply{400, []string{"Content-Type: application/x-www-form-urlencoded"}, "error=bad&message=worse"}, "REQUEST.INVALID"},
	"/xml":             {reply{502, []string{"Content-Type: application/xml"}, `<fault><code>17</code></fault>`}, "UPSTREAM.ERROR"},
	"/truncated":       {reply{404, []string{asJSON}, `{"error":"plan_not_found","message":"There is no pl`}, "RESOURCE.NOT_FOUND"},
	"/not-json":        {reply{418, []string{asJSON}, `I am a teapot`}, "REQUEST.INVALID"},
	"/strange-status":  {reply{599, []string{asJSON}, `{"error":"strange"}`}, "INTERNAL.ERROR"},
	"/wrong-type":      {reply{403, []string{"Content-Type: application/vnd.acme+json; charset=utf-8"}, `{"nope":true}`}, "AUTH.FORBIDDEN"},
	"/huge":            {reply{413, []string{asJSON}, `{"error":"` + strings.Repeat("x", 5<<20) + `"}`}, "REQUEST.TOO_LARGE"},
	"/deep":            {reply{400, []string{asJSON}, strings.Repeat("[", 10000) + strings.Repeat("]", 10000)}, "REQUEST.INVALID"},
}

// TestUnknown sends errors without a row. Each is answered by its status, or, with
// `unmapped pass`, passes through.
func TestUnknown(t *testing.T) {
	t.Parallel()
	byPath := map[string]reply{}
	for path, s := range unknownErrors {
		s.header = append(s.header, "X-Upstream: kept", "Set-Cookie: a=1", "Set-Cookie: b=2")
		byPath[path] = s.reply
	}
	backend := replies(t, byPath)
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
			a.passed(t, s.status, byPath[path].contentType(), s.body)
			for _, line := range byPath[path].header {
				name, _, _ := strings.Cut(line, ": ")
				if got, want := a.header.Values(name), byPath[path].values(name); strings.Join(got, "|") != strings.Join(want, "|") {
					t.Errorf("%s is %q, want %q", name, got, want)
				}
			}
			if a.header.Get("Cache-Control") != "" {
				t.Error("a response that passed has a Cache-Control of Koine")
			}
		})
	}
}

// values returns the values of a header of a reply.
func (r reply) values(name string) (values []string) {
	for _, line := range r.header {
		if n, value, _ := strings.Cut(line, ": "); http.CanonicalHeaderKey(n) == http.CanonicalHeaderKey(name) {
			values = append(values, value)
		}
	}
	return values
}

func (r reply) contentType() string {
	if values := r.values("Content-Type"); len(values) > 0 {
		return values[0]
	}
	return ""
}

// TestUnknownCode checks what a client sees of an unknown code.
func TestUnknownCode(t *testing.T) {
	t.Parallel()
	backend := replies(t, map[string]reply{
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
		t.Errorf("an error with an unknown code is not read: %+v", e.Error)
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

// TestNoCandidates sends responses that are not API errors. They pass unchanged.
func TestNoCandidates(t *testing.T) {
	t.Parallel()
	page := "<!doctype html><title>Not here</title><p>{\"error\":\"plan_not_found\"}"
	image := "\x89PNG\r\n\x1a\n\x00\x00"
	backend := replies(t, map[string]reply{
		"/page":       {404, []string{asHTML, "Content-Length: " + strconv.Itoa(len(page)), "Etag: \"p\"", "Last-Modified: Mon, 02 Jan 2006 15:04:05 GMT"}, page},
		"/page-guess": {404, nil, page},
		"/image":      {404, []string{"Content-Type: image/png"}, image},
		"/image-json": {404, []string{"Content-Type: image/svg+xml"}, `<svg xmlns="http://www.w3.org/2000/svg"/>`},
		"/grpc":       {404, []string{"Content-Type: application/grpc"}, "\x00\x00\x00\x00\x05hello"},
		"/grpc-web":   {415, []string{"Content-Type: application/grpc-web+proto"}, "\x00\x00\x00\x00\x05hello"},
		"/grpc-json":  {415, []string{"Content-Type: application/grpc+json"}, `{"error":"not_found","message":"no"}`},
		"/pdf":        {403, []string{"Content-Type: application/pdf"}, "%PDF-1.7"},
		"/zip":        {500, []string{"Content-Type: application/zip"}, "PK\x03\x04"},
		"/bytes":      {500, []string{"Content-Type: application/octet-stream"}, "\x00\x01"},
		"/script":     {404, []string{"Content-Type: text/javascript"}, "404"},
		"/events":     {400, []string{"Content-Type: text/event-stream"}, "data: {\"error\":\"not_found\"}\n\n"},
	})
	p := serve(t, "", `
http://nothing.test:{$PORT} {
	translate_errors {
		envelope canonical problem
	}
	reverse_proxy `+backend+`
}
`)
	for path, contentType := range map[string]string{
		"/image": "image/png", "/image-json": "image/svg+xml", "/grpc": "application/grpc", "/grpc-web": "application/grpc-web+proto",
		"/grpc-json": "application/grpc+json", "/pdf": "application/pdf", "/zip": "application/zip", "/bytes": "application/octet-stream",
		"/script": "text/javascript", "/events": "text/event-stream",
	} {
		want := p.get(t, "nothing.test"+path)
		a := p.get(t, "nothing.test"+path, "Accept: application/json")
		if a.header.Get("Content-Type") != contentType || string(a.body) != string(want.body) {
			t.Errorf("%s did not pass: %d %v %q", path, a.status, a.header, a.body)
		}
		a.passed(t, a.status, contentType, string(want.body))
	}
	for _, path := range []string{"/page", "/page-guess"} {
		browser := p.get(t, "nothing.test"+path, acceptHTML)
		browser.passed(t, 404, asHTML[len("Content-Type: "):], page)
		if path == "/page" && (browser.header.Get("Etag") != `"p"` || browser.header.Get("Last-Modified") == "") {
			t.Errorf("headers of a page that passed are missing: %v", browser.header)
		}
		for _, accept := range []string{"*/*", "application/json", "application/json, text/html;q=0.9", "text/html;q=0"} {
			a := p.get(t, "nothing.test"+path, "Accept: "+accept)
			if e := a.envelope(t); e.Error.Code != "RESOURCE.NOT_FOUND" || a.status != 404 {
				t.Errorf("%s with Accept: %s is %d %s", path, accept, a.status, e.Error.Code)
			}
			if vary := strings.Join(a.header.Values("Vary"), ", "); !strings.Contains(vary, "Accept") {
				t.Errorf("%s: Vary is %q, although a browser would get the page", path, vary)
			}
		}
		p.get(t, "nothing.test"+path).envelope(t)
	}
}

// TestOnly checks that `only` limits the statuses.
func TestOnly(t *testing.T) {
	t.Parallel()
	body := `{"error":"plan_not_found","message":"There is no such plan."}`
	backend := upstream(t, func(w http.ResponseWriter, r *http.Request) {
		status, _ := strconv.Atoi(r.URL.Path[1:])
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		if status != http.StatusNotModified && status != http.StatusNoContent {
			_, _ = w.Write([]byte(body))
		}
	})
	p := serve(t, "", `
http://only.test:{$PORT} {
	translate_errors {
		only 404 5xx
		status upstream
	}
	reverse_proxy `+backend+`
}
http://all.test:{$PORT} {
	translate_errors {
		status upstream
	}
	reverse_proxy `+backend+`
}
`)
	for _, status := range []int{200, 201, 301, 302, 400, 410, 429, 499} {
		p.get(t, "only.test/"+strconv.Itoa(status)).passed(t, status, "application/json", body)
	}
	for _, status := range []int{404, 500, 503, 599} {
		if e := p.get(t, "only.test/"+strconv.Itoa(status)).envelope(t); e.Error.Status != status || e.Error.Code != "PLAN.NOT_FOUND" {
			t.Errorf("%d is answered with %d %s", status, e.Error.Status, e.Error.Code)
		}
	}
	p.get(t, "all.test/499").passed(t, 499, "application/json", body)
	p.get(t, "all.test/204").passed(t, 204, "application/json", "")
	p.get(t, "all.test/304").passed(t, 304, "", "")
	if a := p.get(t, "all.test/400"); a.envelope(t).Error.Status != 400 || a.status != 400 {
		t.Error("status upstream did not keep the status")
	}
}
