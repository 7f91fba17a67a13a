package koine

import (
	"errors"
	"fmt"
	"maps"
	"net"
	"net/http"
	"net/netip"
	"slices"

	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
	"golang.org/x/net/http/httpguts"

	"github.com/koine-proxy/koine/internal/requestid"
)

// RequestID says where the id of a request stands, how it looks, and whose id
// is kept. Every response carries exactly one, the upstream gets the same one,
// and an upstream's own goes to the log.
type RequestID struct {
	// Leave the headers of requests and responses alone. Envelopes and logs
	// still carry an id. Default: false.
	Off bool `json:"off,omitempty"`

	// The header of the id, in requests and responses. Default: X-Request-ID.
	Header string `json:"header,omitempty"`

	// The form of the id: `req` is `req_` and 26 characters (a ULID), `ulid` the
	// same without the prefix, `uuid` a UUID of version 7 (RFC 9562); ids of
	// one process in one of these forms sort strictly by time. `trace` is the
	// trace id of W3C Trace Context: that of the `tracing` directive, that of a
	// `traceparent` from a trusted sender, or a new one, which the upstream
	// then gets as its `traceparent`. Default: `req`.
	Format string `json:"format,omitempty"`

	// Whose inbound id is kept, if it is sound (1 to 128 characters of
	// A-Z a-z 0-9 - _ . : = / + ~ @): `proxies` for those that the server's
	// trusted_proxies name, `all`, `none`, `private_ranges`, or IP addresses
	// and CIDR ranges of clients. `all` and `none` stand alone. Default:
	// `proxies`, which is nobody where the server names none.
	Trust []string `json:"trust,omitempty"`

	canonical string // Header as it stands in header maps
}

func (c *RequestID) setDefaults() {
	if c.Header == "" {
		c.Header = "X-Request-ID"
	}
	if c.Format == "" {
		c.Format = "req"
	}
	if len(c.Trust) == 0 {
		c.Trust = []string{"proxies"}
	}
	c.canonical = http.CanonicalHeaderKey(c.Header)
}

func (c *RequestID) check() error {
	_, trustErr := parseTrust(c.Trust)
	return errors.Join(checkHeaderName(c.Header), checkFormat(c.Format), trustErr)
}

func checkHeaderName(name string) error {
	if !httpguts.ValidHeaderFieldName(name) {
		return fmt.Errorf("request_id header %q: this is no name of a header; write one such as X-Request-ID", name)
	}
	return nil
}

func checkFormat(format string) error {
	if formats[format] == nil {
		return fmt.Errorf("request_id format %q: %s", format, oneOf(format, slices.Sorted(maps.Keys(formats))))
	}
	return nil
}

// trust decides whose inbound id is kept.
type trust struct {
	all      bool
	proxies  bool
	prefixes []netip.Prefix
}

// privateRanges are those of Caddy's `private_ranges`: RFC 1918, RFC 4193 and
// the loopback addresses.
var privateRanges = []string{"192.168.0.0/16", "172.16.0.0/12", "10.0.0.0/8", "127.0.0.1/8", "fd00::/8", "::1"}

func parseTrust(words []string) (t trust, err error) {
	var errs []error
	for _, word := range words {
		switch word {
		case "proxies":
			t.proxies = true
		case "all":
			t.all = true
		case "none":
		case "private_ranges":
			for _, r := range privateRanges {
				p, err := parsePrefix(r)
				errs = append(errs, err)
				t.prefixes = append(t.prefixes, p)
			}
			continue
		default:
			p, err := parsePrefix(word)
			errs = append(errs, err)
			t.prefixes = append(t.prefixes, p)
			continue
		}
		if len(words) > 1 && word != "proxies" {
			errs = append(errs, fmt.Errorf("request_id trust: %s stands alone; take out the other words", word))
		}
	}
	return t, errors.Join(errs...)
}

func parsePrefix(word string) (netip.Prefix, error) {
	if p, err := netip.ParsePrefix(word); err == nil {
		return p.Masked(), nil
	}
	if a, err := netip.ParseAddr(word); err == nil {
		return netip.PrefixFrom(a, a.BitLen()), nil
	}
	return netip.Prefix{}, fmt.Errorf("request_id trust %q: it must be proxies, all, none, private_ranges, or an IP address or range such as 10.0.0.0/8", word)
}

// trusts tells whether the sender of r may choose the id.
func (t *trust) trusts(r *http.Request) bool {
	if t.all {
		return true
	}
	if t.proxies {
		if trusted, _ := caddyhttp.GetVar(r.Context(), caddyhttp.TrustedProxyVarKey).(bool); trusted {
			return true
		}
	}
	if len(t.prefixes) == 0 {
		return false
	}
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return false
	}
	addr, err := netip.ParseAddr(host)
	if err != nil {
		return false
	}
	addr = addr.Unmap().WithZone("")
	for _, p := range t.prefixes {
		if p.Contains(addr) {
			return true
		}
	}
	return false
}

// soundInbound returns the id that the sender of r gave, if it is sound.
func soundInbound(values []string) (string, bool) {
	if len(values) != 1 || !requestid.IsSound(values[0]) {
		return "", false
	}
	return values[0], true
}

// traceOf returns the trace id of a request in the format `trace`: Caddy's own
// where it traces, else that of a sender who may choose it.
func traceOf(r *http.Request, trusted bool) string {
	if id, ok := caddyhttp.GetVar(r.Context(), "trace_id").(string); ok && isTraceID(id) {
		return id
	}
	if values := r.Header["Traceparent"]; trusted && len(values) == 1 {
		if id, ok := parseTraceparent(values[0]); ok {
			return id
		}
	}
	return ""
}

// parseTraceparent returns the trace id of a traceparent header (W3C Trace
// Context section 3.2): 00-TRACE-PARENT-FLAGS, or a later version with more
// behind it.
func parseTraceparent(s string) (string, bool) {
	const size = 55
	if len(s) < size || s[2] != '-' || s[35] != '-' || s[52] != '-' || s[:2] == "ff" {
		return "", false
	}
	if (s[:2] == "00" && len(s) != size) || (len(s) > size && s[size] != '-') {
		return "", false
	}
	parent := s[36:52]
	if !isLowerHex(s[:2]) || !isTraceID(s[3:35]) || !isLowerHex(parent) || parent == "0000000000000000" || !isLowerHex(s[53:55]) {
		return "", false
	}
	return s[3:35], true
}

func isTraceID(s string) bool {
	return len(s) == 32 && isLowerHex(s) && s != "00000000000000000000000000000000"
}

func isLowerHex(s string) bool {
	for i := range len(s) {
		if c := s[i]; (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}
