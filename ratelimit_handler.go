package koine

import (
	"net/http"
	"time"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/caddyconfig/caddyfile"
	"github.com/caddyserver/caddy/v2/caddyconfig/httpcaddyfile"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
)

func init() {
	caddy.RegisterModule(RequestLimit{})
	httpcaddyfile.RegisterHandlerDirective("request_limit", parseRequestLimit)
	httpcaddyfile.RegisterDirectiveOrder("request_limit", httpcaddyfile.After, "forward_auth")
}

// RequestLimit enforces one policy behind authentication, where more is known
// of a request: its key may be `{http.auth.user.id}`, or a header that
// `forward_auth` copied.
//
// The refusal is an error with the status 429, and what is left is told in the
// headers of every response; `translate_errors`, which stands in front, writes
// both. Without it the headers are set before the request goes on, and the
// error goes to the error routes.
type RequestLimit struct {
	RateLimit
}

// CaddyModule returns the Caddy module information.
func (RequestLimit) CaddyModule() caddy.ModuleInfo {
	return caddy.ModuleInfo{
		ID:  "http.handlers.request_limit",
		New: func() caddy.Module { return new(RequestLimit) },
	}
}

// Provision loads matchers and store, and claims the policy's name.
func (l *RequestLimit) Provision(ctx caddy.Context) error { return l.provision(ctx) }

// ServeHTTP counts the request, and refuses it where it is one too many.
func (l *RequestLimit) ServeHTTP(w http.ResponseWriter, r *http.Request, next caddyhttp.Handler) error {
	rec, translated := caddyhttp.GetVar(r.Context(), recordKey).(*record)
	if !translated {
		rec = new(record)
	}
	var err error
	rec.states, err = enforce([]*RateLimit{&l.RateLimit}, r, rec.states)
	if err != nil {
		retryAfter(w.Header(), err)
	}
	if !translated {
		now := time.Now()
		new(Handler).writeLimits(w.Header(), ownLimits(rec.states, now), now, false)
	}
	if err != nil {
		return err
	}
	return next.ServeHTTP(w, r)
}

// UnmarshalCaddyfile sets up the handler from Caddyfile tokens. Syntax:
//
//	request_limit [<matcher>] [<policy-name>] {
//	    key            <placeholder...>
//	    limit          <n> per <duration>
//	    store          memory | <module> ...
//	    on_store_error allow|deny
//	}
func (l *RequestLimit) UnmarshalCaddyfile(d *caddyfile.Dispenser) error {
	d.Next() // the directive
	args := d.RemainingArgs()
	if len(args) > 1 {
		return d.Errf("request_limit takes one name, not %d", len(args))
	}
	if len(args) == 1 {
		l.Name = args[0]
	}
	return l.parseBlock(d, "request_limit")
}

func parseRequestLimit(h httpcaddyfile.Helper) (caddyhttp.MiddlewareHandler, error) {
	l := new(RequestLimit)
	if err := l.UnmarshalCaddyfile(h.Dispenser); err != nil {
		return nil, err
	}
	return l, nil
}

// Interface guards
var (
	_ caddy.Module                = (*RequestLimit)(nil)
	_ caddy.Provisioner           = (*RequestLimit)(nil)
	_ caddyfile.Unmarshaler       = (*RequestLimit)(nil)
	_ caddyhttp.MiddlewareHandler = (*RequestLimit)(nil)
)
