package limitheader

import (
	"strings"
	"time"
)

// readDuration reads a duration in the format of Go, also with days (6m0s, 1d2h),
// or of ISO 8601 (PT6M); -1 if it is invalid.
func readDuration(s string) time.Duration {
	if s == "" || len(s) > maxTime {
		return -1
	}
	if s[0] == 'P' {
		return readPeriod(s[1:])
	}
	days := time.Duration(0)
	if i := strings.IndexByte(s, 'd'); i > 0 {
		n, ok := readNumber(s[:i])
		if days = span(n, 24*time.Hour); !ok || days < 0 {
			return -1
		}
		if s = s[i+1:]; s == "" {
			return days
		}
	}
	if !isDigit(s[0]) && s[0] != '.' {
		return -1 // a sign
	}
	d, err := time.ParseDuration(s)
	if err != nil || d > maxDistance {
		return -1
	}
	return days + d
}

// readPeriod reads an ISO 8601 duration without its P; -1 if it is invalid. Years
// and months are not read, because their length varies.
func readPeriod(s string) (d time.Duration) {
	if s == "" || strings.HasSuffix(s, "T") {
		return -1
	}
	clock := false // after the T
	for s != "" {
		if s[0] == 'T' && !clock {
			clock, s = true, s[1:]
			continue
		}
		i := strings.IndexAny(s, "YWDHMST")
		if i <= 0 {
			return -1
		}
		var unit time.Duration
		switch c := s[i]; {
		case c == 'W' && !clock:
			unit = 7 * 24 * time.Hour
		case c == 'D' && !clock:
			unit = 24 * time.Hour
		case c == 'H' && clock:
			unit = time.Hour
		case c == 'M' && clock:
			unit = time.Minute
		case c == 'S' && clock:
			unit = time.Second
		default:
			return -1
		}
		n, ok := readNumber(s[:i])
		part := span(n, unit)
		if d += part; !ok || part < 0 || d > maxDistance {
			return -1
		}
		s = s[i+1:]
	}
	return d
}
