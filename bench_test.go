package koine

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
)

// discard is a response writer without cost.
type discard struct{ header http.Header }

func (d discard) Header() http.Header         { return d.header }
func (d discard) Write(p []byte) (int, error) { return len(p), nil }
func (d discard) WriteHeader(int)             {}

// BenchmarkBare measures the benchmarks below without the handler. Subtract it.
func BenchmarkBare(b *testing.B) { benchmarkHandler(b, nil, succeed) }

var okBody = []byte(`{"ok":true}`)

// succeed is the next handler.
var succeed = caddyhttp.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) error {
	w.WriteHeader(http.StatusOK)
	_, err := w.Write(okBody)
	return err
})

// BenchmarkSuccess measures the handler with a response that is not an error:
// writer, id, headers, placeholders and log fields. The request is prepared as
// Caddy prepares it, outside of the measured time.
func BenchmarkSuccess(b *testing.B) {
	benchmarkHandler(b, provision(b, ""), succeed)
}

// BenchmarkError measures the same with an error that is translated.
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
	fresh.Map(func(string) (any, bool) { return nil, false }) // Caddy adds a provider, which leaves room for ours
	b.ReportAllocs()
	for b.Loop() {
		// What Caddy makes for every request is reset in place.
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
