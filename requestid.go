package koine

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"net/netip"
	"sync"
	"time"

	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
	"github.com/oklog/ulid/v2"
	"golang.org/x/net/http/httpguts"

	"github.com/koine-proxy/koine/translate"
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

	// The form of the id: `req` is `req_` and 26 characters (a ULID). Ids of
	// one process sort strictly by time. Default: `req`.
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
	if format != "req" {
		return fmt.Errorf("request_id format %q: it must be req", format)
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
	if len(values) != 1 || !translate.SoundID(values[0]) {
		return "", false
	}
	return values[0], true
}

// minter makes ids that sort strictly by time, also within a millisecond and
// when the clock is set back.
type minter struct {
	mu   sync.Mutex
	last ulid.ULID
	fill func([]byte) // randomness
}

// theMinter serves the whole process, so that ids of all sites sort.
var theMinter = &minter{fill: fillRandom}

// fillRandom fills b from the runtime's generator, which is ChaCha8, seeded by
// the operating system. An id has to be unique, not secret.
func fillRandom(b []byte) {
	for len(b) >= 8 {
		n := rand.Uint64()
		for i := range 8 {
			b[i] = byte(n >> (8 * i))
		}
		b = b[8:]
	}
	for i := range b {
		b[i] = byte(rand.Uint32())
	}
}

// prefix starts every id.
const prefix = "req_"

// mint returns the next id.
func (m *minter) mint(now time.Time) string {
	id := m.next(uint64(max(now.UnixMilli(), 0)))
	var text [len(prefix) + ulid.EncodedSize]byte
	copy(text[:], prefix)
	_ = id.MarshalTextTo(text[len(prefix):]) // the buffer has the size it wants
	return string(text[:])
}

// next returns a ULID above the last one.
func (m *minter) next(ms uint64) ulid.ULID {
	m.mu.Lock()
	defer m.mu.Unlock()
	if last := m.last.Time(); ms > last {
		_ = m.last.SetTime(min(ms, ulid.MaxTime()))
		m.fill(m.last[6:])
		m.last[6] &= 0x7f // room to count up within the millisecond
		return m.last
	}
	for i := len(m.last) - 1; i >= 0; i-- { // count up; a carry reaches the time, so the order holds
		if m.last[i]++; m.last[i] != 0 {
			break
		}
	}
	return m.last
}
