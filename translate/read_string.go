package translate

import (
	"encoding/binary"
	"math/bits"
	"unicode/utf16"
	"unicode/utf8"
	"unsafe"
)

// The lowest and the highest bit of each byte of a word.
const (
	lowBits  = 0x0101010101010101
	highBits = 0x8080808080808080
)

// loadWord returns the eight bytes at s[i:], which must exist.
func loadWord(s string, i int) uint64 {
	return binary.LittleEndian.Uint64(unsafe.Slice((*byte)(unsafe.Add(unsafe.Pointer(unsafe.StringData(s)), i)), 8))
}

// specialBytes returns a word with the highest bit set of each byte of x that is
// a control character, a quote or a backslash. Bytes after the first such byte may
// be set wrongly.
func specialBytes(x uint64) uint64 {
	quotes, slashes := x^('"'*lowBits), x^('\\'*lowBits)
	// A byte below 0x20, or zero after the XOR, borrows from its highest bit.
	return ((x-0x20*lowBits)&^x | (quotes-lowBits)&^quotes | (slashes-lowBits)&^slashes) & highBits
}

// skipString returns the position after the string whose opening quote is before
// s[i], and whether it has escapes.
func skipString(s string, i int) (end int, escaped bool) {
	for i < len(s) {
		if i+8 <= len(s) {
			special := specialBytes(loadWord(s, i))
			if special == 0 {
				i += 8
				continue
			}
			i += bits.TrailingZeros64(special) / 8 // the first marked byte is always correct
		}
		switch c := s[i]; {
		case c == '"':
			return i + 1, false
		case c < 0x20:
			return invalid, false
		case c == '\\':
			end = skipEscaped(s, i)
			return end, end != invalid
		}
		i++
	}
	return invalid, false
}

// skipEscaped is skipString from the first escape on. It reads eight bytes behind each escape one
// by one: where one is, there are often more.
func skipEscaped(s string, i int) (end int) {
	for single := 0; i < len(s); {
		if single == 0 && i+8 <= len(s) {
			special := specialBytes(loadWord(s, i))
			if special == 0 {
				i += 8
				continue
			}
			i += bits.TrailingZeros64(special) / 8
		}
		switch c := s[i]; {
		case c == '"':
			return i + 1
		case c < 0x20:
			return invalid
		case c != '\\':
			i++
			single = max(single-1, 0)
			continue
		case i+1 < len(s) && escapes[s[i+1]] != 0:
			i += 2
		default:
			if i = skipHexEscape(s, i+1); i == invalid {
				return invalid
			}
		}
		single = 8
	}
	return invalid
}

// escapes are the characters of the escapes of two characters, by the second one.
var escapes = [256]byte{'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}

// skipHexEscape returns the position after the escape uXXXX at s[i:].
func skipHexEscape(s string, i int) int {
	if i+5 > len(s) || s[i] != 'u' {
		return invalid
	}
	for _, c := range []byte(s[i+1 : i+5]) {
		if !isHexDigit(c) {
			return invalid
		}
	}
	return i + 5
}

// unquote returns the text of a JSON string that scan has checked.
func unquote(raw string, escaped bool) string {
	if raw = raw[1 : len(raw)-1]; escaped {
		return unescape(raw)
	}
	return raw
}

func unescape(raw string) string {
	text, n := make([]byte, len(raw)), 0 // no escape is shorter than its character
	for i := 0; i < len(raw); n++ {
		if text[n] = raw[i]; raw[i] != '\\' {
			i++
			continue
		}
		if text[n] = escapes[raw[i+1]]; text[n] != 0 {
			i += 2
			continue
		}
		r, size := hexEscape(raw[i:])
		n += utf8.EncodeRune(text[n:], r) - 1
		i += size
	}
	return view(text[:n])
}

// hexEscape returns the character of the escape at the start of s, or of the two escapes of
// a surrogate pair, and their length. Half a pair is U+FFFD.
func hexEscape(s string) (r rune, size int) {
	r = hexRune(s[2:6])
	if utf16.IsSurrogate(r) && len(s) >= 12 && s[6] == '\\' && s[7] == 'u' {
		if pair := utf16.DecodeRune(r, hexRune(s[8:12])); pair != utf8.RuneError {
			return pair, 12
		}
	}
	return r, 6
}

// hexRune returns the character with a hexadecimal number of four digits.
func hexRune(digits string) (r rune) {
	for _, c := range []byte(digits) {
		if !isDigit(c) {
			c += 9 // the letters follow @ and a grave accent
		}
		r = r<<4 | rune(c&0xf)
	}
	return r
}
