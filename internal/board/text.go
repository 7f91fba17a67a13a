package board

import (
	"fmt"
	"math"
	"strconv"
	"time"
	"unicode"
)

// thousands returns a number with commas.
func thousands(n int64) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// percent returns a share in percent, rounded down to one decimal place, so that 100 % means
// all of them.
func percent(share float64) string {
	if share <= 0 || share >= 1 {
		return strconv.Itoa(int(share)*100) + "\u00a0%"
	}
	return strconv.FormatFloat(math.Floor(share*1000+1e-9)/10, 'f', 1, 64) + "\u00a0%"
}

// bound returns an upper bound in percent, rounded up to two significant digits.
func bound(share float64) string {
	p := share * 100
	if p <= 0 || p >= 100 {
		return "100\u00a0%"
	}
	scale := math.Pow(10, math.Max(0, 1-math.Floor(math.Log10(p))))
	return strconv.FormatFloat(math.Ceil(p*scale-1e-9)/scale, 'f', -1, 64) + "\u00a0%"
}

// plural returns a number with a noun.
func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return thousands(int64(n)) + " " + noun + "s"
}

// of returns "2 of 3 dialects", or "the dialect" if there is only one.
func of(n, all int, noun string) string {
	if all == 1 {
		return "the " + noun
	}
	return fmt.Sprintf("%d of %s", n, plural(all, noun))
}

func hasOrHave(n int) string {
	if n == 1 {
		return "has"
	}
	return "have"
}

func capital(s string) string {
	if s == "" {
		return s
	}
	return string(unicode.ToUpper(rune(s[0]))) + s[1:]
}

// ago returns how long ago a time was.
func ago(now, t time.Time) string {
	switch d := now.Sub(t); {
	case t.Unix() <= 0:
		return "never"
	case d < 5*time.Second:
		return "just now"
	case d < time.Minute:
		return fmt.Sprintf("%d s ago", int(d.Seconds()))
	case d < time.Hour:
		return fmt.Sprintf("%d min ago", int(d.Minutes()))
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h ago", int(d.Hours()))
	default:
		return fmt.Sprintf("%d days ago", int(d.Hours()/24))
	}
}

// moment returns a time for people, in UTC.
func moment(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05") + " UTC" }
