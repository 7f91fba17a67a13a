package translate

import (
	"strconv"

	"github.com/koine-proxy/koine/dialect"
)

// maxMembers bounds what is recorded of a body. What is behind those is read only
// as a part of the objects around it.
const maxMembers = 512

// fewChildren is how many children a node may have to be searched one by one.
const fewChildren = 16

// node is a place in a body that some dialect of the engine cares about. All
// paths of all dialects make one tree, so that one pass over the body serves
// them all.
type node struct {
	id       int32
	key      string
	name     string // dotted, for explanations
	children map[string]*node
	few      []*node // the children, where they are so few that a look at each is cheaper
	elements int     // one more than the highest index among the children
	anchored []int32 // the dialects to consider once this member was seen
	users    int     // how many dialects require it; the rarest becomes the anchor
}

// grow returns the node at path below n, making what is missing.
func (n *node) grow(path dialect.Path, next *int32) *node {
	for _, step := range path {
		key := step.Key
		child := n.children[key]
		if child == nil {
			child = &node{id: *next, key: key, name: key}
			if n.name != "" {
				child.name = n.name + "." + key
			}
			*next++
			if n.children == nil {
				n.children = map[string]*node{}
			}
			n.children[key] = child
			if n.few = append(n.few, child); len(n.children) > fewChildren {
				n.few = nil
			}
			if i, err := strconv.Atoi(key); err == nil && i >= 0 && i < maxMembers {
				n.elements = max(n.elements, i+1)
			}
		}
		n = child
	}
	return n
}

// child returns the node of a member, or nil.
func (n *node) child(key string) *node {
	if len(n.few) == 0 {
		return n.children[key]
	}
	for _, c := range n.few {
		if len(c.key) == len(key) && (key == "" || c.key[0] == key[0]) && c.key == key {
			return c
		}
	}
	return nil
}

// member is one recorded member of the body.
type member struct {
	key    string // decoded
	value  value
	node   *node  // nil where no dialect cares
	parent int32  // index of the enclosing member, -1 at the root
	types  uint16 // see typeOf
	dead   bool   // a later member of the same name took its place
	left   bool   // the lens has no use for it: it belongs to the details
}

// slot finds the last member that was recorded for a node.
type slot struct {
	round uint32 // the reading it belongs to; others are stale
	index int32
}

// see remembers where the member of a node is. Of two members with one name the
// last counts, as in nearly all parsers.
func (t *Translation) see(n *node, index int32) {
	s := &t.slots[n.id]
	if s.round == t.round {
		t.members[s.index].dead, t.dead = true, true
	} else {
		t.candidates = append(t.candidates, n.anchored...)
	}
	*s = slot{t.round, index}
}

// at returns the member recorded for a node, or nil.
func (t *Translation) at(n *node) *member {
	s := t.slots[n.id]
	if s.round != t.round {
		return nil
	}
	m := &t.members[s.index]
	if t.dead && t.buried(m) {
		return nil
	}
	return m
}

// buried tells whether m, or an object around it, was replaced by a later
// member of the same name.
func (t *Translation) buried(m *member) bool {
	if !t.dead {
		return false
	}
	for !m.dead && m.parent >= 0 {
		m = &t.members[m.parent]
	}
	return m.dead
}
