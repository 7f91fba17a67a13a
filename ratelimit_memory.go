package koine

import (
	"sync"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/caddyconfig/caddyfile"

	"github.com/koine-proxy/koine/ratelimit"
)

func init() { caddy.RegisterModule(MemoryStore{}) }

// MemoryStore keeps the counters of rate limits in this process. All policies
// share it, and it survives a reload of the config. It holds about a million
// keys: beyond that new clients of a policy share one counter until old ones
// expire, and no counter that is in use is given up.
type MemoryStore struct{}

// CaddyModule returns the Caddy module information.
func (MemoryStore) CaddyModule() caddy.ModuleInfo {
	return caddy.ModuleInfo{
		ID:  "http.translate_errors.stores.memory",
		New: func() caddy.Module { return new(MemoryStore) },
	}
}

// theMemory is the memory of the process.
var theMemory = sync.OnceValue(func() ratelimit.Store { return ratelimit.NewMemory(0, nil) })

// Store satisfies StoreModule.
func (MemoryStore) Store() ratelimit.Store { return theMemory() }

// UnmarshalCaddyfile sets up the store from Caddyfile tokens. Syntax:
//
//	store memory
func (MemoryStore) UnmarshalCaddyfile(d *caddyfile.Dispenser) error {
	d.Next() // memory
	if d.NextArg() || d.NextBlock(d.Nesting()) {
		return d.Errf("store memory takes nothing more; %q is too much", d.Val())
	}
	return nil
}

// StoreModule is what a module of the namespace http.translate_errors.stores
// provides. Policies whose modules return the same store are decided together:
// in one round trip, and with what was taken given back where one refuses.
type StoreModule interface {
	Store() ratelimit.Store
}

// Interface guards
var (
	_ caddy.Module          = (*MemoryStore)(nil)
	_ caddyfile.Unmarshaler = (*MemoryStore)(nil)
	_ StoreModule           = (*MemoryStore)(nil)
)
