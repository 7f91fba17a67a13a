package translate

import (
	"bytes"

	"github.com/tdewolff/parse/v2/xml"
)

// xml appends a body of XML as JSON. It is lenient: it accepts text after the end,
// prefixes without a declaration, and missing end tags.
func (m *markup) xml(dst, body []byte) (doc []byte, ok bool) {
	input := m.reset(body)
	defer input.Restore()
	l := xml.NewLexer(input)
	at, depth, instruction := int32(0), 0, false
	for len(m.elements) < maxElements {
		kind, _ := l.Next()
		switch kind {
		case xml.ErrorToken:
			return m.appendRoot(dst)
		case xml.StartTagPIToken:
			instruction = true
		case xml.StartTagClosePIToken:
			instruction = false
		case xml.StartTagToken:
			if depth++; depth > maxDepth || !isTagName(l.Text()) {
				return dst, false
			}
			at = m.add(at, localName(l.Text()))
		case xml.AttributeToken:
			if !instruction {
				m.addAttribute(at, l.Text(), l.AttrVal())
			}
		case xml.StartTagCloseVoidToken, xml.EndTagToken:
			if at == 0 {
				return m.appendRoot(dst)
			}
			at = m.elements[at].parent
			if depth--; depth == 0 {
				return m.appendRoot(dst)
			}
		case xml.TextToken:
			if depth > 0 {
				m.addText(at, entities(l.Text()))
			}
		case xml.CDATAToken:
			if depth > 0 {
				m.addText(at, view(l.Text()))
			}
		}
	}
	return dst, false
}

// isTagName reports whether a tag has the name of an element.
func isTagName(name []byte) bool {
	return len(name) > 0 && (isLetter(name[0]) || name[0] == '_' || name[0] >= 0x80)
}

// localName returns a name without its prefix.
func localName(name []byte) string {
	if i := bytes.LastIndexByte(name, ':'); i >= 0 {
		name = name[i+1:]
	}
	return view(name)
}

func (m *markup) addAttribute(at int32, name, quoted []byte) {
	if bytes.HasPrefix(name, []byte("xmlns")) || len(quoted) < 2 || len(m.elements) >= maxElements-1 {
		return
	}
	child := m.add(at, "@"+localName(name))
	m.elements[child].text = entities(quoted[1 : len(quoted)-1])
}

// addText adds to the text of an element.
func (m *markup) addText(at int32, text string) {
	if e := &m.elements[at]; len(e.text) < maxText {
		e.addText(text)
	}
}

// appendRoot appends the tree, if there is one.
func (m *markup) appendRoot(dst []byte) ([]byte, bool) {
	if m.elements[0].first < 0 {
		return dst, false
	}
	return m.appendElement(dst, 0), true
}
