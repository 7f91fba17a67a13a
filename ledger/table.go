package ledger

import (
	"math/bits"
	"sync"
	"sync/atomic"
)

// shard is a part of the table of entries. Entries are found without a lock; the lock is
// for adding and removing them.
type shard struct {
	buckets []atomic.Pointer[entry] // a power of two; each has a list of entries

	mu     sync.Mutex
	groups map[*Site]*group
	size   int
	limit  int
}

// group has the entries of one site in a shard. A site with many codes removes its own
// entries, and not those of others.
type group struct {
	heap  []*entry // the one with the smallest known count first
	floor int64    // no error that is not in the table occurred more often than this
}

func (s *shard) init(limit int) {
	s.limit = limit
	s.buckets = make([]atomic.Pointer[entry], 1<<bits.Len(uint(limit)))
	s.groups = map[*Site]*group{}
}

func (s *shard) bucket(hash uint64) *atomic.Pointer[entry] {
	return &s.buckets[hash>>shardBits&uint64(len(s.buckets)-1)]
}

// find returns the entry of a key, or nil.
func (s *shard) find(k *key) *entry {
	for e := s.bucket(k.hash).Load(); e != nil; e = e.next.Load() {
		if e.hash == k.hash && k.is(e) {
			return e
		}
	}
	return nil
}

// add returns the entry of a key, which is new unless another goroutine was faster. It is
// called with the lock.
func (s *shard) add(k *key, newEntry func(floor int64) *entry) (e *entry, isNew bool) {
	if e := s.find(k); e != nil {
		return e, false
	}
	g := s.groups[k.site]
	if g == nil {
		g = &group{}
		s.groups[k.site] = g
	}
	if s.size >= s.limit {
		s.evict(g)
	}
	e = newEntry(g.floor)
	e.known = e.inherited
	head := s.bucket(k.hash)
	e.next.Store(head.Load())
	head.Store(e)
	s.size++
	g.push(e)
	return e, true
}

// evict removes the entry with the smallest count of the site that has most entries, or
// of the site in own if it has as many.
func (s *shard) evict(own *group) {
	largest := own
	for _, g := range s.groups {
		if len(g.heap) > len(largest.heap) {
			largest = g
		}
	}
	e := largest.popSmallest()
	largest.floor = max(largest.floor, e.kill())
	s.unlink(e)
}

// remove removes an entry without a trace in the counts of others.
func (s *shard) remove(e *entry) {
	e.kill()
	s.groups[e.site].remove(e)
	s.unlink(e)
}

func (s *shard) unlink(e *entry) {
	s.size--
	link := s.bucket(e.hash)
	for link.Load() != e {
		link = &link.Load().next
	}
	link.Store(e.next.Load())
}

// popSmallest removes the entry with the smallest count from the heap. Counts grow without
// the lock, so the heap orders by the counts that it knows, and looks again at the first:
// if that has not grown, it is the smallest.
func (g *group) popSmallest() *entry {
	for {
		e := g.heap[0]
		if n := e.count(); n > e.known {
			e.known = n
			g.down(0)
			continue
		}
		g.remove(e)
		return e
	}
}

func (g *group) push(e *entry) {
	e.position = len(g.heap)
	g.heap = append(g.heap, e)
	g.up(e.position)
}

func (g *group) remove(e *entry) {
	i, last := e.position, len(g.heap)-1
	g.swap(i, last)
	g.heap[last] = nil
	g.heap = g.heap[:last]
	if i < last {
		g.down(i)
		g.up(i)
	}
}

func (g *group) up(i int) {
	for i > 0 {
		parent := (i - 1) / 2
		if g.heap[parent].known <= g.heap[i].known {
			return
		}
		g.swap(i, parent)
		i = parent
	}
}

func (g *group) down(i int) {
	for {
		child := 2*i + 1
		if child >= len(g.heap) {
			return
		}
		if child+1 < len(g.heap) && g.heap[child+1].known < g.heap[child].known {
			child++
		}
		if g.heap[i].known <= g.heap[child].known {
			return
		}
		g.swap(i, child)
		i = child
	}
}

func (g *group) swap(i, j int) {
	g.heap[i], g.heap[j] = g.heap[j], g.heap[i]
	g.heap[i].position, g.heap[j].position = i, j
}
