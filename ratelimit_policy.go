package koine

import (
	"errors"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
	"go.uber.org/zap"

	"github.com/koine-proxy/koine/ratelimit"
)

// limitPolicy is a compiled RateLimit.
type limitPolicy struct {
	name        string
	matchers    caddyhttp.MatcherSets
	key         []string // placeholders; none for one counter for all clients
	limit       ratelimit.Limit
	store       ratelimit.Store
	denyOnError bool
	logger      *zap.Logger
	events      *emitter
	quietUntil  atomic.Int64 // Unix seconds; failures of the store are not logged before this time
}

// limitState is the decision of one policy about a request.
type limitState struct {
	policy   *limitPolicy
	key      string
	decision ratelimit.Decision
	counted  bool // the store has counted the request
	failed   bool // the store returned an error; the decision is on_store_error
}

// refusal is the error of a request over a limit.
type refusal struct {
	policy string
	wait   time.Duration
}

// Error implements error.
func (e refusal) Error() string { return "rate limit " + e.policy + " exceeded" }

// errStoreUnavailable is the error of a request that was not counted, under a
// policy that denies such requests.
var errStoreUnavailable = errors.New("rate limit store is unavailable")

// logFailure logs an error of the store, at most once a minute.
func (p *limitPolicy) logFailure(err error, r *http.Request) {
	now := time.Now().Unix()
	until := p.quietUntil.Load()
	if now < until || !p.quietUntil.CompareAndSwap(until, now+60) {
		return
	}
	onStoreError, message := "allow", "rate limit store is unavailable"
	if p.denyOnError {
		onStoreError = "deny"
	}
	if !errors.Is(err, ratelimit.ErrUnavailable) {
		message = "rate limit store failed"
	}
	p.logger.Error(message,
		zap.String("policy", p.name), zap.String("on_store_error", onStoreError), zap.String("request_id", requestID(r)), zap.Error(err))
}

// clientIP is the placeholder of the client's address, which Caddy finds with the
// trusted_proxies of the server.
const clientIP = "{http.vars.client_ip}"

// globalKey is the key of policies with one counter for all clients.
const globalKey = "global"

// keyOf returns the key that identifies the client of r, or that of all clients. Each part is preceded by
// its length, so that no combination of values produces the key of another client.
func (p *limitPolicy) keyOf(r *http.Request) string {
	if len(p.key) == 0 {
		return globalKey
	}
	repl, _ := r.Context().Value(caddy.ReplacerCtxKey).(*caddy.Replacer)
	var b strings.Builder
	for _, part := range p.key {
		value := ""
		if repl != nil && part != clientIP {
			value = repl.ReplaceAll(part, "")
		}
		if value == "" {
			value = clientNetwork(r)
		}
		b.WriteString(strconv.Itoa(len(value)))
		b.WriteByte(':')
		b.WriteString(value)
	}
	return b.String()
}

// expandKey returns the compiled form of a key: globalKey has no placeholders.
func expandKey(key []string) []string {
	if len(key) == 1 && key[0] == globalKey {
		return nil
	}
	return key
}

// clientNetwork returns the IPv4 address of the client, or the /64 of its IPv6
// address, since a subscriber has at least that many addresses.
func clientNetwork(r *http.Request) string {
	text, _ := caddyhttp.GetVar(r.Context(), caddyhttp.ClientIPVarKey).(string)
	addr, err := netip.ParseAddr(text)
	if err != nil {
		return text
	}
	if addr = addr.Unmap().WithZone(""); addr.Is4() {
		return addr.String()
	}
	prefix, err := addr.Prefix(64)
	if err != nil {
		return addr.String()
	}
	return prefix.String()
}
