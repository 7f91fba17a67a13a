package koine

import (
	"net/http"
	"time"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp"

	"github.com/koine-proxy/koine/translate/limitheader"
)

func init() { caddy.RegisterModule(RequestLimit{}) }

// RequestLimit enforces one rate-limit policy after authentication, where its key
// can be `{http.auth.user.id}` or a header that `forward_auth` copied.
//
// A refused request is an error with the status 429. Inside `translate_errors`,
// that handler answers the error and adds the headers of the limit to every
// response. Elsewhere the headers are set before the next handler is called, and
// the error goes to the error routes.
type RequestLimit struct {
	RateLimit

	policy *limitPolicy
}

// CaddyModule returns the Caddy module information.
func (RequestLimit) CaddyModule() caddy.ModuleInfo {
	return caddy.ModuleInfo{
		ID:  "http.handlers.request_limit",
		New: func() caddy.Module { return new(RequestLimit) },
	}
}

// Provision loads matchers and store, and registers the policy.
func (l *RequestLimit) Provision(ctx caddy.Context) (err error) {
	l.policy, err = l.provision(ctx)
	return err
}

// ServeHTTP counts the request, and refuses it if it exceeds the limit.
func (l *RequestLimit) ServeHTTP(w http.ResponseWriter, r *http.Request, next caddyhttp.Handler) error {
	rec, inside := caddyhttp.GetVar(r.Context(), recordKey).(*record)
	if !inside {
		rec = new(record)
	}
	var err error
	rec.limitStates, err = enforceLimits([]*limitPolicy{l.policy}, r, rec.limitStates)
	if err != nil {
		setRetryAfter(w.Header(), err)
	}
	if !inside {
		now := time.Now()
		limitheader.Write(w.Header(), limitsOf(rec.limitStates, now), now, limitheader.XRateLimit|limitheader.IETF, false)
	}
	if err != nil {
		return err
	}
	return next.ServeHTTP(w, r)
}

// Interface guards
var (
	_ caddy.Module                = (*RequestLimit)(nil)
	_ caddy.Provisioner           = (*RequestLimit)(nil)
	_ caddyhttp.MiddlewareHandler = (*RequestLimit)(nil)
)
