package translate

import (
	"strings"

	"github.com/tidwall/gjson"

	"github.com/koine-proxy/koine/dialect"
)

// fieldTrust is how sure it is that a value is about fields.
type fieldTrust uint8

const (
	trustEntries fieldTrust = iota // entries with a field and a message, or lists of sentences
	trustTexts                     // also sentences by name
	trustAll                       // also any text by name
)

// fieldCandidate is a member that may have the fields.
type fieldCandidate struct {
	index int32
	score int
}

// findNamedFields looks for the member whose entries, or members, are complaints about
// fields.
func (x *extraction) findNamedFields(g *general) {
	g.fields = -1
	var best [4]fieldCandidate
	n := 0
	for i := int32(0); int(i) < len(g.members); i++ {
		score := g.fieldScore(i)
		if score == 0 {
			continue
		}
		at := n
		for at > 0 && best[at-1].score < score {
			at--
		}
		if at == len(best) {
			continue
		}
		if n < len(best) {
			n++
		}
		copy(best[at+1:n], best[at:n-1])
		best[at] = fieldCandidate{i, score}
	}
	rootTried := false
	for _, c := range best[:n] {
		if !g.mayHaveFields(c.index) {
			continue
		}
		if c.score < scoreNamedFields && !rootTried {
			if rootTried = true; x.tryRootFields(g) {
				return
			}
		}
		if x.tryNamedFields(g, g.members[c.index].value, g.trust(c.index)) {
			g.fields = x.outermostFields(g, c.index)
			v := g.members[g.fields].value
			if g.oneEntry = v.IsObject() && isEntryObject(g.lexicon, v); g.oneEntry {
				x.fields.keepOnly()
			}
			return
		}
	}
	if rootTried || !x.tryRootFields(g) {
		x.fields.clear()
	}
}

// mayHaveFields reports whether a member may have fields, by the members in it: a map with
// a number, or with a text that is no sentence, has none, unless one of its members names
// a field.
func (g *general) mayHaveFields(index int32) bool {
	if !g.members[index].value.IsObject() || g.trust(index) == trustAll {
		return true
	}
	may := true
	for i := index + 1; int(i) < len(g.members) && g.members[i].parent >= index; i++ {
		if g.members[i].parent != index {
			continue
		}
		if g.places[i].words&(wordField|wordPlace|wordMissing|wordRules) != 0 {
			return true
		}
		switch v := &g.members[i].value; v.Type {
		case gjson.Number, gjson.True, gjson.False:
			may = false
		case gjson.String:
			if strings.IndexByte(v.Str, ' ') < 0 && isASCII(v.Str) && v.Str != "" {
				may = false
			}
		}
	}
	return may
}

// namesField reports whether a member at the top, or of the root element, names a field.
func (g *general) namesField() bool {
	for i := range g.members {
		if g.members[i].parent <= 0 && g.places[i].words&wordField != 0 {
			return true
		}
	}
	return false
}

// keepOnly keeps the only field, so that it is read once.
func (w *fieldWalk) keepOnly() {
	var only field
	count := 0
	w.forEach(func(f field) bool {
		only = f
		count++
		return count < 2
	})
	if count == 1 {
		w.single = only
	}
}

// scoreNamedFields is the score of a member whose name says that it has fields.
const scoreNamedFields = 55

// tryRootFields looks for fields in the body itself, or in the root element of XML.
func (x *extraction) tryRootFields(g *general) bool {
	root := x.root
	if x.format&onlyJSON == 0 && len(g.members) > 0 && g.members[0].value.IsObject() {
		root = g.members[0].value // of the root element
	}
	if !g.namesField() {
		// it is no entry
	} else if entry := readNamedEntry(g.lexicon, root); entry.isEntry() && entry.fieldRank == 3 && !strings.HasPrefix(entry.field.Str, "/") && x.tryNamedFields(g, root, trustEntries) {
		g.fields = rootEntry
		return true
	}
	if g.mayBeFields(root) && x.tryNamedFields(g, root, trustTexts) {
		g.fields = rootFields
		return true
	}
	return false
}

// outermostFields returns the outermost member around the fields that has fields, too,
// by its name, and sets the fields to its value: parts of entries may look like fields.
func (x *extraction) outermostFields(g *general, index int32) int32 {
	found := index
	for outer := g.members[index].parent; outer >= 0; outer = g.members[outer].parent {
		if g.places[outer].words&(wordErrors|wordFields) != 0 && g.fieldScore(outer) > 0 && x.tryNamedFields(g, g.members[outer].value, g.trust(outer)) {
			index = outer
		}
	}
	if x.fields.value.Raw != g.members[index].value.Raw || index != found {
		x.tryNamedFields(g, g.members[index].value, g.trust(index))
	}
	return index
}

// fieldScore returns how likely a member has the fields; 0 if it cannot.
func (g *general) fieldScore(i int32) int {
	v, p := &g.members[i].value, &g.places[i]
	if v.Type != gjson.JSON || len(v.Raw) < 5 || p.element || p.later || p.about&(wordValue|wordTrace) != 0 || p.words&(wordValue|wordTrace) != 0 {
		return 0
	}
	score := 0
	switch w := p.words; {
	case w&wordFields != 0:
		score = 100
	case w&wordErrors != 0:
		score = 90
	case w&(wordText|wordMessage) != 0:
		score = 70
	case w&wordError != 0:
		score = 60
	case w&wordContainer != 0:
		score = 50
	default:
		score = 20
	}
	if p.about&(wordError|wordErrors) != 0 {
		score += 5
	}
	return score - int(p.depth)
}

// trust returns how sure it is, by the name of a member, that it has fields.
func (g *general) trust(i int32) fieldTrust {
	switch w := g.places[i].words; {
	case w&wordFields != 0 && w&(wordText|wordContainer) == 0, w&wordErrors != 0:
		return trustAll
	case w&(wordMessage|wordError|wordFields) != 0, w&wordContainer != 0 && (g.status == 422 || g.status == 400):
		return trustTexts
	}
	return trustEntries
}

// mayBeFields reports whether the body itself may be a map of fields: it is a list, or
// none of its members says what it is.
func (g *general) mayBeFields(root value) bool {
	if root.IsArray() {
		return true
	}
	if !root.IsObject() || g.status >= 500 {
		return false
	}
	for i := range g.members {
		if parent := g.members[i].parent; parent >= 0 && !g.members[parent].value.isSame(root) {
			continue
		}
		if strings.HasPrefix(g.members[i].key, "_") {
			continue // _errors, of the whole
		}
		words, scalar := g.places[i].words, g.members[i].value.Type != gjson.JSON
		if words&(wordError|wordErrors|wordMessage|wordFields) != 0 && words&wordWhole == 0 || scalar && words&(wordCode|wordStatus|wordSuccess|wordText) != 0 {
			return false
		}
	}
	return true
}

// tryNamedFields sets the fields to a value, and reports whether there is at least one
// field in it.
func (x *extraction) tryNamedFields(g *general, v value, trust fieldTrust) (found bool) {
	g.fieldShape = fieldShape{Fields: &noFields, lexicon: g.lexicon, trust: trust, strict: g.entriesOnly, byKey: g.status == 400 || g.status == 422}
	if g.entriesOnly && !v.IsArray() {
		return false
	}
	w := &x.fields
	w.shape, w.value, w.single, w.filter = &g.fieldShape, v, field{}, nil
	w.forEach(func(field) bool {
		found = true
		return false
	})
	return found
}

// noFields is the Fields of shapes that are read by names.
var noFields dialect.Fields
