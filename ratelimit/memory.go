package ratelimit

import (
	"context"
	"hash/maphash"
	"math/bits"
	"sync"
	"sync/atomic"
	"time"
)

// DefaultKeys is the default number of keys of one counter in a Memory: a million, in at
// most 64 MB.
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

	// The number of slots that are swept for a new key if its counter is full.
	slotsSweptForRoom = 64
)

// Memory is a Store in the memory of one process.
//
// It keeps a hash of each key with the time at which the key's quota is complete again.
// Later takes drop the key some time after that. The hash has 64 bits and a secret seed, so
// clients cannot search for collisions; among a million live keys a new key collides with
// a probability of 2^-44. Two keys that collide share one quota.
//
// The number of keys of each counter is bounded. Live keys are never evicted: if a counter
// is full, its new keys share one quota until others have been dropped. So a client that
// sends arbitrary keys gains little, and cannot reduce the quotas of other clients, or of
// other counters.
type Memory struct {
	now      func() time.Time // nil means the real clock
	start    time.Time        // of arrivals, which are nanoseconds of the monotonic clock
	maxKeys  int64            // of each counter
	counters counters
	keySeed  maphash.Seed
	nameSeed maphash.Seed
	shards   []shard // length is a power of two
	shift    int     // of a hash, for the index of its shard

	sweepDue  atomic.Int64 // time to sweep the next shard
	sweepNext atomic.Uint32
}

// shard is a table with its lock, padded to own cache lines.
type shard struct {
	sync.Mutex
	table
	_ [64]byte
}

// NewMemory returns an empty store of at most maxKeys keys for each counter, or
// DefaultKeys if that is below 1. Tests pass a clock; nil means the monotonic clock.
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
		counters: counters{indexes: make(map[uint64]uint32)},
	}
}

// Keys returns the number of keys, including idle keys that are not dropped yet.
func (m *Memory) Keys() int {
	n := int64(0)
	if list := m.counters.list.Load(); list != nil {
		for _, c := range *list {
			n += c.keys.Load()
		}
	}
	return int(n)
}

// entry is the entry of a take.
type entry struct {
	hash uint64 // of key and counter
	name uint64 // of the counter alone
}

// usualTakes is the largest number of takes that needs no allocation.
const usualTakes = 8

// Take implements Store. It never returns an error.
func (m *Memory) Take(_ context.Context, takes []Take, out []Decision) error {
	now := m.elapsed()
	if len(takes) == 1 {
		out[0] = m.takeOne(&takes[0], now)
	} else {
		m.decideAll(takes, out, now, true)
	}
	m.sweepDueShards(now)
	return nil
}

// Check implements Store. It never returns an error.
func (m *Memory) Check(_ context.Context, takes []Take, out []Decision) error {
	now := m.elapsed()
	m.decideAll(takes, out, now, false)
	return nil
}

// GiveBack implements Store. It never returns an error.
func (m *Memory) GiveBack(_ context.Context, takes []Take, out []Decision) error {
	now := m.elapsed()
	var room [usualTakes]entry
	entries, locks := m.lockedEntries(takes, room[:0])
	defer m.unlock(&locks)
	for i := range entries {
		out[i] = m.giveBack(&entries[i], takes[i].Limit, now)
	}
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

// lockedEntries appends the entries of takes to entries, and locks all their shards.
func (m *Memory) lockedEntries(takes []Take, entries []entry) ([]entry, lockSet) {
	var locks lockSet
	for i := range takes {
		e := m.entry(&takes[i])
		entries = append(entries, e)
		locks.add(m.shard(e.hash))
	}
	m.lock(&locks)
	return entries, locks
}

// decideAll decides on all takes. It counts them if counts is true and none is refused.
func (m *Memory) decideAll(takes []Take, out []Decision, now int64, counts bool) {
	var room [usualTakes]entry
	entries, locks := m.lockedEntries(takes, room[:0])
	defer m.unlock(&locks)
	for i := range takes {
		out[i] = m.take(&entries[i], m.table(entries[i].hash), takes[i].Limit, now)
		counts = counts && out[i].Allowed
	}
	if counts {
		return
	}
	for i := range takes {
		if out[i].Allowed {
			out[i] = m.giveBack(&entries[i], takes[i].Limit, now)
		}
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

// take decides on one take; the caller holds the lock of its shard. The arrival is stored
// even if the request is refused: it may have been bounded, and would otherwise never come
// nearer.
func (m *Memory) take(e *entry, t *table, l Limit, now int64) Decision {
	s := t.find(e.hash)
	if s == nil {
		index := m.counters.index(e.name)
		if s = m.admit(t, e.hash, index, now); s == nil {
			return m.counters.at(index).take(l, now)
		}
	}
	a, allowed := l.take(l.bound(s.arrival(), now), now)
	s.set(a)
	return l.decision(allowed, a, now)
}

// giveBack gives back one take; the caller holds the lock of its shard. A key that is not
// there has a complete quota, or shares that of new keys.
func (m *Memory) giveBack(e *entry, l Limit, now int64) Decision {
	s := m.table(e.hash).find(e.hash)
	if s == nil {
		c := m.counters.at(m.counters.index(e.name))
		return l.decision(true, c.giveBack(l, now), now)
	}
	a := l.giveBack(l.bound(s.arrival(), now), now)
	s.set(a)
	return l.decision(true, a, now)
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
	s.table.sweep(now, min(len(s.slots), maxSlotsSwept), &m.counters)
	if s.isSparse() {
		s.rehash(now, &m.counters)
	}
}

// admit adds a new key, or returns nil if its counter is full.
func (m *Memory) admit(t *table, hash uint64, index uint32, now int64) *slot {
	keys := &m.counters.at(index).keys
	if keys.Add(1) > m.maxKeys {
		t.sweep(now, slotsSweptForRoom, &m.counters)
		if keys.Load() > m.maxKeys {
			keys.Add(-1)
			return nil
		}
	}
	if t.isFull() {
		t.rehash(now, &m.counters)
	}
	s := t.insert(hash, index)
	s.ns = now
	return s
}

// Interface guards
var (
	_ Store = (*Memory)(nil)
)
