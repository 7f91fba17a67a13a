package dialect

// Role is the meaning of a member of a body. The values are the keys of `shape`.
type Role string

// The roles. All are read and written, except RoleIgnore, which is only read.
const (
	RoleCode       Role = "code"        // the native code: a string or a number
	RoleSubcode    Role = "subcode"     // a more specific code beside it
	RoleMessage    Role = "message"     // a sentence for people
	RoleFields     Role = "fields"      // messages about fields
	RoleDetails    Role = "details"     // an object of further information
	RoleRequestID  Role = "request_id"  // the upstream's id of the request
	RoleRetryAfter Role = "retry_after" // the time to wait before repeating the request
	RoleRetryable  Role = "retryable"   // whether repeating the request can help, in the upstream's own words
	RoleStatus     Role = "status"      // the HTTP status, repeated in the body
	RoleType       Role = "type"        // the domain of the canonical code
	RoleAlways     Role = "always"      // constants
	RoleIgnore     Role = "ignore"      // members without information of their own

	// Only with `codes: canonical`, the envelope of another Koine instance.
	RoleCategory Role = "category" // the category of the canonical code
	RoleRetry    Role = "retry"    // the retry strategy
	RoleSafe     Role = "safe"     // whether the request can be repeated without side effects
	RoleDocs     Role = "docs"     // the documentation page of the code
	RoleOrigin   Role = "origin"   // upstream or proxy
	RoleMatch    Role = "match"    // table, guess or status
	RoleUpstream Role = "upstream" // what that instance exposes of its upstream
)

// Roles returns the keys of `shape`.
func Roles() []Role {
	return []Role{
		RoleCode, RoleSubcode, RoleMessage, RoleFields, RoleDetails, RoleRequestID, RoleRetryAfter, RoleRetryable, RoleStatus, RoleType, RoleAlways, RoleIgnore,
		RoleCategory, RoleRetry, RoleSafe, RoleDocs, RoleOrigin, RoleMatch, RoleUpstream,
	}
}

// OnlyCanonical reports whether the role is one of an envelope of Koine, and has a
// meaning only with `codes: canonical`.
func (r Role) OnlyCanonical() bool {
	switch r {
	case RoleCategory, RoleRetry, RoleSafe, RoleDocs, RoleOrigin, RoleMatch, RoleUpstream:
		return true
	}
	return false
}

// ShapeEntry is one key of `shape`.
type ShapeEntry struct {
	Role   Role
	Places []Place   // alternatives: the first one with a value is read, the first plain one is written
	Values []ValueAt // of RoleAlways: the constants, as JSON
	Fields []Fields  // of RoleFields: alternatives, in order
	At     Pos
}

// Place is where a value is, and how it is extracted. The steps are applied in the
// order of the fields.
type Place struct {
	Path   Path   // in the body; or
	Header string // a header of the response
	Param  string // of a header: the parameter of that name (RFC 9110 section 5.6.6)
	Key    bool   // the name of the member is the value

	General bool     // the value is read by the general rules, by the names of its members
	JSON    Path     // the text is JSON: the path of the value in it
	Decode  string   // how the text is encoded; see Decodings
	Pattern string   // RE2: the first group, or the whole match, is the value
	Fill    Path     // an object or a list whose values replace %name or %1 in the text
	Not     []string // values that are ignored; $status and $phrase are those of the response
	Unit    Unit     // of RoleRetryAfter

	At Pos
}

// Decodings returns the values of `decode`.
func Decodings() []string { return []string{"html", "percent"} }

// IsPlain reports whether the value is the member itself, so that it can be
// written.
func (p *Place) IsPlain() bool {
	return p.Header == "" && !p.Key && !p.General && p.JSON == nil && p.Pattern == "" && p.Fill == nil
}

// Fields describes a place with messages about fields. Without Field, Names,
// Pattern and Tree, it is a map of field to message, to a list of messages, or to
// another map; otherwise it is a list of entries.
type Fields struct {
	Places   []Place  // alternatives: the first that contains fields is read
	ForCodes []string // the native codes with which the place contains fields; with any other code it contains details
	Field    []Path   // of an entry: the name of the field
	Names    []Path   // of an entry: the names of several fields, as a list or as the keys of an object
	Message  []Path   // of an entry: the message
	Code     []Path   // of an entry: the code
	Pattern  string   // RE2 with the groups field, message and code: the place is text about fields
	Tree     bool     // entries may be at any depth, and the path to an entry is the field
	Skip     []string // names that are not part of a field path
	Lists    bool     // of a map: only lists of texts are messages
	Whole    []string // of a map: names whose text is about the request as a whole
	WholeSet bool     // `whole` was given; otherwise DefaultWhole applies
	At       Pos
}

// IsMap reports whether the place is a map of field to message.
func (f *Fields) IsMap() bool {
	return len(f.Field) == 0 && len(f.Names) == 0 && f.Pattern == "" && !f.Tree
}

// DefaultWhole returns the names that are about the request as a whole in the maps
// of common frameworks.
func DefaultWhole() []string {
	return []string{"base", "non_field_errors", "", "_errors", "__all__", "_form"}
}
