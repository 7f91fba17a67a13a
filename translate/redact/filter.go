package redact

// MaxLooked bounds the texts of one answer that are looked at closely, in bytes. Most
// texts need no such look.
const MaxLooked = 128 << 10

// Filter filters the texts of one answer. After MaxLooked bytes, texts that need a
// closer look are not allowed, so that the time that a body costs is bounded.
type Filter struct {
	looked int
	names  bool // the texts are names
}

// mayLook counts a text that needs a closer look, and reports whether it gets one.
func (b *Filter) mayLook(s string) bool {
	b.looked += len(s)
	return b.looked <= MaxLooked
}

// Message returns a text as it may be shown as a message, and whether it may be:
// see AllowsMessage. White space with a line break or a tab in it becomes one space,
// and is removed at both ends.
func (b *Filter) Message(s string) (shown string, ok bool) {
	if b.allowsMessage(s) {
		return s, true
	}
	if folded := fold(s); folded != s {
		return folded, b.allowsMessage(folded)
	}
	return s, false
}

// Value returns a text as it may be shown as data, and whether it may be: see
// AllowsValue. White space is changed as by Message.
func (b *Filter) Value(s string) (shown string, ok bool) {
	if b.allowsValue(s) {
		return s, true
	}
	if folded := fold(s); folded != s {
		return folded, b.allowsValue(folded)
	}
	return s, false
}

// Message is Filter.Message for a single text.
func Message(s string) (shown string, ok bool) { return (&Filter{}).Message(s) }
