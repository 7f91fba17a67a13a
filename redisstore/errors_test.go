package redisstore

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/koine-proxy/koine/ratelimit"
)

// TestKeyOfAnotherType checks that a key that is not ours is the problem of nobody: it is
// replaced, and other keys keep their store.
func TestKeyOfAnotherType(t *testing.T) {
	s := startServer(t)
	r := open(t, s.url())
	for kind, command := range map[string]string{"list": "RPUSH %s x", "hash": "HSET %s f v", "set": "SADD %s m", "sorted set": "ZADD %s 1 m", "stream": "XADD %s * f v"} {
		bad, good := one("c", kind, hundred), one("c", "good-"+kind, hundred)
		_, key := r.Store().(store).keyOf(&bad[0])
		s.command(t, fmt.Sprintf(command, key))
		for left := int64(99); left > 96; left-- {
			for _, takes := range [][]ratelimit.Take{bad, good} {
				if d := take(t, r, takes)[0]; d.Remaining != left {
					t.Errorf("%s: got %+v, want %d left", kind, d, left)
				}
			}
		}
	}
}

// TestErrorOfOnePrefix checks that an error about the keys of one policy does not take the
// store away from the others, which share the connection.
func TestErrorOfOnePrefix(t *testing.T) {
	s := startServer(t, "user default off", "user koine on >secret ~koine:* +eval +evalsha +time +get +set +del +ping")
	address := "redis://koine:secret@" + s.host()
	good := open(t, address)
	bad := &Redis{Addresses: good.Addresses, Prefix: "other", Timeout: defaultTimeout, conn: good.conn}
	take(t, good, one("c", "k", hundred))
	out := make([]ratelimit.Decision, 1)
	for range 3 {
		err := bad.Take(context.Background(), one("c", "k", hundred), out)
		if err == nil || errors.Is(err, ratelimit.ErrUnavailable) || !strings.Contains(err.Error(), "NOPERM") && !strings.Contains(err.Error(), "can't access") {
			t.Errorf("without permission: %+v, %v", out, err)
		}
		if err := good.Take(context.Background(), one("c", "k", hundred), out); err != nil {
			t.Errorf("the policy with permission: %v", err)
		}
	}
}

// TestErrorOfServer checks that an error that every request would get is an outage.
func TestErrorOfServer(t *testing.T) {
	s := startServer(t, "min-replicas-to-write 1")
	r := open(t, s.url())
	out := make([]ratelimit.Decision, 1)
	if !poll(5*time.Second, func() bool {
		err := r.Take(context.Background(), one("c", "k", hundred), out)
		return errors.Is(err, errBreakerOpen)
	}) {
		t.Error("NOREPLICAS does not open the breaker")
	}
}

// TestValueOfTheFuture checks keys from a clock that was set back since: the debt is at
// most one window, and it shrinks although the client goes on asking.
func TestValueOfTheFuture(t *testing.T) {
	s := startServer(t)
	r := open(t, s.url())
	takes := one("c", "k", ratelimit.Limit{Quota: 5, Window: 500 * time.Millisecond})
	_, key := r.Store().(store).keyOf(&takes[0])
	s.command(t, `SET `+key+` "8999999999999999 0"`)
	if d := take(t, r, takes)[0]; d.Allowed || d.RetryAfter > 100*time.Millisecond {
		t.Errorf("got %+v", d)
	}
	if !poll(5*time.Second, func() bool { return take(t, r, takes)[0].Allowed }) {
		t.Error("the client is locked out")
	}
}

// logBuffer collects the lines of a log.
type logBuffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *logBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *logBuffer) count(text string) int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return strings.Count(b.text.String(), text)
}

// TestOutageIsLogged starts a store without its server: that and its return are logged,
// each once.
func TestOutageIsLogged(t *testing.T) {
	s := startServer(t)
	s.kill()
	var log logBuffer
	o, err := parseAddresses([]string{"redis://:secret@" + s.host()})
	if err != nil {
		t.Fatal(err)
	}
	l := newConnection(o, slog.New(slog.NewTextHandler(&log, nil)))
	t.Cleanup(func() { _ = l.Destruct() })
	if !poll(5*time.Second, func() bool { return log.count("redis does not answer") == 1 }) {
		t.Fatal("the outage at the start is not logged, although nobody asked")
	}
	s.lines = []string{"requirepass secret"}
	if !s.start(t) {
		t.Fatal("the server does not start")
	}
	r := &Redis{Prefix: defaultPrefix, Timeout: defaultTimeout, conn: l}
	take(t, r, one("c", "k", hundred))
	if log.count("redis answers again") != 1 || log.count("redis does not answer") != 1 || log.count("secret") != 0 {
		t.Errorf("the log is\n%s", log.text.String())
	}
}

// TestDecisionsOfSeveralSlots checks what holds in a cluster: the policies of a request with
// equal keys are one script; others are decided first, and then counted.
func TestDecisionsOfSeveralSlots(t *testing.T) {
	nodes := startCluster(t)
	r := withLongTimeout(open(t, nodes[0].url()))
	tenant, user := ratelimit.Limit{Quota: 50, Window: time.Hour}, ratelimit.Limit{Quota: 1, Window: time.Hour}
	for i := range 10 { // of which some are on different nodes
		takes := append(one("tenant", fmt.Sprint("tenant", i), tenant), one("user", fmt.Sprint("user", i), user)...)
		if out := take(t, r, takes); !out[0].Allowed || !out[1].Allowed {
			t.Errorf("%d: the first request got %+v", i, out)
		}
		for range 3 {
			if out := take(t, r, takes); !out[0].Allowed || out[0].Remaining != 49 || out[1].Allowed {
				t.Errorf("%d: a refusal got %+v", i, out)
			}
		}
	}
}
