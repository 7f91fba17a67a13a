package redisstore

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/koine-proxy/koine/ratelimit"
	"github.com/koine-proxy/koine/ratelimit/storetest"
)

// maxHostileMemory bounds what one kind of reply may allocate in this process: buffers of
// connections, and the bytes that the server of the test sends.
const maxHostileMemory = 48 << 20

// TestHostileReplies lets a server answer wrongly in many ways. A reply that the client
// library cannot read would end the process of the test.
func TestHostileReplies(t *testing.T) {
	stages := []storetest.Stage{storetest.AtStart, storetest.AfterHandshake, storetest.InTheMiddle, storetest.InCluster}
	for _, reply := range storetest.HostileReplies() {
		for _, stage := range stages {
			t.Run(reply.Name+" "+string(stage), func(t *testing.T) {
				checkHostile(t, func() (*storetest.HostileServer, string) {
					s := storetest.StartHostile(t, reply, stage)
					return s, s.URL()
				})
			})
		}
		t.Run(reply.Name+" of a sentinel", func(t *testing.T) {
			checkHostile(t, func() (*storetest.HostileServer, string) {
				s := storetest.StartHostile(t, reply, storetest.AfterHandshake)
				return s, fmt.Sprintf("redis-sentinel://%s?master=m", s.Addr())
			})
		})
	}
}

// TestHostileRepliesOverOtherNetworks checks that replies over TLS and unix sockets are
// checked too.
func TestHostileRepliesOverOtherNetworks(t *testing.T) {
	cert, key := certificate(t)
	pair, err := tls.LoadX509KeyPair(cert, key)
	if err != nil {
		t.Fatal(err)
	}
	secure := func() (net.Listener, error) {
		return tls.Listen("tcp", "127.0.0.1:0", &tls.Config{Certificates: []tls.Certificate{pair}})
	}
	dir, err := os.MkdirTemp("", "koine") // the path of t.TempDir is too long for a socket
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	local := func() (net.Listener, error) { return net.Listen("unix", filepath.Join(dir, rand.Text())) }
	for _, reply := range storetest.HostileReplies() {
		if !slices.Contains([]string{"huge array", "negative array", "two replies"}, reply.Name) {
			continue
		}
		for _, n := range []struct {
			name, before, after string
			listen              func() (net.Listener, error)
		}{{"TLS", "rediss://", "?ca=" + cert, secure}, {"unix", "unix://", "", local}} {
			t.Run(reply.Name+" "+n.name, func(t *testing.T) {
				checkHostile(t, func() (*storetest.HostileServer, string) {
					l, err := n.listen()
					if err != nil {
						t.Fatal(err)
					}
					t.Cleanup(func() { l.Close() })
					return storetest.ServeHostile(l, reply, storetest.InTheMiddle), n.before + l.Addr().String() + n.after
				})
			})
		}
	}
}

// checkHostile checks a store with a new server. On a busy machine a request may return late
// by chance; then it tries again.
func checkHostile(t *testing.T, start func() (*storetest.HostileServer, string)) {
	t.Helper()
	var longest time.Duration
	for range 4 {
		s, address := start()
		if longest = checkHostileOnce(t, s, openSeparate(t, address)); longest <= maxWait {
			return
		}
		t.Logf("a request waited for %s; trying again", longest)
	}
	t.Errorf("a request waited for %s", longest)
}

// checkHostileOnce returns the longest wait of a request.
func checkHostileOnce(t *testing.T, s *storetest.HostileServer, r *Redis) (longest time.Duration) {
	t.Helper()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	if s.Stage == storetest.InTheMiddle {
		take(t, r, one("c", "k", hundred))
		s.Misbehave()
	}
	out := make([]ratelimit.Decision, 1)
	for i := range 3 {
		begin := time.Now()
		err := r.Take(context.Background(), one("c", "k", hundred), out)
		longest = max(longest, time.Since(begin))
		if err == nil {
			t.Errorf("request %d got %+v", i, out)
		}
		if until := r.conn.breaker.until.Load(); until != 0 {
			r.conn.breaker.until.Store(1) // so that the next request is a probe
		}
	}
	runtime.ReadMemStats(&after)
	if used := after.TotalAlloc - before.TotalAlloc; used > maxHostileMemory {
		t.Errorf("%d MiB were allocated", used>>20)
	}
	return longest
}
