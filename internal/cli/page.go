package cli

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/koine-proxy/koine/dialect"
	"github.com/koine-proxy/koine/mappings"
	"github.com/koine-proxy/koine/translate"
	"github.com/koine-proxy/koine/translate/limitheader"
)

// page builds a Markdown page.
type page struct{ strings.Builder }

// line adds a line; a line break at the end makes it a paragraph.
func (p *page) line(format string, args ...any) { fmt.Fprintf(p, format+"\n", args...) }

// IndexPage returns a list of dialects with links to their pages.
func IndexPage(sections []mappings.Section, files []*dialect.File) string {
	p := new(page)
	p.line("# Dialects\n")
	p.line("The built-in dialects. Each page is generated from a mapping file in [`mappings/`](../../mappings).\n")
	p.line("`dialect auto` detects all of them. It passes through the errors of dialects marked **auto: pass**, and errors with a 2xx status of")
	p.line("dialects marked **errors on 2xx**; `dialect all` or `dialect NAME` translates them. Dialects marked **streams** also have errors in")
	p.line("frames of streams. **General rules** read bodies that no dialect matches.\n")
	p.line("The column Written says whether [`respond_as`](../respond-as.md) can answer clients in the dialect, and why not.\n")
	for _, section := range sections {
		p.section(section, files)
	}
	return strings.TrimSuffix(p.String(), "\n")
}

// section writes the index of one section.
func (p *page) section(s mappings.Section, files []*dialect.File) {
	p.line("## %s\n", s.Title)
	p.line("| Dialect | Description | | Written |\n|---|---|---|---|")
	for _, f := range byName(files) {
		if slices.Contains(s.Dialects, f.Name) {
			p.line("| [%s](%s.md) | %s | %s | %s |", f.Name, f.Name, cell(f.About), strings.Join(marks(f), ", "), cell(written(f)))
		}
	}
	p.line("")
}

// written says whether errors can be written in a dialect, and why not.
func written(f *dialect.File) string {
	if reason := translate.UnwritableReason(f.Expand()); reason != "" {
		return "no: " + reason
	}
	return "yes"
}

// DialectPage returns the page of a dialect.
func DialectPage(taxonomy *translate.Taxonomy, f *dialect.File) (string, error) {
	p := new(page)
	p.line("# %s\n", f.Name)
	p.line("%s\n", text(f.About))
	p.line("Generated from [`mappings/%s`](../../mappings/%s) by `caddy translate-errors docs %s`.\n", f.File, f.File, f.Name)
	p.head(f)
	p.match(f)
	p.shape(f)
	p.codes(f)
	p.variants(f)
	if err := p.example(taxonomy, f); err != nil {
		return "", err
	}
	return p.String(), nil
}

func (p *page) head(f *dialect.File) {
	p.line("| | |\n|---|---|")
	for _, source := range f.Sources {
		p.line("| Documentation | %s |", cell(source))
	}
	if f.Read != "" {
		p.line("| Read on | %s |", f.Read)
	}
	if len(f.Hosts) > 0 {
		p.line("| Hosts of the upstream | %s |", list(each(f.Hosts, codeCell), "or"))
	}
	p.line("| Body formats | %s |", formatsOf(f))
	p.line("| Priority | %s |", cmp.Or(f.Priority, dialect.PriorityNormal))
	p.line("| Translated by | %s |", translatedBy(f))
	p.line("| Written by [`respond_as`](../respond-as.md) | %s |", cell(written(f)))
	if text := evidenceOf(f); text != "" {
		p.line("| Evidence, unless the site names it | %s |", text)
	}
	if f.SuccessErrors != 0 {
		p.line("| Errors on 2xx | yes; the status is %d if neither the row nor the body gives one |", f.SuccessErrors)
	}
	if f.Streams {
		p.line("| Errors in streams | yes |")
	}
	if f.Extends != "" {
		p.line("| Extends | [%s](%s.md) |", f.Extends, f.Extends)
	}
	p.line("")
}

func formatsOf(f *dialect.File) string {
	if len(f.Formats) == 0 {
		return "JSON"
	}
	words := make([]string, len(f.Formats))
	for i, one := range f.Formats {
		words[i] = string(one)
		switch one {
		case dialect.FormatJSON, dialect.FormatXML, dialect.FormatHTML:
			words[i] = strings.ToUpper(words[i])
		case dialect.FormatEmpty:
			words[i] = "none (headers only)"
		}
	}
	return strings.Join(words, ", ")
}

// evidenceOf returns what it takes to attribute an error to a dialect that the site
// does not name, apart from the match; "" if the match is enough.
func evidenceOf(f *dialect.File) string {
	switch {
	case f.Evidence == dialect.EvidenceCode:
		return "a code of the table, with its status"
	case f.Evidence == dialect.EvidenceHost && len(f.Hosts) > 0:
		return "a host of the upstream"
	case f.Evidence == dialect.EvidenceHost:
		return "none: other APIs have the same shape"
	}
	return ""
}

