package translate

import (
	"slices"
	"strconv"
	"strings"

	"github.com/tidwall/gjson"
)

// DialectFile is a dialect as it was written, with positions.
type DialectFile struct {
	File     string
	Name     string
	About    string
	Source   string
	Priority int // higher is tried first where several match
	Match    Match
	Shape    []ShapeEntry
	Codes    []Row
	Identity bool // the native codes are canonical codes
	Examples []Example
	Limits   []LimitFamily // how its rate limits are told; tried before the general tables
	Waits    []WaitHint    // the same of waits

	NameAt, ShapeAt, CodesAt Pos
}

// Match says what tells a dialect from the others. All that is given must hold.
type Match struct {
	Keys   []PathAt  // members that must be there
	Types  []ValueAt // their JSON type: string, number, boolean, object, array, null
	Equals []ValueAt // their exact value, as JSON
	Lacks  []PathAt  // members that must not be there
	Code   Spelling  // how its codes are spelled; "" for any way
	CodeAt Pos       // where Code stands
}

// PathAt is a path and where it stands.
type PathAt struct {
	Path Path
	At   Pos
}

// ValueAt is a path with a value, and where it stands.
type ValueAt struct {
	Path  Path
	Value string
	At    Pos
}

// Role is what a member of a body means. The names are the words of `shape`.
type Role string

// The roles. Every one reads and writes, but for Ignore, which only reads.
const (
	RoleCode       Role = "code"        // the native code: a string or a number
	RoleMessage    Role = "message"     // words for people
	RoleFields     Role = "fields"      // what is wrong with which field
	RoleDetails    Role = "details"     // an object of whatever else there is to tell
	RoleRequestID  Role = "request_id"  // the id of the request
	RoleRetryAfter Role = "retry_after" // seconds until a repetition makes sense
	RoleStatus     Role = "status"      // the HTTP status, repeated in the body
	RoleType       Role = "type"        // the domain of the canonical code
	RoleCategory   Role = "category"    // the category of the canonical code
	RoleRetry      Role = "retry"       // the retry strategy
	RoleSafe       Role = "safe"        // whether repeating cannot act twice
	RoleDocs       Role = "docs"        // the page of the code
	RoleOrigin     Role = "origin"      // upstream or proxy
	RoleMatch      Role = "match"       // table, guess or status
	RoleUpstream   Role = "upstream"    // what an earlier hop told of its upstream
	RoleAlways     Role = "always"      // constants
	RoleIgnore     Role = "ignore"      // members that say nothing of their own
)

// Roles returns the words of `shape`.
func Roles() []Role {
	return []Role{
		RoleCode, RoleMessage, RoleFields, RoleDetails, RoleRequestID, RoleRetryAfter, RoleStatus, RoleType, RoleCategory,
		RoleRetry, RoleSafe, RoleDocs, RoleOrigin, RoleMatch, RoleUpstream, RoleAlways, RoleIgnore,
	}
}

// ShapeEntry is one line of the lens.
type ShapeEntry struct {
	Role   Role
	Paths  []PathAt  // alternatives: all are read, the first is written
	Values []ValueAt // of RoleAlways: the constants, as JSON
	Fields Fields    // of RoleFields: how one entry looks
	At     Pos
}

// Fields says how the entries of RoleFields look. With Field empty they are an
// object of field to message (or to a list of messages, or to more objects);
// else a list of objects whose members are named here.
type Fields struct {
	Only    []string // native codes under which the place holds fields; at all others it holds details
	Field   string   // the member that names the field
	Message string   // the member that holds the message
	Code    string   // the member that holds the code; may be empty
	Pointer bool     // the field is written as a JSON Pointer fragment
}

// Row maps one native code.
type Row struct {
	Native     string
	Status     int // the status the vendor documents; 0 where none is
	Code       string
	Force      bool // take the taxonomy's status even across the guard rails
	At, CodeAt Pos
}

// Example is a body that a dialect must (or, with Is "none", must not) take.
type Example struct {
	About     string
	Status    int
	Header    map[string][]string
	Body      string
	Is        string // a canonical code, or "none"
	Code      string // the rest is checked where it is given: the native code,
	Message   string // the upstream's words,
	RequestID string // its request id,
	Fields    map[string]string
	Details   string // JSON object of details
	At        Pos
}

// Spelling is a way of spelling codes.
type Spelling string

// The spellings.
const (
	LowerSnake  Spelling = "lower_snake"  // not_found
	UpperSnake  Spelling = "UPPER_SNAKE"  // NOT_FOUND
	DottedUpper Spelling = "DOTTED.UPPER" // RESOURCE.NOT_FOUND
)

// Spellings returns all ways of spelling that a dialect may name.
func Spellings() []Spelling { return []Spelling{LowerSnake, UpperSnake, DottedUpper} }

