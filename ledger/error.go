package ledger

import "time"

// Error is one error, as it was read. Its strings may be views of a body: the ledger copies
// what it keeps.
type Error struct {
	Site    *Site
	Route   string // the path of the route that matched; "" if there is none
	Dialect string // "" if none was detected
	Code    string // the native code; "" if there is none
	Message string // the message of the upstream; it groups errors without a code
	Status  int    // of the upstream

	Canonical string // the canonical code
	Match     Match
	Evidence  string  // why the error is of the dialect; a constant, "" if unknown
	Observed  bool    // the answer was made, but not sent
	Changes   Changes // how the answer differs from the error
	RequestID string  // the id of the request; "" if it has none. Only its hash is kept
	Now       time.Time
}

// Match is the way in which the canonical code was found.
type Match uint8

// The ways to find a code.
const (
	ByTable  Match = iota // a table has the native code
	ByGuess               // general rules read an unknown dialect or code
	ByStatus              // the status alone
	Returned              // a handler of Caddy returned the error: its status is all there is
	matches
)

// matchNames are the names of the ways, as in envelopes and logs.
var matchNames = [matches]string{"table", "guess", "status", "status"}

// String returns the name, as in envelopes and logs.
func (m Match) String() string { return matchNames[min(m, matches-1)] }

// isUnmapped reports whether a row of a table would map the error.
func (m Match) isUnmapped() bool { return m == ByGuess || m == ByStatus }

// matchOf returns the way with a name, of an error with an origin.
func matchOf(name, origin string) Match {
	if origin == OriginProxy {
		return Returned
	}
	for m, s := range matchNames {
		if s == name {
			return Match(m)
		}
	}
	return ByStatus
}

// OriginProxy is the origin of errors that handlers of Caddy returned. Those of upstreams have
// none in snapshots.
const OriginProxy = "proxy"

func originOf(returned bool) string {
	if returned {
		return OriginProxy
	}
	return ""
}

// Changes are the differences between an error and its answer, as a set.
type Changes uint16

// The differences.
const (
	Same          Changes = 1 << iota // the client sees no difference
	StatusChanged                     // another status of the same class
	ClassChanged                      // another class: a 4xx became a 5xx, or an error on 2xx got its status
	CodeKnown                         // the answer has a canonical code from a table
	WordsReplaced                     // the message is not that of the upstream
	FieldsLost                        // a message about a field is missing
	FieldsGained                      // a message about a field was added
	HeaderChanged                     // another header than those that every answer gets
)

// changeNames are the names of the differences in reports, in the order of their bits.
var changeNames = [...]string{"same", "status_changed", "class_changed", "code_known", "words_replaced", "fields_lost", "fields_gained", "header_changed"}

// CompareStatus returns the difference between the status of an error and that of its
// answer; 0 if they are equal.
func CompareStatus(upstream, answer int) Changes {
	switch {
	case upstream == answer:
		return 0
	case upstream/100 == answer/100:
		return StatusChanged
	}
	return ClassChanged
}
