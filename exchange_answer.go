package koine

import (
	"net/http"
	"strconv"
	"sync"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"

	"github.com/koine-proxy/koine/translate"
	"github.com/koine-proxy/koine/translate/limitheader"
)

// answer answers a buffered response, or sends it unchanged if it is not
// translated. It is called once, with the lock of b. The header is as it was when
// the handler wrote it.
func (x *exchange) answer(b *bufferedResponse) {
	rt, header, start := x.rt, x.ResponseWriter.Header(), time.Now()
	decoded := getBuffer()
	defer putBuffer(decoded)
	t := rt.engine.Acquire()
	defer t.Release()

	body := b.decodedBody(decoded, header, rt.maxBody)
	if !b.incomplete && header.Get("Content-Type") == "" && len(body) > 0 {
		detected := http.DetectContentType(body)
		passes := !isErrorType(detected, x.request)
		if x.untypedPage = isHTML(detected); x.untypedPage && passes {
			addVary(header, "Accept")
		}
		if passes {
			x.sendUnchanged(b, "")
			return
		}
	}
	t.ReadResponse(translate.Response{Status: b.status, Header: header, Host: x.upstreamHost(), Body: body, Now: x.start})
	if t.PassesThrough() || b.byMediaType && !t.IsNamedDialect() || b.byBody && !b.incomplete && !(startsJSON(body) && t.IsJSON()) {
		x.sendUnchanged(b, t.Dialect)
		return
	}
	if !b.incomplete && !b.tooLarge && !t.Mapped() && rt.passesUnmapped {
		countUnmapped(rt.site(x.request), t.Dialect)
		x.sendUnchanged(b, t.Dialect)
		return
	}
	x.sendAnswer(t, header, start)
}

// outputPool has the buffers of answers.
var outputPool = sync.Pool{New: func() any { return new([]byte) }}

// sendAnswer renders an error and sends it. start is when its reading began.
func (x *exchange) sendAnswer(t *translate.Translation, header http.Header, start time.Time) {
	rt := x.rt
	upstreamID := x.upstreamID(t, header)
	t.RequestID = upstreamID
	limits := x.limits(header)
	x.readWait(t, header, limits)

	renderer := x.renderer()
	out := outputPool.Get().(*[]byte)
	defer func() {
		if cap(*out) <= maxPooled {
			outputPool.Put(out)
		}
	}()
	status := t.HTTPStatus(&rt.policy)
	*out = renderer.render(t, (*out)[:0], &rt.policy, translate.RenderParams{RequestID: x.record.id, Safe: x.isSafeToRepeat(t)})

	hasLength, values := x.knowsLength(header), new(headerValues)
	x.rewriteHeader(header, t, status, values)
	limitheader.Write(header, limits, x.start, rt.limitHeaders, true)
	header["Content-Type"] = values.of(renderer.mediaType)
	if hasLength {
		header["Content-Length"] = values.of(strconv.Itoa(len(*out)))
	}
	x.exposeHeaders(header)
	x.recordError(t)
	countTranslated(rt.site(x.request), t, rt.engine.Taxonomy(), status, time.Since(start))
	x.ResponseWriter.WriteHeader(status)
	if x.request.Method != http.MethodHead {
		_, _ = x.ResponseWriter.Write(*out) // fails if the client has disconnected
	}
	if c := rt.logger.Check(zapcore.DebugLevel, "translated an error"); c != nil {
		c.Write(x.translationFields(t, status)...)
	}
}

// knowsLength reports whether the answer to the request has the length that the
// answer to GET would have (RFC 9110 section 8.6). The body of an error is not known
// in a response to HEAD, unless it is empty or the error was returned. header is that of
// the upstream.
func (x *exchange) knowsLength(header http.Header) bool {
	return x.request.Method != http.MethodHead || x.returnedErr != nil || header.Get("Content-Length") == "0"
}

// renderer returns the renderer of the envelope that the client prefers.
func (x *exchange) renderer() *renderer {
	return &x.rt.renderers[translate.Negotiate(accept(x.request), x.rt.mediaTypes...)]
}

// translationFields are the fields of a debug log about a translated error.
func (x *exchange) translationFields(t *translate.Translation, status int) []zap.Field {
	return []zap.Field{
		zap.String("request_id", x.record.id), zap.String("code", t.Code.Name), zap.Int("status", status),
		zap.String("match", string(t.Match)), zap.String("dialect", t.Dialect),
		zap.String("upstream_code", x.record.upstreamCode), zap.Int("upstream_status", t.Status),
		zap.String("upstream_request_id", x.record.upstreamID),
	}
}

// readWait determines how long the client has to wait: from Retry-After or the
// body; with the strategy wait also from headers of vendors, or from the latest reset of
// the limits that are used up.
func (x *exchange) readWait(t *translate.Translation, header http.Header, limits []limitheader.Limit) {
	if n := limitheader.RetryAfter(header, x.start); n >= 0 {
		t.RetryAfter = n
	}
	if t.RetryAfter >= 0 || t.Strategy() != translate.RetryWait {
		return
	}
	if t.RetryAfter = x.rt.engine.LimitHeaders().Wait(header, x.start); t.RetryAfter >= 0 {
		return
	}
	for _, l := range limits {
		if l.Remaining == 0 {
			t.RetryAfter = max(t.RetryAfter, l.Wait(x.start))
		}
	}
}

// isSafeToRepeat reports whether repeating the request cannot cause an effect a
// second time: its method is idempotent (RFC 9110 section 9.2.2), or it did not reach an
// upstream.
func (x *exchange) isSafeToRepeat(t *translate.Translation) bool {
	switch x.request.Method {
	case http.MethodGet, http.MethodHead, http.MethodPut, http.MethodDelete, http.MethodOptions, http.MethodTrace:
		return true
	}
	return t.Origin == translate.FromProxy && x.notForwarded
}
