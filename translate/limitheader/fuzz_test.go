package limitheader_test

import (
	"net/http"
	"testing"
	"time"
)

// FuzzLimits checks that limits are within their bounds and can be written,
// whatever the headers are.
func FuzzLimits(f *testing.F) {
	e := builtInTable(f)
	names := []string{
		"X-Ratelimit-Limit", "X-Ratelimit-Remaining", "X-Ratelimit-Reset", "X-Ratelimit-Used", "X-Ratelimit-Duration",
		"Ratelimit", "Ratelimit-Policy", "Ratelimit-Limit", "Ratelimit-Remaining", "Ratelimit-Reset", "X-Ratelimit-Reset-After",
		"Sforce-Limit-Info", "Zendesk-Ratelimit-X", "X-Shopify-Shop-Api-Call-Limit", "X-Ratelimit-Limit-Tokens", "X-Rate-Limit-Reset",
		"Retry-After", "Date", "Retry-After-Ms", "X-Retry-In",
	}
	for _, v := range []string{
		"100", "10, 10;w=1;name=\"per-ip\"", "1777622430", "1777622430250", "6m0s", "2026-05-01T08:02Z", "Fri, 01 May 2026 08:00:10 GMT",
		`"default";r=50;t=30`, `"default";q=100;w=60;qu="x"`, "limit=100, remaining=50, reset=5", "32/40", "api-usage=18/5000", "total=100; remaining=99; resets=41",
		"P1DT1S", "1m30s", "-3", "-0.5", "1000000000", "1d", "999999999999999.9999", "1e999", "NaN", "-0", ".", "\"\\\"\";r=1", "P", "PT", "P9999999999W", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z",
	} {
		f.Add(0, v, 1, v, 2, v)
		f.Add(5, v, 6, v, 7, v)
		f.Add(11, v, 12, v, 13, v)
		f.Add(16, v, 18, v, 19, v)
	}
	f.Fuzz(func(t *testing.T, i int, a string, j int, b string, k int, c string) {
		h := http.Header{}
		for _, p := range []struct {
			name  int
			value string
		}{{i, a}, {j, b}, {k, c}} {
			h.Add(names[uint(p.name)%uint(len(names))], p.value)
		}
		began := time.Now()
		limits := e.Read(h, testNow, nil)
		if n := e.Wait(h, testNow); n < -1 || n > 30*24*60*60 {
			t.Errorf("a wait of %d seconds", n)
		}
		if took := time.Since(began); took > 5*time.Second {
			t.Errorf("it took %v", took)
		}
		checkWritable(t, limits)
		if again := e.Read(h, testNow, nil); format(again) != format(limits) {
			t.Errorf("first %s, then %s", format(limits), format(again))
		}
	})
}
