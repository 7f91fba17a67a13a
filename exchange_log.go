package koine

import (
	"context"
	"errors"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"

	"github.com/koine-proxy/koine/ledger"
	"github.com/koine-proxy/koine/translate"
	"github.com/koine-proxy/koine/translate/redact"
)

// accessLog returns the extra fields of the access log, or nil if the server has
// no access log: each field costs three allocations.
func (x *exchange) accessLog() *caddyhttp.ExtraLogFields {
	if s := x.server(); s == nil || s.Logs == nil {
		return nil
	}
	extra, _ := x.ctx.parent.Value(caddyhttp.ExtraLogFieldsCtxKey).(*caddyhttp.ExtraLogFields)
	return extra
}

// addLogFields adds the fields of an error to the access log, also if it passed.
func (x *exchange) addLogFields() {
	rec := x.record
	if rec.upstreamStatus == 0 && rec.upstreamID == "" {
		return
	}
	x.describeSpan()
	extra := x.accessLog()
	if extra == nil {
		return
	}
	for _, f := range []struct{ name, value string }{
		{"error_code", rec.code}, {"error_dialect", rec.dialect}, {"error_match", rec.match.String()},
		{"upstream_code", rec.upstreamCode}, {"upstream_request_id", rec.upstreamID},
	} {
		if f.value != "" {
			extra.Set(zap.String(f.name, f.value))
		}
	}
	if rec.upstreamStatus != 0 && !rec.noUpstream {
		extra.Set(zap.Int32("upstream_status", rec.upstreamStatus))
	}
}

// logError logs an error that was translated or observed, for debugging: the first ones of
// each code in a second, and then some of them, so that a storm of errors is no storm of logs.
// changed is how the answer to an observed error differs from what was sent.
func (x *exchange) logError(message string, t *translate.Translation, status int, changed changes) {
	c, dropped := x.checkDebug(message, t.Code.Name)
	if c == nil {
		return
	}
	fields := []zap.Field{
		zap.String("request_id", x.record.id), zap.String("code", t.Code.Name), zap.Int("status", status),
		zap.String("match", string(t.Match)), zap.String("dialect", t.Dialect),
		zap.String("upstream_code", x.record.upstreamCode), zap.Int("upstream_status", t.Status),
		zap.String("upstream_request_id", x.record.upstreamID), dropped,
	}
	if changed != 0 {
		fields = append(fields, zap.Strings("changes", changed.names()))
	}
	c.Write(fields...)
}

// checkDebug returns where to write a line of debugging about a code, and a field that tells
// how many such lines were dropped before it; nil if it is not written.
func (x *exchange) checkDebug(message, code string) (*zapcore.CheckedEntry, zap.Field) {
	c := x.rt.logger.Check(zapcore.DebugLevel, message)
	if c == nil {
		return nil, zap.Skip()
	}
	dropped, ok := x.rt.debugLines.allow(x.codeLabel(code), x.rt.now())
	switch {
	case !ok:
		return nil, zap.Skip()
	case dropped == 0:
		return c, zap.Skip()
	}
	return c, zap.Int64("dropped", dropped)
}

// The lines of debugging of a site about one code: the first ones of a second, and then one of
// many.
const (
	firstDebugLines = 10
	everyDebugLine  = 100
)

// logPolicy adds the policy that refused a request to the access log.
func logPolicy(r *http.Request, policy string) {
	if s, ok := r.Context().Value(caddyhttp.ServerCtxKey).(*caddyhttp.Server); !ok || s.Logs == nil {
		return
	}
	if extra, ok := r.Context().Value(caddyhttp.ExtraLogFieldsCtxKey).(*caddyhttp.ExtraLogFields); ok {
		extra.Set(zap.String("rate_limit_policy", policy))
	}
}

// maxLogCode bounds a code of an upstream in placeholders, logs and metrics, in
// bytes.
const maxLogCode = 128

// logCode makes a text of an upstream safe for placeholders, logs and metric
// labels: at most 128 characters of A-Z a-z 0-9 . _ : # -, all others replaced by
// an underscore.
func logCode(s string) string {
	s = s[:min(len(s), maxLogCode)]
	for i := range len(s) {
		if isLogByte(s[i]) {
			continue
		}
		b := []byte(s)
		for ; i < len(b); i++ {
			if !isLogByte(b[i]) {
				b[i] = '_'
			}
		}
		return string(b)
	}
	return s
}

