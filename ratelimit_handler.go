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
	if rec, inside := caddyhttp.GetVar(r.Context(), recordKey).(*record); inside {
		var err error
		rec.limitStates, err = enforceLimits([]*limitPolicy{l.policy}, r, rec.limitStates)
		if err != nil {
			setRetryAfter(w.Header(), err)
			return err
		}
		return next.ServeHTTP(w, r)
	}
	if err := l.enforceOutside(w.Header(), r); err != nil {
		return err
	}
	return next.ServeHTTP(w, r)
}

// outsideLimits has the decisions of request_limit handlers that are not inside a
// translate_errors handler. It is in the variables of the request in place of a record.
type outsideLimits struct{ states []limitState }

// enforceOutside counts the request, and sets the headers of all limits so far.
func (l *RequestLimit) enforceOutside(header http.Header, r *http.Request) (err error) {
	limits, further := caddyhttp.GetVar(r.Context(), recordKey).(*outsideLimits)
	if !further {
		limits = new(outsideLimits)
		caddyhttp.SetVar(r.Context(), recordKey, limits)
	}
	limits.states, err = enforceLimits([]*limitPolicy{l.policy}, r, limits.states)
	if err != nil {
		setRetryAfter(header, err)
	}
	now := time.Now()
	limitheader.Write(header, limitsOf(limits.states, now), now, limitheader.XRateLimit|limitheader.IETF, further)
	return err
}

// Interface guards
var (
	_ caddy.Module                = (*RequestLimit)(nil)
	_ caddy.Provisioner           = (*RequestLimit)(nil)
	_ caddyhttp.MiddlewareHandler = (*RequestLimit)(nil)
)
