package translate

import (
	"strings"
	"unsafe"

	"github.com/tidwall/gjson"
)

// value is one value of JSON that scan has checked. It has the fields of
// gjson.Result that are used here and half its size, because values are copied
// often.
type value struct {
	Type gjson.Type
	Raw  string // as in the body; a number is not reformatted
	Str  string // of a string: decoded

	spans *spans // of the document that an object or array is in; nil if it is in none
}

// newValueIn returns the value with the given JSON in a document.
func newValueIn(x *spans, raw string) value {
	v := newValue(raw)
	v.spans = x
	return v
}

// newValue returns the value with the given JSON.
func newValue(raw string) value {
	v := value{Type: typeAt(raw, 0), Raw: raw}
	if v.Type == gjson.String {
		v.Str = unquote(raw, strings.IndexByte(raw, '\\') >= 0)
	}
	return v
}

// typeAt returns the type of the value at s[i:].
func typeAt(s string, i int) gjson.Type {
	switch s[i] {
	case '{', '[':
		return gjson.JSON
	case '"':
		return gjson.String
	case 't':
		return gjson.True
	case 'f':
		return gjson.False
	case 'n':
		return gjson.Null
	}
	return gjson.Number
}

// within reports whether the text of v is part of the text of outer: the same
// memory, not merely the same bytes.
func (v value) within(outer value) bool {
	if v.Raw == "" || len(outer.Raw) < len(v.Raw) {
		return false
	}
	at := uintptr(unsafe.Pointer(unsafe.StringData(v.Raw)))
	start := uintptr(unsafe.Pointer(unsafe.StringData(outer.Raw)))
	return at >= start && at+uintptr(len(v.Raw)) <= start+uintptr(len(outer.Raw))
}

// isSame reports whether two values are the same part of the same body.
func (v value) isSame(other value) bool { return len(v.Raw) == len(other.Raw) && v.within(other) }

// Exists reports whether there is a value.
func (v value) Exists() bool { return v.Raw != "" }

// IsObject reports whether the value is an object.
func (v value) IsObject() bool { return v.Type == gjson.JSON && v.Raw[0] == '{' }

// IsArray reports whether the value is an array.
func (v value) IsArray() bool { return v.Type == gjson.JSON && v.Raw[0] == '[' }

// scalar returns the text of a string that is not empty, or the literal of a
// number: 9007199254740993 stays exact.
func scalar(v value) (string, bool) {
	switch v.Type {
	case gjson.String:
		return v.Str, v.Str != ""
	case gjson.Number:
		return v.Raw, true
	}
	return "", false
}

// literal returns the text of a string, or the literal of a number or a boolean.
func literal(v value) (string, bool) {
	switch v.Type {
	case gjson.String:
		return v.Str, true
	case gjson.Number, gjson.True, gjson.False:
		return v.Raw, true
	}
	return "", false
}

// maxJoined bounds the text that is made of a list, in bytes.
const maxJoined = 16 << 10

// joinTexts returns the text of a scalar, or the texts of a list of scalars
// joined by "; ".
func joinTexts(v value) (string, bool) {
	if !v.IsArray() {
		return scalar(v)
	}
	var first string
	var more []byte
	onlyScalars := true
	each(v, func(_ string, child value) bool {
		text, ok := scalar(child)
		switch {
		case child.Type == gjson.JSON:
			onlyScalars = false
		case !ok:
		case first == "":
			first = text
		default:
			if more == nil {
				more = append(make([]byte, 0, 256), first...)
			}
			more = append(append(more, "; "...), text...)
		}
		return onlyScalars && len(more) < maxJoined
	})
	switch {
	case !onlyScalars:
		return "", false
	case more != nil:
		return view(more), true
	}
	return first, first != ""
}
