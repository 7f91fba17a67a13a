package koine

import (
	"net/http"
	"testing"
)

func TestPassedThrough(t *testing.T) {
	browser := []string{"Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
	for _, c := range []struct {
		name, contentType, body string
		status                  int
		header                  []string
	}{
		{"success", "application/json", `{"error":"none"}`, 200, nil},
		{"no content", "", "", 204, nil},
		{"not modified", "", "", 304, nil},
		{"partial", "application/json", `{"a":`, 206, nil},
		{"redirect", "text/html", "<a>", 302, nil},
		{"client disconnected", "application/json", notFound, 499, nil},
		{"HTML for a browser", "text/html; charset=utf-8", "<h1>Not here</h1>", 404, browser},
		{"image", "image/png", "\x89PNG\r\n\x1a\n", 404, nil},
		{"SVG", "image/svg+xml", "<svg/>", 404, nil},
		{"archive", "application/zip", "PK\x03\x04", 500, nil},
		{"gRPC", "application/grpc", "\x00", 500, nil},
		{"event stream", "text/event-stream", "data: x\n\n", 500, nil},
		{"binary without a type", "", "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", 404, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := serve(t, provision(t, ""), write(c.status, c.contentType, c.body))
			got := get(t, s.URL, c.header...)
			if got.StatusCode != c.status || got.body != c.body {
				t.Errorf("got %d %q, want %d %q", got.StatusCode, got.body, c.status, c.body)
			}
			if got.Header.Get("X-Request-ID") == "" {
				t.Error("the request id is missing")
			}
			if got.Header.Get("Proxy-Status") != "" {
				t.Error("Proxy-Status is set, but nothing was translated")
			}
		})
	}
}

func TestTranslated(t *testing.T) {
	for _, c := range []struct {
		name, contentType, body string
		status                  int
		code                    string
	}{
		{"JSON", "application/json; charset=utf-8", notFound, 404, "PLAN.NOT_FOUND"},
		{"JSON by suffix", "application/vnd.api+json", notFound, 404, "PLAN.NOT_FOUND"},
		{"JSON without a type", "", notFound, 404, "PLAN.NOT_FOUND"},
		{"JSON with a text type", "text/plain", notFound, 404, "PLAN.NOT_FOUND"},
		{"text", "text/plain", "no such thing", 404, "RESOURCE.NOT_FOUND"},
		{"HTML for a client that does not prefer it", "text/html", "<h1>Not here</h1>", 404, "RESOURCE.NOT_FOUND"},
		{"XML", "application/xml", "<e/>", 503, "UPSTREAM.UNAVAILABLE"},
		{"form", "application/x-www-form-urlencoded", "error=x", 400, "REQUEST.INVALID"},
		{"empty body", "", "", 403, "AUTH.FORBIDDEN"},
		{"truncated body", "application/json", notFound[:20], 404, "RESOURCE.NOT_FOUND"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := serve(t, provision(t, ""), write(c.status, c.contentType, c.body))
			get(t, s.URL).wantEnvelope(t, c.status, c.code)
		})
	}
}

func TestRangeNotSatisfiable(t *testing.T) {
	s := serve(t, provision(t, ""), func(w http.ResponseWriter, r *http.Request) error {
		w.Header().Set("Content-Range", "bytes */47")
		return write(416, "text/plain", "invalid range")(w, r)
	})
	got := get(t, s.URL)
	got.wantEnvelope(t, 416, "REQUEST.RANGE_NOT_SATISFIABLE")
	if got.Header.Get("Content-Range") != "bytes */47" {
		t.Errorf("Content-Range is %q", got.Header.Get("Content-Range"))
	}
}
