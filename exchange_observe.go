package koine

import (
	"io"
	"net/http"
	"runtime/debug"
	"time"

	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
	"go.uber.org/zap"

	"github.com/koine-proxy/koine/ledger"
	"github.com/koine-proxy/koine/translate"
	"github.com/koine-proxy/koine/translate/limitheader"
)

// observedWriter is the underlying writer of an exchange with the mode observe whose response
// may be an error. It sends the response on unchanged and at once, and copies the body:
// at most max_body of it. The copy is read when the response is complete.
type observedWriter struct {
	caddyhttp.ResponseWriterWrapper
	exchange *exchange
	header   http.Header    // as the handler wrote it, then that of the answer
	sent     headerFields   // as the handler wrote it
	space    [8]headerField // of sent
	limits   []limitheader.Limit
	copied   bufferedResponse // the status, and the copy of the body
	started  time.Time        // when the header was written
	passes   bool             // the response would not be translated; nothing more is copied
	written  int64
	flushed  bool
}

// observe sends the header of a response that is observed.
func (x *exchange) observe(status int, d decision) {
	header := x.ResponseWriter.Header()
	o := &observedWriter{exchange: x, started: x.rt.now()}
	o.header, o.sent = copyHeader(header, o.space[:0])
	o.copied.start(status, d, o.header)
	o.ResponseWriter = x.ResponseWriter
	x.passing = true
	o.limits = x.addResponseHeaders(header)
	x.ResponseWriter = o
	o.ResponseWriter.WriteHeader(status)
}

// Write implements http.ResponseWriter.
func (o *observedWriter) Write(p []byte) (int, error) {
	n, err := o.ResponseWriter.Write(p)
	if n > 0 {
		o.copy(p[:n])
	}
	return n, err
}

// copy adds a part of the body to the copy.
func (o *observedWriter) copy(p []byte) {
	o.written += int64(len(p))
	b := &o.copied
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.body == nil {
		return
	}
	if o.exchange.hold(b, p, o.header) == heldNone {
		o.drop()
	}
	if b.reservation.bytes > 0 && b.timer == nil {
		b.timer = time.AfterFunc(o.exchange.rt.bodyTimeout, o.dropLate)
	}
}

// drop gives the copy back: the response would pass through. It is called with the lock.
func (o *observedWriter) drop() {
	o.passes = true
	o.copied.dropBody()
	o.copied.reservation.release()
}

// dropLate gives a large copy back that takes too long: others need its memory. The error
// counts as read by its status.
func (o *observedWriter) dropLate() {
	b := &o.copied
	b.mu.Lock()
	defer b.mu.Unlock()
	switch {
	case b.answered || b.body == nil:
		return
	case b.isSuccess:
		o.drop()
		return
	}
	b.tooLarge = true
	b.dropBody()
	b.reservation.release()
}

// ReadFrom implements io.ReaderFrom. Only a response that is not copied any more can use
// that of the server.
func (o *observedWriter) ReadFrom(r io.Reader) (int64, error) {
	if o.isDropped() {
		return o.ResponseWriterWrapper.ReadFrom(r)
	}
	return io.Copy(writerOnly{o}, r)
}

func (o *observedWriter) isDropped() bool {
	o.copied.mu.Lock()
	defer o.copied.mu.Unlock()
	return o.copied.body == nil
}

// FlushError is used by http.ResponseController.
func (o *observedWriter) FlushError() error {
	o.flushed = true
	return http.NewResponseController(o.ResponseWriter).Flush()
}

// maxServerBuffer is the size of the largest buffer in which an HTTP server keeps a body
// to find its length: that of HTTP/2.
const maxServerBuffer = 4 << 10

// flushRest sends what the server has buffered, so that no client waits for the reading.
// A short body of unknown length is not flushed: the server would not send its length any
// more. Its reading takes some microseconds.
func (o *observedWriter) flushRest() {
	if o.written > 0 && (o.flushed || o.written > maxServerBuffer || len(o.header["Content-Length"]) > 0) {
		_ = http.NewResponseController(o.ResponseWriter).Flush()
	}
}

