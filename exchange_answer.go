package koine

import (
	"bytes"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"

	"github.com/koine-proxy/koine/translate"
	"github.com/koine-proxy/koine/translate/limitheader"
)

// answer answers for an error that was written. It is called once, with the
// lock of o, and with the header as it was when the error was written.
func (x *exchange) answer(o *hold) {
	h, header, start := x.handler, x.ResponseWriter.Header(), time.Now()
	decoded := takeBuffer()
	defer giveBack(decoded)
	t := h.engine.Acquire()
	defer t.Release()

	body := o.read(decoded, header, h.MaxBody)
	if !o.cut && header.Get("Content-Type") == "" && len(body) > 0 && !isErrorType(http.DetectContentType(body), x.request) {
		x.replay(o, "")
		return
	}
	t.ReadResponse(translate.Response{Status: o.status, Header: header, Body: body, Now: x.start})
	if t.PassesThrough() || o.claimed && !t.IsNamedDialect() {
		x.replay(o, t.Dialect)
		return
	}
	if !o.cut && !o.overflow && !t.Mapped() && h.passesUnmapped() {
		countUnmapped(h.site(x.request), t.Dialect)
		x.replay(o, t.Dialect)
		return
	}
	x.write(t, header, start)
}

// read returns the body as the upstream meant it, or nothing where it is not
// whole, too large, or badly compressed.
func (o *hold) read(decoded *bytes.Buffer, header http.Header, most int64) []byte {
	if o.overflow {
		return nil
	}
	body, err := decode(decoded, o.body.Bytes(), header, most)
	if err != nil {
		return nil
	}
	return body
}

// replay lets an error pass after all, as it came.
func (x *exchange) replay(o *hold, dialect string) {
	header := x.ResponseWriter.Header()
	x.decorate(header)
	countPassed(x.handler.site(x.request), dialect, o.status)
	if o.rides && x.handler.streaming {
		x.filter(o.status)
	}
	x.ResponseWriter.WriteHeader(o.status)
	_, _ = x.ResponseWriter.Write(o.body.Bytes()) // a client that has gone is nobody's fault
	for name, values := range o.late {
		if strings.HasPrefix(name, http.TrailerPrefix) || isTrailer(header, name) {
			header[name] = values
		}
	}
}

// isTrailer tells whether a header was announced as a trailer.
func isTrailer(header http.Header, name string) bool {
	for _, list := range header["Trailer"] {
		for announced := range strings.SplitSeq(list, ",") {
			if strings.EqualFold(strings.TrimSpace(announced), name) {
				return true
			}
		}
	}
	return false
}

// outputs are the buffers of answers.
var outputs = sync.Pool{New: func() any { return new([]byte) }}

// write renders an error and sends it.
func (x *exchange) write(t *translate.Translation, header http.Header, start time.Time) {
	h := x.handler
	upstreamID := x.upstreamID(t, header)
	t.RequestID = upstreamID
	limits := x.limits(header)
	x.readWait(t, header, limits)

	form := &h.forms[translate.Negotiate(accept(x.request), h.types...)]
	out := outputs.Get().(*[]byte)
	defer func() {
		if cap(*out) <= maxPooled {
			outputs.Put(out)
		}
	}()
	status := t.HTTPStatus(&h.policy)
	*out = form.render(t, (*out)[:0], &h.policy, translate.RenderParams{RequestID: x.record.id, Safe: x.safe(t)})

	x.translateHeader(header, t, status)
	h.writeLimits(header, limits, x.start, true)
	header["Content-Type"] = []string{form.mediaType}
	header["Content-Length"] = []string{strconv.Itoa(len(*out))}
	x.expose(header)
	x.note(t)
	countTranslated(h.site(x.request), t, h.engine.Taxonomy(), status, time.Since(start))
	x.ResponseWriter.WriteHeader(status)
	if x.request.Method != http.MethodHead {
		_, _ = x.ResponseWriter.Write(*out) // a client that has gone is nobody's fault
	}
	if c := h.logger.Check(zapcore.DebugLevel, "translated an error"); c != nil {
		c.Write(
			zap.String("request_id", x.record.id), zap.String("code", t.Code.Name), zap.Int("status", status),
			zap.String("match", string(t.Match)), zap.String("dialect", t.Dialect),
			zap.String("upstream_code", x.record.native), zap.Int("upstream_status", t.Status),
			zap.String("upstream_request_id", logCode(upstreamID)),
		)
	}
}

