package redisstore

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/caddyserver/caddy/v2"

	"github.com/koine-proxy/koine/ratelimit"
	"github.com/koine-proxy/koine/ratelimit/storetest"
)

var hundred = ratelimit.Limit{Quota: 100, Window: time.Hour}

func one(counter, key string, l ratelimit.Limit) []ratelimit.Take {
	return []ratelimit.Take{{Counter: counter, Key: key, Limit: l}}
}

func take(t testing.TB, r *Redis, takes []ratelimit.Take) []ratelimit.Decision {
	t.Helper()
	out := make([]ratelimit.Decision, len(takes))
	var err error
	// On a busy machine the reply may come after the timeout.
	if !poll(5*time.Second, func() bool {
		err = r.Take(context.Background(), takes, out)
		return !errors.Is(err, ratelimit.ErrUnavailable)
	}) || err != nil {
		t.Fatalf("Take: %v", err)
	}
	return out
}

func TestStore(t *testing.T) {
	s := startServer(t)
	r := withLongTimeout(open(t, s.url()))
	storetest.Run(t, func(*testing.T) storetest.Subject { return storetest.Subject{Store: r} })
}

func TestUnixSocket(t *testing.T) {
	dir, err := os.MkdirTemp("", "koine") // the path of t.TempDir is too long for a socket
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	path := filepath.Join(dir, "redis.sock")
	startServer(t, "unixsocket "+path, "databases 4")
	r := withLongTimeout(open(t, "unix://"+path+"?db=3"))
	if d := take(t, r, one("c", "k", hundred))[0]; d.Remaining != 99 {
		t.Errorf("got %+v", d)
	}
}

// TestSharedQuotaIsExact checks that three proxies share a quota exactly.
func TestSharedQuotaIsExact(t *testing.T) {
	s := startServer(t)
	stores := []*Redis{withLongTimeout(openSeparate(t, s.url())), withLongTimeout(openSeparate(t, s.url())), withLongTimeout(openSeparate(t, s.url()))}
	for round := range 10 {
		takes := one("c", fmt.Sprint(round), hundred)
		if got := allowed(t, stores, takes, 24, 600); got != 100 {
			t.Errorf("round %d: %d of 600 were allowed", round, got)
		}
	}
}

// allowed sends requests from many goroutines to the stores in turn, and returns how many
// were allowed. On a busy machine a request may time out after it was counted; then it
// tries again with another key.
func allowed(t *testing.T, stores []*Redis, takes []ratelimit.Take, goroutines, requests int) int64 {
	t.Helper()
	for range 5 {
		passed, late := allowedOnce(t, stores, takes, goroutines, requests)
		if late == 0 {
			return passed
		}
		t.Logf("%d of %d replies came too late; trying again", late, requests)
		takes = slices.Clone(takes)
		for i := range takes {
			takes[i].Key += "'"
		}
		for _, r := range stores {
			take(t, r, one("warm-up", "k", ratelimit.Limit{Quota: 1000, Window: time.Second}))
		}
	}
	t.Error("replies came too late in every round")
	return 0
}

func allowedOnce(t *testing.T, stores []*Redis, takes []ratelimit.Take, goroutines, requests int) (allowed, tooLate int64) {
	var next, passed, late atomic.Int64
	var wg sync.WaitGroup
	for range goroutines {
		wg.Go(func() {
			out := make([]ratelimit.Decision, len(takes))
			for n := int(next.Add(1)); n <= requests; n = int(next.Add(1)) {
				err := stores[n%len(stores)].Take(context.Background(), takes, out)
				switch {
				case errors.Is(err, ratelimit.ErrUnavailable):
					late.Add(1)
				case err != nil:
					t.Error(err)
				case out[0].Allowed:
					passed.Add(1)
				}
			}
		})
	}
	wg.Wait()
	return passed.Load(), late.Load()
}

// failure returns the error of a store that cannot work, as soon as done accepts it.
func failure(r *Redis, done func(error) bool) (err error) {
	poll(5*time.Second, func() bool {
		err = r.Take(context.Background(), one("c", "k", hundred), make([]ratelimit.Decision, 1))
		return done(err)
	})
	return err
}

// monitor collects the commands of clients, until stopped.
func monitor(t *testing.T, s *server) (stop func() []string) {
	t.Helper()
	c, err := net.Dial("tcp", s.host())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	_ = c.SetDeadline(time.Now().Add(10 * time.Second))
	_, _ = io.WriteString(c, "MONITOR\r\n")
	in := bufio.NewReader(c)
	if _, err := in.ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	return func() (lines []string) {
		s.command(t, "ECHO end-of-test")
		for {
			line, err := in.ReadString('\n')
			if err != nil {
				t.Fatal(err)
			}
			if strings.Contains(line, "end-of-test") {
				return lines
			}
			if strings.Contains(strings.ToUpper(line), `"EVAL`) {
				lines = append(lines, line)
			}
		}
	}
}

