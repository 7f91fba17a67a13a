package translate

import (
	"regexp"
	"slices"

	"github.com/koine-proxy/koine/dialect"
	"github.com/koine-proxy/koine/translate/redact"
)

// field is one complaint about one field.
type field struct {
	path    string // dotted
	message string
	code    string
}

// maxFields bounds how many complaints an answer has. Nobody reads more, and each
// may be longer in our words than in those of the backend.
const maxFields = 10_000

// ourFieldMessage stands where the backend's words about a field are not fit
// for clients.
const ourFieldMessage = "This value is not accepted."

// maxFieldPath bounds the name of a field, in bytes.
const maxFieldPath = 256

// form is a compiled Fields.
type form struct {
	*dialect.Fields
	simple  bool // entries have the field's name, message and code as plain members
	spots   []fieldSpot
	pattern *regexp.Regexp
	groups  [3]int // of the pattern: field, message, code; -1 where it has no such group
	entry   *part  // how an entry is written
}

// fieldSpot is a place of a form.
type fieldSpot struct {
	spot
	each *dialect.Step // the entries to consider; nil for all
}

// isSimple tells whether entries have the field's name, message and code as plain
// members.
func (f *form) isSimple() bool {
	for _, paths := range [3][]dialect.Path{f.Field, f.Message, f.Code} {
		for _, p := range paths {
			if len(p) != 1 || p[0].Kind != dialect.StepKey {
				return false
			}
		}
	}
	return len(f.Field) > 0 && len(f.Names) == 0 && f.pattern == nil && !f.Tree
}

// isMap tells whether the form is an object of field to message.
func (f *form) isMap() bool {
	return len(f.Field) == 0 && len(f.Names) == 0 && f.pattern == nil && !f.Tree
}

// findFields chooses the form under which the body holds fields: the first that
// yields one. It also reads what is said about the whole.
func (t *Translation) findFields(d *compiledDialect) {
	if len(d.forms) == 0 {
		return
	}
	for i := range d.forms {
		f := &d.forms[i]
		if len(f.ForCodes) > 0 && !slices.Contains(f.ForCodes, t.Native) {
			continue
		}
		for j := range f.spots {
			if t.tryFields(f, &f.spots[j]) {
				return
			}
		}
	}
	t.form, t.fields, t.one = nil, value{}, field{}
}

func (t *Translation) tryFields(f *form, s *fieldSpot) (found bool) {
	t.each = s.each
	v, key, ok := t.start(&s.spot)
	if !ok {
		return false
	}
	if len(s.tail) == 0 {
		return t.holdsFields(f, v)
	}
	return walk(v, key, s.tail, func(_ string, v value) bool { return t.holdsFields(f, v) })
}

// holdsFields tells whether a value tells of at least one field, and keeps it.
func (t *Translation) holdsFields(f *form, v value) (found bool) {
	t.form, t.fields, t.one = f, v, field{}
	if t.Message == "" && len(f.Whole) > 0 {
		t.Message = t.sayWhole(f, v)
	}
	single := v.IsObject() && !f.Tree && !f.isMap() && len(f.Names) == 0 && f.pattern == nil
	t.eachField(func(one field) bool {
		found = true
		if single {
			t.one = one // it is the only one, and need not be looked for again
		}
		return false
	})
	return found
}

// eachField calls emit for every complaint, in the order of the body. It stops
// when emit returns false.
func (t *Translation) eachField(emit func(field) bool) {
	if t.form == nil || !t.fields.Exists() {
		return
	}
	if t.one.path != "" {
		emit(t.one)
		return
	}
	t.path = t.path[:0]
	switch f := t.form; {
	case f.Tree:
		t.fieldTree(f, t.fields, emit)
	case f.isMap():
		t.fieldMap(f, t.fields, false, emit)
	case f.pattern != nil && len(f.Message) == 0:
		t.fieldTexts(f, t.fields, emit)
	default:
		t.fieldList(f, t.fields, emit)
	}
}

// appendFields appends the list of complaints as the member `name`, or nothing
// where there are none.
func (t *Translation) appendFields(dst []byte, name string, p *Policy, one func(dst []byte, f field) []byte) []byte {
	if t.form == nil {
		return dst
	}
	start := len(dst)
	dst = appendMember(dst, name)
	dst = append(dst, '[')
	empty, count := len(dst), 0
	t.eachField(func(f field) bool {
		if f.message == "" || !t.fit(p, f.message) {
			f.message = ourFieldMessage
		}
		if !redact.AllowsValue(f.code) {
			f.code = ""
		}
		dst = one(appendComma(dst), f)
		count++
		return count < maxFields
	})
	if len(dst) == empty {
		return dst[:start]
	}
	return append(dst, ']')
}

// canonicalField writes a complaint as the canonical envelope has it.
func canonicalField(dst []byte, f field) []byte {
	dst = append(dst, `{"field":`...)
	dst = appendString(dst, f.path)
	dst = append(dst, `,"message":`...)
	dst = appendString(dst, f.message)
	if f.code != "" {
		dst = append(dst, `,"code":`...)
		dst = appendString(dst, clip(f.code))
	}
	return append(dst, '}')
}
