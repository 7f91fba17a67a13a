package redact

// maxMessage bounds a text that may reach clients, in characters.
const maxMessage = 500

// AllowsMessage reports whether a text may be shown as a message: it is a sentence
// (one line, at most 500 characters, with a letter in it) and has no stack frame,
// SQL, path, address or secret.
func AllowsMessage(s string) bool {
	f := scan(s)
	return f&unreadable == 0 && f&letter != 0 && !f.leaks(s)
}

// AllowsValue reports whether a text may be shown as data, such as an id or an
// amount: it needs no letter, but must meet the other conditions of AllowsMessage.
func AllowsValue(s string) bool {
	f := scan(s)
	return f&unreadable == 0 && !f.leaks(s)
}

// leaks reports whether a pattern finds something in s, whose features are f.
func (f features) leaks(s string) bool {
	if f&^(unreadable|letter|paren) == 0 || f&^(unreadable|letter|wordAt) == 0 {
		return false
	}
	for i := range patterns {
		if p := &patterns[i]; f.hasAny(p.masks) && p.re.MatchString(s) {
			return true
		}
	}
	return false
}

// hasAny reports whether f has all features of one of some masks.
func (f features) hasAny(masks []features) bool {
	for _, m := range masks {
		if f&m == m {
			return true
		}
	}
	return false
}
