package koine

import (
	"io"
	"net/http"
	"strconv"
)

// Header satisfies http.ResponseWriter. While an error is held the handler
// works on a copy: what it sets after WriteHeader can only be trailers.
func (x *exchange) Header() http.Header {
	if x.held != nil {
		return x.held.late
	}
	return x.ResponseWriter.Header()
}

// WriteHeader decides what becomes of the response.
func (x *exchange) WriteHeader(status int) {
	if status >= 100 && status <= 199 && status != http.StatusSwitchingProtocols {
		x.ResponseWriter.WriteHeader(status) // informational: the response is yet to come
		return
	}
	if x.passing || x.held != nil {
		return // a second header; the server would ignore it, too
	}
	if x.acts() && x.handler.isCandidate(status, x.ResponseWriter.Header(), x.request) && !x.passesBySize() {
		x.hold(status)
		return
	}
	if carries, claimed := x.mayCarry(status); carries || claimed {
		x.hold(status)
		x.held.claimed = claimed
		return
	}
	x.pass(status)
}

// mayCarry tells whether a response that is no candidate by itself may be an
// error all the same: a success on which one rides, or one whose media type a
// named dialect claims.
func (x *exchange) mayCarry(status int) (carries, claimed bool) {
	h := x.handler
	if !h.riders && !h.claiming || !x.acts() {
		return false, false
	}
	header := x.ResponseWriter.Header()
	if cut, ok := h.translatesStream(status, header, x.request); ok && cut != maybeLines && status < 400 {
		return false, false // it passes frame by frame
	}
	if h.isCarrier(status, header, x.request) {
		return true, false
	}
	return false, h.claims(status, header)
}

// passesBySize tells whether the header already says that the body is too large
// and so passes.
func (x *exchange) passesBySize() bool {
	if !x.handler.passesUnmapped() {
		return false
	}
	length, err := strconv.ParseInt(x.ResponseWriter.Header().Get("Content-Length"), 10, 64)
	return err == nil && length > x.handler.MaxBody
}

// pass lets the response through from here on.
func (x *exchange) pass(status int) {
	x.passing = true
	if x.acts() {
		x.decorate(x.ResponseWriter.Header())
		x.logFields()
		if x.handler.concerns(status) {
			countPassed(x.handler.site(x.request), "", status)
		}
		if x.handler.streaming {
			x.filter(status)
		}
	}
	x.ResponseWriter.WriteHeader(status)
}

// Write satisfies http.ResponseWriter.
func (x *exchange) Write(p []byte) (int, error) {
	x.begun()
	if x.held != nil {
		return x.capture(p)
	}
	return x.ResponseWriter.Write(p)
}

// begun makes up for a handler that writes without a header.
func (x *exchange) begun() {
	if !x.passing && x.held == nil {
		x.WriteHeader(http.StatusOK)
	}
}

// ReadFrom satisfies io.ReaderFrom, so that files that pass can use sendfile.
func (x *exchange) ReadFrom(r io.Reader) (int64, error) {
	x.begun()
	if x.held != nil {
		return io.Copy(writerOnly{x}, r)
	}
	return x.ResponseWriterWrapper.ReadFrom(r)
}

// FlushError flushes what passes. It never commits an error that is held:
// reverse_proxy flushes right before it gives up on a body.
func (x *exchange) FlushError() error {
	x.begun()
	if x.held != nil && !x.letGo() {
		return nil
	}
	return http.NewResponseController(x.ResponseWriter).Flush()
}

// Unwrap satisfies http.ResponseController.
func (x *exchange) Unwrap() http.ResponseWriter { return x.ResponseWriter }

// Interface guards
var (
	_ http.ResponseWriter = (*exchange)(nil)
	_ http.Pusher         = (*exchange)(nil)
	_ io.ReaderFrom       = (*exchange)(nil)
)
