package translate

import (
	"bytes"
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

// ourFieldMessage stands where the backend's words about a field are not fit
// for clients.
const ourFieldMessage = "This value is not accepted."

// maxFieldPath bounds the name of a field, in bytes.
const maxFieldPath = 256

// eachField calls emit for every complaint, in the order of the body. It stops
// when emit returns false.
func (t *Translation) eachField(emit func(field) bool) {
	if !t.fields.Exists() {
		return
	}
	if t.dialect.fields.Field == "" {
		t.path = t.path[:0]
		t.fieldMap(t.fields, emit)
		return
	}
	t.fieldList(t.fields, &t.dialect.fields, emit)
}

// fieldMap walks objects of field to message, to a list of messages, or to
// more of the same.
func (t *Translation) fieldMap(v value, emit func(field) bool) (more bool) {
	i, array, more := -1, v.IsArray(), true
	each(v, func(key string, child value) bool {
		i++
		length := len(t.path)
		switch {
		case array && child.Type != gjson.JSON: // one message of several: no index
		case array:
			t.step(strconv.Itoa(i))
		default:
			t.step(key)
		}
		if child.Type == gjson.JSON {
			more = t.fieldMap(child, emit)
		} else if words, ok := scalar(child); ok && len(t.path) > 0 {
			more = emit(field{path: view(t.path), message: words})
		}
		t.path = t.path[:length]
		return more
	})
	return more
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

// fieldList walks a list of objects.
func (t *Translation) fieldList(v value, shape *Fields, emit func(field) bool) {
	each(v, func(_ string, entry value) bool {
		var f field
		each(entry, func(key string, m value) bool {
			text, ok := scalar(m)
			switch {
			case !ok:
			case key == shape.Field:
				t.path = clipPath(t.appendFieldName(t.path[:0], text))
				f.path = view(t.path)
			case key == shape.Message:
				f.message = text
			case key == shape.Code:
				f.code = text
			}
			return true
		})
		if f.path == "" {
			return true
		}
		return emit(f)
	})
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
	if !t.fields.Exists() {
		return dst
	}
	start := len(dst)
	dst = appendMember(dst, name)
	dst = append(dst, '[')
	empty := len(dst)
	t.eachField(func(f field) bool {
		if f.message == "" || !t.fit(p, f.message) {
			f.message = ourFieldMessage
		}
		if !FitForClients(f.code) {
			f.code = ""
		}
		dst = one(appendComma(dst), f)
		return true
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
