package translate

import (
	"bytes"
	stdhtml "html"
	"strings"

	"github.com/tdewolff/parse/v2"
	"github.com/tdewolff/parse/v2/html"
	"github.com/tdewolff/parse/v2/xml"
)

// Bounds of what is read of markup.
const (
	maxElements = 4096
	maxText     = 64 << 10 // of all text of a page, in bytes
)

// markup turns XML and HTML into the JSON that says the same: an element is a
// member of its local name; its attributes are members `@name`; its text is its
// value, or, beside others, the member `#text`. Several children of one name are
// a list. Nothing is looked up: no DTD, no entity but the built-in ones.
type markup struct {
	input    []byte // a copy of the body: the lexers write to what they read
	elements []element
	text     []byte
}

// element is an element, attribute or text under way.
type element struct {
	name   string
	text   string
	parent int32
	first  int32 // child
	last   int32 // child
	next   int32 // sibling
	used   bool  // was written as one of a list
}

func (m *markup) reset(body []byte) *parse.Input {
	m.input = append(append(m.input[:0], body...), 0)[:len(body)]
	clear(m.elements)
	m.elements = append(m.elements[:0], element{parent: -1, first: -1, last: -1, next: -1})
	m.text = m.text[:0]
	return parse.NewInputBytes(m.input)
}

// add hangs a new child under parent.
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

// local is a name without its prefix.
func local(name []byte) string {
	if i := bytes.LastIndexByte(name, ':'); i >= 0 {
		name = name[i+1:]
	}
	return view(name)
}

// xml appends what an XML body says. It forgives what clients forgive: text
// behind the end, prefixes that nobody declared, and an end that is missing.
func (m *markup) xml(dst, body []byte) (doc []byte, ok bool) {
	input := m.reset(body)
	defer input.Restore()
	l := xml.NewLexer(input)
	at, depth, instruction := int32(0), 0, false
	for len(m.elements) < maxElements {
		kind, _ := l.Next()
		switch kind {
		case xml.ErrorToken:
			return m.finish(dst)
		case xml.StartTagPIToken:
			instruction = true
		case xml.StartTagClosePIToken:
			instruction = false
		case xml.StartTagToken:
			if depth++; depth > maxDepth || !isName(l.Text()) {
				return dst, false
			}
			at = m.add(at, local(l.Text()))
		case xml.AttributeToken:
			if !instruction {
				m.attribute(at, l.Text(), l.AttrVal())
			}
		case xml.StartTagCloseVoidToken, xml.EndTagToken:
			if at == 0 {
				return m.finish(dst)
			}
			at = m.elements[at].parent
			if depth--; depth == 0 {
				return m.finish(dst)
			}
		case xml.TextToken:
			if depth > 0 {
				m.say(at, entities(l.Text()))
			}
		case xml.CDATAToken:
			if depth > 0 {
				m.say(at, view(l.Text()))
			}
		}
	}
	return dst, false
}

// isName tells whether a tag has the name of an element.
func isName(name []byte) bool {
	return len(name) > 0 && (isLetterByte(name[0]) || name[0] == '_' || name[0] >= 0x80)
}

// entities resolves the built-in entities and character references.
func entities(text []byte) string {
	if bytes.IndexByte(text, '&') < 0 {
		return view(text)
	}
	return stdhtml.UnescapeString(view(text))
}

func (m *markup) attribute(at int32, name, quoted []byte) {
	if bytes.HasPrefix(name, []byte("xmlns")) || len(quoted) < 2 || len(m.elements) >= maxElements-1 {
		return
	}
	child := m.add(at, "@"+local(name))
	m.elements[child].text = entities(quoted[1 : len(quoted)-1])
}

// say adds to the text of an element. Most have one text.
func (m *markup) say(at int32, text string) {
	if e := &m.elements[at]; e.text == "" {
		e.text = text
	} else if len(e.text) < maxText {
		e.text += text
	}
}

// finish appends the tree as JSON.
func (m *markup) finish(dst []byte) ([]byte, bool) {
	if m.elements[0].first < 0 {
		return dst, false
	}
	return m.appendElement(dst, 0), true
}

func (m *markup) appendElement(dst []byte, index int32) []byte {
	e := &m.elements[index]
	e.text = strings.TrimSpace(e.text)
	if e.first < 0 {
		return appendString(dst, e.text)
	}
	dst = append(dst, '{')
	for i := e.first; i >= 0; i = m.elements[i].next {
		if m.elements[i].used {
			continue
		}
		dst = appendMember(dst, m.elements[i].name)
		dst = m.appendSame(dst, i)
	}
	if e.text != "" {
		dst = appendString(appendMember(dst, "#text"), e.text)
	}
	return append(dst, '}')
}

