package redisstore

import (
	"sync/atomic"
	"time"
)

// openTime is the time for which the breaker rejects requests after a failure. Together
// with the time of one probe it is well below the time in which limits must be enforced
// again.
const openTime = 500 * time.Millisecond

// breaker is a circuit breaker. After a failure it rejects all requests for a while, and
// then lets single requests pass as probes, until one succeeds.
type breaker struct {
	until   atomic.Int64 // the end of the open time; 0 while the breaker is closed
	probing atomic.Bool
}

// enter reports whether a request may call the server, and whether it is a probe. A
// caller that may call the server must call leave afterwards.
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
	b.probing.Store(false) // another probe has ended since
	return false, b.until.Load() == 0
}

// outcome is the result of a request for the breaker.
type outcome int

const (
	replied outcome = iota
	failed
	cancelled // the request ended early, so the result does not depend on the server
)

func (b *breaker) leave(o outcome, probe bool, now int64) {
	until := now + int64(openTime)
	switch {
	case o == failed && probe:
		b.until.Store(until)
	case o == failed:
		b.until.CompareAndSwap(0, until)
	case o == replied && probe:
		b.until.Store(0)
	}
	if probe {
		b.probing.Store(false)
	}
}

// isOpen reports whether the breaker has opened since a request entered.
func (b *breaker) isOpen() bool { return b.until.Load() != 0 }
