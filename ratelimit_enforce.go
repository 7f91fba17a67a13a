package koine

import (
	"context"
	"net/http"
	"slices"

	"github.com/caddyserver/caddy/v2/modules/caddyhttp"

	"github.com/koine-proxy/koine/ratelimit"
)

// enforceLimits counts r with the policies that match it, and appends their
// decisions to states, which has those of the outer handlers. The error is for the
// client, and has the status of its response; then no policy has counted the request.
func enforceLimits(policies []*limitPolicy, r *http.Request, states []limitState) ([]limitState, error) {
	outer := len(states)
	for _, p := range policies {
		matches, err := p.matchers.AnyMatchWithError(r) // an empty set matches every request
		if err != nil {
			giveBack(r, states)
			return states[:outer], err
		}
		if !matches {
			continue
		}
		if key := p.keyOf(r); !isCounted(states, p, key) {
			states = append(states, limitState{policy: p, key: key})
		}
	}
	added := states[outer:]
	if len(added) == 0 {
		return states, nil
	}
	err := take(r, added)
	if err == nil && isAllowed(added) {
		return states, nil
	}
	giveBack(r, states)
	if err != nil {
		return states[:outer], err
	}
	return states, refuse(r, added)
}

// isCounted reports whether a request counts already for a key of a counter: a policy of
// the global option is one of the outer and of the nested handler.
func isCounted(states []limitState, p *limitPolicy, key string) bool {
	for i := range states {
		if s := &states[i]; s.policy.name == p.name && s.key == key && s.policy.store == p.store {
			return true
		}
	}
	return false
}

func isAllowed(states []limitState) bool {
	for i := range states {
		if !states[i].decision.Allowed {
			return false
		}
	}
	return true
}

// refuse returns the refusal with the longest wait, and records its policy.
func refuse(r *http.Request, states []limitState) error {
	var longest *limitState
	for i := range states {
		if s := &states[i]; !s.decision.Allowed && (longest == nil || s.decision.RetryAfter > longest.decision.RetryAfter) {
			longest = s
		}
	}
	countLimited(longest.policy.name)
	logPolicy(r, longest.policy.name)
	longest.policy.announceRefusal(r, longest.decision.RetryAfter)
	return caddyhttp.Error(http.StatusTooManyRequests, refusal{longest.policy.name, longest.decision.RetryAfter})
}

// take sets the decisions of states. The policies of one store are decided together. With
// several stores, all of them decide first without counting, so that a request that one
// refuses occupies nothing in the others.
func take(r *http.Request, states []limitState) error {
	stores := storesOf(states)
	if len(stores) == 1 {
		return takeFrom(stores[0], r, states)
	}
	for _, store := range stores {
		if err := decide(ratelimit.Store.Check, store, r, states); err != nil {
			return err
		}
	}
	for _, store := range stores {
		if !isAllowed(states) {
			return nil
		}
		if err := takeFrom(store, r, states); err != nil {
			return err
		}
	}
	return nil
}

// storesOf returns the stores of states, each once.
func storesOf(states []limitState) []ratelimit.Store {
	stores := make([]ratelimit.Store, 0, 2)
	for i := range states {
		if store := states[i].policy.store; !slices.Contains(stores, store) {
			stores = append(stores, store)
		}
	}
	return stores
}

// takeFrom counts the request with the policies of one store, if they all allow it.
func takeFrom(store ratelimit.Store, r *http.Request, states []limitState) error {
	if err := decide(ratelimit.Store.Take, store, r, states); err != nil || !isAllowed(states) {
		return err
	}
	for i := range states {
		states[i].counted = states[i].counted || states[i].policy.store == store && !states[i].failed
	}
	return nil
}

// storeMethod is a method of a store.
type storeMethod func(ratelimit.Store, context.Context, []ratelimit.Take, []ratelimit.Decision) error

// decide sets the decisions of the policies of one store. If the store fails, they follow
// on_store_error.
func decide(f storeMethod, store ratelimit.Store, r *http.Request, states []limitState) error {
	applies := func(s *limitState) bool { return s.policy.store == store && !s.failed }
	err := call(r.Context(), f, store, states, applies)
	if err == nil {
		return nil
	}
	deny := false
	for i := range states {
		s := &states[i]
		if !applies(s) {
			continue
		}
		s.policy.logFailure(err, r)
		countStoreError(s.policy.name)
		s.decision, s.failed = ratelimit.Decision{Allowed: true, Remaining: -1}, true
		deny = deny || s.policy.denyOnError
	}
	if deny {
		return caddyhttp.Error(http.StatusServiceUnavailable, errStoreUnavailable)
	}
	return nil
}

// giveBack undoes what was counted for a request that is refused, also if the client has
// disconnected. If a store fails, the quota comes back with time.
func giveBack(r *http.Request, states []limitState) {
	for i := range states {
		if !states[i].counted {
			continue
		}
		store := states[i].policy.store
		applies := func(s *limitState) bool { return s.policy.store == store && s.counted }
		_ = call(context.WithoutCancel(r.Context()), ratelimit.Store.GiveBack, store, states, applies)
		for j := range states {
			states[j].counted = states[j].counted && states[j].policy.store != store
		}
	}
}

// call calls a method of a store for some of the states, and sets their decisions.
func call(ctx context.Context, f storeMethod, store ratelimit.Store, states []limitState, applies func(*limitState) bool) error {
	var takeSpace [4]ratelimit.Take
	var decisionSpace [4]ratelimit.Decision
	takes, decisions := takeSpace[:0], decisionSpace[:0]
	for i := range states {
		if s := &states[i]; applies(s) {
			takes = append(takes, ratelimit.Take{Counter: s.policy.name, Key: s.key, Limit: s.policy.limit})
			decisions = append(decisions, ratelimit.Decision{})
		}
	}
	if len(takes) == 0 {
		return nil
	}
	if err := f(store, ctx, takes, decisions); err != nil {
		return err
	}
	for i := range states {
		if s := &states[i]; applies(s) {
			s.decision, decisions = decisions[0], decisions[1:]
		}
	}
	return nil
}
