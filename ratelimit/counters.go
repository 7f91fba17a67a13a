package ratelimit

import (
	"sync"
	"sync/atomic"
)

// counters has the number of keys of each counter, and the quota that new keys of a
// counter share when it has as many keys as it may have. The config bounds the number of
// counters.
type counters struct {
	mu      sync.RWMutex
	indexes map[uint64]uint32 // by the hash of the name
	list    atomic.Pointer[[]*counter]
}

type counter struct {
	keys atomic.Int64

	mu       sync.Mutex
	overflow arrival
	used     bool // overflow is set
}

// index returns the index of a counter, which is added if it is new.
func (c *counters) index(name uint64) uint32 {
	c.mu.RLock()
	i, known := c.indexes[name]
	c.mu.RUnlock()
	if known {
		return i
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if i, known := c.indexes[name]; known {
		return i
	}
	var list []*counter
	if old := c.list.Load(); old != nil {
		list = *old
	}
	i = uint32(len(list))
	list = append(list[:len(list):len(list)], new(counter))
	c.indexes[name] = i
	c.list.Store(&list)
	return i
}

func (c *counters) at(index uint32) *counter { return (*c.list.Load())[index] }

// released records that a key of a counter was dropped.
func (c *counters) released(index uint32) { c.at(index).keys.Add(-1) }

// take counts against the quota that the new keys of the counter share.
func (c *counter) take(l Limit, now int64) Decision {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.used {
		c.used, c.overflow = true, arrival{ns: now}
	}
	a, allowed := l.take(l.bound(c.overflow, now), now)
	c.overflow = a
	return l.decision(allowed, a, now)
}

// giveBack gives back a take of a new key, if there was one.
func (c *counter) giveBack(l Limit, now int64) arrival {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.used {
		return arrival{ns: now}
	}
	c.overflow = l.giveBack(l.bound(c.overflow, now), now)
	return c.overflow
}
