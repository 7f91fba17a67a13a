package redisstore

import (
	"context"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/koine-proxy/koine/ratelimit"
)

// BenchmarkRedis decides from 64 goroutines in one process, on a server on this
// machine.
func BenchmarkRedis(b *testing.B) {
	s := startServer(b)
	r := open(b, s.url())
	r.Timeout = maxTimeout
	limit := ratelimit.Limit{Quota: 1_000_000, Window: time.Hour}
	var seed atomic.Int64
	b.SetParallelism(32)
	b.ReportAllocs()
	b.ResetTimer()
	begin := time.Now()
	b.RunParallel(func(pb *testing.PB) {
		out := make([]ratelimit.Decision, 1)
		takes := one("bench", "", limit)
		for i := seed.Add(1_000_000); pb.Next(); i++ {
			takes[0].Key = strconv.FormatInt(i%10_000, 10)
			if err := r.Take(context.Background(), takes, out); err != nil {
				b.Error(err)
				return
			}
		}
	})
	b.ReportMetric(float64(b.N)/time.Since(begin).Seconds(), "decisions/s")
}
