package koine

import (
	"errors"
	"fmt"
	"sync"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp"

	"github.com/koine-proxy/koine/ratelimit"
)

func init() { caddy.RegisterModule(App{}) }

// App is shared by the handlers of a config. It has no settings, and need not be
// configured.
type App struct {
	policies *policyRegistry
	sites    *sites
	routes   serverRoutes
	ctx      caddy.Context
	ledger   *processLedger // released in Cleanup
	previous *App           // that runs until this one has started
}

// CaddyModule returns the Caddy module information.
func (App) CaddyModule() caddy.ModuleInfo {
	return caddy.ModuleInfo{ID: directiveName, New: func() caddy.Module {
		return &App{policies: newPolicyRegistry(), sites: new(sites)}
	}}
}

// Provision acquires the ledger of the process.
func (a *App) Provision(ctx caddy.Context) (err error) {
	a.ctx = ctx
	a.ledger, err = acquireLedger()
	return err
}

// Cleanup releases the ledger, if Provision acquired it.
func (a *App) Cleanup() error {
	if a.ledger == nil {
		return nil
	}
	return releaseLedger()
}

// Start makes the config the one by whose tables the states of errors are decided, and
// begins to save the ledger to its storage.
func (a *App) Start() error {
	if app, err := a.ctx.AppIfConfigured("http"); err == nil {
		if app, ok := app.(*caddyhttp.App); ok {
			a.routes = newServerRoutes(app)
		}
	}
	a.previous = a.ledger.active.Swap(a)
	a.useStorage()
	return nil
}

// Stop implements caddy.App. If another app of the new config did not start, the old config
// goes on.
func (a *App) Stop() error {
	if now := a.ledger.active.Load(); now != a {
		if now != nil && now.previous == a {
			now.previous = nil
		}
		return nil
	}
	a.ledger.active.Store(a.previous)
	if a.previous != nil {
		a.previous.useStorage()
	}
	return nil
}

// useStorage lets the ledger be saved to the storage of the config.
func (a *App) useStorage() {
	if storage := a.ctx.Storage(); storage != nil {
		a.ledger.saver.use(ledgerStorage{storage, a.ctx.Logger()})
	}
}

// policyRegistry has the rate-limit policies of a config, by name.
type policyRegistry struct {
	mu         sync.Mutex
	limits     map[string]ratelimit.Limit
	hasUnnamed bool
}

func newPolicyRegistry() *policyRegistry {
	return &policyRegistry{limits: map[string]ratelimit.Limit{}}
}

// defaultPolicy is the name of the policy that has none.
const defaultPolicy = "default"

// errUnnamed is the error for a second policy without a name.
var errUnnamed = errors.New("only one policy can go without a name; name each one, for example rate_limit per-client { … } (policies of the same name share a counter)")

// register adds a policy and returns its name. Policies of the same name share a
// counter, so they must have the same limit. Only one policy can go without a
// name: two would share a counter by accident.
func (r *policyRegistry) register(name string, limit ratelimit.Limit) (string, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if name == "" {
		if r.hasUnnamed {
			return "", errUnnamed
		}
		r.hasUnnamed, name = true, defaultPolicy
	}
	if other, ok := r.limits[name]; ok && other != limit {
		return "", errOtherLimit(name, limit, other, "elsewhere")
	}
	r.limits[name] = limit
	return name, nil
}

func errOtherLimit(name string, limit, other ratelimit.Limit, where string) error {
	return fmt.Errorf("policy %s has the limit %d per %v here and %d per %v %s; policies of the same name share a counter, so use another name or the same limit",
		name, limit.Quota, limit.Window, other.Quota, other.Window, where)
}

// Interface guards
var (
	_ caddy.Module       = (*App)(nil)
	_ caddy.App          = (*App)(nil)
	_ caddy.Provisioner  = (*App)(nil)
	_ caddy.CleanerUpper = (*App)(nil)
)
