package koine

import (
	"net/http"
	"time"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
	"go.uber.org/zap"
)

// exchange is one request on its way through one handler. It is the response
// writer of what stands behind: it decides at the header whether a response
// passes or is held, and answers for what it held.
type exchange struct {
	caddyhttp.ResponseWriterWrapper // the writer in front
	handler                         *Handler
	request                         *http.Request // as the handlers behind see it
	lifetime                        lifetime
	record                          *record
	own                             record
	start                           time.Time
	replacer                        *caddy.Replacer
	failure                         error // what a handler returned
	unsent                          bool  // the request never reached an upstream

	passing bool  // the header went out, and everything passes
	held    *hold // the error that is held; once set it stays
}

// record is what placeholders, logs and nested handlers know of a request. All
// handlers of one request share one.
type record struct {
	owner *Handler // the innermost handler that was reached; it alone acts
	id    string
	// The id that stands in the headers, as values of the header maps of
	// request and response: kept here so that they cost no allocation.
	requestValue, responseValue [1]string

	inbound []string // what stood in the header before
	states  []state  // what rate-limit policies said

	code, category, dialect, native string
	upstreamID                      string
	status                          int // the upstream's; 0 where nothing was translated
}

// recordKey is where the record is kept among Caddy's variables of a request.
const recordKey = "translate_errors"

// begin gives the request its id, and makes the exchange.
func (h *Handler) begin(w http.ResponseWriter, r *http.Request) *exchange {
	ctx := r.Context()
	x := &exchange{handler: h, start: h.now()}
	x.ResponseWriter = w
	x.lifetime.parent = ctx
	x.request = r.WithContext(&x.lifetime)
	x.replacer, _ = ctx.Value(caddy.ReplacerCtxKey).(*caddy.Replacer)
	vars, _ := ctx.Value(caddyhttp.VarsCtxKey).(map[string]any)
	if outer, ok := vars[recordKey].(*record); ok {
		x.record = outer
		outer.owner = h
		return x
	}
	x.record = &x.own
	x.own.owner = h
	x.identify()
	if vars != nil {
		vars[recordKey] = x.record
	}
	if x.replacer != nil {
		x.replacer.Map(x.record.placeholder)
	}
	return x
}

// identify settles the id of the request, and tells it to the upstream and the
// access log.
func (x *exchange) identify() {
	h, rec := x.handler, x.record
	name := h.RequestID.canonical
	var inbound []string
	if !h.RequestID.Off {
		inbound = x.request.Header[name]
	}
	rec.inbound = inbound
	if h.RequestID.Format == "trace" {
		x.trace()
	} else if len(inbound) > 0 && h.trust.trusts(x.request) {
		rec.id, _ = soundInbound(inbound)
	}
	if rec.id == "" {
		rec.id = h.mint(x.start)
	}
	if !h.RequestID.Off {
		rec.requestValue[0] = rec.id
		x.request.Header[name] = rec.requestValue[:]
	}
	extra := x.accessLog()
	if extra == nil {
		return
	}
	if len(inbound) > 0 && inbound[0] != rec.id {
		extra.Add(zap.String("inbound_id", logCode(inbound[0])))
	}
	extra.Add(zap.String("request_id", rec.id))
}

// trace makes the trace id the id of the request. A sender who may not choose
// it gets a trace of his own, which the upstream then goes on with.
func (x *exchange) trace() {
	rec := x.record
	if rec.id = traceOf(x.request, x.handler.trust.trusts(x.request)); rec.id != "" {
		return
	}
	rec.id = x.handler.mint(x.start)
	x.request.Header.Set("Traceparent", "00-"+rec.id+"-"+spanID()+"-00")
	x.request.Header.Del("Tracestate")
}

// accessLog takes fields for the access log. It is nil where the server keeps
// none: a field costs three allocations.
func (x *exchange) accessLog() *caddyhttp.ExtraLogFields {
	if s := x.server(); s == nil || s.Logs == nil {
		return nil
	}
	extra, _ := x.lifetime.parent.Value(caddyhttp.ExtraLogFieldsCtxKey).(*caddyhttp.ExtraLogFields)
	return extra
}

// placeholder resolves {http.translate_errors.*}.
func (rec *record) placeholder(name string) (any, bool) {
	const prefix = "http.translate_errors."
	if len(name) <= len(prefix) || name[:len(prefix)] != prefix {
		return nil, false
	}
	switch name[len(prefix):] {
	case "request_id":
		return rec.id, true
	case "code":
		return rec.code, true
	case "category":
		return rec.category, true
	case "dialect":
		return rec.dialect, true
	case "upstream_code":
		return rec.native, true
	case "upstream_status":
		if rec.status == 0 {
			return "", true
		}
		return rec.status, true
	}
	return nil, false
}

// acts tells whether this handler is the one that acts: one further inside acts
// instead of those around it.
func (x *exchange) acts() bool { return x.record.owner == x.handler }

// end ends what the exchange started. It runs also while a panic passes: an
// error that is held then is answered all the same.
func (x *exchange) end() {
	defer x.lifetime.end()
	x.endStream()
	if x.held == nil {
		return
	}
	defer x.held.release()
	if v := recover(); v != nil {
		x.broken(v)
	}
}

// broken answers for an error whose handler panicked. reverse_proxy does that
// with http.ErrAbortHandler when a body ends early; any other panic is a bug,
// and goes on to be logged once the client has its answer.
func (x *exchange) broken(v any) {
	if x.lifetime.parent.Err() != nil { // the client has gone
		panic(v)
	}
	x.held.breakOff()
	x.conclude()
	if x.held.rides { // what there is of a success went out, and its client shall see that it is not whole
		panic(v)
	}
	if v != http.ErrAbortHandler { //nolint:errorlint // net/http compares the same way
		_ = http.NewResponseController(x.ResponseWriter).Flush()
		panic(v)
	}
}

// finish is called with what the handlers behind returned.
func (x *exchange) finish(err error) error {
	switch {
	case x.held != nil:
		if err != nil {
			x.logReturned(err)
		}
		x.conclude()
		return nil
	case x.passing:
		return err
	case err != nil:
		return x.returned(err)
	}
	x.decorate(x.ResponseWriter.Header()) // nobody wrote anything: the server sends its empty 200
	return nil
}
