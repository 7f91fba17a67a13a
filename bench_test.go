package koine

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
)

// discard is a response writer that costs nothing.
type discard struct{ header http.Header }

func (d discard) Header() http.Header         { return d.header }
func (d discard) Write(p []byte) (int, error) { return len(p), nil }
func (d discard) WriteHeader(int)             {}

// BenchmarkBare is what the two below cost without the handler: take it off.
func BenchmarkBare(b *testing.B) { benchmarkHandler(b, nil, succeed) }

var okBody = []byte(`{"ok":true}`)

// succeed is the handler behind.
var succeed = caddyhttp.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) error {
	w.WriteHeader(http.StatusOK)
	_, err := w.Write(okBody)
	return err
})

// BenchmarkSuccess is the whole handler around a response that is no error:
// writer, id, header, placeholders and log fields. The request is prepared as
// Caddy prepares it, outside of the clock.
func BenchmarkSuccess(b *testing.B) {
	benchmarkHandler(b, provision(b, ""), succeed)
}

// BenchmarkError is the same around an error that is translated.
func BenchmarkError(b *testing.B) {
	h := provision(b, "")
	next := caddyhttp.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) error {
		w.Header()["Content-Type"] = []string{"application/json"}
		w.WriteHeader(http.StatusNotFound)
		_, err := io.WriteString(w, notFound)
		return err
	})
	benchmarkHandler(b, h, next)
}

func benchmarkHandler(b *testing.B, h *Handler, next caddyhttp.Handler) {
	plain := httptest.NewRequest(http.MethodGet, "/v1/plans/7", nil)
	w := discard{http.Header{}}
	r := prepare(plain, w)
	ctx := r.Context()
	vars := ctx.Value(caddyhttp.VarsCtxKey).(map[string]any)
	repl := ctx.Value(caddy.ReplacerCtxKey).(*caddy.Replacer)
	extra := ctx.Value(caddyhttp.ExtraLogFieldsCtxKey).(*caddyhttp.ExtraLogFields)
	fresh := *repl
	fresh.Map(func(string) (any, bool) { return nil, false }) // Caddy adds its own provider, which leaves room for ours
	b.ReportAllocs()
	for b.Loop() {
		// What Caddy makes anew for every request is reset in place.
		delete(vars, recordKey)
		clear(w.header)
		delete(r.Header, "X-Request-Id")
		*extra = caddyhttp.ExtraLogFields{}
		*repl = fresh
		var err error
		if h == nil {
			err = next.ServeHTTP(w, r)
		} else {
			err = h.ServeHTTP(w, r, next)
		}
		if err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkMint makes ids, on all processors at once.
func BenchmarkMint(b *testing.B) {
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		now := time.Now()
		for pb.Next() {
			_ = ulids.text("req_", now)
		}
	})
}
