package ratelimit

import (
	"context"
	"hash/maphash"
	"math/bits"
	"sync"
	"sync/atomic"
	"time"
)

// DefaultKeys is how many keys a Memory keeps where it is not told: a million,
// in at most 64 MB.
const DefaultKeys = 1 << 20

const (
	// The locks that share the keys, at most: takes of different keys rarely
	// wait for each other, on any number of processors.
	mostShards = 256
	// A store with fewer shards than that has one for as many keys.
	keysOfAShard = 1024

	// In that time every key is looked at once, while there are takes, and
	// forgotten if it is idle. It is divided among the shards.
	sweepCycle = 10 * time.Second
	// A take that finds the sweep behind, after a quiet time, looks at no more
	// shards, and at no more slots of each: some 10 microseconds a shard.
	mostShardsSwept = 4
	mostSlotsSwept  = 1 << 14

	// What a new key looks at where the bound is reached, to find room.
	slotsSweptForRoom = 64
)

// Memory is a Store in the memory of one process.
//
// It keeps a hash of a key and the moment at which the key's quota is whole
// again, and forgets the key some time after that moment, as later takes pass
// by. The hash has 64 bits. That is enough: it is keyed with a seed that no
// client knows, so that nobody can search for keys that collide, and among a
// million live keys a new one meets its like once in 2^44 times. Two that met
// would share one quota, and no more.
//
// The number of keys is bounded. No live key gives way: beyond the bound, the
// keys of a counter that are not known yet share one quota, until others have
// been forgotten. So who invents keys gets little by it, and takes nothing from
// those who are known.
type Memory struct {
	now      func() time.Time // nil for the real clock
	start    time.Time        // arrivals are nanoseconds since then, by the monotonic clock
	most     int64
	keys     atomic.Int64
	keySeed  maphash.Seed
	nameSeed maphash.Seed
	shards   []shard // a power of two
	shift    int     // of a hash, to the index of its shard
	overflow overflow

	sweepDue  atomic.Int64 // when the next shard is to be swept
	sweepNext atomic.Uint32
}

// shard is a table with its lock, alone on its cache lines.
type shard struct {
	sync.Mutex
	table
	_ [64]byte
}

// overflow has one arrival for each counter that had new keys beyond the bound.
// There are as many counters as the config has names.
type overflow struct {
	sync.Mutex
	arrivals map[uint64]arrival
}

// NewMemory returns an empty store of at most maxKeys keys, DefaultKeys if that
// is below 1. The clock is that of a test, or nil for the real one, of which
// then only the monotonic half is read.
func NewMemory(maxKeys int, now func() time.Time) *Memory {
	if maxKeys < 1 {
		maxKeys = DefaultKeys
	}
	start := time.Now()
	if now != nil {
		start = now()
	}
	n := 1
	for n < mostShards && n*keysOfAShard < maxKeys {
		n *= 2
	}
	return &Memory{
		now:      now,
		start:    start,
		most:     int64(maxKeys),
		keySeed:  maphash.MakeSeed(),
		nameSeed: maphash.MakeSeed(),
		shards:   make([]shard, n),
		shift:    64 - bits.TrailingZeros(uint(n)),
		overflow: overflow{arrivals: make(map[uint64]arrival)},
	}
}

// Keys returns how many keys are kept, idle ones that are not forgotten yet
// among them.
func (m *Memory) Keys() int { return int(m.keys.Load()) }

// place is where a take was counted.
type place struct {
	hash     uint64 // of key and counter
	name     uint64 // of the counter alone
	overflow bool
}

// usualTakes is how many takes of one request cost no allocation.
const usualTakes = 8

// Take implements Store. It never returns an error.
func (m *Memory) Take(_ context.Context, takes []Take, out []Decision) error {
	now := m.elapsed()
	if len(takes) == 1 {
		out[0] = m.takeOne(&takes[0], now)
	} else {
		m.takeAll(takes, out, now)
	}
	m.forget(now)
	return nil
}

// elapsed is the time in which arrivals are told.
func (m *Memory) elapsed() int64 {
	if m.now == nil {
		return int64(time.Since(m.start))
	}
	return int64(m.now().Sub(m.start))
}

