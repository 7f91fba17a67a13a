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
	variant       string           // "" for the dialect itself
	hosts         []string         // globs of upstream host names
	rank          int32            // position in the order of detection
	named         bool             // the site named it
	evidence      dialect.Evidence // what it takes to detect it, apart from the match; "" if the match is enough
	standard      bool             // clients parse its errors, so it has no members that its shape does not describe
	passThrough   bool             // its errors are detected, but not translated
	streams       bool             // its errors also come in frames of streams
	general       bool
	lexicon       *lexicon // of general rules that read bodies by names; nil for a shape
	successErrors bool     // its errors also come with a 2xx
	successStatus int      // the status of an error on 2xx that has no other
	formats       formatSet

	requirements []requirement
	anyOf        []location
	lacks        []location
	onlyKeys     []string
	allTypes     uint16 // types of all members at the top
	headers      []headerRequirement
	media        []string
	status       []string
	contains     []string
	codeForm     dialect.CodeForm
	listedOnly   bool // the code must be in the table
	codeOptional bool
	identity     bool

	memberRoles []memberRole
	containers  []int32 // ids of nodes that contain members with a role
	walksRoot   bool    // a path starts at the root, so top-level members without a role are not leftovers
	extractors  []roleExtractors
	subcode     []extractor // of the code that refines the native code
	code        []extractor // in order of preference
	fieldShapes []fieldShape
	table       table
}

// requirement is the condition of a match on one member.
type requirement struct {
	location
	types uint16   // set of 1<<gjson.Type, isArray, isObject, isAbsent; 0 for any
	value string   // exact JSON literal; "" for any
	not   []string // JSON literals
	like  []string // globs

	typeOnly bool // only the type is compared
}

// headerRequirement is a header that must match one of some globs. All of them are
// in lower case.
type headerRequirement struct {
	name  string
	globs []string
}

const (
	isObject = 1 << 8
	isArray  = 1 << 9
	isAbsent = 1 << 10
)

// memberRole is the role of a member in a dialect.
type memberRole struct {
	node    int32
	role    dialect.Role
	value   string // of RoleAlways
	partial bool   // the path of the role continues below this member, which is never a leftover
	first   bool   // it is the first place of the role, and its text is used unchanged
}

// roleExtractors are the extractors of a role that is read after detection.
type roleExtractors struct {
	role       dialect.Role
	extractors []extractor
}

// roleOf returns the role of the member at a node, or nil.
func (d *compiledDialect) roleOf(id int32) *memberRole {
	for i := range d.memberRoles { // there are about ten, so a linear search is fastest
		if d.memberRoles[i].node == id {
			return &d.memberRoles[i]
		}
	}
	return nil
}

// readsCodes reports whether the dialect has a way to read codes.
func (d *compiledDialect) readsCodes() bool { return len(d.code) > 0 || d.lexicon != nil }

// hasRole reports whether the shape has a place for a role.
func (d *compiledDialect) hasRole(r dialect.Role) bool {
	return slices.ContainsFunc(d.extractors, func(one roleExtractors) bool { return one.role == r })
}

// isContainer reports whether the object at a node contains members with a role.
func (d *compiledDialect) isContainer(id int32) bool { return slices.Contains(d.containers, id) }

// typeSet returns the set of the types named in words, which are joined by |.
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

// typeOf returns the set of types that v belongs to.
func typeOf(v *value) uint16 {
	switch {
	case v.Type != gjson.JSON:
		return 1 << v.Type
	case v.IsArray():
		return isArray
	}
	return isObject
}
