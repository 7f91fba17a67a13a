package learn

import (
	"fmt"
	"slices"
	"strings"

	"github.com/koine-proxy/koine/dialect"
	"github.com/koine-proxy/koine/translate"
)

// maxExamples bounds the number of samples that become examples.
const maxExamples = 16

// addExamples makes examples from the samples, shortened and without secrets, and from
// bodies that must not match. It keeps only examples that pass.
func (d *drafter) addExamples() {
	seen := map[string]bool{}
	e, err := d.compile()
	if err != nil {
		return // finish reports the error
	}
	for i := range d.captures {
		if len(d.plan.examples) == maxExamples {
			break
		}
		x, ok := d.exampleOf(&d.captures[i], readWith(e, d.captures[i].response()))
		key := fmt.Sprint(x.code, x.status, len(x.fields) > 0, x.message == "", x.requestID == "", x.wait >= 0)
		if ok && !seen[key] {
			seen[key] = true
			d.plan.examples = append(d.plan.examples, x)
		}
	}
	others := d.successExamples()
	others = append(others, d.foreignExamples()...)
	added := map[string]bool{}
	for _, x := range others {
		if !added[x.about] && d.passes(x) {
			added[x.about] = true
			d.plan.examples = append(d.plan.examples, x)
		}
	}
}

