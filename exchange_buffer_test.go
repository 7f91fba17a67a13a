package koine

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
)

// TestTimeoutWhileBodyPassesCap lets body_timeout expire at the moment when a
// body grows over max_body and starts to pass: the handler and the goroutine of
// the timer must not share unprotected state. It needs the race detector.
func TestTimeoutWhileBodyPassesCap(t *testing.T) {
	h := provision(t, "max_body 1KB\nunmapped pass")
	h.rt.bodyTimeout = 1 // a nanosecond: the timer fires while the handler writes
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
