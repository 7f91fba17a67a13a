package ratelimit

import (
	"context"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"
	"unsafe"
)

// liveKeys is the number of keys of the benchmarks.
const liveKeys = 1_000_000

// keyMaker makes keys. Like the proxy, it writes the bytes of each key just before use, so
// that they are in the cache of the CPU. A key is valid until the next one is made.
type keyMaker struct{ text []byte }

func newKeyMaker() *keyMaker { return &keyMaker{[]byte("2001:db8:0000:00000::/64")} }

func (c *keyMaker) key(i uint64) string {
	const digits = "0123456789abcdef"
	i %= liveKeys
	for at := 18; at > 13; at-- {
		c.text[at] = digits[i&15]
		i >>= 4
	}
	return unsafe.String(&c.text[0], len(c.text))
}

var daily = Limit{Quota: 1_000_000, Window: 24 * time.Hour}

// fill returns a store with n live keys.
func fill(n uint64) *Memory {
	m, c := NewMemory(0, nil), newKeyMaker()
	for i := range n {
		var out [1]Decision
		_ = m.Take(context.Background(), []Take{{"daily", c.key(i), Limit{10, MaxWindow}}}, out[:])
	}
	return m
}

var filled = sync.OnceValue(func() *Memory { return fill(liveKeys) })

// BenchmarkTake decides among a million live keys in random order, with the real clock.
func BenchmarkTake(b *testing.B) {
	m := filled()
	var seed atomic.Uint64
	b.ReportAllocs()
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		takes, out, c := make([]Take, 1), make([]Decision, 1), newKeyMaker()
		x := seed.Add(0x9e3779b97f4a7c15)
		for pb.Next() {
			x ^= x << 13
			x ^= x >> 7
			x ^= x << 17
			takes[0] = Take{"daily", c.key(x), daily}
			_ = m.Take(context.Background(), takes, out)
		}
	})
}

// BenchmarkTakeThree decides on requests with three policies.
func BenchmarkTakeThree(b *testing.B) {
	m, c := filled(), newKeyMaker()
	takes, out := make([]Take, 3), make([]Decision, 3)
	b.ReportAllocs()
	for i := uint64(0); b.Loop(); i++ {
		key := c.key(i * 7919)
		takes[0], takes[1], takes[2] = Take{"daily", key, daily}, Take{"host", "api.example.com", daily}, Take{"all", "", daily}
		_ = m.Take(context.Background(), takes, out)
	}
}

// bytesPerKey returns the memory per live key of a full store.
func bytesPerKey(n uint64) float64 {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	m := fill(n)
	runtime.GC()
	runtime.ReadMemStats(&after)
	defer runtime.KeepAlive(m)
	return float64(after.HeapAlloc-before.HeapAlloc) / float64(n)
}

// BenchmarkBytesPerKey measures memory, and the time of a new key.
func BenchmarkBytesPerKey(b *testing.B) {
	for b.Loop() {
		b.ReportMetric(bytesPerKey(liveKeys), "bytes/key")
		b.ReportMetric(0, "ns/op")
	}
}

// TestBytesPerKey uses numbers of keys for which the tables have just grown, which is the
// worst case.
func TestBytesPerKey(t *testing.T) {
	for _, n := range []uint64{200_000, 800_000} {
		if got := bytesPerKey(n); got > 120 {
			t.Errorf("%d keys take %.0f bytes each, want at most 120", n, got)
		}
	}
}
