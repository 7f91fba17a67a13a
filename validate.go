package koine

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/caddyserver/caddy/v2"
	"golang.org/x/net/http/httpguts"

	"github.com/koine-proxy/koine/dialect"
	"github.com/koine-proxy/koine/internal/requestid"
	"github.com/koine-proxy/koine/internal/suggest"
	"github.com/koine-proxy/koine/mappings"
)

// choices are the fields with a fixed set of values, by their name in a Caddyfile.
// Both the Caddyfile parser and the check of a JSON config use them.
var choices = map[string][]string{
	"status":       {"canonical", "upstream"},
	"message":      {"safe", "upstream", "canonical"},
	"unmapped":     {"fallback", "pass"},
	"expose":       {"upstream"},
	"proxy_errors": {"translate", "pass"},
	"streams":      {"pass", "translate"},
	"mode":         {"observe", "translate", "off"},
	"envelope":     {"canonical", "problem", "html", "text", "xml", "markdown"},

	"success_errors":     {"pass", "named", "guess"},
	"on_store_error":     {"allow", "deny"},
	"rate_limit_headers": {"x", "ietf", "both", "off"},
}

// checkChoice returns an error unless value is one of the values of a field.
func checkChoice(field, value string) error {
	if slices.Contains(choices[field], value) {
		return nil
	}
	return fmt.Errorf("%s %q: %s", field, value, expectedOneOf(value, choices[field]))
}

// expectedOneOf lists the valid values, and suggests the one closest to value.
func expectedOneOf(value string, valid []string) string {
	if len(valid) == 1 {
		return "expected " + valid[0]
	}
	message := "expected one of " + strings.Join(valid, ", ")
	if near := suggest.Nearest(value, valid); near != "" {
		message += fmt.Sprintf("; did you mean %s?", near)
	}
	return message
}

// check returns all faults in the values of a configuration with defaults.
func (h *Handler) check() error {
	var errs []error
	for _, f := range []struct{ field, value string }{
		{"status", h.Status}, {"message", h.Message}, {"unmapped", h.Unmapped}, {"proxy_errors", h.ProxyErrors},
		{"streams", h.Streams}, {"success_errors", h.SuccessErrors}, {"rate_limit_headers", h.RateLimitHeaders},
	} {
		errs = append(errs, checkChoice(f.field, f.value))
	}
	if h.Expose != "" {
		errs = append(errs, checkChoice("expose", h.Expose))
	}
	if h.GatewayStatus != 0 {
		errs = append(errs, checkGatewayStatus(h.GatewayStatus))
	}
	errs = append(errs, checkEnvelopes(h.Envelope), checkMaxBody(h.MaxBody), checkDocs(h.Docs), h.RequestID.check())
	for _, status := range h.Only {
		errs = append(errs, checkStatus(status))
	}
	for _, d := range []struct {
		field   string
		value   caddy.Duration
		minimum time.Duration
	}{
		{"body_timeout", h.BodyTimeout, minBodyTimeout}, {"retry_after", h.RetryAfter, minRetryAfter},
	} {
		errs = append(errs, checkDuration(d.field, time.Duration(d.value), d.minimum))
	}
	if _, err := checkModes(h.Mode); err != nil {
		errs = append(errs, err)
	}
	errs = append(errs, checkRespondAs(h.RespondAs))
	for i, l := range h.RateLimit {
		if l == nil {
			errs = append(errs, fmt.Errorf("rate_limit: entry %d is null; expected a policy with limit and per", i+1))
		}
	}
	if h.Watch != 0 {
		errs = append(errs, checkDuration("watch", time.Duration(h.Watch), minWatch))
	}
	for _, row := range h.Map {
		errs = append(errs, checkRow(row))
	}
	for _, name := range h.Dialect {
		errs = append(errs, checkDialect(name))
	}
	return errors.Join(errs...)
}

const (
	minBodyTimeout = time.Millisecond
	minRetryAfter  = time.Second
	minWatch       = 100 * time.Millisecond
)

func checkEnvelopes(names []string) error {
	for i, name := range names {
		if err := checkChoice("envelope", name); err != nil && !(i == 0 && mayBeDialect(name)) {
			return err
		}
		if slices.Contains(names[:i], name) {
			return fmt.Errorf("duplicate envelope %s", name)
		}
	}
	return nil
}

// mayBeDialect reports whether the first envelope may be a dialect. Whether there is one of
// that name is known when the files of the site are loaded.
func mayBeDialect(name string) bool {
	of := strings.TrimPrefix(name, bothPrefix)
	return name != "" && (of != name || slices.Contains(mappings.Dialects(), of) || suggest.Nearest(name, choices["envelope"]) == "" && !isFile(name))
}

func checkMaxBody(n int64) error {
	if n < 1 || n > maxMaxBody {
		return fmt.Errorf("max_body %d: must be between 1 byte and 64MiB", n)
	}
	return nil
}

func checkDuration(field string, d, minimum time.Duration) error {
	if d < minimum {
		return fmt.Errorf("%s %v: must be at least %v", field, d, minimum)
	}
	return nil
}

func checkStatus(n int) error {
	if n == 4 || n == 5 || (n >= 400 && n <= 599 && n != statusClientClosed) {
		return nil
	}
	value := strconv.Itoa(n)
	if n > 0 && n < 10 {
		value += "xx"
	}
	return fmt.Errorf("only %s: expected a status from 400 to 599 except 499, or a class: 4xx or 5xx", value)
}

const expectedGatewayStatus = "expected a status from 500 to 599 except 502 and 504, for example 503"

