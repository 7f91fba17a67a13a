package koine

import (
	"crypto/sha256"
	"encoding/hex"
	"sync"

	"github.com/koine-proxy/koine/internal/catalog"
	"github.com/koine-proxy/koine/internal/clientcode"
	"github.com/koine-proxy/koine/internal/openapi"
	"github.com/koine-proxy/koine/internal/schema"
)

// catalogPages are the pages of a catalogue, which are written on first use.
type catalogPages struct {
	catalog *catalog.Catalog

	mu    sync.Mutex
	pages map[string]*catalogPage // without those of searches
}

// catalogPage is one representation of a page.
type catalogPage struct {
	mediaType string
	body      []byte
	etag      string
}

// catalogFormat is a form of the pages.
type catalogFormat struct {
	suffix    string
	mediaType string
	index     func(*catalog.Catalog, catalog.Query) ([]byte, error)
	entry     func(*catalog.Catalog, *catalog.Entry) ([]byte, error)
}

const (
	typeHTML     = "text/html; charset=utf-8"
	typeJSON     = "application/json"
	typeMarkdown = "text/markdown; charset=utf-8"
	typeText     = "text/plain; charset=utf-8"
)

// catalogFormats are the forms of the pages, in the order of preference.
var catalogFormats = []catalogFormat{
	{
		".html", typeHTML,
		func(c *catalog.Catalog, q catalog.Query) ([]byte, error) { return c.IndexHTML(catalog.Site{}, q) },
		func(c *catalog.Catalog, e *catalog.Entry) ([]byte, error) { return c.EntryHTML(catalog.Site{}, e) },
	},
	{
		".json", typeJSON,
		func(c *catalog.Catalog, q catalog.Query) ([]byte, error) { return c.JSON(c.Find(q)), nil },
		func(c *catalog.Catalog, e *catalog.Entry) ([]byte, error) { return c.EntryJSON(e), nil },
	},
	{
		".md", typeMarkdown,
		func(c *catalog.Catalog, q catalog.Query) ([]byte, error) { return []byte(c.Markdown(c.Find(q))), nil },
		func(c *catalog.Catalog, e *catalog.Entry) ([]byte, error) { return []byte(c.EntryMarkdown(e)), nil },
	},
}

// catalogFiles are the other files beside the index.
var catalogFiles = map[string]struct {
	mediaType string
	text      func(*catalog.Catalog) ([]byte, error)
}{
	"llms.txt":             {typeText, func(c *catalog.Catalog) ([]byte, error) { return []byte(c.LLMs(".md")), nil }},
	"openapi.json":         {typeJSON, openapi.Document},
	"overlay.json":         {typeJSON, openapi.Overlay},
	"envelope.schema.json": {typeJSON, func(*catalog.Catalog) ([]byte, error) { return schema.Envelope, nil }},
	"problem.schema.json":  {typeJSON, func(*catalog.Catalog) ([]byte, error) { return schema.Problem, nil }},
	"errors.ts":            {typeText, clientcode.TypeScript},
	"errors.go":            {typeText, clientcode.Go},
	"errors.py":            {typeText, clientcode.Python},
}

// index returns the index in a form.
func (p *catalogPages) index(f *catalogFormat, q catalog.Query) (*catalogPage, error) {
	if !q.IsEmpty() {
		body, err := f.index(p.catalog, q)
		return newCatalogPage(f.mediaType, body), err
	}
	return p.get("index"+f.suffix, f.mediaType, func() ([]byte, error) { return f.index(p.catalog, q) })
}

// entry returns the page of a code in a form.
func (p *catalogPages) entry(f *catalogFormat, e *catalog.Entry) (*catalogPage, error) {
	return p.get(e.Name+f.suffix, f.mediaType, func() ([]byte, error) { return f.entry(p.catalog, e) })
}

// file returns a file beside the index; nil if there is none of that name.
func (p *catalogPages) file(name string) (*catalogPage, error) {
	f, ok := catalogFiles[name]
	if !ok {
		return nil, nil
	}
	return p.get(name, f.mediaType, func() ([]byte, error) { return f.text(p.catalog) })
}

// get returns a page that is kept. There are as many as codes and forms.
func (p *catalogPages) get(name, mediaType string, write func() ([]byte, error)) (*catalogPage, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if page := p.pages[name]; page != nil {
		return page, nil
	}
	body, err := write()
	if err != nil {
		return nil, err
	}
	if p.pages == nil {
		p.pages = map[string]*catalogPage{}
	}
	p.pages[name] = newCatalogPage(mediaType, body)
	return p.pages[name], nil
}

func newCatalogPage(mediaType string, body []byte) *catalogPage {
	sum := sha256.Sum256(body)
	return &catalogPage{mediaType, body, `"` + hex.EncodeToString(sum[:12]) + `"`}
}