func (m *Memory) takeOne(t *Take, now int64) Decision {
	p := m.place(t)
	s := &m.shards[m.shard(p.hash)]
	s.Lock()
	defer s.Unlock()
	return m.take(&p, &s.table, t.Limit, now)
}

func (m *Memory) takeAll(takes []Take, out []Decision, now int64) {
	var room [usualTakes]place
	places := room[:0]
	var locks lockSet
	for i := range takes {
		p := m.place(&takes[i])
		places = append(places, p)
		locks.add(m.shard(p.hash))
	}
	m.decide(&locks, places, takes, out, now)
}

// decide decides on all takes, with all their shards locked.
func (m *Memory) decide(locks *lockSet, places []place, takes []Take, out []Decision, now int64) {
	m.lock(locks)
	defer m.unlock(locks)
	refused := false
	for i := range takes {
		out[i] = m.take(&places[i], m.table(places[i].hash), takes[i].Limit, now)
		refused = refused || !out[i].Allowed
	}
	if refused {
		m.giveBack(places, takes, out, now)
	}
}

// place hashes a take. Both hashes are random functions to everybody else, and
// so is their exclusive or.
func (m *Memory) place(t *Take) place {
	name := maphash.String(m.nameSeed, t.Counter)
	hash := maphash.String(m.keySeed, t.Key) ^ name
	if hash == 0 { // which would be a free slot
		hash = 1
	}
	return place{hash: hash, name: name}
}

// lockSet is a set of shards. They are locked from the lowest to the highest,
// so that two requests never wait for each other in a circle.
type lockSet [mostShards / 64]uint64

func (l *lockSet) add(shard int) { l[shard/64] |= 1 << (shard % 64) }

// shard is the index of a hash's shard. The slot in its table comes from the
// other end of the hash.
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

// take decides on one take, whose shard is locked.
func (m *Memory) take(p *place, t *table, l Limit, now int64) Decision {
	s := t.find(p.hash)
	if s == nil {
		s = m.admit(t, p.hash, now)
	}
	if s == nil {
		p.overflow = true
		return m.overflow.take(p.name, l, now)
	}
	a, allowed := l.take(l.bound(s.arrival(), now), now)
	if allowed {
		s.set(a)
	}
	return l.decision(allowed, a, now)
}

// forget sweeps some shards, if it is time. Whoever moves the time on does it,
// and holds no lock but that of the shard.
func (m *Memory) forget(now int64) {
	step := int64(sweepCycle) / int64(len(m.shards))
	for range mostShardsSwept {
		due := m.sweepDue.Load()
		if now < due || !m.sweepDue.CompareAndSwap(due, max(due+step, now-int64(sweepCycle))) {
			return
		}
		m.sweep(&m.shards[m.sweepNext.Add(1)%uint32(len(m.shards))], now)
	}
}

// sweep frees the idle keys of a shard, and the memory of a table that lost
// most of them.
func (m *Memory) sweep(s *shard, now int64) {
	s.Lock()
	defer s.Unlock()
	freed := s.table.sweep(now, min(len(s.slots), mostSlotsSwept))
	if s.sparse() {
		freed += s.rehash(now)
	}
	m.keys.Add(-int64(freed))
}

// admit makes room for a new key, or returns nil where the bound is reached.
func (m *Memory) admit(t *table, hash uint64, now int64) *slot {
	if m.keys.Add(1) > m.most {
		freed := t.sweep(now, slotsSweptForRoom)
		if m.keys.Add(-int64(freed)) > m.most {
			m.keys.Add(-1)
			return nil
		}
	}
	if t.full() {
		m.keys.Add(-int64(t.rehash(now)))
	}
	s := t.insert(hash)
	s.ns = now
	return s
}

// take counts in the quota that the new keys of a counter share.
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

// giveBack undoes the takes that were allowed, and then tells their state.
func (m *Memory) giveBack(places []place, takes []Take, out []Decision, now int64) {
	for i := range takes {
		if !out[i].Allowed {
			continue
		}
		p, l := &places[i], takes[i].Limit
		if p.overflow {
			out[i] = l.decision(true, m.overflow.giveBack(p.name, l, now), now)
			continue
		}
		s := m.table(p.hash).find(p.hash)
		a := l.giveBack(s.arrival(), now)
		s.set(a)
		out[i] = l.decision(true, a, now)
	}
}

// Interface guards
var (
	_ Store = (*Memory)(nil)
)
