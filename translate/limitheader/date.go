package limitheader

import (
	"time"
)

// isDate reports whether a text is a date, 2026-05-01… or one with a weekday, rather
// than a duration.
func isDate(s string) bool {
	return len(s) > 4 && (s[4] == '-' || !isDigit(s[0]) && s[0] != 'P' && s[0] != '.')
}

// isoDates are the layouts of RFC 3339 and of its variants that upstreams send.
// Without a zone the time is UTC.
var isoDates = []string{
	time.RFC3339, "2006-01-02T15:04Z07:00", "2006-01-02T15:04:05Z0700", "2006-01-02T15:04:05", "2006-01-02T15:04",
	"2006-01-02 15:04:05Z07:00", "2006-01-02 15:04:05 MST", "2006-01-02 15:04:05 -0700", "2006-01-02 15:04:05", "2006-01-02 15:04",
}

// readDate reads a date of RFC 3339, of ISO 8601 without seconds or zone, or of
// HTTP.
func readDate(s string) (time.Time, bool) {
	if len(s) > maxTime || len(s) < len("2006-01-02 15:04") {
		return time.Time{}, false
	}
	if !isDigit(s[0]) {
		if t, err := time.Parse(time.RFC1123Z, s); err == nil {
			return t, true
		}
		return ParseHTTPDate(s)
	}
	for _, layout := range isoDates {
		if t, err := time.Parse(layout, s); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

// httpDates are the layouts of a date in a header (RFC 9110 section 5.6.7).
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

// SentAt returns when a response was sent: its Date, or now if it has none.
func SentAt(header map[string][]string, now time.Time) time.Time {
	if v := header["Date"]; len(v) > 0 {
		if date, ok := ParseHTTPDate(v[0]); ok {
			return date
		}
	}
	return now
}
