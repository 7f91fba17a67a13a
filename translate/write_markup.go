package translate

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/tidwall/gjson"
)

// problemNamespace is the XML namespace of problems (RFC 9457 appendix B).
const problemNamespace = "urn:ietf:rfc:7807"

// AppendCanonicalXML appends the canonical envelope as XML: the members of its JSON are
// elements of the same names, and those of an array are elements called i.
func (t *Translation) AppendCanonicalXML(dst []byte, p *Policy, params RenderParams) []byte {
	start := len(dst)
	return replaceByXML(t.AppendCanonical(dst, p, params), start, "<response>", "</response>")
}

// AppendProblemXML appends a problem as XML (RFC 9457 appendix B).
func (t *Translation) AppendProblemXML(dst []byte, p *Policy, params RenderParams) []byte {
	start := len(dst)
	return replaceByXML(t.AppendProblem(dst, p, params), start, `<problem xmlns="`+problemNamespace+`">`, "</problem>")
}

// replaceByXML replaces the JSON object at the end of dst by the same as XML.
func replaceByXML(dst []byte, start int, open, end string) []byte {
	document := newValue(view(dst[start:]))
	size := len(dst)
	dst = append(dst, `<?xml version="1.0" encoding="UTF-8"?>`...)
	dst = append(dst, open...)
	dst = appendElements(dst, document)
	dst = append(dst, end...)
	n := copy(dst[start:], dst[size:])
	return dst[:start+n]
}

// appendElements appends the content of the element for a value.
func appendElements(dst []byte, v value) []byte {
	switch {
	case v.Type == gjson.String:
		return appendMarkupText(dst, v.Str)
	case v.Type == gjson.Null:
		return dst
	case v.Type != gjson.JSON:
		return append(dst, v.Raw...)
	}
	isArray := v.IsArray()
	each(v, func(name string, child value) bool {
		if isArray {
			name = "i"
		}
		dst = appendElement(dst, name, child)
		return true
	})
	return dst
}

// appendElement appends an element. A name that XML does not allow is in the attribute
// name, too.
func appendElement(dst []byte, name string, v value) []byte {
	element := elementName(name)
	dst = append(append(dst, '<'), element...)
	if element != name {
		dst = append(dst, ` name="`...)
		dst = append(appendMarkupText(dst, name), '"')
	}
	dst = appendElements(append(dst, '>'), v)
	return append(append(append(dst, "</"...), element...), '>')
}

// elementName replaces the characters that the name of an element cannot have, or that
// not every parser allows in one.
func elementName(name string) string {
	name = strings.Map(func(r rune) rune {
		if r < utf8.RuneSelf && (r == '_' || r == '-' || r == '.' || isDigit(byte(r)) || isLetter(byte(r))) {
			return r
		}
		return '_'
	}, name)
	if name == "" || !isLetter(name[0]) && name[0] != '_' || hasPrefixFold(name, "xml") {
		return "_" + name
	}
	return name
}

// appendMarkupText appends a text for HTML or XML: in an element, or in an attribute
// with quotes.
func appendMarkupText(dst []byte, s string) []byte {
	start := 0
	for i, r := range s {
		var escape string
		switch r {
		case '<':
			escape = "&lt;"
		case '>':
			escape = "&gt;"
		case '&':
			escape = "&amp;"
		case '"':
			escape = "&#34;"
		case '\'':
			escape = "&#39;"
		case utf8.RuneError: // written, or for invalid UTF-8
			escape = "\uFFFD"
		default:
			if !isUnprintable(r) {
				continue
			}
			if escape = "\uFFFD"; r == '\n' || r == '\t' || r == '\r' {
				escape = " "
			}
		}
		dst = append(append(dst, s[start:i]...), escape...)
		if start = i + utf8.RuneLen(r); r == utf8.RuneError && !strings.HasPrefix(s[i:], "\uFFFD") {
			start = i + 1
		}
	}
	return append(dst, s[start:]...)
}

// isUnprintable reports whether a character is a control character, ends a line, changes
// the direction of what follows, or is none of Unicode. No envelope for people has any.
func isUnprintable(r rune) bool {
	switch {
	case r < ' ', r >= 0x7f && r <= lastControl:
		return true
	case r < 0x2028:
		return false
	case r <= 0x202e, r >= 0x2066 && r <= 0x2069:
		return true
	}
	return r >= 0xfdd0 && (r <= 0xfdef || r&0xfffe == 0xfffe) || unicode.Is(unicode.Cs, r)
}

// appendLine appends a text as a part of a line: without the characters that terminals
// interpret.
func appendLine(dst []byte, s string) []byte {
	for _, r := range s {
		switch {
		case r == '\n' || r == '\t' || r == '\r':
			r = ' '
		case isUnprintable(r):
			r = utf8.RuneError
		}
		dst = utf8.AppendRune(dst, r)
	}
	return dst
}
