package ratelimit

import (
	"context"
	"hash/maphash"
	"math/bits"
	"sync"
	"sync/atomic"
	"time"
)

// DefaultKeys is the default number of keys of a Memory: a million, in at most 64 MB.
const DefaultKeys = 1 << 20

const (
	// The number of shards is limited, and smaller stores have one per keysPerShard.
	maxShards    = 256
	keysPerShard = 1024

	// The time in which takes visit each key once. A key that is idle is dropped.
	sweepCycle = 10 * time.Second
	// Bounds of the work of one take if the sweep is late: about 10 microseconds per shard.
	maxShardsSwept = 4
	maxSlotsSwept  = 1 << 14

	// The number of slots that are swept for a new key if the store is full.
	slotsSweptForRoom = 64
)

// Memory is a Store in the memory of one process.
//
// It keeps a hash of each key with the time at which the key's quota is complete again.
// Later takes drop the key some time after that. The hash has 64 bits and a secret seed, so
// clients cannot search for collisions; among a million live keys a new key collides with
// a probability of 2^-44. Two keys that collide share one quota.
//
// The number of keys is bounded. Live keys are never evicted: if the store is full, new
// keys of a counter share one quota until others have been dropped. So a client that sends
// arbitrary keys gains little, and cannot reduce the quotas of other clients.
type Memory struct {
	now      func() time.Time // nil means the real clock
	start    time.Time        // of arrivals, which are nanoseconds of the monotonic clock
	maxKeys  int64
	keys     atomic.Int64
	keySeed  maphash.Seed
	nameSeed maphash.Seed
	shards   []shard // length is a power of two
	shift    int     // of a hash, for the index of its shard
	overflow overflow

	sweepDue  atomic.Int64 // time to sweep the next shard
	sweepNext atomic.Uint32
}

// shard is a table with its lock, padded to own cache lines.
type shard struct {
	sync.Mutex
	table
	_ [64]byte
}

// overflow has one arrival per counter that had new keys when the store was full. The
// config bounds the number of counters.
type overflow struct {
	sync.Mutex
	arrivals map[uint64]arrival
}

// NewMemory returns an empty store of at most maxKeys keys, or DefaultKeys if that is
// below 1. Tests pass a clock; nil means the monotonic clock.
func NewMemory(maxKeys int, now func() time.Time) *Memory {
	if maxKeys < 1 {
		maxKeys = DefaultKeys
	}
	start := time.Now()
	if now != nil {
		start = now()
	}
	n := 1
	for n < maxShards && n*keysPerShard < maxKeys {
		n *= 2
	}
	return &Memory{
		now:      now,
		start:    start,
		maxKeys:  int64(maxKeys),
		keySeed:  maphash.MakeSeed(),
		nameSeed: maphash.MakeSeed(),
		shards:   make([]shard, n),
		shift:    64 - bits.TrailingZeros(uint(n)),
		overflow: overflow{arrivals: make(map[uint64]arrival)},
	}
}

// Keys returns the number of keys, including idle keys that are not dropped yet.
func (m *Memory) Keys() int { return int(m.keys.Load()) }

// entry is the entry of a take.
type entry struct {
	hash     uint64 // of key and counter
	name     uint64 // of the counter alone
	overflow bool
}

// usualTakes is the largest number of takes that needs no allocation.
const usualTakes = 8

// Take implements Store. It never returns an error.
func (m *Memory) Take(_ context.Context, takes []Take, out []Decision) error {
	now := m.elapsed()
	if len(takes) == 1 {
		out[0] = m.takeOne(&takes[0], now)
	} else {
		m.takeAll(takes, out, now)
	}
	m.sweepDueShards(now)
	return nil
}

// elapsed returns the time since the start.
func (m *Memory) elapsed() int64 {
	if m.now == nil {
		return int64(time.Since(m.start))
	}
	return int64(m.now().Sub(m.start))
}

func (m *Memory) takeOne(t *Take, now int64) Decision {
	e := m.entry(t)
	s := &m.shards[m.shard(e.hash)]
	s.Lock()
	defer s.Unlock()
	return m.take(&e, &s.table, t.Limit, now)
}

func (m *Memory) takeAll(takes []Take, out []Decision, now int64) {
	var room [usualTakes]entry
	entries := room[:0]
	var locks lockSet
	for i := range takes {
		e := m.entry(&takes[i])
		entries = append(entries, e)
		locks.add(m.shard(e.hash))
	}
	m.decide(&locks, entries, takes, out, now)
}

// decide decides on all takes, with all their shards locked.
func (m *Memory) decide(locks *lockSet, entries []entry, takes []Take, out []Decision, now int64) {
	m.lock(locks)
	defer m.unlock(locks)
	refused := false
	for i := range takes {
		out[i] = m.take(&entries[i], m.table(entries[i].hash), takes[i].Limit, now)
		refused = refused || !out[i].Allowed
	}
	if refused {
		m.giveBack(entries, takes, out, now)
	}
}

