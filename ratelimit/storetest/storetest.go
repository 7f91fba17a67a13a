// Package storetest checks implementations of ratelimit.Store.
package storetest

import (
	"context"
	"crypto/rand"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/koine-proxy/koine/ratelimit"
)

// Subject is a store under test.
type Subject struct {
	Store ratelimit.Store

	// Advance moves the manual clock of the store. Nil means a real clock: then
	// durations may differ by the time that the test took, and long checks are skipped.
	Advance func(time.Duration)
}

// Run runs all checks. Each of them opens a store, which may share keys with earlier
// checks, and closes it with t.Cleanup.
func Run(t *testing.T, open func(t *testing.T) Subject) {
	for _, c := range []struct {
		name  string
		check func(*checker)
	}{
		{"first request", (*checker).first},
		{"exactly the quota", (*checker).wholeQuota},
		{"quota of one", (*checker).one},
		{"quota is restored evenly", (*checker).evenly},
		{"quota is restored with a real clock", (*checker).realClock},
		{"no drift", (*checker).drift},
		{"separate keys and counters", (*checker).separate},
		{"keys of any bytes", (*checker).anyBytes},
		{"several policies", (*checker).several},
		{"a refusal gives the other takes back", (*checker).giveBack},
		{"same key twice", (*checker).twice},
		{"changed limit", (*checker).changed},
		{"relaxed limit", (*checker).relaxed},
		{"relaxed limit, with others", (*checker).relaxedWithOthers},
		{"check", (*checker).checkOnly},
		{"given back", (*checker).givenBack},
		{"a refused key takes nothing from others", (*checker).flood},
		{"bounds of limits", (*checker).bounds},
		{"no takes", (*checker).noTakes},
		{"cancelled context", (*checker).cancelled},
		{"exact with many goroutines", (*checker).exact},
		{"policies in any order", (*checker).anyOrder},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := open(t)
			c.check(&checker{T: t, subject: s, counter: "storetest-" + rand.Text(), since: time.Now()})
		})
	}
}

// checker is one check with its own counter.
type checker struct {
	*testing.T
	subject Subject
	counter string
	since   time.Time
}

// longWindow is a window in which no quota is restored during a test.
const longWindow = ratelimit.MaxWindow

var hourly = ratelimit.Limit{Quota: 100, Window: time.Hour}

func (c *checker) of(key string, l ratelimit.Limit) ratelimit.Take {
	return ratelimit.Take{Counter: c.counter, Key: key, Limit: l}
}

func (c *checker) take(takes ...ratelimit.Take) []ratelimit.Decision {
	c.Helper()
	out := make([]ratelimit.Decision, len(takes))
	if err := c.subject.Store.Take(context.Background(), takes, out); err != nil {
		c.Fatalf("Take: %v", err)
	}
	return out
}

// want compares decisions. With a real clock a duration may be shorter by the time since
// the check began.
func (c *checker) want(got, want ratelimit.Decision) {
	c.Helper()
	slack := time.Duration(0)
	if c.subject.Advance == nil {
		slack = time.Since(c.since) + time.Millisecond
	}
	near := func(got, want time.Duration) bool { return got <= want && got >= want-slack && (got > 0) == (want > 0) }
	if got.Allowed != want.Allowed || got.Remaining != want.Remaining || !near(got.Reset, want.Reset) || !near(got.RetryAfter, want.RetryAfter) {
		c.Errorf("got %+v, want %+v (slack %s)", got, want, slack)
	}
	if !got.Allowed && got.RetryAfter != got.Reset {
		c.Errorf("a refusal with Reset %s and RetryAfter %s", got.Reset, got.RetryAfter)
	}
}

func (c *checker) advance(d time.Duration) {
	c.Helper()
	if c.subject.Advance == nil {
		c.Skip("this store has a real clock")
	}
	c.subject.Advance(d)
}

func allowed(remaining int64, reset time.Duration) ratelimit.Decision {
	return ratelimit.Decision{Allowed: true, Remaining: remaining, Reset: reset}
}

func refused(wait time.Duration) ratelimit.Decision {
	return ratelimit.Decision{Reset: wait, RetryAfter: wait}
}

func (c *checker) first() {
	c.want(c.take(c.of("k", hourly))[0], allowed(99, 36*time.Second))
	c.want(c.take(c.of("k", hourly))[0], allowed(98, 36*time.Second))
}

func (c *checker) wholeQuota() {
	for left := hourly.Quota - 1; left >= 0; left-- {
		c.want(c.take(c.of("k", hourly))[0], allowed(left, 36*time.Second))
	}
	for range 3 { // a refusal is not counted
		c.want(c.take(c.of("k", hourly))[0], refused(36*time.Second))
	}
}

