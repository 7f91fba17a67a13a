package ratelimit_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"runtime"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/koine-proxy/koine/ratelimit"
	"github.com/koine-proxy/koine/ratelimit/storetest"
)

// clock is a manual clock.
type clock struct{ ns atomic.Int64 }

func (c *clock) now() time.Time          { return time.Unix(1_700_000_000, c.ns.Load()) }
func (c *clock) advance(d time.Duration) { c.ns.Add(int64(d)) }

func take(m *ratelimit.Memory, counter, key string, l ratelimit.Limit) ratelimit.Decision {
	var out [1]ratelimit.Decision
	_ = m.Take(context.Background(), []ratelimit.Take{{Counter: counter, Key: key, Limit: l}}, out[:])
	return out[0]
}

func TestMemory(t *testing.T) {
	for _, keys := range []int{0, 1000} {
		t.Run(fmt.Sprint(keys), func(t *testing.T) {
			storetest.Run(t, func(*testing.T) storetest.Subject {
				c := new(clock)
				return storetest.Subject{Store: ratelimit.NewMemory(keys, c.now), Advance: c.advance}
			})
		})
	}
	t.Run("real clock", func(t *testing.T) {
		storetest.Run(t, func(*testing.T) storetest.Subject {
			return storetest.Subject{Store: ratelimit.NewMemory(0, nil)}
		})
	})
}

// TestMemoryFull checks that new keys share a quota if the store is full.
func TestMemoryFull(t *testing.T) {
	c := new(clock)
	m := ratelimit.NewMemory(1, c.now)
	l := ratelimit.Limit{Quota: 10, Window: time.Hour}
	take(m, "c", "known", l)
	for i := range 10 {
		if d := take(m, "c", fmt.Sprint("new", i), l); !d.Allowed || d.Remaining != int64(9-i) {
			t.Fatalf("new key %d got %+v, want a shared quota", i, d)
		}
	}
	if d := take(m, "c", "another", l); d.Allowed {
		t.Error("the shared quota has no bound")
	}
	if d := take(m, "c", "known", l); !d.Allowed || d.Remaining != 8 {
		t.Errorf("a live key is affected: %+v", d)
	}
	if d := take(m, "other", "another", l); !d.Allowed || d.Remaining != 9 {
		t.Errorf("another counter is affected: %+v", d)
	}
	c.advance(time.Hour)
	if d := take(m, "c", "another", l); !d.Allowed || d.Remaining != 9 || m.Keys() != 1 {
		t.Errorf("no room after a key became idle: %+v, %d keys", d, m.Keys())
	}
}

func TestMemoryFullGivesBack(t *testing.T) {
	m := ratelimit.NewMemory(1, new(clock).now)
	l, tight := ratelimit.Limit{Quota: 10, Window: time.Hour}, ratelimit.Limit{Quota: 1, Window: time.Hour}
	take(m, "tight", "k", tight)
	takes := []ratelimit.Take{{Counter: "c", Key: "new", Limit: l}, {Counter: "tight", Key: "k", Limit: tight}}
	out := make([]ratelimit.Decision, 2)
	for range 20 {
		_ = m.Take(context.Background(), takes, out)
		if !out[0].Allowed || out[0].Remaining != 10 || out[1].Allowed {
			t.Fatalf("got %+v", out)
		}
	}
}

// TestMemoryAgainstMap compares Memory with a simple store, in long random sequences of takes
// with idle times.
func TestMemoryAgainstMap(t *testing.T) {
	for seed := range uint64(8) {
		r := rand.New(rand.NewPCG(seed, 1))
		c := new(clock)
		m := ratelimit.NewMemory(0, c.now)
		full := map[string]time.Time{} // when the quota of a key is complete
		l := ratelimit.Limit{Quota: 10, Window: time.Minute}
		for range 20_000 {
			key := strconv.Itoa(r.IntN(3000))
			at := full[key]
			if at.Before(c.now()) {
				at = c.now()
			}
			next := at.Add(l.Window / 10)
			want := !next.After(c.now().Add(l.Window))
			if want {
				full[key] = next
			}
			if d := take(m, "c", key, l); d.Allowed != want {
				t.Fatalf("seed %d: key %s: allowed %t, want %t", seed, key, d.Allowed, want)
			}
			c.advance(time.Duration(r.IntN(int(10 * time.Millisecond))))
			if r.IntN(5000) == 0 {
				c.advance(time.Duration(r.IntN(int(2 * time.Minute))))
			}
		}
	}
}

// TestMemoryBound floods the store from many goroutines, and checks that it keeps its bound
// and evicts no live key.
func TestMemoryBound(t *testing.T) {
	const maxKeys = 5000
	m := ratelimit.NewMemory(maxKeys, new(clock).now)
	once := ratelimit.Limit{Quota: 1, Window: time.Hour}
	for i := range maxKeys / 2 {
		take(m, "c", fmt.Sprint("live", i), once)
	}
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Go(func() {
			for i := range 5000 {
				take(m, "c", fmt.Sprint("flood", g, "-", i), once)
			}
		})
	}
	wg.Wait()
	if m.Keys() > maxKeys {
		t.Errorf("%d keys, want at most %d", m.Keys(), maxKeys)
	}
	for i := range maxKeys / 2 {
		if take(m, "c", fmt.Sprint("live", i), once).Allowed {
			t.Fatalf("live key %d was evicted", i)
		}
	}
}

