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
		x, ok := d.exampleOf(&d.captures[i])
		key := fmt.Sprint(x.Code, x.Status, len(x.Fields) > 0, x.Message == "", x.RequestID == "", x.After >= 0)
		if ok && !seen[key] && len(d.file.Examples) < maxExamples {
			seen[key] = true
			d.file.Examples = append(d.file.Examples, x)
		}
	}
	for about, bodies := range d.otherBodies() {
		for _, body := range bodies {
			x := dialect.Example{About: [...]string{"a success", "an error of another API"}[about], Status: [...]int{200, 404}[about], Body: body, Is: "none", After: -1}
			if d.passes(x) {
				d.file.Examples = append(d.file.Examples, x)
				break
			}
		}
	}
}

// exampleOf makes an example of a capture. It reports false if the draft reads it differently
// without the secrets.
func (d *drafter) exampleOf(c *sample) (x dialect.Example, ok bool) {
	whole := readWith(d.engine, c.response())
	x = dialect.Example{Status: c.Status, Is: "none", After: -1}
	if x.Body, ok = bodyOf(c, &whole); !ok {
		return x, false
	}
	f, e, err := d.with(x)
	if err != nil {
		return x, false
	}
	r := readWith(e, translate.ExampleResponse(f, &f.Examples[0]))
	if x.Is, x.Code, x.Message, x.RequestID, x.After = r.is, r.code, r.message, r.id, r.wait; len(r.fields) > 0 {
		x.Fields = r.fields
	}
	x.About = about(c, &r)
	for _, reduce := range []func(){func() {}, func() { x.Message = "" }, func() { x.Fields = nil }, func() { x.Code, x.RequestID, x.After = "", "", -1 }} {
		if reduce(); r.matched && r.code == whole.code && r.is == whole.is && d.passes(x) {
			return x, true
		}
	}
	return x, false
}

// about describes an example: by the code, or by the phrase of the status.
func about(c *sample, r *reading) (what string) {
	switch what = clean(r.code, 40); {
	case what != "":
	case c.Status < 400:
		what = "an error on a 2xx"
	default:
		what = strings.ToLower(translate.Phrase(c.Status))
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
	return err == nil && translate.CheckExamples(d.Taxonomy, f) == nil
}

// otherBodies returns the bodies of successes and of errors of other APIs that are tried as
// examples.
func (d *drafter) otherBodies() [2][]string {
	var successes []string
	for i := range d.successes[:min(len(d.successes), 1)] {
		if body, ok := bodyOf(&d.successes[i], &reading{}); ok {
			successes = []string{body}
		}
	}
	errors := []string{`{"error":{"code":"not_found","message":"That is not here."}}`, `{"message":"That is not here."}`, `{"title":"Gone","detail":"That is not here."}`}
	root := gjson.Parse(d.captures[0].Doc)
	switch d.captures[0].Format {
	case dialect.FormatXML:
		for _, name := range namesIn(root) {
			successes = append(successes, "<"+name+"><id>7</id></"+name+">")
		}
		errors = []string{"<fault><reason>That is not here.</reason></fault>", "<Error><Code>Nothing</Code></Error>"}
	case dialect.FormatHTML:
		successes = append(successes, "<html><body><h1>Welcome</h1><p>Nothing went wrong.</p></body></html>")
		errors = slices.Insert(errors, 0, "<html><body><center>the page of another server</center></body></html>")
	case dialect.FormatJSON:
		successes = append(successes, d.successOf(root), `{"id":7,"state":"done"}`)
	default:
		successes = append(successes, "OK")
		errors = slices.Insert(errors, 0, "an error of another API")
	}
	return [2][]string{successes, errors}
}

// opposites are values of members that say whether the request succeeded.
var opposites = map[string]string{"true": "false", "false": "true", "0": "1", "1": "0", `"error"`: `"ok"`, `"fail"`: `"ok"`}

// successOf returns the body of a success with the flags of the errors, which have the opposite
// value.
func (d *drafter) successOf(root gjson.Result) string {
	if root.IsArray() {
		return `[{"id":7,"state":"done"}]`
	}
	var parts []string
	for _, m := range d.shape.always {
		if opposite := opposites[strings.ToLower(d.constant(m))]; opposite != "" && m.flag && len(m.place.Path) == 1 {
			parts = append(parts, quoted(lastName(m.place.Path))+":"+opposite)
		}
	}
	if code := d.shape.code; len(code) == 1 && len(code[0].Path) == 1 && d.file.SuccessErrors != 0 && isPlain(code[0]) {
		parts = append(parts, quoted(lastName(code[0].Path))+":0")
	}
	if taken := namesIn(root); !slices.Contains(taken, "data") {
		parts = append(parts, `"data":{"id":7}`)
	}
	return "{" + strings.Join(parts, ",") + "}"
}
