package translate

import (
	"math/bits"
	"strconv"
	"unicode/utf8"
	"unsafe"
)

const hexDigits = "0123456789abcdef"

// plainBytes marks the bytes that a JSON string may contain without escapes. <, >
// and & need none, because the media types of the answers are not sniffed as HTML.
var plainBytes = func() (t [256]bool) {
	for c := 0x20; c < utf8.RuneSelf; c++ {
		t[c] = c != '"' && c != '\\' && c != 0x7f
	}
	return t
}()

// lastControl is the last control character, of those that follow ASCII (C1).
const lastControl = '\u009f'

// appendString appends s as a JSON string. Invalid UTF-8 becomes U+FFFD, and
// control characters, U+2028 and U+2029 are escaped.
func appendString(dst []byte, s string) []byte {
	dst = append(dst, '"')
	if n := plainPrefix(s); n == len(s) {
		dst = append(dst, s...)
	} else {
		dst = appendEscaping(append(dst, s[:n]...), s[n:])
	}
	return append(dst, '"')
}

// plainPrefix returns how many bytes at the start of s need no escapes. It compares
// eight at a time.
func plainPrefix(s string) int {
	i := 0
	for ; i+8 <= len(s); i += 8 {
		x := loadWord(s, i)
		deletes := x ^ (0x7f * lowBits)
		if special := specialBytes(x) | ((deletes-lowBits)&^deletes|x)&highBits; special != 0 {
			return i + bits.TrailingZeros64(special)/8 // the first marked byte is always correct
		}
	}
	for i < len(s) && plainBytes[s[i]] {
		i++
	}
	return i
}

// appendEscaping appends a text that may need escapes or is not ASCII.
func appendEscaping(dst []byte, s string) []byte {
	start := 0
	for i := 0; i < len(s); {
		c := s[i]
		if plainBytes[c] {
			i++
			continue
		}
		if c < utf8.RuneSelf {
			dst = append(dst, s[start:i]...)
			dst = appendEscape(dst, c)
			i++
			start = i
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			dst = append(dst, s[start:i]...)
			dst = utf8.AppendRune(dst, utf8.RuneError)
			i++
			start = i
			continue
		case r == '\u2028' || r == '\u2029' || r <= lastControl:
			dst = append(dst, s[start:i]...)
			dst = append(dst, '\\', 'u', hexDigits[r>>12&0xf], hexDigits[r>>8&0xf], hexDigits[r>>4&0xf], hexDigits[r&0xf])
			i += size
			start = i
			continue
		}
		i += size
	}
	return append(dst, s[start:]...)
}

// appendEscape appends the escape of an ASCII character.
func appendEscape(dst []byte, c byte) []byte {
	switch c {
	case '"', '\\':
		return append(dst, '\\', c)
	case '\n':
		return append(dst, '\\', 'n')
	case '\r':
		return append(dst, '\\', 'r')
	case '\t':
		return append(dst, '\\', 't')
	}
	return append(dst, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&0xf])
}

func appendInt(dst []byte, n int64) []byte { return strconv.AppendInt(dst, n, 10) }

// appendMember appends a comma if one is needed, the name and a colon.
func appendMember(dst []byte, name string) []byte {
	dst = appendComma(dst)
	dst = appendString(dst, name)
	return append(dst, ':')
}

// appendComma appends a comma unless dst ends with the start of an object or array.
func appendComma(dst []byte) []byte {
	if c := dst[len(dst)-1]; c != '{' && c != '[' {
		dst = append(dst, ',')
	}
	return dst
}

// view returns b as a string without a copy. The caller keeps b unchanged while the
// string is in use.
func view(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }
