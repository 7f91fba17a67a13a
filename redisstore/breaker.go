package redisstore

import (
	"sync/atomic"
	"time"
)

// rest is how long nobody asks after a failure. Together with one probe it
// is well within the time in which limits must be enforced again.
const rest = 500 * time.Millisecond

// breaker keeps requests from waiting for a server that does not answer. After
// a failure all are turned away for a while, and then let in one at a time, as
// probes, until one succeeds.
type breaker struct {
	until   atomic.Int64 // the end of the rest; 0 while the server answers
	probing atomic.Bool
}

// enter tells whether a request may ask, and whether it is a probe. Who may
// calls leave afterwards.
func (b *breaker) enter(now int64) (probe, ok bool) {
	until := b.until.Load()
	if until == 0 {
		return false, true
	}
	if now < until || !b.probing.CompareAndSwap(false, true) {
		return false, false
	}
	if b.until.Load() == until {
		return true, true
	}
	b.probing.Store(false) // another probe has ended meanwhile
	return false, b.until.Load() == 0
}

// outcome is what a request says about the server.
type outcome int

const (
	answered outcome = iota
	failed
	gaveUp // the request ended by itself, which says nothing
)

func (b *breaker) leave(o outcome, probe bool, now int64) {
	end := now + int64(rest)
	switch {
	case o == failed && probe:
		b.until.Store(end)
	case o == failed:
		b.until.CompareAndSwap(0, end)
	case o == answered && probe:
		b.until.Store(0)
	}
	if probe {
		b.probing.Store(false)
	}
}

// broken tells whether a request that waited should not ask any more.
func (b *breaker) broken() bool { return b.until.Load() != 0 }
