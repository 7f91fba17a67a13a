package koine

import (
	"sync"
	"sync/atomic"
	"time"

	"github.com/caddyserver/caddy/v2"
	"github.com/google/uuid"

	"github.com/koine-proxy/koine/dialect"
	"github.com/koine-proxy/koine/ledger"
	"github.com/koine-proxy/koine/mappings/builtin"
	"github.com/koine-proxy/koine/translate"
)

// processLedger is the ledger of the process. It survives reloads: each config that uses the
// module has a reference, and the last one to go saves the ledger.
type processLedger struct {
	*ledger.Ledger
	saver  ledgerSaver
	active atomic.Pointer[App] // of the config that runs
}

// ledgerPool has the ledger of the process, under ledgerPoolKey.
var ledgerPool = caddy.NewUsagePool()

const ledgerPoolKey = "ledger"

// currentLedger is the ledger for the admin API; nil if no config uses the module.
var currentLedger atomic.Pointer[processLedger]

// acquireLedger returns the ledger of the process. Release it with releaseLedger.
func acquireLedger() (*processLedger, error) {
	v, _, err := ledgerPool.LoadOrNew(ledgerPoolKey, func() (caddy.Destructor, error) {
		p := &processLedger{Ledger: ledger.New(uuid.NewString(), time.Now(), ledger.DefaultEntries)}
		p.saver.init(p)
		currentLedger.Store(p)
		return p, nil
	})
	if err != nil {
		return nil, err
	}
	return v.(*processLedger), nil
}

func releaseLedger() error {
	_, err := ledgerPool.Delete(ledgerPoolKey)
	return err
}

// Destruct implements caddy.Destructor.
func (p *processLedger) Destruct() error {
	currentLedger.CompareAndSwap(p, nil)
	return p.saver.stop()
}

// sites has the handlers of a config, by the name of their site.
type sites struct {
	mu     sync.RWMutex
	byName map[string][]*liveRuntime // "" for those that have the name of their server
}

func (s *sites) add(name string, rt *liveRuntime) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.byName == nil {
		s.byName = map[string][]*liveRuntime{}
	}
	s.byName[name] = append(s.byName[name], rt)
}

// lookup returns the code that the tables of the site have now for an entry: see
// ledger.Lookup.
func (s *sites) lookup(e *ledger.Entry) (code string, known bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	list, ok := s.byName[e.Site]
	if !ok {
		list = s.byName[""]
	}
	for _, rt := range list {
		if c, ok := rt.Load().engine.LookupRow(e.Dialect, e.Code, e.Status); ok {
			return c.Name, true
		}
	}
	return "", false
}

// snapshot returns the ledger with the states that its entries have under the running config,
// and with what other instances have saved to the storage.
func (p *processLedger) snapshot(others []*ledger.Snapshot) *ledger.Snapshot {
	s := ledger.Merge(append(others, p.Snapshot(time.Now().Unix()))...)
	p.setStates(s)
	return s
}

func (p *processLedger) setStates(s *ledger.Snapshot) {
	if app := p.active.Load(); app != nil {
		s.SetStates(app.sites.lookup)
		return
	}
	s.SetStates(nil)
}

// first returns a handler of a site; nil if there is none.
func (s *sites) first(name string) *liveRuntime {
	s.mu.RLock()
	defer s.mu.RUnlock()
	for _, list := range [...][]*liveRuntime{s.byName[name], s.byName[""]} {
		if len(list) > 0 {
			return list[0]
		}
	}
	return nil
}

// builtinTaxonomy is the taxonomy of sites without one of their own.
var builtinTaxonomy = sync.OnceValue(func() *translate.Taxonomy {
	t, err := translate.CompileTaxonomy(builtin.Library().Taxonomy)
	if err != nil {
		panic(err) // the tests compile it
	}
	return t
})

// generalRules returns the general rules, whose rows have the common codes.
func generalRules() *dialect.File {
	for _, f := range builtin.Library().Dialects {
		if f.General {
			return f
		}
	}
	return nil
}
