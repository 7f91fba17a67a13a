package koine

import (
	"net/http"
	"time"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/caddyconfig/caddyfile"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp"

	"github.com/koine-proxy/koine/internal/board"
)

func init() { caddy.RegisterModule(Board{}) }

// Board is the migration board: a page that answers whether sites can be switched, which codes
// are not mapped, and what changed since their tables were loaded. It shows the ledger of the
// process, of all its sites, and answers every request that it gets.
//
// It changes nothing but decisions: an error can be ignored, with a reason, or forgotten.
type Board struct {
	// Who may see the board: `all`, `private_ranges`, IP addresses and CIDR ranges. The
	// address of the connection counts and, if that is a trusted proxy of the server, the
	// address of the client. Every address in headers such as X-Forwarded-For must be in the
	// list as well, unless the server has `trusted_proxies_strict`. If the request names a host,
	// it must be localhost or one that a route of the server matches, except with `all`.
	// Default: loopback addresses.
	Allow []string `json:"allow,omitempty"`

	access boardAccess
	app    *App
	pages  *boardPages
}

// CaddyModule returns the Caddy module information.
func (Board) CaddyModule() caddy.ModuleInfo {
	return caddy.ModuleInfo{ID: "http.handlers.error_board", New: func() caddy.Module { return new(Board) }}
}

// Provision reads the addresses, and finds the ledger.
func (b *Board) Provision(ctx caddy.Context) (err error) {
	if b.access, err = newBoardAccess(b.Allow); err != nil {
		return err
	}
	app, err := ctx.App(directiveName)
	if err != nil {
		return err
	}
	b.app = app.(*App)
	b.pages = newBoardPages(b.app)
	if server, ok := ctx.Value(caddyhttp.ServerCtxKey).(*caddyhttp.Server); ok {
		server.RegisterOnShutdown(b.pages.closeStreams) // which waits for open responses
	}
	return nil
}

// Cleanup ends the streams of live updates.
func (b *Board) Cleanup() error {
	if b.pages != nil {
		b.pages.closeStreams()
	}
	return nil
}

// ServeHTTP answers the request.
func (b *Board) ServeHTTP(w http.ResponseWriter, r *http.Request, _ caddyhttp.Handler) error {
	if rec, inside := caddyhttp.GetVar(r.Context(), recordKey).(*record); inside {
		rec.uncounted = true // the board is not what it shows
	}
	if why := b.access.refuses(r); why != "" {
		return refusePage(w, r, http.StatusForbidden, "The board is not open to you", why)
	}
	switch r.Method {
	case http.MethodGet, http.MethodHead:
		return b.pages.get(w, r)
	case http.MethodPost:
		return b.pages.post(w, r)
	}
	w.Header().Set("Allow", "GET, HEAD, POST")
	return refusePage(w, r, http.StatusMethodNotAllowed, "Method not allowed", "The board answers GET, HEAD and POST.")
}

// setPageHeaders sets the headers of a page. Browsers tell the Origin of a form only where
// pages may send a Referer, so the pages allow it for their own site.
func setPageHeaders(h http.Header) {
	board.Base.SetHeaders(h)
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Cache-Control", "no-store")
}

// refusePage answers a request that is refused: with a page for browsers, and with an error of
// Caddy for others.
func refusePage(w http.ResponseWriter, r *http.Request, status int, title, text string) error {
	if !prefersHTML(r) {
		return caddyhttp.Error(status, errorText(text))
	}
	setPageHeaders(w.Header())
	w.WriteHeader(status)
	if r.Method == http.MethodHead {
		return nil
	}
	return board.WriteMessage(w, title, text, status != http.StatusForbidden)
}

// errorText is an error that is a text.
type errorText string

func (e errorText) Error() string { return string(e) }

// UnmarshalCaddyfile sets up the board from Caddyfile tokens. Syntax:
//
//	error_board [<matcher>] {
//	    allow <cidr|private_ranges|all>...
//	}
func (b *Board) UnmarshalCaddyfile(d *caddyfile.Dispenser) error {
	d.Next() // the directive
	if d.NextArg() {
		return d.Errf("unexpected argument %q; put it inside the block (only a matcher is allowed here)", d.Val())
	}
	for nesting := d.Nesting(); d.NextBlock(nesting); {
		name := d.Val()
		if name != "allow" {
			return d.Errf("unknown subdirective %q%s", name, didYouMean(name, []string{"allow"}))
		}
		values, err := parseArgs(d)
		if err != nil {
			return err
		}
		b.Allow = append(b.Allow, values...)
		if _, err := newBoardAccess(values); err != nil {
			return d.WrapErr(err)
		}
	}
	if _, err := newBoardAccess(b.Allow); err != nil {
		return d.WrapErr(err)
	}
	return nil
}

// streamInterval is how often a stream looks whether something has changed. What is new is
// seen within a second.
const streamInterval = 250 * time.Millisecond

// Interface guards
var (
	_ caddy.Module                = (*Board)(nil)
	_ caddy.Provisioner           = (*Board)(nil)
	_ caddy.CleanerUpper          = (*Board)(nil)
	_ caddyfile.Unmarshaler       = (*Board)(nil)
	_ caddyhttp.MiddlewareHandler = (*Board)(nil)
)
