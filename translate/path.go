package translate

import (
	"net/url"
	"strings"
)

// Path leads to a member of a body: one key a step. An element of an array is
// named by its index.
type Path []string

// ParsePath splits a dotted path as gjson spells it: "error.code",
// "errors.0.code". A dot that belongs to a key is written "\.".
func ParsePath(s string) Path {
	var p Path
	var key strings.Builder
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '\\' && i+1 < len(s):
			i++
			key.WriteByte(s[i])
		case s[i] == '.':
			p = append(p, key.String())
			key.Reset()
		default:
			key.WriteByte(s[i])
		}
	}
	return append(p, key.String())
}

// String joins the keys with dots.
func (p Path) String() string { return strings.Join(p, ".") }

// appendFieldPath appends the name of a field in the one form that the envelope
// knows: items[0].sku, items["0"].sku, /items/0/sku, #/items/0/sku and
// $.items[0].sku all become items.0.sku.
func appendFieldPath(dst []byte, s string) []byte {
	start := len(dst)
	s, fragment := strings.CutPrefix(s, "#")
	pointer := strings.HasPrefix(s, "/")
	if fragment && pointer && strings.IndexByte(s, '%') >= 0 {
		if plain, err := url.PathUnescape(s); err == nil { // RFC 6901 section 6
			s = plain
		}
	}
	s = strings.TrimPrefix(s, "$.")
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case pointer && c == '~' && i+1 < len(s) && (s[i+1] == '0' || s[i+1] == '1'): // RFC 6901 section 4
			dst = append(dst, "~/"[s[i+1]-'0'])
			i++
		case c == '.', pointer && c == '/', !pointer && c == '[':
			if len(dst) > start && dst[len(dst)-1] != '.' {
				dst = append(dst, '.')
			}
		case !pointer && (c == ']' || c == '"' || c == '\''):
		default:
			dst = append(dst, c)
		}
	}
	if len(dst) > start && dst[len(dst)-1] == '.' {
		dst = dst[:len(dst)-1]
	}
	return dst
}

// appendPointer appends a dotted field path as the fragment form of a JSON
// Pointer (RFC 6901 section 6): items.0.sku becomes #/items/0/sku.
func appendPointer(dst []byte, field string) []byte {
	dst = append(dst, "#/"...)
	for i := range len(field) {
		switch c := field[i]; {
		case c == '.':
			dst = append(dst, '/')
		case c == '~':
			dst = append(dst, "~0"...)
		case c == '/':
			dst = append(dst, "~1"...)
		case c <= ' ' || c >= 0x7f || strings.IndexByte(`"#%<>[\]^{|}`+"`", c) >= 0:
			const hex = "0123456789ABCDEF" // in upper case: RFC 3986 section 2.1
			dst = append(dst, '%', hex[c>>4], hex[c&0xf])
		default:
			dst = append(dst, c)
		}
	}
	return dst
}
