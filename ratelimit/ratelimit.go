// Package ratelimit decides whether a request is within its limits.
//
// It uses the generic cell rate algorithm (GCRA): a key may use its quota at once, and
// the quota becomes available again evenly. There are no fixed windows, so twice the quota
// is never allowed around the end of one. A store keeps one value per key: the time at
// which its quota is complete again.
//
// The package is independent of HTTP and networks. Memory keeps the keys of one process;
// other packages implement Store elsewhere.
package ratelimit

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// ErrUnavailable is wrapped by the error of a Store whose backing service does not answer
// in time.
var ErrUnavailable = errors.New("rate-limit store unavailable")

// Bounds of a Limit.
const (
	MaxQuota  = 1_000_000_000
	MinWindow = time.Millisecond
	MaxWindow = 366 * 24 * time.Hour
)

// Limit allows Quota requests at once, and then Quota more per Window, spread evenly:
// `100 per 1h` allows 100 requests at once, and one more every 36 seconds.
type Limit struct {
	// The number of requests that are allowed at once: 1 to 1,000,000,000, and at most
	// one per nanosecond of the window.
	Quota int64

	// The time in which the complete quota becomes available again: 1ms to 366 days, in whole
	// microseconds.
	Window time.Duration
}

// Validate returns what is wrong with the limit. Stores accept valid limits only.
func (l Limit) Validate() error {
	switch {
	case l.Quota < 1 || l.Quota > MaxQuota:
		return fmt.Errorf("limit %d per %s: number of requests must be from 1 to %d", l.Quota, l.Window, MaxQuota)
	case l.Window < MinWindow || l.Window > MaxWindow:
		return fmt.Errorf("limit %d per %s: duration must be from 1ms to %d days", l.Quota, l.Window, MaxWindow/(24*time.Hour))
	case l.Window%time.Microsecond != 0:
		return fmt.Errorf("limit %d per %s: duration must be a whole number of microseconds", l.Quota, l.Window)
	case l.Quota > int64(l.Window):
		return fmt.Errorf("limit %d per %s: more than one request per nanosecond; use at most %d", l.Quota, l.Window, int64(l.Window))
	}
	return nil
}

// String returns the limit as it is configured: `100 per 1h0m0s`.
func (l Limit) String() string { return fmt.Sprintf("%d per %s", l.Quota, l.Window) }

// Take is a request of one key that is to be counted.
type Take struct {
	// The name of the counter. Takes with equal names and keys share a quota.
	Counter string

	// The key, such as a client address. It may be a secret or personal data: a store
	// keeps, sends and logs only a hash of it.
	Key string

	// A valid limit. If it differs from that of an earlier take of the same key, the
	// usage of the key is kept, bounded by the new window from this take on.
	Limit Limit
}

// Decision is the result of one Take.
type Decision struct {
	// Whether the request is within this limit.
	Allowed bool

	// How many more requests are allowed at once, from 0 to the quota.
	Remaining int64

	// The time until Remaining grows; 0 if the quota is complete. For a refused
	// request it equals RetryAfter.
	Reset time.Duration

	// The time until a request is allowed again; 0 if this one is.
	RetryAfter time.Duration
}

// Store keeps the usage of keys. It is safe for concurrent use.
type Store interface {
	// Take decides on all takes of one request, and stores the decision on takes[i] in
	// out[i]; out is as long as takes.
	//
	// Each decision is about its take alone. If any take is refused, the request is
	// refused and no take is counted; the decisions describe the state without this
	// request.
	//
	// At most the quota is allowed at once, however many goroutines, processes or
	// machines share the store. A store that cannot decide on all takes in one step (a
	// cluster, on keys of several nodes) first decides without counting; what one part
	// refuses after all, the others give back, and may briefly have occupied.
	//
	// After an error the contents of out are undefined, and some takes may have been
	// counted. If the store does not answer in time, the error wraps ErrUnavailable.
	// Take returns when ctx is done, and a store on a network has a timeout of its own.
	//
	// Take retains neither takes nor out.
	Take(ctx context.Context, takes []Take, out []Decision) error

	// Check decides like Take, but counts nothing: the decisions describe the state
	// without this request.
	Check(ctx context.Context, takes []Take, out []Decision) error

	// GiveBack undoes a Take of the same takes that counted the request, because the
	// request was refused elsewhere. It stores the state without the request in out.
	GiveBack(ctx context.Context, takes []Take, out []Decision) error
}
