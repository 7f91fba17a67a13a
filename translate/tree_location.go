package translate

import (
	"github.com/koine-proxy/koine/dialect"
)

// location is a place in a body: a node, and the way on from there.
type location struct {
	node *node // the root for a way that starts with no plain key
	tail dialect.Path
}

// IsPlain tells whether the way to a spot is one of keys alone.
func (s *location) isPlain() bool { return len(s.tail) == 0 && s.node.id != 0 }

// has tells whether anything stands at a spot.
func (t *Translation) has(s *location) bool {
	if s.isPlain() {
		return t.at(s.node) != nil
	}
	_, ok := t.valueAt(s)
	return ok
}

// valueAt returns what stands at a spot of the recorded body.
func (t *Translation) valueAt(s *location) (found value, ok bool) {
	v, key, ok := t.start(s)
	if !ok || len(s.tail) == 0 {
		return v, ok
	}
	ok = walk(v, key, s.tail, func(_ string, v value) bool {
		found = v
		return true
	})
	return found, ok
}

// start returns the value at the node of a spot.
func (t *Translation) start(s *location) (v value, key string, ok bool) {
	if s.node.id == 0 {
		return t.root, "", t.root.Exists()
	}
	m := t.at(s.node)
	if m == nil {
		return value{}, "", false
	}
	return m.value, m.key, true
}

// String spells a spot.
func (s *location) String() string {
	switch {
	case len(s.tail) == 0 && s.node.id == 0:
		return "$"
	case len(s.tail) == 0:
		return s.node.name
	case s.node.id == 0:
		return s.tail.String()
	}
	return s.node.name + "." + s.tail.String()
}
