package redisstore

import (
	"sync"
	"sync/atomic"
	"testing"
)

func TestBreaker(t *testing.T) {
	var b breaker
	enter := func(now int64, wantProbe, wantOK bool) {
		t.Helper()
		if probe, ok := b.enter(now); probe != wantProbe || ok != wantOK {
			t.Fatalf("at %d: got %t %t, want %t %t", now, probe, ok, wantProbe, wantOK)
		}
	}
	enter(1, false, true)
	b.leave(replied, false, 2)
	enter(3, false, true)
	b.leave(cancelled, false, 4)
	enter(5, false, true)
	b.leave(failed, false, 10)
	enter(11, false, false)
	b.leave(failed, false, 20) // it began before the failure, and does not extend the open time
	enter(9+int64(openTime), false, false)
	enter(10+int64(openTime), true, true)
	enter(11+int64(openTime), false, false) // one probe at a time
	b.leave(replied, false, 12+int64(openTime))
	enter(13+int64(openTime), false, false) // an older request does not close the breaker
	b.leave(cancelled, true, 14+int64(openTime))
	enter(15+int64(openTime), true, true) // after a cancelled probe the next request is one
	b.leave(failed, true, 20+int64(openTime))
	enter(21+int64(openTime), false, false)
	enter(20+2*int64(openTime), true, true)
	b.leave(replied, true, 21+2*int64(openTime))
	enter(22+2*int64(openTime), false, true)
}

// TestBreakerOneProbe checks that there is at most one probe at a time.
func TestBreakerOneProbe(t *testing.T) {
	var b breaker
	b.leave(failed, false, 1)
	var probes, most atomic.Int64
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for now := int64(openTime) + 1; now < int64(openTime)+1000; now++ {
				probe, ok := b.enter(now)
				if !ok {
					continue
				}
				if n := probes.Add(1); probe && n > most.Load() {
					most.Store(n)
				}
				probes.Add(-1)
				b.leave(cancelled, probe, now)
			}
		})
	}
	wg.Wait()
	if most.Load() != 1 {
		t.Errorf("%d probes at once", most.Load())
	}
}
