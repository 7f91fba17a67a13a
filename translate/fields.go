package translate

import (
	"bytes"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/tidwall/gjson"
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
	*Fields
	simple  bool // entries have the field's name, message and code as plain members
	spots   []fieldSpot
	pattern *regexp.Regexp
	groups  [3]int // of the pattern: field, message, code; -1 where it has no such group
	entry   *part  // how an entry is written
}

// fieldSpot is a place of a form.
type fieldSpot struct {
	spot
	each *Step // the entries to consider; nil for all
}

// isSimple tells whether entries have the field's name, message and code as plain
// members.
func (f *form) isSimple() bool {
	for _, paths := range [3][]Path{f.Field, f.Message, f.Code} {
		for _, p := range paths {
			if len(p) != 1 || p[0].Kind != StepKey {
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
func (t *Translation) findFields(d *dialect) {
	if len(d.forms) == 0 {
		return
	}
	for i := range d.forms {
		f := &d.forms[i]
		if len(f.Only) > 0 && !slices.Contains(f.Only, t.Native) {
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

// fieldMap walks objects of field to message, to a list of messages, or to
// more of the same.
func (t *Translation) fieldMap(f *form, v value, inList bool, emit func(field) bool) (more bool) {
	if len(f.Message) > 0 && v.IsObject() && len(t.path) > 0 && (inList || !f.Lists) {
		if one := t.entry(f, v); one.message != "" || one.code != "" {
			one.path = view(t.path)
			return emit(one)
		}
	}
	i, array, more := -1, v.IsArray(), true
	each(v, func(key string, child value) bool {
		i++
		length := len(t.path)
		switch {
		case array && child.Type != gjson.JSON: // one message of several: no index
		case array && len(f.Message) > 0 && t.isLeaf(f, child):
			if length == 0 {
				return true // nothing says which field is meant
			}
		case array:
			t.step(strconv.Itoa(i))
		case slices.Contains(f.Whole, key):
			return true
		case slices.Contains(f.Skip, key):
		default:
			t.step(key)
		}
		if child.Type == gjson.JSON {
			more = t.fieldMap(f, child, array, emit)
		} else if words, ok := scalar(child); ok && hasName(t.path) && (!f.Lists || array && child.Type == gjson.String) {
			more = emit(field{path: view(t.path), message: words})
		}
		t.path = t.path[:length]
		return more
	})
	return more
}

// hasName tells whether a path names anything: an index alone does not.
func hasName(path []byte) bool {
	for _, c := range path {
		if !isDigit(c) && c != '.' {
			return true
		}
	}
	return false
}

// isLeaf tells whether an object is a complaint, rather than a level on the way
// to some.
func (t *Translation) isLeaf(f *form, v value) bool {
	one := t.entry(f, v)
	return one.message != "" || one.code != ""
}

// sayWhole collects what is said under names that mean the whole.
func (t *Translation) sayWhole(f *form, v value) (words string) {
	each(v, func(key string, child value) bool {
		switch {
		case slices.Contains(f.Whole, key):
			words = t.wholeText(f, child)
		case child.IsObject() && slices.Contains(f.Skip, key):
			words = t.sayWhole(f, child)
		}
		return words == ""
	})
	return words
}

func (t *Translation) wholeText(f *form, v value) string {
	if text, ok := t.texts(v); ok {
		return text
	}
	text := ""
	walk(v, "", Path{{Kind: StepEach}}, func(_ string, one value) bool {
		text = t.entry(f, one).message
		return text != ""
	})
	return text
}

// fieldTree walks to the entries anywhere below a value. The way to an entry is
// its path; the name that it has is the last step.
func (t *Translation) fieldTree(f *form, v value, emit func(field) bool) (more bool) {
	if v.IsObject() {
		if one := t.entry(f, v); one.message != "" {
			length := len(t.path)
			if name, ok := t.pick(v, f.Field); ok {
				t.step(name)
			}
			one.path = view(t.path)
			more = one.path == "" || emit(one)
			t.path = t.path[:length]
			return more
		}
	}
	more = true
	array := v.IsArray()
	each(v, func(key string, child value) bool {
		length := len(t.path)
		if !array && !slices.Contains(f.Skip, key) {
			t.step(key)
		}
		if child.Type == gjson.JSON {
			more = t.fieldTree(f, child, emit)
		}
		t.path = t.path[:length]
		return more
	})
	return more
}

// fieldTexts finds fields in a text, in each text of a list, or anywhere in an
// object.
func (t *Translation) fieldTexts(f *form, v value, emit func(field) bool) (more bool) {
	if text, ok := scalar(v); ok {
		return t.fieldText(f, text, emit)
	}
	more = true
	each(v, func(_ string, child value) bool {
		more = t.fieldTexts(f, child, emit)
		return more
	})
	return more
}

// fieldText finds fields in a text.
func (t *Translation) fieldText(f *form, text string, emit func(field) bool) bool {
	for _, m := range f.pattern.FindAllStringSubmatch(text, 256) {
		group := func(i int) string {
			if f.groups[i] < 0 {
				return ""
			}
			return strings.TrimSpace(m[f.groups[i]])
		}
		t.path = clipPath(t.appendFieldName(t.path[:0], group(0)))
		one := field{path: view(t.path), message: group(1), code: group(2)}
		if one.path != "" && !emit(one) {
			return false
		}
	}
	return true
}

// step appends one key to the path under way.
func (t *Translation) step(key string) {
	before := len(t.path)
	if before > 0 {
		t.path = append(t.path, '.')
	}
	start := len(t.path)
	if t.path = clipPath(appendFieldPath(t.path, key)); len(t.path) <= start {
		t.path = t.path[:min(before, len(t.path))] // a name without a letter, or no space left
	}
}

// clipPath bounds a path, between two characters.
func clipPath(path []byte) []byte {
	if len(path) <= maxFieldPath {
		return path
	}
	n := maxFieldPath
	for n > 0 && !utf8.RuneStart(path[n]) {
		n--
	}
	return bytes.TrimRight(path[:n], ".")
}

// entry reads message and code of an entry.
func (t *Translation) entry(f *form, v value) (one field) {
	one.message, _ = t.pick(v, f.Message)
	one.code, _ = t.pick(v, f.Code)
	return one
}

// pick reads the first of some paths in an entry that leads to a text.
func (t *Translation) pick(v value, paths []Path) (text string, ok bool) {
	for _, p := range paths {
		if len(p) == 1 && p[0].Kind == StepKey {
			if child, found := p[0].of(v); found {
				text, ok = t.texts(child)
			}
		} else {
			walk(v, "", p, func(_ string, child value) bool {
				text, ok = t.texts(child)
				return ok
			})
		}
		if ok {
			return text, true
		}
	}
	return "", false
}

// fieldList walks a list of entries; what is no list counts as a list of one.
func (t *Translation) fieldList(f *form, v value, emit func(field) bool) (more bool) {
	if !v.IsArray() {
		if f.simple {
			return t.simpleEntry(f, v, len(f.Message) > 0, emit)
		}
		if len(f.Message) > 0 && f.pattern == nil {
			if _, ok := t.pick(v, f.Message); !ok {
				return true // an object of something else, such as a map of fields
			}
		}
		return t.fieldEntry(f, v, emit)
	}
	more = true
	each(v, func(_ string, entry value) bool {
		more = t.fieldEntry(f, entry, emit)
		return more
	})
	return more
}

func (t *Translation) fieldEntry(f *form, v value, emit func(field) bool) bool {
	if t.each != nil && !t.each.selects(v) {
		return true
	}
	if f.simple {
		return t.simpleEntry(f, v, false, emit)
	}
	one := t.entry(f, v)
	if f.pattern != nil {
		if len(f.Field) == 0 {
			return t.fieldText(f, one.message, emit)
		}
	}
	if len(f.Names) > 0 {
		if done, more := t.fieldNames(f, v, one, emit); done {
			return more
		}
	}
	if !t.fieldName(f, v) {
		return true
	}
	one.path = view(t.path)
	return emit(one)
}

// simpleEntry reads an entry in one pass. With worded set it must have a message:
// else it may be an object of something else, such as a map of fields.
func (t *Translation) simpleEntry(f *form, v value, worded bool, emit func(field) bool) bool {
	const none = 255
	ranks := [3]int{none, none, none}
	var name value
	var one field
	each(v, func(key string, m value) bool {
		for i, paths := range [3][]Path{f.Field, f.Message, f.Code} {
			for rank, p := range paths {
				if p[0].Key != key || rank > ranks[i] {
					continue
				}
				text, ok := "", m.Type == gjson.JSON && i == 0
				if !ok {
					text, ok = t.texts(m)
				}
				if !ok {
					continue
				}
				switch ranks[i] = rank; i {
				case 0:
					name = m
				case 1:
					one.message = text
				case 2:
					one.code = text
				}
			}
		}
		return true
	})
	if ranks[0] == none || worded && ranks[1] == none || !t.namePath(name) {
		return true
	}
	one.path = view(t.path)
	return emit(one)
}

// fieldName reads which field an entry is about into the path under way.
func (t *Translation) fieldName(f *form, v value) bool {
	for _, p := range f.Field {
		found := false
		walk(v, "", p, func(_ string, name value) bool {
			found = t.namePath(name)
			return found
		})
		if found {
			return true
		}
	}
	return false
}

// namePath makes a value the path under way: a text as it is, a list one step an
// element.
func (t *Translation) namePath(v value) bool {
	t.path = t.path[:0]
	if text, ok := scalar(v); ok {
		t.path = clipPath(t.appendFieldName(t.path, text))
		return len(t.path) > 0
	}
	if v.IsArray() {
		each(v, func(_ string, one value) bool {
			if text, ok := scalar(one); ok {
				t.step(text)
			}
			return true
		})
	}
	return len(t.path) > 0
}

// fieldNames emits an entry once for each field that it names.
func (t *Translation) fieldNames(f *form, v value, one field, emit func(field) bool) (done, more bool) {
	more = true
	emitOne := func(name string) bool {
		t.path = clipPath(t.appendFieldName(t.path[:0], name))
		if one.path = view(t.path); one.path == "" {
			return true
		}
		done = true
		more = emit(one)
		return more
	}
	for _, p := range f.Names {
		walk(v, "", p, func(_ string, names value) bool {
			if text, ok := scalar(names); ok {
				emitOne(text)
				return done
			}
			array := names.IsArray()
			each(names, func(key string, name value) bool {
				if array {
					key, _ = scalar(name)
				}
				return emitOne(key)
			})
			return done
		})
		if done {
			break
		}
	}
	return done, more
}

// appendFieldName appends the name of a field as the entry of a list has it. An
// envelope of another hop has it in our form already.
func (t *Translation) appendFieldName(dst []byte, name string) []byte {
	foreign := strings.HasPrefix(name, "#/") || strings.HasPrefix(name, ".") || strings.HasSuffix(name, ".") || strings.Contains(name, "..")
	if t.kept && !foreign {
		return append(dst, name...)
	}
	return appendFieldPath(dst, name)
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
		if !FitForClients(f.code) {
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
