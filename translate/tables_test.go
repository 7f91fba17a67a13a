package translate_test

import (
	"slices"
	"sync"
	"testing"

	"github.com/koine-proxy/koine/dialect"
	"github.com/koine-proxy/koine/mappings"
	"github.com/koine-proxy/koine/translate"
)

// builtIn are the built-in tables with their examples, read once.
var builtIn = sync.OnceValues(mappings.Read)

// taxonomy compiles the built-in taxonomy.
func taxonomy(tb testing.TB) *translate.Taxonomy {
	tb.Helper()
	l, err := builtIn()
	if err != nil {
		tb.Fatal(err)
	}
	t, err := translate.CompileTaxonomy(l.Taxonomy)
	if err != nil {
		tb.Fatal(err)
	}
	return t
}

// files returns built-in mapping files by name: all of them
// where no name is given.
func files(tb testing.TB, names ...string) (out []*dialect.File) {
	tb.Helper()
	l, err := builtIn()
	if err != nil {
		tb.Fatal(err)
	}
	for _, f := range l.Dialects {
		if len(names) == 0 || slices.Contains(names, f.Name) {
			out = append(out, f)
		}
	}
	if len(names) > 0 && len(out) != len(names) {
		tb.Fatalf("of %v there are only %d", names, len(out))
	}
	return out
}

// forms returns the forms of built-in dialects, variants and dialects themselves, in
// the order of detection.
func forms(tb testing.TB, names ...string) []*dialect.File {
	tb.Helper()
	return dialect.Order(dialect.ExpandAll(files(tb, names...)))
}

// engine compiles built-in dialects: our own where no name is given.
func engine(tb testing.TB, names ...string) *translate.Engine {
	tb.Helper()
	if len(names) == 0 {
		names = own
	}
	return compile(tb, forms(tb, names...))
}

// library compiles all built-in dialects.
func library(tb testing.TB) *translate.Engine {
	tb.Helper()
	return compile(tb, forms(tb))
}

func compile(tb testing.TB, files []*dialect.File) *translate.Engine {
	tb.Helper()
	e, err := translate.Compile(taxonomy(tb), files, nil)
	if err != nil {
		tb.Fatal(err)
	}
	return e
}

// five are the dialects that the project started from.
var five = []string{"rustbill", "licensekey", "orders", "success", "validonx"}

// own are those, and the envelopes of other hops.
var own = append([]string{"canonical", "problem"}, five...)
