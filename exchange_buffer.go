package koine

import (
	"bytes"
	"errors"
	"maps"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/koine-proxy/koine/internal/contentcoding"
	"github.com/koine-proxy/koine/translate"
)

// errAnswered is returned to a handler that writes after its response was
// answered.
var errAnswered = errors.New("the response was already answered")

// errTooLarge is returned to a handler whose body is far larger than max_body.
var errTooLarge = errors.New("the body is larger than max_body")

// discardFactor times max_body is the number of bytes of a body that are read and
// discarded after max_body. If a body is read to its end, the connection to the
// upstream can be used again; beyond this number of bytes, a new connection is
// cheaper.
const discardFactor = 8

// gracePeriod is the time for which a handler may continue after its request was
// cancelled because of body_timeout. The answer is then sent without waiting for
// handlers that ignore the cancellation, such as php_fastcgi.
const gracePeriod = 250 * time.Millisecond

// bufferedResponse is a response that is buffered until its body is complete. The
// handler and the timers share it.
type bufferedResponse struct {
	status      int
	lateHeader  http.Header // the header as the handler sees it from now on
	isSuccess   bool        // the status is 2xx: it passes through unless it is an error
	byMediaType bool        // it is buffered only because a named dialect has its media type
	byBody      bool        // it is buffered only because its body may be JSON
	knownJSON   bool        // the body starts like JSON; only if byBody
	likelyError bool        // it is a success whose buffered part matches a dialect completely

	mu          sync.Mutex
	body        *bytes.Buffer // as received, compressed or not; nil when it is not needed any more
	reservation reservation   // of the body, and after that of the answer
	discarded   int64         // bytes after max_body
	flushed     bool          // the handler has flushed
	flushedHead bool          // it did so before the body
	tooLarge    bool          // the body is larger than max_body
	incomplete  bool          // the rest of the body is not read
	answered    bool          // the response was sent; later writes fail
	timer       *time.Timer
}

// start prepares the buffer of a response with a header.
func (b *bufferedResponse) start(status int, d decision, header http.Header) {
	isScript := d == bufferSuccess && slices.Contains(scriptTypes, translate.MediaType(header.Get("Content-Type")))
	b.status, b.body = status, getBuffer()
	b.isSuccess, b.byMediaType, b.byBody = status < 400, d == bufferByMediaType, d == bufferByBody || isScript
}

