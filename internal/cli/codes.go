package cli

import (
	"strings"

	"github.com/koine-proxy/koine/dialect"
	"github.com/koine-proxy/koine/internal/catalog"
	"github.com/koine-proxy/koine/mappings/builtin"
	"github.com/koine-proxy/koine/translate"
)

// Codes lists the canonical codes that contain a word, one per line, or explains one: its
// meaning, what to do, how to repeat a request, and the native codes that lead to it.
func Codes(s Streams, taxonomies, words []string) Status {
	if len(words) > 1 {
		s.logf("expected at most 1 word, got %d", len(words))
		return WrongUsage
	}
	c, ok := readCatalog(s, taxonomies, true)
	switch {
	case !ok:
		return InvalidInput
	case len(words) == 0:
		return s.print(c.Text(c.Entries()))
	}
	if e := c.Lookup(words[0]); e != nil {
		return s.print(c.EntryText(e))
	}
	switch found := containing(c, words[0]); len(found) {
	case 0:
		return unknownCode(s, c, words[0])
	case 1:
		return s.print(c.EntryText(found[0]))
	default:
		return s.print(c.Text(found))
	}
}

// containing returns the codes whose name contains a word, ignoring case.
func containing(c *catalog.Catalog, word string) (found []*catalog.Entry) {
	for _, e := range c.Entries() {
		if strings.Contains(e.Name, strings.ToUpper(word)) {
			found = append(found, e)
		}
	}
	return found
}

// unknownCode logs that there is no such code, and which one may be meant.
func unknownCode(s Streams, c *catalog.Catalog, name string) Status {
	near := ""
	if found := c.Suggest(name); len(found) > 0 {
		near = found[0].Name
	}
	s.logf("no canonical code contains %q%s", name, didYouMean(near, "run `codes` without a word to list them"))
	return InvalidInput
}

// readCatalog returns the catalogue of the built-in tables with the codes of taxonomy files.
func readCatalog(s Streams, taxonomies []string, dialects bool) (*catalog.Catalog, bool) {
	l := builtin.Library()
	taxonomy, ok := readTaxonomy(s, l, taxonomies)
	if !ok {
		return nil, false
	}
	var forms []*dialect.File
	if dialects {
		forms = l.Dialects
	}
	e, err := translate.Compile(taxonomy, forms, nil)
	if err != nil {
		s.logf("%v", err)
		return nil, false
	}
	locales, err := translate.CompileLocales(taxonomy, builtin.Locales()[0])
	if err != nil {
		s.logf("%v", err)
		return nil, false
	}
	return catalog.New(catalog.Options{Engine: e, Policy: translate.DefaultPolicy(), Locale: locales.Default(), Dialects: dialects}), true
}
