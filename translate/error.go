package translate

import "strings"

// MatchKind is the way in which the code of an error was found.
type MatchKind string

// The ways to find a code.
const (
	ByTable  MatchKind = "table"  // by a row of a table
	ByGuess  MatchKind = "guess"  // by the general rules: the dialect or the code is unknown
	ByStatus MatchKind = "status" // by the HTTP status alone
)

// Origin is who made an error.
type Origin string

// The origins.
const (
	FromUpstream Origin = "upstream" // an upstream, or a handler that wrote it
	FromProxy    Origin = "proxy"    // a handler that returned it
)

// Hint is what an upstream says itself about repeating a request.
type Hint int8

// The hints.
const (
	HintNone  Hint = iota // it says nothing
	HintRetry             // repeating can help
	HintStop              // repeating does not help
)

// hintOf returns the hint in the text of a member or a header, HintNone if it is
// neither true nor false.
func hintOf(text string) Hint {
	switch strings.ToLower(strings.TrimSpace(text)) {
	case "true", "1", "yes":
		return HintRetry
	case "false", "0", "no":
		return HintStop
	}
	return HintNone
}

// Error is an error as it was read.
type Error struct {
	Code   *Code     // never nil after reading
	Match  MatchKind // how Code was found
	Origin Origin    // who made the error
	Status int       // the HTTP status of the response

	Dialect    string // "" if none was detected
	Native     string // the upstream's code, unchanged
	RequestID  string // the upstream's id of the request, from the body
	Message    string // the upstream's message
	RetryAfter int    // seconds; -1 if unknown
	Retryable  Hint   // whether repeating the request can help, as the upstream says itself

	passThrough   bool // the response needs no answer
	forceStatus   bool // the answer takes the status of Code despite the guard rails
	assumedStatus int  // for an error on 2xx or in a stream: the status it is treated as
	chained       chained
}

// chained is the decision of another Koine instance in front of the upstream.
type chained struct {
	found    bool // the response is the envelope of another instance
	retry    Retry
	safe     value
	docs     string
	upstream string // JSON
}

// PassesThrough reports whether the response needs no answer.
func (e *Error) PassesThrough() bool { return e.passThrough }

// Mapped reports whether a table has a row for the native code, here or in another
// Koine instance in front of the upstream.
func (e *Error) Mapped() bool { return e.Match == ByTable || e.chained.found }

// effectiveStatus returns the status that the error is treated as: that of the
// response, unless that is a 2xx.
func (e *Error) effectiveStatus() int {
	if e.assumedStatus != 0 {
		return e.assumedStatus
	}
	return e.Status
}
