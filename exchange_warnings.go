package koine

import (
	"net/http"
	"sync"
	"sync/atomic"

	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
	"go.uber.org/zap"
)

// hints are what the operator is told once.
type hints struct {
	servers sync.Map    // of *caddyhttp.Server: those with error routes that we bypassed
	zipped  atomic.Bool // a compressed stream passed
}

// requestID is the id of a request, for log lines.
func requestID(r *http.Request) string {
	if rec, ok := caddyhttp.GetVar(r.Context(), recordKey).(*record); ok {
		return rec.id
	}
	return ""
}

// bypass warns, once a server, that an error went past its error routes.
func (hs *hints) bypass(h *Handler, r *http.Request) {
	s, ok := r.Context().Value(caddyhttp.ServerCtxKey).(*caddyhttp.Server)
	if !ok || s.Errors == nil || len(s.Errors.Routes) == 0 {
		return
	}
	if _, told := hs.servers.LoadOrStore(s, struct{}{}); told {
		return
	}
	h.logger.Warn("answering for an error that a handler returned, so handle_errors does not see it; `proxy_errors pass` leaves such errors to handle_errors",
		zap.String("server", s.Name()), zap.String("request_id", requestID(r)))
}