// endObserving reads the copy of an observed response. It is incomplete if its handler
// panicked.
func (x *exchange) endObserving(complete bool) {
	o, ok := x.ResponseWriter.(*observedWriter)
	if !ok {
		return
	}
	x.ResponseWriter = o.ResponseWriter
	b := &o.copied
	defer b.release()
	defer releaseHeader(o.header)
	if complete {
		o.flushRest()
	}
	b.mu.Lock()
	b.stopTimer()
	b.answered = true // dropLate has no effect any more
	b.mu.Unlock()
	b.incomplete = !complete || !b.isSuccess && x.rt.now().Sub(o.started) > x.rt.bodyTimeout
	x.readObserved(o)
	x.addLogFields()
}

// readObserved makes the answer to an observed error, compares it with the response that
// was sent, and records both. The client must not notice: a panic is only logged.
func (x *exchange) readObserved(o *observedWriter) {
	defer x.recoverObserving()
	b := &o.copied
	if o.passes {
		x.countObservedPass(b.status, "")
		return
	}
	t := x.rt.startReading()
	defer t.close()
	header := o.header // becomes that of the answer
	v := x.judge(&t, b, header)
	if v == translated {
		x.compareAnswer(&sentResponse{b, o.sent, o.limits}, &t, header)
		return
	}
	x.recordPassed(&t, b, header, v)
	if v == passedUnmapped {
		x.recordError(t.Translation)
	}
	x.countObservedPass(b.status, t.Dialect)
}

// recoverObserving logs a panic while an observed error is read. It is deferred.
func (x *exchange) recoverObserving() {
	if v := recover(); v != nil {
		dropped, ok := x.rt.debugLines.allow("panic", x.rt.now())
		if !ok {
			return
		}
		x.rt.logger.Error("reading an observed error panicked",
			zap.String("request_id", x.record.id), zap.Any("panic", v), zap.Int64("dropped", dropped), zap.ByteString("stack", debug.Stack()))
	}
}

// countObservedPass counts an error that would not be translated. Successes are no errors.
func (x *exchange) countObservedPass(status int, dialect string) {
	if x.rt.inScope(status) {
		x.countPassed(dialect, status)
	}
}

// compareAnswer makes the answer, and records how it differs from what was sent. header
// becomes that of the answer.
func (x *exchange) compareAnswer(sent *sentResponse, r *reading, header http.Header) {
	t := r.Translation
	out, byStatus := x.makeAnswer(t, sent.bufferedResponse, header, sent.limits, len(r.content))
	defer out.release()
	if byStatus != nil {
		defer byStatus.Release()
		t = byStatus
	}
	x.recordError(t)
	changes := x.compare(t, sent, out, header)
	x.enter(t, r.content, out.status, ledger.Changes(changes), true)
	x.recordObserved(t, changes, out.status, r.start)
}

// recordObserved records how an answer with a status differs from what was sent. start is
// when the reading of the error began.
func (x *exchange) recordObserved(t *translate.Translation, c changes, status int, start time.Time) {
	x.record.changes = c
	x.countObserved(t, status, time.Since(start))
	x.logError("observed an error", t, status, c)
}

// observeReturned records an error that a handler returned, and that the server answers.
// How it does that is not known, so only the status is compared.
func (x *exchange) observeReturned(err error, status int) {
	x.returnedErr = err
	start := time.Now()
	t := x.rt.engine.Acquire()
	defer t.Release()
	t.ReadStatus(status, translate.FromProxy)
	x.recordError(t)
	answer := t.HTTPStatus(&x.rt.policy)
	x.enterReturned(t, answer, 0, true)
	x.recordObserved(t, compareStatus(status, answer), answer, start)
	x.addLogFields()
}

// Interface guards
var (
	_ http.ResponseWriter = (*observedWriter)(nil)
	_ io.ReaderFrom       = (*observedWriter)(nil)
)
