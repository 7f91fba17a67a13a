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

// CheckExamples runs the examples of a mapping file against that dialect alone,
// and reports those that come out otherwise than they say.
func CheckExamples(taxonomy *Taxonomy, f *dialect.File) error {
	e, err := Compile(taxonomy, []*dialect.File{f}, nil)
	if err != nil {
		return err
	}
	var faults dialect.Faults
	for i := range f.Examples {
		for _, complaint := range e.checkExample(f, &f.Examples[i]) {
			faults = append(faults, f.NewFault(f.Examples[i].At, "example"+inBrackets(f.Examples[i].About)+": "+complaint))
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

// checkExample returns what is wrong with one example.
func (e *Engine) checkExample(f *dialect.File, x *dialect.Example) (complaints []string) {
	t := e.Acquire()
	defer t.Release()
	r := ExampleResponse(f, x)
	t.ReadResponse(r)
	if x.Is == "none" {
		if t.dialect != nil {
			complaints = append(complaints, "it was taken for "+t.dialect.name+", but `is: none` says that it must not be")
		}
		return complaints
	}
	if t.dialect == nil {
		why := ""
		for _, trial := range e.Explain(r) {
			why = ": " + trial.Reason
		}
		return append(complaints, "it was not taken for this dialect"+why)
	}
	for _, c := range []struct{ what, got, want string }{
		{"code", t.Code.Name, x.Is},
		{"native code", t.Native, x.Code},
		{"message", t.Message, x.Message},
		{"request id", t.RequestID, x.RequestID},
	} {
		if c.want != "" && c.got != c.want {
			complaints = append(complaints, fmt.Sprintf("its %s is %q, not %q", c.what, c.got, c.want))
		}
	}
	if got := t.Fields(); x.Fields != nil && !reflect.DeepEqual(got, x.Fields) {
		complaints = append(complaints, fmt.Sprintf("its fields are %v, not %v", got, x.Fields))
	}
	if after := t.after(r); x.After >= 0 && after != x.After {
		complaints = append(complaints, fmt.Sprintf("it tells to wait %d seconds, not %d", after, x.After))
	}
	if x.Details != "" {
		if got := t.Details(); !sameJSON(got, x.Details) {
			complaints = append(complaints, fmt.Sprintf("its details are %s, not %s", got, x.Details))
		}
	}
	return complaints
}

// after is how long the response tells to wait, in its header or its body.
func (t *Translation) after(r Response) int {
	if n := limitheader.RetryAfter(r.Header, r.Now); n >= 0 {
		return n
	}
	return t.RetryAfter
}

// ExampleResponse returns the response that an example of a mapping file shows. An
// example without a Content-Type gets the media type of the dialect.
func ExampleResponse(f *dialect.File, x *dialect.Example) Response {
	header := make(map[string][]string, len(x.Header)+1)
	for name, values := range x.Header {
		header[textproto.CanonicalMIMEHeaderKey(name)] = values
	}
	if header["Content-Type"] == nil && x.Body != "" {
		header["Content-Type"] = []string{mediaTypeOf(f)}
	}
	return Response{Status: x.Status, Header: header, Body: []byte(x.Body)}
}

// mediaTypeOf returns the media type of the dialect's bodies: the first that its match
// names, else the usual one of its first format.
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

// Fields returns the complaints about fields as the backend worded them: dotted
// path to message, several messages of one field joined by "; ".
func (t *Translation) Fields() map[string]string {
	out := map[string]string{}
	t.eachField(func(f field) bool {
		words := f.message
		if words == "" {
			words = f.code
		}
		path := strings.Clone(f.path)
		if before, ok := out[path]; ok {
			words = before + "; " + words
		}
		out[path] = strings.Clone(words)
		return true
	})
	return out
}

// Details returns the details as the canonical envelope would have them, as a
// JSON object.
func (t *Translation) Details() string {
	return string(append(t.appendDetailMembers([]byte{'{'}, nil), '}'))
}

// sameJSON compares two JSON texts by value, with numbers as they are spelled.
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