// startBuffering buffers the response whose header was written.
func (x *exchange) startBuffering(status int, d decision) {
	header := x.ResponseWriter.Header()
	b := &bufferedResponse{lateHeader: maps.Clone(header)}
	b.start(status, d, header)
	x.buffered = b
	if b.isSuccess {
		return // body_timeout is for errors only
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.timer = time.AfterFunc(x.rt.bodyTimeout, func() { x.cancelBody(b) })
}

// writeBuffered adds a part of the body to the buffer.
func (x *exchange) writeBuffered(p []byte) (int, error) {
	b, maxBody := x.buffered, x.rt.maxBody
	b.mu.Lock()
	defer b.mu.Unlock()
	switch {
	case b.answered || b.incomplete:
		return 0, errAnswered
	case b.tooLarge:
		if b.discarded += int64(len(p)); b.discarded > discardFactor*maxBody {
			return 0, errTooLarge
		}
		return len(p), nil
	}
	switch x.hold(b, p, x.ResponseWriter.Header()) {
	case heldNone:
		return x.stopBuffering(p)
	case heldTooLarge:
		b.discarded = int64(len(p))
	}
	return len(p), nil
}

// held is what became of a part of a body.
type held uint8

const (
	heldPart     held = iota // it was added to the body
	heldNone                 // it was not: the response is not translated
	heldTooLarge             // it was not: the body is too large, and not needed any more
)

// hold adds a part to the body of a response with a header, if it may still be an error.
func (x *exchange) hold(b *bufferedResponse, p []byte, header http.Header) held {
	maxBody := x.rt.maxBody
	switch {
	case b.byBody && !b.knownJSON && !b.mayStartJSON(p, header):
		return heldNone
	case b.isSuccess && !b.likelyError && b.body.Len()+len(p) > maxProbe && !x.isLikelyError(b, p, header):
		return heldNone
	case int64(b.body.Len()+len(p)) <= maxBody && b.hold(p, maxBody):
		return heldPart
	case b.isSuccess || b.byBody || b.byMediaType || x.rt.passesUnmapped:
		return heldNone
	}
	if int64(b.body.Len()+len(p)) <= maxBody {
		x.logUnread("no memory")
	}
	b.tooLarge = true
	b.dropBody()
	b.reservation.release()
	return heldTooLarge
}

// maxProbe is the number of bytes of a success that are buffered; after that, it
// must look like an error to be buffered further.
const maxProbe = 16 << 10

// maxProbedPart bounds what isLikelyError reads in addition, in bytes: a handler may
// write a whole file at once.
const maxProbedPart = 64 << 10

// isLikelyError reports whether a success with p added to its body matches a
// dialect completely.
func (x *exchange) isLikelyError(b *bufferedResponse, p []byte, header http.Header) bool {
	size := b.body.Len()
	b.body.Write(p[:min(len(p), maxProbedPart)])
	b.likelyError = x.mayBecomeError(b, header, true)
	b.body.Truncate(size)
	return b.likelyError
}

// mayBecomeError reports whether the buffered part of a success may belong to an
// error. With complete, a dialect must match it completely.
func (x *exchange) mayBecomeError(b *bufferedResponse, header http.Header, complete bool) bool {
	decoded := getBuffer()
	defer putBuffer(decoded)
	body := contentcoding.DecodePrefix(decoded, b.body.Bytes(), header, contentcoding.Limits{Size: maxProbe, Now: time.Now})
	return x.rt.engine.MayBeError(translate.Response{Status: b.status, Header: header, Body: body}, complete)
}

// releaseOnFlush lets a success that does not look like an error pass through when
// the handler flushes, as reverse_proxy does after every part of a body of unknown
// length. It reports whether it did.
func (x *exchange) releaseOnFlush() bool {
	b := x.buffered
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.answered || b.tooLarge {
		return false
	}
	b.flushed, b.flushedHead = true, b.flushedHead || b.body.Len() == 0
	if !b.isSuccess || b.likelyError || x.mayBecomeError(b, x.ResponseWriter.Header(), false) {
		return false
	}
	_, _ = x.stopBuffering(nil)
	return true
}

// stopBuffering sends the buffered data, then p, and lets the rest pass through. It
// is called with the lock.
func (x *exchange) stopBuffering(p []byte) (int, error) {
	b := x.buffered
	b.stopTimer()
	b.answered = true
	x.buffered = nil
	x.pass(b.status)
	err := x.replay(b)
	b.dropBody()
	b.reservation.release()
	if err != nil {
		return 0, err
	}
	return x.ResponseWriter.Write(p)
}

// replay writes the buffered data as the handler wrote it. A flush before the body keeps
// net/http from guessing a Content-Type, and a flush after it from adding a Content-Length,
// with which there would be no trailers.
func (x *exchange) replay(b *bufferedResponse) error {
	if b.flushedHead {
		x.flush()
	}
	_, err := x.ResponseWriter.Write(b.body.Bytes()) // fails if the client has disconnected
	if b.flushed {
		x.flush()
	}
	return err
}

func (x *exchange) flush() { _ = http.NewResponseController(x.ResponseWriter).Flush() }

// finishBuffered answers the buffered response, unless a timer has answered it.
func (x *exchange) finishBuffered() {
	b := x.buffered
	b.mu.Lock()
	b.stopTimer()
	if !b.answered {
		b.answered = true
		x.answer(b)
	}
	b.mu.Unlock()
	x.addLogFields()
}

// cancelBody cancels the request of a body that takes longer than body_timeout. It
// runs in its own goroutine, so it must not read x.buffered, which stopBuffering
// clears.
func (x *exchange) cancelBody(b *bufferedResponse) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.answered {
		return
	}
	b.incomplete = true
	b.timer = time.AfterFunc(gracePeriod, func() { x.answerWithoutHandler(b) })
	x.ctx.end()
}

// answerWithoutHandler answers while a handler still runs that ignored the
// cancellation. Like cancelBody, it runs in its own goroutine.
func (x *exchange) answerWithoutHandler(b *bufferedResponse) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.answered {
		return
	}
	b.answered = true
	// The connection cannot be used again until the handler ends.
	x.ResponseWriter.Header().Set("Connection", "close")
	x.answer(b)
	x.flush()
}

// markIncomplete records that the rest of the body is not going to be written.
func (b *bufferedResponse) markIncomplete() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.incomplete = true
}

func (b *bufferedResponse) stopTimer() {
	if b.timer != nil {
		b.timer.Stop()
	}
}

// release stops the timer, and returns the buffer to the pool.
func (b *bufferedResponse) release() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.stopTimer()
	b.answered = true
	b.dropBody()
	b.reservation.release()
}

// dropBody gives the buffer of the body back.
func (b *bufferedResponse) dropBody() {
	if b.body != nil {
		putBuffer(b.body)
		b.body = nil
	}
}