// loggedCode returns a native code as it may be logged; an underscore if it has a secret or an
// address.
func loggedCode(native string) string {
	if native != "" && !ledger.AllowsCode(native[:min(len(native), maxLogCode)]) {
		return "_"
	}
	return logCode(native)
}

// loggedID returns an id of the upstream as it may be logged; an underscore if it is a secret or
// an address: what a body calls a trace or a reference may be anything.
func loggedID(id string) string {
	if id == "" || isHexID(id) || redact.AllowsValue(id[:min(len(id), maxLogCode)]) && !strings.Contains(id, "@") {
		return logCode(id)
	}
	return "_"
}

// isHexID reports whether an id has hexadecimal digits and hyphens alone, as a UUID, and is no
// number.
func isHexID(id string) bool {
	hasLetter := false
	for i := range len(id) {
		switch c := id[i]; {
		case 'a' <= c|0x20 && c|0x20 <= 'f':
			hasLetter = true
		case c != '-' && (c < '0' || c > '9'):
			return false
		}
	}
	return hasLetter
}

func isLogByte(c byte) bool {
	switch {
	case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9':
		return true
	}
	return c == '.' || c == '_' || c == ':' || c == '#' || c == '-'
}

// logReturned logs a returned error that Caddy does not receive, as Caddy would
// log it: same logger, message and fields, ERROR from 500 up and DEBUG below.
func (x *exchange) logReturned(err error) {
	level := zapcore.DebugLevel
	if returnedStatus(err) >= 500 {
		level = zapcore.ErrorLevel
	}
	message, fields := err.Error(), []zap.Field{zap.Error(err)}
	if he, ok := errors.AsType[caddyhttp.HandlerError](err); ok {
		if he.Err != nil {
			message = he.Err.Error()
		}
		fields = []zap.Field{zap.Int("status", he.StatusCode), zap.String("err_id", he.ID), zap.String("err_trace", he.Trace)}
	}
	for _, logger := range x.errorLoggers() {
		c := logger.Check(level, message)
		if c == nil {
			continue
		}
		c.Write(append([]zap.Field{
			zap.Object("request", caddyhttp.LoggableHTTPRequest{Request: x.originalRequest(), ShouldLogCredentials: x.logsCredentials()}),
			zap.Duration("duration", time.Since(x.start)),
		}, fields...)...)
	}
}

// originalRequest returns the request as the server received it.
func (x *exchange) originalRequest() *http.Request {
	r := x.request.Clone(context.WithoutCancel(x.request.Context()))
	if orig, ok := r.Context().Value(caddyhttp.OriginalRequestCtxKey).(http.Request); ok {
		r.Method, r.RemoteAddr, r.RequestURI = orig.Method, orig.RemoteAddr, orig.RequestURI
		r.URL = orig.URL
	}
	if s := x.record.ids; !s.off {
		delete(r.Header, s.canonical)
		if x.record.inboundIDs != nil {
			r.Header[s.canonical] = x.record.inboundIDs
		}
	}
	return r
}

func (x *exchange) logsCredentials() bool {
	s := x.server()
	return s != nil && s.Logs != nil && s.Logs.ShouldLogCredentials
}

// errorLoggers returns the loggers to which the server would log an error.
func (x *exchange) errorLoggers() []*zap.Logger {
	base := x.rt.errorLogger
	s := x.server()
	if s == nil || s.Logs == nil {
		return []*zap.Logger{base}
	}
	var loggers []*zap.Logger
	for _, name := range loggerNames(s.Logs, x.request) {
		if name == "" {
			loggers = append(loggers, base)
			continue
		}
		loggers = append(loggers, base.Named(name))
	}
	return loggers
}

// loggerNames selects loggers as Caddy does in a function that it does not export:
// the names set for the request, else those of its host, else the default.
func loggerNames(logs *caddyhttp.ServerLogConfig, r *http.Request) []string {
	if names, ok := caddyhttp.GetVar(r.Context(), caddyhttp.AccessLoggerNameVarKey).([]any); ok {
		out := make([]string, 0, len(names))
		for _, name := range names {
			s, _ := name.(string)
			out = append(out, s)
		}
		return out
	}
	host, _, err := net.SplitHostPort(r.Host)
	if err != nil {
		host = r.Host
	}
	labels := strings.Split(strings.ToLower(host), ".")
	for i := -1; i < len(labels); i++ { // the host itself, then with one more wildcard from the left each time
		if i >= 0 {
			labels[i] = "*"
		}
		if names, ok := logs.LoggerNames[strings.Join(labels, ".")]; ok {
			return names
		}
	}
	return []string{logs.DefaultLoggerName}
}
