package translate

import (
	"math"
	"strings"
	"time"
)

// httpDates are the forms of a date in a header (RFC 9110 section 5.6.7).
var httpDates = []string{"Mon, 02 Jan 2006 15:04:05 GMT", time.RFC850, time.ANSIC}

// ParseHTTPDate reads a date of a header.
func ParseHTTPDate(s string) (time.Time, bool) {
	for _, layout := range httpDates {
		if t, err := time.Parse(layout, s); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

// ParseRetryAfter reads a Retry-After header (RFC 9110 section 10.2.3): whole
// seconds, decimals as some send them, or a date, which counts from now. It
// returns seconds, rounded up, or -1 where the value says nothing.
func ParseRetryAfter(value string, now time.Time) int {
	value = strings.TrimSpace(value)
	if n := parseSeconds(value); n >= 0 {
		return n
	}
	date, ok := ParseHTTPDate(value)
	if !ok {
		return -1
	}
	wait := math.Ceil(date.Sub(now).Seconds())
	if wait > maxWait {
		return -1
	}
	return max(int(wait), 0)
}