func TestOneScriptForEachRequest(t *testing.T) {
	s := startServer(t)
	r := open(t, s.url())
	take(t, r, one("c", "warm", hundred))
	stop := monitor(t, s)
	for range 10 {
		take(t, r, append(one("a", "secret-key", hundred), append(one("b", "secret-key", hundred), one("c", "secret-key", hundred)...)...))
	}
	lines := stop()
	if len(lines) != 10 {
		t.Errorf("10 requests with 3 policies ran %d scripts", len(lines))
	}
	for _, line := range lines {
		if !strings.Contains(strings.ToUpper(line), `"EVALSHA"`) || strings.Contains(line, "secret-key") || !strings.Contains(line, `"koine:{`) {
			t.Errorf("sent: %s", line)
		}
	}
}

// TestOneRoundTrip counts the scripts of a request, which can be sent only one after another.
func TestOneRoundTrip(t *testing.T) {
	s := startServer(t)
	relay := newRelay(t, s)
	r := open(t, "redis://"+relay.Addr().String())
	full := ratelimit.Limit{Quota: 1, Window: time.Hour}
	three := append(one("a", "k", hundred), append(one("b", "k", full), one("c", "k", hundred)...)...)
	take(t, r, one("warm", "k", hundred))
	for _, c := range []struct{ name, trips string }{
		{"allowed", "1"},
		{"refused", "1"},
	} {
		relay.begin(strings.Fields(c.trips))
		take(t, r, three)
		if got := relay.left(); got != 0 {
			t.Errorf("%s: %d round trips are missing", c.name, got)
		}
	}
}

// relay forwards between a client and a server. For each announced round trip it delays
// replies until it has received all its scripts.
type relay struct {
	net.Listener
	mu    sync.Mutex
	more  *sync.Cond
	trips []int // outstanding scripts by round trip
}

func newRelay(t *testing.T, s *server) *relay {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	r := &relay{Listener: l}
	r.more = sync.NewCond(&r.mu)
	go func() {
		for {
			client, err := l.Accept()
			if err != nil {
				return
			}
			server, err := net.Dial("tcp", s.host())
			if err != nil {
				return
			}
			go r.pump(server, client, r.sent)
			go r.pump(client, server, r.replied)
		}
	}()
	return r
}

func (r *relay) begin(trips []string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.trips = nil
	for _, word := range trips {
		r.trips = append(r.trips, int(word[0]-'0'))
	}
}

// left returns the number of missing round trips, except for the last, whose replies may
// still be in flight.
func (r *relay) left() (n int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, scripts := range r.trips {
		if scripts > 0 {
			n++
		}
	}
	return n
}

func (r *relay) pump(to, from net.Conn, see func([]byte)) {
	defer to.Close()
	defer from.Close()
	buf := make([]byte, 1<<16)
	for {
		n, err := from.Read(buf)
		if err != nil {
			return
		}
		see(buf[:n])
		if _, err := to.Write(buf[:n]); err != nil {
			return
		}
	}
}

func (r *relay) sent(data []byte) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for range strings.Count(string(data), "EVALSHA") {
		for len(r.trips) > 1 && r.trips[0] == 0 {
			r.trips = r.trips[1:]
		}
		if len(r.trips) > 0 {
			r.trips[0]--
		}
	}
	r.more.Broadcast()
}

func (r *relay) replied([]byte) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for len(r.trips) > 0 && r.trips[0] > 0 {
		r.more.Wait()
	}
}

func TestAfterFlush(t *testing.T) {
	s := startServer(t)
	r := open(t, s.url())
	full := ratelimit.Limit{Quota: 2, Window: time.Hour}
	takes := append(one("a", "k", full), one("b", "k", hundred)...)
	take(t, r, takes)
	s.command(t, "SCRIPT FLUSH SYNC")
	if d := take(t, r, takes); d[0].Remaining != 0 || d[1].Remaining != 98 {
		t.Errorf("without the script: %+v", d)
	}
	s.command(t, "SCRIPT FLUSH SYNC")
	if d := take(t, r, takes); d[0].Allowed || d[1].Remaining != 98 {
		t.Errorf("a refusal without the script: %+v", d)
	}
	s.command(t, "FLUSHALL")
	if d := take(t, r, takes); d[0].Remaining != 1 || d[1].Remaining != 99 {
		t.Errorf("without the keys: %+v", d)
	}
}

