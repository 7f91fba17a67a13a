package redisstore

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/koine-proxy/koine/ratelimit"
)

// Guarantees during an outage of the server.
const (
	maxWait      = 250 * time.Millisecond
	recoveryTime = 3 * time.Second
)

// load is a set of clients that each send a request per millisecond.
type load struct {
	store    *Redis
	stop     chan struct{}
	wg       sync.WaitGroup
	longest  atomic.Int64
	decided  atomic.Int64
	failures atomic.Int64
}

func startLoad(t *testing.T, r *Redis) *load {
	l := &load{store: r, stop: make(chan struct{})}
	for g := range 24 {
		l.wg.Go(func() {
			pace := time.NewTicker(time.Millisecond)
			defer pace.Stop()
			for i := 0; ; i++ {
				select {
				case <-l.stop:
					return
				case <-pace.C:
					l.request(t, fmt.Sprint(g, i%100))
				}
			}
		})
	}
	t.Cleanup(l.end)
	return l
}

func (l *load) request(t *testing.T, key string) {
	takes := append(one("a", key, hundred), one("b", key, hundred)...)
	out := make([]ratelimit.Decision, len(takes))
	begin := time.Now()
	err := l.store.Take(context.Background(), takes, out)
	for took := int64(time.Since(begin)); ; {
		longest := l.longest.Load()
		if took <= longest || l.longest.CompareAndSwap(longest, took) {
			break
		}
	}
	if err == nil {
		l.decided.Add(1)
		return
	}
	l.failures.Add(1)
	if !errors.Is(err, ratelimit.ErrUnavailable) {
		t.Errorf("got %v", err)
	}
}

func (l *load) end() {
	select {
	case <-l.stop:
	default:
		close(l.stop)
	}
	l.wg.Wait()
}

// waitForDecisions reports whether there are new decisions in time.
func (l *load) waitForDecisions(within time.Duration) bool {
	was := l.decided.Load()
	return poll(within, func() bool { return l.decided.Load() > was+100 })
}

// waitForOpenBreaker reports whether the breaker opens n times in time.
func (l *load) waitForOpenBreaker(n int) bool {
	last := int64(0)
	return poll(10*time.Second, func() bool {
		if until := l.store.conn.breaker.until.Load(); until > last {
			last = until
			n--
		}
		return n <= 0
	})
}

func TestOutage(t *testing.T) {
	for _, c := range []struct {
		name          string
		stop, restart func(*testing.T, *server)
	}{
		{
			"kill -9",
			func(_ *testing.T, s *server) { s.kill() },
			func(t *testing.T, s *server) {
				if !s.start(t) {
					t.Fatal("the server does not restart")
				}
			},
		},
		{
			"stopped", // it accepts connections, and does not reply
			func(t *testing.T, s *server) { s.signal(t, syscall.SIGSTOP) },
			func(t *testing.T, s *server) { s.signal(t, syscall.SIGCONT) },
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := startServer(t)
			l := startLoad(t, open(t, s.url()))
			for round := range 2 {
				if !l.waitForDecisions(5 * time.Second) {
					t.Fatalf("round %d: no decisions", round)
				}
				c.stop(t, s)
				if !l.waitForOpenBreaker(3) {
					t.Fatal("the breaker does not open")
				}
				c.restart(t, s)
				begin := time.Now()
				if !l.waitForDecisions(recoveryTime) {
					t.Fatalf("round %d: no decisions %s after the restart", round, recoveryTime)
				}
				t.Logf("round %d: enforced again after %s", round, time.Since(begin))
			}
			l.end()
			longest := time.Duration(l.longest.Load())
			t.Logf("%d decisions, %d failures, longest wait %s", l.decided.Load(), l.failures.Load(), longest)
			if longest > maxWait {
				t.Errorf("a request waited for %s", longest)
			}
			exact := one("after", "k", hundred)
			if got := allowed(t, []*Redis{l.store}, exact, 8, 200); got != 100 {
				t.Errorf("after the restart %d of 200 were allowed", got)
			}
		})
	}
}

// TestUnavailableAtStart opens a store before its server runs.
func TestUnavailableAtStart(t *testing.T) {
	s := startServer(t)
	s.kill()
	r := open(t, s.url())
	begin := time.Now()
	err := r.Take(context.Background(), one("c", "k", hundred), make([]ratelimit.Decision, 1))
	if took := time.Since(begin); !errors.Is(err, ratelimit.ErrUnavailable) || took > maxWait {
		t.Errorf("got %v after %s", err, took)
	}
	if !s.start(t) {
		t.Fatal("the server does not start")
	}
	if !poll(recoveryTime, func() bool {
		return r.Take(context.Background(), one("c", "k", hundred), make([]ratelimit.Decision, 1)) == nil
	}) {
		t.Error("the store does not connect")
	}
}
