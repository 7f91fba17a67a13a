package koine

import (
	"net/http"
	"time"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp"

	"github.com/koine-proxy/koine/translate/limitheader"
)

// exchange is one request in one handler. It is the response writer of the inner
// handlers. When they write a header, it decides whether the response passes
// through or is buffered; a buffered error is replaced by an answer.
//
// A response goes through these files: exchange_writer, exchange_decision, then
// exchange_passthrough, or exchange_buffer and exchange_answer.
type exchange struct {
	caddyhttp.ResponseWriterWrapper // the underlying writer
	rt                              *runtime
	request                         *http.Request // as the inner handlers see it
	ctx                             lazyContext   // of request
	record                          *record
	ownRecord                       record
	start                           time.Time
	replacer                        *caddy.Replacer
	returnedErr                     error // the error that a handler returned

	responder    *responder        // of the request; nil for an envelope
	captured     *requestCapture   // nil unless answers repeat members of the request
	mode         mode              // of the request
	private      bool              // the mode depends on more than host, path and method
	notForwarded bool              // the request of returnedErr did not reach an upstream
	untypedPage  bool              // the body is HTML without a Content-Type
	needsPage    bool              // the answer is a page although clients cannot choose pages
	passing      bool              // the header was sent, and the body passes through
	buffered     *bufferedResponse // nil unless the response is buffered
}

// newExchange gives the request its id, and returns its exchange.
func (rt *runtime) newExchange(w http.ResponseWriter, r *http.Request) *exchange {
	ctx := r.Context()
	x := &exchange{rt: rt, start: rt.now()}
	x.ResponseWriter = w
	x.ctx.parent = ctx
	x.request = r.WithContext(&x.ctx)
	x.replacer, _ = ctx.Value(caddy.ReplacerCtxKey).(*caddy.Replacer)
	vars, _ := ctx.Value(caddyhttp.VarsCtxKey).(map[string]any)
	x.record = &x.ownRecord
	switch outer := vars[recordKey].(type) {
	case *record:
		x.record = outer
		outer.innermost = rt
		return x
	case *outsideLimits: // this exchange writes their headers too
		x.record.limitStates = outer.states
		limitheader.Remove(w.Header())
	}
	x.record.innermost, x.record.ids = rt, &rt.requestID
	x.assignID()
	if vars != nil {
		vars[recordKey] = x.record
	}
	if x.replacer != nil {
		x.replacer.Map(x.record.placeholder)
	}
	return x
}

// isInnermost reports whether this is the innermost handler of the request. Only
// the innermost handler translates; the outer ones pass everything through.
func (x *exchange) isInnermost() bool { return x.record.innermost == x.rt }

// finish is called with the result of the next handler.
func (x *exchange) finish(err error) error {
	switch {
	case x.buffered != nil:
		if err != nil {
			x.logReturned(err)
		}
		x.finishBuffered()
		return nil
	case x.passing:
		if x.mode == modeObserve {
			x.endObserving(true)
		}
		return err
	case err != nil:
		return x.handleReturned(err)
	}
	x.addResponseHeaders(x.ResponseWriter.Header()) // nothing was written: the server sends an empty 200
	return nil
}

// end releases the resources of the exchange. It also runs during a panic, and
// then answers a buffered error.
func (x *exchange) end() {
	defer x.ctx.end()
	x.countAnswer()
	x.endStream()
	if x.mode == modeObserve {
		x.endObserving(false)
	}
	if x.buffered == nil {
		return
	}
	defer x.buffered.release()
	if v := recover(); v != nil {
		x.finishAfterPanic(v)
	}
}

// finishAfterPanic answers a buffered error whose handler panicked. reverse_proxy
// panics with http.ErrAbortHandler if a body ends early. Any other panic is a bug:
// it continues after the answer, so that it is logged.
func (x *exchange) finishAfterPanic(v any) {
	if x.ctx.parent.Err() != nil { // the client has disconnected
		panic(v)
	}
	x.buffered.markIncomplete()
	x.finishBuffered()
	if x.buffered.isSuccess { // a part of a success was sent; only an aborted connection shows that it is incomplete
		panic(v)
	}
	if v != http.ErrAbortHandler { //nolint:errorlint // net/http compares the same way
		_ = http.NewResponseController(x.ResponseWriter).Flush()
		panic(v)
	}
}

// server returns the server of the request, or nil outside of Caddy's server.
func (x *exchange) server() *caddyhttp.Server {
	s, _ := x.ctx.parent.Value(caddyhttp.ServerCtxKey).(*caddyhttp.Server)
	return s
}
