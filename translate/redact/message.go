package redact

import (
	"math/bits"
	"strings"
	"unicode/utf8"
)

// maxMessage bounds a text that may reach clients, in characters.
const maxMessage = 500

// AllowsMessage reports whether a text may be shown as a message: it is a sentence
// (one line, at most 500 characters, with a letter in it) and has no stack frame,
// SQL, path, address, secret, name of a type, or data in another syntax. Callers
// pass the result of Fold, and show that.
func AllowsMessage(s string) bool {
	f := scan(s)
	return f&unreadable == 0 && f&letter != 0 && !(f.mayLeak() && (f.leaks(s, patterns) || f.leaks(s, messagePatterns)))
}

// AllowsValue reports whether a text may be shown as data, such as an id or an
// amount: it needs no letter and may be a code, but must meet the other conditions
// of AllowsMessage.
func AllowsValue(s string) bool {
	f := scan(s)
	return f&unreadable == 0 && !(f.mayLeak() && f.leaks(s, patterns))
}

// alone are the features that are enough for a pattern, combined those that are not
// without another.
var alone, combined = func() (alone, combined features) {
	for _, list := range [...][]pattern{patterns, messagePatterns} {
		for i := range list {
			for _, m := range list[i].masks {
				if bits.OnesCount64(uint64(m)) == 1 {
					alone |= m
				} else {
					combined |= m
				}
			}
		}
	}
	return alone, combined
}()

// mayLeak is a fast check: if it reports false, no pattern is run.
func (f features) mayLeak() bool {
	return f&alone != 0 || bits.OnesCount64(uint64(f&combined)) > 1
}

// leaks reports whether a pattern finds something in s, whose features are f.
func (f features) leaks(s string, patterns []pattern) bool {
	for i := range patterns {
		if p := &patterns[i]; f.hasAny(p.masks) && p.finds(s) {
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

// Message returns a text as it may be shown as a message, and whether it may be:
// see AllowsMessage. White space with a line break or a tab in it becomes one space,
// and is removed at both ends.
func Message(s string) (shown string, ok bool) {
	if AllowsMessage(s) {
		return s, true
	}
	if folded := fold(s); folded != s {
		return folded, AllowsMessage(folded)
	}
	return s, false
}

// Value returns a text as it may be shown as data, and whether it may be: see
// AllowsValue. White space is changed as by Message.
func Value(s string) (shown string, ok bool) {
	if AllowsValue(s) {
		return s, true
	}
	if folded := fold(s); folded != s {
		return folded, AllowsValue(folded)
	}
	return s, false
}

// fold replaces the white space of a text.
func fold(s string) string {
	if !strings.ContainsAny(s, "\n\r\t") || len(s) > 2*utf8.UTFMax*maxMessage {
		return s
	}
	folded := make([]byte, 0, len(s))
	for i := 0; i < len(s); {
		if s[i] != ' ' && !isBreak(s[i]) {
			folded = append(folded, s[i])
			i++
			continue
		}
		start, breaks := i, false
		for ; i < len(s) && (s[i] == ' ' || isBreak(s[i])); i++ {
			breaks = breaks || isBreak(s[i])
		}
		switch {
		case start == 0 || i == len(s):
		case breaks:
			folded = append(folded, ' ')
		default:
			folded = append(folded, s[start:i]...)
		}
	}
	return string(folded)
}

func isBreak(c byte) bool { return c == '\n' || c == '\r' || c == '\t' }
