package translate

import (
	"strings"
	"unicode/utf8"

	"github.com/tdewolff/parse/v2/html"
)

// hiddenTags are the elements of a page whose content is not shown.
var hiddenTags = map[string]bool{"script": true, "style": true, "template": true, "svg": true, "noscript": true, "footer": true, "nav": true, "button": true}

// textTags are the elements whose own text is a member of the tree.
var textTags = map[string]bool{
	"title": true, "h1": true, "h2": true, "h3": true, "h4": true, "p": true, "pre": true, "b": true, "strong": true, "li": true, "td": true,
	"th": true, "dt": true, "dd": true, "address": true, "code": true, "center": true, "span": true, "div": true, "body": true, "a": true, "i": true,
	"fieldset": true, "legend": true, "em": true, "u": true,
}

// html appends a page as JSON: one member for each kind of element with its text,
// and all text of the page as `text`. The text of an element includes that of
// inline elements inside, but not that of blocks.
func (m *markup) html(dst, body []byte) (doc []byte, ok bool) {
	input := m.reset(body)
	defer input.Restore()
	l := html.NewLexer(input)
	p := page{markup: m}
	for len(m.elements) < maxElements && len(m.text) < maxText {
		kind, _ := l.Next()
		if kind == html.ErrorToken {
			break
		}
		switch kind {
		case html.StartTagToken:
			p.startTag(tagName(l.Text()))
		case html.EndTagToken:
			p.endTag(tagName(l.Text()))
		case html.StartTagVoidToken:
			if p.hidden == tagName(l.Text()) {
				p.hidden = ""
			}
		case html.TextToken:
			if p.hidden == "" {
				text := entities(cutText(l.Text(), maxText-len(m.text)))
				m.text = append(append(m.text, text...), ' ')
				p.addText(text)
			}
		}
	}
	for i := range m.elements {
		m.elements[i].text = collapseSpace(m.elements[i].text)
	}
	return m.appendPage(dst), true
}

// page is the state of reading a page.
type page struct {
	*markup
	open   [maxDepth]int32 // the elements with text that have not ended
	depth  int             // how many of them there are
	hidden string          // the name of the hidden element that has not ended
}

func (p *page) startTag(name string) {
	switch {
	case p.hidden != "":
	case hiddenTags[name]:
		p.hidden = name
	case name == "br":
		p.text = append(p.text, ' ')
		p.addText(" ")
	case textTags[name] && p.depth < maxDepth:
		p.open[p.depth] = p.add(0, name)
		p.depth++
	}
}

func (p *page) endTag(name string) {
	if p.hidden != "" {
		if name == p.hidden {
			p.hidden = ""
		}
		return
	}
	for i := p.depth - 1; i >= 0; i-- {
		if p.elements[p.open[i]].name == name {
			p.depth = i
			break
		}
	}
}

// cutText returns the start of a text, at most n bytes. It does not cut a character in two.
func cutText[T string | []byte](text T, n int) T {
	if len(text) <= n {
		return text
	}
	for end := n; end > max(0, n-utf8.UTFMax); end-- {
		if utf8.RuneStart(text[end]) {
			return text[:end]
		}
	}
	return text[:n] // it is not UTF-8
}

// maxInline bounds the inline elements around a text that have it, too.
const maxInline = 8

// addText adds text to the open elements, from the innermost one up to the first
// block.
func (p *page) addText(text string) {
	for i := p.depth - 1; i >= max(0, p.depth-maxInline); i-- {
		e := &p.elements[p.open[i]]
		if len(e.text) < maxText/16 {
			e.addText(text)
		}
		switch e.name {
		case "title", "h1", "h2", "h3", "h4", "p", "pre", "li", "td", "th", "dt", "dd", "div", "center", "body", "address", "fieldset":
			return
		}
	}
}

func tagName(name []byte) string { return strings.ToLower(view(name)) }

// collapseSpace trims a text and replaces all white space in it by single spaces.
func collapseSpace(s string) string {
	out := make([]byte, 0, len(s))
	for word := range strings.FieldsSeq(s) {
		if len(out) > 0 {
			out = append(out, ' ')
		}
		out = append(out, word...)
	}
	return view(out)
}

// appendPage appends the elements that have text, and the text of the page.
func (m *markup) appendPage(dst []byte) []byte {
	root := &m.elements[0]
	m.link(root.first)
	dst = append(dst, '{')
	for i := root.first; i >= 0; i = m.elements[i].next {
		if m.elements[i].text == "" {
			m.elements[i].written = true
		}
	}
	for i := root.first; i >= 0; i = m.elements[i].next {
		if !m.elements[i].written {
			dst = appendMember(dst, m.elements[i].name)
			dst = m.appendSameName(dst, i)
		}
	}
	dst = appendString(appendMember(dst, "text"), collapseSpace(string(m.text)))
	return append(dst, '}')
}
