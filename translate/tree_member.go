package translate

import "github.com/tidwall/gjson"

// member is a recorded member of the body.
type member struct {
	key      string // decoded
	value    value
	node     *node  // nil if no dialect refers to it
	parent   int32  // index of the member that contains it; -1 at the top
	types    uint16 // see typeOf
	replaced bool   // a later member of the same name took its place
	joined   string // the texts of a list, once a dialect asked for them
	isJoined bool
	leftover bool // it has no role, so it belongs to the details
}

// text returns the text of a scalar, or the joined texts of a list.
func (m *member) text() (string, bool) {
	if m.value.Type != gjson.JSON {
		return scalar(m.value)
	}
	if !m.isJoined { // many dialects read the same member
		m.joined, _ = joinTexts(m.value)
		m.isJoined = true
	}
	return m.joined, m.joined != ""
}

// slot locates the last member that was recorded for a node.
type slot struct {
	round uint32 // the reading that it belongs to; slots of other rounds are stale
	index int32
}

// record notes that the member at index is the one of node n. If members share a
// name, the last one is used, as in nearly all parsers.
func (d *document) record(n *node, index int32) {
	s := &d.slots[n.id]
	if s.round == d.round {
		d.members[s.index].replaced, d.hasDuplicates = true, true
	} else {
		d.candidates = append(d.candidates, n.dialects...)
	}
	*s = slot{d.round, index}
}

// memberAt returns the member recorded for a node, or nil.
func (d *document) memberAt(n *node) *member {
	s := d.slots[n.id]
	if s.round != d.round {
		return nil
	}
	m := &d.members[s.index]
	if d.hasDuplicates && d.isReplaced(m) {
		return nil
	}
	return m
}

// isReplaced reports whether m, or an object around it, was replaced by a later
// member of the same name.
func (d *document) isReplaced(m *member) bool {
	if !d.hasDuplicates {
		return false
	}
	for !m.replaced && m.parent >= 0 {
		m = &d.members[m.parent]
	}
	return m.replaced
}
