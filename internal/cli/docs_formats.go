package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/koine-proxy/koine/internal/catalog"
	"github.com/koine-proxy/koine/internal/clientcode"
	"github.com/koine-proxy/koine/internal/openapi"
	"github.com/koine-proxy/koine/internal/schema"
	"github.com/koine-proxy/koine/internal/suggest"
	"github.com/koine-proxy/koine/mappings"
)

// one is the print function of a format that describes all codes at once.
func one(text func(*docs) ([]byte, error)) func(*docs, string) (string, error) {
	return func(d *docs, _ string) (string, error) {
		data, err := text(d)
		return string(data), err
	}
}

// single is the files function of a format that is one file.
func single(name string, text func(*docs) ([]byte, error)) func(*docs) ([]docsFile, error) {
	return func(d *docs) ([]docsFile, error) {
		data, err := text(d)
		return []docsFile{{name, string(data)}}, err
	}
}

func (d *docs) openAPI() ([]byte, error)    { return openapi.Document(d.catalog) }
func (d *docs) overlay() ([]byte, error)    { return openapi.Overlay(d.catalog) }
func (d *docs) typeScript() ([]byte, error) { return clientcode.TypeScript(d.catalog) }
func (d *docs) golang() ([]byte, error)     { return clientcode.Go(d.catalog) }
func (d *docs) python() ([]byte, error)     { return clientcode.Python(d.catalog) }

// printMarkdown returns the page of a code or a dialect or, without a name, the lists of both.
func printMarkdown(d *docs, name string) (string, error) {
	switch {
	case name == "":
		l, err := library()
		if err != nil {
			return "", err
		}
		return d.catalog.Markdown(d.catalog.Entries()) + "\n" + IndexPage(mappings.Sections(), l.Dialects), nil
	case strings.Contains(name, "."): // as in every code, and in the name of no dialect
		e, err := d.entry(name)
		if err != nil {
			return "", err
		}
		return d.catalog.EntryMarkdown(e), nil
	}
	page, err := d.dialectPage(name)
	if page == "" && err == nil {
		err = fmt.Errorf("unknown built-in dialect or canonical code %q%s", name, didYouMean(suggest.Nearest(name, mappings.Dialects()), "run `dialects` or `codes` to list them"))
	}
	return page, err
}

// htmlSite is the site that files are.
var htmlSite = catalog.Site{Suffix: ".html", Files: true}

// printHTML returns the page of a code or, without a name, the index.
func printHTML(d *docs, name string) (string, error) {
	if name == "" {
		page, err := d.catalog.IndexHTML(htmlSite, catalog.Query{})
		return string(page), err
	}
	e, err := d.entry(name)
	if err != nil {
		return "", err
	}
	page, err := d.catalog.EntryHTML(htmlSite, e)
	return string(page), err
}

// htmlFiles returns the pages, and all that they link to.
func htmlFiles(d *docs) ([]docsFile, error) {
	index, err := d.catalog.IndexHTML(htmlSite, catalog.Query{})
	if err != nil {
		return nil, err
	}
	files := []docsFile{{"index.html", string(index)}}
	for _, e := range d.catalog.Entries() {
		page, err := d.catalog.EntryHTML(htmlSite, e)
		if err != nil {
			return nil, err
		}
		files = append(files, docsFile{e.Name + ".html", string(page)})
	}
	for _, f := range docsFormats {
		if f.name == "html" {
			continue
		}
		more, err := f.files(d)
		if err != nil {
			return nil, err
		}
		files = append(files, more...)
	}
	return files, nil
}

func markdownFiles(d *docs) ([]docsFile, error) {
	files := []docsFile{{"index.md", d.catalog.Markdown(d.catalog.Entries())}, {"llms.txt", d.catalog.LLMs(".md")}}
	for _, e := range d.catalog.Entries() {
		files = append(files, docsFile{e.Name + ".md", d.catalog.EntryMarkdown(e)})
	}
	return files, nil
}

// printJSON returns the data of a code or, without a name, of all.
func printJSON(d *docs, name string) (string, error) {
	if name == "" {
		return string(d.catalog.JSON(d.catalog.Entries())), nil
	}
	e, err := d.entry(name)
	if err != nil {
		return "", err
	}
	return string(d.catalog.EntryJSON(e)), nil
}

func jsonFiles(d *docs) ([]docsFile, error) {
	files := []docsFile{{"index.json", string(d.catalog.JSON(d.catalog.Entries()))}}
	for _, e := range d.catalog.Entries() {
		files = append(files, docsFile{e.Name + ".json", string(d.catalog.EntryJSON(e))})
	}
	return files, nil
}

// schemas are the JSON Schemas, by their names in `docs --format schema`.
var schemas = []struct {
	name, file string
	text       []byte
}{
	{"mapping", "mapping.schema.json", schema.Mapping}, {"canonical", "envelope.schema.json", schema.Envelope}, {"problem", "problem.schema.json", schema.Problem},
}

// printSchema returns a JSON Schema; without a name that of mapping files.
func printSchema(_ *docs, name string) (string, error) {
	if name == "" {
		return string(schema.Mapping), nil
	}
	names := make([]string, len(schemas))
	for i, s := range schemas {
		names[i] = s.name
	}
	i := slices.Index(names, name)
	if i < 0 {
		return "", fmt.Errorf("unknown schema %q%s", name, didYouMean(suggest.Nearest(name, names), "use one of "+strings.Join(names, ", ")))
	}
	return string(schemas[i].text), nil
}

func schemaFiles(*docs) (files []docsFile, _ error) {
	for _, s := range schemas {
		files = append(files, docsFile{s.file, string(s.text)})
	}
	return files, nil
}
