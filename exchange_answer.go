package koine

import (
	"bytes"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/koine-proxy/koine/ledger"
	"github.com/koine-proxy/koine/translate"
	"github.com/koine-proxy/koine/translate/limitheader"
)

// answer answers a buffered response, or sends it unchanged if it is not
// translated. It is called once, with the lock of b. The header is as it was when
// the handler wrote it.
func (x *exchange) answer(b *bufferedResponse) {
	rt, header := x.rt, x.ResponseWriter.Header()
	t := rt.startReading()
	defer t.close()
	v := x.judge(&t, b, header)
	dialect := t.Dialect // the name of a dialect: not a part of the body
	x.recordPassed(&t, b, header, v)
	if v != translated {
		t.close()
		x.sendUnchanged(b, dialect)
		return
	}
	out := x.renderAnswer(t.Translation, b, len(t.content), t.start)
	defer out.release()
	x.enter(t.Translation, t.content, out.status, 0, false)
	t.close()
	b.dropBody()
	x.sendAnswer(out)
}

// verdict is what happens to a response that was read.
type verdict uint8

const (
	translated     verdict = iota
	passed                 // it is not an error to translate
	passedUnmapped         // it is one whose code is in no table, and `unmapped` is `pass`
)

// judge reads a buffered response, and decides whether it is translated. header is as the
// handler wrote it.
func (x *exchange) judge(t *reading, b *bufferedResponse, header http.Header) verdict {
	body := t.body(x, b, header)
	t.start, t.content = time.Now(), body
	if !b.incomplete && header.Get("Content-Type") == "" && len(body) > 0 {
		detected := http.DetectContentType(body)
		passes := !x.rt.isErrorType(detected, x.negotiated())
		if x.untypedPage = isHTML(detected); x.untypedPage && passes {
			addVary(header, "Accept")
		}
		if passes {
			return passed
		}
	}
	t.ReadResponse(translate.Response{Status: b.status, Header: header, Host: x.upstreamHost(), Body: body, Now: x.start})
	passes := t.PassesThrough() || b.byMediaType && !t.IsNamedDialect() || b.byBody && !b.incomplete && !(startsJSON(body) && t.IsJSON())
	switch {
	case passes && !b.tooLarge: // which is not there any more
		return passed
	case !b.incomplete && !b.tooLarge && !t.Mapped() && x.rt.passesUnmapped:
		return passedUnmapped
	}
	return translated
}

// isUnmapped reports whether an error of an upstream is one that a row of a table would map. A
// response to HEAD has no body, so nothing is known about its error.
func (x *exchange) isUnmapped(t *translate.Translation) bool {
	return !t.Mapped() && t.Match != translate.ByGuess && t.Origin == translate.FromUpstream && x.request.Method != http.MethodHead
}

// recordPassed records an error that passes. header is that of the response.
func (x *exchange) recordPassed(t *reading, b *bufferedResponse, header http.Header, v verdict) {
	switch {
	case v == passedUnmapped:
		x.passUnmapped(t.Translation, header, t.content)
	case v == passed && t.Status != 0 && (!b.isSuccess || t.Dialect != ""):
		x.recordRead(t.Translation)
	}
}

// passUnmapped records an error that passes because no table has its code.
func (x *exchange) passUnmapped(t *translate.Translation, header http.Header, body []byte) {
	t.RequestID = x.upstreamID(t, header)
	x.recordRead(t)
	if x.request.Method != http.MethodHead {
		x.countUnmapped(t.Dialect)
	}
	x.enter(t, body, t.Status, ledger.Same, false)
}

// output is a rendered answer.
type output struct {
	status int
	body   []byte
	media  string        // the media type of body
	small  *[]byte       // the buffer of body, from outputPool
	large  *bytes.Buffer // or from the pools for bodies
}

// outputPool has the buffers of small answers.
var outputPool = sync.Pool{New: func() any { return new([]byte) }}

// newOutput returns an output for the answer to a body with size bytes.
func newOutput(size int) output {
	if size > smallBody {
		b := getBufferOf(size)
		return output{large: b, body: b.AvailableBuffer()}
	}
	small := outputPool.Get().(*[]byte)
	return output{small: small, body: (*small)[:0]}
}

// release returns the buffer to its pool.
func (o *output) release() {
	switch {
	case o.large != nil && cap(o.body) <= o.large.Cap():
		putBuffer(o.large)
	case o.small != nil && cap(o.body) <= smallBody:
		*o.small = o.body
		outputPool.Put(o.small)
	default: // it has grown
		putBuffer(bytes.NewBuffer(o.body))
	}
}

