package ratelimit

import (
	"context"
	"runtime"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// liveKeys is how many keys the benchmarks keep.
const liveKeys = 1_000_000

var crowd = sync.OnceValue(func() []string {
	keys := make([]string, liveKeys)
	for i := range keys {
		keys[i] = "2001:db8:" + strconv.FormatInt(int64(i>>16), 16) + ":" + strconv.FormatInt(int64(i&0xffff), 16) + "::/64"
	}
	return keys
})

var daily = Limit{Quota: 1_000_000, Window: 24 * time.Hour}

// fill returns a store of which every key of the crowd is live.
func fill(keys []string) *Memory {
	m := NewMemory(0, time.Now)
	for _, key := range keys {
		var out [1]Decision
		_ = m.Take(context.Background(), []Take{{"daily", key, Limit{10, MostWindow}}}, out[:])
	}
	return m
}

// BenchmarkTake decides among a million live keys, in no order, with the real
// clock.
func BenchmarkTake(b *testing.B) {
	keys := crowd()
	m := fill(keys)
	var seed atomic.Uint64
	b.ReportAllocs()
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		takes, out := make([]Take, 1), make([]Decision, 1)
		x := seed.Add(0x9e3779b97f4a7c15)
		for pb.Next() {
			x ^= x << 13
			x ^= x >> 7
			x ^= x << 17
			takes[0] = Take{"daily", keys[x%liveKeys], daily}
			_ = m.Take(context.Background(), takes, out)
		}
	})
}

// BenchmarkTakeThree is a request with three policies.
func BenchmarkTakeThree(b *testing.B) {
	keys := crowd()
	m := fill(keys)
	takes, out := make([]Take, 3), make([]Decision, 3)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		key := keys[(i*7919)%liveKeys]
		takes[0], takes[1], takes[2] = Take{"daily", key, daily}, Take{"host", "api.example.com", daily}, Take{"all", "", daily}
		_ = m.Take(context.Background(), takes, out)
	}
}

// bytesPerKey is what a live key costs, after as many have come as the store is
// to hold.
func bytesPerKey(keys []string) float64 {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	m := fill(keys)
	runtime.GC()
	runtime.ReadMemStats(&after)
	defer runtime.KeepAlive(m)
	return float64(after.HeapAlloc-before.HeapAlloc) / float64(len(keys))
}

// BenchmarkBytesPerKey measures memory; its time is that of a new key.
func BenchmarkBytesPerKey(b *testing.B) {
	keys := crowd()
	for b.Loop() {
		b.ReportMetric(bytesPerKey(keys), "bytes/key")
		b.ReportMetric(0, "ns/op")
	}
}

func TestBytesPerKey(t *testing.T) {
	keys := crowd()
	for _, n := range []int{100_000, 500_000, 800_000, liveKeys} {
		if got := bytesPerKey(keys[:n]); got > 120 {
			t.Errorf("%d keys take %.0f bytes each; 120 are allowed", n, got)
		}
	}
}