func (c *checker) one() {
	l := ratelimit.Limit{Quota: 1, Window: time.Hour}
	c.want(c.take(c.of("k", l))[0], allowed(0, time.Hour))
	c.want(c.take(c.of("k", l))[0], refused(time.Hour))
}

func (c *checker) evenly() {
	c.advance(0)
	for range hourly.Quota {
		c.take(c.of("k", hourly))
	}
	c.advance(36*time.Second - 1)
	c.want(c.take(c.of("k", hourly))[0], refused(1))
	c.advance(1)
	c.want(c.take(c.of("k", hourly))[0], allowed(0, 36*time.Second))
	c.want(c.take(c.of("k", hourly))[0], refused(36*time.Second))
	c.advance(10*time.Second + 2*36*time.Second)
	c.want(c.take(c.of("k", hourly))[0], allowed(1, 26*time.Second))
	c.advance(time.Hour)
	c.want(c.take(c.of("k", hourly))[0], allowed(99, 36*time.Second))
}

func (c *checker) realClock() {
	if c.subject.Advance != nil {
		c.Skip("this store has no real clock")
	}
	l := ratelimit.Limit{Quota: 4, Window: time.Second}
	for range l.Quota {
		c.take(c.of("k", l))
	}
	count := int64(0)
	for deadline := time.Now().Add(10 * time.Second); count < 3; {
		if c.take(c.of("k", l))[0].Allowed {
			count++
		}
		if time.Now().After(deadline) {
			c.Fatalf("%d requests were allowed again in 10s, want 3", count)
		}
	}
	passed := time.Since(c.since)
	if maximum := int64(passed / (l.Window / time.Duration(l.Quota))); count > maximum {
		c.Errorf("%d requests were allowed again in %s, want at most %d", count, passed, maximum)
	}
}

func (c *checker) drift() {
	c.advance(0)
	l := ratelimit.Limit{Quota: 7, Window: time.Second}
	for range 100 {
		for left := l.Quota - 1; left >= 0; left-- {
			if d := c.take(c.of("k", l))[0]; !d.Allowed || d.Remaining != left {
				c.Fatalf("got %+v, want %d remaining", d, left)
			}
		}
		c.want(c.take(c.of("k", l))[0], refused(142857143)) // a seventh, rounded up
		c.advance(l.Window)
	}
}

func (c *checker) separate() {
	l := ratelimit.Limit{Quota: 1, Window: longWindow}
	for _, t := range []ratelimit.Take{
		{Counter: c.counter, Key: "a", Limit: l},
		{Counter: c.counter, Key: "b", Limit: l},
		{Counter: c.counter + "a", Key: "", Limit: l},
		{Counter: c.counter, Key: "", Limit: l},
		{Counter: c.counter + "}", Key: "a", Limit: l},
		{Counter: c.counter + ":", Key: "a", Limit: l},
	} {
		if !c.take(t)[0].Allowed {
			c.Errorf("counter %q, key %q shares a quota", t.Counter, t.Key)
		}
		if c.take(t)[0].Allowed {
			c.Errorf("counter %q, key %q was dropped", t.Counter, t.Key)
		}
	}
}

func (c *checker) anyBytes() {
	l := ratelimit.Limit{Quota: 1, Window: longWindow}
	for _, key := range []string{"", " ", "\x00", "\xff\xfe", "a\r\nFLUSHALL\r\n", "{}", "}{", "ключ", strings.Repeat("k", 1<<16)} {
		if first, second := c.take(c.of(key, l))[0], c.take(c.of(key, l))[0]; !first.Allowed || second.Allowed {
			c.Errorf("key %.20q: allowed %t, then %t", key, first.Allowed, second.Allowed)
		}
	}
}

func (c *checker) several() {
	daily := ratelimit.Limit{Quota: 1000, Window: 24 * time.Hour}
	minutely := ratelimit.Limit{Quota: 10, Window: time.Minute}
	out := c.take(c.of("hour", hourly), c.of("day", daily), c.of("minute", minutely))
	c.want(out[0], allowed(99, 36*time.Second))
	c.want(out[1], allowed(999, 86400*time.Millisecond))
	c.want(out[2], allowed(9, 6*time.Second))
}

func (c *checker) giveBack() {
	tight := ratelimit.Limit{Quota: 1, Window: longWindow}
	wide := ratelimit.Limit{Quota: 1000, Window: longWindow}
	c.take(c.of("tight", tight), c.of("wide", wide))
	for range 3 {
		out := c.take(c.of("wide", wide), c.of("tight", tight), c.of("fresh", wide))
		c.want(out[0], allowed(999, longWindow/1000))
		c.want(out[1], refused(longWindow))
		c.want(out[2], allowed(1000, 0))
	}
	c.want(c.take(c.of("wide", wide))[0], allowed(998, longWindow/1000))
	c.want(c.take(c.of("fresh", wide))[0], allowed(999, longWindow/1000))
	out := c.take(c.of("tight", tight), c.of("tight", tight))
	c.want(out[0], refused(longWindow))
	c.want(out[1], refused(longWindow))
}

