package translate

import (
	"github.com/koine-proxy/koine/dialect"
)

// location is a compiled path: the node of its leading keys and the steps after
// them, which are walked.
type location struct {
	node *node // the root if the path does not start with a key
	tail dialect.Path
}

// isPlain reports whether the path consists of keys only, so that no walk is
// needed.
func (l *location) isPlain() bool { return len(l.tail) == 0 && l.node.id != 0 }

// String returns the dotted path.
func (l *location) String() string {
	switch {
	case len(l.tail) == 0 && l.node.id == 0:
		return "$"
	case len(l.tail) == 0:
		return l.node.name
	case l.node.id == 0:
		return l.tail.String()
	}
	return l.node.name + "." + l.tail.String()
}

// has reports whether the body has a value at a location.
func (d *document) has(l *location) bool {
	if l.isPlain() {
		return d.memberAt(l.node) != nil
	}
	_, ok := d.valueAt(l)
	return ok
}

// valueAt returns the first value at a location.
func (d *document) valueAt(l *location) (found value, ok bool) {
	v, key, ok := d.start(l)
	if !ok || len(l.tail) == 0 {
		return v, ok
	}
	if l.node.id == 0 && l.tail[0].Kind == dialect.StepGlob && d.hasAllMembers() && !d.hasDuplicates {
		return d.valueBelowAny(l.tail)
	}
	ok = walk(v, key, l.tail, func(_ string, v value) bool {
		found = v
		return true
	})
	return found, ok
}

// valueBelowAny returns the first value at a path that starts with any member at the top.
// The members were recorded, so the body is not read again.
func (d *document) valueBelowAny(p dialect.Path) (found value, ok bool) {
	for i := range d.members {
		m := &d.members[i]
		if m.parent >= 0 || !matchesGlob(p[0].Key, m.key) {
			continue
		}
		ok = walk(m.value, m.key, p[1:], func(_ string, v value) bool {
			found = v
			return true
		})
		if ok {
			return found, true
		}
	}
	return found, false
}

// start returns the value at the node of a location, where the walk of its tail
// begins, and the name of the member that has it.
func (d *document) start(l *location) (v value, key string, ok bool) {
	if l.node.id == 0 {
		return d.root, "", d.root.Exists()
	}
	m := d.memberAt(l.node)
	if m == nil {
		return value{}, "", false
	}
	return m.value, m.key, true
}
