// Package koine is a Caddy module that translates the error responses of legacy
// upstreams into one envelope, with one set of codes, a request id and rate-limit
// headers.
//
// This package connects Caddy with package translate, which detects the dialect
// of an error, reads it and renders the answer, with the tables of package
// mappings.
package koine

import (
	"net/http"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/caddyconfig/caddyfile"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
)

func init() {
	caddy.RegisterModule(Handler{})
}

// Handler translates the errors of the handlers inside it into one envelope.
//
// It translates both errors that an upstream or a handler writes as a response,
// and errors that a handler returns, such as the 502 for an upstream that is
// down. Candidates are responses with a status of 4xx or 5xx (see `only`; never
// 499) whose body is JSON, XML, a form or plain text, or empty, or HTML if the
// client does not prefer HTML. Everything else passes through unchanged and is
// never buffered.
//
// Every response gets a request id (see `request_id`). If a rate limit of the
// upstream is known, the response has it in the `X-RateLimit-*` headers and in
// those of the IETF draft.
//
// Placeholders:
//
// Placeholder | Description
// ------------|------------
// `{http.translate_errors.request_id}` | The id of the request
// `{http.translate_errors.code}` | The canonical code of a translated error, and of one that `handle_errors` answers
// `{http.translate_errors.category}` | Its category
// `{http.translate_errors.dialect}` | The dialect of the upstream's error
// `{http.translate_errors.match}` | How its code was found: `table`, `guess` or `status`
// `{http.translate_errors.upstream_code}` | The upstream's own code: at most 128 characters of `A-Z a-z 0-9 . _ : # -`, all others replaced by `_`
// `{http.translate_errors.upstream_status}` | The status of the upstream's error
//
// The access log gets the fields `request_id`, `error_code`, `error_dialect`,
// `error_match`, `upstream_code` and `upstream_status`, `inbound_id` if the id of a
// client was replaced, `upstream_request_id` if the upstream sent an id of its own, and
// `rate_limit_policy` if a rate limit refused the request.
type Handler struct {
	// The name of this site in metrics. Default: the name of the server.
	// (In a Caddyfile: the first host of the site.)
	Name string `json:"name,omitempty"`

	// The dialects of the upstreams, in the order of detection: names of
	// built-in dialects, paths of mapping files (anything that contains a slash
	// or ends in .yaml or .yml) or of directories of them, `auto` or `all`. `all` means every built-in
	// dialect, also for errors that are sent with a 2xx status. `auto` means every
	// built-in dialect for 4xx and 5xx only; it passes errors through unchanged if
	// clients parse them by a standard (OAuth 2, GraphQL, S3 …), or if the dialect
	// usually sends errors with a 2xx status (Slack …). `auto` and `all` end with
	// general rules for unknown bodies. A dialect that is named is also detected in
	// bodies of its own media types that would otherwise pass through, such as HTML
	// for browsers. Default: `auto`.
	Dialect []string `json:"dialect,omitempty"`

	// Where errors that come with a 2xx status are looked for: `pass` for nowhere,
	// `named` for the dialects of the site that have such errors and that `dialect`
	// names, or takes in by `all`, `guess` also for bodies of no known dialect that
	// say themselves that they failed, as by `"success": false`. At most 16 KiB of a
	// success are buffered to decide it, and `only` must cover all of 4xx and 5xx.
	// Default: `named`.
	SuccessErrors string `json:"success_errors,omitempty"`

	// Paths of taxonomy files, or of directories of them. They add codes to the built-in taxonomy or
	// override its codes; a later file overrides an earlier one. Default: none.
	Taxonomy []string `json:"taxonomy,omitempty"`

	// Mapping rows of this site. They take precedence over the rows of the
	// dialects. Default: none.
	Map []MapRow `json:"map,omitempty"`

	// The envelopes of an answer: `canonical` (application/json), `problem`
	// (application/problem+json, RFC 9457; with `xml` also application/problem+xml),
	// `html` (text/html), `text` (text/plain), `xml` (application/xml and text/xml) and
	// `markdown` (text/markdown). The first is the default; a client can choose another
	// with its Accept header. Only clients that name HTML get `html`; with `html` alone
	// all others get `canonical`. The first can also be a dialect, or `canonical+` and a
	// dialect; see `respond_as`. Default: `canonical`.
	Envelope []string `json:"envelope,omitempty"`

	// The path of the template of HTML pages, in the language of Go's html/template. Its
	// fields are those of translate.PageData: Status, Code, Message, Advice, RequestID …
	// Default: the built-in page.
	HTMLTemplate string `json:"html_template,omitempty"`

	// The languages of answers: names of built-in locales (de, es, fr, ja, pt-BR, zh-Hans,
	// or `all`), and paths of locale files or of directories of them. A client chooses by
	// its Accept-Language header; if none fits, it gets English. Texts of the upstream are
	// not translated. Default: English only.
	Locale []string `json:"locale,omitempty"`

	// The clients that are answered in a legacy dialect instead of an envelope. The first
	// entry that applies to a request is used. Default: none.
	RespondAs []*RespondAs `json:"respond_as,omitempty"`

	// The status of an answer: `canonical` for the status of the canonical code,
	// `upstream` for the status of the upstream. `canonical` keeps the status of
	// the upstream if it would change between 4xx and 5xx, or become 401, 405,
	// 407, 408, 416 or 426, unless the mapping row has `force`. Default:
	// `canonical`.
	Status string `json:"status,omitempty"`

	// The status, from 500 to 599, with which an answer of 502 or 504 is sent
	// instead, in its header and its body: some CDNs replace the bodies of these
	// two. Responses that pass through are not changed, and Proxy-Status, logs and
	// `meta.upstream` keep the status that was received. Not 502 or 504. Default:
	// none; answers of 502 and 504 are sent as such.
	GatewayStatus int `json:"gateway_status,omitempty"`

	// The message of an answer: `upstream` for the message of the upstream,
	// `canonical` for that of the taxonomy, `safe` for the message of the upstream
	// if both statuses are below 500 and it reads like a sentence for people (one
	// line, at most 500 characters, no stack frame, SQL, path, address or
	// secret), else that of the taxonomy. Default: `safe`.
	Message string `json:"message,omitempty"`

	// What to do with an error whose code is in no table: `fallback` answers with
	// the generic code of its status, `pass` passes it through unchanged.
	// Default: `fallback`.
	Unmapped string `json:"unmapped,omitempty"`

	// Which requests have their errors translated, which only observed, and which neither.
	// Default: all translated.
	Mode []*Mode `json:"mode,omitempty"`

	// The upstream statuses that are translated: statuses from 400 to 599, or 4
	// and 5 for the classes 4xx and 5xx. 499 is never translated. Errors that handlers
	// return do not depend on it; see `proxy_errors`. Default: 4 and 5.
	Only []int `json:"only,omitempty"`

	// The maximum size of an error body in bytes, both as received and
	// decompressed. A larger one is answered by its status alone, or passes
	// through if `unmapped` is `pass`. So is one above 16 KiB if there is no place for
	// it: all of them together may take 16 MiB, or twice this size if that is more.
	// From 1 byte to 64 MiB. Default: 1 MiB.
	MaxBody int64 `json:"max_body,omitempty"`

	// The maximum time from the header of an error to the end of its body. An
	// error whose body takes longer is answered by its status alone, and the
	// request to the upstream is cancelled. At least 1ms. Default: 10s.
	BodyTimeout caddy.Duration `json:"body_timeout,omitempty"`

	// How long clients should wait before they retry, for answers to which neither
	// the upstream nor a rate limit gives a time. Rounded up to whole seconds. At
	// least 1s. Default: 60s.
	RetryAfter caddy.Duration `json:"retry_after,omitempty"`

	// Which internal details to put into the envelope. The only value is
	// `upstream`: dialect, code, status and request id of the upstream, as
	// meta.upstream. Default: none; they are in logs and metrics only.
	Expose string `json:"expose,omitempty"`

	// The public URL under which every code has its page, such as
	// https://docs.example.com/errors/. It is the base of error.docs in the
	// envelope and of the type of a problem. An absolute http or https URL, or a
	// path. Default: none.
	Docs string `json:"docs,omitempty"`

	// What to do with errors that a handler returns: `translate` answers them,
	// `pass` leaves them to the error routes of the server (`handle_errors` in a
	// Caddyfile). Default: `translate`.
	ProxyErrors string `json:"proxy_errors,omitempty"`

	// What to do with errors inside streams, which are server-sent events and
	// NDJSON: `translate` replaces the frames that are errors, `pass` leaves them
	// unchanged. An event is read by every dialect if its `event:` is `error`.
	// Other frames are read by the dialects that have errors in streams, if they
	// begin like such an error, and by `auto` and `all` also if their data says that
	// it is an error. The status of an error is that of its code, or the number in
	// the data. All other frames pass at once, byte for byte, as do
	// frames above 64 KiB and compressed streams. The HTTP status does not change.
	// Default: `pass`.
	Streams string `json:"streams,omitempty"`

	// Rate limits of this site. A request is counted before it reaches an
	// upstream. Default: none.
	RateLimit []*RateLimit `json:"rate_limit,omitempty"`

	// The headers in which rate limits are sent, both those of the upstream and
	// those of this site: `x` for X-RateLimit-*, `ietf` for RateLimit and
	// RateLimit-Policy, `both`, or `off`. Default: `both`.
	RateLimitHeaders string `json:"rate_limit_headers,omitempty"`

	// The id of the request in headers, envelopes and logs. Default: an id in the
	// header X-Request-ID.
	RequestID *RequestID `json:"request_id,omitempty"`

	// How often to look for changes in the mapping, taxonomy and locale files of this site,
	// and in its template.
	// Changed files are loaded on their own, without a reload of the configuration;
	// if one has a mistake, it is logged, and the tables that are in force stay. At
	// least 100ms. Default: files are only read when a configuration is loaded. (In a
	// Caddyfile, `watch` without an interval means 2s.)
	Watch caddy.Duration `json:"watch,omitempty"`

	mapped map[[2]string]bool // dialects and native codes of Map, while a Caddyfile is parsed

	rt      *liveRuntime
	watcher *watcher // nil without `watch`
}

