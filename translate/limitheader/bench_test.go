package limitheader_test

import (
	"net/http"
	"testing"

	"github.com/koine-proxy/koine/translate/limitheader"
)

// ordinaryHeader returns the header of a response without a rate limit.
func ordinaryHeader() http.Header {
	return parseHeader(`Content-Type: application/json
		Content-Length: 512
		Date: Fri, 01 May 2026 08:00:00 GMT
		Server: nginx
		Cache-Control: no-store
		Etag: "abc"
		Vary: Accept-Encoding
		X-Request-Id: req_01JD9ZK3M5Q7R9T1V3X5Z7B9D1
		Strict-Transport-Security: max-age=63072000
		X-Content-Type-Options: nosniff
		Set-Cookie: a=b
		Access-Control-Allow-Origin: *`)
}

func benchmarkLimits(b *testing.B, limits string, want int) {
	e := builtInTable(b)
	h := ordinaryHeader()
	for name, values := range parseHeader(limits) {
		h[name] = values
	}
	dst := make([]limitheader.Limit, 0, 8)
	b.ReportAllocs()
	for b.Loop() {
		if got := e.Read(h, testNow, dst); len(got) != want {
			b.Fatal(format(got))
		}
	}
}

// BenchmarkLimitsNone measures responses without a rate limit.
func BenchmarkLimitsNone(b *testing.B) { benchmarkLimits(b, "", 0) }

// BenchmarkLimitsPlain reads the three headers that most upstreams send.
func BenchmarkLimitsPlain(b *testing.B) {
	benchmarkLimits(b, "X-RateLimit-Limit: 5000\nX-RateLimit-Remaining: 4999\nX-RateLimit-Reset: 1777626000", 1)
}

// BenchmarkLimitsStar reads two limits with durations, as of OpenAI.
func BenchmarkLimitsStar(b *testing.B) {
	benchmarkLimits(b, `x-ratelimit-limit-requests: 60
		x-ratelimit-limit-tokens: 150000
		x-ratelimit-remaining-requests: 59
		x-ratelimit-remaining-tokens: 149984
		x-ratelimit-reset-requests: 1s
		x-ratelimit-reset-tokens: 6m0s`, 2)
}

// BenchmarkLimitsList reads two limits in the fields of the IETF draft.
func BenchmarkLimitsList(b *testing.B) {
	benchmarkLimits(b, `RateLimit-Policy: "burst";q=20;w=1, "month";q=300000;w=2592000
		RateLimit: "burst";r=0;t=1, "month";r=812;t=186300`, 2)
}
