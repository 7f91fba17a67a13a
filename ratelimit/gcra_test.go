package ratelimit

import (
	"math/big"
	"testing"
	"time"
)

const hour = int64(time.Hour)

func TestValidate(t *testing.T) {
	for name, c := range map[string]struct {
		limit Limit
		fault string
	}{
		"usual":                  {Limit{100, time.Hour}, ""},
		"least":                  {Limit{1, time.Millisecond}, ""},
		"most":                   {Limit{1_000_000_000, 366 * 24 * time.Hour}, ""},
		"one each nanosecond":    {Limit{1_000_000, time.Millisecond}, ""},
		"no request":             {Limit{0, time.Hour}, "limit 0 per 1h0m0s: number of requests must be from 1 to 1000000000"},
		"too many requests":      {Limit{1_000_000_001, time.Hour}, "limit 1000000001 per 1h0m0s: number of requests must be from 1 to 1000000000"},
		"no window":              {Limit{1, 0}, "limit 1 per 0s: duration must be from 1ms to 366 days"},
		"too long":               {Limit{1, 367 * 24 * time.Hour}, "limit 1 per 8808h0m0s: duration must be from 1ms to 366 days"},
		"part of a microsecond":  {Limit{1, time.Second + 1}, "limit 1 per 1.000000001s: duration must be a whole number of microseconds"},
		"below a nanosecond":     {Limit{1_000_001, time.Millisecond}, "limit 1000001 per 1ms: more than one request per nanosecond; use at most 1000000"},
		"negative window":        {Limit{1, -time.Hour}, "limit 1 per -1h0m0s: duration must be from 1ms to 366 days"},
		"negative number":        {Limit{-1, time.Hour}, "limit -1 per 1h0m0s: number of requests must be from 1 to 1000000000"},
		"shorter than the least": {Limit{1, time.Microsecond}, "limit 1 per 1µs: duration must be from 1ms to 366 days"},
	} {
		t.Run(name, func(t *testing.T) {
			err := c.limit.Validate()
			if (err == nil) != (c.fault == "") || (err != nil && err.Error() != c.fault) {
				t.Errorf("got %v, want %q", err, c.fault)
			}
		})
	}
}

// TestNoDrift uses quotas that do not divide the window: after three windows exactly three
// quotas have passed.
func TestNoDrift(t *testing.T) {
	for _, quota := range []int64{3, 7, 997, 1_000_003} {
		l := Limit{quota, time.Second}
		var a arrival
		for range 3 * quota {
			var ok bool
			now := max(0, a.ns-int64(l.Window)/2) // half of the quota is available
			if a, ok = l.take(a, now); !ok {
				t.Fatalf("quota %d: refused with half a quota available", quota)
			}
		}
		if want := (arrival{ns: 3 * int64(l.Window)}); a != want {
			t.Errorf("quota %d: three windows end at %v, want %v", quota, a, want)
		}
	}
}

func TestWholeQuotaAtOnce(t *testing.T) {
	for _, l := range []Limit{{1, time.Millisecond}, {7, time.Second}, {700_000, time.Millisecond}, {999_999, time.Millisecond}, {1_000_000, time.Millisecond}} {
		var a arrival
		allowed := int64(0)
		for range l.Quota + 10 {
			var ok bool
			if a, ok = l.take(a, 0); ok {
				allowed++
			}
		}
		if allowed != l.Quota {
			t.Errorf("%s: %d were allowed at once", l, allowed)
		}
	}
}

