package koine

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"syscall"
	"testing"

	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp/reverseproxy"
)

func TestProxyErrorType(t *testing.T) {
	dial := func(err error) error {
		return reverseproxy.NewDialError(&net.OpError{Op: "dial", Net: "tcp", Err: os.NewSyscallError("connect", err)})
	}
	for _, c := range []struct {
		err    error
		status int
		want   string
	}{
		{dial(syscall.ECONNREFUSED), 502, "connection_refused"},
		{dial(syscall.EHOSTUNREACH), 502, "destination_ip_unroutable"},
		{reverseproxy.NewDialError(errors.New("dial tcp: lookup nowhere.invalid: no such host")), 502, "dns_error"},
		{reverseproxy.NewDialError(errors.New("dial tcp 10.0.0.1:80: i/o timeout")), 502, "connection_timeout"},
		{fmt.Errorf("reading: %w", syscall.ECONNRESET), 502, "connection_terminated"},
		{io.ErrUnexpectedEOF, 502, "connection_terminated"},
		{context.DeadlineExceeded, 504, "http_response_timeout"},
		{errors.New("no upstreams available"), 503, "destination_unavailable"},
		{errors.New("malformed HTTP response"), 502, "http_protocol_error"},
		{errors.New("not authenticated"), 401, "http_request_denied"},
		{errors.New("too large"), 413, "http_request_error"},
		{errors.New("a bug"), 500, "proxy_internal_error"},
	} {
		if got := proxyErrorType(caddyhttp.Error(c.status, c.err), c.status); got != c.want {
			t.Errorf("%v is %s, want %s", c.err, got, c.want)
		}
	}
}
