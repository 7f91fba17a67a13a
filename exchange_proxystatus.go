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

// proxyStatus returns the entry of this proxy for Proxy-Status (RFC 9209).
func (x *exchange) proxyStatus(t *translate.Translation) string {
	if t.Origin == translate.FromProxy && x.returnedErr != nil {
		return "koine; error=" + proxyErrorType(x.returnedErr, t.Status)
	}
	return receivedStatus(t.Status)
}

const receivedPrefix = "koine; received-status="

// receivedStatuses are the entries of the statuses from 400 to 599, so that they need not be made
// for each error.
var receivedStatuses = func() (all [200]string) {
	for i := range all {
		all[i] = receivedPrefix + strconv.Itoa(400+i)
	}
	return all
}()

// receivedStatus returns the entry for an error that was received with a status.
func receivedStatus(status int) string {
	if i := status - 400; i >= 0 && i < len(receivedStatuses) {
		return receivedStatuses[i]
	}
	return receivedPrefix + strconv.Itoa(status)
}

// statusText returns a status in digits.
func statusText(status int) string { return receivedStatus(status)[len(receivedPrefix):] }

// proxyErrorTypes are error types of RFC 9209 section 2.3, by cause.
var proxyErrorTypes = []struct {
	name string
	is   func(error) bool
}{
	{"connection_refused", func(err error) bool { return isErrno(err, syscall.ECONNREFUSED) }},
	{"destination_ip_unroutable", func(err error) bool {
		return isErrno(err, syscall.EHOSTUNREACH) || isErrno(err, syscall.ENETUNREACH)
	}},
	{"dns_error", func(err error) bool {
		_, ok := errors.AsType[*net.DNSError](err)
		return ok || (isDialError(err) && strings.Contains(err.Error(), ": lookup "))
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
		return isDialError(err) && (isTimeout(err) || strings.Contains(err.Error(), "timeout"))
	}},
	{"http_response_timeout", isTimeout},
	{"connection_terminated", func(err error) bool {
		return isErrno(err, syscall.ECONNRESET) || isErrno(err, syscall.EPIPE) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
	}},
}

// isErrno reports whether err was caused by a system error. The error that
// reverse_proxy returns for a failed dial does not wrap its cause, so its text is
// compared.
func isErrno(err error, errno syscall.Errno) bool {
	return errors.Is(err, errno) || (isDialError(err) && strings.Contains(err.Error(), errno.Error()))
}

// proxyErrorType returns the error type of an error that a handler returned.
func proxyErrorType(err error, status int) string {
	for _, e := range proxyErrorTypes {
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

// isDialError reports whether no connection could be made.
func isDialError(err error) bool {
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
