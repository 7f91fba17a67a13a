package koine

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"syscall"

	"github.com/caddyserver/caddy/v2/modules/caddyhttp/reverseproxy"

	"github.com/koine-proxy/koine/translate"
)

// proxyStatus is what this hop adds to Proxy-Status (RFC 9209).
func (x *exchange) proxyStatus(t *translate.Translation) string {
	if t.Origin == translate.FromProxy && x.failure != nil {
		return "koine; error=" + proxyError(x.failure, t.Status)
	}
	return "koine; received-status=" + strconv.Itoa(t.Status)
}

// proxyErrors tells the error types of RFC 9209 section 2.3 by the cause.
var proxyErrors = []struct {
	name string
	is   func(error) bool
}{
	{"connection_refused", func(err error) bool { return isErrno(err, syscall.ECONNREFUSED) }},
	{"destination_ip_unroutable", func(err error) bool {
		return isErrno(err, syscall.EHOSTUNREACH) || isErrno(err, syscall.ENETUNREACH)
	}},
	{"dns_error", func(err error) bool {
		_, ok := errors.AsType[*net.DNSError](err)
		return ok || (isDial(err) && strings.Contains(err.Error(), ": lookup "))
	}},
	{"tls_certificate_error", func(err error) bool {
		_, verify := errors.AsType[*tls.CertificateVerificationError](err)
		_, unknown := errors.AsType[x509.UnknownAuthorityError](err)
		return verify || unknown
	}},
	{"tls_protocol_error", func(err error) bool {
		_, record := errors.AsType[tls.RecordHeaderError](err)
		_, alert := errors.AsType[tls.AlertError](err)
		return record || alert
	}},
	{"connection_timeout", func(err error) bool {
		return isDial(err) && (isTimeout(err) || strings.Contains(err.Error(), "timeout"))
	}},
	{"http_response_timeout", isTimeout},
	{"connection_terminated", func(err error) bool {
		return isErrno(err, syscall.ECONNRESET) || isErrno(err, syscall.EPIPE) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
	}},
}

// isErrno tells whether err comes from the error of the system. What
// reverse_proxy reports of a failed dial hides its cause, so there its words
// have to do.
func isErrno(err error, errno syscall.Errno) bool {
	return errors.Is(err, errno) || (isDial(err) && strings.Contains(err.Error(), errno.Error()))
}

// proxyError names the type of an error that a handler returned.
func proxyError(err error, status int) string {
	for _, e := range proxyErrors {
		if e.is(err) {
			return e.name
		}
	}
	switch {
	case status == http.StatusUnauthorized || status == http.StatusForbidden || status == http.StatusTooManyRequests:
		return "http_request_denied"
	case status < 500:
		return "http_request_error"
	case status == http.StatusServiceUnavailable:
		return "destination_unavailable"
	case status == http.StatusGatewayTimeout:
		return "http_response_timeout"
	case status == http.StatusBadGateway:
		return "http_protocol_error"
	}
	return "proxy_internal_error"
}

// isDial tells whether a connection could not even be made.
func isDial(err error) bool {
	if _, ok := errors.AsType[reverseproxy.DialError](err); ok {
		return true
	}
	op, ok := errors.AsType[*net.OpError](err)
	return ok && op.Op == "dial"
}

func isTimeout(err error) bool {
	e, ok := errors.AsType[net.Error](err)
	return (ok && e.Timeout()) || errors.Is(err, context.DeadlineExceeded)
}
