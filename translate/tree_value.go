package translate

import (
	"strings"
	"unsafe"

	"github.com/tidwall/gjson"
)

// value is one value of a body that scan has checked: what gjson.Result is,
// without the parts that are not needed here. Values are copied a lot, and this
// is half the size.
type value struct {
	Type gjson.Type
	Raw  string // as it stands in the body; a number keeps its spelling
	Str  string // of a string, decoded
}

// newValue makes a value of its text.
func newValue(raw string) value {
	v := value{Type: gjson.JSON, Raw: raw}
	switch raw[0] {
	case '{', '[':
	case '"':
		v.Type, v.Str = gjson.String, unquote(raw, strings.IndexByte(raw, '\\') >= 0)
	case 't':
		v.Type = gjson.True
	case 'f':
		v.Type = gjson.False
	case 'n':
		v.Type = gjson.Null
	default:
		v.Type = gjson.Number
	}
	return v
}

// within tells whether the value stands inside of another one of the same text,
// or is that one.
func (v value) within(outer value) bool {
	if v.Raw == "" || len(outer.Raw) < len(v.Raw) {
		return false
	}
	at := uintptr(unsafe.Pointer(unsafe.StringData(v.Raw)))
	start := uintptr(unsafe.Pointer(unsafe.StringData(outer.Raw)))
	return at >= start && at+uintptr(len(v.Raw)) <= start+uintptr(len(outer.Raw))
}

// is tells whether two values are the same place of one text.
func (v value) is(other value) bool { return len(v.Raw) == len(other.Raw) && v.within(other) }

// Exists tells whether there is a value at all.
func (v value) Exists() bool { return v.Raw != "" }

// IsObject tells whether the value is an object.
func (v value) IsObject() bool { return v.Type == gjson.JSON && v.Raw[0] == '{' }

// IsArray tells whether the value is an array.
func (v value) IsArray() bool { return v.Type == gjson.JSON && v.Raw[0] == '[' }
