package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/koine-proxy/koine/dialect"
	"github.com/koine-proxy/koine/dialect/yamlfile"
	"github.com/koine-proxy/koine/internal/catalog"
	"github.com/koine-proxy/koine/internal/suggest"
	"github.com/koine-proxy/koine/mappings"
	"github.com/koine-proxy/koine/mappings/builtin"
	"github.com/koine-proxy/koine/translate"
)

// DocsOptions are the options of Docs.
type DocsOptions struct {
	Format     string   // one of DocsFormats
	Taxonomies []string // taxonomy files that add to the built-in one
	Out        string   // the directory to write files to; "" for the standard output
	Dialects   bool     // list native codes, too
}

// DocsFormats returns the values of --format.
func DocsFormats() []string {
	names := make([]string, len(docsFormats))
	for i, f := range docsFormats {
		names[i] = f.name
	}
	return names
}

// docsFormat is a format of documentation.
type docsFormat struct {
	name  string
	takes string // what a name can be; "" if there can be none
	print func(d *docs, name string) (string, error)
	files func(d *docs) ([]docsFile, error)
}

// docsFile is a file that documentation consists of.
type docsFile struct{ name, text string }

// docsFormats are the formats, the default first.
var docsFormats []docsFormat

func init() { // in init, because unknown names are reported with the names of formats
	docsFormats = []docsFormat{
		{"markdown", "a code or a dialect", printMarkdown, markdownFiles},
		{"html", "a code", printHTML, htmlFiles},
		{"openapi", "", one((*docs).openAPI), single("openapi.json", (*docs).openAPI)},
		{"overlay", "", one((*docs).overlay), single("overlay.json", (*docs).overlay)},
		{"json", "a code", printJSON, jsonFiles},
		{"schema", "canonical, problem or mapping", printSchema, schemaFiles},
		{"typescript", "", one((*docs).typeScript), single("errors.ts", (*docs).typeScript)},
		{"go", "", one((*docs).golang), single("errors.go", (*docs).golang)},
		{"python", "", one((*docs).python), single("errors.py", (*docs).python)},
	}
}

// Docs prints documentation, or writes it to files: pages about the canonical codes or a
// dialect, descriptions of the errors for programs, and source files for clients.
func Docs(s Streams, o DocsOptions, names []string) Status {
	i := slices.IndexFunc(docsFormats, func(f docsFormat) bool { return f.name == o.Format })
	switch {
	case i < 0:
		s.logf("unknown --format %q%s", o.Format, didYouMean(suggest.Nearest(o.Format, DocsFormats()), "use one of "+strings.Join(DocsFormats(), ", ")))
		return WrongUsage
	case len(names) > 1:
		s.logf("expected at most 1 name, got %d", len(names))
		return WrongUsage
	case len(names) > 0 && docsFormats[i].takes == "":
		s.logf("--format %s takes no name: it describes all codes", o.Format)
		return WrongUsage
	case len(names) > 0 && o.Out != "":
		s.logf("--out writes the files of all codes; remove the name %s, or redirect the output to a file", names[0])
		return WrongUsage
	}
	c, ok := readCatalog(s, o.Taxonomies, o.Dialects)
	if !ok {
		return InvalidInput
	}
	d := &docs{s, c}
	if o.Out != "" {
		return d.write(o.Out, docsFormats[i])
	}
	text, err := docsFormats[i].print(d, strings.Join(names, ""))
	if err != nil {
		s.logf("%v", err)
		return InvalidInput
	}
	return s.print(text)
}

// docs is what the formats need.
type docs struct {
	Streams
	catalog *catalog.Catalog
}

// write writes the files of a format to a directory.
func (d *docs) write(dir string, f docsFormat) Status {
	files, err := f.files(d)
	if err == nil {
		err = os.MkdirAll(dir, 0o755)
	}
	for _, file := range files {
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, file.name), []byte(file.text), 0o644)
		}
	}
	if err != nil {
		d.logf("%v", err)
		return InvalidInput
	}
	d.logf("%s written to %s", count(len(files), "file"), dir)
	return OK
}

// entry returns the entry of a code.
func (d *docs) entry(name string) (*catalog.Entry, error) {
	if e := d.catalog.Lookup(name); e != nil {
		return e, nil
	}
	near := ""
	if found := d.catalog.Suggest(name); len(found) > 0 {
		near = found[0].Name
	}
	return nil, fmt.Errorf("unknown canonical code %q%s", name, didYouMean(near, "run `codes` to list them"))
}

// dialectPage returns the page of a dialect; "" if it is none.
func (d *docs) dialectPage(name string) (string, error) {
	l, err := library()
	if err != nil {
		return "", err
	}
	i := slices.IndexFunc(l.Dialects, func(f *dialect.File) bool { return f.Name == name })
	if i < 0 {
		return "", nil
	}
	taxonomy, err := translate.CompileTaxonomy(builtin.Library().Taxonomy)
	if err != nil {
		return "", err
	}
	return DialectPage(taxonomy, l.Dialects[i])
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
