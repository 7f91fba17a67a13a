package translate

import (
	"slices"

	"github.com/koine-proxy/koine/dialect"
)

// detectGeneral returns the general rules that can read a response whose dialect
// is unknown.
func (x *extraction) detectGeneral() *compiledDialect {
	for _, g := range x.engine.generalRules {
		if x.match(g, &x.native).what == matched && x.findsAnything(g) {
			return g
		}
	}
	return nil
}

// findsAnything reports whether the general rules find anything in a body.
func (x *extraction) findsAnything(g *compiledDialect) bool {
	if x.native.code != "" || x.extractRole(g, dialect.RoleMessage) != "" {
		return true
	}
	x.findFields(g)
	return x.fields.shape != nil || x.result.Message != ""
}

// applyGeneralRow looks up a native code among the general rules, ignoring case and
// separators. These rows never turn a 4xx into a 5xx or the reverse.
func (x *extraction) applyGeneralRow(g *compiledDialect, k *key) bool {
	if k.code == "" || len(k.code) > maxCode {
		return false
	}
	x.scratch = appendFolded(x.scratch[:0], k.code)
	r, ok := g.table.exact[view(x.scratch)]
	if !ok || r.code.Status >= 500 != (x.result.effectiveStatus() >= 500) {
		return false
	}
	x.result.Code = r.code
	return true
}

// appendFolded appends a code in lower case and without separators: notFound,
// NOT_FOUND and not-found become equal.
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

// checkGeneric are the roles that general rules may fill.
var gaps = [...]dialect.Role{dialect.RoleRequestID, dialect.RoleRetryAfter}

// fillGaps reads by general rules the roles that the shape of the dialect does not
// have. It is used if the table has no row for the code: the error may be of a
// similar dialect that has more members.
func (x *extraction) fillGaps(d *compiledDialect) {
	e := x.result
	for _, g := range x.engine.generalRules {
		for i := range g.extractors {
			r := &g.extractors[i]
			if slices.Contains(gaps[:], r.role) && !d.hasRole(r.role) || r.role == dialect.RoleMessage && e.Message == "" && e.Native != "" {
				x.readRole(r)
			}
		}
		x.dropRepeatedCode()
		if x.fields.shape == nil && len(d.fieldShapes) == 0 && !g.walksRoot { // rules for a top-level map of fields do not apply to another dialect
			x.findFields(g)
		}
	}
}

// dropRepeatedCode drops a message that only repeats the code.
func (x *extraction) dropRepeatedCode() {
	if x.result.Message == x.result.Native {
		x.result.Message = ""
	}
}

// filledGap reports whether fillGaps used a member.
func (x *extraction) filledGap(m *member) bool {
	if x.dialect.general || x.result.Match == ByTable {
		return false
	}
	if x.fields.shape != nil && m.value.isSame(x.fields.value) {
		return true
	}
	for _, g := range x.engine.generalRules {
		if r := g.roleOf(m.node.id); r != nil && r.role == dialect.RoleRequestID && m.value.Str == x.result.RequestID {
			return x.result.RequestID != ""
		}
	}
	return false
}
