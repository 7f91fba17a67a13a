package koine

import (
	"sync"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/caddyconfig/caddyfile"

	"github.com/koine-proxy/koine/ratelimit"
)

func init() { caddy.RegisterModule(MemoryStore{}) }

// MemoryStore stores the counters of rate limits in the memory of this process.
// All policies share it, and it survives a reload of the config. It has room for
// about a million keys of each policy. When they are used up, new clients of the
// policy share one counter until old counters expire; a counter that is in use is
// never dropped.
type MemoryStore struct{}

// CaddyModule returns the Caddy module information.
func (MemoryStore) CaddyModule() caddy.ModuleInfo {
	return caddy.ModuleInfo{
		ID:  "http.translate_errors.stores.memory",
		New: func() caddy.Module { return new(MemoryStore) },
	}
}

// processStore is the store of the process.
var processStore = sync.OnceValue(func() ratelimit.Store { return ratelimit.NewMemory(0, nil) })

// Store implements StoreModule.
func (MemoryStore) Store() ratelimit.Store { return processStore() }

// UnmarshalCaddyfile sets up the store from Caddyfile tokens. Syntax:
//
//	store memory
func (MemoryStore) UnmarshalCaddyfile(d *caddyfile.Dispenser) error {
	d.Next() // memory
	if d.NextArg() || d.NextBlock(d.Nesting()) {
		return d.Errf("store memory: unexpected %q; it has no settings", d.Val())
	}
	return nil
}

// Interface guards
var (
	_ caddy.Module          = (*MemoryStore)(nil)
	_ caddyfile.Unmarshaler = (*MemoryStore)(nil)
	_ StoreModule           = (*MemoryStore)(nil)
)
