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
			end, escaped := skipString(s, i+1)
			key = unquote(s[i:end], escaped)
			i = skipSpace(s, skipSpace(s, end)+1) // after the colon
		}
		v, end := nextValue(s, i)
		if !f(key, v) {
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
func nextValue(s string, i int) (value, int) {
	if s[i] == '"' {
		end, escaped := skipString(s, i+1)
		return value{Type: gjson.String, Raw: s[i:end], Str: unquote(s[i:end], escaped)}, end
	}
	end := skipValue(s, i)
	return newValue(s[i:end]), end
}

// skipValue returns the position after the value at s[i:].
func skipValue(s string, i int) int {
	switch s[i] {
	case '"':
		end, _ := skipString(s, i+1)
		return end
	case '{', '[':
		return skipContainer(s, i)
	}
	for i < len(s) && s[i] > ' ' && s[i] != ',' && s[i] != '}' && s[i] != ']' {
		i++
	}
	return i
}

func skipContainer(s string, i int) int {
	for open := 0; ; {
		switch s[i] {
		case '{', '[':
			open++
		case '}', ']':
			if open--; open == 0 {
				return i + 1
			}
		case '"':
			i, _ = skipString(s, i+1)
			continue
		}
		i++
	}
}
