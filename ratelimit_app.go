package koine

import (
	"fmt"
	"sync"

	"github.com/caddyserver/caddy/v2"

	"github.com/koine-proxy/koine/ratelimit"
)

func init() { caddy.RegisterModule(App{}) }

// App is what the handlers of one config share. It has no settings, and need
// not be configured.
type App struct {
	policies *policies
}

// policies are those of one config.
type policies struct {
	mu       sync.Mutex
	counters map[string]ratelimit.Limit // by the name of the policy
	unnamed  bool
}

// CaddyModule returns the Caddy module information.
func (App) CaddyModule() caddy.ModuleInfo {
	return caddy.ModuleInfo{ID: directive, New: func() caddy.Module {
		return &App{policies: &policies{counters: map[string]ratelimit.Limit{}}}
	}}
}

// Start satisfies caddy.App.
func (*App) Start() error { return nil }

// Stop satisfies caddy.App.
func (*App) Stop() error { return nil }

// unnamedPolicy is the name of the one policy of a config that has none.
const unnamedPolicy = "default"

// claim registers a policy. Policies of one name share one counter, so they
// have to agree on the limit; and only one may go without a name, or two would
// share a counter unseen.
func (a *policies) claim(name string, limit ratelimit.Limit) (string, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if name == "" {
		if a.unnamed {
			return "", fmt.Errorf("a second policy without a name: give each one a name, which is also the name of its counter, such as rate_limit per-client { … }")
		}
		a.unnamed, name = true, unnamedPolicy
	}
	if other, ok := a.counters[name]; ok && other != limit {
		return "", fmt.Errorf("policy %s has the limit %d per %v here and %d per %v elsewhere; equal names share one counter, so give one of them another name",
			name, limit.Quota, limit.Window, other.Quota, other.Window)
	}
	a.counters[name] = limit
	return name, nil
}

// Interface guards
var (
	_ caddy.Module = (*App)(nil)
	_ caddy.App    = (*App)(nil)
)
