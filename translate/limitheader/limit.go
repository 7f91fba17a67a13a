package limitheader

import (
	"math"
	"time"
)

// Limit is one rate limit of a response.
type Limit struct {
	Name   string        // printable ASCII, at most 128 bytes: valid as a String of RFC 9651
	Unit   string        // what is counted (`qu` of the IETF draft); "" for requests
	Window time.Duration // 0 if unknown

	// At least one of Quota and Remaining is known.
	Quota     int64     // requests in a window; -1 if unknown
	Remaining int64     // requests left in the window; -1 if unknown
	Reset     time.Time // when the window ends; the zero time if unknown
}

// defaultLimit is the name of a limit that has none of its own.
const defaultLimit = "default"

// maxDistance bounds the time from now to a reset, and the length of a window.
// Other values are treated as unknown.
const maxDistance = 366 * 24 * time.Hour

// Wait returns the whole seconds until the window ends, rounded up; -1 if that is
// unknown.
func (l *Limit) Wait(now time.Time) int {
	if l.Reset.IsZero() {
		return -1
	}
	wait := math.Ceil(l.Reset.Sub(now).Seconds())
	if wait > MaxWait {
		return -1
	}
	return max(int(wait), 0)
}

// mayEqual reports whether two limits may be the same one: no known number differs.
func (l *Limit) mayEqual(other *Limit) bool {
	return (l.Quota == other.Quota || l.Quota < 0 || other.Quota < 0) &&
		(l.Remaining == other.Remaining || l.Remaining < 0 || other.Remaining < 0)
}

// repeats reports whether two limits with different names are the same one: some
// number is equal and no known number differs. Resets may differ by rounding.
func (l *Limit) repeats(other *Limit) bool {
	if !l.mayEqual(other) || (l.Quota != other.Quota || l.Quota < 0) && (l.Remaining != other.Remaining || l.Remaining < 0) {
		return false
	}
	return l.Reset.IsZero() || other.Reset.IsZero() || l.Reset.Sub(other.Reset).Abs() <= 2*time.Second
}

// fillFrom sets unknown values to those of another limit.
func (l *Limit) fillFrom(other *Limit) {
	if l.Quota < 0 {
		l.Quota = other.Quota
	}
	if l.Remaining < 0 {
		l.Remaining = other.Remaining
	}
	if l.Reset.IsZero() {
		l.Reset = other.Reset
	}
	if l.Window == 0 {
		l.Window = other.Window
	}
}

// isPrintable reports whether s is printable ASCII, which a String of RFC 9651
// section 3.3.3 must be.
func isPrintable(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return s != ""
}
