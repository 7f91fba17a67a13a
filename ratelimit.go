package koine

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/caddyconfig/caddyfile"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
	"go.uber.org/zap"

	"github.com/koine-proxy/koine/ratelimit"
)

// RateLimit is one policy: who may send how many requests. Every response tells
// what is left, and a request over the limit is refused with 429 before it
// reaches an upstream.
type RateLimit struct {
	// The name of the policy, which is also that of its counter: policies of
	// one name share it, across sites, reloads and, with a shared store,
	// proxies. 1 to 64 of `A-Z a-z 0-9 . _ -`. Default: `default`, for one
	// policy of a config.
	Name string `json:"name,omitempty"`

	// The requests that count. Default: all. Preflights and health checks are
	// worth leaving out.
	MatcherSetsRaw caddyhttp.RawMatcherSets `json:"match,omitempty" caddy:"namespace=http.matchers"`

	// What tells one client from another: placeholders, whose values together
	// are the key. Where one is empty the client's address stands in its place.
	// An IPv6 address counts by its /64. In `translate_errors` only what is
	// known before authentication makes sense; see `request_limit` for the
	// rest. Default: `{http.vars.client_ip}`.
	Key []string `json:"key,omitempty"`

	// How many requests may come at once, and then again in each `per`, spread
	// evenly (GCRA). At least 1.
	Limit int64 `json:"limit"`

	// The time in which the whole limit comes back. From 1ms to 366 days.
	Per caddy.Duration `json:"per"`

	// Where the counters live: `memory`, those of this process, or another
	// module of the namespace. Default: `memory`.
	StoreRaw json.RawMessage `json:"store,omitempty" caddy:"namespace=http.translate_errors.stores inline_key=store"`

	// What becomes of requests while the store cannot answer: `allow` lets them
	// through uncounted, `deny` answers 503. Default: `allow`.
	OnStoreError string `json:"on_store_error,omitempty"`

	matchers caddyhttp.MatcherSets
	store    ratelimit.Store
	limit    ratelimit.Limit
	// matcherToken is the matcher in the Caddyfile, until it can be resolved.
	matcherToken *caddyfile.Token
	quiet        *atomic.Int64 // Unix seconds until which a failing store is not logged again
	logger       *zap.Logger
}

func (p *RateLimit) provision(ctx caddy.Context) error {
	p.logger, p.quiet = ctx.Logger(), new(atomic.Int64)
	if p.OnStoreError == "" {
		p.OnStoreError = "allow"
	}
	if len(p.Key) == 0 {
		p.Key = []string{clientIP}
	}
	p.limit = p.quota()
	if err := errors.Join(checkPolicyName(p.Name), choose("on_store_error", p.OnStoreError), p.limit.Validate()); err != nil {
		return err
	}
	if err := p.loadMatchers(ctx); err != nil {
		return err
	}
	if err := p.loadStore(ctx); err != nil {
		return err
	}
	app, err := ctx.App(directive)
	if err != nil {
		return err
	}
	p.Name, err = app.(*App).policies.claim(p.Name, p.limit)
	return err
}

func (p *RateLimit) loadMatchers(ctx caddy.Context) error {
	if p.MatcherSetsRaw == nil {
		return nil
	}
	sets, err := ctx.LoadModule(p, "MatcherSetsRaw")
	if err != nil {
		return fmt.Errorf("loading matchers: %w", err)
	}
	return p.matchers.FromInterface(sets)
}

func (p *RateLimit) loadStore(ctx caddy.Context) error {
	if p.StoreRaw == nil {
		p.StoreRaw = json.RawMessage(`{"store":"memory"}`)
	}
	mod, err := ctx.LoadModule(p, "StoreRaw")
	if err != nil {
		return fmt.Errorf("loading the store: %w", err)
	}
	store, ok := mod.(StoreModule)
	if !ok {
		return fmt.Errorf("the module %T is no store of rate limits", mod)
	}
	p.store = store.Store()
	return nil
}

// noStore says how to get a store that this binary does not have.
func noStore(name string) error {
	if name == "redis" {
		return errors.New("store redis: this binary was built without it; build with xcaddy build --with github.com/koine-proxy/koine --with github.com/koine-proxy/koine/redisstore")
	}
	return fmt.Errorf("store %s: this binary has no module %s.%s; there is memory, and redis in builds that have it", name, storeNamespace, name)
}

// quota is the limit as the stores want it.
func (p *RateLimit) quota() ratelimit.Limit {
	return ratelimit.Limit{Quota: p.Limit, Window: time.Duration(p.Per)}
}

