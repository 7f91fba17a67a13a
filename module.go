// Package koine is a Caddy module that translates errors: whatever dialect a
// legacy backend speaks, clients get one envelope with one set of codes, a
// request id and rate-limit headers.
//
// The package knows Caddy and little else. What an error means is decided in
// package translate, by the tables of package mappings.
package koine

import (
	"fmt"
	"net/http"
	"time"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/caddyconfig/caddyfile"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
	"go.uber.org/zap"

	"github.com/koine-proxy/koine/translate"
)

func init() {
	caddy.RegisterModule(Handler{})
}

// Handler translates the errors of what stands behind it into one envelope.
//
// Both roads of an error are covered: one that an upstream or a handler writes,
// and one that a handler returns, such as the 502 of a backend that is down.
// Candidates are responses with a status of 4xx or 5xx (see `only`; never 499)
// whose body is JSON, XML, a form or plain text, or empty, or HTML where the
// client does not prefer HTML. Everything else passes, byte for byte, and is
// never buffered.
//
// Every response gets a request id (see `request_id`). Where a rate limit of
// the upstream is known, it is told in the `X-RateLimit-*` headers and in those
// of the IETF draft.
//
// Placeholders:
//
// Placeholder | Description
// ------------|------------
// `{http.translate_errors.request_id}` | The id of the request
// `{http.translate_errors.code}` | The canonical code of a translated error
// `{http.translate_errors.category}` | Its category
// `{http.translate_errors.dialect}` | The dialect that the upstream spoke
// `{http.translate_errors.upstream_code}` | The upstream's own code: at most 128 characters of `A-Z a-z 0-9 . _ : # -`, others as `_`
// `{http.translate_errors.upstream_status}` | The status before the translation
//
// The access log carries `request_id`, `error_code`, `upstream_code` and
// `upstream_status`; with them `inbound_id` where a client's id was replaced,
// and `upstream_request_id` where the upstream told one.
type Handler struct {
	// The name of this site in metrics. Default: the name of the server.
	// (A Caddyfile fills in the first host of the site.)
	Name string `json:"name,omitempty"`

	// The dialects that the upstreams speak, in the order of detection: names
	// of built-in dialects, paths of mapping files (anything with a slash, or
	// ending in .yaml or .yml), `auto` for all built-in dialects but those whose
	// errors clients parse by a standard (OAuth 2, GraphQL, S3 …) or that ride
	// on a success (Slack …), which are recognised and pass, or `all` for every
	// built-in one, also on a success. Both end with general rules for unknown
	// bodies. A dialect that is named claims its media types, such as HTML for
	// browsers. Default: `auto`.
	Dialect []string `json:"dialect,omitempty"`

	// Paths of taxonomy files. They add codes to the built-in taxonomy, or
	// override codes of it; a later file wins. Default: none.
	Taxonomy []string `json:"taxonomy,omitempty"`

	// Rows of this site's own. They win over the tables of the dialects.
	Map []MapRow `json:"map,omitempty"`

	// The forms of an answer: `canonical` (application/json) and `problem`
	// (application/problem+json, RFC 9457). The first is the default; the
	// others are chosen by the client's Accept header. Default: `canonical`.
	Envelope []string `json:"envelope,omitempty"`

	// The status of an answer: `canonical` takes that of the canonical code,
	// unless a guard rail stands between (an error never moves between 4xx and
	// 5xx, nor into 401, 405, 407, 408, 416 or 426, unless the row says
	// `force`); `upstream` keeps that of the upstream. Default: `canonical`.
	Status string `json:"status,omitempty"`

	// Whose words an answer carries: `safe` passes the upstream's words where
	// both statuses are below 500 and they read like a sentence for people
	// (one line, at most 500 characters, no stack frame, SQL, path, address or
	// secret), and takes those of the taxonomy elsewhere; `upstream` passes
	// them always; `canonical` never. Default: `safe`.
	Message string `json:"message,omitempty"`

	// What becomes of an error whose code no table knows: `fallback` answers
	// with the generic code of its status, `pass` lets it pass untouched.
	// Default: `fallback`.
	Unmapped string `json:"unmapped,omitempty"`

	// The statuses that are candidates, as the upstream sent them: from 400 to
	// 599, or 4 and 5 for the classes 4xx and 5xx. 499 never is one. Default:
	// 4 and 5.
	Only []int `json:"only,omitempty"`

	// How large an error body may be, in bytes, before and after it is
	// decompressed. A larger one is answered by its status alone, or, with
	// `unmapped` `pass`, passes. From 1 byte to 64 MiB. Default: 1 MiB.
	MaxBody int64 `json:"max_body,omitempty"`

	// How long an error body may take, from its header to its last byte. One
	// that takes longer is answered by its status alone, and its upstream is
	// dropped. At least 1ms. Default: 10s.
	BodyTimeout caddy.Duration `json:"body_timeout,omitempty"`

	// How long a client is told to wait where it has to and the upstream does
	// not say how long. Rounded up to whole seconds, at least 1s. Default: 60s.
	RetryAfter caddy.Duration `json:"retry_after,omitempty"`

	// What of the inside to put into the envelope. The only value is
	// `upstream`: dialect, code, status and request id, as meta.upstream.
	// Default: nothing; logs and metrics have it.
	Expose string `json:"expose,omitempty"`

	// The public URL below which every code has its page, such as
	// https://docs.example.com/errors/. It becomes error.docs of the envelope
	// and the type of a problem. An absolute http or https URL, or a path.
	// Default: none.
	Docs string `json:"docs,omitempty"`

	// What becomes of an error that a handler returns: `translate` answers it
	// here, `pass` leaves it to the error routes of the server (the Caddyfile's
	// handle_errors). Default: `translate`.
	ProxyErrors string `json:"proxy_errors,omitempty"`

	// What becomes of the errors inside streams, those of server-sent events
	// and of NDJSON: `translate` answers in place of a frame that is an error,
	// `pass` leaves it as it came. An event is read by every dialect if its
	// `event:` is `error`; other frames by those dialects whose errors stand in
	// frames, if they begin like one. All other frames pass at once, byte for
	// byte; so do frames above 64 KiB, and compressed streams. The HTTP status
	// stays. Default: `pass`.
	Streams string `json:"streams,omitempty"`

	// Limits that this site enforces before a request reaches an upstream.
	// Default: none.
	RateLimit []*RateLimit `json:"rate_limit,omitempty"`

	// The headers in which limits are told, those of an upstream and our own:
	// `x` for X-RateLimit-*, `ietf` for RateLimit and RateLimit-Policy, `both`,
	// or `off`. Default: `both`.
	RateLimitHeaders string `json:"rate_limit_headers,omitempty"`

	// The id of the request, in the header, in the envelope and in the logs.
	RequestID *RequestID `json:"request_id,omitempty"`

	tables    *tables // what this instance took, and gives back in Cleanup
	riders    bool    // some errors ride on a success
	claiming  bool    // the site named dialects that may claim media types
	streaming bool    // frames of streams are looked at
	openings  translate.Prefixes
	engine    *translate.Engine
	policy    translate.Policy
	forms     []form
	types     []string // the media types of forms
	trust     trust
	logger    *zap.Logger
	returns   *zap.Logger // takes the errors that Caddy no longer sees
	told      *hints
	mint      func(time.Time) string
	now       func() time.Time
}

