package koine

import (
	"bytes"
	"net/http"
	goruntime "runtime"
	"sync"
	"time"

	"go.uber.org/zap"

	"github.com/koine-proxy/koine/internal/contentcoding"
	"github.com/koine-proxy/koine/translate"
)

// largeReaders has one element for each large body that is being read. Reading is work
// for a processor without a pause, so that more readers than half of the processors would
// only delay all other requests. With a single processor there is one reader.
var largeReaders = sync.OnceValue(func() chan struct{} { return make(chan struct{}, max(1, goruntime.GOMAXPROCS(0)/2)) })

// maxReaderWait is how long a large body waits for its turn. After that, it is treated as
// a body that cannot be read: the error is answered by its status alone, or passes through
// if its code had to be known.
const maxReaderWait = time.Second

// reading is the reading of one body, with the memory that it uses. That is given back
// before anything is sent to the client, who may be slow.
type reading struct {
	*translate.Translation
	decoded  *bytes.Buffer
	start    time.Time // when the body was decoded
	content  []byte    // the decoded body
	isReader bool      // it has a place in largeReaders
	closed   bool
}

func (rt *runtime) startReading() reading {
	return reading{Translation: rt.engine.Acquire(), decoded: getBuffer()}
}

// close gives everything back. The body and the translation must not be used afterwards.
func (r *reading) close() {
	if r.closed {
		return
	}
	r.closed = true
	r.Release()
	putBuffer(r.decoded)
	if r.isReader {
		<-largeReaders()
	}
}

// body returns the body of a response without its content codings, or nil if it is too
// large, cannot be decoded, or there was no time to read it. Small bodies never wait.
func (r *reading) body(x *exchange, b *bufferedResponse, header http.Header) []byte {
	if b.tooLarge {
		return nil
	}
	encoded, limits := b.body.Bytes(), contentcoding.Limits{Size: min(smallBody, x.rt.maxBody), Now: time.Now}
	if len(encoded) <= smallBody {
		body, err := contentcoding.Decode(r.decoded, encoded, header, limits)
		if err == nil {
			return body
		}
		if limits.Size = x.rt.maxBody; limits.Size <= smallBody {
			return nil
		}
	}
	if r.isReader = x.waitToRead(); !r.isReader {
		x.logUnread("no reader")
		return nil
	}
	limits.Size = x.rt.maxBody
	if contentcoding.IsEncoded(header, encoded) {
		putBuffer(r.decoded)
		r.decoded = getBufferOf(largeDecoded)
	}
	body, err := contentcoding.Decode(r.decoded, encoded, header, limits)
	if err != nil {
		return nil
	}
	return body
}

// largeDecoded is the capacity of the buffer for a large decoded body: the default of
// max_body, and the bytes that are read to find that it is exceeded.
const largeDecoded = maxPooled

// waitToRead waits for a place among the readers of large bodies, and reports whether
// it got one.
func (x *exchange) waitToRead() bool {
	readers := largeReaders()
	select {
	case readers <- struct{}{}:
		return true
	default:
	}
	if x.mode == modeObserve {
		return false // the client waits for the end of the response
	}
	timer := time.NewTimer(x.rt.readerWait)
	defer timer.Stop()
	select {
	case readers <- struct{}{}:
		return true
	case <-timer.C:
	case <-x.ctx.parent.Done():
	}
	return false
}

// logUnread logs why the body of an error is not read.
func (x *exchange) logUnread(reason string) {
	if c, dropped := x.checkDebug("the body of an error was not read", otherCode); c != nil {
		c.Write(zap.String("request_id", x.record.id), zap.String("reason", reason), dropped)
	}
}
