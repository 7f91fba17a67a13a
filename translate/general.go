package translate

import (
	"strings"

	"github.com/tidwall/gjson"

	"github.com/koine-proxy/koine/dialect"
)

// readByNames reads a body by the names of its members, and reports whether it found
// anything.
func (x *extraction) readByNames(d *compiledDialect) bool {
	g := &x.general
	if g.lexicon == nil || g.lexicon.shared != d.lexicon {
		g.lexicon = d.lexicon.withCache()
	}
	g.status, g.fields = x.response.Status, -1
	g.reset()
	g.record(rootOf(x.root), x.format == newFormatSet(dialect.FormatXML), &x.document)
	switch {
	case x.format == newFormatSet(dialect.FormatHTML):
		g.choosePage()
	case x.format == newFormatSet(dialect.FormatText):
		g.chooseText()
	case x.root.Type == gjson.String && len(g.members) == 0:
		g.chooseString(x.root.Str)
	default:
		x.findNamedFields(g)
		g.choose()
		g.chooseWhole(x)
	}
	return g.code.text != "" || g.message.text != "" || x.fields.shape != nil || g.requestID.text != ""
}

// extractGeneral reads the role of an extractor from a part of the body.
func (r *reader) extractGeneral(x *extractor, part value) (text string, ok bool) {
	g := &r.general
	if g.lexicon == nil || part.Type != gjson.JSON {
		return "", false
	}
	g.status, g.fields = r.response.Status, -1
	g.reset()
	g.record(part, true, nil)
	g.choose()
	switch x.role {
	case dialect.RoleCode:
		text = g.code.text
	case dialect.RoleMessage:
		text = g.message.text
	case dialect.RoleRequestID:
		text = g.requestID.text
	case dialect.RoleRetryAfter:
		text = g.wait.text
	}
	if text == "" {
		return "", false
	}
	return r.transform(x, text)
}

// rootOf returns the body, or the value that it describes if it is a text with JSON.
func rootOf(root value) value {
	if text := strings.TrimSpace(root.Str); root.Type == gjson.String && len(text) > 2 && (text[0] == '{' || text[0] == '[') && gjson.Valid(text) && jsonDepth(text) < maxDepth {
		return newValue(text)
	}
	return root
}

// chooseString reads a body that is one text.
func (g *general) chooseString(text string) {
	g.clear()
	p := place{words: wordError | wordText}
	if text != "" {
		g.offerText(-1, &p, text)
	}
}

// clear removes the choices.
func (g *general) clear() {
	g.code, g.message = choice{score: scoreMinimum, index: -1}, choice{score: scoreMinimum, index: -1}
	g.requestID, g.wait, g.near = choice{index: -1}, choice{index: -1}, -1
}

// chooseWhole takes the complaint about the whole from the fields if there is no other
// message.
func (g *general) chooseWhole(x *extraction) {
	switch {
	case g.message.text != "":
		if x.fields.shape != nil && !x.fields.value.IsArray() && !g.oneEntry {
			x.whole = g.wholeMessage(x.fields.value)
		}
	case x.fields.shape != nil && !x.fields.value.IsArray():
		g.message.text = g.wholeMessage(x.fields.value)
	case x.fields.shape != nil:
		if g.message.text = g.wholeMessage(x.fields.value); g.message.text == "" {
			g.message.text = x.onlyComplaint(g)
		}
	case isTexts(x.root):
		g.message.text, _ = joinTexts(x.root)
	}
}

// onlyComplaint returns the message of the only field.
func (x *extraction) onlyComplaint(g *general) (text string) {
	count := 0
	if !hasEntryFirst(&g.fieldShape, x.fields.value) {
		return ""
	}
	x.fields.forEach(func(f field) bool {
		count++
		text = f.message
		return count < 2
	})
	if count > 1 {
		return ""
	}
	return text
}

// wholeMessage returns the first complaint in a map of fields that is about none.
func (g *general) wholeMessage(v value) (text string) {
	each(v, func(key string, child value) bool {
		if v.IsArray() {
			text, _ = scalar(child)
			if e := readNamedEntry(g.lexicon, child); !e.isEntry() {
				text = e.message
			}
		} else if g.lexicon.lookup(key)&wordWhole != 0 {
			text, _ = joinTexts(child)
		}
		return text == ""
	})
	return text
}

// take stores what was chosen.
func (x *extraction) take(g *general) {
	e := x.result
	e.Message, e.RequestID = g.message.text, g.requestID.text
	if g.wait.text != "" {
		x.takeWait(g)
	}
}

func (x *extraction) takeWait(g *general) {
	unit := dialect.UnitAuto
	if g.wait.index >= 0 && g.places[g.wait.index].words&wordWaitMS != 0 {
		unit = dialect.UnitMilliseconds
	}
	x.result.RetryAfter = x.parseWait(g.wait.text, unit)
}

