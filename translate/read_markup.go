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
	maxText     = 64 << 10 // of all text of a page, in bytes
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
}

// element is an element or an attribute. The first one of a document is the root,
// which has no name.
type element struct {
	name    string
	text    string
	parent  int32
	first   int32 // child
	last    int32 // child
	next    int32 // sibling
	written bool  // as a later element of an array, or left out
}

// reset prepares for a body and returns the input of a lexer.
func (m *markup) reset(body []byte) *parse.Input {
	m.input = append(append(m.input[:0], body...), 0)[:len(body)]
	clear(m.elements)
	m.elements = append(m.elements[:0], element{parent: -1, first: -1, last: -1, next: -1})
	m.text = m.text[:0]
	return parse.NewInputBytes(m.input)
}

// add appends a new child to an element and returns its index.
func (m *markup) add(parent int32, name string) int32 {
	index := int32(len(m.elements))
	m.elements = append(m.elements, element{name: name, parent: parent, first: -1, last: -1, next: -1})
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
	return stdhtml.UnescapeString(view(text))
}

// appendElement appends the value of an element.
func (m *markup) appendElement(dst []byte, index int32) []byte {
	e := &m.elements[index]
	e.text = strings.TrimSpace(e.text)
	if e.first < 0 {
		return appendString(dst, e.text)
	}
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
	name, list := m.elements[first].name, false
	for i := m.elements[first].next; i >= 0; i = m.elements[i].next {
		if m.elements[i].written || m.elements[i].name != name {
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
