package translate

import (
	"bytes"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/encoding/unicode/utf32"
)

// toUTF8 returns a body in UTF-8. A byte order mark tells most, then the zeros
// of a wide encoding; text that is UTF-8 is that whatever it claims; then the
// charset of the media type counts, and that of an XML declaration.
func toUTF8(body []byte, charset string) []byte {
	if saysUTF8(body, charset) || plainASCII(body) {
		return body
	}
	if e := marked(body); e != nil {
		return decodeWith(e, body)
	}
	if e := wideEncoding(body); e != nil {
		return decodeWith(e, body)
	}
	if utf8.Valid(body) {
		return body
	}
	for _, name := range []string{charset, declared(body)} {
		if e, err := htmlindex.Get(name); err == nil && e != encoding.Replacement {
			return decodeWith(e, body)
		}
	}
	return body // the writer replaces what is no UTF-8
}

// saysUTF8 tells whether a body starts as a text of bytes that is no markup, and
// its media type names no other encoding: UTF-8, as nearly all are. It saves them
// a pass.
func saysUTF8(body []byte, charset string) bool {
	return len(body) >= 4 && charset == "" && body[0] < utf8.RuneSelf && body[0] != '<' && body[0] != 0 && body[1] != 0 && body[2] != 0
}

// plainASCII tells whether a body is ASCII and has no zero in it.
func plainASCII(body []byte) bool {
	s, i := view(body), 0
	for ; i+8 <= len(s); i += 8 {
		if x := eight(s, i); (x|(x-ones)&^x)&tops != 0 {
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

// marked returns the encoding that a byte order mark tells.
func marked(body []byte) encoding.Encoding {
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

// wideEncoding returns the encoding of a text of which every other byte, or three of
// four, are zero at the start.
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

// declared is the encoding of an XML declaration, or of a meta element.
func declared(body []byte) string {
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

func decodeWith(e encoding.Encoding, body []byte) []byte {
	out, err := e.NewDecoder().Bytes(body)
	if err != nil {
		return body
	}
	return out
}
