package translate

import (
	"bytes"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/encoding/unicode/utf32"
)

// toUTF8 returns a body in UTF-8. Its encoding is, in this order: that of a byte
// order mark, UTF-16 or UTF-32 if zero bytes indicate it, UTF-8 if the body is
// valid, the charset of the media type, and that of an XML declaration.
func toUTF8(body []byte, charset string) []byte {
	if isLikelyUTF8(body, charset) || isPlainASCII(body) {
		return body
	}
	if e := bomEncoding(body); e != nil {
		return decodeWith(e, body)
	}
	if e := wideEncoding(body); e != nil {
		return decodeWith(e, body)
	}
	if utf8.Valid(body) {
		return body
	}
	for _, name := range []string{charset, declaredCharset(body)} {
		if e, err := htmlindex.Get(name); err == nil && e != encoding.Replacement {
			return decodeWith(e, body)
		}
	}
	return body // invalid UTF-8 is replaced when it is written
}

// isLikelyUTF8 reports whether a body starts with single-byte characters, is not
// markup, and has no other charset in its media type. Nearly all JSON does, and
// needs no further check.
func isLikelyUTF8(body []byte, charset string) bool {
	return len(body) >= 4 && charset == "" && body[0] < utf8.RuneSelf && body[0] != '<' && body[0] != 0 && body[1] != 0 && body[2] != 0
}

// isPlainASCII reports whether a body is ASCII without zero bytes.
func isPlainASCII(body []byte) bool {
	s, i := view(body), 0
	for ; i+8 <= len(s); i += 8 {
		if x := loadWord(s, i); (x|(x-lowBits)&^x)&highBits != 0 {
			return false
		}
	}
	for ; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf || s[i] == 0 {
			return false
		}
	}
	return true
}

// bomEncoding returns the encoding of a byte order mark, or nil.
func bomEncoding(body []byte) encoding.Encoding {
	switch {
	case bytes.HasPrefix(body, []byte("\xff\xfe\x00\x00")):
		return utf32.UTF32(utf32.LittleEndian, utf32.UseBOM)
	case bytes.HasPrefix(body, []byte("\x00\x00\xfe\xff")):
		return utf32.UTF32(utf32.BigEndian, utf32.UseBOM)
	case bytes.HasPrefix(body, []byte("\xff\xfe")):
		return unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)
	case bytes.HasPrefix(body, []byte("\xfe\xff")):
		return unicode.UTF16(unicode.BigEndian, unicode.UseBOM)
	}
	return nil
}

// wideEncoding returns the encoding of a text in which every other byte, or three
// of four, are zero at the start; nil if they are not.
func wideEncoding(body []byte) encoding.Encoding {
	if len(body) < 4 {
		return nil
	}
	zeros := [4]bool{body[0] == 0, body[1] == 0, body[2] == 0, body[3] == 0}
	switch zeros {
	case [4]bool{false, true, true, true}:
		return utf32.UTF32(utf32.LittleEndian, utf32.IgnoreBOM)
	case [4]bool{true, true, true, false}:
		return utf32.UTF32(utf32.BigEndian, utf32.IgnoreBOM)
	case [4]bool{false, true, false, true}:
		return unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)
	case [4]bool{true, false, true, false}:
		return unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)
	}
	return nil
}

// declaredCharset returns the charset in an XML declaration or a meta element.
func declaredCharset(body []byte) string {
	head := body[:min(len(body), 512)]
	for _, word := range []string{"encoding=", "charset="} {
		if i := bytes.Index(head, []byte(word)); i >= 0 {
			name := bytes.TrimLeft(head[i+len(word):], `"'`)
			if end := bytes.IndexAny(name, "\"'?> ;"); end > 0 {
				return string(name[:end])
			}
		}
	}
	return ""
}

// decodeWith decodes a body; one that cannot be decoded stays as it is.
func decodeWith(e encoding.Encoding, body []byte) []byte {
	out, err := e.NewDecoder().Bytes(body)
	if err != nil {
		return body
	}
	return out
}