// renderAnswer renders an error, and makes the header that of the answer. b is the
// response that it replaces; nil for a returned error. start is when its reading began.
func (x *exchange) renderAnswer(t *translate.Translation, b *bufferedResponse, size int, start time.Time) output {
	header := x.ResponseWriter.Header()
	out, byStatus := x.makeAnswer(t, b, header, x.limits(header), size)
	if byStatus != nil {
		defer byStatus.Release()
		t = byStatus
	}
	x.recordError(t)
	x.countDialect()
	x.countTranslated(t, out.status, time.Since(start))
	x.logError("translated an error", t, out.status, 0)
	return out
}

// makeAnswer renders an error, and turns header into that of the answer. limits are those that
// the header has. If there is no
// memory for the answer, it is made from the status alone: byStatus is the translation
// that was used instead of t, and has to be released.
func (x *exchange) makeAnswer(t *translate.Translation, b *bufferedResponse, header http.Header, limits []limitheader.Limit, size int) (out output, byStatus *translate.Translation) {
	rt := x.rt
	out = newOutput(size)
	renderer := x.renderer()
	x.adoptID(header)
	x.readDetails(t, header, limits)
	x.render(t, renderer, &out, header)
	if b != nil && !b.reservation.resize(cap(out.body), rt.maxBody) {
		out.release()
		byStatus, out = rt.engine.Acquire(), newOutput(0) // the status alone needs little memory
		t = byStatus
		t.ReadResponse(translate.Response{Status: b.status, Header: header, Host: x.upstreamHost(), Now: x.start})
		x.readDetails(t, header, limits)
		x.render(t, renderer, &out, header)
	}

	hasLength, values := x.knowsLength(header), new(headerValues)
	x.rewriteHeader(header, t, out.status, values)
	limitheader.Write(header, limits, x.start, rt.limitHeaders, true)
	header["Content-Type"] = values.of(out.media)
	renderer.setHeaders(header)
	if hasLength {
		header["Content-Length"] = values.of(strconv.Itoa(len(out.body)))
	}
	x.exposeHeaders(header)
	return out, byStatus
}

// readDetails reads what is not in the body: the id of the upstream, and the time to wait.
func (x *exchange) readDetails(t *translate.Translation, header http.Header, limits []limitheader.Limit) {
	t.RequestID = x.upstreamID(t, header)
	x.readWait(t, header, limits)
}

// render renders an error. Headers that only a dialect has are set at once.
func (x *exchange) render(t *translate.Translation, r *renderer, out *output, header http.Header) {
	params := translate.RenderParams{RequestID: x.record.id, Safe: x.isSafeToRepeat(t), Locale: x.locale()}
	if r.note != nil {
		r.note(t, &x.rt.policy)
	}
	if r.dialect == nil {
		out.status, out.media = t.HTTPStatus(&x.rt.policy), r.contentType()
		out.body = r.render(t, out.body[:0], &x.rt.policy, params)
		return
	}
	params.Time, params.RequestBody, params.RequestType = x.start, x.requestBody(), x.request.Header.Get("Content-Type")
	var answer translate.DialectAnswer
	out.body, answer = r.appendDialect(out.body[:0], t, &x.rt.policy, params)
	out.status, out.media = answer.Status, answer.MediaType
	answer.SetHeaders(header)
}

// sendAnswer sends a rendered answer.
func (x *exchange) sendAnswer(out output) {
	x.ResponseWriter.WriteHeader(out.status)
	if x.request.Method != http.MethodHead {
		_, _ = x.ResponseWriter.Write(out.body) // fails if the client has disconnected
	}
}

// knowsLength reports whether the answer to the request has the length that the
// answer to GET would have (RFC 9110 section 8.6). The body of an error is not known
// in a response to HEAD, unless it is empty or the error was returned. header is that of
// the upstream.
func (x *exchange) knowsLength(header http.Header) bool {
	return x.request.Method != http.MethodHead || x.returnedErr != nil || header.Get("Content-Length") == "0"
}

// renderer returns the renderer of the dialect in which the client is answered, or of the
// envelope that it prefers.
func (x *exchange) renderer() *renderer {
	switch {
	case x.responder != nil:
		return &x.responder.renderer
	case x.needsPage:
		return &x.rt.pageRenderer
	}
	return &x.rt.renderers[x.rt.offers.Choose(x.request.Header["Accept"])]
}

// locale returns the locale of the language that the client prefers.
func (x *exchange) locale() *translate.Locale {
	if !x.rt.hasLocales {
		return x.rt.locales.Default()
	}
	return x.rt.locales.Choose(x.request.Header["Accept-Language"])
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
