package translate

import "time"

// StatusPolicy is the rule for the HTTP status of an answer.
type StatusPolicy string

// The status policies.
const (
	StatusCanonical StatusPolicy = "canonical" // that of the canonical code, within the guard rails
	StatusUpstream  StatusPolicy = "upstream"  // always that of the upstream
)

// MessagePolicy is the rule for the message of an answer.
type MessagePolicy string

// The message policies.
const (
	MessageSafe      MessagePolicy = "safe"      // that of the upstream if it may reach clients, otherwise that of the code
	MessageUpstream  MessagePolicy = "upstream"  // that of the upstream if it has any
	MessageCanonical MessagePolicy = "canonical" // always that of the code
)

// Policy is the configuration of a site. The zero value is not valid; see
// DefaultPolicy.
type Policy struct {
	Status        StatusPolicy
	Message       MessagePolicy
	RetryAfter    int    // seconds of the strategy `wait` if the upstream gives none
	Docs          string // prefix of the page about a code; "" for none
	Expose        bool   // put all of meta.upstream into the envelope
	GatewayStatus int    // the status that is sent in place of 502 and 504; 0 for none
}

// DefaultPolicy is the policy of a site without settings.
func DefaultPolicy() Policy {
	return Policy{Status: StatusCanonical, Message: MessageSafe, RetryAfter: 60}
}

// RenderParams are the inputs of an answer in addition to the error and the policy.
type RenderParams struct {
	RequestID string  // the id that this Koine instance gave the request
	Safe      bool    // the request can be repeated without side effects
	Locale    *Locale // the language of the texts; nil for that of the taxonomy

	// Only for answers in a dialect.
	Time        time.Time // of the answer
	RequestType string    // the Content-Type of the request, by which a variant may be chosen
	RequestBody []byte    // the start of the body of the request, if members of it are repeated
}

// HTTPStatus returns the status of the answer: that of the canonical code or, if a
// guard rail forbids it, that of the upstream; for a 502 or 504 that of p.GatewayStatus.
func (e *Error) HTTPStatus(p *Policy) int {
	status, _ := e.decideStatus(p)
	return status
}

// decideStatus returns the status of the answer and why it has that one.
func (e *Error) decideStatus(p *Policy) (int, StatusReason) {
	status, reason := e.ownStatus(p)
	if sent := p.sentStatus(status); sent != status {
		return sent, StatusReasonGateway
	}
	return status, reason
}

// sentStatus returns the status that is sent for an answer of a status.
func (p *Policy) sentStatus(status int) int {
	if p.GatewayStatus != 0 && (status == 502 || status == 504) {
		return p.GatewayStatus
	}
	return status
}

// ownStatus returns the status of the answer before p.GatewayStatus, and why it has
// that one.
func (e *Error) ownStatus(p *Policy) (int, StatusReason) {
	from, to := e.effectiveStatus(), e.Code.Status
	switch {
	case from == to:
		return to, StatusReasonEqual
	case e.chained.found:
		return from, StatusReasonRelayed
	case p.Status == StatusUpstream:
		return from, StatusReasonPolicy
	case e.Match != ByTable:
		return from, StatusReasonUnmapped
	case e.forceStatus:
		return to, StatusReasonForced
	case from/100 != to/100 && e.assumedStatus == 0: // the class of a 2xx is not compared
		return from, StatusReasonClass
	case causesClientAction(to):
		return from, StatusReasonClient
	}
	return to, StatusReasonCode
}

// guardStatus returns the status to unless a guard rail forbids it: a 4xx remains a
// 4xx, a 5xx remains a 5xx, and no error gets a status on which clients act
// automatically. Otherwise it returns from.
func guardStatus(from, to int) int {
	if to/100 != from/100 || causesClientAction(to) {
		return from
	}
	return to
}

// causesClientAction reports whether clients or caches act on a status
// automatically: 401 logs users out, 405 requires an Allow header, 407 and 426 are
// about the connection, 408 makes browsers repeat the request, 416 is about ranges.
func causesClientAction(status int) bool {
	switch status {
	case 401, 405, 407, 408, 416, 426:
		return true
	}
	return false
}

// Strategy returns how the client may repeat the request: that of the code. What
// the upstream says itself is better advice: that repeating does not help makes it
// `never`, that it helps, or a time, make `never` `backoff` or `wait`. With
// `refresh` the request is repeated with another token, which no hint is about.
func (e *Error) Strategy() Retry {
	switch {
	case e.chained.retry != "":
		return e.chained.retry
	case e.Code.Retry == RetryRefresh:
		return RetryRefresh
	case e.Retryable == HintStop:
		return RetryNever
	case e.Code.Retry == RetryNever && e.RetryAfter > 0:
		return RetryWait
	case e.Code.Retry == RetryNever && e.Retryable == HintRetry:
		return RetryBackoff
	}
	return e.Code.Retry
}

// After returns the seconds to wait before the request is repeated, if they are
// known. They always are for the strategy `wait`, and never for `never` and
// `refresh`, with which waiting does not help.
func (e *Error) After(p *Policy) (seconds int, known bool) {
	strategy := e.Strategy()
	switch {
	case strategy != RetryWait && strategy != RetryBackoff:
		return 0, false
	case e.RetryAfter >= 0:
		return e.RetryAfter, true
	}
	return p.RetryAfter, strategy == RetryWait
}
