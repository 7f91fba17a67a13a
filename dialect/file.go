package dialect

// File is a dialect as it was written, with positions.
type File struct {
	File     string
	Name     string
	Extends  string // the dialect whose words hold where this one is silent; see Inherit
	About    string
	Source   string
	Priority int      // higher is tried first where several match
	Protocol bool     // clients parse its errors by a standard: `auto` leaves them alone
	Rides    Rides    // the successes on which its errors ride
	Frames   bool     // its errors also stand in the frames of streams
	Guess    bool     // its rules are general: tried where no dialect matches, and marked as a guess
	Formats  []Format // what its bodies are; JSON where none is given
	Match    Match
	Shape    []ShapeEntry
	Codes    []Row
	Identity bool // the native codes are canonical codes
	Examples []Example
	Limits   []LimitFamily // how its rate limits are told; tried before the general tables
	Waits    []WaitHint    // the same of waits

	Given                                                   map[string]bool // the words at the top that the file has
	NameAt, ExtendsAt, RidesAt, FormatsAt, ShapeAt, CodesAt Pos
}

// OnErrors is the dialect without the errors that ride on a success.
func (f *File) OnErrors() *File {
	if f.Rides.Status == "" {
		return f
	}
	out := *f
	out.Rides = Rides{}
	return &out
}

// Rides says on which successes the errors of a dialect ride.
type Rides struct {
	Status string // "2xx"; "" where they never do
	Seldom bool   // most of them have a status of their own: `auto` translates those
	As     int    // the HTTP status of an error of which nobody knows one; 0 for 400
}

// Match says what tells a dialect from the others. All that is given must hold.
type Match struct {
	Keys     []PathAt   // members that must be there
	Any      []PathAt   // members of which one must be there
	Types    []ValueAt  // their JSON types, joined by |: string, number, boolean, object, array, null, absent
	Equals   []ValueAt  // their exact value, as JSON
	Not      []ValuesAt // the values, as JSON, that they must not have
	Like     []ValuesAt // globs, one of which their text must fit
	Lacks    []PathAt   // members that must not be there
	Every    string     // the JSON types, joined by |, of all members at the top level, or of all elements
	Only     []string   // the names that the top level may have; any where none is given
	Headers  []HeaderAt // headers of the response, and globs, one of which they must fit
	Media    []string   // globs, one of which the media type must fit
	Status   []string   // statuses or classes such as 4xx, one of which it must be
	Contains []string   // texts that must stand in the body
	Code     Spelling   // how its codes are spelled; "" for any way
	Codeless bool       // a body without a code is of this dialect, too

	CodeAt, StatusAt, EveryAt Pos
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

// ValuesAt is a path with values, and where it stands.
type ValuesAt struct {
	Path   Path
	Values []string
	At     Pos
}

// HeaderAt is a header with globs, and where it stands.
type HeaderAt struct {
	Name  string
	Globs []string
	At    Pos
}

// Role is what a member of a body means. The names are the words of `shape`.
type Role string

// The roles. Every one reads and writes, but for Ignore, which only reads.
const (
	RoleCode       Role = "code"        // the native code: a string or a number
	RoleSubcode    Role = "subcode"     // a finer code beside it
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
		RoleCode, RoleSubcode, RoleMessage, RoleFields, RoleDetails, RoleRequestID, RoleRetryAfter, RoleStatus, RoleType,
		RoleCategory, RoleRetry, RoleSafe, RoleDocs, RoleOrigin, RoleMatch, RoleUpstream, RoleAlways, RoleIgnore,
	}
}

// ShapeEntry is one line of the lens.
type ShapeEntry struct {
	Role   Role
	Places []Place   // alternatives: all are read, the first plain one is written
	Values []ValueAt // of RoleAlways: the constants, as JSON
	Fields []Fields  // of RoleFields: the forms, in order
	At     Pos
}

// Place is where a value stands, and what to make of it. The words after JSON
// take effect in the order in which they stand here.
type Place struct {
	Path   Path   // in the body; or
	Header string // the header of the response
	Param  string // of a header: the parameter of that name (RFC 9110 section 5.6.6)
	Key    bool   // the name of the member counts, not its value

	JSON    Path     // the text is JSON itself: the path in it
	Decode  string   // percent or html: how the text is coded; see Decodings
	Pattern string   // RE2: the first group, or the whole match, counts
	After   string   // only what stands behind the last one counts
	Before  string   // only what stands before the first one counts
	Trim    string   // characters to cut off at both ends
	Fill    Path     // an object or list whose values replace %name or %1 in the text
	Skip    []string // values that say nothing; $status and $phrase stand for those of the response
	Unit    string   // of RoleRetryAfter; see WaitUnits

	At Pos
}

// IsPlain tells whether the place can be written: a member that is named as it is.
func (p *Place) IsPlain() bool {
	return p.Header == "" && !p.Key && p.JSON == nil && p.Pattern == "" && p.Fill == nil
}

// Fields says how the entries of RoleFields look. With Field, Names, Pattern and
// Tree empty they are an object of field to message (or to a list of messages,
// or to more objects); else a list of entries.
type Fields struct {
	Places  []Place  // alternatives: the first that holds fields counts
	Only    []string // native codes under which the place holds fields; at all others it holds details
	Field   []Path   // where an entry names the field
	Names   []Path   // where an entry names several fields: a list of names, or an object's keys
	Message []Path   // where an entry holds the message
	Code    []Path   // where an entry holds the code
	Pattern string   // RE2 with the groups field, message and code: for texts that tell of fields
	Tree    bool     // entries stand anywhere below, and the way to them is the path
	Skip    []string // names on the way that are no part of the path
	Lists   bool     // of a map: only lists of texts are messages
	Whole   []string // names whose text is about the whole: the message, where there is none
	At      Pos
}

// Example is a body that a dialect must (or, with Is "none", must not) take.
type Example struct {
	About     string
	Status    int
	Header    map[string][]string // of the response
	Body      string
	Is        string // a canonical code, or "none"
	Code      string // the rest is checked where it is given: the native code,
	Message   string // the upstream's words,
	RequestID string // its request id,
	Fields    map[string]string
	Details   string // JSON object of details
	After     int    // seconds to wait; -1 where it is not checked
	At        Pos
}

func (f *File) NewFault(at Pos, message string) Fault {
	return Fault{File: f.File, Line: at.Line, Column: at.Column, Message: message}
}