// fits tells whether code is spelled that way.
func (s Spelling) fits(code string) bool {
	if s == "" {
		return true
	}
	lower, upper := s == LowerSnake, s != LowerSnake
	dots, letter := 0, false
	for i := range len(code) {
		switch c := code[i]; {
		case lower && 'a' <= c && c <= 'z', upper && 'A' <= c && c <= 'Z':
			letter = true
		case c == '.' && s == DottedUpper && letter:
			dots++
		case c == '_', '0' <= c && c <= '9':
		default:
			return false
		}
	}
	return letter && (s == DottedUpper) == (dots > 0)
}

// dialect is a compiled DialectFile.
type dialect struct {
	name     string
	rank     int32 // in the order of detection
	needs    []need
	lacks    []*node
	spelling Spelling
	identity bool

	places     []place
	containers []int32 // ids of nodes that hold parts of the lens
	codePaths  []*node // in order of preference
	codes      map[string]row
	site       map[string]row // rows of the site; they win
	fields     Fields
	written    writing
	reserved   map[string]bool // names that mean something at the top of a body
}

// need is one condition of a match.
type need struct {
	node  *node
	types uint8  // set of 1<<gjson.Type, or isArray, isObject; 0 for any
	value string // exact JSON literal; "" for any
}

const (
	isObject = 1 << 6
	isArray  = 1 << 7
)

// place is what a member means to a dialect.
type place struct {
	node  int32
	rank  uint8 // among the alternatives of a role: lower is preferred
	role  Role
	value string // of RoleAlways
}

// row is a compiled Row.
type row struct {
	code   *Code
	status int
	force  bool
}

// lookup finds the row of a native code.
func (d *dialect) lookup(native string) (row, bool) {
	if r, ok := d.site[native]; ok {
		return r, true
	}
	r, ok := d.codes[native]
	return r, ok
}

// knows tells whether a table, or the canonical spelling itself, has a home for
// the native code.
func (d *dialect) knows(native string) bool {
	if _, ok := d.lookup(native); ok {
		return true
	}
	return d.identity
}

// placeOf returns what the member at node means, if anything.
func (d *dialect) placeOf(id int32) *place {
	for i := range d.places { // a lens has about ten: a look at each is cheaper than a search
		if d.places[i].node == id {
			return &d.places[i]
		}
	}
	return nil
}

// holds tells whether the object at node has parts of the lens inside.
func (d *dialect) holds(id int32) bool { return slices.Contains(d.containers, id) }

// typeSet translates the words of `types`.
func typeSet(word string) (uint8, bool) {
	set, ok := map[string]uint8{
		"string": 1 << gjson.String, "number": 1 << gjson.Number, "boolean": 1<<gjson.True | 1<<gjson.False,
		"null": 1 << gjson.Null, "object": isObject, "array": isArray,
	}[word]
	return set, ok
}

// typeOf is the set of types that v belongs to.
func typeOf(v value) uint8 {
	switch {
	case v.Type != gjson.JSON:
		return 1 << v.Type
	case v.IsArray():
		return isArray
	}
	return isObject
}

func (f *DialectFile) fault(at Pos, message string) Fault {
	return Fault{File: f.File, Line: at.Line, Column: at.Column, Message: message}
}

// ParseRow reads the right-hand side of a row: an optional documented status, a
// canonical code, and optionally the word force. The same words stand in
// mapping files and in the Caddyfile.
func ParseRow(native string, words []string) (Row, string) {
	r := Row{Native: native}
	const want = "a row is CANONICAL.CODE, or STATUS CANONICAL.CODE, each with an optional `force` behind"
	if len(words) > 0 {
		if n, err := strconv.Atoi(words[0]); err == nil {
			if n < 100 || n > 999 {
				return r, "status " + words[0] + " must be from 100 to 999"
			}
			r.Status, words = n, words[1:]
		}
	}
	if len(words) == 0 || len(words) > 2 || (len(words) == 2 && words[1] != "force") {
		return r, want
	}
	r.Code, r.Force = words[0], len(words) == 2
	if !IsCodeName(r.Code) {
		return r, strconv.Quote(r.Code) + " is no canonical code: it takes two or three upper-case words joined by dots, such as " + suggestName(r.Code)
	}
	return r, ""
}

// suggestName respells a word as a canonical code.
func suggestName(s string) string {
	words := strings.FieldsFunc(strings.ToUpper(s), func(r rune) bool { return (r < 'A' || r > 'Z') && (r < '0' || r > '9') })
	if len(words) < 2 || words[0][0] < 'A' || words[0][0] > 'Z' {
		return "RESOURCE.NOT_FOUND"
	}
	return words[0] + "." + strings.Join(words[1:], "_")
}
