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
	key         []string // placeholders
	limit       ratelimit.Limit
	store       ratelimit.Store
	denyOnError bool
	logger      *zap.Logger
	quietUntil  atomic.Int64 // Unix seconds; failures of the store are not logged before this time
}

// limitState is the decision of one policy about a request.
type limitState struct {
	policy   *limitPolicy
	decision ratelimit.Decision
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

// enforceLimits counts r with the policies that match it, and appends their
// decisions to states. The error is for the client, and has the status of its
// response.
func enforceLimits(policies []*limitPolicy, r *http.Request, states []limitState) ([]limitState, error) {
	first := len(states)
	for _, p := range policies {
		matches, err := p.matchers.AnyMatchWithError(r) // an empty set matches every request
		if err != nil {
			return states[:first], err
		}
		if matches {
			states = append(states, limitState{policy: p})
		}
	}
	added := states[first:]
	if len(added) == 0 {
		return states, nil
	}
	if err := take(r, added); err != nil {
		return states[:first], err
	}
	for _, s := range added {
		if !s.decision.Allowed {
			countLimited(s.policy.name)
			return states, caddyhttp.Error(http.StatusTooManyRequests, refusal{s.policy.name, s.decision.RetryAfter})
		}
	}
	return states, nil
}

// take sets the decisions of states. Adjacent policies with the same store are
// decided together.
func take(r *http.Request, states []limitState) error {
	for done := 0; done < len(states); {
		store := states[done].policy.store
		n := 1
		for done+n < len(states) && states[done+n].policy.store == store {
			n++
		}
		if err := takeFrom(r, store, states[done:done+n]); err != nil {
			return err
		}
		done += n
	}
	return nil
}

func takeFrom(r *http.Request, store ratelimit.Store, states []limitState) error {
	var takeSpace [4]ratelimit.Take
	var decisionSpace [4]ratelimit.Decision
	takes, decisions := takeSpace[:0], decisionSpace[:0]
	for _, s := range states {
		takes = append(takes, ratelimit.Take{Counter: s.policy.name, Key: s.policy.keyOf(r), Limit: s.policy.limit})
		decisions = append(decisions, ratelimit.Decision{})
	}
	if err := store.Take(r.Context(), takes, decisions); err != nil {
		return storeFailed(err, r, states)
	}
	for i := range states {
		states[i].decision = decisions[i]
	}
	return nil
}

// storeFailed sets the decisions for a store that returned an error.
func storeFailed(err error, r *http.Request, states []limitState) error {
	deny := false
	for i := range states {
		p := states[i].policy
		p.logFailure(err, r)
		states[i].decision = ratelimit.Decision{Allowed: true, Remaining: -1}
		deny = deny || p.denyOnError
	}
	if deny {
		return caddyhttp.Error(http.StatusServiceUnavailable, errStoreUnavailable)
	}
	return nil
}

// logFailure logs an error of the store, at most once a minute.
func (p *limitPolicy) logFailure(err error, r *http.Request) {
	now := time.Now().Unix()
	until := p.quietUntil.Load()
	if now < until || !p.quietUntil.CompareAndSwap(until, now+60) {
		return
	}
	onStoreError := "allow"
	if p.denyOnError {
		onStoreError = "deny"
	}
	p.logger.Error("rate limit store is unavailable",
		zap.String("policy", p.name), zap.String("on_store_error", onStoreError), zap.String("request_id", requestID(r)), zap.Error(err))
}

// clientIP is the placeholder of the client's address, which Caddy finds with the
// trusted_proxies of the server.
const clientIP = "{http.vars.client_ip}"

// keyOf returns the key that identifies the client of r. Each part is preceded by
// its length, so that no combination of values produces the key of another client.
func (p *limitPolicy) keyOf(r *http.Request) string {
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
