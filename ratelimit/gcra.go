package ratelimit

import (
	"math/bits"
	"time"
)

// Debt is the time until the quota of a key is complete: Time plus Part/Quota
// nanoseconds. One request adds Window/Quota to it; Part is the fraction, so that the
// sum is exact. A store with a coarser clock leaves Part at 0.
type Debt struct {
	Time time.Duration // from 0 to the window
	Part int64         // from 0 to below the quota; 0 if Time is the window
}

// Decision returns the decision for a key with a debt, which includes this request if it
// was allowed.
func (l Limit) Decision(allowed bool, debt Debt) Decision {
	remaining, missing := l.available(debt)
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

// available returns how many requests are left, (Window - debt) / (Window / Quota) rounded
// down, and the debt that must expire before one more is allowed, in nanoseconds times
// Quota. The product needs more than 64 bits; the quotient does not, as it is at most the
// quota.
func (l Limit) available(debt Debt) (remaining int64, missing uint64) {
	hi, lo := bits.Mul64(uint64(l.Window-debt.Time), uint64(l.Quota))
	lo, borrow := bits.Sub64(lo, uint64(debt.Part), 0)
	n, over := bits.Div64(hi-borrow, lo, uint64(l.Window))
	return int64(n), uint64(l.Window) - over
}

// arrival is the theoretical arrival time of GCRA, at which a quota is complete again, in
// nanoseconds: ns + part/Quota.
type arrival struct {
	ns   int64
	part int64
}

// isComplete reports whether the quota is complete.
func (a arrival) isComplete(now int64) bool { return a.ns < now || (a.ns == now && a.part == 0) }

// bound limits an arrival to the time from now to the end of one window. An arrival is
// outside of it if the limit was changed or the clock was set back.
func (l Limit) bound(a arrival, now int64) arrival {
	if a.part >= l.Quota { // from another limit
		a.ns, a.part = a.ns+1, 0
	}
	if a.isComplete(now) {
		return arrival{ns: now}
	}
	if end := now + int64(l.Window); a.ns >= end {
		return arrival{ns: end}
	}
	return a
}

// take adds one request to a bounded arrival, if it is allowed.
func (l Limit) take(a arrival, now int64) (arrival, bool) {
	next := arrival{a.ns + int64(l.Window)/l.Quota, a.part + int64(l.Window)%l.Quota}
	if next.part >= l.Quota {
		next.ns, next.part = next.ns+1, next.part-l.Quota
	}
	if !next.isComplete(now + int64(l.Window)) {
		return a, false
	}
	return next, true
}

// giveBack removes one request.
func (l Limit) giveBack(a arrival, now int64) arrival {
	a.ns, a.part = a.ns-int64(l.Window)/l.Quota, a.part-int64(l.Window)%l.Quota
	if a.part < 0 {
		a.ns, a.part = a.ns-1, a.part+l.Quota
	}
	return l.bound(a, now)
}

// decision returns the decision for a bounded arrival.
func (l Limit) decision(allowed bool, a arrival, now int64) Decision {
	return l.Decision(allowed, Debt{Time: time.Duration(a.ns - now), Part: a.part})
}
