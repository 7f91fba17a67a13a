package translate

import (
	"slices"

	"github.com/koine-proxy/koine/dialect"
)

// settleGuess looks a native code up among the general rules, where spelling does
// not count. A guess never moves an error across 500.
func (t *Translation) settleGuess(g *compiledDialect, k *key) bool {
	if k.code == "" || len(k.code) > maxCode {
		return false
	}
	t.text = appendFolded(t.text[:0], k.code)
	r, ok := g.table.exact[view(t.text)]
	if !ok || r.code.Status >= 500 != (t.errorStatus() >= 500) {
		return false
	}
	t.Code = r.code
	return true
}

// appendFolded appends a code without what differs from one spelling to the next:
// notFound, NOT_FOUND and not-found are one.
func appendFolded(dst []byte, code string) []byte {
	for i := range len(code) {
		switch c := code[i]; {
		case 'A' <= c && c <= 'Z':
			dst = append(dst, c|0x20)
		case 'a' <= c && c <= 'z', isDigit(c), c >= 0x80:
			dst = append(dst, c)
		}
	}
	return dst
}

// gaps are the roles that general rules may fill.
var gaps = [...]dialect.Role{dialect.RoleRequestID, dialect.RoleRetryAfter}

// fillGaps reads by general rules what the dialect has no place for, where its
// table does not know the code: then the error may be that of a relative, which
// tells more.
func (t *Translation) fillGaps(d *compiledDialect) {
	for _, g := range t.engine.guesses {
		for i := range g.reads {
			r := &g.reads[i]
			if slices.Contains(gaps[:], r.role) && !d.tells(r.role) || r.role == dialect.RoleMessage && t.Message == "" && t.Native != "" {
				t.readRole(r)
			}
		}
		t.dropEcho()
		if t.form == nil && len(d.forms) == 0 && !g.whole { // a map of fields is a dialect of its own
			t.findFields(g)
		}
	}
}

// dropEcho takes back a message that is nothing but the code.
func (t *Translation) dropEcho() {
	if t.Message == t.Native {
		t.Message = ""
	}
}

// fills tells whether a member was read by general rules, so that it is no detail.
func (t *Translation) fills(m *member) bool {
	if t.dialect.guess || t.Match == ByTable {
		return false
	}
	if t.form != nil && m.value.is(t.fields) {
		return true
	}
	for _, g := range t.engine.guesses {
		if p := g.placeOf(m.node.id); p != nil && p.role == dialect.RoleRequestID && m.value.Str == t.RequestID {
			return t.RequestID != ""
		}
	}
	return false
}

// saysAnything tells whether the general rules find anything in a body.
func (t *Translation) saysAnything(g *compiledDialect) bool {
	if t.native.code != "" || t.sayRole(g, dialect.RoleMessage) != "" {
		return true
	}
	t.findFields(g)
	return t.form != nil || t.Message != ""
}

// errorStatus is the status of the error: that of the response, or, where it
// rides on a success, the one it is taken for.
func (e *Error) errorStatus() int {
	if e.ridesAs != 0 {
		return e.ridesAs
	}
	return e.Status
}
