package koine

import (
	"bytes"
	"maps"
	"net/http"
	"time"

	"github.com/koine-proxy/koine/internal/contentcoding"
	"github.com/koine-proxy/koine/internal/frames"
	"github.com/koine-proxy/koine/ledger"
	"github.com/koine-proxy/koine/translate"
)

// streamWriter replaces the errors in the frames of a response that passes
// through. It replaces the underlying writer of an exchange, so it costs nothing for
// other responses.
type streamWriter struct {
	http.ResponseWriter
	exchange *exchange
	frames   *frames.Writer
	line     []byte // the answer to the current frame

	upstreamID string      // in the header of this site, before it was replaced
	header     http.Header // as the upstream sent it, as far as ids are concerned; nil before the first error
}

// exactBodyHeaders are the headers that depend on every byte of a body. They are
// removed if a frame of it may change.
var exactBodyHeaders = []string{"Content-Length", "Content-Digest", "Repr-Digest", "Digest", "Accept-Ranges"}

func hasDigest(header http.Header) bool {
	for _, name := range exactBodyHeaders[1:] {
		if len(header[name]) > 0 {
			return true
		}
	}
	return false
}

// streamSyntax returns the syntax of the frames of a response that passes through; ok is
// false if it is not a stream whose frames are read. It warns about one that is compressed.
func (x *exchange) streamSyntax(status int) (syntax frames.Syntax, ok bool) {
	if !x.rt.translatesStreams {
		return syntax, false
	}
	header := x.ResponseWriter.Header()
	if syntax, ok = x.rt.streamSyntax(status, header, x.request); !ok {
		return syntax, false
	}
	if codings := contentcoding.List(header); len(codings) > 0 {
		x.rt.warnCompressedStream(x.request, codings[0])
		return syntax, false
	}
	return syntax, true
}

// startStream begins to translate the frames of a response that passes through, if
// it is a stream. It must be called before the header is sent.
func (x *exchange) startStream(status int) {
	syntax, ok := x.streamSyntax(status)
	if !ok {
		return
	}
	header := x.ResponseWriter.Header()
	for _, name := range exactBodyHeaders {
		delete(header, name)
	}
	s := &streamWriter{ResponseWriter: x.ResponseWriter, exchange: x, upstreamID: x.record.upstreamID}
	s.frames = frames.New(x.ResponseWriter, syntax, &x.rt.streamPrefixes, func(data []byte, marked bool) []byte {
		return s.answerFrame(status, data, marked)
	})
	x.ResponseWriter = s
}

// endStream sends the buffered data of a stream that ended.
func (x *exchange) endStream() {
	if o, ok := x.ResponseWriter.(*observedStream); ok {
		o.end()
		x.addLogFields()
		return
	}
	s, ok := x.ResponseWriter.(*streamWriter)
	if !ok {
		return
	}
	buffering := s.frames.Buffering()
	s.frames.End()
	if buffering { // if reverse_proxy aborts the body, only what was flushed is sent
		_ = http.NewResponseController(s.ResponseWriter).Flush()
	}
	x.addLogFields()
}

// Write implements http.ResponseWriter.
func (s *streamWriter) Write(p []byte) (int, error) { return s.frames.Write(p) }

// Unwrap is used by http.ResponseController. A flush does not send buffered data.
func (s *streamWriter) Unwrap() http.ResponseWriter { return s.ResponseWriter }

// answerFrame returns the answer to a frame, on one line, or nil if it is not an
// error, or is only observed.
func (s *streamWriter) answerFrame(status int, data []byte, marked bool) []byte {
	x, rt, start := s.exchange, s.exchange.rt, time.Now()
	header := s.upstreamHeader()
	t := rt.engine.Acquire()
	defer t.Release()
	if !t.ReadFrame(translate.Response{Status: status, Header: header, Host: x.upstreamHost(), Body: data, Now: rt.now()}, marked) {
		return nil
	}
	if !t.Mapped() && rt.passesUnmapped {
		x.countPassed(t.Dialect, status)
		x.passUnmapped(t, header, data)
		return nil
	}
	t.RequestID = x.upstreamID(t, header)
	x.readWait(t, header, nil)
	answerStatus := x.renderFrame(s, t)
	joinLines(s.line)
	x.recordError(t)
	if x.mode == modeObserve {
		changes := compareTexts(t, &rt.policy)
		x.enter(t, data, t.Status, ledger.Changes(changes), true)
		x.recordObserved(t, changes, answerStatus, start)
		return nil
	}
	x.countTranslated(t, answerStatus, time.Since(start))
	x.enter(t, data, t.Status, 0, false) // the status of the response does not change
	x.logError("translated an error in a stream", t, answerStatus, 0)
	return s.line
}

// upstreamHeader returns the header with the id that the upstream sent: the header of
// the response has that of this request in its place, which is not to be told as the
// upstream's.
func (s *streamWriter) upstreamHeader() http.Header {
	id := &s.exchange.rt.requestID
	if id.off {
		return s.Header()
	}
	if s.header == nil {
		s.header = maps.Clone(s.Header())
		delete(s.header, id.canonical)
		if s.upstreamID != "" {
			s.header[id.canonical] = []string{s.upstreamID}
		}
	}
	return s.header
}

// renderFrame renders an error in a stream, and returns the status that goes with it.
func (x *exchange) renderFrame(s *streamWriter, t *translate.Translation) int {
	r, policy := x.frameRenderer(), &x.rt.policy
	params := translate.RenderParams{RequestID: x.record.id, Safe: x.isSafeToRepeat(t), Locale: x.locale()}
	if r.dialect == nil {
		s.line = r.render(t, s.line[:0], policy, params)
		return t.HTTPStatus(policy)
	}
	params.Time, params.RequestBody, params.RequestType = x.start, x.requestBody(), x.request.Header.Get("Content-Type")
	s.line, _ = r.appendDialect(s.line[:0], t, policy, params)
	if x.mode == modeTranslate {
		x.countDialect()
	}
	return t.HTTPStatus(policy)
}

// frameRenderer returns the renderer of errors in a stream: a dialect of JSON, or problem if
// the client prefers that, else canonical, since a frame must be JSON.
func (x *exchange) frameRenderer() renderer {
	if r := x.renderer(); r.mediaType == translate.MediaTypeProblem || r.dialect != nil && r.dialect.IsJSON() {
		return *r
	}
	return canonicalRenderer()
}

// joinLines replaces the line ends in JSON by spaces. They are between tokens, in
// details that are copied from the upstream; in strings they are escaped.
func joinLines(text []byte) {
	for {
		n := bytes.IndexAny(text, "\r\n")
		if n < 0 {
			return
		}
		text[n] = ' '
		text = text[n+1:]
	}
}

// Interface guards
var _ http.ResponseWriter = (*streamWriter)(nil)
