package builtin_test

import (
	"bytes"
	"os"
	"runtime"
	"testing"

	"github.com/koine-proxy/koine/dialect"
	"github.com/koine-proxy/koine/internal/gosource"
	"github.com/koine-proxy/koine/mappings"
	"github.com/koine-proxy/koine/mappings/builtin"
	"github.com/koine-proxy/koine/translate"
)

// TestGenerated fails if the generated tables are older than the YAML files.
func TestGenerated(t *testing.T) {
	l, err := mappings.Read()
	if err != nil {
		t.Fatal(err)
	}
	checkGenerated(t, "library_gen.go", "library", l)
	locales, err := mappings.ReadLocales()
	if err != nil {
		t.Fatal(err)
	}
	checkGenerated(t, "locales_gen.go", "locales", locales)
}

func checkGenerated(t *testing.T, file, variable string, v any) {
	t.Helper()
	want, err := gosource.File("builtin", variable, v)
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s is not current: run `go generate ./mappings/builtin`", file)
	}
}

// engine compiles all built-in tables.
func engine(tb testing.TB) *translate.Engine {
	tb.Helper()
	l := builtin.Library()
	taxonomy, err := translate.CompileTaxonomy(l.Taxonomy)
	if err != nil {
		tb.Fatal(err)
	}
	e, err := translate.NewEngine(translate.Inputs{Taxonomy: taxonomy, Dialects: l.Forms(), Limits: []*dialect.LimitsFile{l.Limits}})
	if err != nil {
		tb.Fatal(err)
	}
	return e
}

// BenchmarkReady compiles all built-in tables, as every start does.
func BenchmarkReady(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		engine(b)
	}
}

// maxHeld bounds the memory of all built-in tables, for thirty sites together.
const maxHeld = 6 << 20

// TestMemory measures the memory of the compiled built-in tables, and of thirty
// sites with rows of their own.
func TestMemory(t *testing.T) {
	before := heap()
	base := engine(t)
	shared := heap()
	var sites []*translate.Engine
	for range 30 {
		site, err := base.WithRows(translate.Rows{"*": {{Native: "seat_taken", Code: "RESOURCE.CONFLICT"}}, "stripe": {{Native: "card_declined", Code: "PAYMENT.REQUIRED"}}})
		if err != nil {
			t.Fatal(err)
		}
		sites = append(sites, site)
	}
	held := heap() - before
	t.Logf("the tables hold %d KiB, thirty sites %d KiB more", (shared-before)>>10, (held+before-shared)>>10)
	if held > maxHeld {
		t.Errorf("together they hold %d KiB, more than %d", held>>10, maxHeld>>10)
	}
	runtime.KeepAlive(sites)
}

// heap returns the memory in use.
func heap() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
