package translate

import "strings"

// headerParam returns a parameter of a header such as WWW-Authenticate (RFC 9110
// section 11.2) or Proxy-Status (RFC 9209): the token or quoted string after
// `name=`; "" if there is none.
func headerParam(header, name string) string {
	for i := 0; i < len(header); {
		switch c := header[i]; {
		case c == '"':
			_, i = quotedString(header, i)
		case isTokenByte(c):
			start := i
			for i < len(header) && isTokenByte(header[i]) {
				i++
			}
			word := header[start:i]
			value, next, ok := paramValue(header, i)
			if !ok {
				continue
			}
			if i = next; strings.EqualFold(word, name) {
				return value
			}
		default:
			i++
		}
	}
	return ""
}

// paramValue reads the equals sign at s[i:] and the value after it.
func paramValue(s string, i int) (value string, next int, ok bool) {
	if i >= len(s) || s[i] != '=' {
		return "", i, false
	}
	if i++; i < len(s) && s[i] == '"' {
		value, i = quotedString(s, i)
		return value, i, true
	}
	start := i
	for i < len(s) && isTokenByte(s[i]) {
		i++
	}
	return s[start:i], i, true
}

// quotedString reads the quoted string at s[i:].
func quotedString(s string, i int) (value string, next int) {
	var b strings.Builder
	for i++; i < len(s) && s[i] != '"'; i++ {
		if s[i] == '\\' && i+1 < len(s) {
			i++
		}
		b.WriteByte(s[i])
	}
	return b.String(), min(i+1, len(s))
}

// isTokenByte reports whether c may occur in a token (RFC 9110 section 5.6.2) or
// in Bearer credentials.
func isTokenByte(c byte) bool {
	return c > ' ' && c < 0x7f && strings.IndexByte(`"(),;<=>[\]{}`, c) < 0
}