func (c *checker) twice() {
	l := ratelimit.Limit{Quota: 3, Window: longWindow}
	out := c.take(c.of("k", l), c.of("k", l))
	if !out[0].Allowed || !out[1].Allowed || out[1].Remaining != 1 {
		c.Errorf("got %+v", out)
	}
	if out = c.take(c.of("k", l), c.of("k", l)); !out[0].Allowed || out[1].Allowed {
		c.Errorf("got %+v, want one of two allowed", out)
	}
	c.want(c.take(c.of("k", l))[0], allowed(0, longWindow/3))
}

func (c *checker) changed() {
	c.take(c.of("k", ratelimit.Limit{Quota: 1, Window: longWindow}))
	c.want(c.take(c.of("k", hourly))[0], refused(36*time.Second))
	if d := c.take(c.of("k", ratelimit.Limit{Quota: 100, Window: 2 * time.Hour}))[0]; !d.Allowed || d.Remaining != 49 {
		c.Errorf("got %+v, want a debt of one hour", d)
	}
	c.take(c.of("other", ratelimit.Limit{Quota: 2, Window: time.Hour}))
	if d := c.take(c.of("other", hourly))[0]; !d.Allowed || d.Remaining < 49 || d.Remaining > 50 {
		c.Errorf("got %+v, want a debt of half the window", d)
	}
}

// pass lets time pass: with a manual clock d, with a real clock until done.
func (c *checker) pass(d time.Duration, done func() bool) {
	c.Helper()
	if c.subject.Advance != nil {
		c.subject.Advance(d)
		if !done() {
			c.Errorf("not after %s", d)
		}
		return
	}
	for deadline := time.Now().Add(d + 5*time.Second); !done(); {
		if time.Now().After(deadline) {
			c.Fatalf("not after %s", d+5*time.Second)
		}
	}
}

// relaxed checks that a client that used up a limit is not locked out for longer than the
// new limit says, although it goes on asking.
func (c *checker) relaxed() {
	day, seconds := ratelimit.Limit{Quota: 5, Window: 24 * time.Hour}, ratelimit.Limit{Quota: 5, Window: 500 * time.Millisecond}
	for range 5 {
		c.take(c.of("k", day))
	}
	c.want(c.take(c.of("k", seconds))[0], refused(100*time.Millisecond))
	c.pass(100*time.Millisecond, func() bool { return c.take(c.of("k", seconds))[0].Allowed })
}

// relaxedWithOthers is the same with a second policy that refuses.
func (c *checker) relaxedWithOthers() {
	day, seconds := ratelimit.Limit{Quota: 5, Window: 24 * time.Hour}, ratelimit.Limit{Quota: 5, Window: 500 * time.Millisecond}
	once := ratelimit.Limit{Quota: 1, Window: longWindow}
	c.take(c.of("once", once))
	for range 5 {
		c.take(c.of("k", day))
	}
	c.take(c.of("once", once), c.of("k", seconds))
	c.pass(100*time.Millisecond, func() bool { return c.take(c.of("once", once), c.of("k", seconds))[1].Allowed })
}

func (c *checker) check(takes ...ratelimit.Take) []ratelimit.Decision {
	c.Helper()
	out := make([]ratelimit.Decision, len(takes))
	if err := c.subject.Store.Check(context.Background(), takes, out); err != nil {
		c.Fatalf("Check: %v", err)
	}
	return out
}

func (c *checker) checkOnly() {
	l, once := ratelimit.Limit{Quota: 3, Window: longWindow}, ratelimit.Limit{Quota: 1, Window: longWindow}
	for range 5 {
		out := c.check(c.of("k", l), c.of("once", once))
		c.want(out[0], allowed(3, 0))
		c.want(out[1], allowed(1, 0))
	}
	c.take(c.of("k", l), c.of("once", once))
	out := c.check(c.of("once", once), c.of("k", l))
	c.want(out[0], refused(longWindow))
	c.want(out[1], allowed(2, longWindow/3))
	out = c.check(c.of("k", l), c.of("k", l), c.of("k", l))
	if !out[0].Allowed || !out[1].Allowed || out[2].Allowed {
		c.Errorf("got %+v, want two of three allowed", out)
	}
	c.want(c.take(c.of("k", l))[0], allowed(1, longWindow/3))
}

