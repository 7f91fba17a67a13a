// Package ratelimit decides whether a request is within its limits.
//
// The arithmetic is the generic cell rate algorithm (GCRA): a key has a quota
// that may be used at once and that comes back evenly, a piece at a time, so
// that no window has an edge at which twice the quota passes. All a store has
// to keep for a key is one moment, at which its quota is whole again.
//
// The package knows neither HTTP nor a network. Memory keeps the keys of one
// process; other packages keep them elsewhere and implement Store.
package ratelimit

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// ErrUnavailable is what the error of a Store wraps when whatever keeps its
// keys does not answer, or not in time.
var ErrUnavailable = errors.New("the store of the rate limits does not answer")

// The bounds of a Limit.
const (
	MostQuota  = 1_000_000_000
	LeastWait  = time.Millisecond // the shortest window
	MostWindow = 366 * 24 * time.Hour
)

// Limit is Quota requests at once, and then Quota more, spread evenly over
// each Window. `100 per 1h` allows 100 requests at once, and one more every
// 36 seconds.
type Limit struct {
	// How many requests may come at once. From 1 to 1,000,000,000, and at most
	// one for each nanosecond of the window.
	Quota int64

	// The time in which as many requests become allowed again. From 1ms to
	// 366 days, in whole microseconds.
	Window time.Duration
}

// Validate tells what is wrong with the limit. The stores take only limits
// with which nothing is.
func (l Limit) Validate() error {
	switch {
	case l.Quota < 1 || l.Quota > MostQuota:
		return fmt.Errorf("limit %d per %s: the number of requests must be from 1 to %d", l.Quota, l.Window, MostQuota)
	case l.Window < LeastWait || l.Window > MostWindow:
		return fmt.Errorf("limit %d per %s: the time must be from 1ms to %d days", l.Quota, l.Window, MostWindow/(24*time.Hour))
	case l.Window%time.Microsecond != 0:
		return fmt.Errorf("limit %d per %s: the time must be a whole number of microseconds", l.Quota, l.Window)
	case l.Quota > int64(l.Window):
		return fmt.Errorf("limit %d per %s: that is more than one request a nanosecond; at most %d fit", l.Quota, l.Window, int64(l.Window))
	}
	return nil
}

// String is the limit as it is configured: `100 per 1h0m0s`.
func (l Limit) String() string { return fmt.Sprintf("%d per %s", l.Quota, l.Window) }

// Take asks for one request of one key.
type Take struct {
	// The name of the counter. Takes of equal names count together, whoever
	// asks.
	Counter string

	// Whose request it is. It may be a secret or name a person: a store keeps,
	// sends and logs nothing but a hash of it.
	Key string

	// A valid limit. Where it differs from that of an earlier take of the same
	// key, the key goes on with what it has used, but owes no more than the
	// new window.
	Limit Limit
}

// Decision is the answer to one Take.
type Decision struct {
	// Whether the request is within this limit.
	Allowed bool

	// How many more requests would be allowed at once, from 0 to the quota.
	Remaining int64

	// How long until there is more than Remaining; 0 where the quota is whole.
	// Where the request is refused, the same as RetryAfter.
	Reset time.Duration

	// How long until a request is allowed again; 0 where this one is.
	RetryAfter time.Duration
}

// Store keeps what the keys have used, and decides. It is used from many
// goroutines at once.
type Store interface {
	// Take decides on all the takes of one request, and puts the decision on
	// takes[i] into out[i]; out is as long as takes.
	//
	// Allowed is said of each take by itself. If any of them is refused, the
	// request is, and then it counts nowhere: what the other takes took is
	// given back before Take returns, and their decisions tell of the state
	// without this request. A take that is refused changes nothing.
	//
	// No more than the quota is ever allowed at once, whatever number of
	// goroutines, processes or machines share the store. (A request that is
	// refused by one take may for a moment hold a place of another, which a
	// request at the same moment then misses.)
	//
	// An error means that nothing is decided, and the contents of out mean
	// nothing; some takes may have been counted. If the store could not be
	// asked, or not in time, the error wraps ErrUnavailable. Take returns when
	// ctx is done, and, if it uses a network, within a time-out of its own.
	//
	// Take keeps neither takes nor out.
	Take(ctx context.Context, takes []Take, out []Decision) error
}