// entry hashes a take. The exclusive or of two secret hashes is as unpredictable as either
// of them.
func (m *Memory) entry(t *Take) entry {
	name := maphash.String(m.nameSeed, t.Counter)
	hash := maphash.String(m.keySeed, t.Key) ^ name
	if hash == 0 { // 0 marks a free slot
		hash = 1
	}
	return entry{hash: hash, name: name}
}

// lockSet is a set of shards. They are locked in ascending order, to avoid deadlocks.
type lockSet [maxShards / 64]uint64

func (l *lockSet) add(shard int) { l[shard/64] |= 1 << (shard % 64) }

// shard returns the index of the shard of a hash, from its high bits. The slot in the table
// comes from the low bits.
func (m *Memory) shard(hash uint64) int { return int(hash >> m.shift) }

func (m *Memory) table(hash uint64) *table { return &m.shards[m.shard(hash)].table }

func (m *Memory) lock(l *lockSet) {
	for i, word := range l {
		for ; word != 0; word &= word - 1 {
			m.shards[64*i+bits.TrailingZeros64(word)].Lock()
		}
	}
}

func (m *Memory) unlock(l *lockSet) {
	for i, word := range l {
		for ; word != 0; word &= word - 1 {
			m.shards[64*i+bits.TrailingZeros64(word)].Unlock()
		}
	}
}

// take decides on one take; the caller holds the lock of its shard.
func (m *Memory) take(e *entry, t *table, l Limit, now int64) Decision {
	s := t.find(e.hash)
	if s == nil {
		s = m.admit(t, e.hash, now)
	}
	if s == nil {
		e.overflow = true
		return m.overflow.take(e.name, l, now)
	}
	a, allowed := l.take(l.bound(s.arrival(), now), now)
	if allowed {
		s.set(a)
	}
	return l.decision(allowed, a, now)
}

// sweepDueShards sweeps shards that are due. The take that advances the due time sweeps, and
// holds only the lock of the shard.
func (m *Memory) sweepDueShards(now int64) {
	step := int64(sweepCycle) / int64(len(m.shards))
	for range maxShardsSwept {
		due := m.sweepDue.Load()
		if now < due || !m.sweepDue.CompareAndSwap(due, max(due+step, now-int64(sweepCycle))) {
			return
		}
		m.sweep(&m.shards[m.sweepNext.Add(1)%uint32(len(m.shards))], now)
	}
}

// sweep drops the idle keys of a shard, and shrinks its table if most are gone.
func (m *Memory) sweep(s *shard, now int64) {
	s.Lock()
	defer s.Unlock()
	freed := s.table.sweep(now, min(len(s.slots), maxSlotsSwept))
	if s.isSparse() {
		freed += s.rehash(now)
	}
	m.keys.Add(-int64(freed))
}

// admit adds a new key, or returns nil if the store is full.
func (m *Memory) admit(t *table, hash uint64, now int64) *slot {
	if m.keys.Add(1) > m.maxKeys {
		freed := t.sweep(now, slotsSweptForRoom)
		if m.keys.Add(-int64(freed)) > m.maxKeys {
			m.keys.Add(-1)
			return nil
		}
	}
	if t.isFull() {
		m.keys.Add(-int64(t.rehash(now)))
	}
	s := t.insert(hash)
	s.ns = now
	return s
}

// take counts against the quota that the new keys of a counter share.
func (o *overflow) take(name uint64, l Limit, now int64) Decision {
	o.Lock()
	defer o.Unlock()
	a, known := o.arrivals[name]
	if !known {
		a.ns = now
	}
	a, allowed := l.take(l.bound(a, now), now)
	if allowed {
		o.arrivals[name] = a
	}
	return l.decision(allowed, a, now)
}

func (o *overflow) giveBack(name uint64, l Limit, now int64) arrival {
	o.Lock()
	defer o.Unlock()
	a := l.giveBack(o.arrivals[name], now)
	o.arrivals[name] = a
	return a
}

// giveBack undoes the takes that were allowed, and updates their decisions.
func (m *Memory) giveBack(entries []entry, takes []Take, out []Decision, now int64) {
	for i := range takes {
		if !out[i].Allowed {
			continue
		}
		e, l := &entries[i], takes[i].Limit
		if e.overflow {
			out[i] = l.decision(true, m.overflow.giveBack(e.name, l, now), now)
			continue
		}
		s := m.table(e.hash).find(e.hash)
		a := l.giveBack(s.arrival(), now)
		s.set(a)
		out[i] = l.decision(true, a, now)
	}
}

// Interface guards
var (
	_ Store = (*Memory)(nil)
)