// TestMemoryFloodOfOneCounter floods one counter with invented keys, and checks that the
// new clients of another one still have quotas of their own.
func TestMemoryFloodOfOneCounter(t *testing.T) {
	const maxKeys = 2000
	m := ratelimit.NewMemory(maxKeys, new(clock).now)
	once := ratelimit.Limit{Quota: 1, Window: time.Hour}
	for i := range 2 * maxKeys {
		take(m, "flooded", strconv.Itoa(i), once)
	}
	if take(m, "flooded", "new", once).Allowed {
		t.Error("the flooded counter has no bound")
	}
	for i := range maxKeys {
		if !take(m, "other", strconv.Itoa(i), once).Allowed {
			t.Fatalf("new client %d of another counter is refused", i)
		}
	}
	if m.Keys() != 2*maxKeys {
		t.Errorf("%d keys, want %d", m.Keys(), 2*maxKeys)
	}
}

// TestMemoryClockSetBackRecovers checks that a client that goes on asking is allowed again.
func TestMemoryClockSetBackRecovers(t *testing.T) {
	c := new(clock)
	m := ratelimit.NewMemory(0, c.now)
	l := ratelimit.Limit{Quota: 10, Window: time.Minute}
	take(m, "c", "k", l)
	c.advance(-24 * time.Hour)
	for range 5 {
		take(m, "c", "k", l)
		c.advance(time.Second)
	}
	c.advance(time.Second)
	if d := take(m, "c", "k", l); !d.Allowed {
		t.Errorf("refused after six seconds: %+v", d)
	}
}

// TestMemoryShrinks checks that memory is released after a flood.
func TestMemoryShrinks(t *testing.T) {
	c := new(clock)
	m := ratelimit.NewMemory(0, c.now)
	before := heap()
	for i := range 300_000 {
		take(m, "c", strconv.Itoa(i), ratelimit.Limit{Quota: 10, Window: time.Minute})
	}
	if grown := heap() - before; grown < 5<<20 {
		t.Fatalf("the flood used only %d bytes", grown)
	}
	for i := range 20_000 {
		c.advance(10 * time.Millisecond)
		take(m, "c", strconv.Itoa(i%100), ratelimit.Limit{Quota: 10, Window: time.Minute})
	}
	if m.Keys() > 1000 {
		t.Errorf("%d keys are left", m.Keys())
	}
	if left := heap() - before; left > 1<<20 {
		t.Errorf("%d bytes were not released", left)
	}
	runtime.KeepAlive(m)
}

func heap() int64 {
	var s runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&s)
	return int64(s.HeapAlloc)
}

// TestMemoryClockSetBack checks a clock that goes backwards.
func TestMemoryClockSetBack(t *testing.T) {
	c := new(clock)
	m := ratelimit.NewMemory(0, c.now)
	l := ratelimit.Limit{Quota: 10, Window: time.Minute}
	take(m, "c", "k", l)
	c.advance(-24 * time.Hour)
	if d := take(m, "c", "k", l); d.Allowed || d.RetryAfter != 6*time.Second {
		t.Errorf("got %+v, want a debt of at most one window", d)
	}
	if d := take(m, "c", "new", l); !d.Allowed || d.Remaining != 9 {
		t.Errorf("a new key got %+v", d)
	}
}

func TestMemoryAllocations(t *testing.T) {
	m := ratelimit.NewMemory(0, nil)
	l := ratelimit.Limit{Quota: 10, Window: time.Hour}
	takes := []ratelimit.Take{{Counter: "a", Key: "k", Limit: l}, {Counter: "b", Key: "k", Limit: l}, {Counter: "c", Key: "k", Limit: ratelimit.Limit{Quota: 1, Window: time.Hour}}}
	out := make([]ratelimit.Decision, len(takes))
	if n := testing.AllocsPerRun(100, func() { _ = m.Take(context.Background(), takes, out) }); n > 0 {
		t.Errorf("%g allocations per request", n)
	}
}

func ExampleMemory() {
	m := ratelimit.NewMemory(0, nil)
	takes := []ratelimit.Take{{Counter: "default", Key: "203.0.113.7", Limit: ratelimit.Limit{Quota: 2, Window: time.Hour}}}
	out := make([]ratelimit.Decision, 1)
	for range 3 {
		if err := m.Take(context.Background(), takes, out); err != nil {
			panic(err)
		}
		fmt.Println(out[0].Allowed, out[0].Remaining, out[0].RetryAfter.Round(time.Minute))
	}
	// Output:
	// true 1 0s
	// true 0 0s
	// false 0 30m0s
}