func (c *checker) givenBack() {
	l, other := ratelimit.Limit{Quota: 3, Window: longWindow}, ratelimit.Limit{Quota: 7, Window: longWindow}
	takes := []ratelimit.Take{c.of("k", l), c.of("other", other)}
	out := make([]ratelimit.Decision, 2)
	c.take(takes...)
	for range 10 {
		c.take(takes...)
		if err := c.subject.Store.GiveBack(context.Background(), takes, out); err != nil {
			c.Fatalf("GiveBack: %v", err)
		}
		c.want(out[0], allowed(2, longWindow/3))
		c.want(out[1], allowed(6, longWindow/7+1))
	}
	if err := c.subject.Store.GiveBack(context.Background(), takes, out); err != nil {
		c.Fatalf("GiveBack: %v", err)
	}
	c.want(out[0], allowed(3, 0))
	c.want(c.take(takes...)[0], allowed(2, longWindow/3))
}

// flood checks that requests that one policy refuses never make another policy refuse
// requests within its limit.
func (c *checker) flood() {
	user, tenant := ratelimit.Limit{Quota: 1, Window: longWindow}, ratelimit.Limit{Quota: 20, Window: longWindow}
	hostile := []ratelimit.Take{c.of("tenant", tenant), c.of("hostile", user)}
	c.take(hostile...)
	stop := make(chan struct{})
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				if c.passes(hostile) {
					c.Error("a request over its limit was allowed")
				}
			}
		})
	}
	for i := range tenant.Quota - 1 {
		if out := c.take(c.of("tenant", tenant), c.of(fmt.Sprint("innocent", i), user)); !out[0].Allowed || !out[1].Allowed {
			c.Errorf("innocent request %d: %+v", i, out)
		}
	}
	close(stop)
	wg.Wait()
}

func (c *checker) bounds() {
	for _, l := range []ratelimit.Limit{
		{Quota: 1, Window: ratelimit.MaxWindow},
		{Quota: ratelimit.MaxQuota, Window: ratelimit.MaxWindow},
		{Quota: ratelimit.MaxQuota, Window: time.Second},
		{Quota: 999_999_999, Window: ratelimit.MaxWindow - time.Microsecond},
		{Quota: 1_000_000, Window: ratelimit.MinWindow},
		{Quota: 1, Window: ratelimit.MinWindow},
	} {
		if err := l.Validate(); err != nil {
			c.Fatal(err)
		}
		each := (l.Window + time.Duration(l.Quota) - 1) / time.Duration(l.Quota)
		c.want(c.take(c.of(l.String(), l))[0], allowed(l.Quota-1, each))
	}
}

func (c *checker) noTakes() { c.take() }

func (c *checker) cancelled() {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	begin := time.Now()
	_ = c.subject.Store.Take(ctx, []ratelimit.Take{c.of("k", hourly)}, make([]ratelimit.Decision, 1))
	if took := time.Since(begin); took > time.Second {
		c.Errorf("with a cancelled context, Take took %s", took)
	}
}

func (c *checker) exact() {
	const goroutines, requests = 24, 600
	l := ratelimit.Limit{Quota: 100, Window: longWindow}
	passed := c.parallel(goroutines, requests, func(int) []ratelimit.Take { return []ratelimit.Take{c.of("k", l)} })
	if passed != l.Quota {
		c.Errorf("%d of %d requests were allowed, want %d", passed, requests, l.Quota)
	}
}

func (c *checker) anyOrder() {
	const goroutines, requests = 16, 800
	tight := ratelimit.Limit{Quota: 50, Window: longWindow}
	wide := ratelimit.Limit{Quota: 10_000, Window: longWindow}
	passed := c.parallel(goroutines, requests, func(i int) []ratelimit.Take {
		takes := []ratelimit.Take{c.of("tight", tight), c.of("wide", wide), c.of(fmt.Sprint("other", i%7), wide)}
		n := i % 3
		return append(takes[n:len(takes):len(takes)], takes[:n]...)
	})
	if passed != tight.Quota {
		c.Errorf("%d requests were allowed, want %d", passed, tight.Quota)
	}
	c.want(c.take(c.of("wide", wide))[0], allowed(wide.Quota-tight.Quota-1, longWindow/10_000))
}

// parallel sends requests from many goroutines, and returns how many were allowed by all
// their takes.
func (c *checker) parallel(goroutines, requests int, takes func(i int) []ratelimit.Take) int64 {
	var next, passed atomic.Int64
	var wg sync.WaitGroup
	for range goroutines {
		wg.Go(func() {
			for {
				i := int(next.Add(1)) - 1
				if i >= requests {
					return
				}
				if c.passes(takes(i)) {
					passed.Add(1)
				}
			}
		})
	}
	wg.Wait()
	return passed.Load()
}

func (c *checker) passes(takes []ratelimit.Take) bool {
	out := make([]ratelimit.Decision, len(takes))
	if err := c.subject.Store.Take(context.Background(), takes, out); err != nil {
		c.Errorf("Take: %v", err)
		return false
	}
	for _, d := range out {
		if !d.Allowed {
			return false
		}
	}
	return true
}
