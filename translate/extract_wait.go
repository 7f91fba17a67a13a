package translate

import (
	"strconv"
	"time"

	"github.com/koine-proxy/koine/translate/limitheader"
)

// parseWait returns the seconds to wait that a text in some unit says, rounded
// up; -1 if it says none.
func (r *reader) parseWait(text, unit string) int {
	switch unit {
	case "", "seconds", "duration":
		if n := limitheader.ParseSeconds(text); n >= 0 {
			return n
		}
		if d, err := time.ParseDuration(text); err == nil && d >= 0 {
			return wholeSeconds(d.Seconds())
		}
	case "ms":
		if f, err := strconv.ParseFloat(text, 64); err == nil {
			return wholeSeconds(f / 1000)
		}
	case "minutes":
		if f, err := strconv.ParseFloat(text, 64); err == nil {
			return wholeSeconds(f * 60)
		}
	case "epoch":
		if f, err := strconv.ParseFloat(text, 64); err == nil {
			return r.secondsUntil(time.UnixMilli(int64(f * 1000)))
		}
	case "date":
		if date, err := time.Parse(time.RFC3339, text); err == nil {
			return r.secondsUntil(date)
		}
		if date, ok := limitheader.ParseHTTPDate(text); ok {
			return r.secondsUntil(date)
		}
	}
	return -1
}

// secondsUntil returns the seconds from when the response was sent to a date; -1
// if it is unknown when that was.
func (r *reader) secondsUntil(date time.Time) int {
	from := limitheader.SentAt(r.response.Header, r.response.Now)
	if from.IsZero() {
		return -1
	}
	return wholeSeconds(max(0, date.Sub(from).Seconds()))
}

// wholeSeconds rounds seconds up; -1 if they are out of range.
func wholeSeconds(seconds float64) int {
	return limitheader.ParseSeconds(strconv.FormatFloat(seconds, 'f', -1, 64))
}
