package board

import (
	"html"
	"html/template"
	"strings"

	"github.com/tidwall/gjson"
)

// Message is a response as it is compared with another one.
type Message struct {
	Status int
	Body   string // JSON, or any other text; may be empty
}

// pair are two responses side by side, with what only one of them has marked.
type pair struct {
	Before, After     template.HTML
	StatusDiffers     bool
	BeforeStatus      int
	AfterStatus       int
	HasBefore, HasNew bool // something is marked in the one, in the other
}

// newPair compares the values of two bodies, wherever they are: an answer has other names and
// another order than the error.
func newPair(before, after Message) *pair {
	p := &pair{BeforeStatus: before.Status, AfterStatus: after.Status, StatusDiffers: before.Status != after.Status}
	old, new := marker{class: "gone", others: valuesOf(after.Body)}, marker{class: "new", others: valuesOf(before.Body)}
	p.Before, p.After = old.write(before.Body), new.write(after.Body)
	p.HasBefore, p.HasNew = old.marked, new.marked
	return p
}

// valuesOf returns the scalar values of a JSON text.
func valuesOf(text string) map[string]bool {
	values := map[string]bool{}
	var collect func(v gjson.Result)
	collect = func(v gjson.Result) {
		if v.IsObject() || v.IsArray() {
			v.ForEach(func(_, member gjson.Result) bool {
				collect(member)
				return true
			})
			return
		}
		values[v.String()] = true
	}
	if gjson.Valid(text) {
		collect(gjson.Parse(text))
	}
	return values
}

// marker writes a body as HTML, and marks the values that the other body does not have.
type marker struct {
	class  string
	others map[string]bool
	marked bool
	out    strings.Builder
}

func (m *marker) write(text string) template.HTML {
	if !gjson.Valid(text) {
		m.out.WriteString(html.EscapeString(text))
	} else {
		m.value(gjson.Parse(text), "")
	}
	return template.HTML(m.out.String())
}

// maxIndent bounds the depth that is shown.
const maxIndent = 40

func (m *marker) value(v gjson.Result, indent string) {
	if !v.IsObject() && !v.IsArray() {
		m.scalar(v)
		return
	}
	brackets := "{}"
	if v.IsArray() {
		brackets = "[]"
	}
	m.out.WriteByte(brackets[0])
	inner, count := indent+"  ", 0
	v.ForEach(func(key, member gjson.Result) bool {
		if len(inner) > maxIndent {
			m.out.WriteString("…")
			return false
		}
		if count > 0 {
			m.out.WriteByte(',')
		}
		count++
		m.out.WriteString("\n" + inner)
		if key.Type == gjson.String {
			m.out.WriteString(`<span class="name">` + html.EscapeString(key.Raw) + "</span>: ")
		}
		m.value(member, inner)
		return true
	})
	if count > 0 {
		m.out.WriteString("\n" + indent)
	}
	m.out.WriteByte(brackets[1])
}

func (m *marker) scalar(v gjson.Result) {
	text := html.EscapeString(v.Raw)
	if m.others[v.String()] {
		m.out.WriteString(text)
		return
	}
	m.marked = true
	m.out.WriteString(`<mark class="` + m.class + `">` + text + "</mark>")
}