// useNamedMembers makes the members that were recorded by name those of the document,
// and marks those that nothing was read from as leftovers.
func (x *extraction) useNamedMembers(g *general) {
	first, end := g.fieldRange()
	g.useFields()
	for _, c := range [...]*choice{&g.code, &g.message, &g.requestID, &g.wait} {
		g.markUsed(c)
	}
	x.members, g.members = g.members, x.members
	for i := range x.members {
		if j := int32(i); j < first || j >= end {
			x.members[i].leftover = x.isNamedLeftover(g, j)
		}
	}
}

// useFields marks the members that the fields were read from: the whole value, or the name
// of the field in an error that names one.
func (g *general) useFields() {
	if g.fields < 0 {
		return
	}
	g.openAround(g.fields)
	if first, end := g.fieldRange(); first < end {
		return
	}
	for i := range g.members {
		if m := &g.members[i]; m.parent == g.fields && g.places[i].words&(wordField|wordMissing) != 0 {
			g.places[i].used = true
		}
	}
}

// markUsed marks the member of a choice as used. One of several elements of a list stays
// among the details, where the whole list is told.
func (g *general) markUsed(c *choice) {
	if c.text == "" || c.index < 0 {
		return
	}
	for i := c.index; i >= 0; i = g.members[i].parent {
		if g.places[i].element && g.hasSiblings(i) {
			return
		}
	}
	g.places[c.index].used = true
	g.openAround(c.index)
}

// openAround marks the objects around a member as opened: their other members are told
// one by one.
func (g *general) openAround(index int32) {
	for i := g.members[index].parent; i >= 0; i = g.members[i].parent {
		g.places[i].open = true
	}
}

// hasSiblings reports whether an element is not the only one of its list.
func (g *general) hasSiblings(index int32) bool {
	if g.members[index].key != "0" {
		return true
	}
	parent := g.members[index].parent
	for i := index + 1; int(i) < len(g.members) && g.members[i].parent >= parent; i++ {
		if g.members[i].parent == parent {
			return true
		}
	}
	return false
}

// isNamedLeftover reports whether a member belongs to the details.
func (x *extraction) isNamedLeftover(g *general, i int32) bool {
	m, p := &x.members[i], &g.places[i]
	if p.used || p.open || m.parent >= 0 && !g.places[m.parent].open || !x.hasText(i+1, i) && isHusk(m.value) {
		return false
	}
	w := p.words
	switch {
	case w&(wordTrace) != 0 && w&^(wordTrace|wordIgnore) == 0:
		return false
	case w&wordIgnore != 0 && m.value.Type != gjson.JSON && w&^(wordIgnore) == 0:
		return false
	case w&(wordStatus|wordSuccess) != 0 && (m.value.Type == gjson.True || m.value.Type == gjson.False || x.isStatus(m.value)):
		return false
	case w&(wordCode|wordNumber) != 0 && x.isStatus(m.value):
		return false
	case w&(wordStatus|wordSuccess|wordError|wordLabel|wordMessage) != 0 && m.value.Type == gjson.String && g.saysNothing(m.value.Str):
		return false
	case w&(wordMessage|wordText|wordLabel|wordError) != 0 && (m.value.Str == x.result.Message || m.value.Str == x.result.Native) && m.value.Str != "":
		return false
	}
	return true
}

// hasText reports whether the member at an index is in the one at parent, and has a text, a number or
// a boolean.
func (x *extraction) hasText(index, parent int32) bool {
	if int(index) >= len(x.members) || x.members[index].parent != parent {
		return false
	}
	v := &x.members[index].value
	return v.Type != gjson.JSON && !isEmptyScalar(*v)
}

// saysNothing reports whether a text only repeats the status or that there was an error.
func (g *general) saysNothing(text string) bool {
	return g.lexicon.isEmptyValue(text) || isPhrase(text, g.status)
}

// isHusk reports whether a value has no content.
func isHusk(v value) bool {
	return isEmptyScalar(v) || v.Type == gjson.JSON && !hasContent(v, 0)
}

func isEmptyScalar(v value) bool {
	return v.Type == gjson.Null || v.Type == gjson.String && v.Str == ""
}

// maxHuskDepth bounds how deep a value is searched for content.
const maxHuskDepth = 4

// hasContent reports whether anything in a value is neither empty nor null. A value that
// nests deep, or has many members, counts as content.
func hasContent(v value, depth int) (found bool) {
	count := 0
	eachFirst(v, func(_ string, child value) bool {
		count++
		found = count == maxEntryMembers || depth == maxHuskDepth || child.Type != gjson.JSON && !isEmptyScalar(child) || child.Type == gjson.JSON && hasContent(child, depth+1)
		return !found
	})
	return found
}
