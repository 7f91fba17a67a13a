package translate

import "github.com/tidwall/gjson"

// each calls f for every member of an object, or every element of an array, whose
// key is empty. It stops when f returns false. The value comes from a body that
// scan has checked, so nothing is checked again.
func each(v value, f func(key string, v value) bool) {
	if v.Type != gjson.JSON {
		return
	}
	s, object := v.Raw, v.Raw[0] == '{'
	for i := skipSpace(s, 1); s[i] != '}' && s[i] != ']'; {
		key := ""
		if object {
			end, name := v.spans.readString(s, i)
			key = name
			i = skipSpace(s, skipSpace(s, end)+1) // after the colon
		}
		child, end := nextValue(v.spans, s, i)
		if !f(key, child) {
			return
		}
		if i = skipSpace(s, end); s[i] == ',' {
			i = skipSpace(s, i+1)
		}
	}
}

// maxEntryMembers bounds the members of an object that are looked at to find out whether it
// is an entry, an error, or a map.
const maxEntryMembers = 48

// eachFirst calls f for the first members of an object, or elements of an array, at most
// maxEntryMembers.
func eachFirst(v value, f func(key string, v value) bool) {
	count := 0
	each(v, func(key string, v value) bool {
		count++
		return f(key, v) && count < maxEntryMembers
	})
}

// onlyChild returns the member or element of a container of one, and any other value
// unchanged.
func onlyChild(v value) value {
	only, n := v, 0
	each(v, func(_ string, child value) bool {
		only = child
		n++
		return n < 2
	})
	if n != 1 {
		return v
	}
	return only
}

// nextValue returns the value at s[i:] and the position after it.
func nextValue(x *spans, s string, i int) (value, int) {
	if s[i] == '"' {
		end, text := x.readString(s, i)
		return value{Type: gjson.String, Raw: s[i:end], Str: text}, end
	}
	end := x.skipValue(s, i)
	return value{Type: typeAt(s, i), Raw: s[i:end], spans: x}, end
}
