package koine

import (
	"net/http"
	"sync"
	"sync/atomic"

	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
	"go.uber.org/zap"
)

// warnings records which warnings were logged, so that each is logged once.
type warnings struct {
	errorRoutes      sync.Map // of *caddyhttp.Server
	compressedStream atomic.Bool
}

// warnErrorRoutes logs, once per server, that its error routes did not receive an
// error.
func (rt *runtime) warnErrorRoutes(r *http.Request) {
	s, ok := r.Context().Value(caddyhttp.ServerCtxKey).(*caddyhttp.Server)
	if !ok || s.Errors == nil || len(s.Errors.Routes) == 0 {
		return
	}
	if _, logged := rt.warned.errorRoutes.LoadOrStore(s, struct{}{}); logged {
		return
	}
	rt.logger.Warn("translated an error that a handler returned, so handle_errors does not receive it; use `proxy_errors pass` to leave such errors to handle_errors",
		zap.String("server", s.Name()), zap.String("request_id", requestID(r)))
}

// warnCompressedStream logs, once per site, that a stream is not translated because
// it is compressed.
func (rt *runtime) warnCompressedStream(r *http.Request, coding string) {
	if rt.warned.compressedStream.Swap(true) {
		return
	}
	rt.logger.Warn("a compressed stream is not translated; use `header_up Accept-Encoding identity` in reverse_proxy to receive it uncompressed",
		zap.String("coding", logCode(coding)), zap.String("name", rt.site(r)), zap.String("request_id", requestID(r)))
}
