package translate

import (
	"strconv"
	"strings"

	"github.com/tidwall/gjson"
)

// appendXML appends a JSON document as XML, the inverse of markup.xml. Members
// `@name` become attributes, `#text` the text of an element, and arrays several
// elements with the same name. names are those of elements that have a prefix.
func appendXML(dst, document []byte, names map[string]string) []byte {
	dst = append(dst, `<?xml version="1.0" encoding="UTF-8"?>`...)
	each(newValue(view(document)), func(name string, v value) bool {
		dst = appendXMLElement(dst, name, v, names)
		return true
	})
	return dst
}

func appendXMLElement(dst []byte, name string, v value, names map[string]string) []byte {
	if v.IsArray() {
		each(v, func(_ string, one value) bool {
			dst = appendXMLElement(dst, name, one, names)
			return true
		})
		return dst
	}
	if prefixed := names[name]; prefixed != "" {
		name = prefixed
	} else {
		name = xmlName(name)
	}
	dst = append(append(dst, '<'), name...)
	each(v, func(key string, child value) bool {
		if text, ok := literal(child); ok && strings.HasPrefix(key, "@") {
			dst = append(append(append(dst, ' '), attributeName(key[1:])...), `="`...)
			dst = append(appendXMLText(dst, text), '"')
		}
		return true
	})
	dst = append(dst, '>')
	if v.Type != gjson.JSON {
		text, _ := literal(v)
		dst = appendXMLText(dst, text)
	}
	each(v, func(key string, child value) bool {
		switch {
		case strings.HasPrefix(key, "@"):
		case key == "#text":
			dst = appendXMLText(dst, child.Str)
		default:
			dst = appendXMLElement(dst, key, child, names)
		}
		return true
	})
	return append(append(append(dst, "</"...), name...), '>')
}

// attributeName is xmlName for attributes, of which those of namespaces and of XML have a
// prefix.
func attributeName(name string) string {
	for _, prefix := range []string{"xmlns:", "xml:"} {
		if local, ok := strings.CutPrefix(name, prefix); ok {
			return prefix + xmlName(local)
		}
	}
	return xmlName(name)
}

// xmlName replaces the characters that the name of an element cannot have. The
// names of details may have any.
func xmlName(name string) string {
	name = strings.Map(func(r rune) rune {
		if r == '_' || r == '-' || r == '.' || r >= 0x80 || isDigit(byte(r)) || isLetter(byte(r)) {
			return r
		}
		return '_'
	}, name)
	if name == "" || strings.IndexByte("-.0123456789", name[0]) >= 0 {
		name = "_" + name
	}
	return name
}

// appendXMLText appends a text with escapes, and with U+FFFD for the characters that
// XML does not allow, and with references for the control characters that it
// discourages (XML 1.0 section 2.2).
func appendXMLText(dst []byte, s string) []byte {
	for _, r := range s {
		switch {
		case r == '<':
			dst = append(dst, "&lt;"...)
		case r == '>':
			dst = append(dst, "&gt;"...)
		case r == '&':
			dst = append(dst, "&amp;"...)
		case r == '"':
			dst = append(dst, "&quot;"...)
		case r < ' ' && r != '\n' && r != '\t' && r != '\r', r == 0xfffe, r == 0xffff:
			dst = append(dst, "\uFFFD"...)
		case r >= 0x7f && r <= lastControl:
			dst = append(strconv.AppendInt(append(dst, "&#"...), int64(r), 10), ';')
		default:
			dst = append(dst, string(r)...)
		}
	}
	return dst
}
