package translate

import (
	"encoding/json"
	"fmt"
	"net/textproto"
	"reflect"
	"strings"

	"github.com/koine-proxy/koine/dialect"
	"github.com/koine-proxy/koine/translate/limitheader"
)

// CheckExamples runs the examples of a mapping file, and those of its variants,
// against that dialect alone, and returns those with another result as faults. An
// example of a variant must be detected as that variant; an example at the top of
// the file, as any form of the dialect.
func CheckExamples(taxonomy *Taxonomy, f *dialect.File) error {
	e, err := NewEngine(Inputs{Taxonomy: taxonomy, Dialects: []*dialect.File{f}, SuccessErrors: SuccessErrorsGuess})
	if err != nil {
		return err
	}
	var faults dialect.Faults
	for _, form := range f.Expand() {
		for i := range form.Examples {
			x := &form.Examples[i]
			for _, difference := range e.checkExample(form, x) {
				faults = append(faults, f.NewFault(x.At, "example"+inBrackets(x.About)+": "+difference))
			}
		}
	}
	return faults.Err()
}

func inBrackets(about string) string {
	if about == "" {
		return ""
	}
	return " (" + about + ")"
}

// checkExample returns the differences between an example of a form and the result.
func (e *Engine) checkExample(form *dialect.File, x *dialect.Example) (differences []string) {
	t := e.Acquire()
	defer t.Release()
	r := ExampleResponse(form, x)
	t.ReadResponse(r)
	detected := t.dialect != nil && (form.Variant == "" || form.Variant == t.dialect.variant)
	switch {
	case x.Is == "none" && detected:
		return []string{"detected as " + t.dialect.title() + ", expected none"}
	case x.Is == "none":
		return nil
	case !detected:
		return []string{"not detected" + e.mismatchReasons(form, t.dialect, r)}
	}
	for _, c := range []struct{ what, got, want string }{
		{"code", t.Code.Name, x.Is},
		{"native code", t.Native, x.Code},
		{"message", t.Message, x.Message},
		{"request id", t.RequestID, x.RequestID},
		{"retry", string(t.strategyOf(r)), x.Retry},
	} {
		if c.want != "" && c.got != c.want {
			differences = append(differences, fmt.Sprintf("%s is %q, expected %q", c.what, c.got, c.want))
		}
	}
	if got := t.Fields(); x.Fields != nil && !reflect.DeepEqual(got, x.Fields) {
		differences = append(differences, fmt.Sprintf("fields are %v, expected %v", got, x.Fields))
	}
	if after := t.after(r); x.After >= 0 && after != x.After {
		differences = append(differences, fmt.Sprintf("retry_after is %d seconds, expected %d", after, x.After))
	}
	if x.Details != "" {
		if got := t.Details(); !sameJSON(got, x.Details) {
			differences = append(differences, fmt.Sprintf("details are %s, expected %s", got, x.Details))
		}
	}
	return differences
}

// mismatchReasons returns why a response was not detected as a form of a dialect:
// the form that was detected, and the conditions that are not met. For the dialect
// itself, it lists all forms.
func (e *Engine) mismatchReasons(form *dialect.File, other *compiledDialect, r Response) string {
	trials := e.Explain(r).Trials
	var reasons []string
	for _, trial := range trials {
		switch {
		case form.Variant != "" && form.Variant != trial.Variant, trial.Matched:
		case form.Variant != "" || len(trials) == 1:
			reasons = append(reasons, trial.Reason())
		default:
			reasons = append(reasons, trial.Title()+": "+trial.Reason())
		}
	}
	if other != nil {
		reasons = append([]string{"detected as " + other.title()}, reasons...)
	}
	if len(reasons) == 0 {
		return ""
	}
	return ": " + strings.Join(reasons, "; ")
}

// title returns the name of the dialect, followed by the variant if it is one.
func (d *compiledDialect) title() string {
	return Title(d.name, d.variant)
}

// after returns the time to wait, by the header of the response or by its body.
func (t *Translation) after(r Response) int {
	if n := limitheader.RetryAfter(r.Header, r.Now); n >= 0 {
		return n
	}
	return t.RetryAfter
}

// strategyOf returns the retry strategy, with the time in Retry-After if there is one.
func (t *Translation) strategyOf(r Response) Retry {
	e := t.Error
	e.RetryAfter = t.after(r)
	return e.Strategy()
}

// ExampleResponse returns the response of an example. f is the form of the dialect
// that has it: an example without a Content-Type gets the media type of that form.
func ExampleResponse(f *dialect.File, x *dialect.Example) Response {
	header := make(map[string][]string, len(x.Header)+1)
	for name, values := range x.Header {
		header[textproto.CanonicalMIMEHeaderKey(name)] = values
	}
	if header["Content-Type"] == nil && x.Body != "" {
		header["Content-Type"] = []string{mediaTypeOf(f)}
	}
	return Response{Status: x.Status, Header: header, Host: strings.ToLower(x.Host), Body: []byte(x.Body)}
}

// mediaTypeOf returns the media type of the bodies of a dialect: the first one
// without a star in its match, otherwise the usual one of its first format.
func mediaTypeOf(f *dialect.File) string {
	for _, h := range f.Match.Headers {
		if !strings.EqualFold(h.Name, "Content-Type") {
			continue
		}
		for _, m := range h.Globs {
			if !strings.Contains(m, "*") {
				return m
			}
		}
	}
	if len(f.Formats) == 0 {
		return MediaTypeCanonical
	}
	return map[dialect.Format]string{
		dialect.FormatJSON: MediaTypeCanonical, dialect.FormatXML: "application/xml", dialect.FormatHTML: "text/html; charset=utf-8",
		dialect.FormatText: "text/plain; charset=utf-8", dialect.FormatForm: "application/x-www-form-urlencoded",
	}[f.Formats[0]]
}

// Fields returns the messages about fields as the upstream sent them, by dotted
// path. Several messages of one field are joined by "; ".
func (t *Translation) Fields() map[string]string { return t.fields.messages() }

// messages returns the messages by dotted path.
func (w *fieldWalk) messages() map[string]string {
	out := map[string]string{}
	w.forEach(func(f field) bool {
		message := f.message
		if message == "" {
			message = f.code
		}
		path := strings.Clone(f.path)
		if before, ok := out[path]; ok {
			message = before + "; " + message
		}
		out[path] = strings.Clone(message)
		return true
	})
	return out
}

// Details returns the details as the canonical envelope has them, as a JSON
// object.
func (t *Translation) Details() string {
	w := writer{Translation: t}
	return string(append(w.appendDetailMembers([]byte{'{'}, nil), '}'))
}

// sameJSON compares two JSON texts by value, and numbers by their literals.
func sameJSON(a, b string) bool {
	x, errX := decode(a)
	y, errY := decode(b)
	return errX == nil && errY == nil && reflect.DeepEqual(x, y)
}

func decode(s string) (v any, err error) {
	d := json.NewDecoder(strings.NewReader(s))
	d.UseNumber()
	err = d.Decode(&v)
	return v, err
}
