package translate

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// Limit is a rate limit and how much of it is left.
type Limit struct {
	Quota     int64     // requests in a window; -1 where an upstream tells only what remains
	Remaining int64     // of them, still allowed; -1 where unknown
	Reset     time.Time // when there will be more; zero where unknown
}

// ParseLimit reads the X-RateLimit-* headers, each in its own spelling. The
// reset is a Unix time in seconds or milliseconds, or seconds from now: vendors
// use all three under one name, and the size of the number tells them apart. ok
// is false where there is no limit, or none that can be read.
func ParseLimit(limit, remaining, reset string, now time.Time) (l Limit, ok bool) {
	quota, ok := parseCount(limit)
	if !ok {
		return Limit{}, false
	}
	l = Limit{Quota: quota, Remaining: -1}
	if n, ok := parseCount(remaining); ok {
		l.Remaining = n
	}
	if n, err := strconv.ParseFloat(strings.TrimSpace(reset), 64); err == nil && n >= 0 && n < 1e15 {
		l.Reset = resetTime(n, now)
	}
	return l, true
}

func parseCount(s string) (int64, bool) {
	n, err := strconv.ParseInt(strings.TrimSpace(s), 10, 64)
	return n, err == nil && n >= 0
}

func resetTime(n float64, now time.Time) time.Time {
	switch {
	case n >= 1e12:
		return time.UnixMilli(int64(n))
	case n >= 1e9:
		return time.Unix(int64(math.Ceil(n)), 0)
	}
	return now.Add(time.Duration(math.Ceil(n)) * time.Second)
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