// checkPolicyName wants a word that is fit for metrics, keys and the RateLimit
// header.
func checkPolicyName(name string) error {
	if len(name) > 64 {
		return fmt.Errorf("the name of policy %q: at most 64 characters", name)
	}
	for i := range len(name) {
		if c := name[i]; !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '.' || c == '_' || c == '-') {
			return fmt.Errorf("the name of policy %q: letters, digits, dots, hyphens and underscores only", name)
		}
	}
	return nil
}

// clientIP is the placeholder of the client's address, as the server's
// trusted_proxies make it out.
const clientIP = "{http.vars.client_ip}"

// key is what tells the client of r from others. Every part carries its length,
// so that no client can compose the key of another.
func (p *RateLimit) key(r *http.Request) string {
	repl, _ := r.Context().Value(caddy.ReplacerCtxKey).(*caddy.Replacer)
	var b strings.Builder
	for _, part := range p.Key {
		value := ""
		if repl != nil && part != clientIP {
			value = repl.ReplaceAll(part, "")
		}
		if value == "" {
			value = address(r)
		}
		b.WriteString(strconv.Itoa(len(value)))
		b.WriteByte(':')
		b.WriteString(value)
	}
	return b.String()
}

// address is the client's address, or the /64 of one of IPv6: a subscriber has
// at least that many.
func address(r *http.Request) string {
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

// state is what one policy said to a request.
type state struct {
	policy   *RateLimit
	decision ratelimit.Decision
}

// refusal is why a request was refused.
type refusal struct {
	policy string
	wait   time.Duration
}

// Error satisfies error.
func (e refusal) Error() string { return "rate limit " + e.policy + " exceeded" }

// errStore stands where a store could not answer and the policy denies.
var errStore = errors.New("the store of the rate limits is unavailable")

// enforce asks the policies that concern r, and adds what they say to states.
// The error is what the client gets; it has the status of its answer.
func enforce(policies []*RateLimit, r *http.Request, states []state) ([]state, error) {
	first := len(states)
	for _, p := range policies {
		concerned, err := p.matchers.AnyMatchWithError(r) // no matchers match all
		if err != nil {
			return states[:first], err
		}
		if concerned {
			states = append(states, state{policy: p})
		}
	}
	asked := states[first:]
	if len(asked) == 0 {
		return states, nil
	}
	if err := ask(r, asked); err != nil {
		return states[:first], err
	}
	for _, s := range asked {
		if !s.decision.Allowed {
			countLimited(s.policy.Name)
			return states, caddyhttp.Error(http.StatusTooManyRequests, refusal{s.policy.Name, s.decision.RetryAfter})
		}
	}
	return states, nil
}

// ask lets each store decide on all policies it has at once.
func ask(r *http.Request, states []state) error {
	for done := 0; done < len(states); {
		store := states[done].policy.store
		n := 1
		for done+n < len(states) && states[done+n].policy.store == store {
			n++
		}
		if err := askStore(r, store, states[done:done+n]); err != nil {
			return err
		}
		done += n
	}
	return nil
}

func askStore(r *http.Request, store ratelimit.Store, states []state) error {
	var takeRoom [4]ratelimit.Take
	var decisionRoom [4]ratelimit.Decision
	takes, decisions := takeRoom[:0], decisionRoom[:0]
	for _, s := range states {
		takes = append(takes, ratelimit.Take{Counter: s.policy.Name, Key: s.policy.key(r), Limit: s.policy.limit})
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

// storeFailed decides for a store that cannot.
func storeFailed(err error, r *http.Request, states []state) error {
	deny := false
	for i := range states {
		p := states[i].policy
		p.logFailure(err, r)
		states[i].decision = ratelimit.Decision{Allowed: true, Remaining: -1}
		deny = deny || p.OnStoreError == "deny"
	}
	if deny {
		return caddyhttp.Error(http.StatusServiceUnavailable, errStore)
	}
	return nil
}

// retryAfter tells in a header how long a refused client has to wait.
func retryAfter(header http.Header, err error) {
	wait := time.Second // a store comes back within about that
	if r, ok := errors.AsType[refusal](err); ok {
		wait = max(r.wait, wait)
	} else if !errors.Is(err, errStore) {
		return // a matcher failed: nobody knows for how long
	}
	header["Retry-After"] = []string{strconv.Itoa(ceilSeconds(wait))}
}

// ceilSeconds is a time in whole seconds, rounded up.
func ceilSeconds(d time.Duration) int { return int((d + time.Second - 1) / time.Second) }

// logFailure logs one line a minute while a store is down.
func (p *RateLimit) logFailure(err error, r *http.Request) {
	now := time.Now().Unix()
	until := p.quiet.Load()
	if now < until || !p.quiet.CompareAndSwap(until, now+60) {
		return
	}
	p.logger.Error("the store of a rate limit is unavailable",
		zap.String("policy", p.Name), zap.String("on_store_error", p.OnStoreError), zap.String("request_id", requestID(r)), zap.Error(err))
}
