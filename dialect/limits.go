package dialect

// LimitsFile is a table of rate-limit headers as it was written, with positions.
type LimitsFile struct {
	File   string
	About  string
	Limits []LimitFamily
	Waits  []WaitHint
}

// LimitFamily is a set of headers that together describe one rate limit or, if
// their names contain a star, one limit for each text that the star matches.
type LimitFamily struct {
	Name    TextAt      // the name of the limit
	Headers []LimitPart // the headers and what they contain
	Members []LimitPart // of a header of pairs: the keys and what they contain
	Unit    TextAt      // of the reset and the window; see Units
	Window  TextAt      // the length of the window, if it is constant
	At      Pos
}

// LimitPart is a header, or a key in one, with its role.
type LimitPart struct {
	Role LimitRole
	Name string
	At   Pos
}

// TextAt is a text and its position.
type TextAt struct {
	Text string
	At   Pos
}

// WaitHint is a header with the time to wait, besides Retry-After.
type WaitHint struct {
	Header TextAt
	Unit   TextAt
	Unless TextAt // a header with the remaining requests: the hint does not apply if it is above 0
	At     Pos
}

// LimitRole is the meaning of a header. The values are keys of `limits`.
type LimitRole string

// The roles of headers. The first five, and the pair, may be members of pairs too.
const (
	LimitQuota     LimitRole = "limit"     // requests in a window
	LimitRemaining LimitRole = "remaining" // requests that remain
	LimitUsed      LimitRole = "used"      // requests made
	LimitReset     LimitRole = "reset"     // when the window ends
	LimitWindow    LimitRole = "window"    // the length of the window
	LimitPair      LimitRole = "pair"      // used/limit
	LimitPairs     LimitRole = "pairs"     // a list of key=value
	LimitIETF      LimitRole = "ietf"      // RateLimit of the IETF draft, from version 07 on
	LimitPolicy    LimitRole = "policy"    // RateLimit-Policy of the IETF draft
)

// LimitRoles returns the keys of `limits` that name a header.
func LimitRoles() []LimitRole {
	return []LimitRole{
		LimitQuota, LimitRemaining, LimitUsed, LimitReset, LimitWindow, LimitPair, LimitPairs, LimitIETF, LimitPolicy,
	}
}

// LimitMembers returns the keys of `members`.
func LimitMembers() []LimitRole {
	return []LimitRole{LimitQuota, LimitRemaining, LimitUsed, LimitReset, LimitWindow, LimitPair}
}
