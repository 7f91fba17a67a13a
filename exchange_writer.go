package koine

import (
	"io"
	"net/http"
)

// Header implements http.ResponseWriter. While a response is buffered, handlers
// get a copy: what they set after WriteHeader can only be trailers.
func (x *exchange) Header() http.Header {
	if x.buffered != nil {
		return x.buffered.lateHeader
	}
	return x.ResponseWriter.Header()
}

// WriteHeader decides what to do with the response.
func (x *exchange) WriteHeader(status int) {
	if status >= 100 && status <= 199 && status != http.StatusSwitchingProtocols {
		x.ResponseWriter.WriteHeader(status) // informational: the response is still to come
		return
	}
	if x.passing || x.buffered != nil {
		return // net/http ignores a second header as well
	}
	d := passThrough
	if x.mode != modeOff && x.isInnermost() {
		d = x.rt.decide(status, x.ResponseWriter.Header(), x.negotiated())
	}
	switch {
	case d == passThrough:
		x.pass(status)
	case x.mode == modeObserve:
		x.observe(status, d)
	default:
		x.startBuffering(status, d)
	}
}

// Write implements http.ResponseWriter.
func (x *exchange) Write(p []byte) (int, error) {
	x.ensureHeader()
	if x.buffered != nil {
		return x.writeBuffered(p)
	}
	return x.ResponseWriter.Write(p)
}

// ensureHeader writes the header for a handler that writes a body without one.
func (x *exchange) ensureHeader() {
	if !x.passing && x.buffered == nil {
		x.WriteHeader(http.StatusOK)
	}
}

// ReadFrom implements io.ReaderFrom, so that sendfile works for files that pass
// through.
func (x *exchange) ReadFrom(r io.Reader) (int64, error) {
	x.ensureHeader()
	if x.buffered != nil {
		return io.Copy(writerOnly{x}, r)
	}
	return x.ResponseWriterWrapper.ReadFrom(r)
}

// writerOnly hides ReadFrom, so that io.Copy calls Write.
type writerOnly struct{ io.Writer }

// FlushError flushes a response that passes through. It never sends a buffered
// error: reverse_proxy flushes right before it aborts a body.
func (x *exchange) FlushError() error {
	x.ensureHeader()
	if x.buffered != nil && !x.releaseOnFlush() {
		return nil
	}
	return http.NewResponseController(x.ResponseWriter).Flush()
}

// Unwrap is used by http.ResponseController.
func (x *exchange) Unwrap() http.ResponseWriter { return x.ResponseWriter }

// Interface guards
var (
	_ http.ResponseWriter = (*exchange)(nil)
	_ http.Pusher         = (*exchange)(nil)
	_ io.ReaderFrom       = (*exchange)(nil)
)
