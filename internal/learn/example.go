package learn

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tidwall/gjson"

	"github.com/koine-proxy/koine/dialect"
	"github.com/koine-proxy/koine/translate"
)

// maxExamples bounds the number of captures that become examples.
const maxExamples = 16

// addExamples makes examples of the captures, shortened and without secrets, and of bodies that
// must not match. It keeps only examples that pass.
func (d *drafter) addExamples() {
	seen := map[string]bool{}
	for i := range d.captures {
		if len(d.file.Examples) == maxExamples {
			break
		}
		x, ok := d.exampleOf(&d.captures[i])
		key := fmt.Sprint(x.Code, x.Status, len(x.Fields) > 0, x.Message == "", x.RequestID == "", x.After >= 0)
		if ok && !seen[key] {
			seen[key] = true
			d.file.Examples = append(d.file.Examples, x)
		}
	}
	added := map[string]bool{}
	for _, x := range append(d.successExamples(), d.otherExamples()...) {
		if !added[x.About] && d.passes(x) {
			added[x.About] = true
			d.file.Examples = append(d.file.Examples, x)
		}
	}
}

// exampleOf makes an example of a capture. It reports false if the draft reads it differently
// without the secrets.
func (d *drafter) exampleOf(c *capture) (dialect.Example, bool) {
	whole := readWith(d.engine, c.response())
	body, ok := bodyOf(c, whole.code, whole.fields)
	x := dialect.Example{Status: c.Status, Body: body, Is: "none", After: -1}
	if f, e, err := d.with(x); ok && err == nil {
		r := readWith(e, translate.ExampleResponse(f, &f.Examples[0]))
		ok = r.matched && r.code == whole.code && r.is == whole.is
		x.About, x.Is, x.Code, x.Message, x.RequestID, x.Fields, x.After = about(c, &r), r.is, r.code, trimmed(r.message), trimmed(r.id), r.fields, r.wait
	}
	if len(x.Fields) == 0 {
		x.Fields = nil
	}
	if !ok {
		return x, false
	}
	for _, reduce := range []func(){func() {}, func() { x.Message = "" }, func() { x.Fields = nil }, func() { x.Code, x.RequestID, x.After = "", "", -1 }} {
		if reduce(); d.passes(x) {
			return x, true
		}
	}
	return x, false
}

// trimmed returns a text, or "" if the reader of mapping files would change it.
func trimmed(s string) string {
	if s != strings.TrimSpace(s) || len(s) > 1000 {
		return ""
	}
	return s
}

// about describes an example: by the code, or by the phrase of the status.
func about(c *capture, r *reading) string {
	what := strings.ToLower(translate.Phrase(c.Status))
	if c.Status < 400 {
		what = "an error on a 2xx"
	}
	if r.code != "" {
		what = clean(r.code, 40)
	}
	if len(r.fields) > 0 {
		what += ", with fields"
	}
	return what
}

// with compiles the draft with one example.
func (d *drafter) with(x dialect.Example) (*dialect.File, *translate.Engine, error) {
	f := *d.file
	f.Examples = []dialect.Example{x}
	return d.compile(&f)
}

// passes reports whether an example passes.
func (d *drafter) passes(x dialect.Example) bool {
	f, _, err := d.with(x)
	return err == nil && len(f.Examples) == 1 && translate.CheckExamples(d.Taxonomy, f) == nil
}

// successExamples makes examples of successes: one that was captured, and bodies like those of
// the errors.
func (d *drafter) successExamples() (out []dialect.Example) {
	add := func(body string) {
		out = append(out, dialect.Example{About: "a success", Status: 200, Body: body, Is: "none", After: -1})
	}
	for i := range d.successes[:min(len(d.successes), 1)] {
		if body, ok := bodyOf(&d.successes[i], "", nil); ok {
			add(body)
		}
	}
	root := gjson.Parse(d.captures[0].Doc)
	switch d.captures[0].Format {
	case dialect.FormatXML:
		names(root, func(name string) { add("<" + name + "><id>7</id></" + name + ">") })
	case dialect.FormatHTML:
		add("<html><body><h1>Welcome</h1><p>Nothing went wrong.</p></body></html>")
	case dialect.FormatJSON:
		if root.IsArray() {
			add(`[{"id":7,"state":"done"}]`)
			break
		}
		add(d.successOf())
		add(`{"id":7,"state":"done"}`)
	default:
		add("OK")
	}
	return out
}

// successOf returns the body of a success with the constants of the errors: those that say that
// there was an error say the opposite.
func (d *drafter) successOf() string {
	var parts []string
	taken := map[string]bool{}
	add := func(name, value string) {
		if !taken[name] {
			taken[name] = true
			parts = append(parts, quoted(name)+":"+value)
		}
	}
	opposites := map[string]string{"true": "false", "false": "true", "0": "1", "1": "0", `"error"`: `"ok"`, `"fail"`: `"ok"`}
	for _, m := range d.shape.always {
		value := d.constant(m)
		if opposite := opposites[strings.ToLower(value)]; opposite != "" && len(m.place.Path) == 1 && (m.flag || value == "true" || value == "false") {
			add(lastName(m.place.Path), opposite)
		}
	}
	if len(d.shape.code) == 1 && len(d.shape.code[0].Path) == 1 && d.file.SuccessErrors != 0 && isPlain(d.shape.code[0]) {
		add(lastName(d.shape.code[0].Path), "0")
	}
	names(gjson.Parse(d.captures[0].Doc), func(name string) { taken[name] = true })
	for _, name := range []string{"data", "result", "payload"} {
		if !taken[name] {
			add(name, `{"id":7}`)
			break
		}
	}
	return "{" + strings.Join(parts, ",") + "}"
}

// otherExamples makes examples of errors of other APIs. The first that the draft does not match
// is used.
func (d *drafter) otherExamples() (out []dialect.Example) {
	bodies := []string{`{"error":{"code":"not_found","message":"That is not here."}}`, `{"message":"That is not here."}`, `{"title":"Gone","detail":"That is not here."}`}
	switch d.captures[0].Format {
	case dialect.FormatXML:
		bodies = []string{"<fault><reason>That is not here.</reason></fault>", "<Error><Code>Nothing</Code></Error>"}
	case dialect.FormatHTML:
		bodies = slices.Insert(bodies, 0, "<html><body><center>the page of another server</center></body></html>")
	case dialect.FormatText, dialect.FormatForm:
		bodies = slices.Insert(bodies, 0, "an error of another API")
	}
	for _, body := range bodies {
		out = append(out, dialect.Example{About: "an error of another API", Status: 404, Body: body, Is: "none", After: -1})
	}
	return out
}
