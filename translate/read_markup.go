package translate

import (
	"bytes"
	stdhtml "html"
	"strings"

	"github.com/tdewolff/parse/v2"
)

// Limits for reading markup.
const (
	maxElements = 4096
	maxText     = 64 << 10 // of all text of a page, or of a body of plain text, in bytes
)

// markup converts XML and HTML to JSON. An element becomes a member with its local
// name; its attributes become members `@name`; its text becomes its value, or the
// member `#text` if there are other members. Children of the same name become an
// array. Nothing outside the body is loaded: neither a DTD nor entities, except the
// built-in ones.
type markup struct {
	input    []byte // a copy of the body, because the lexers modify their input
	elements []element
	text     []byte // of a page: all its text
	lastOf   map[string]int32
}

// element is an element or an attribute. The first one of a document is the root,
// which has no name.
type element struct {
	name    string
	text    string
	pieces  []byte // the text, if it comes in several pieces
	parent  int32
	first   int32 // child
	last    int32 // child
	next    int32 // sibling
	same    int32 // the next sibling of the same name; -1 if there is none
	written bool  // as a later element of an array, or left out
}

// addText adds a piece to the text. Most elements have one piece, which is not copied.
func (e *element) addText(text string) {
	switch {
	case e.text == "":
		e.text = text
		return
	case e.pieces == nil:
		e.pieces = append(make([]byte, 0, 2*(len(e.text)+len(text))), e.text...)
	}
	e.pieces = append(e.pieces, text...)
	e.text = view(e.pieces)
}

// reset prepares for a body and returns the input of a lexer.
func (m *markup) reset(body []byte) *parse.Input {
	m.input = append(append(m.input[:0], body...), 0)[:len(body)]
	blankControls(m.input)
	clear(m.elements)
	m.elements = append(m.elements[:0], element{parent: -1, first: -1, last: -1, next: -1, same: -1})
	m.text = m.text[:0]
	return parse.NewInputBytes(m.input)
}

// blankControls replaces control characters, which markup may not have, and the separators of
// lines and paragraphs by spaces. In JSON each would take six bytes, which are read as often
// as the text is.
func blankControls(text []byte) {
	for i := 0; i < len(text); i++ {
		if plainBytes[text[i]] {
			if i += plainPrefix(view(text[i:])); i == len(text) {
				return
			}
		}
		for size := controlAt(text[i:]); size > 0; size-- {
			text[i+size-1] = ' '
		}
	}
}

// controlAt returns the length in bytes of the control character or separator at the start of
// a text; 0 if there is none.
func controlAt(text []byte) int {
	switch c := text[0]; {
	case c < ' ' && c != '\t' && c != '\n' && c != '\r', c == 0x7f:
		return 1
	case c == 0xc2 && len(text) > 1 && 0x80 <= text[1] && text[1] <= 0x9f: // U+0080 to U+009F
		return 2
	case c == 0xe2 && len(text) > 2 && text[1] == 0x80 && text[2]|1 == 0xa9: // U+2028, U+2029
		return 3
	}
	return 0
}

// add appends a new child to an element and returns its index.
func (m *markup) add(parent int32, name string) int32 {
	index := int32(len(m.elements))
	m.elements = append(m.elements, element{name: name, parent: parent, first: -1, last: -1, next: -1, same: -1})
	if p := &m.elements[parent]; p.last < 0 {
		p.first, p.last = index, index
	} else {
		m.elements[p.last].next = index
		p.last = index
	}
	return index
}

// entities resolves the built-in entities and character references.
func entities(text []byte) string {
	if bytes.IndexByte(text, '&') < 0 {
		return view(text)
	}
	resolved := []byte(stdhtml.UnescapeString(view(text)))
	blankControls(resolved)
	return view(resolved)
}

// appendElement appends the value of an element.
func (m *markup) appendElement(dst []byte, index int32) []byte {
	e := &m.elements[index]
	e.text = strings.TrimSpace(e.text)
	if e.first < 0 {
		return appendString(dst, e.text)
	}
	m.link(e.first)
	dst = append(dst, '{')
	for i := e.first; i >= 0; i = m.elements[i].next {
		if m.elements[i].written {
			continue
		}
		dst = appendMember(dst, m.elements[i].name)
		dst = m.appendSameName(dst, i)
	}
	if e.text != "" {
		dst = appendString(appendMember(dst, "#text"), e.text)
	}
	return append(dst, '}')
}

// appendSameName appends the value of an element, or an array of it and its later
// siblings of the same name.
func (m *markup) appendSameName(dst []byte, first int32) []byte {
	list := false
	for i := m.elements[first].same; i >= 0; i = m.elements[i].same {
		if m.elements[i].written {
			continue
		}
		if !list {
			list = true
			dst = m.appendElement(append(dst, '['), first)
		}
		m.elements[i].written = true
		dst = m.appendElement(append(dst, ','), i)
	}
	if list {
		return append(dst, ']')
	}
	return m.appendElement(dst, first)
}

// fewSiblings is the number of siblings up to which a search is faster than a map.
const fewSiblings = 12

// link links siblings of the same name, starting at the first of them.
func (m *markup) link(first int32) {
	count := 0
	for i := first; i >= 0 && count <= fewSiblings; i = m.elements[i].next {
		count++
	}
	if count > fewSiblings {
		m.linkMany(first)
		return
	}
	for i := first; i >= 0; i = m.elements[i].next {
		for j := m.elements[i].next; j >= 0; j = m.elements[j].next {
			if m.elements[j].name == m.elements[i].name {
				m.elements[i].same = j
				break
			}
		}
	}
}

func (m *markup) linkMany(first int32) {
	if m.lastOf == nil {
		m.lastOf = map[string]int32{}
	}
	clear(m.lastOf)
	for i := first; i >= 0; i = m.elements[i].next {
		name := m.elements[i].name
		if before, ok := m.lastOf[name]; ok {
			m.elements[before].same = i
		}
		for next := m.elements[i].next; next >= 0 && m.elements[next].name == name; next = m.elements[i].next {
			m.elements[i].same = next // the siblings of a list follow each other
			i = next
		}
		m.lastOf[name] = i
	}
	clear(m.lastOf) // the names are views of the body
}
