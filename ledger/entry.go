package ledger

import (
	"hash/maphash"
	"strings"
	"sync/atomic"
)

// key identifies an entry. Its texts may be views of a body.
type key struct {
	hash    uint64
	site    *Site
	route   string
	dialect string
	code    string
	masked  bool // code is the mask of a message, or of a code that is not shown
	status  int

	returned bool // a handler of Caddy returned the error
}

// is reports whether k is the key of e.
func (k *key) is(e *entry) bool {
	return e.status == k.status && e.site == k.site && e.masked == k.masked && e.returned == k.returned && e.code == k.code && e.dialect == k.dialect && e.route == k.route
}

// setHash sets the hash. The seed is secret, so that nobody can choose codes that have the
// same one.
func (k *key) setHash(seed maphash.Seed) {
	h := mix(maphash.String(seed, k.code), maphash.String(seed, k.dialect))
	if k.route != "" {
		h = mix(h, maphash.String(seed, k.route))
	}
	kind := uint64(k.site.id)<<18 | uint64(uint16(k.status))<<2
	if k.masked {
		kind |= 1
	}
	if k.returned {
		kind |= 2
	}
	k.hash = mix(h, kind)
}

func mix(a, b uint64) uint64 {
	h := (a<<7 | a>>57) ^ b
	h *= 0x9e3779b97f4a7c15
	return h ^ h>>32
}

// entry is what is known about one error. Its counts grow without a lock.
type entry struct {
	hash     uint64
	site     *Site
	stratum  *stratum
	route    string
	dialect  string
	code     string
	masked   bool
	grouping int
	status   int
	returned bool

	next atomic.Pointer[entry] // in the same bucket

	seen    [matches]atomic.Int64 // how often it occurred since it is in the table, by the way in which its code was found
	last    atomic.Int64          // Unix seconds
	trend   [trendHours]atomic.Uint64
	first   atomic.Int64
	changes counters
	reading atomic.Pointer[reading]
	sample  atomic.Pointer[Sample]

	// Guarded by the lock of the shard.
	inherited int64 // how often the error may have occurred before it was in the table
	known     int64 // the count by which the heap orders
	position  int   // in the heap
}

// reading is how an error was read last.
type reading struct {
	canonical string
	match     Match
	evidence  string
	observed  bool
}

// dead is the bit in every count of an entry that was removed. Who has counted in such an
// entry counts again, so that no error is lost.
const dead = 1 << 62

// kill marks the entry as removed, and returns its count. It is called with the lock of the
// shard.
func (e *entry) kill() int64 {
	n := e.inherited
	for i := range e.seen {
		n += e.seen[i].Or(dead) &^ dead
	}
	return n
}

// count returns how often the error may have occurred at most. It is called with the lock of
// the shard.
func (e *entry) count() int64 {
	n := e.inherited
	for i := range e.seen {
		n += e.seenBy(Match(i))
	}
	return n
}

// seenBy returns how often the error was found in a way, also if the entry was removed.
func (e *entry) seenBy(m Match) int64 { return e.seen[m].Load() &^ dead }

// add counts n errors, and reports whether it did: not if the entry was removed.
func (e *entry) add(m Match, n int64) bool { return e.seen[m].Add(n) < dead }

// note records everything about an error but its count.
func (e *entry) note(o *Error, unix int64) {
	storeMax(&e.last, unix)
	addHour(e.trend[:], unix, 1)
	e.changes.add(o.Changes)
	if r := e.reading.Load(); r == nil || r.canonical != o.Canonical || r.match != o.Match || r.evidence != o.Evidence || r.observed != o.Observed {
		e.reading.Store(&reading{strings.Clone(o.Canonical), o.Match, o.Evidence, o.Observed})
	}
	e.stratum.note(o, unix)
}

func storeMax(a *atomic.Int64, n int64) {
	for {
		old := a.Load()
		if old >= n || a.CompareAndSwap(old, n) {
			return
		}
	}
}

func storeMin(a *atomic.Int64, n int64) {
	for {
		old := a.Load()
		if old != 0 && old <= n || a.CompareAndSwap(old, n) {
			return
		}
	}
}