func translatedBy(f *dialect.File) string {
	switch {
	case f.General:
		return "`dialect auto` and `dialect all`, if no other dialect matches"
	case f.Auto == dialect.AutoPass:
		return "`dialect all` or `dialect " + f.Name + "`; `dialect auto` passes its errors through"
	case f.SuccessErrors != 0:
		return "`dialect auto` on a 4xx or 5xx; `dialect all` or `dialect " + f.Name + "` also on a 2xx"
	}
	return "`dialect auto`, `dialect all` or `dialect " + f.Name + "`"
}

func (p *page) codes(f *dialect.File) {
	p.line("## Codes\n")
	switch {
	case f.Identity:
		p.line("The codes of this dialect are canonical codes.\n")
		return
	case len(f.Codes) == 0:
		p.line("None: errors get the generic code of their status.\n")
		return
	}
	if slices.ContainsFunc(f.Codes, func(r dialect.Row) bool {
		k := dialect.ParseRowKey(r.Native)
		return k != (dialect.RowKey{Code: k.Code}) || strings.Contains(r.Native, "/")
	}) {
		p.line("The most specific row applies, in this order: `code/subcode`, `code@status`, `code`, `prefix*`, `from..to` (numbers), `@status`.\n")
	}
	p.rows(f)
}

// rows is the table of the rows of a dialect.
func (p *page) rows(f *dialect.File) {
	p.line("| Native code | Status | Canonical code |\n|---|---|---|")
	for _, r := range f.Codes {
		status, canonical := "", r.Code
		if r.Status != 0 {
			status = strconv.Itoa(r.Status)
		}
		if r.Force {
			canonical += " (force)"
		}
		p.line("| %s | %s | %s |", codeCell(r.Native), status, canonical)
	}
	p.line("")
}

// exampleID is the request id in the answer of an example.
const exampleID = "req_01K6ZJ3M5T8W9X2Y4B7C0D1E2F"

// example shows an error of the dialect and the answer that a client gets, for the first
// example whose code is in the table, or else the first that matches.
func (p *page) example(taxonomy *translate.Taxonomy, f *dialect.File) error {
	e, err := translate.Compile(taxonomy, []*dialect.File{f}, nil)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(f.Examples, func(x dialect.Example) bool { return x.Is != "none" && matchOf(e, f, &x) == translate.ByTable })
	if i < 0 {
		i = slices.IndexFunc(f.Examples, func(x dialect.Example) bool { return x.Is != "none" })
	}
	if i >= 0 {
		t := e.Acquire()
		defer t.Release()
		p.exchange(t, f, &f.Examples[i])
	}
	return nil
}

// matchOf returns how the code of an example is found.
func matchOf(e *translate.Engine, f *dialect.File, x *dialect.Example) translate.MatchKind {
	t := e.Acquire()
	defer t.Release()
	t.ReadResponse(translate.ExampleResponse(f, x))
	return t.Match
}

func (p *page) exchange(t *translate.Translation, f *dialect.File, x *dialect.Example) {
	r := translate.ExampleResponse(f, x)
	t.ReadResponse(r)
	if n := limitheader.RetryAfter(r.Header, r.Now); n >= 0 {
		t.RetryAfter = n
	}
	policy := translate.DefaultPolicy()
	body := t.AppendCanonical(nil, &policy, translate.RenderParams{RequestID: exampleID, Safe: true})
	title := "## Example"
	if x.About != "" {
		title += ": " + text(x.About)
	}
	p.line("%s\n", title)
	p.line("The upstream sends:\n")
	p.response(r.Status, r.Header, r.Body)
	p.line("The client gets:\n")
	p.response(t.HTTPStatus(&policy), http.Header{"Content-Type": {translate.MediaTypeCanonical}}, body)
}

// response writes a response with its JSON indented.
func (p *page) response(status int, header map[string][]string, body []byte) {
	var pretty bytes.Buffer
	if json.Indent(&pretty, body, "", "  ") == nil {
		body = pretty.Bytes()
	}
	fence := "```"
	for bytes.Contains(body, []byte(fence)) {
		fence += "`"
	}
	p.line("%s", fence+"http")
	p.line("%s", strings.TrimSpace(fmt.Sprintf("HTTP/1.1 %d %s", status, http.StatusText(status))))
	for _, name := range slices.Sorted(maps.Keys(header)) {
		for _, v := range header[name] {
			p.line("%s: %s", name, v)
		}
	}
	if len(body) > 0 {
		p.line("\n%s", strings.TrimRight(string(body), "\n"))
	}
	p.line("%s\n", fence)
}
