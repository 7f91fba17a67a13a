package mappings_test

import (
	"reflect"
	"runtime"
	"testing"

	"github.com/koine-proxy/koine/dialect"
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
	e, err := translate.NewEngine(translate.Inputs{Taxonomy: taxonomy, Dialects: l.Dialects, Limits: []*dialect.LimitsFile{l.Limits}})
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

// maxHeld is what all built-in tables may hold, for thirty sites together.
const maxHeld = 12 << 20

// TestMemory holds the built-in tables, compiled, for thirty sites that have rows
// of their own, to what they may cost.
func TestMemory(t *testing.T) {
	before := heap()
	l, err := mappings.Read()
	if err != nil {
		t.Fatal(err)
	}
	base := engine(t, l)
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
	runtime.KeepAlive(l)
	runtime.KeepAlive(sites)
}

// heap is how much memory is in use.
func heap() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// TestExamplesAreCutOff: what is read without examples is the same as with them.
func TestExamplesAreCutOff(t *testing.T) {
	bare, err := mappings.Read()
	if err != nil {
		t.Fatal(err)
	}
	whole, err := mappings.WithExamples()
	if err != nil {
		t.Fatal(err)
	}
	for i, f := range whole.Dialects {
		if len(f.Examples) == 0 {
			t.Errorf("%s has no examples", f.Name)
		}
		f.Examples = nil
		delete(f.Given, "examples")
		if !reflect.DeepEqual(f, bare.Dialects[i]) {
			t.Errorf("%s differs without its examples: are they not the last word of the file?", f.Name)
		}
	}
}
