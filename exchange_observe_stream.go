package koine

import (
	"io"
	"net/http"

	"github.com/caddyserver/caddy/v2/modules/caddyhttp"

	"github.com/koine-proxy/koine/internal/frames"
)

// observedStream is the underlying writer of an exchange with the mode observe whose
// response is a stream. It sends every part on at once, and reads the frames after they
// were sent.
type observedStream struct {
	caddyhttp.ResponseWriterWrapper
	exchange *exchange
	frames   *frames.Writer // its output is discarded
	unread   []byte         // what was sent since the last flush
}

// maxUnread bounds what is kept of a stream that its handler does not flush, in bytes.
const maxUnread = 64 << 10

// observeStream begins to read the frames of a response that passes through, if it is a
// stream.
func (x *exchange) observeStream(status int) {
	syntax, ok := x.streamSyntax(status)
	if !ok {
		return
	}
	s := &streamWriter{ResponseWriter: x.ResponseWriter, exchange: x, upstreamID: x.record.upstreamID}
	o := &observedStream{exchange: x}
	o.ResponseWriter = x.ResponseWriter
	o.frames = frames.New(io.Discard, syntax, &x.rt.streamPrefixes, func(data []byte, marked bool) []byte {
		s.answerFrame(status, data, marked)
		return nil
	})
	x.ResponseWriter = o
}

// Write implements http.ResponseWriter.
func (o *observedStream) Write(p []byte) (int, error) {
	n, err := o.ResponseWriter.Write(p)
	if n <= 0 {
		return n, err
	}
	if len(o.unread)+n > maxUnread {
		o.read()
	}
	if n > maxUnread {
		o.readFrames(p[:n])
		return n, err
	}
	o.unread = append(o.unread, p[:n]...)
	return n, err
}

// ReadFrom implements io.ReaderFrom.
func (o *observedStream) ReadFrom(r io.Reader) (int64, error) { return io.Copy(writerOnly{o}, r) }

// FlushError is used by http.ResponseController.
func (o *observedStream) FlushError() error {
	err := http.NewResponseController(o.ResponseWriter).Flush()
	o.read()
	return err
}

// read reads what was sent.
func (o *observedStream) read() {
	o.readFrames(o.unread)
	o.unread = o.unread[:0]
}

// readFrames reads a part of the stream.
func (o *observedStream) readFrames(p []byte) {
	defer o.exchange.recoverObserving()
	_, _ = o.frames.Write(p) // io.Discard does not fail
}

// end reads the end of the stream.
func (o *observedStream) end() {
	defer o.exchange.recoverObserving()
	o.read()
	o.frames.End()
}

// Interface guards
var (
	_ http.ResponseWriter = (*observedStream)(nil)
	_ io.ReaderFrom       = (*observedStream)(nil)
)
