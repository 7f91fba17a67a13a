package tests

import (
	"net/http"
	"strconv"
	"strings"
	"testing"
)

// TestNoCandidates sends responses that are not candidates. They pass through unchanged.
func TestNoCandidates(t *testing.T) {
	t.Parallel()
	page := "<!doctype html><title>Not here</title><p>{\"error\":\"plan_not_found\"}"
	image := "\x89PNG\r\n\x1a\n\x00\x00"
	backend := respondWith(t, map[string]response{
		"/page":              {404, []string{asHTML, "Content-Length: " + strconv.Itoa(len(page)), "Etag: \"p\"", "Last-Modified: Mon, 02 Jan 2006 15:04:05 GMT"}, page},
		"/page-without-type": {404, nil, page},
		"/image":             {404, []string{"Content-Type: image/png"}, image},
		"/svg":               {404, []string{"Content-Type: image/svg+xml"}, `<svg xmlns="http://www.w3.org/2000/svg"/>`},
		"/grpc":              {404, []string{"Content-Type: application/grpc"}, "\x00\x00\x00\x00\x05hello"},
		"/grpc-web":          {415, []string{"Content-Type: application/grpc-web+proto"}, "\x00\x00\x00\x00\x05hello"},
		"/grpc-json":         {415, []string{"Content-Type: application/grpc+json"}, `{"error":"not_found","message":"no"}`},
		"/pdf":               {403, []string{"Content-Type: application/pdf"}, "%PDF-1.7"},
		"/zip":               {500, []string{"Content-Type: application/zip"}, "PK\x03\x04"},
		"/bytes":             {500, []string{"Content-Type: application/octet-stream"}, "\x00\x01"},
		"/script":            {404, []string{"Content-Type: text/javascript"}, "404"},
		"/events":            {400, []string{"Content-Type: text/event-stream"}, "data: {\"error\":\"not_found\"}\n\n"},
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
		"/image": "image/png", "/svg": "image/svg+xml", "/grpc": "application/grpc", "/grpc-web": "application/grpc-web+proto",
		"/grpc-json": "application/grpc+json", "/pdf": "application/pdf", "/zip": "application/zip", "/bytes": "application/octet-stream",
		"/script": "text/javascript", "/events": "text/event-stream",
	} {
		want := p.get(t, "nothing.test"+path)
		a := p.get(t, "nothing.test"+path, "Accept: application/json")
		if a.header.Get("Content-Type") != contentType || string(a.body) != string(want.body) {
			t.Errorf("%s did not pass through unchanged: %d %v %q", path, a.status, a.header, a.body)
		}
		a.checkPassed(t, a.status, contentType, string(want.body))
	}
	for _, path := range []string{"/page", "/page-without-type"} {
		browser := p.get(t, "nothing.test"+path, acceptHTML)
		browser.checkPassed(t, 404, asHTML[len("Content-Type: "):], page)
		if vary := strings.Join(browser.header.Values("Vary"), ", "); vary != "Accept" {
			t.Errorf("%s: Vary of the page is %q", path, vary)
		}
		if path == "/page" && (browser.header.Get("Etag") != `"p"` || browser.header.Get("Last-Modified") == "") {
			t.Errorf("headers of a page that passed through are missing: %v", browser.header)
		}
		for _, accept := range []string{"*/*", "application/json", "application/json, text/html;q=0.9", "text/html;q=0"} {
			a := p.get(t, "nothing.test"+path, "Accept: "+accept)
			if e := a.envelope(t); e.Error.Code != "RESOURCE.NOT_FOUND" || a.status != 404 {
				t.Errorf("%s with Accept: %s is %d %s", path, accept, a.status, e.Error.Code)
			}
			if vary := strings.Join(a.header.Values("Vary"), ", "); !strings.Contains(vary, "Accept") {
				t.Errorf("%s: Vary is %q, although the response depends on Accept", path, vary)
			}
		}
		p.get(t, "nothing.test"+path).envelope(t)
	}
}

// TestOnly checks that `only` restricts the statuses that are translated.
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
		dialect rustbill
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
		p.get(t, "only.test/"+strconv.Itoa(status)).checkPassed(t, status, "application/json", body)
	}
	for _, status := range []int{404, 500, 503, 599} {
		if e := p.get(t, "only.test/"+strconv.Itoa(status)).envelope(t); e.Error.Status != status || e.Error.Code != "PLAN.NOT_FOUND" {
			t.Errorf("%d is answered with %d %s", status, e.Error.Status, e.Error.Code)
		}
	}
	p.get(t, "all.test/499").checkPassed(t, 499, "application/json", body)
	p.get(t, "all.test/204").checkPassed(t, 204, "application/json", "")
	p.get(t, "all.test/304").checkPassed(t, 304, "", "")
	if a := p.get(t, "all.test/400"); a.envelope(t).Error.Status != 400 || a.status != 400 {
		t.Error("status upstream did not keep the status")
	}
}
