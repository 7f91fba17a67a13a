package translate

import (
	"slices"
	"strings"

	"github.com/tidwall/gjson"

	"github.com/koine-proxy/koine/dialect"
)

// compiledDialect is a compiled File.
type compiledDialect struct {
	name          string
	variant       string   // "" for the dialect itself
	hosts         []string // globs of upstream host names
	rank          int32    // in the order of detection
	named         bool     // the site named it
	passThrough   bool     // recognised, and left alone
	streams       bool     // its errors stand in frames of streams, too
	general       bool
	successErrors bool // its errors ride on 2xx, too
	successStatus int  // the status of those of which nobody knows one
	formats       formatSet

	needs      []need
	anyOf      []location
	lacks      []location
	onlyKeys   []string
	allTypes   uint16 // types of all members at the top
	headers    []headerNeed
	media      []string
	status     []string
	contains   []string
	spelling   dialect.CodeForm
	listedOnly bool // only codes of the table
	codeless   bool
	identity   bool

	memberRoles []memberRole
	containers  []int32 // ids of nodes that hold parts of the lens
	walksRoot   bool    // a path leads through the top level: what no place names there is understood
	extractors  []roleExtractors
	subcode     []extractor // of a finer code
	code        []extractor // in order of preference
	fieldShapes []fieldShape
	table       table
	plan        writePlan
	unwritable  bool            // a page or a text, or a lens with no place for a code or a message
	numeric     bool            // its codes are numbers
	statusText  bool            // it repeats the status as a text
	reserved    map[string]bool // names that mean something at the top of a body
}

// need is one condition of a match.
type need struct {
	location
	types uint16   // set of 1<<gjson.Type, isArray, isObject, isAbsent; 0 for any
	value string   // exact JSON literal; "" for any
	not   []string // JSON literals
	like  []string // globs

	typeOnly bool // nothing but the type counts
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

// memberRole is what a member means to a dialect.
type memberRole struct {
	node    int32
	role    dialect.Role
	value   string // of RoleAlways
	partial bool   // a path leads on from here: the member is understood as far as the dialect cares
	first   bool   // nothing is made of its text, and no other place of the role comes before
}

// roleExtractors is a role that is read after a body was recognised.
type roleExtractors struct {
	role       dialect.Role
	extractors []extractor
}

// roleOf returns what the member at node means, if anything.
func (d *compiledDialect) roleOf(id int32) *memberRole {
	for i := range d.memberRoles { // a lens has about ten: a look at each is cheaper than a search
		if d.memberRoles[i].node == id {
			return &d.memberRoles[i]
		}
	}
	return nil
}

// hasRole tells whether the lens has a place for a role.
func (d *compiledDialect) hasRole(r dialect.Role) bool {
	return slices.ContainsFunc(d.extractors, func(one roleExtractors) bool { return one.role == r })
}

// isContainer tells whether the object at node has parts of the lens inside.
func (d *compiledDialect) isContainer(id int32) bool { return slices.Contains(d.containers, id) }

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
