package translate_test

import (
	"testing"

	"github.com/koine-proxy/koine/mappings"
	"github.com/koine-proxy/koine/translate"
	"github.com/koine-proxy/koine/translate/tablefile"
)

// taxonomy compiles the built-in taxonomy.
func taxonomy(tb testing.TB) *translate.Taxonomy {
	tb.Helper()
	data, err := mappings.Files.ReadFile(mappings.TaxonomyFile)
	if err != nil {
		tb.Fatal(err)
	}
	f, err := tablefile.ReadTaxonomy(mappings.TaxonomyFile, data)
	if err != nil {
		tb.Fatal(err)
	}
	t, err := translate.CompileTaxonomy(f)
	if err != nil {
		tb.Fatal(err)
	}
	return t
}

// files reads built-in mapping files: all of them where no name is given.
func files(tb testing.TB, names ...string) (out []*translate.DialectFile) {
	tb.Helper()
	if len(names) == 0 {
		names = mappings.Dialects()
	}
	for _, name := range names {
		file, data, err := mappings.Dialect(name)
		if err != nil {
			tb.Fatal(err)
		}
		f, err := tablefile.ReadDialect(file, data)
		if err != nil {
			tb.Fatal(err)
		}
		out = append(out, f)
	}
	return translate.Order(out)
}

// engine compiles built-in dialects: all of them where no name is given.
func engine(tb testing.TB, names ...string) *translate.Engine {
	tb.Helper()
	e, err := translate.Compile(taxonomy(tb), files(tb, names...), nil)
	if err != nil {
		tb.Fatal(err)
	}
	return e
}

// five are the dialects that the project started from.
var five = []string{"rustbill", "licensekey", "orders", "success", "validonx"}
