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

	"github.com/koine-proxy/koine/translate"
)

// returned answers for an error that a handler returned, or hands it on.
func (x *exchange) returned(err error) error {
	h := x.handler
	status := returnedStatus(err)
	if !x.acts() || h.ProxyErrors == "pass" || !h.concerns(status) || x.lifetime.parent.Err() != nil ||
		translate.PrefersHTML(accept(x.request)) {
		x.decorate(x.ResponseWriter.Header())
		return err
	}
	h.told.bypass(h, x.request)
	x.answerReturned(err, status)
	return nil
}

// enforce asks the rate-limit policies of the site.
func (x *exchange) enforce() (err error) {
	if len(x.handler.RateLimit) == 0 {
		return nil
	}
	x.record.states, err = enforce(x.handler.RateLimit, x.request, x.record.states)
	return err
}

// refuse answers for a request that enforce refused. A browser gets its page
// from the error routes, as for other errors; what `only` and `proxy_errors`
// say is for errors of others.
func (x *exchange) refuse(err error) error {
	header := x.ResponseWriter.Header()
	retryAfter(header, err)
	if translate.PrefersHTML(accept(x.request)) {
		x.decorate(header)
		return err
	}
	x.answerReturned(err, returnedStatus(err))
	return nil
}

// answerReturned renders a returned error.
func (x *exchange) answerReturned(err error, status int) {
	h := x.handler
	x.failure, x.unsent = err, x.neverSent(err, status)
	x.logReturned(err)
	countReturned(status)

	t := h.engine.Acquire()
	defer t.Release()
	t.ReadStatus(status, translate.FromProxy)
	x.write(t, x.ResponseWriter.Header(), time.Now())
	x.logFields()
}

// returnedStatus is the status that Caddy would answer with.
func returnedStatus(err error) int {
	if he, ok := errors.AsType[caddyhttp.HandlerError](err); ok && he.StatusCode != 0 {
		return he.StatusCode
	}
	return http.StatusInternalServerError
}

// neverSent tells whether a request that failed never reached an upstream: no
// connection was made, or none was tried.
func (x *exchange) neverSent(err error, status int) bool {
	if isDial(err) {
		return true
	}
	if x.replacer == nil {
		return false
	}
	_, tried := x.replacer.Get("http.reverse_proxy.upstream.address")
	return !tried && status < 500
}

// logReturned logs an error that Caddy will not see as Caddy would have logged
// it: same logger, message and fields, ERROR from 500 up and DEBUG below.
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
			zap.Object("request", caddyhttp.LoggableHTTPRequest{Request: x.original(), ShouldLogCredentials: x.logsCredentials()}),
			zap.Duration("duration", time.Since(x.start)),
		}, fields...)...)
	}
}

// original is the request as the server got it, as far as that is known.
func (x *exchange) original() *http.Request {
	r := x.request.Clone(context.WithoutCancel(x.request.Context()))
	if orig, ok := r.Context().Value(caddyhttp.OriginalRequestCtxKey).(http.Request); ok {
		r.Method, r.RemoteAddr, r.RequestURI = orig.Method, orig.RemoteAddr, orig.RequestURI
		r.URL = orig.URL
	}
	if name := x.handler.RequestID.canonical; !x.handler.RequestID.Off {
		delete(r.Header, name)
		if x.record.inbound != nil {
			r.Header[name] = x.record.inbound
		}
	}
	return r
}

func (x *exchange) server() *caddyhttp.Server {
	s, _ := x.lifetime.parent.Value(caddyhttp.ServerCtxKey).(*caddyhttp.Server)
	return s
}

func (x *exchange) logsCredentials() bool {
	s := x.server()
	return s != nil && s.Logs != nil && s.Logs.ShouldLogCredentials
}

// errorLoggers are the loggers that the server would log an error to. Caddy
// keeps the choice to itself, so it is made here once more: names that the
// request was given, else those of its host, else the default.
func (x *exchange) errorLoggers() []*zap.Logger {
	base := x.handler.returns
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
	for i := -1; i < len(labels); i++ { // the host itself, then with ever more wildcards from the left
		if i >= 0 {
			labels[i] = "*"
		}
		if names, ok := logs.LoggerNames[strings.Join(labels, ".")]; ok {
			return names
		}
	}
	return []string{logs.DefaultLoggerName}
}
