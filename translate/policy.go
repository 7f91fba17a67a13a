package translate

import (
	"github.com/koine-proxy/koine/translate/redact"
)

// StatusPolicy says which HTTP status an answer takes.
type StatusPolicy string

// The status policies.
const (
	StatusCanonical StatusPolicy = "canonical" // that of the canonical code, within the guard rails
	StatusUpstream  StatusPolicy = "upstream"  // that of the backend, always
)

// MessagePolicy says whose words an answer carries.
type MessagePolicy string

// The message policies.
const (
	MessageSafe      MessagePolicy = "safe"      // the backend's where they are fit for clients, else ours
	MessageUpstream  MessagePolicy = "upstream"  // the backend's wherever it gave any
	MessageCanonical MessagePolicy = "canonical" // always ours
)

// Policy is what a site decided once and for all. The zero value is not
// useful; see DefaultPolicy.
type Policy struct {
	Status     StatusPolicy
	Message    MessagePolicy
	RetryAfter int    // seconds that `wait` says where the backend does not know
	Docs       string // prefix of the page of a code; "" for none
	Expose     bool   // put all of meta.upstream into the envelope
}

// DefaultPolicy is what a site gets that decides nothing.
func DefaultPolicy() Policy {
	return Policy{Status: StatusCanonical, Message: MessageSafe, RetryAfter: 60}
}

// RenderParams is what one answer needs beside the error and the policy.
type RenderParams struct {
	RequestID string // of this hop; sound, see Sound
	Safe      bool   // repeating the request cannot act twice
}

// HTTPStatus returns the status of the answer: that of the canonical code, or,
// where a guard rail stands between, that of the backend.
func (e *Error) HTTPStatus(p *Policy) int {
	from := e.errorStatus()
	switch {
	case p.Status == StatusUpstream || e.Match != ByTable || e.kept:
		return from
	case e.force:
		return e.Code.Status
	case e.ridesAs != 0 && !treacherous(e.Code.Status):
		return e.Code.Status // a success is on neither side of 500
	}
	return guard(from, e.Code.Status)
}

// guard returns the status to, or, where a guard rail stands between, from: an
// error stays on its side of 500, and never becomes a treacherous one.
func guard(from, to int) int {
	if to/100 != from/100 || treacherous(to) {
		return from
	}
	return to
}

// treacherous tells whether a status makes clients or caches do something by
// itself that the backend did not ask for: 401 signs users out, 405 wants an
// Allow header, 407 and 426 talk about the connection, 408 makes browsers send
// the request again, 416 is about ranges.
func treacherous(status int) bool {
	switch status {
	case 401, 405, 407, 408, 416, 426:
		return true
	}
	return false
}

// Strategy returns how the client may repeat the request.
func (e *Error) Strategy() Retry {
	if e.retry != "" {
		return e.retry
	}
	return e.Code.Retry
}

// After returns the seconds to wait before a repetition, where they are known.
// A client that is told to wait is always told how long.
func (e *Error) After(p *Policy) (seconds int, known bool) {
	if e.RetryAfter >= 0 {
		return e.RetryAfter, true
	}
	if e.Strategy() == RetryWait {
		return p.RetryAfter, true
	}
	return 0, false
}

// words returns the message of the answer.
func (e *Error) words(p *Policy) string {
	if e.Message != "" && e.fit(p, e.Message) {
		return e.Message
	}
	return e.Code.Message
}

// fit tells whether words of the backend may reach the client.
func (e *Error) fit(p *Policy, words string) bool {
	switch p.Message {
	case MessageUpstream:
		return true
	case MessageCanonical:
		return false
	}
	below500 := e.Status < 500 && e.HTTPStatus(p) < 500
	return (below500 || e.kept) && redact.AllowsMessage(words)
}
