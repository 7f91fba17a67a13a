package translate

import "strings"

// headerParam returns the parameter of that name in a header such as
// WWW-Authenticate (RFC 9110 section 11.2) or Proxy-Status (RFC 9209): a token or
// a quoted string behind `name=`. "" where there is none.
func headerParam(header, name string) string {
	for i := 0; i < len(header); {
		switch c := header[i]; {
		case c == '"':
			_, i = quoted(header, i)
		case inToken(c):
			start := i
			for i < len(header) && inToken(header[i]) {
				i++
			}
			word := header[start:i]
			value, next, ok := parameter(header, i)
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

// parameter reads what stands behind the equals sign at s[i:].
func parameter(s string, i int) (value string, next int, ok bool) {
	if i >= len(s) || s[i] != '=' {
		return "", i, false
	}
	if i++; i < len(s) && s[i] == '"' {
		value, i = quoted(s, i)
		return value, i, true
	}
	start := i
	for i < len(s) && inToken(s[i]) {
		i++
	}
	return s[start:i], i, true
}

// quoted reads the quoted string at s[i:].
func quoted(s string, i int) (value string, next int) {
	var b strings.Builder
	for i++; i < len(s) && s[i] != '"'; i++ {
		if s[i] == '\\' && i+1 < len(s) {
			i++
		}
		b.WriteByte(s[i])
	}
	return b.String(), min(i+1, len(s))
}

// inToken tells whether c may stand in a token (RFC 9110 section 5.6.2), or in a
// word of Bearer credentials.
func inToken(c byte) bool {
	return c > ' ' && c < 0x7f && strings.IndexByte(`"(),;<=>[\]{}`, c) < 0
}
