package catalog

import (
	"bytes"
	_ "embed"
	"html/template"
	"strconv"
	"strings"

	"github.com/koine-proxy/koine/internal/webpage"
	"github.com/koine-proxy/koine/translate"
)

var (
	//go:embed catalog.css
	style string
	//go:embed catalog.js
	script string
	//go:embed catalog.tmpl
	markup string

	templates = template.Must(template.New("").Funcs(template.FuncMap{"status": statusText, "lower": strings.ToLower}).Parse(markup))
)

// HTMLPage is the kind of page of the catalogue, for its headers.
var HTMLPage = webpage.New(webpage.Config{Style: style, Script: script, Theme: true, Policy: []string{"form-action 'self'"}})

// Site is where the pages are. All links are relative, so that they work below any path.
type Site struct {
	Suffix string // of the links to pages: "" on a server, ".html" for files
	Files  bool   // the pages are files: without headers, the policy is in the page
}

// home returns the link to the index.
func (s Site) home() string {
	if s.Files {
		return "index.html"
	}
	return "./"
}

// htmlData is what the templates use.
type htmlData struct {
	Head        template.HTML
	Policy      string // Content-Security-Policy of a file
	Title       string
	Description string
	Canonical   string // the public URL of the page; "" if unknown
	Base        string // of alternates: index or the code
	Site        Site
	Home        string
	Catalog     *Catalog

	Query  Query      // of the index
	Groups []rowGroup // of the index
	Found  int        // of the index

	Entry *Entry // of a page

	Name      string   // of an unknown code
	Suggested []*Entry // for an unknown code
}

// rowGroup is the rows of a domain in the index.
type rowGroup struct {
	Name   string
	Hidden bool // the query finds none of its codes
	Rows   []row
}

type row struct {
	*Entry
	Hidden bool // the query does not find it
}

// SearchText returns the text in which the script of the page searches.
func (r row) SearchText() string { return r.search }

// IndexHTML returns the index. All codes are in it; those that the query does not find are
// hidden, so that a script can show them.
func (c *Catalog) IndexHTML(s Site, q Query) ([]byte, error) {
	found := map[*Entry]bool{}
	for _, e := range c.Find(q) {
		found[e] = true
	}
	d := c.data(s, "Error codes", "index")
	d.Description = strings.ReplaceAll(introduction, "`", "")
	d.Canonical = c.options.Policy.Docs
	d.Query, d.Found = q, len(found)
	for _, domain := range c.domains {
		g := rowGroup{Name: domain.Name, Hidden: true}
		for _, e := range domain.Entries {
			g.Rows = append(g.Rows, row{e, !found[e]})
			g.Hidden = g.Hidden && !found[e]
		}
		d.Groups = append(d.Groups, g)
	}
	return execute("index", d)
}

// EntryHTML returns the page of a code.
func (c *Catalog) EntryHTML(s Site, e *Entry) ([]byte, error) {
	d := c.data(s, e.Name, e.Name)
	d.Description, d.Entry = e.Shown, e
	if c.options.Policy.Docs != "" {
		d.Canonical = c.options.Policy.Docs + e.Name
	}
	return execute("entry", d)
}

// UnknownHTML returns the page for a code that does not exist.
func (c *Catalog) UnknownHTML(s Site, name string) ([]byte, error) {
	d := c.data(s, "Unknown code", "")
	d.Name, d.Suggested = shorten(name), c.Suggest(name)
	return execute("unknown", d)
}

func (c *Catalog) data(s Site, title, base string) *htmlData {
	d := &htmlData{Head: HTMLPage.Head(), Title: title, Base: base, Site: s, Home: s.home(), Catalog: c}
	if s.Files {
		d.Policy = filePolicy(HTMLPage.Policy())
	}
	return d
}

// filePolicy returns a policy without the directive that has no effect inside a page.
func filePolicy(policy string) string {
	return strings.Replace(policy, "; frame-ancestors 'none'", "", 1)
}

func execute(name string, d *htmlData) ([]byte, error) {
	var b bytes.Buffer
	err := templates.ExecuteTemplate(&b, name, d)
	return b.Bytes(), err
}

// shorten bounds the length of a text of a client.
func shorten(s string) string {
	const maxLength = 100
	if len(s) <= maxLength {
		return s
	}
	return strings.ToValidUTF8(s[:maxLength], "") + "…"
}

// Link returns the link to the page of a code.
func (d *htmlData) Link(e *Entry) string { return e.Name + d.Site.Suffix }

// Parts cuts a text at the codes in it.
func (d *htmlData) Parts(text string) []Part { return d.Catalog.Link(text) }

// Samples returns the answers to the code of the page.
func (d *htmlData) Samples() []Sample { return d.Catalog.Samples(d.Entry) }

// RetryAdvice returns what a client does by the retry strategy of the code.
func (d *htmlData) RetryAdvice() string { return RetryAdvice(d.Entry.Retry) }

// CategoryMeaning returns the meaning of the category of the code.
func (d *htmlData) CategoryMeaning() string { return CategoryMeaning(d.Entry.Category) }

// GenericStatuses returns the statuses of which the code is the generic code.
func (d *htmlData) GenericStatuses() string { return statusList(d.Entry.Generic) }

// Domain returns the first word of the code of the page.
func (d *htmlData) Domain() string {
	domain, _, _ := strings.Cut(d.Entry.Name, ".")
	return domain
}

// Total returns the number of codes.
func (d *htmlData) Total() int { return len(d.Catalog.entries) }

// Downloads are the other forms of the catalogue, which are beside its index.
func (d *htmlData) Downloads() []Download { return Downloads }

// Download is a file beside the index.
type Download struct{ File, Title string }

// Downloads are the files beside the index.
var Downloads = []Download{
	{"index.json", "JSON"}, {"index.md", "Markdown"}, {"llms.txt", "llms.txt"}, {"openapi.json", "OpenAPI 3.1"}, {"overlay.json", "OpenAPI Overlay"},
	{"envelope.schema.json", "JSON Schema"}, {"problem.schema.json", "JSON Schema of RFC 9457"}, {"errors.ts", "TypeScript"}, {"errors.go", "Go"}, {"errors.py", "Python"},
}

// option is a choice of a filter.
type option struct {
	Value    string
	Selected bool
}

// CategoryOptions returns the choices of the category.
func (d *htmlData) CategoryOptions() (out []option) {
	for _, c := range translate.Categories() {
		out = append(out, option{string(c), d.Query.Category == c})
	}
	return out
}

// RetryOptions returns the choices of the retry strategy.
func (d *htmlData) RetryOptions() (out []option) {
	for _, r := range translate.Retries() {
		out = append(out, option{string(r), d.Query.Retry == r})
	}
	return out
}

// StatusOptions returns the choices of the status.
func (d *htmlData) StatusOptions() (out []option) {
	for _, s := range d.Catalog.Statuses() {
		out = append(out, option{strconv.Itoa(s), d.Query.Status == s})
	}
	return out
}
