package koine

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/caddyconfig/caddyfile"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
	"go.uber.org/zap"

	"github.com/koine-proxy/koine/ratelimit"
)

// RateLimit is one rate-limit policy: how many requests a client may send in a
// window of time. Every response has the state of the limit in its headers. A request over
// the limit is refused with 429 before it reaches an upstream.
type RateLimit struct {
	// The name of the policy and of its counter. Policies of the same name share a
	// counter, across sites, reloads and, with a shared store, proxies. 1 to 64
	// characters of `A-Z a-z 0-9 . _ -`. A request counts once for each name and key.
	// Only one policy of a config can go without a name. Default: `default`.
	Name string `json:"name,omitempty"`

	// The requests that count. It is useful to leave out preflight requests and
	// health checks. Default: all.
	MatcherSetsRaw caddyhttp.RawMatcherSets `json:"match,omitempty" caddy:"namespace=http.matchers"`

	// The placeholders whose values together identify a client, or `global` for one
	// counter for all clients. For an empty value the address of the client is used.
	// IPv6 addresses are counted by /64. In `translate_errors`, only placeholders
	// that are known before authentication are useful; use `request_limit` for
	// others. Default: `{http.vars.client_ip}`.
	Key []string `json:"key,omitempty"`

	// How many requests a client can send at once, and then again in each `per`,
	// spread evenly (GCRA). At least 1.
	Limit int64 `json:"limit"`

	// The time in which the whole limit becomes available again. From 1ms to 366
	// days.
	Per caddy.Duration `json:"per"`

	// Where the counters are stored: `memory` for the memory of this process, or
	// another module of the namespace. Default: `memory`.
	StoreRaw json.RawMessage `json:"store,omitempty" caddy:"namespace=http.translate_errors.stores inline_key=store"`

	// What to do with requests while the store is unavailable: `allow` lets them
	// through without counting, `deny` answers 503. Default: `allow`.
	OnStoreError string `json:"on_store_error,omitempty"`

	matcherToken *caddyfile.Token // the matcher in a Caddyfile, until it is resolved
	token        *caddyfile.Token // the first token of the policy in a Caddyfile
	unnamed      bool             // the name is not from the Caddyfile
}

// storeNamespace is the namespace of the modules of stores.
const storeNamespace = "http.translate_errors.stores"

// StoreModule is implemented by the modules of the namespace
// http.translate_errors.stores. Policies whose modules return the same store, by
// comparison with ==, are decided together: in one round trip, and a request that one
// of them refuses occupies nothing in the others.
type StoreModule interface {
	Store() ratelimit.Store
}

// provision sets the defaults, checks the configuration, and compiles it.
func (l *RateLimit) provision(ctx caddy.Context) (*limitPolicy, error) {
	if l.OnStoreError == "" {
		l.OnStoreError = "allow"
	}
	if len(l.Key) == 0 {
		l.Key = []string{clientIP}
	}
	if err := errors.Join(checkPolicyName(l.Name), checkKey(l.Key), checkChoice("on_store_error", l.OnStoreError), l.quota().Validate()); err != nil {
		return nil, err
	}
	p := &limitPolicy{key: expandKey(l.Key), limit: l.quota(), denyOnError: l.OnStoreError == "deny", logger: ctx.Logger()}
	if err := l.loadMatchers(ctx, p); err != nil {
		return nil, err
	}
	if err := l.loadStore(ctx, p); err != nil {
		return nil, err
	}
	app, err := ctx.App(directiveName)
	if err != nil {
		return nil, err
	}
	if p.events, err = newEmitter(ctx, maxRateLimitedEvents, rateLimitedInterval); err != nil {
		return nil, err
	}
	if p.name, err = app.(*App).policies.register(l.Name, p.limit); err != nil {
		return nil, err
	}
	if err := registerMetrics(ctx.GetMetricsRegistry()); err != nil {
		return nil, fmt.Errorf("registering metrics: %w", err)
	}
	beginCountingPolicy(p.name)
	l.Name = p.name
	return p, nil
}

// lateKeys are the beginnings of placeholders that are empty before authentication and
// before the request is sent upstream.
var lateKeys = []string{"{http.auth.", "{http.reverse_proxy.", "{http.response.", "{http.intercept.", "{http.error.", "{http.translate_errors."}

// warnLateKeys logs a warning if the policy of a translate_errors has a key that is
// always empty there: it would count clients by their address.
func (l *RateLimit) warnLateKeys(logger *zap.Logger) {
	for _, part := range l.Key {
		for _, late := range lateKeys {
			if strings.Contains(part, late) {
				logger.Warn("the key of a rate limit is not known yet where rate_limit counts, so clients are counted by their address; use request_limit, after authentication",
					zap.String("policy", l.Name), zap.String("key", part))
			}
		}
	}
}

func (l *RateLimit) loadMatchers(ctx caddy.Context, p *limitPolicy) error {
	if l.MatcherSetsRaw == nil {
		return nil
	}
	sets, err := ctx.LoadModule(l, "MatcherSetsRaw")
	if err != nil {
		return fmt.Errorf("loading matchers: %w", err)
	}
	return p.matchers.FromInterface(sets)
}

func (l *RateLimit) loadStore(ctx caddy.Context, p *limitPolicy) error {
	if l.StoreRaw == nil {
		l.StoreRaw = json.RawMessage(`{"store":"memory"}`)
	}
	mod, err := ctx.LoadModule(l, "StoreRaw")
	if err != nil {
		return fmt.Errorf("loading the store: %w", err)
	}
	module, ok := mod.(StoreModule)
	if !ok {
		return fmt.Errorf("module %T is not a store of rate limits", mod)
	}
	p.store = module.Store()
	return nil
}

// quota returns the limit as stores need it.
func (l *RateLimit) quota() ratelimit.Limit {
	return ratelimit.Limit{Quota: l.Limit, Window: time.Duration(l.Per)}
}
