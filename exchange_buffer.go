package koine

import (
	"bytes"
	"errors"
	"io"
	"maps"
	"net/http"
	"sync"
	"time"

	"github.com/koine-proxy/koine/translate"
)

// errAnswered is what a handler gets that goes on writing an error after the
// client had its answer.
var errAnswered = errors.New("the response was answered already")

// drainFactor times max_body is how much of a body is read and thrown away
// after the cap. A body that is read to its end leaves its connection to the
// upstream fit for the next request; past this, a new connection is cheaper.
const drainFactor = 8

// grace is what a handler has to end in after it was told that its body takes
// too long. Those that do not listen, such as php_fastcgi, are left to end when
// they will, and the answer goes out without them.
const grace = 250 * time.Millisecond

// hold is an error that is held until its body is whole.
type hold struct {
	status  int
	late    http.Header // what the handler sees of the header from now on
	rides   bool        // it came with a success: it passes unless it turns out to be an error
	claimed bool        // it is held only because a named dialect claims its media type
	shows   bool        // it rides, and shows all signs of an error

	mu       sync.Mutex
	body     *bytes.Buffer // as it came, compressed or not
	dropped  int64         // bytes that came after the cap
	overflow bool          // the body is larger than max_body
	cut      bool          // the body is not whole
	answered bool          // an answer went out; what the handler still writes is lost
	timer    *time.Timer
}

// bodies are the buffers of error bodies.
var bodies = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// maxPooled is how large a buffer may have grown to go back to the pool.
const maxPooled = 64 << 10

func takeBuffer() *bytes.Buffer { return bodies.Get().(*bytes.Buffer) }

func giveBack(b *bytes.Buffer) {
	if b.Cap() <= maxPooled {
		b.Reset()
		bodies.Put(b)
	}
}

// hold starts to hold an error.
func (x *exchange) hold(status int) {
	x.held = &hold{status: status, late: maps.Clone(x.ResponseWriter.Header()), body: takeBuffer(), rides: status < 400}
	if x.held.rides {
		return // a success may take its time
	}
	x.held.mu.Lock()
	defer x.held.mu.Unlock()
	x.held.timer = time.AfterFunc(time.Duration(x.handler.BodyTimeout), x.expire)
}

// stop stops the clock, where one runs.
func (o *hold) stop() {
	if o.timer != nil {
		o.timer.Stop()
	}
}

// maxProbe is how much of a success is held to see whether it carries an error.
// One that shows no signs of it by then passes, and goes on to stream.
const maxProbe = 16 << 10

// resembles tells whether a success shows all signs of an error once the piece p
// is there, too.
func (x *exchange) resembles(p []byte) bool {
	o := x.held
	have := o.body.Len()
	o.body.Write(p)
	o.shows = x.mayRide(true)
	o.body.Truncate(have)
	return o.shows
}

// mayRide tells whether what there is of a success may be an error.
func (x *exchange) mayRide(all bool) bool {
	o, header := x.held, x.ResponseWriter.Header()
	decoded := takeBuffer()
	defer giveBack(decoded)
	body := decodePart(decoded, o.body.Bytes(), header, maxProbe)
	return x.handler.engine.MayBeError(translate.Response{Status: o.status, Header: header, Body: body}, all)
}

// letGo is called when the handler flushes, as reverse_proxy does after every
// piece of a body whose length it does not know: a success that shows no sign of
// an error passes at once. It tells whether that was so.
func (x *exchange) letGo() bool {
	o := x.held
	if !o.rides {
		return false
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.answered || o.shows || x.mayRide(false) {
		return false
	}
	_, _ = x.spill(nil)
	return true
}

// release stops the clock, and gives the buffer back.
func (o *hold) release() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.stop()
	o.answered = true
	if o.body != nil {
		giveBack(o.body)
		o.body = nil
	}
}

// breakOff notes that no more of the body will come.
func (o *hold) breakOff() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.cut = true
}

// capture keeps a piece of the body.
func (x *exchange) capture(p []byte) (int, error) {
	o, most := x.held, x.handler.MaxBody
	o.mu.Lock()
	defer o.mu.Unlock()
	switch {
	case o.answered || o.cut:
		return 0, errAnswered
	case o.overflow:
		if o.dropped += int64(len(p)); o.dropped > drainFactor*most {
			return 0, errTooLarge
		}
		return len(p), nil
	case o.rides && !o.shows && o.body.Len()+len(p) > maxProbe && !x.resembles(p):
		return x.spill(p)
	case int64(o.body.Len()+len(p)) <= most:
		return o.body.Write(p)
	case o.rides || x.handler.passesUnmapped():
		return x.spill(p)
	}
	o.overflow, o.dropped = true, int64(len(p))
	o.body.Reset()
	return len(p), nil
}

// spill lets a body pass that turned out to be too large.
func (x *exchange) spill(p []byte) (int, error) {
	o := x.held
	o.stop()
	o.answered = true
	x.held = nil
	x.pass(o.status)
	_, err := x.ResponseWriter.Write(o.body.Bytes())
	giveBack(o.body)
	if err != nil {
		return 0, err
	}
	return x.ResponseWriter.Write(p)
}

// expire runs when a body takes too long: it tells the handler to end.
func (x *exchange) expire() {
	o := x.held
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.answered {
		return
	}
	o.cut = true
	o.timer = time.AfterFunc(grace, x.abandon)
	x.lifetime.end()
}

// abandon runs when a handler did not end though it was told to: the client
// gets its answer while the handler goes on.
func (x *exchange) abandon() {
	o := x.held
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.answered {
		return
	}
	o.answered = true
	// The connection is no good until the handler ends, so it shall not be used again.
	x.ResponseWriter.Header().Set("Connection", "close")
	x.answer(o)
	_ = http.NewResponseController(x.ResponseWriter).Flush()
}

// conclude answers for the error that is held, unless that was done.
func (x *exchange) conclude() {
	o := x.held
	o.mu.Lock()
	o.stop()
	if !o.answered {
		o.answered = true
		x.answer(o)
	}
	o.mu.Unlock()
	x.logFields()
}

// writerOnly hides ReadFrom, so that io.Copy calls Write.
type writerOnly struct{ io.Writer }
