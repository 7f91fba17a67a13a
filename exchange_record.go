package koine

import (
	"net/http"
	"slices"
	"strings"

	"github.com/caddyserver/caddy/v2/modules/caddyhttp"

	"github.com/koine-proxy/koine/internal/requestid"
	"github.com/koine-proxy/koine/translate"
)

// record has the data of a request that placeholders, logs and nested handlers
// need. All handlers of a request share one.
type record struct {
	innermost *runtime    // the innermost handler that was reached
	ids       *idSettings // of the outermost handler, which made the id
	id        string
	idText    requestid.Buffer // of an id that was generated
	// The id as values of the header maps of request and response: kept here to
	// avoid allocations.
	requestValue, responseValue [1]string

	inboundIDs  []string     // the id header before it was replaced
	limitStates []limitState // the decisions of rate-limit policies

	// The data of the error; empty if there was none.
	code, dialect  string
	upstreamCode   string
	upstreamID     string
	upstreamStatus int32
	category       smallCategory
	match          smallMatch
	changes        changes // how the answer differs; 0 unless the error is observed
	noUpstream     bool    // the request was answered before it was sent to an upstream
	uncounted      bool    // the request is for the board, which is no part of what it shows
}

// Every request has a record, so values of closed sets take one byte in it: their position
// in these lists. 0 is the value of a request without an error.
type (
	smallCategory uint8
	smallMatch    uint8
)

var (
	categories = append([]translate.Category{""}, translate.Categories()...)
	matchKinds = []translate.MatchKind{"", translate.ByTable, translate.ByGuess, translate.ByStatus}
)

func (c smallCategory) String() string { return string(categories[c]) }

func (m smallMatch) String() string { return string(matchKinds[m]) }

// recordKey is the key of the record in Caddy's variables of a request.
const recordKey = "translate_errors"

// requestID returns the id of a request, for logs.
func requestID(r *http.Request) string {
	if rec, ok := caddyhttp.GetVar(r.Context(), recordKey).(*record); ok {
		return rec.id
	}
	return ""
}

// recordError records an error that is translated.
func (x *exchange) recordError(t *translate.Translation) {
	rec := x.record
	rec.code, rec.category = t.Code.Name, smallCategory(max(0, slices.Index(categories, t.Code.Category)))
	rec.noUpstream = t.Origin == translate.FromProxy && !x.hasUpstream()
	x.recordRead(t)
}

// recordRead records an error that was read, and may pass.
func (x *exchange) recordRead(t *translate.Translation) {
	rec := x.record
	rec.dialect, rec.match = t.Dialect, smallMatch(max(0, slices.Index(matchKinds, t.Match)))
	rec.upstreamCode, rec.upstreamStatus = strings.Clone(loggedCode(t.Native)), int32(t.Status) // cloned: it may be a view of the body
	rec.upstreamID = strings.Clone(loggedID(t.RequestID))
}

// hasUpstream reports whether an upstream was chosen for the request.
func (x *exchange) hasUpstream() bool {
	if x.replacer == nil {
		return false
	}
	_, chosen := x.replacer.Get("http.reverse_proxy.upstream.address")
	return chosen
}

// recordReturned records an error that the error routes of the server answer, for their
// placeholders.
func (x *exchange) recordReturned(status int) {
	t := x.rt.engine.Acquire()
	defer t.Release()
	t.ReadStatus(status, translate.FromProxy)
	x.recordError(t)
}
