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

// DocsFormats are the forms of documentation.
var DocsFormats = []string{"markdown", "html", "openapi", "json", "schema"}

// Docs prints documentation: as `markdown` an index of the built-in dialects, or
// the page of one; as `schema` the JSON Schema of mapping files.
func Docs(s Streams, format string, taxonomies, names []string) Status {
	switch {
	case !slices.Contains(DocsFormats, format):
		s.say("--format %q%s", format, orMeant(suggest.Nearest(format, DocsFormats), "it must be one of "+strings.Join(DocsFormats, ", ")))
		return WrongUsage
	case len(names) > 1:
		s.say("docs takes one name, or none for all dialects; not %d", len(names))
		return WrongUsage
	case format == "schema" && len(names) > 0:
		s.say("the schema is that of all mapping files; it takes no name")
		return WrongUsage
	case format == "schema":
		return s.print(string(schema.Mapping))
	case format != "markdown":
		s.say("format %s is not there yet", format)
		return WrongUsage
	}
	return markdown(s, taxonomies, names)
}

func markdown(s Streams, taxonomies, names []string) Status {
	if len(names) == 1 && !isBuiltIn(s, names[0]) {
		return AtFault
	}
	l, err := library()
	if err != nil {
		s.say("%v", err)
		return AtFault
	}
	taxonomy, fine := readTaxonomy(s, l, taxonomies)
	if !fine {
		return AtFault
	}
	if len(names) == 0 {
		return s.print(IndexPage(l.Dialects))
	}
	i := slices.IndexFunc(l.Dialects, func(f *dialect.File) bool { return f.Name == names[0] })
	if i < 0 {
		s.say("the built-in dialect %s has another name inside of its file", names[0])
		return AtFault
	}
	page, err := DialectPage(taxonomy, l.Dialects[i])
	if err != nil {
		s.say("%v", err)
		return AtFault
	}
	return s.print(page)
}

// readTaxonomy joins the built-in taxonomy and files.
func readTaxonomy(s Streams, l mappings.Library, names []string) (*translate.Taxonomy, bool) {
	c := &checker{}
	files := []*dialect.TaxonomyFile{l.Taxonomy}
	for _, name := range names {
		data, err := s.ReadFile(name)
		if err != nil {
			c.take(dialect.Fault{File: name, Message: reason(err)})
			continue
		}
		f, err := yamlfile.ReadTaxonomy(name, data)
		c.fine(err)
		files = append(files, f)
	}
	var taxonomy *translate.Taxonomy
	if len(c.faults) == 0 {
		var err error
		taxonomy, err = translate.CompileTaxonomy(files...)
		c.fine(err)
	}
	if len(c.faults) > 0 {
		s.say("%s", strings.TrimSuffix(c.report(), "\n"))
		return nil, false
	}
	return taxonomy, true
}
