package dialect

// LimitsFile is a table of rate-limit headers as it was written, with
// positions.
type LimitsFile struct {
	File   string
	About  string
	Limits []LimitFamily
	Waits  []WaitHint
}

// LimitFamily is a set of headers that together tell one rate limit, or, where
// their names hold a star, one limit for each word that the star stands for.
type LimitFamily struct {
	Name       TextAt      // what the limit is called
	Headers    []LimitPart // which header tells what
	Keys       []LimitPart // of a header of pairs: which key tells what
	Unit       TextAt      // of the reset; see LimitUnits
	WindowUnit TextAt      // of the window
	Per        TextAt      // the window, where it is always the same
	At         Pos
}

// LimitPart is a header, or a key inside of one, and what it tells.
type LimitPart struct {
	Role LimitRole
	Name string
	At   Pos
}

// TextAt is a text and where it stands.
type TextAt struct {
	Text string
	At   Pos
}

// WaitHint is a header that tells how long to wait, beside Retry-After.
type WaitHint struct {
	Header TextAt
	Unit   TextAt
	Unless TextAt // a header that tells what remains: no wait while something does
	At     Pos
}

// LimitRole is what a header tells of a limit. The names are the words of
// `limits`.
type LimitRole string

// The roles of headers. The first five, and the pair, may be keys of pairs too.
const (
	LimitQuota     LimitRole = "limit"     // how much there is in a window
	LimitRemaining LimitRole = "remaining" // how much of it is left
	LimitUsed      LimitRole = "used"      // how much of it is gone
	LimitReset     LimitRole = "reset"     // when there will be more
	LimitWindow    LimitRole = "window"    // how long a window is
	LimitPair      LimitRole = "pair"      // used/limit
	LimitPairs     LimitRole = "pairs"     // a list of key=value
	LimitIETF      LimitRole = "ietf"      // RateLimit of the IETF drafts, from 07 on
	LimitPolicy    LimitRole = "policy"    // RateLimit-Policy of the IETF drafts
)

// LimitRoles returns the words of `limits` that name a header.
func LimitRoles() []LimitRole {
	return []LimitRole{
		LimitQuota, LimitRemaining, LimitUsed, LimitReset, LimitWindow, LimitPair, LimitPairs, LimitIETF, LimitPolicy,
	}
}

// LimitKeys returns the words of `limits.keys`.
func LimitKeys() []LimitRole {
	return []LimitRole{LimitQuota, LimitRemaining, LimitUsed, LimitReset, LimitWindow, LimitPair}
}

// LimitUnit says how a reset, a window or a wait is spelled.
type LimitUnit string

// The units.
const (
	UnitAuto         LimitUnit = "auto"         // by the letters and the size of the value
	UnitEpoch        LimitUnit = "epoch"        // Unix seconds
	UnitEpochMS      LimitUnit = "epoch_ms"     // Unix milliseconds
	UnitSeconds      LimitUnit = "seconds"      // from now
	UnitMilliseconds LimitUnit = "milliseconds" // from now
	UnitDuration     LimitUnit = "duration"     // from now, as Go or ISO 8601 spell it: 6m0s, PT6M
	UnitDate         LimitUnit = "date"         // RFC 3339, ISO 8601 or an HTTP date
)

// LimitUnits returns the units of a reset and of a wait.
func LimitUnits() []LimitUnit {
	return append(WindowUnits(), UnitEpoch, UnitEpochMS, UnitDate)
}

// WindowUnits returns the units of a window, which is a length of time.
func WindowUnits() []LimitUnit {
	return []LimitUnit{UnitAuto, UnitSeconds, UnitMilliseconds, UnitDuration}
}
