package translate

import (
	"bytes"
	"net/url"
	"strconv"
	"strings"
)

// maxFieldPath bounds the path of a field, in bytes.
const maxFieldPath = 256

// addStep appends one key to the path. A key of separators only, or one for which
// there is no space, is left out.
func (w *fieldWalk) addStep(key string) {
	before := len(w.path)
	if before > 0 {
		w.path = append(w.path, '.')
	}
	start := len(w.path)
	if w.path = clipPath(appendFieldPath(w.path, key)); len(w.path) <= start {
		w.path = w.path[:min(before, len(w.path))]
	}
}

// clipPath bounds a path without cutting a character.
func clipPath(path []byte) []byte {
	if len(path) <= maxFieldPath {
		return path
	}
	return bytes.TrimRight(cutText(path, maxFieldPath), ".")
}

// appendFieldPath appends the name of a field as a dotted path: items[0].sku,
// items["0"].sku, /items/0/sku, #/items/0/sku and $.items[0].sku all become
// items.0.sku.
func appendFieldPath(dst []byte, s string) []byte {
	start := len(dst)
	s, fragment := strings.CutPrefix(s, "#")
	pointer := strings.HasPrefix(s, "/")
	slashes := pointer || strings.IndexByte(s, ' ') < 0 // data/attributes/name, as in OData
	if fragment && pointer && strings.IndexByte(s, '%') >= 0 {
		if plain, err := url.PathUnescape(s); err == nil { // RFC 6901 section 6
			s = plain
		}
	}
	s = decodeXMLName(strings.TrimPrefix(s, "$."))
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case pointer && c == '~' && i+1 < len(s) && (s[i+1] == '0' || s[i+1] == '1'): // RFC 6901 section 4
			dst = append(dst, "~/"[s[i+1]-'0'])
			i++
		case c == '.', slashes && c == '/', !pointer && c == '[':
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

// decodeXMLName decodes the characters that .NET escapes in names because XML does
// not allow them: _x005B_ is U+005B.
func decodeXMLName(s string) string {
	if !strings.Contains(s, "_x00") {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if i+7 <= len(s) && s[i] == '_' && s[i+1] == 'x' && s[i+6] == '_' {
			if n, err := strconv.ParseUint(s[i+2:i+6], 16, 16); err == nil {
				b.WriteRune(rune(n))
				i += 6
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
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
