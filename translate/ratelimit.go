package translate

import (
	"math"
	"time"
)

// Limit is a rate limit and how much of it is left.
type Limit struct {
	Quota     int64     // requests in a window; -1 where an upstream tells only what remains
	Remaining int64     // of them, still allowed; -1 where unknown
	Reset     time.Time // when there will be more; zero where unknown
}

// Wait returns the whole seconds until there is more, rounded up, or -1 where
// that is not known.
func (l Limit) Wait(now time.Time) int {
	if l.Reset.IsZero() {
		return -1
	}
	wait := math.Ceil(l.Reset.Sub(now).Seconds())
	if wait > maxWait {
		return -1
	}
	return max(int(wait), 0)
}
