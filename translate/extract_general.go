package translate

import (
	"github.com/tidwall/gjson"

	"github.com/koine-proxy/koine/dialect"
)

// detectGeneral returns the general rules that can read a response whose dialect
// is unknown.
func (x *extraction) detectGeneral() *compiledDialect {
	for _, g := range x.engine.generalRules {
		if x.match(g, &x.native).what != matched {
			continue
		}
		if g.lexicon == nil {
			if x.findsAnything(g) {
				return g
			}
		} else if x.readByNames(g) {
			x.native.code = x.general.code.text
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

// fillGaps reads by general rules what the shape of the dialect does not have. It is used
// if the table has no row for the code: the error may be of a similar dialect that has
// more members.
func (x *extraction) fillGaps(d *compiledDialect) {
	for _, r := range x.engine.generalRules {
		if r.lexicon == nil || x.format&r.formats == 0 || x.root.Type != gjson.JSON || x.format&^(onlyJSON|newFormatSet(dialect.FormatXML)) != 0 {
			continue
		}
		fields := x.fields
		x.general.entriesOnly = true
		found := x.readByNames(r)
		x.general.entriesOnly = false
		if fields.shape != nil || d.standard || x.details.Exists() && x.fields.value.within(x.details) {
			x.fields = fields
		}
		if found {
			x.fillGap(d, &x.general)
		}
		return
	}
}

// fillGap takes from what was read by names that which the shape of the dialect does not
// have.
func (x *extraction) fillGap(d *compiledDialect, g *general) {
	e := x.result
	if e.RequestID == "" && !d.hasRole(dialect.RoleRequestID) {
		e.RequestID = g.requestID.text
	}
	if e.RetryAfter < 0 && g.wait.text != "" && !d.hasRole(dialect.RoleRetryAfter) {
		x.takeWait(g)
	}
	if e.Message == "" && (e.Native != "" || g.message.score > 60) && g.message.text != e.Native && !x.isInFields(g.message.index) {
		e.Message = g.message.text
	}
}

// isInFields reports whether a member that was read by name is part of the fields.
func (x *extraction) isInFields(index int32) bool {
	return index >= 0 && x.fields.shape != nil && x.general.members[index].value.within(x.fields.value)
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
	return x.result.RequestID != "" && m.value.Str == x.result.RequestID && x.general.requestID.text == x.result.RequestID
}