func TestBound(t *testing.T) {
	l := Limit{100, time.Hour}
	for name, c := range map[string]struct{ a, want arrival }{
		"in the past":              {arrival{ns: 5}, arrival{ns: 10}},
		"now":                      {arrival{ns: 10}, arrival{ns: 10}},
		"a part after now":         {arrival{10, 1}, arrival{10, 1}},
		"at the end of the window": {arrival{ns: 10 + hour}, arrival{ns: 10 + hour}},
		"of a longer window":       {arrival{ns: 24 * hour}, arrival{ns: 10 + hour}},
		"just beyond the window":   {arrival{10 + hour, 3}, arrival{ns: 10 + hour}},
		"of a larger quota":        {arrival{20, 5000}, arrival{ns: 21}},
	} {
		t.Run(name, func(t *testing.T) {
			if got := l.bound(c.a, 10); got != c.want {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}

// FuzzGCRA compares the arithmetic with the definition in rational numbers: a level that
// rises by one per request, falls by Quota per Window, and is at most Quota.
func FuzzGCRA(f *testing.F) {
	f.Add(int64(100), int64(time.Hour/time.Microsecond), []byte{0, 0, 1, 200, 128, 3, 255, 255, 7})
	f.Add(int64(7), int64(time.Second/time.Microsecond), []byte{0, 0, 0, 0, 0, 0, 0, 0, 140, 2})
	f.Add(int64(1_000_000), int64(1000), []byte{0, 64, 0, 128, 65, 0})
	f.Add(int64(1_000_000_000), int64(MaxWindow/time.Microsecond), []byte{0, 0, 254, 0})
	f.Fuzz(func(t *testing.T, quota, micros int64, steps []byte) {
		l := Limit{quota, time.Duration(micros) * time.Microsecond}
		if micros > int64(MaxWindow/time.Microsecond) || l.Validate() != nil || len(steps) > 100 {
			t.Skip()
		}
		m := newModel(l)
		now, a := int64(0), arrival{}
		for _, step := range steps {
			wait := int64(step>>2) * int64(l.Window) / (1 + quota/int64(1+step&1*7)) / 16
			now += wait
			m.leak(wait)
			a = l.bound(a, now)
			if step&2 != 0 && a.ns-now >= int64(l.Window)/quota+1 {
				a = l.giveBack(a, now)
				m.level.Sub(m.level, big.NewRat(1, 1))
				m.check(t, l.decision(true, a, now), true)
				continue
			}
			var ok bool
			a, ok = l.take(a, now)
			m.check(t, l.decision(ok, a, now), m.take())
		}
	})
}

// model is the bucket of a limit as a rational number of requests.
type model struct {
	limit Limit
	level *big.Rat
}

func newModel(l Limit) *model { return &model{l, new(big.Rat)} }

func (m *model) leak(wait int64) {
	m.level.Sub(m.level, new(big.Rat).Mul(big.NewRat(wait, 1), big.NewRat(m.limit.Quota, int64(m.limit.Window))))
	if m.level.Sign() < 0 {
		m.level.SetInt64(0)
	}
}

func (m *model) take() bool {
	next := new(big.Rat).Add(m.level, big.NewRat(1, 1))
	if next.Cmp(big.NewRat(m.limit.Quota, 1)) > 0 {
		return false
	}
	m.level = next
	return true
}

func (m *model) check(t *testing.T, got Decision, allowed bool) {
	t.Helper()
	room := new(big.Rat).Sub(big.NewRat(m.limit.Quota, 1), m.level)
	remaining := new(big.Int).Quo(room.Num(), room.Denom()).Int64()
	want := Decision{Allowed: allowed, Remaining: remaining}
	if remaining < m.limit.Quota {
		missing := new(big.Rat).Sub(big.NewRat(remaining+1, 1), room)
		wait := missing.Mul(missing, big.NewRat(int64(m.limit.Window), m.limit.Quota))
		up := new(big.Int).Add(wait.Num(), new(big.Int).Sub(wait.Denom(), big.NewInt(1)))
		want.Reset = time.Duration(up.Quo(up, wait.Denom()).Int64())
	}
	if !allowed {
		want.RetryAfter = want.Reset
	}
	if got != want {
		t.Fatalf("%s at level %s: got %+v, want %+v", m.limit, m.level.FloatString(12), got, want)
	}
}
