package limitheader

import (
	"math"
	"strconv"
	"strings"
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

// readRemaining reads how many requests remain. A count below 0 is 0: some
// upstreams count the requests that they refuse. But -1 without a quota often means
// that there is no limit, so it counts as unknown.
func readRemaining(s string, quota int64) (int64, bool) {
	size, negative := strings.CutPrefix(s, "-")
	n, ok := readCount(size)
	switch {
	case !ok || !negative:
		return n, ok
	case size == "1":
		return 0, quota >= 0
	}
	return 0, true
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

// maxTime bounds the length of a date or a duration, in bytes.
const maxTime = 48
