package limitheader_test

import (
	"strings"
	"testing"

	"github.com/koine-proxy/koine/translate/limitheader"
)

// TestWait reads how long to wait.
func TestWait(t *testing.T) {
	e := builtInTable(t)
	for _, c := range []struct {
		about, header   string
		standard, known int
	}{
		{"nothing", "", -1, -1},
		{"seconds", "Retry-After: 30", 30, 30},
		{"now", "Retry-After: 0", 0, 0},
		{"decimals, as Shopify", "Retry-After: 2.0", 2, 2},
		{"a fraction", "Retry-After: 2.1", 3, 3},
		{"a date, by the clock of the upstream", "Retry-After: Fri, 01 May 2026 09:00:30 GMT\nDate: Fri, 01 May 2026 09:00:00 GMT", 30, 30},
		{"a date, by the local clock", "Retry-After: Fri, 01 May 2026 08:00:30 GMT", 30, 30},
		{"a date in the past", "Retry-After: Fri, 01 May 2026 07:00:30 GMT", 0, 0},
		{"a date of RFC 3339", "Retry-After: 2026-05-01T10:00:30+02:00", 30, 30},
		{"a date of RFC 3339, by the clock of the upstream", "Retry-After: 2026-05-01T09:00:30Z\nDate: Fri, 01 May 2026 09:00:00 GMT", 30, 30},
		{"a date of RFC 3339 in the past", "Retry-After: 2025-05-01T07:00:30Z", 0, 0},
		{"a date of RFC 3339, more than thirty days away", "Retry-After: 2026-06-01T08:00:00Z", -1, -1},
		{"Unix seconds", "Retry-After: 1777622430", 30, 30},
		{"Unix seconds, by the clock of the upstream", "Retry-After: 1777626030\nDate: Fri, 01 May 2026 09:00:00 GMT", 30, 30},
		{"Unix seconds in the past", "Retry-After: 1000000000", 0, 0},
		{"Unix seconds, more than thirty days away", "Retry-After: 1787622430", -1, -1},
		{"Unix milliseconds", "Retry-After: 1777622430250", 30, 30},
		{"Unix milliseconds in the past", "Retry-After: 1000000000000", 0, 0},
		{"seconds with a unit", "Retry-After: 90s", 90, 90},
		{"minutes", "Retry-After: 2m", 120, 120},
		{"minutes and seconds", "Retry-After: 1m30s", 90, 90},
		{"a duration of ISO 8601", "Retry-After: PT1M30S", 90, 90},
		{"white space", "Retry-After:  90s ", 90, 90},
		{"a negative duration", "Retry-After: -90s", -1, -1},
		{"a negative number", "Retry-After: -1", -1, -1},
		{"a duration of more than thirty days", "Retry-After: 721h", -1, -1},
		{"thirty days", "Retry-After: 2592000", 2592000, 2592000},
		{"more than thirty days, less than Unix time", "Retry-After: 999999999", -1, -1},
		{"a word", "Retry-After: soon", -1, -1},
		{"a word, and a valid header", "Retry-After: soon\nRetry-After-Ms: 1500", -1, 2},
		{"the standard first", "Retry-After: 3\nRetry-After-Ms: 2500", 3, 3},
		{"OpenAI", "retry-after-ms: 2500", -1, 3},
		{"Cosmos DB", "x-ms-retry-after-ms: 100", -1, 1},
		{"MailerLite", "X-RateLimit-Retry-After: 59", -1, 59},
		{"Caddy 1", "X-RateLimit-RetryAfter: 5", -1, 5},
		{"Traefik", "X-Retry-In: 30s", -1, 30},
		{"Discord, used up", "X-RateLimit-Reset-After: 64.57\nX-RateLimit-Remaining: 0", -1, 65},
		{"Discord, some left", "X-RateLimit-Reset-After: 64.57\nX-RateLimit-Remaining: 2", -1, -1},
		{"Together AI", "x-ratelimit-reset: 12", -1, 12},
		{"GitHub, some left", "x-ratelimit-reset: 1777626000\nx-ratelimit-remaining: 7", -1, -1},
		{"epoch, used up", "x-ratelimit-reset: 1777622410\nx-ratelimit-remaining: 0", -1, 10},
		{"Okta", "X-Rate-Limit-Reset: 1777622410", -1, 10},
		{"GitLab", "RateLimit-Reset: 1777622410", -1, 10},
		{"a year", "Retry-After-Ms: 31536000000", -1, -1},
		{"long", "Retry-After-Ms: " + strings.Repeat("0", 2000), -1, -1},
	} {
		t.Run(c.about, func(t *testing.T) {
			h := parseHeader(c.header)
			if n := limitheader.RetryAfter(h, testNow); n != c.standard {
				t.Errorf("Retry-After is %d, want %d", n, c.standard)
			}
			if n := e.Wait(h, testNow); n != c.known {
				t.Errorf("the wait is %d, want %d", n, c.known)
			}
		})
	}
}
