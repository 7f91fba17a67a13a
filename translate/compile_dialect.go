package translate

import (
	"slices"
	"strings"

	"github.com/tidwall/gjson"

	"github.com/koine-proxy/koine/dialect"
)

// compiledDialect is a compiled File.
type compiledDialect struct {
	name    string
	variant string   // "" for the dialect itself
	hosts   []string // globs of upstream host names
	rank    int32    // in the order of detection
	named   bool     // the site named it
	passive bool     // recognised, and left alone
	frames  bool     // its errors stand in frames of streams, too
	guess   bool
	rides   bool // its errors ride on 2xx, too
	as      int  // the status of those of which nobody knows one
	formats formats

	needs    []need
	anyOf    []spot
	lacks    []spot
	only     []string
	every    uint16 // types of all members at the top
	headers  []headerNeed
	media    []string
	status   []string
	contains []string
	spelling dialect.CodeForm
	listed   bool // only codes of the table
	codeless bool
	identity bool

	places     []place
	containers []int32 // ids of nodes that hold parts of the lens
	whole      bool    // a path leads through the top level: what no place names there is understood
	reads      []reading
	sub        []source // of a finer code
	code       []source // in order of preference
	forms      []form
	table      table
	written    writing
	unwritable bool            // a page or a text, or a lens with no place for a code or a message
	numeric    bool            // its codes are numbers
	statusText bool            // it repeats the status as a text
	reserved   map[string]bool // names that mean something at the top of a body
}

// need is one condition of a match.
type need struct {
	spot
	types uint16   // set of 1<<gjson.Type, isArray, isObject, isAbsent; 0 for any
	value string   // exact JSON literal; "" for any
	not   []string // JSON literals
	like  []string // globs

	simple bool // nothing but the type counts
}

// headerNeed is a header that must fit one of some globs, all in lower case.
type headerNeed struct {
	name  string
	globs []string
}

const (
	isObject = 1 << 8
	isArray  = 1 << 9
	isAbsent = 1 << 10
)

// place is what a member means to a dialect.
type place struct {
	node  int32
	role  dialect.Role
	value string // of RoleAlways
	part  bool   // a path leads on from here: the member is understood as far as the dialect cares
	first bool   // nothing is made of its text, and no other place of the role comes before
}

// reading is a role that is read after a body was recognised.
type reading struct {
	role    dialect.Role
	sources []source
}

// spot is a place in a body: a node, and the way on from there.
type spot struct {
	node *node // the root for a way that starts with no plain key
	tail dialect.Path
}

// placeOf returns what the member at node means, if anything.
func (d *compiledDialect) placeOf(id int32) *place {
	for i := range d.places { // a lens has about ten: a look at each is cheaper than a search
		if d.places[i].node == id {
			return &d.places[i]
		}
	}
	return nil
}

// tells tells whether the lens has a place for a role.
func (d *compiledDialect) tells(r dialect.Role) bool {
	return slices.ContainsFunc(d.reads, func(one reading) bool { return one.role == r })
}

// holds tells whether the object at node has parts of the lens inside.
func (d *compiledDialect) holds(id int32) bool { return slices.Contains(d.containers, id) }

// typeSet translates the words of `types`.
func typeSet(words string) (set uint16, ok bool) {
	for word := range strings.SplitSeq(words, "|") {
		one, known := map[string]uint16{
			"string": 1 << gjson.String, "number": 1 << gjson.Number, "boolean": 1<<gjson.True | 1<<gjson.False,
			"null": 1 << gjson.Null, "object": isObject, "array": isArray, "absent": isAbsent,
		}[strings.TrimSpace(word)]
		if !known {
			return 0, false
		}
		set |= one
	}
	return set, true
}

// typeOf is the set of types that v belongs to.
func typeOf(v *value) uint16 {
	switch {
	case v.Type != gjson.JSON:
		return 1 << v.Type
	case v.IsArray():
		return isArray
	}
	return isObject
}

// IsPlain tells whether the way to a spot is one of keys alone.
func (s *spot) plain() bool { return len(s.tail) == 0 && s.node.id != 0 }

// has tells whether anything stands at a spot.
func (t *Translation) has(s *spot) bool {
	if s.plain() {
		return t.at(s.node) != nil
	}
	_, ok := t.valueAt(s)
	return ok
}

// valueAt returns what stands at a spot of the recorded body.
func (t *Translation) valueAt(s *spot) (found value, ok bool) {
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
func (t *Translation) start(s *spot) (v value, key string, ok bool) {
	if s.node.id == 0 {
		return t.root, "", t.root.Exists()
	}
	m := t.at(s.node)
	if m == nil {
		return value{}, "", false
	}
	return m.value, m.key, true
}
