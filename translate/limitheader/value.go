package limitheader

import (
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/koine-proxy/koine/dialect"
)

// maxCount is the largest Integer of a structured field (RFC 9651 section 3.3.1). A
// larger count could not be written.
const maxCount = 999_999_999_999_999

// readNumber reads digits with an optional fraction. Signs, exponents and
// thousands separators are not accepted, because their meaning is unclear.
func readNumber(s string) (n float64, ok bool) {
	end := skipDigits(s, 0)
	if end == len(s) && 0 < end && end <= 15 {
		whole := int64(0)
		for i := range end {
			whole = 10*whole + int64(s[i]-'0')
		}
		return float64(whole), true
	}
	if end == len(s) || s[end] != '.' || end > 15 || len(s) > 36 || len(s) == 1 || skipDigits(s, end+1) != len(s) {
		return 0, false
	}
	n, err := strconv.ParseFloat(s, 64)
	return n, err == nil
}

// readCount reads how many requests remain or are used. Some upstreams count in
// fractions, which are rounded down.
func readCount(s string) (int64, bool) {
	if s == "" {
		return 0, false
	}
	n, ok := readNumber(s)
	return min(int64(n), maxCount), ok
}

// readWhole reads a count without a fraction, or with one of zeros; -1 if there is
// none. Half a request per second is a rate, not a quota.
func readWhole(s string) int64 {
	n, ok := readNumber(s)
	if !ok || n != math.Trunc(n) || n > maxCount { // that many digits round up
		return -1
	}
	return int64(n)
}

// readQuota reads a quota: a number or, as in the early IETF drafts, a number and
// its policies: `10, 10;w=1;name="per-ip"`.
func readQuota(s string, l *Limit) {
	if end := skipDigits(s, 0); end == len(s) || s[end] == '.' {
		l.Quota = readWhole(s)
		return
	}
	policies, ok := readPolicies([]string{s})
	if !ok {
		return
	}
	quota, found := policies[0].quota, false
	for _, p := range policies {
		switch {
		case p.quota != quota && p.window == 0:
			return // a thousands separator, or two alternative limits
		case p.quota == quota && p.window > 0 && !found:
			found, l.Window = true, p.window
			if p.name != "" {
				l.Name = p.name
			}
		}
	}
	l.Quota = quota
}

// readPair reads `32/40`, which may be followed by a comment in parentheses; -1 if it
// is invalid.
func readPair(s string) (used, quota int64) {
	s, _, _ = strings.Cut(s, "(")
	a, b, ok := strings.Cut(s, "/")
	if !ok {
		return -1, -1
	}
	n, ok := readCount(strings.TrimSpace(a))
	if quota = readWhole(strings.TrimSpace(b)); !ok || quota < 0 {
		return -1, -1
	}
	return n, quota
}

// readPairs reads a list of key=value into the texts of a limit.
func (f *family) readPairs(p *roleTexts) {
	rest := p[rolePairs]
	for rest != "" {
		var pair string
		if i := strings.IndexAny(rest, ";,"); i >= 0 {
			pair, rest = rest[:i], rest[i+1:]
		} else {
			pair, rest = rest, ""
		}
		key, value, _ := strings.Cut(pair, "=")
		key = strings.TrimSpace(key)
		for role, name := range f.members {
			if name != "" && p[role] == "" && strings.EqualFold(name, key) {
				p[role] = strings.TrimSpace(value)
			}
		}
	}
}

// readReset reads a time; the zero time if it is invalid or more than a year away.
func readReset(s string, unit dialect.Unit, now time.Time) time.Time {
	t, ok := readInstant(s, unit)
	if !ok {
		if d, ok := readSpan(s, unit); ok {
			return now.Add(d)
		}
		return time.Time{}
	}
	if t.Sub(now).Abs() > farthest {
		return time.Time{}
	}
	return t
}

// readInstant reads a point in time, and reports whether the value is spelled as
// one, rather than as a length of time.
func readInstant(s string, unit dialect.Unit) (t time.Time, ok bool) {
	n, number := readNumber(s)
	switch {
	case number && (unit == dialect.UnitEpoch || unit == dialect.UnitAuto && n >= 1e9 && n < 1e12):
		return unixTime(n), true
	case number && (unit == dialect.UnitEpochMilliseconds || unit == dialect.UnitAuto && n >= 1e12):
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
	return max(d, 0), 0 <= d && d <= farthest
}

// span returns n units of time; -1 if that is too long.
func span(n float64, unit time.Duration) time.Duration {
	if n > float64(farthest/unit) {
		return -1
	}
	return time.Duration(math.Round(n * float64(unit)))
}

// maxTime bounds how long a date or a duration is spelled, in bytes.
const maxTime = 48

// readDuration reads a duration as Go spells it, also with days (6m0s, 1d2h), or as
// ISO 8601 does (PT6M); -1 if it is invalid.
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
	if err != nil || d > farthest {
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
		if d += part; !ok || part < 0 || d > farthest {
			return -1
		}
		s = s[i+1:]
	}
	return d
}

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
