package translate

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
)

// CheckExamples runs the examples of a mapping file against that dialect alone,
// and reports those that come out otherwise than they say.
func CheckExamples(taxonomy *Taxonomy, f *DialectFile) error {
	e, err := Compile(taxonomy, []*DialectFile{f}, nil)
	if err != nil {
		return err
	}
	var faults Faults
	for i := range f.Examples {
		for _, complaint := range e.checkExample(&f.Examples[i]) {
			faults = append(faults, f.fault(f.Examples[i].At, "example"+inBrackets(f.Examples[i].About)+": "+complaint))
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
func (e *Engine) checkExample(x *Example) (complaints []string) {
	t := e.Acquire()
	defer t.Release()
	t.Read(x.Status, []byte(x.Body))
	if x.Is == "none" {
		if t.Dialect != "" {
			complaints = append(complaints, "it was taken for "+t.Dialect+", but `is: none` says that it must not be")
		}
		return complaints
	}
	if t.Dialect == "" {
		why := ""
		for _, trial := range e.Explain([]byte(x.Body)) {
			why = ": " + trial.Reason
		}
		return append(complaints, "it was not taken for this dialect"+why)
	}
	if !t.Known() {
		return append(complaints, fmt.Sprintf("no row knows its code %q", t.Native))
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
	if x.Details != "" {
		if got := t.Details(); !sameJSON(got, x.Details) {
			complaints = append(complaints, fmt.Sprintf("its details are %s, not %s", got, x.Details))
		}
	}
	return complaints
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
