package ledger

import (
	"hash/maphash"
	"slices"
	"strings"
	"sync"
	"time"
)

const (
	shardBits = 4
	shards    = 1 << shardBits
)

// DefaultEntries is the number of entries that a ledger keeps. With the samples, they need
// about 6 MiB.
const DefaultEntries = 4096

// Ledger counts errors. It is safe for concurrent use.
type Ledger struct {
	seed   maphash.Seed
	recent recent
	shards [shards]shard

	mu        sync.RWMutex
	sites     map[string]*Site
	strata    map[stratumKey]*stratum
	ignored   map[string]Decision // by the id of an entry
	forgotten map[string]Decision
	decisions int64 // how many were made
	run       string
	since     int64
	merged    []string // the runs whose counts are included
}

// New returns an empty ledger. run identifies it: it must be unique. now is the time from
// which it counts. entries bounds the entries; 0 means DefaultEntries.
func New(run string, now time.Time, entries int) *Ledger {
	if entries <= 0 {
		entries = DefaultEntries
	}
	l := &Ledger{
		seed: maphash.MakeSeed(), sites: map[string]*Site{}, strata: map[stratumKey]*stratum{},
		ignored: map[string]Decision{}, forgotten: map[string]Decision{}, run: run, since: now.Unix(),
	}
	for i := range l.shards {
		l.shards[i].init(max(1, entries/shards))
	}
	return l
}

// maxSites bounds the sites. Their names are those of the configuration.
const maxSites = 4096

// Site returns the site with a name.
func (l *Ledger) Site(name string) *Site {
	l.mu.RLock()
	s := l.sites[name]
	l.mu.RUnlock()
	if s != nil {
		return s
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.sites) >= maxSites {
		name = other
	}
	if l.sites[name] == nil {
		l.sites[name] = &Site{name: name, id: uint32(len(l.sites))}
	}
	return l.sites[name]
}

// stratum returns the stratum of an error.
func (l *Ledger) stratum(k stratumKey) *stratum {
	l.mu.RLock()
	s := l.strata[k]
	l.mu.RUnlock()
	if s != nil {
		return s
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.strata[k] == nil && len(l.strata) >= maxStrata {
		if k = (stratumKey{k.site, other, other, k.returned}); l.strata[k] == nil && len(l.strata) >= maxStrata+maxSites {
			return &stratum{stratumKey: k}
		}
	}
	if l.strata[k] == nil {
		k.route, k.dialect = strings.Clone(k.route), strings.Clone(k.dialect)
		l.strata[k] = &stratum{stratumKey: k}
	}
	return l.strata[k]
}

// Sight is the entry in which an error was counted.
type Sight struct {
	// IsNew reports whether the entry was added.
	IsNew bool
	// IsFirst reports whether the error did not occur before, as far as the ledger can know: it
	// was never full.
	IsFirst bool
	// WantsSample reports whether the entry has no sample, and should get one: see
	// AddSample.
	WantsSample bool

	entry *entry
}

// Record counts an error.
func (l *Ledger) Record(o *Error) Sight {
	// A code that has an entry needs no check whether it may be shown.
	k, unix := key{site: o.Site, route: o.Route, dialect: o.Dialect, status: o.Status, code: o.Code, returned: o.Match == Returned}, o.Now.Unix()
	if o.Code != "" {
		if e := l.count(&k, o.Match); e != nil {
			e.note(o, unix)
			l.remember(o, e, unix)
			return Sight{entry: e, WantsSample: e.sample.Load() == nil}
		}
	}
	sight := l.recordSlow(&k, o, unix)
	l.remember(o, sight.entry, unix)
	return sight
}

// count counts an error in the entry of a key, and returns the entry; nil if there is none.
func (l *Ledger) count(k *key, m Match) *entry {
	k.setHash(l.seed)
	if e := l.shardOf(k).find(k); e != nil && e.add(m, 1) {
		return e
	}
	return nil
}

func (l *Ledger) shardOf(k *key) *shard { return &l.shards[k.hash&(shards-1)] }

// recordSlow counts an error whose group is not known, or has no entry.
func (l *Ledger) recordSlow(k *key, o *Error, unix int64) Sight {
	k.code, k.masked = groupOf(o)
	if e := l.count(k, o.Match); e != nil {
		e.note(o, unix)
		return Sight{entry: e, WantsSample: e.sample.Load() == nil}
	}
	sight := Sight{}
	sight.entry = l.addEntry(k, unix, func(e *entry, isNew bool) {
		e.add(o.Match, 1)
		sight.IsNew, sight.IsFirst = isNew, isNew && e.inherited == 0
		sight.WantsSample = sight.IsFirst // codes that come once get no sample
	})
	sight.entry.note(o, unix)
	return sight
}

// addEntry returns the entry of a key after count was called with it. With the lock, nobody
// removes the entry.
func (l *Ledger) addEntry(k *key, unix int64, count func(e *entry, isNew bool)) *entry {
	st := l.stratum(stratumKey{k.site, k.route, k.dialect, k.returned}) // before the lock of the shard
	s := l.shardOf(k)
	s.mu.Lock()
	defer s.mu.Unlock()
	e, isNew := s.add(k, func(floor int64) *entry {
		e := &entry{
			hash: k.hash, site: k.site, stratum: st, route: st.route, dialect: st.dialect, code: strings.Clone(k.code), masked: k.masked,
			grouping: Grouping, status: k.status, returned: k.returned, inherited: floor,
		}
		if st.dialect != k.dialect || st.route != k.route {
			e.route, e.dialect = strings.Clone(k.route), strings.Clone(k.dialect)
		}
		e.first.Store(unix)
		return e
	})
	count(e, isNew)
	return e
}

// AddSample adds a sample to the entry, unless it has one.
func (s Sight) AddSample(sample *Sample) {
	if s.entry != nil {
		s.entry.sample.CompareAndSwap(nil, sample)
	}
}

// Entry returns what is known about the error. now is the time in Unix seconds.
func (s Sight) Entry(now int64) Entry { return s.entry.snapshot(now) }

// Revision returns a number that changes with everything that is counted or decided.
func (l *Ledger) Revision() int64 {
	l.mu.RLock()
	defer l.mu.RUnlock()
	n := l.decisions
	for _, s := range l.sites {
		n += s.answers.Load()
	}
	for _, s := range l.strata {
		for i := range s.seen {
			n += s.seen[i].Load()
		}
	}
	return n
}

// Includes reports whether the counts of a run are in the ledger.
func (l *Ledger) Includes(run string) bool {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return run == l.run || slices.Contains(l.merged, run)
}
