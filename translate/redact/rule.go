package redact

import "slices"

// rule finds one kind of text that must not reach clients. It is asked at each token
// of its kind, only if the text has all features of one of its masks, so that an
// ordinary sentence needs one pass. What it reads from there on is bounded.
type rule struct {
	name  string // for tests
	masks []features
	at    tokenKind
	on    string // the symbols that it is asked at, if at is symbolToken
	find  func(t *text, i int) bool
	words bool // about sentences: not asked about names
}

// text is a text and its tokens.
type text struct {
	s      string
	isName bool // of a member, or the path of a field
	tokens
}

// rules are those of everything that an upstream sends.
var rules = slices.Concat(codeRules, addressRules, secretRules, wholeRules)

// maxActive bounds the rules that a text can need.
const maxActive = 48

// activeRules are the rules that a text needs, by the kind of tokens.
type activeRules struct {
	list [wholeText + 1][maxActive]*rule
	n    [wholeText + 1]int
}

// leak returns the name of a rule that finds something in the text, whose features
// are f; "" if none does.
func (t *text) leak(f features) string {
	var active activeRules
	for i := range rules {
		if r := &rules[i]; f.hasAny(r.masks) && !(r.words && t.isName) {
			active.list[r.at][active.n[r.at]] = r
			active.n[r.at]++
		}
	}
	for _, r := range active.of(wholeText) {
		if r.find(t, 0) {
			return r.name
		}
	}
	for i := range t.n {
		tok := &t.list[i]
		for _, r := range active.of(tok.kind) {
			if (tok.kind != symbolToken || r.isOn(tok.symbol)) && r.find(t, i) {
				return r.name
			}
		}
	}
	return ""
}

func (a *activeRules) of(kind tokenKind) []*rule { return a.list[kind][:a.n[kind]] }

func (r *rule) isOn(symbol byte) bool {
	for i := range len(r.on) {
		if r.on[i] == symbol {
			return true
		}
	}
	return false
}

// word returns the text of a token.
func (t *text) word(i int) string { return t.s[t.list[i].start:t.list[i].end] }

// before and after return the bytes next to a token; 0 at the ends of the text.
func (t *text) before(i int) byte { return byteAt(t.s, int(t.list[i].start)-1) }
func (t *text) after(i int) byte  { return byteAt(t.s, int(t.list[i].end)) }

// rest returns the text from the start of a token on, at most n bytes.
func (t *text) rest(i, n int) string {
	s := t.s[t.list[i].start:]
	return s[:min(n, len(s))]
}

// restAfter returns the text after a token, at most n bytes.
func (t *text) restAfter(i, n int) string {
	s := t.s[t.list[i].end:]
	return s[:min(n, len(s))]
}

// chunkBefore returns the characters of host names and paths that end at position
// end, at most maxChunk.
func (t *text) chunkBefore(end int, symbols string) string {
	start := end
	for start > 0 && end-start < maxChunk && (isWordByte(t.s[start-1]) || isOneOf(t.s[start-1], symbols)) {
		start--
	}
	return t.s[start:end]
}

// maxChunk bounds what is read of the name of a host or the path of a file.
const maxChunk = 64

func isOneOf(c byte, list string) bool {
	for i := range len(list) {
		if list[i] == c {
			return true
		}
	}
	return false
}

// byteAt returns the byte of s at i; 0 outside of s.
func byteAt(s string, i int) byte {
	if i < 0 || i >= len(s) {
		return 0
	}
	return s[i]
}