// exampleOf makes an example from a sample without its secrets. It reports false if the
// engine reads the example differently.
func (d *drafter) exampleOf(c *capture, whole reading) (example, bool) {
	body, ok := d.plan.bodyOf(c)
	if !ok {
		return example{}, false
	}
	short := d.read(c.Status, body)
	if !short.matched || short.code != whole.code || short.is != whole.is {
		return example{}, false
	}
	x := example{
		about: d.about(c, short), status: c.Status, body: body, is: short.is, code: short.code, message: trimmed(short.message),
		requestID: trimmed(short.id), fields: short.fields, wait: short.wait,
	}
	for _, reduce := range []func(){func() {}, func() { x.message = "" }, func() { x.fields = nil }, func() { x.code, x.requestID, x.wait = "", "", -1 }} {
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

// about returns the description of an example: the code, or the phrase of the
// status.
func (d *drafter) about(c *capture, r reading) string {
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

// read reads a body as it is written in the file.
func (d *drafter) read(status int, body string) reading {
	f, e, err := d.withExample(example{about: "x", status: status, body: body, is: "none", wait: -1})
	if err != nil {
		return reading{}
	}
	return readWith(e, translate.ExampleResponse(f, &f.Examples[0]))
}

func (d *drafter) withExample(x example) (*dialect.File, *translate.Engine, error) {
	p := *d.plan
	p.examples = []example{x}
	f, e, err := d.compileFile(p.render())
	if err == nil && len(f.Examples) != 1 {
		err = fmt.Errorf("the mapping file has no example")
	}
	return f, e, err
}

// passes reports whether an example passes.
func (d *drafter) passes(x example) bool {
	f, _, err := d.withExample(x)
	return err == nil && translate.CheckExamples(d.Taxonomy, f) == nil
}

// bodyOf returns the body of a sample for the file, without secrets.
func (p *plan) bodyOf(c *capture) (string, bool) {
	body := ""
	switch {
	case c.format == dialect.FormatJSON && (c.root.kind == object || c.root.kind == list):
		body = p.shape.redactTree(c.root).json()
	case c.format == dialect.FormatXML || c.format == dialect.FormatHTML:
		body = longText.ReplaceAllStringFunc(redact(strings.TrimSpace(string(c.Body))), func(s string) string {
			return ">" + cut(s[1:len(s)-1], maxWords) + "<"
		})
		body = block(body)
	case c.format == dialect.FormatText:
		body = block(redact(strings.TrimSpace(string(c.Body))))
	default:
		body = quoted(redact(strings.TrimSpace(string(c.Body))))
	}
	return body, len(body) <= maxExample
}

// block writes a text of several lines as a block if YAML keeps it unchanged, else quoted.
func block(s string) string {
	lines := strings.Split(strings.ReplaceAll(s, "\r\n", "\n"), "\n")
	if len(lines) == 1 {
		if !strings.Contains(s, "'") && strings.Contains(s, `"`) && printableAll(s) {
			return "'" + s + "'"
		}
		return quoted(s)
	}
	for _, line := range lines {
		if line != strings.TrimRight(line, " \t") || strings.Contains(line, "\t") || !printableAll(line) {
			return quoted(s)
		}
	}
	if strings.HasPrefix(lines[0], " ") || lines[0] == "" {
		return quoted(s)
	}
	out := "|-"
	for _, line := range lines {
		out += "\n"
		if line != "" {
			out += "      " + line
		}
	}
	return out
}

func printableAll(s string) bool {
	return !slices.ContainsFunc([]rune(s), func(r rune) bool { return !printable(r) || r == '\ufffd' })
}

// successExamples makes examples of bodies that look like errors but are successes.
func (d *drafter) successExamples() (out []example) {
	none := func(body string) {
		out = append(out, example{about: "a success", status: 200, body: body, is: "none", wait: -1})
	}
	for i := range d.successes[:min(len(d.successes), 1)] {
		if body, ok := d.plan.bodyOf(&d.successes[i]); ok {
			none(body)
		}
	}
	c := &d.captures[0]
	switch {
	case c.format == dialect.FormatXML && len(c.root.names) > 0 && plainWord.MatchString(c.root.names[0]):
		none(quoted("<" + c.root.names[0] + "><id>7</id></" + c.root.names[0] + ">"))
	case c.format == dialect.FormatHTML:
		none(quoted("<html><body><h1>Welcome</h1><p>Nothing went wrong.</p></body></html>"))
	case c.format != dialect.FormatJSON:
		none(quoted("OK"))
	case c.root.kind == list:
		none(`[{"id": 7, "state": "done"}]`)
	default:
		none(d.successOf(c.root).json())
		none(`{"id": 7, "state": "done"}`)
	}
	return out
}

// successOf returns a body of the same members for a success: flags are inverted, and
// code, message and fields are removed.
func (d *drafter) successOf(root *tree) *tree {
	out := &tree{kind: object}
	add := func(name string, t *tree) {
		out.names, out.children = append(out.names, name), append(out.children, t)
	}
	for i, name := range root.names {
		child, w := root.children[i], bodyPath{name}
		switch {
		case isUnaddressable(name):
		case d.constant(w) && child.kind == boolean:
			add(name, &tree{kind: boolean, raw: map[string]string{"true": "false", "false": "true"}[child.raw]})
		case d.constant(w) && child.kind == number && len(child.raw) == 1:
			add(name, &tree{kind: number, raw: map[bool]string{true: "1", false: "0"}[child.raw == "0"]})
		case d.constant(w) && child.kind == text && severities[strings.ToLower(child.text)]:
			add(name, &tree{kind: text, text: "ok"})
		case d.plan.successErrors && len(d.plan.shape.code) == 1 && d.plan.shape.code[0].path.id() == w.id():
			add(name, zero(child))
		case d.plan.successErrors && child.kind != object && child.kind != list && d.plan.shape.overlaps(w):
			add(name, &tree{kind: child.kind, raw: child.raw, text: ""})
		}
	}
	for _, name := range []string{"data", "result", "payload"} {
		if root.child(name) == nil || !d.plan.shape.overlaps(bodyPath{name}) {
			add(name, &tree{kind: object, names: []string{"id"}, children: []*tree{{kind: number, raw: "7"}}})
			break
		}
	}
	seen := map[string]bool{}
	clean := &tree{kind: object}
	for i, name := range out.names {
		if !seen[name] {
			seen[name] = true
			clean.names, clean.children = append(clean.names, name), append(clean.children, out.children[i])
		}
	}
	return clean
}

func zero(t *tree) *tree {
	if t.kind == number {
		return &tree{kind: number, raw: "0"}
	}
	return &tree{kind: text, text: "0"}
}

func (d *drafter) constant(w bodyPath) bool {
	return slices.ContainsFunc(d.plan.shape.always, func(p *location) bool { return p.path.id() == w.id() })
}

// foreignExamples returns an example of an error of another API, the first that the draft
// does not match.
func (d *drafter) foreignExamples() (out []example) {
	bodies := []string{`{"error": {"code": "not_found", "message": "That is not here."}}`, `{"message": "That is not here."}`, `{"title": "Gone", "detail": "That is not here."}`}
	switch d.plan.format {
	case dialect.FormatXML:
		bodies = []string{quoted("<fault><reason>That is not here.</reason></fault>"), quoted("<Error><Code>Nothing</Code></Error>")}
	case dialect.FormatHTML:
		bodies = []string{quoted("<html><body><center>the page of another server</center></body></html>"), `{"message": "That is not here."}`}
	case dialect.FormatText:
		bodies = []string{quoted("an error of another API"), `{"message": "That is not here."}`}
	}
	for _, body := range bodies {
		out = append(out, example{about: "an error of another API", status: 404, body: body, is: "none", wait: -1})
	}
	return out
}
