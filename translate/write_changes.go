package translate

import "strings"

// TextChanges are the differences between the texts of an error and those of its answer.
type TextChanges struct {
	Message      bool // the upstream has a message, and the answer another one
	FieldsLost   bool // the upstream's message about a field is not in the answer
	FieldsGained bool // the answer has a message about a field for which the upstream has none
}

// TextChanges returns how the texts of the answer that was written last differ from those
// of the upstream.
func (t *Translation) TextChanges(p *Policy) (c TextChanges) {
	w := newWriter(t, p, RenderParams{})
	c.Message = isReplaced(t.Message, t.shown)
	count := 0
	w.fields.forEach(func(f field) bool {
		if count++; count > maxFields {
			c.FieldsLost = true
			return false
		}
		shown := w.fieldMessage(&f)
		c.FieldsLost = c.FieldsLost || isReplaced(f.message, shown)
		c.FieldsGained = c.FieldsGained || f.message == "" && shown != ""
		return !c.FieldsLost || !c.FieldsGained
	})
	return c
}

// isReplaced reports whether an answer has another text than that of the upstream, which
// has one.
func isReplaced(text, shown string) bool {
	return text != "" && text != shown && strings.TrimSpace(text) != strings.TrimSpace(shown)
}