// readWait finds out how long the client has to wait: by Retry-After, else by
// the body, else, where waiting helps, by the hints of vendors or the reset of
// a limit that is used up.
func (x *exchange) readWait(t *translate.Translation, header http.Header, limits []limitheader.Limit) {
	if n := limitheader.RetryAfter(header, x.start); n >= 0 {
		t.RetryAfter = n
	}
	if t.RetryAfter >= 0 || t.Strategy() != translate.RetryWait {
		return
	}
	t.RetryAfter = x.handler.engine.LimitHeaders().Wait(header, x.start)
	for _, l := range limits {
		if t.RetryAfter < 0 && l.Remaining == 0 {
			t.RetryAfter = l.Wait(x.start)
		}
	}
}

// safe tells whether repeating the request cannot act twice: its method is
// idempotent (RFC 9110 section 9.2.2), or it never reached an upstream.
func (x *exchange) safe(t *translate.Translation) bool {
	switch x.request.Method {
	case http.MethodGet, http.MethodHead, http.MethodPut, http.MethodDelete, http.MethodOptions, http.MethodTrace:
		return true
	}
	return t.Origin == translate.FromProxy && x.unsent
}

// note keeps what placeholders and logs tell of a translated error.
func (x *exchange) note(t *translate.Translation) {
	rec := x.record
	rec.code, rec.category, rec.dialect = t.Code.Name, string(t.Code.Category), t.Dialect
	rec.native, rec.status = strings.Clone(logCode(t.Native)), t.Status // a view of the body, else
	rec.upstreamID = strings.Clone(logCode(t.RequestID))
}

// logFields adds what the access log tells of a translated error.
func (x *exchange) logFields() {
	rec := x.record
	if rec.status == 0 && rec.upstreamID == "" {
		return
	}
	extra := x.accessLog()
	if extra == nil {
		return
	}
	for _, f := range []struct{ name, value string }{
		{"error_code", rec.code}, {"upstream_code", rec.native}, {"upstream_request_id", rec.upstreamID},
	} {
		if f.value != "" {
			extra.Set(zap.String(f.name, f.value))
		}
	}
	if rec.status != 0 {
		extra.Set(zap.Int("upstream_status", rec.status))
	}
}

// upstreamIDs are the headers in which upstreams tell their own id of a
// request, beside the one that this site uses: first those with no vendor in
// their name.
var upstreamIDs = []string{
	"X-Request-Id", "Request-Id", "X-Correlation-Id", "X-Trace-Id", "X-Transaction-Id", "X-Unique-Id", "X-Flow-Id",
	"X-Amzn-Requestid", "X-Amz-Request-Id", "X-Amz-Apigw-Id", "X-Amz-Cf-Id", "X-Ms-Request-Id", "X-Ms-Correlation-Request-Id",
	"X-Github-Request-Id", "Twilio-Request-Id", "Paypal-Debug-Id", "X-Okta-Request-Id", "X-Dropbox-Request-Id", "X-Slack-Req-Id",
	"X-Hubspot-Correlation-Id", "X-Openstack-Request-Id", "X-Oss-Request-Id", "X-Couch-Request-Id", "X-Clickhouse-Query-Id",
	"Audit-Id", "X-Kong-Request-Id", "Kong-Request-Id", "Box-Request-Id", "Xero-Correlation-Id", "Intuit_tid", "X-Fb-Trace-Id",
	"X-Nf-Request-Id", "X-Vercel-Id", "Fly-Request-Id", "X-Azure-Ref", "Cf-Ray", "X-Varnish",
}

// upstreamID returns the upstream's own id of the request: that of the body,
// else that of a header.
func (x *exchange) upstreamID(t *translate.Translation, header http.Header) string {
	if t.RequestID != "" {
		return t.RequestID
	}
	if id := x.foreignID(header, x.handler.RequestID.canonical); id != "" {
		return id
	}
	for _, name := range upstreamIDs {
		if id := x.foreignID(header, name); id != "" {
			return id
		}
	}
	return ""
}

// foreignID returns the id in a header, unless it is that of this hop.
func (x *exchange) foreignID(header http.Header, name string) string {
	if id := first(header[name]); id != x.record.id {
		return id
	}
	return ""
}