// TestIdleKeysExpire checks what the server stores, and when it expires.
func TestIdleKeysExpire(t *testing.T) {
	s := startServer(t)
	r := open(t, s.url())
	take(t, r, one("c", "k", ratelimit.Limit{Quota: 4, Window: 400 * time.Millisecond}))
	if got := s.command(t, "DBSIZE"); got != ":1" {
		t.Fatalf("DBSIZE %s", got)
	}
	if !poll(5*time.Second, func() bool { return s.command(t, "DBSIZE") == ":0" }) {
		t.Error("the key of an idle client does not expire")
	}
	take(t, r, append(one("c", "k", hundred), one("once", "k", ratelimit.Limit{Quota: 1, Window: time.Hour})...))
	s.command(t, "FLUSHALL")
	take(t, r, one("once", "k", ratelimit.Limit{Quota: 1, Window: time.Hour}))
	take(t, r, append(one("c", "k", hundred), one("once", "k", ratelimit.Limit{Quota: 1, Window: time.Hour})...))
	if got := s.command(t, "DBSIZE"); got != ":1" {
		t.Errorf("DBSIZE %s: a take that was given back leaves a key", got)
	}
}

func TestInvalidValue(t *testing.T) {
	s := startServer(t)
	r := open(t, s.url())
	takes := one("c", "k", hundred)
	_, key := r.Store().(store).keyOf(&takes[0])
	s.command(t, "SET "+key+" garbage")
	if d := take(t, r, takes)[0]; d.Remaining != 99 {
		t.Errorf("got %+v", d)
	}
}

const password = "p/a@s:s#w%rd"

func TestUserAndPassword(t *testing.T) {
	s := startServer(t,
		"user default off",
		"user koine on >"+password+" ~koine:* +eval +evalsha +time +get +set +del +ping",
	)
	t.Setenv("KOINE_TEST_PASSWORD", password)
	for name, userinfo := range map[string]string{
		"placeholder": "koine:{env.KOINE_TEST_PASSWORD}",
		"escaped":     "koine:p%2Fa%40s%3As%23w%25rd",
	} {
		t.Run(name, func(t *testing.T) {
			r := open(t, "redis://"+userinfo+"@"+s.host())
			if d := take(t, r, one("c", name, hundred))[0]; d.Remaining != 99 {
				t.Errorf("got %+v", d)
			}
		})
	}
	t.Run("wrong", func(t *testing.T) {
		r := open(t, "redis://koine:nothing@"+s.host())
		err := failure(r, func(err error) bool { return err == nil || strings.Contains(err.Error(), "WRONGPASS") })
		if !errors.Is(err, ratelimit.ErrUnavailable) || !strings.Contains(err.Error(), "WRONGPASS") || strings.Contains(err.Error(), "nothing") {
			t.Errorf("got %v", err)
		}
	})
}

func TestPasswordWithoutUser(t *testing.T) {
	s := startServer(t, "requirepass secret")
	if d := take(t, open(t, "redis://:secret@"+s.host()), one("c", "k", hundred))[0]; d.Remaining != 99 {
		t.Errorf("got %+v", d)
	}
}

func TestSharedConnections(t *testing.T) {
	s := startServer(t)
	before := runtime.NumGoroutine()
	a, b := &Redis{Addresses: []string{s.url()}}, &Redis{Addresses: []string{s.url()}, Prefix: "other"}
	for _, r := range []*Redis{a, b} {
		if err := r.Provision(caddy.Context{}); err != nil {
			t.Fatal(err)
		}
	}
	if a.conn != b.conn {
		t.Error("two sites with equal addresses have two connections")
	}
	take(t, a, one("c", "k", hundred))
	if d := take(t, b, one("c", "k", hundred))[0]; d.Remaining != 99 {
		t.Errorf("another prefix shares the quota: %+v", d)
	}
	failed := &Redis{Addresses: []string{s.url()}, Prefix: "{"}
	if err := failed.Provision(caddy.Context{}); err == nil {
		t.Error("a prefix with a brace is accepted")
	}
	for _, r := range []*Redis{failed, a} {
		if err := r.Cleanup(); err != nil {
			t.Error(err)
		}
	}
	take(t, b, one("c", "k", hundred)) // the connection of the other site is open
	link := b.conn
	if err := b.Cleanup(); err != nil {
		t.Error(err)
	}
	late := &Redis{Timeout: defaultTimeout, conn: link}
	if err := late.Take(context.Background(), one("c", "k", hundred), make([]ratelimit.Decision, 1)); !errors.Is(err, errClosed) {
		t.Errorf("after Cleanup: %v", err)
	}
	if !poll(5*time.Second, func() bool { return runtime.NumGoroutine() <= before }) {
		buf := make([]byte, 1<<16)
		t.Errorf("leaked goroutines:\n%s", buf[:runtime.Stack(buf, true)])
	}
}

func TestCancelledRequest(t *testing.T) {
	s := startServer(t)
	r := open(t, s.url())
	take(t, r, one("c", "k", hundred))
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	err := r.Take(ctx, one("c", "k", hundred), make([]ratelimit.Decision, 1))
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	take(t, r, one("c", "k", hundred)) // a cancelled request is not a failure of the server
}
