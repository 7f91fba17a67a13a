package limitheader

import (
	"math"
	"time"

	"github.com/koine-proxy/koine/dialect"
)

// Numbers from these on are Unix time in a value whose unit is not fixed: no wait is
// that long.
const (
	firstUnix             = 1e9
	firstUnixMilliseconds = 1e12
)

// readReset reads a time; the zero time if it is invalid or more than a year away.
func readReset(s string, unit dialect.Unit, now time.Time) time.Time {
	unit = actualUnit(s, unit)
	t, ok := readInstant(s, unit)
	if !ok {
		if d, ok := readSpan(s, unit); ok {
			return now.Add(d)
		}
		return time.Time{}
	}
	if t.Sub(now).Abs() > maxDistance {
		return time.Time{}
	}
	return t
}

// actualUnit returns the unit in which a value is read: that of the table or, if the
// value is impossible in it, auto. Some upstreams send a length of time with one
// response and Unix time with another.
func actualUnit(s string, unit dialect.Unit) dialect.Unit {
	possible := true
	n, number := readNumber(s)
	switch unit {
	case dialect.UnitEpoch:
		possible = number && n >= firstUnix && n < firstUnixMilliseconds
	case dialect.UnitEpochMilliseconds:
		possible = number && n >= firstUnixMilliseconds
	case dialect.UnitDate:
		possible = !number && isDate(s)
	case dialect.UnitDuration:
		possible = readDuration(s) >= 0
	case dialect.UnitSeconds, dialect.UnitMilliseconds, dialect.UnitMinutes:
		_, possible = readSpan(s, unit)
	}
	if !possible {
		return dialect.UnitAuto
	}
	return unit
}

// readInstant reads a point in time, and reports whether the value has the format
// of one, rather than of a length of time.
func readInstant(s string, unit dialect.Unit) (t time.Time, ok bool) {
	n, number := readNumber(s)
	switch {
	case number && (unit == dialect.UnitEpoch || unit == dialect.UnitAuto && n >= firstUnix && n < firstUnixMilliseconds):
		return unixTime(n), true
	case number && (unit == dialect.UnitEpochMilliseconds || unit == dialect.UnitAuto && n >= firstUnixMilliseconds):
		return unixTime(n / 1e3), true
	case !number && (unit == dialect.UnitDate || unit == dialect.UnitAuto && isDate(s)):
		t, _ = readDate(s)
		return t, true
	}
	return time.Time{}, false
}

// unixTime returns the time of Unix seconds, to the microsecond.
func unixTime(n float64) time.Time {
	if n > 1e11 {
		return time.Time{}
	}
	return time.UnixMicro(int64(math.Round(n * 1e6))).UTC()
}

// spanUnit returns the unit of a length of time beside a reset of that unit.
func spanUnit(u dialect.Unit) dialect.Unit {
	switch u {
	case dialect.UnitEpoch, dialect.UnitEpochMilliseconds, dialect.UnitDate:
		return dialect.UnitAuto
	}
	return u
}

// readSpan reads a length of time of at most a year.
func readSpan(s string, unit dialect.Unit) (time.Duration, bool) {
	d := time.Duration(-1)
	n, number := readNumber(s)
	switch {
	case number && (unit == dialect.UnitSeconds || unit == dialect.UnitAuto):
		d = span(n, time.Second)
	case number && unit == dialect.UnitMilliseconds:
		d = span(n, time.Millisecond)
	case number && unit == dialect.UnitMinutes:
		d = span(n, time.Minute)
	case unit == dialect.UnitDuration || !number && unit == dialect.UnitAuto:
		d = readDuration(s)
	}
	return max(d, 0), 0 <= d && d <= maxDistance
}

// span returns n units of time; -1 if that is too long.
func span(n float64, unit time.Duration) time.Duration {
	if n > float64(maxDistance/unit) {
		return -1
	}
	return time.Duration(math.Round(n * float64(unit)))
}
