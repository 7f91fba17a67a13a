package cli

import (
	"slices"
	"strings"

	"github.com/koine-proxy/koine/dialect"
	"github.com/koine-proxy/koine/dialect/yamlfile"
	"github.com/koine-proxy/koine/internal/schema"
	"github.com/koine-proxy/koine/internal/suggest"
	"github.com/koine-proxy/koine/mappings"
	"github.com/koine-proxy/koine/translate"
)

// DocsFormats are the values of --format.
var DocsFormats = []string{"markdown", "html", "openapi", "json", "schema"}

// Docs prints documentation: as `markdown` the index of the built-in dialects, or the
// page of one; as `schema` the JSON Schema of mapping files.
func Docs(s Streams, format string, taxonomies, names []string) Status {
	switch {
	case !slices.Contains(DocsFormats, format):
		s.logf("unknown --format %q%s", format, didYouMean(suggest.Nearest(format, DocsFormats), "use one of "+strings.Join(DocsFormats, ", ")))
		return WrongUsage
	case len(names) > 1:
		s.logf("expected at most 1 name, got %d", len(names))
		return WrongUsage
	case format == "schema" && len(names) > 0:
		s.logf("--format schema takes no name: one schema describes all mapping files")
		return WrongUsage
	case format == "schema":
		return s.print(string(schema.Mapping))
	case format != "markdown":
		s.logf("--format %s is not implemented yet", format)
		return WrongUsage
	}
	return markdown(s, taxonomies, names)
}

func markdown(s Streams, taxonomies, names []string) Status {
	if len(names) == 1 && !isBuiltIn(s, names[0]) {
		return InvalidInput
	}
	l, err := library()
	if err != nil {
		s.logf("%v", err)
		return InvalidInput
	}
	taxonomy, ok := readTaxonomy(s, l, taxonomies)
	if !ok {
		return InvalidInput
	}
	if len(names) == 0 {
		return s.print(IndexPage(mappings.Sections(), l.Dialects))
	}
	i := slices.IndexFunc(l.Dialects, func(f *dialect.File) bool { return f.Name == names[0] })
	if i < 0 {
		s.logf("the mapping file of the built-in dialect %s names another dialect", names[0])
		return InvalidInput
	}
	page, err := DialectPage(taxonomy, l.Dialects[i])
	if err != nil {
		s.logf("%v", err)
		return InvalidInput
	}
	return s.print(page)
}

// readTaxonomy merges the built-in taxonomy with files.
func readTaxonomy(s Streams, l mappings.Library, names []string) (*translate.Taxonomy, bool) {
	c := &checker{}
	files := []*dialect.TaxonomyFile{l.Taxonomy}
	for _, name := range names {
		data, err := s.ReadFile(name)
		if err != nil {
			c.add(dialect.Fault{File: name, Message: reason(err)})
			continue
		}
		f, err := yamlfile.ReadTaxonomy(name, data)
		c.ok(err)
		files = append(files, f)
	}
	var taxonomy *translate.Taxonomy
	if len(c.faults) == 0 {
		var err error
		taxonomy, err = translate.CompileTaxonomy(files...)
		c.ok(err)
	}
	if len(c.faults) > 0 {
		s.logf("%s", strings.TrimSuffix(c.report(), "\n"))
		return nil, false
	}
	return taxonomy, true
}