// appendSame appends an element, or a list of it and those behind it that have
// its name.
func (m *markup) appendSame(dst []byte, first int32) []byte {
	name, list := m.elements[first].name, false
	for i := m.elements[first].next; i >= 0; i = m.elements[i].next {
		if m.elements[i].used || m.elements[i].name != name {
			continue
		}
		if !list {
			list = true
			dst = m.appendElement(append(dst, '['), first)
		}
		m.elements[i].used = true
		dst = m.appendElement(append(dst, ','), i)
	}
	if list {
		return append(dst, ']')
	}
	return m.appendElement(dst, first)
}

// silent are the elements of a page that hold no words.
var silent = map[string]bool{"script": true, "style": true, "template": true, "svg": true, "noscript": true}

// kept are the elements whose own text is a member of the tree.
var kept = map[string]bool{
	"title": true, "h1": true, "h2": true, "h3": true, "h4": true, "p": true, "pre": true, "b": true, "strong": true, "li": true, "td": true,
	"th": true, "dt": true, "dd": true, "address": true, "code": true, "center": true, "span": true, "div": true, "body": true, "a": true, "i": true,
	"fieldset": true, "legend": true, "em": true, "u": true,
}

// html appends what a page says: the words of each kind of element, one member a
// kind, and all of its words as `text`. The words of an element are those of the
// elements inside of it, too, up to the next block.
func (m *markup) html(dst, body []byte) (doc []byte, ok bool) {
	input := m.reset(body)
	defer input.Restore()
	l := html.NewLexer(input)
	var open [maxDepth]int32
	depth, mute := 0, ""
	for len(m.elements) < maxElements && len(m.text) < maxText {
		kind, _ := l.Next()
		if kind == html.ErrorToken {
			break
		}
		switch kind {
		case html.StartTagToken:
			name := tagName(l.Text())
			switch {
			case mute != "":
			case silent[name]:
				mute = name
			case name == "br":
				m.text = append(m.text, ' ')
				m.sayAll(open[:depth], " ")
			case kept[name] && depth < maxDepth:
				open[depth] = m.add(0, name)
				depth++
			}
		case html.EndTagToken:
			name := tagName(l.Text())
			if mute != "" {
				if name == mute {
					mute = ""
				}
				continue
			}
			for i := depth - 1; i >= 0; i-- {
				if m.elements[open[i]].name == name {
					depth = i
					break
				}
			}
		case html.StartTagVoidToken:
			if mute == tagName(l.Text()) {
				mute = ""
			}
		case html.TextToken:
			if mute == "" {
				words := entities(l.Text())
				m.text = append(append(m.text, words...), ' ')
				m.sayAll(open[:depth], words)
			}
		}
	}
	for i := range m.elements {
		m.elements[i].text = collapse(m.elements[i].text)
	}
	dst = m.appendPage(dst)
	return dst, true
}

func tagName(name []byte) string { return strings.ToLower(view(name)) }

// sayAll adds words to every element that is open, but to the body of the page
// and to large blocks only where nothing else holds them.
func (m *markup) sayAll(open []int32, words string) {
	for i := len(open) - 1; i >= 0; i-- {
		e := &m.elements[open[i]]
		if len(e.text) < maxText/16 {
			e.text += words
		}
		switch e.name {
		case "title", "h1", "h2", "h3", "h4", "p", "pre", "li", "td", "th", "dt", "dd", "div", "center", "body", "address", "fieldset":
			return // a block: what is around it has words of its own
		}
	}
}

// collapse trims, and makes one space of all white space.
func collapse(s string) string { return strings.Join(strings.Fields(s), " ") }

func (m *markup) appendPage(dst []byte) []byte {
	root := &m.elements[0]
	dst = append(dst, '{')
	for i := root.first; i >= 0; i = m.elements[i].next {
		if m.elements[i].text == "" {
			m.elements[i].used = true
		}
	}
	for i := root.first; i >= 0; i = m.elements[i].next {
		if !m.elements[i].used {
			dst = appendMember(dst, m.elements[i].name)
			dst = m.appendSame(dst, i)
		}
	}
	dst = appendString(appendMember(dst, "text"), collapse(string(m.text)))
	return append(dst, '}')
}