// MapRow maps one native code of one dialect.
type MapRow struct {
	// The name of the dialect, or * for every dialect of the site.
	Dialect string `json:"dialect"`

	// The code as the upstream spells it.
	Native string `json:"native"`

	// The canonical code that it means.
	Code string `json:"code"`

	// Take the status of the canonical code even across the guard rails.
	Force bool `json:"force,omitempty"`
}

// CaddyModule returns the Caddy module information.
func (Handler) CaddyModule() caddy.ModuleInfo {
	return caddy.ModuleInfo{
		ID:  "http.handlers.translate_errors",
		New: func() caddy.Module { return new(Handler) },
	}
}

// Provision fills in the defaults, checks the words, and compiles the tables.
func (h *Handler) Provision(ctx caddy.Context) error {
	h.logger = ctx.Logger()
	h.returns = ctx.Logger(new(caddyhttp.App)).Named("log.error")
	h.setDefaults()
	if err := h.check(); err != nil {
		return err
	}
	if err := registerMetrics(ctx.GetMetricsRegistry()); err != nil {
		return fmt.Errorf("registering metrics: %w", err)
	}
	if err := h.compile(); err != nil {
		return err
	}
	for _, p := range h.RateLimit {
		if err := p.provision(ctx); err != nil {
			return fmt.Errorf("rate_limit %s: %w", p.Name, err)
		}
	}
	h.told, h.now = new(hints), time.Now
	return nil
}

// Cleanup gives back the tables, if this instance took any.
func (h *Handler) Cleanup() error {
	if h.tables == nil {
		return nil
	}
	return h.tables.release()
}

// The defaults of the fields.
const (
	defaultMaxBody     = 1 << 20
	mostMaxBody        = 64 << 20
	defaultBodyTimeout = caddy.Duration(10e9)
	defaultRetryAfter  = caddy.Duration(60e9)
)

func (h *Handler) setDefaults() {
	if len(h.Dialect) == 0 {
		h.Dialect = []string{"auto"}
	}
	if len(h.Envelope) == 0 {
		h.Envelope = []string{"canonical"}
	}
	for _, s := range []struct {
		field *string
		word  string
	}{
		{&h.Status, "canonical"}, {&h.Message, "safe"}, {&h.Unmapped, "fallback"}, {&h.ProxyErrors, "translate"}, {&h.Streams, "pass"},
		{&h.RateLimitHeaders, "both"},
	} {
		if *s.field == "" {
			*s.field = s.word
		}
	}
	if len(h.Only) == 0 {
		h.Only = []int{4, 5}
	}
	if h.MaxBody == 0 {
		h.MaxBody = defaultMaxBody
	}
	if h.BodyTimeout == 0 {
		h.BodyTimeout = defaultBodyTimeout
	}
	if h.RetryAfter == 0 {
		h.RetryAfter = defaultRetryAfter
	}
	if h.RequestID == nil {
		h.RequestID = new(RequestID)
	}
	h.RequestID.setDefaults()
}

// passesUnmapped tells whether errors with unknown codes pass.
func (h *Handler) passesUnmapped() bool { return h.Unmapped == "pass" }

// site is the name of this site in metrics.
func (h *Handler) site(r *http.Request) string {
	if h.Name != "" {
		return h.Name
	}
	if s, ok := r.Context().Value(caddyhttp.ServerCtxKey).(*caddyhttp.Server); ok {
		return s.Name()
	}
	return ""
}

// ServeHTTP serves the request through what stands behind, and answers for its
// errors.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request, next caddyhttp.Handler) error {
	x := h.begin(w, r)
	defer x.end()
	if err := x.enforce(); err != nil {
		return x.refuse(err)
	}
	return x.finish(next.ServeHTTP(x, x.request))
}

// Interface guards
var (
	_ caddy.Module                = (*Handler)(nil)
	_ caddy.Provisioner           = (*Handler)(nil)
	_ caddy.CleanerUpper          = (*Handler)(nil)
	_ caddyfile.Unmarshaler       = (*Handler)(nil)
	_ caddyhttp.MiddlewareHandler = (*Handler)(nil)
)
