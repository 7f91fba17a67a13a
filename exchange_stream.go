package koine

import (
	"bytes"
	"net/http"
	"strings"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"

	"github.com/koine-proxy/koine/translate"
)

// stream is the writer in front of a response that passes frame by frame. It takes
// the place of the exchange's own, so that the other responses, which are nearly
// all, do not pay for it.
type stream struct {
	http.ResponseWriter
	exchange *exchange
	frames   frames
	line     []byte // the answer to the frame under way
}

// translatesStream tells, by its header, whether the frames of a response are
// looked at, and how they are cut.
func (h *Handler) translatesStream(status int, header http.Header, r *http.Request) (syntax, bool) {
	if !h.streaming || r.Method == http.MethodHead || !(isWholeSuccess(status) || h.concerns(status)) {
		return 0, false
	}
	cut, ok := syntaxOf(first(header["Content-Type"]))
	switch {
	case !ok, cut != eventStream && len(h.openings) == 0: // nothing but an event says of itself that it is an error
		return 0, false
	case cut == maybeLines:
		return cut, status < 400 && len(header["Content-Length"]) == 0 && len(header["Content-Encoding"]) == 0 && !hasDigest(header)
	}
	return cut, true
}

// isWholeSuccess tells whether a status is that of a success whose body is all of
// a representation.
func isWholeSuccess(status int) bool {
	switch status {
	case http.StatusNoContent, http.StatusResetContent, http.StatusPartialContent:
		return false
	}
	return status >= 200 && status <= 299
}

// syntaxOf tells how the frames of a media type are cut. It does not allocate: it
// is asked for every response that passes.
func syntaxOf(contentType string) (syntax, bool) {
	mediaType, _, _ := strings.Cut(contentType, ";")
	mediaType = strings.TrimSpace(mediaType)
	if strings.EqualFold(mediaType, "text/event-stream") {
		return eventStream, true
	}
	if strings.EqualFold(mediaType, "application/json") {
		return maybeLines, true
	}
	for _, name := range lineTypes {
		if strings.EqualFold(mediaType, name) {
			return jsonLines, true
		}
	}
	return 0, false
}

// lineTypes are the media types of NDJSON, which never got a registered one.
var lineTypes = []string{
	"application/x-ndjson", "application/ndjson", "application/jsonl", "application/x-jsonl", "application/jsonlines", "application/x-jsonlines",
	"application/stream+json", "application/x-json-stream",
}

// sized are the headers that speak of the bytes of a body, and are no longer true
// where a frame of it may change.
var sized = []string{"Content-Length", "Content-Digest", "Repr-Digest", "Digest", "Accept-Ranges"}

func hasDigest(header http.Header) bool {
	for _, name := range sized[1:] {
		if len(header[name]) > 0 {
			return true
		}
	}
	return false
}

// filter puts a stream in front of a response that passes, where its frames may be
// errors.
func (x *exchange) filter(status int) {
	h, header := x.handler, x.ResponseWriter.Header()
	cut, ok := h.translatesStream(status, header, x.request)
	if !ok {
		return
	}
	if len(codings(header)) > 0 {
		h.told.compressed(h, x.request, codings(header)[0])
		return
	}
	for _, name := range sized {
		delete(header, name)
	}
	s := &stream{ResponseWriter: x.ResponseWriter, exchange: x}
	s.frames = frames{to: x.ResponseWriter, openings: h.openings, syntax: cut}
	s.frames.read = func(data []byte, marked bool) []byte { return s.answer(status, data, marked) }
	s.frames.reset()
	x.ResponseWriter = s
}

// endStream passes what is held of a stream that ended.
func (x *exchange) endStream() {
	s, ok := x.ResponseWriter.(*stream)
	if !ok {
		return
	}
	held := s.frames.holding
	s.frames.end()
	if held { // reverse_proxy flushes before it gives up on a body, and the abort that follows drops what was not flushed
		_ = http.NewResponseController(s.ResponseWriter).Flush()
	}
	x.logFields()
}

// Write satisfies http.ResponseWriter.
func (s *stream) Write(p []byte) (int, error) { return s.frames.Write(p) }

// Unwrap satisfies http.ResponseController: a flush sends what passed, and nothing
// of what is held.
func (s *stream) Unwrap() http.ResponseWriter { return s.ResponseWriter }

// answer returns what to say in place of a frame, on one line, or nil for one that
// is no error.
func (s *stream) answer(status int, data []byte, marked bool) []byte {
	x, h, start := s.exchange, s.exchange.handler, time.Now()
	header := s.Header()
	t := h.engine.Acquire()
	defer t.Release()
	if !t.ReadFrame(translate.Response{Status: status, Header: header, Body: data, Now: h.now()}, marked) {
		return nil
	}
	if !t.Mapped() && h.passesUnmapped() {
		site := h.site(x.request)
		countUnmapped(site, t.Dialect)
		countPassed(site, t.Dialect, status)
		return nil
	}
	if t.RequestID = x.upstreamID(t, header); t.RequestID == "" {
		t.RequestID = x.record.upstreamID // its header has this hop's by now
	}
	x.readWait(t, header, nil)
	s.line = x.frameForm().render(t, s.line[:0], &h.policy, translate.RenderParams{RequestID: x.record.id, Safe: x.safe(t)})
	onOneLine(s.line)
	x.note(t)
	told := t.HTTPStatus(&h.policy)
	countTranslated(h.site(x.request), t, h.engine.Taxonomy(), told, time.Since(start))
	if c := h.logger.Check(zapcore.DebugLevel, "translated an error in a stream"); c != nil {
		c.Write(
			zap.String("request_id", x.record.id), zap.String("code", t.Code.Name), zap.Int("status", told),
			zap.String("match", string(t.Match)), zap.String("dialect", t.Dialect),
			zap.String("upstream_code", x.record.native), zap.Int("upstream_status", t.Status),
			zap.String("upstream_request_id", x.record.upstreamID),
		)
	}
	return s.line
}

// frameForm is the form of an error inside a stream: a problem where the client's
// first choice is one, else canonical, since a frame is JSON.
func (x *exchange) frameForm() form {
	h := x.handler
	if f := h.forms[translate.Negotiate(accept(x.request), h.types...)]; f.mediaType == translate.MediaTypeProblem {
		return f
	}
	return forms["canonical"]
}

// onOneLine takes the line ends out of JSON. They stand between tokens, in details
// that came as they were: in strings they are escaped.
func onOneLine(text []byte) {
	for {
		n := bytes.IndexAny(text, "\r\n")
		if n < 0 {
			return
		}
		text[n] = ' '
		text = text[n+1:]
	}
}

// compressed warns, once a site, of a stream that passes since it is compressed.
func (hs *hints) compressed(h *Handler, r *http.Request, coding string) {
	if hs.zipped.Swap(true) {
		return
	}
	h.logger.Warn("a stream passes untranslated since it is compressed; `header_up Accept-Encoding identity` inside reverse_proxy asks the upstream for plain ones",
		zap.String("coding", logCode(coding)), zap.String("name", h.site(r)), zap.String("request_id", requestID(r)))
}

// Interface guards
var _ http.ResponseWriter = (*stream)(nil)
