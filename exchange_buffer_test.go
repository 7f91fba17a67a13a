package koine

import (
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
	"github.com/tidwall/gjson"
)

// TestTimeoutWhileBodyExceedsMaxBody lets body_timeout expire at the moment when a
// body exceeds max_body and starts to pass through: the handler and the goroutine of
// the timer must not share unprotected state. It needs the race detector.
func TestTimeoutWhileBodyExceedsMaxBody(t *testing.T) {
	h := provision(t, "max_body 1KB\nunmapped pass")
	h.rt.Load().bodyTimeout = 1 // a nanosecond: the timer fires while the handler writes
	piece := []byte(strings.Repeat("x", 600))
	for range 3000 {
		w := httptest.NewRecorder()
		r := prepare(httptest.NewRequest(http.MethodGet, "/", nil), w)
		err := h.ServeHTTP(w, r, caddyhttp.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) error {
			w.Header().Set("Content-Type", "text/plain")
			w.WriteHeader(http.StatusInternalServerError)
			for range 2 {
				if _, err := w.Write(piece); err != nil {
					return err
				}
			}
			return nil
		}))
		if err != nil && !errors.Is(err, errAnswered) {
			t.Fatal(err)
		}
	}
}

func TestFlushKeepsErrorBuffered(t *testing.T) {
	s := serve(t, provision(t, ""), func(w http.ResponseWriter, _ *http.Request) error {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(404)
		_, _ = io.WriteString(w, notFound[:10])
		_ = http.NewResponseController(w).Flush()
		_, _ = io.WriteString(w, notFound[10:])
		return nil
	})
	get(t, s.URL).wantEnvelope(t, 404, "PLAN.NOT_FOUND")
}

func TestBodyOverMaxBody(t *testing.T) {
	body := `{"error":"plan_not_found","message":"` + strings.Repeat("x", 5000) + `"}`
	for block, want := range map[string]string{"max_body 1KB": "", "max_body 1KB\nunmapped pass": body} {
		for _, announced := range []bool{true, false} {
			s := serve(t, provision(t, block), func(w http.ResponseWriter, _ *http.Request) error {
				w.Header().Set("Content-Type", "application/json")
				if announced {
					w.Header().Set("Content-Length", fmt.Sprint(len(body)))
				}
				w.WriteHeader(404)
				for rest := body; rest != ""; rest = rest[min(500, len(rest)):] {
					if _, err := io.WriteString(w, rest[:min(500, len(rest))]); err != nil {
						return err
					}
				}
				return nil
			})
			got := get(t, s.URL)
			if want == "" {
				got.wantEnvelope(t, 404, "RESOURCE.NOT_FOUND")
			} else if got.body != want || got.StatusCode != 404 {
				t.Errorf("got %d and %d bytes, want all of them", got.StatusCode, len(got.body))
			}
		}
	}
}

// TestLargeBodyIsNeverSentEmpty sends bodies above max_body of errors that would pass
// if they were smaller.
func TestLargeBodyIsNeverSentEmpty(t *testing.T) {
	body := "<html>" + strings.Repeat("x", 5000)
	for name, c := range map[string]struct {
		block  string
		header [2]string
		accept string
		passes bool
	}{
		"a page for a browser":                            {"dialect nginx auto\nmax_body 1KB", [2]string{"Content-Type", "text/html"}, "text/html", true},
		"a dialect that is left alone, known by a header": {"max_body 1KB", [2]string{"X-Ms-Error-Code", "BlobNotFound"}, "", false},
	} {
		t.Run(name, func(t *testing.T) {
			s := serve(t, provision(t, c.block), func(w http.ResponseWriter, _ *http.Request) error {
				w.Header().Set("Content-Type", "application/xml")
				w.Header().Set("X-Ms-Request-Id", "1")
				w.Header().Set("X-Ms-Version", "2019-02-02")
				w.Header().Set(c.header[0], c.header[1])
				w.WriteHeader(404)
				_, err := io.WriteString(w, body)
				return err
			})
			res := get(t, s.URL, "Accept", c.accept)
			if c.passes && res.body != body {
				t.Errorf("got %d bytes", len(res.body))
			}
			if !c.passes {
				res.wantEnvelope(t, 404, gjson.Get(res.body, "error.code").String())
			}
		})
	}
}

func TestEndlessBodyIsAborted(t *testing.T) {
	var wrote int
	s := serve(t, provision(t, "max_body 1KB"), func(w http.ResponseWriter, _ *http.Request) error {
		w.Header().Set("Content-Type", "text/plain")
		w.WriteHeader(500)
		piece := make([]byte, 512)
		for {
			n, err := w.Write(piece)
			if wrote += n; err != nil {
				return err
			}
		}
	})
	get(t, s.URL).wantEnvelope(t, 500, "INTERNAL.ERROR")
	if most := 2 * discardFactor * 1000; wrote > most {
		t.Errorf("%d bytes were read, more than %d", wrote, most)
	}
}

func TestStalledBody(t *testing.T) {
	t.Run("handler that stops when cancelled", func(t *testing.T) {
		s := serve(t, provision(t, "body_timeout 20ms"), func(w http.ResponseWriter, r *http.Request) error {
			_ = write(404, "application/json", notFound[:12])(w, r)
			<-r.Context().Done()
			panic(http.ErrAbortHandler)
		})
		get(t, s.URL).wantEnvelope(t, 404, "RESOURCE.NOT_FOUND")
	})
	t.Run("handler that ignores the cancellation", func(t *testing.T) {
		end, ended := make(chan struct{}), make(chan error, 1)
		s := serve(t, provision(t, "body_timeout 20ms"), func(w http.ResponseWriter, r *http.Request) error {
			_ = write(404, "application/json", notFound[:12])(w, r)
			<-end
			_, err := io.WriteString(w, notFound[12:])
			w.Header().Set("X-Late", "1")
			ended <- err
			return nil
		})
		got := get(t, s.URL) // before the handler ends
		got.wantEnvelope(t, 404, "RESOURCE.NOT_FOUND")
		if !got.Close {
			t.Error("the connection is kept open, but its handler still runs")
		}
		close(end)
		if err := <-ended; err == nil {
			t.Error("a late write was accepted")
		}
	})
}

func TestCompressedBodies(t *testing.T) {
	s := serve(t, provision(t, ""), func(w http.ResponseWriter, _ *http.Request) error {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Encoding", "gzip")
		w.Header().Set("ETag", `"x"`)
		w.WriteHeader(404)
		z := gzip.NewWriter(w)
		_, _ = io.WriteString(z, notFound)
		return z.Close()
	})
	got := get(t, s.URL, "Accept-Encoding", "gzip")
	got.wantEnvelope(t, 404, "PLAN.NOT_FOUND")
	if got.Header.Get("Content-Encoding") != "" || got.Header.Get("ETag") != "" {
		t.Errorf("the header still describes the old body: %v", got.Header)
	}
}