func checkGatewayStatus(n int) error {
	if n >= 500 && n <= 599 && n != http.StatusBadGateway && n != http.StatusGatewayTimeout {
		return nil
	}
	return fmt.Errorf("gateway_status %d: %s", n, expectedGatewayStatus)
}

// checkDocs returns an error unless docs is empty, a path, or an http or https URL.
func checkDocs(docs string) error {
	if docs == "" {
		return nil
	}
	u, err := url.Parse(docs)
	if err != nil || (u.Host == "" && !strings.HasPrefix(docs, "/")) || (u.Scheme != "" && u.Scheme != "http" && u.Scheme != "https") {
		return fmt.Errorf("docs %q: expected an http or https URL or a path, for example https://docs.example.com/errors/", docs)
	}
	return nil
}

func checkRow(row MapRow) error {
	where := strings.TrimSpace("map " + row.Dialect + " " + row.Native)
	if row.Dialect == "" || row.Native == "" {
		return fmt.Errorf("%s: expected a dialect (or *), a native code and a canonical code", where)
	}
	if !dialect.IsCodeName(row.Code) {
		_, fault := dialect.ParseRow(row.Native, []string{row.Code})
		return fmt.Errorf("%s: %s", where, fault)
	}
	return nil
}

// isFile reports whether the name of a dialect is the path of a mapping file.
func isFile(name string) bool {
	return strings.ContainsAny(name, `/\`) || strings.HasSuffix(name, ".yaml") || strings.HasSuffix(name, ".yml")
}

// checkDialect returns an error for a name that no built-in dialect has.
func checkDialect(name string) error {
	names := append(mappings.Dialects(), "auto", "all")
	if isFile(name) || slices.Contains(names, name) {
		return nil
	}
	hint := "run `caddy translate-errors dialects` to list them."
	if near := suggest.Nearest(name, names); near != "" {
		hint = "did you mean " + near + "?"
	}
	return fmt.Errorf("dialect %q: not a built-in dialect; %s For a mapping file, use its path: ./%s.yaml", name, hint, name)
}

func (c *RequestID) check() error {
	_, trustErr := requestid.ParseTrust(c.Trust)
	return errors.Join(checkHeaderName(c.Header), checkIDFormat(c.Format), trustErr)
}

func checkHeaderName(name string) error {
	if !httpguts.ValidHeaderFieldName(name) {
		return fmt.Errorf("request_id header %q: not a header name; use for example X-Request-ID", name)
	}
	canonical := http.CanonicalHeaderKey(name)
	if slices.Contains(meaningfulHeaders, canonical) || slices.ContainsFunc(meaningfulPrefixes, func(p string) bool { return strings.HasPrefix(canonical, p) }) {
		return fmt.Errorf("request_id header %q: has another meaning in HTTP; use for example X-Request-ID", name)
	}
	return nil
}

// meaningfulHeaders are headers that cannot have the id, in requests and in responses:
// they frame messages, route or authenticate them, or control caches, browsers and this
// handler.
var meaningfulHeaders = []string{
	"Connection", "Keep-Alive", "Proxy-Connection", "Te", "Trailer", "Transfer-Encoding", "Upgrade", "Http2-Settings", // RFC 9110 section 7.6.1
	"Host", "Expect", "Max-Forwards", "Via", "Forwarded", "Alt-Svc", "Alt-Used", "Date", "Server", "User-Agent", "Location", "Link",
	"Accept", "Accept-Charset", "Accept-Encoding", "Accept-Language", "Accept-Patch", "Accept-Post", "Accept-Ranges", "Allow", "Range",
	"Age", "Cache-Control", "Etag", "Expires", "Last-Modified", "Pragma", "Vary",
	"Authorization", "Authentication-Info", "Www-Authenticate", "Cookie", "Set-Cookie",
	"Origin", "Referer", "Refresh", "Sourcemap", "Strict-Transport-Security", "X-Content-Type-Options", "X-Frame-Options",
	"Digest", "Repr-Digest", "Signature", "Signature-Input", "Incremental", "Priority", "Early-Data", "Prefer", "Idempotency-Key",
	"Traceparent", "Tracestate", "Baggage", "Retry-After", "Ratelimit", "Ratelimit-Policy", "Proxy-Status", "Deprecation", "Sunset",
}

// meaningfulPrefixes are how the names of more such headers begin.
var meaningfulPrefixes = []string{
	"Access-Control-", "Content-", "Cross-Origin-", "If-", "Proxy-Auth", "Sec-", "Want-", "X-Forwarded-", "X-Ratelimit-", ":",
}

func checkIDFormat(format string) error {
	if requestid.NewGenerator(format) == nil {
		return fmt.Errorf("request_id format %q: %s", format, expectedOneOf(format, requestid.Formats()))
	}
	return nil
}

// checkPolicyName returns an error for a name of a policy that cannot be used in
// metrics, keys and the RateLimit header.
func checkPolicyName(name string) error {
	if len(name) > 64 {
		return fmt.Errorf("policy name %q: must have at most 64 characters", name)
	}
	for i := range len(name) {
		if c := name[i]; !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '.' || c == '_' || c == '-') {
			return fmt.Errorf("policy name %q: use only letters, digits, dots, hyphens and underscores", name)
		}
	}
	return nil
}

// checkKey returns an error for a part of a key that is the same for all clients.
func checkKey(key []string) error {
	for _, part := range key {
		if hasPlaceholder(part) {
			continue
		}
		switch {
		case part != globalKey:
			return fmt.Errorf("key %s: not a placeholder, so all clients would share one counter; use for example {http.request.header.X-Api-Key}, or global for one counter", part)
		case len(key) > 1:
			return errors.New("key global: cannot be combined with placeholders; one counter for all clients has no other key")
		}
	}
	return nil
}