// MapRow maps one native code of one dialect.
type MapRow struct {
	// The name of the dialect, or * for every dialect of the site.
	Dialect string `json:"dialect"`

	// The code as the upstream sends it.
	Native string `json:"native"`

	// The canonical code.
	Code string `json:"code"`

	// Whether the answer may take the status of the canonical code although
	// `canonical` would keep the status of the upstream (see `status`). Default:
	// false.
	Force bool `json:"force,omitempty"`

	at *caddyfile.Token // in a Caddyfile; nil in JSON
}

// RequestID configures the id of a request: its header, its format, and the
// senders whose ids are kept. Every response has exactly one id, and the upstream
// receives the same one. An id that the upstream sends is logged.
type RequestID struct {
	// Whether to leave the headers of requests and responses unchanged. Envelopes
	// and logs then have the id that the upstream sends in the header, if it is valid,
	// else one of their own. Default: false.
	Off bool `json:"off,omitempty"`

	// The header of the id, in requests and responses; not one that has another meaning
	// in HTTP. Default: X-Request-ID.
	Header string `json:"header,omitempty"`

	// The format of the id: `req` is `req_` and 26 characters (a ULID), `ulid` the
	// same without the prefix, `uuid` a UUID of version 7 (RFC 9562). Ids of one
	// process in one of these formats sort strictly by time. `trace` is the trace
	// id of W3C Trace Context: that of the `tracing` directive, else that of a
	// `traceparent` from a trusted sender, else a new one, which the upstream
	// receives in its `traceparent`. Default: `req`.
	Format string `json:"format,omitempty"`

	// The senders whose ids are kept, if the ids are valid (1 to 128 characters of
	// A-Z a-z 0-9 - _ . : = / + ~ @): `proxies` for the trusted_proxies of the
	// server, `all`, `none`, `private_ranges`, or IP addresses and CIDR ranges of
	// clients. `all` and `none` cannot be combined with other values. Default:
	// `proxies`.
	Trust []string `json:"trust,omitempty"`
}

// CaddyModule returns the Caddy module information.
func (Handler) CaddyModule() caddy.ModuleInfo {
	return caddy.ModuleInfo{
		ID:  "http.handlers.translate_errors",
		New: func() caddy.Module { return new(Handler) },
	}
}

// ServeHTTP calls the next handler, and answers the errors that it writes or
// returns.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request, next caddyhttp.Handler) error {
	x := h.rt.Load().newExchange(w, r)
	defer x.end()
	if err := x.chooseMode(); err != nil {
		return x.finish(err)
	}
	if err := x.chooseResponder(); err != nil {
		return x.finish(err)
	}
	if err := x.enforceLimits(); err != nil {
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
