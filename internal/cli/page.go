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
	"github.com/koine-proxy/koine/translate"
	"github.com/koine-proxy/koine/translate/limitheader"
)

// page is a Markdown page under way.
type page struct{ strings.Builder }

// say adds a line; a line break at its end makes it a paragraph.
func (p *page) say(format string, args ...any) { fmt.Fprintf(p, format+"\n", args...) }

// IndexPage lists dialects, with links to their pages.
func IndexPage(files []*dialect.File) string {
	p := new(page)
	p.say("# Dialects\n")
	p.say("The built-in dialects, each with a page that is made from its mapping file in [`mappings/`](../../mappings).\n")
	p.say("**protocol** marks those whose clients read the error by a standard, and **on 2xx** those whose errors ride on a success:")
	p.say("`dialect auto` recognises both, and lets them pass; `dialect all`, or their name, translates them. Those that are **seldom on 2xx**")
	p.say("are translated by `auto` where they come with a status of their own.\n")
	p.say("| Dialect | What it is | |\n|---|---|---|")
	for _, f := range byName(files) {
		p.say("| [%s](%s.md) | %s | %s |", f.Name, f.Name, cell(f.About), strings.Join(marks(f), ", "))
	}
	return p.String()
}

// DialectPage is the page of a dialect.
func DialectPage(taxonomy *translate.Taxonomy, f *dialect.File) (string, error) {
	p := new(page)
	p.say("# %s\n", f.Name)
	p.say("%s\n", text(f.About))
	p.say("Made from [`mappings/%s.yaml`](../../mappings/%s.yaml) by `caddy translate-errors docs %s`.\n", f.Name, f.Name, f.Name)
	p.head(f)
	p.match(f)
	p.shape(f)
	p.codes(f)
	if err := p.example(taxonomy, f); err != nil {
		return "", err
	}
	return p.String(), nil
}

func (p *page) head(f *dialect.File) {
	p.say("| | |\n|---|---|")
	if f.Source != "" {
		p.say("| Documented | %s |", cell(f.Source))
	}
	p.say("| Bodies | %s |", formatsOf(f))
	p.say("| Priority | %s |", cmp.Or(f.Priority, dialect.PriorityNormal))
	p.say("| Translated by | %s |", translatedBy(f))
	if f.SuccessErrors != 0 {
		p.say("| Errors on 2xx | yes; the status is %d unless the row or the body gives another |", f.SuccessErrors)
	}
	if f.Streams {
		p.say("| In streams | yes: its errors also come in frames |")
	}
	if f.Extends != "" {
		p.say("| Extends | [%s](%s.md) |", f.Extends, f.Extends)
	}
	p.say("")
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
			words[i] = "none (only headers tell)"
		}
	}
	return strings.Join(words, ", ")
}

func translatedBy(f *dialect.File) string {
	switch {
	case f.General:
		return "`dialect auto` and `dialect all`, when no other dialect matches"
	case f.Auto == dialect.AutoPass:
		return "`dialect all`, or its name; `dialect auto` passes its errors through"
	case f.SuccessErrors != 0:
		return "`dialect auto` with a 4xx or 5xx; `dialect all`, or its name, also with a 2xx"
	}
	return "`dialect auto`, `dialect all`, or its name"
}

func (p *page) codes(f *dialect.File) {
	p.say("## Codes\n")
	switch {
	case f.Identity:
		p.say("They are canonical codes already.\n")
		return
	case len(f.Codes) == 0:
		p.say("It has none: the status decides.\n")
		return
	}
	if slices.ContainsFunc(rowsOf(f.Codes), func(r row) bool {
		return r.key != (dialect.RowKey{Code: r.key.Code}) || strings.Contains(r.Native, "/")
	}) {
		p.say("The most exact row counts: `code/subcode`, `code@status`, the code, what codes begin with (`begin*`), numbers (`from..to`), `@status`.\n")
	}
	p.say("| Native code | Status | Canonical code |\n|---|---|---|")
	for _, r := range f.Codes {
		status, canonical := "", r.Code
		if r.Status != 0 {
			status = strconv.Itoa(r.Status)
		}
		if r.Force {
			canonical += " (force)"
		}
		p.say("| %s | %s | %s |", codeCell(r.Native), status, canonical)
	}
	p.say("")
}

// exampleID stands for the request id in the answer of an example.
const exampleID = "req_01K6ZJ3M5T8W9X2Y4B7C0D1E2F"

// example shows an error of the dialect and the answer that a client gets: the
// first example whose code stands in the table, else the first of all.
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
		p.inAndOut(t, f, &f.Examples[i])
	}
	return nil
}

// matchOf tells how the code of an example is found.
func matchOf(e *translate.Engine, f *dialect.File, x *dialect.Example) translate.MatchKind {
	t := e.Acquire()
	defer t.Release()
	t.ReadResponse(translate.ExampleResponse(f, x))
	return t.Match
}

func (p *page) inAndOut(t *translate.Translation, f *dialect.File, x *dialect.Example) {
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
	p.say("%s\n", title)
	p.say("From the upstream:\n")
	p.response(r.Status, r.Header, r.Body)
	p.say("To the client:\n")
	p.response(t.HTTPStatus(&policy), http.Header{"Content-Type": {translate.MediaTypeCanonical}}, body)
}

// response shows a response as it goes over the wire, with JSON made readable.
func (p *page) response(status int, header map[string][]string, body []byte) {
	var pretty bytes.Buffer
	if json.Indent(&pretty, body, "", "  ") == nil {
		body = pretty.Bytes()
	}
	fence := "```"
	for bytes.Contains(body, []byte(fence)) {
		fence += "`"
	}
	p.say("%s", fence+"http")
	p.say("%s", strings.TrimSpace(fmt.Sprintf("HTTP/1.1 %d %s", status, http.StatusText(status))))
	for _, name := range slices.Sorted(maps.Keys(header)) {
		for _, v := range header[name] {
			p.say("%s: %s", name, v)
		}
	}
	if len(body) > 0 {
		p.say("\n%s", strings.TrimRight(string(body), "\n"))
	}
	p.say("%s\n", fence)
}
