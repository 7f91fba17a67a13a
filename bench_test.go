package koine

import (
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
)

// discardWriter is a response writer that discards the body.
type discardWriter struct{ header http.Header }

func (d discardWriter) Header() http.Header         { return d.header }
func (d discardWriter) Write(p []byte) (int, error) { return len(p), nil }
func (d discardWriter) WriteHeader(int)             {}

// BenchmarkWithoutHandler measures the cost of the benchmarks themselves; subtract
// it from the results of the others.
func BenchmarkWithoutHandler(b *testing.B) { benchmarkHandler(b, nil, okHandler) }

var okBody = []byte(`{"ok":true}`)

// okHandler is the next handler.
var okHandler = caddyhttp.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) error {
	w.WriteHeader(http.StatusOK)
	_, err := w.Write(okBody)
	return err
})

// BenchmarkSuccess measures the handler with a response that is not an error:
// writer, id, headers, placeholders and log fields. The request is prepared as
// Caddy prepares it, outside of the measured time.
func BenchmarkSuccess(b *testing.B) {
	benchmarkHandler(b, provision(b, ""), okHandler)
}

// BenchmarkSuccessOfModes measures the handler with a response that is not an error, and
// modes of which the last one applies.
func BenchmarkSuccessOfModes(b *testing.B) {
	for name, block := range modeBlocks {
		b.Run(name, func(b *testing.B) { benchmarkHandler(b, provision(b, block), okHandler) })
	}
}

// modeBlocks are sites with each mode.
var modeBlocks = map[string]string{"observe": "mode observe", "off": "mode off", "percent": "mode translate 10%"}

// errorHandler writes an error.
var errorHandler = caddyhttp.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) error {
	w.Header()["Content-Type"] = []string{"application/json"}
	w.WriteHeader(http.StatusNotFound)
	_, err := io.WriteString(w, notFound)
	return err
})

// BenchmarkError measures the handler with an error that is translated.
func BenchmarkError(b *testing.B) { benchmarkHandler(b, provision(b, ""), errorHandler) }

// BenchmarkErrorObserved measures the handler with an error that is observed. It costs at
// most what translating costs.
func BenchmarkErrorObserved(b *testing.B) {
	benchmarkHandler(b, provision(b, "mode observe"), errorHandler)
}

func benchmarkHandler(b *testing.B, h *Handler, next caddyhttp.Handler) {
	handle := repeatedRequest(b, h, next)
	b.ReportAllocs()
	for b.Loop() {
		handle()
	}
}

// repeatedRequest returns a function that handles one request again and again. It allocates
// nothing itself.
func repeatedRequest(tb testing.TB, h *Handler, next caddyhttp.Handler) func() {
	plain := httptest.NewRequest(http.MethodGet, "/v1/plans/7", nil)
	w := discardWriter{http.Header{}}
	r := prepare(plain, w)
	ctx := r.Context()
	vars := ctx.Value(caddyhttp.VarsCtxKey).(map[string]any)
	repl := ctx.Value(caddy.ReplacerCtxKey).(*caddy.Replacer)
	extra := ctx.Value(caddyhttp.ExtraLogFieldsCtxKey).(*caddyhttp.ExtraLogFields)
	fresh := *repl
	fresh.Map(func(string) (any, bool) { return nil, false }) // Caddy adds a provider, so that adding one more does not allocate
	return func() {
		// The values that Caddy creates for every request are reset in place.
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
			tb.Fatal(err)
		}
	}
}

// TestModesAllocateNothing checks that a success costs the same with every mode.
func TestModesAllocateNothing(t *testing.T) {
	want := testing.AllocsPerRun(100, repeatedRequest(t, provision(t, ""), okHandler))
	for name, block := range modeBlocks {
		if got := testing.AllocsPerRun(100, repeatedRequest(t, provision(t, block), okHandler)); got > want {
			t.Errorf("%s: %v allocations, %v without a mode", name, got, want)
		}
	}
}

// BenchmarkObservedAgainstTranslated measures the same error with both modes in turn, and
// compares the medians: a busy machine affects both alike. Observing costs at most what
// translating costs.
func BenchmarkObservedAgainstTranslated(b *testing.B) {
	handlers := [...]func(){repeatedRequest(b, provision(b, ""), errorHandler), repeatedRequest(b, provision(b, "mode observe"), errorHandler)}
	var took [len(handlers)][]time.Duration
	for b.Loop() {
		for i, handle := range handlers {
			start := time.Now()
			handle()
			took[i] = append(took[i], time.Since(start))
		}
	}
	var medians [len(handlers)]float64
	for i, name := range [...]string{"ns/translated", "ns/observed"} {
		slices.Sort(took[i])
		medians[i] = float64(took[i][len(took[i])/2])
		b.ReportMetric(medians[i], name)
	}
	b.ReportMetric(medians[1]/medians[0], "ratio")
}
