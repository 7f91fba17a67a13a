package koine

import (
	"net/http"
	"strings"

	"github.com/caddyserver/caddy/v2/modules/caddyhttp"

	"github.com/koine-proxy/koine/translate"
)

// record has the data of a request that placeholders, logs and nested handlers
// need. All handlers of a request share one.
type record struct {
	innermost *runtime    // the innermost handler that was reached
	ids       *idSettings // of the outermost handler, which made the id
	id        string
	// The id as values of the header maps of request and response: kept here to
	// avoid allocations.
	requestValue, responseValue [1]string

	inboundIDs  []string     // the id header before it was replaced
	limitStates []limitState // the decisions of rate-limit policies

	// The data of the error; empty if there was none.
	code, category, dialect, match string
	upstreamCode, upstreamID       string
	upstreamStatus                 int
}

// recordKey is the key of the record in Caddy's variables of a request.
const recordKey = "translate_errors"

// requestID returns the id of a request, for logs.
func requestID(r *http.Request) string {
	if rec, ok := caddyhttp.GetVar(r.Context(), recordKey).(*record); ok {
		return rec.id
	}
	return ""
}

// recordError records an error that was read.
func (x *exchange) recordError(t *translate.Translation) {
	rec := x.record
	rec.code, rec.category, rec.dialect, rec.match = t.Code.Name, string(t.Code.Category), t.Dialect, string(t.Match)
	rec.upstreamCode, rec.upstreamStatus = strings.Clone(logCode(t.Native)), t.Status // cloned: it may be a view of the body
	rec.upstreamID = strings.Clone(logCode(t.RequestID))
}

// recordReturned records an error that the error routes of the server answer, for their
// placeholders.
func (x *exchange) recordReturned(status int) {
	t := x.rt.engine.Acquire()
	defer t.Release()
	t.ReadStatus(status, translate.FromProxy)
	x.recordError(t)
}
