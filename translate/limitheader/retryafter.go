package limitheader

import (
	"strconv"
	"strings"
	"time"

	"github.com/koine-proxy/koine/dialect"
)

// ParseRetryAfter reads a Retry-After header: seconds or a date (RFC 9110 section
// 10.2.3), or what some upstreams send instead: decimals, Unix time, a duration, or
// a date of RFC 3339. It returns seconds from now, rounded up; -1 if the value is
// invalid.
func ParseRetryAfter(value string, now time.Time) int {
	return ReadWait(strings.TrimSpace(value), dialect.UnitAuto, now)
}

// RetryAfter returns the seconds of the Retry-After of a response, rounded up; -1 if
// there is none. A date counts from the Date of the response if it has one, so that
// the clocks of two machines may differ. The header has canonical names, as in
// net/http.
func RetryAfter(header map[string][]string, now time.Time) int {
	if len(header["Retry-After"]) == 0 {
		return -1
	}
	return ParseRetryAfter(header["Retry-After"][0], SentAt(header, now))
}

// Wait returns the time for which the client of a response has to wait, in seconds,
// rounded up: by Retry-After, else by the headers that the table lists under
// `waits`, in their order; -1 if there is none. It is meant for errors after which a
// request can be repeated, because upstreams send some of these headers with every
// response.
func (t *Table) Wait(header map[string][]string, now time.Time) int {
	if n := RetryAfter(header, now); n >= 0 {
		return n
	}
	for i := range t.waits {
		if n := t.waits[i].read(header, now); n >= 0 {
			return n
		}
	}
	return -1
}

func (w *waitHeader) read(header map[string][]string, now time.Time) int {
	values := header[w.header]
	if !withinSize(values) {
		return -1
	}
	if remaining := header[w.unless]; len(remaining) > 0 {
		if n, ok := readCount(strings.TrimSpace(remaining[0])); ok && n > 0 {
			return -1
		}
	}
	value := strings.TrimSpace(values[0])
	from := now
	if _, number := readNumber(value); !number { // a date counts from when the response was sent
		from = SentAt(header, now)
	}
	l := Limit{Reset: readReset(value, w.unit, from)}
	return l.Wait(from)
}

// MaxWait bounds the wait of an upstream: thirty days. A longer one counts as
// unknown.
const MaxWait = 30 * 24 * 60 * 60

// ParseSeconds reads a wait in seconds, rounded up; -1 if it is invalid.
func ParseSeconds(s string) int {
	if strings.Trim(s, "0123456789.eE+-") != "" { // an error of ParseFloat would be allocated
		return -1
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || !(f >= 0 && f <= MaxWait) {
		return -1
	}
	n := int(f)
	if float64(n) < f {
		n++
	}
	return n
}

// ReadWait reads how long to wait from a text in that unit, in seconds, rounded up,
// or -1 if there is none or it is longer than 30 days. A value that is impossible in
// the unit is read by its size. A date counts from the time at which the response
// was sent; without that, it is not read.
func ReadWait(text string, unit dialect.Unit, sent time.Time) int {
	if unit == "" {
		unit = dialect.UnitAuto
	}
	switch unit = actualUnit(text, unit); unit {
	case dialect.UnitAuto, dialect.UnitSeconds:
		if n := ParseSeconds(text); n >= 0 {
			return n
		}
	}
	if t, ok := readInstant(text, unit); ok && !t.IsZero() && t.Before(sent) {
		return 0
	}
	l := Limit{Reset: readReset(text, unit, sent)}
	return l.Wait(sent)
}
