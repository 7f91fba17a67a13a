package mappings_test

import (
	"runtime"
	"testing"

	"github.com/koine-proxy/koine/mappings"
	"github.com/koine-proxy/koine/translate"
)

// engine compiles all built-in tables.
func engine(tb testing.TB, l mappings.Library) *translate.Engine {
	tb.Helper()
	taxonomy, err := translate.CompileTaxonomy(l.Taxonomy)
	if err != nil {
		tb.Fatal(err)
	}
	e, err := translate.CompileWith(translate.Source{Taxonomy: taxonomy, Dialects: l.Dialects, Limits: []*translate.LimitsFile{l.Limits}})
	if err != nil {
		tb.Fatal(err)
	}
	return e
}

// BenchmarkReady reads and compiles all built-in tables, as every start does.
func BenchmarkReady(b *testing.B) {
	for b.Loop() {
		l, err := mappings.Read()
		if err != nil {
			b.Fatal(err)
		}
		engine(b, l)
	}
}

// TestMemory holds the built-in tables, compiled, to what they may cost.
func TestMemory(t *testing.T) {
	heap := func() uint64 {
		runtime.GC()
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	before := heap()
	l, err := mappings.Read()
	if err != nil {
		t.Fatal(err)
	}
	read := heap()
	e := engine(t, l)
	compiled := heap()
	t.Logf("read %d KiB, compiled %d KiB", (read-before)>>10, (compiled-read)>>10)
	runtime.KeepAlive(l)
	runtime.KeepAlive(e)
}
