package ratelimit

import (
	"math/bits"
	"time"
)

// Debt is how long a key needs until its quota is whole, as a store tells it:
// Time and Part/Quota nanoseconds. One request is Window/Quota; the part keeps
// that exact where it is no whole number, so that a quota of 7 per second is
// not 7.000000007. A store with coarser clocks leaves it 0.
type Debt struct {
	Time time.Duration // from 0 to the window
	Part int64         // from 0 to below the quota; 0 where Time is the window
}

// Decision returns what to answer where a key owes the debt, after the take if
// it was allowed.
func (l Limit) Decision(allowed bool, debt Debt) Decision {
	remaining, missing := l.room(debt)
	d := Decision{Allowed: allowed}
	if allowed {
		d.Remaining = remaining
	}
	if remaining < l.Quota {
		d.Reset = time.Duration((missing + uint64(l.Quota) - 1) / uint64(l.Quota)) // rounded up
	}
	if !allowed {
		d.RetryAfter = d.Reset
	}
	return d
}

// room returns how many requests fit, (Window - debt) / (Window / Quota)
// rounded down, and how much is missing for one more, in parts of a nanosecond.
// The product does not fit into 64 bits; the quotient does, since it is at most
// the quota.
func (l Limit) room(debt Debt) (remaining int64, missing uint64) {
	hi, lo := bits.Mul64(uint64(l.Window-debt.Time), uint64(l.Quota))
	lo, borrow := bits.Sub64(lo, uint64(debt.Part), 0)
	n, over := bits.Div64(hi-borrow, lo, uint64(l.Window))
	return int64(n), uint64(l.Window) - over
}

// arrival is the theoretical arrival time of GCRA, the moment at which a quota
// is whole again, in nanoseconds of some clock: ns + part/Quota.
type arrival struct {
	ns   int64
	part int64
}

// passed tells whether the moment is over, so that nothing is owed.
func (a arrival) passed(now int64) bool { return a.ns < now || (a.ns == now && a.part == 0) }

// bound brings an arrival into what the limit can mean: not before now, and not
// more than a window ahead, which it is when the limit was another one before
// or the clock was set back.
func (l Limit) bound(a arrival, now int64) arrival {
	if a.part >= l.Quota { // of another limit
		a.ns, a.part = a.ns+1, 0
	}
	if a.passed(now) {
		return arrival{ns: now}
	}
	if end := now + int64(l.Window); a.ns >= end {
		return arrival{ns: end}
	}
	return a
}

// take adds one request to an arrival within bounds, if it fits.
func (l Limit) take(a arrival, now int64) (arrival, bool) {
	next := arrival{a.ns + int64(l.Window)/l.Quota, a.part + int64(l.Window)%l.Quota}
	if next.part >= l.Quota {
		next.ns, next.part = next.ns+1, next.part-l.Quota
	}
	if !next.passed(now + int64(l.Window)) {
		return a, false
	}
	return next, true
}

// giveBack takes one request off again.
func (l Limit) giveBack(a arrival, now int64) arrival {
	a.ns, a.part = a.ns-int64(l.Window)/l.Quota, a.part-int64(l.Window)%l.Quota
	if a.part < 0 {
		a.ns, a.part = a.ns-1, a.part+l.Quota
	}
	return l.bound(a, now)
}

// decision tells of an arrival within bounds.
func (l Limit) decision(allowed bool, a arrival, now int64) Decision {
	return l.Decision(allowed, Debt{Time: time.Duration(a.ns - now), Part: a.part})
}
