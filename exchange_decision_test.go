package koine

import (
	"net/http"
	"strings"
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
		{"bytes", "application/octet-stream", "\x00{", 500, nil},
		{"bytes that start like JSON", "application/octet-stream", "{\x00}", 500, nil},
		{"bytes that start like compressed JSON", "application/octet-stream", "\x1f\x8b\x08not gzip", 500, nil},
		{"a text as bytes", "binary/octet-stream", "It failed.", 500, nil},
		{"a script", "text/javascript", "callback(" + notFound + ")", 404, nil},
		{"white space as bytes", "application/octet-stream", " \n", 404, nil},
		{"no bytes", "application/octet-stream", "", 404, nil},
		{"a success as bytes", "application/octet-stream", notFound, 200, nil},
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
		{"JSON as bytes", "application/octet-stream", notFound, 404, "PLAN.NOT_FOUND"},
		{"JSON as bytes of S3", "binary/octet-stream", notFound, 404, "PLAN.NOT_FOUND"},
		{"JSON as a script", "application/javascript; charset=utf-8", notFound, 404, "PLAN.NOT_FOUND"},
		{"JSON as a script, old", "text/javascript", "\xef\xbb\xbf\n" + notFound, 404, "PLAN.NOT_FOUND"},
		{"a list as bytes", "application/octet-stream", "[]", 404, "RESOURCE.NOT_FOUND"},
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

// TestVagueTypeInParts sends bodies of a vague media type in several parts.
func TestVagueTypeInParts(t *testing.T) {
	for _, c := range []struct {
		name, block, encoding, disposition string
		parts                              []string
		translated                         bool
	}{
		{"JSON", "", "", "", []string{"\xef", "\xbb\xbf", " ", "{", notFound[1:]}, true},
		{"JSON, with a charset as coding", "", "UTF-8", "", []string{notFound}, true},
		{"JSON, with an unknown coding", "", "snappy", "", []string{notFound}, false},
		{"JSON of a download", "", "", "Attachment; filename=a.json", []string{notFound}, false},
		{"a larger body that starts like JSON", "max_body 1KiB", "", "", []string{"{", strings.Repeat(" ", 1100), "}"}, false},
		{"bytes", "", "", "", []string{"\xef", "\xbb", "x", "y"}, false},
		{"bytes after white space", "", "", "", []string{"\n", " ", "x", "{}"}, false},
		{"other statuses only", "only 5xx", "", "", []string{notFound}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := serve(t, provision(t, c.block), func(w http.ResponseWriter, _ *http.Request) error {
				w.Header().Set("Content-Type", "application/octet-stream")
				for name, value := range map[string]string{"Content-Encoding": c.encoding, "Content-Disposition": c.disposition} {
					if value != "" {
						w.Header().Set(name, value)
					}
				}
				w.WriteHeader(404)
				for _, part := range c.parts {
					if _, err := w.Write([]byte(part)); err != nil {
						return err
					}
				}
				return nil
			})
			got := get(t, s.URL)
			if c.translated {
				got.wantEnvelope(t, 404, "PLAN.NOT_FOUND")
			} else if got.body != strings.Join(c.parts, "") || got.Header.Get("Content-Encoding") != c.encoding || got.Header.Get("Proxy-Status") != "" {
				t.Errorf("got %q with %v", got.body, got.Header)
			}
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
