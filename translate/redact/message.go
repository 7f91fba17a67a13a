package redact

import (
	"math/bits"
	"strings"
	"sync"
	"unicode/utf8"
)

// maxMessage bounds a text that may reach clients, in characters.
const maxMessage = 500

// AllowsMessage reports whether a text may be shown as a message: it is a sentence
// (one line, at most 500 characters, with a letter in it) and has no stack frame,
// SQL, path, address, secret, name of a type, or data in another syntax. Callers
// pass the result of Fold, and show that.
func AllowsMessage(s string) bool { return (&Filter{}).allowsMessage(s) }

func (b *Filter) allowsMessage(s string) bool {
	f := scan(s)
	if f&unreadable != 0 || f&letter == 0 || f.isName(s) || f&exception != 0 && namesException(s) {
		return false
	}
	return !b.leaks(s, f)
}

// AllowsValue reports whether a text may be shown as data, such as an id or an
// amount: it needs no letter and may be a code, but must meet the other conditions
// of AllowsMessage.
func AllowsValue(s string) bool { return (&Filter{}).allowsValue(s) }

func (b *Filter) allowsValue(s string) bool {
	f := scan(s)
	return f&unreadable == 0 && !b.leaks(s, f)
}

// leaks reports whether a text, whose features are f, sounds like one of a program, or a
// rule finds something in it.
func (b *Filter) leaks(s string, f features) bool {
	return f&internal != 0 || f.mayLeak() && b.findLeak(s, f) != ""
}

// isName reports whether a text is not a sentence but the name of something: one word
// with dots in it, or of several capitalized words.
func (f features) isName(s string) bool {
	if f&wide != 0 || strings.Contains(s, " ") {
		return false
	}
	return f&wordDot != 0 || countHumps(s) > 2
}

// countHumps returns the number of capitalized words that are joined in a word.
func countHumps(s string) (n int) {
	for i := range len(s) {
		if isUpper(s[i]) && i+1 < len(s) && kinds[s[i+1]] == letterByte && !isUpper(s[i+1]) {
			n++
		}
	}
	return n
}

// namesException reports whether a text has the bare name of the class of an
// exception, which may be a code in data.
func namesException(s string) bool {
	for w := range strings.FieldsFuncSeq(s, func(r rune) bool { return r >= 0x80 || !isWordByte(byte(r)) }) {
		switch {
		case !isUpper(w[0]):
		case strings.HasSuffix(w, "Exception") && len(w) > len("Exception"):
			return true
		case strings.HasSuffix(w, "Error") && len(w) > len("Error") && hasInnerCapital(w[:len(w)-len("Error")]+"E"):
			return true
		}
	}
	return strings.HasSuffix(s, "Error") && !strings.Contains(s, " ")
}

// findLeak returns the name of the rule that finds something in a text, whose
// features are f; "" if none does.
func (b *Filter) findLeak(s string, f features) string {
	if !f.wakesRule(b.names) {
		return ""
	}
	if !b.mayLook(s) {
		return notLookedAt
	}
	t := texts.Get().(*text)
	defer texts.Put(t)
	t.s, t.n, t.isName = s, 0, b.names
	leak := tooManySymbols
	if t.split(s) {
		leak = t.leak(f)
	}
	t.s = ""
	return leak
}

// What findLeak returns for texts in which no rule found anything.
const (
	tooManySymbols = "too many symbols" // more than maxTokens
	notLookedAt    = "not looked at"    // after MaxLooked
)

// texts are reused, because the rules that get one would have it allocated.
var texts = sync.Pool{New: func() any { return new(text) }}

// alone are the features that are enough for a rule, combined those that are not
// without another.
var alone, combined = func() (alone, combined features) {
	for i := range rules {
		for _, m := range rules[i].masks {
			if bits.OnesCount64(uint64(m)) == 1 {
				alone |= m
			} else {
				combined |= m
			}
		}
	}
	return alone, combined
}()

// mayLeak is a fast check: if it reports false, no rule finds anything.
func (f features) mayLeak() bool {
	return f&alone != 0 || bits.OnesCount64(uint64(f&combined)) > 1
}

// wakesRule reports whether a rule is to be asked about a text, or a name.
func (f features) wakesRule(name bool) bool {
	for i := range rules {
		if r := &rules[i]; f.hasAny(r.masks) && !(r.words && name) {
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
