package redisstore

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/koine-proxy/koine/ratelimit"
	"github.com/koine-proxy/koine/ratelimit/storetest"
)

// startCluster starts a cluster of three servers without replicas.
func startCluster(t *testing.T) []*server {
	t.Helper()
	var nodes []*server
	args := []string{"--cluster", "create"}
	for range 3 {
		s := startServer(t, "cluster-enabled yes", fmt.Sprintf("cluster-port %d", freePort(t)), "cluster-node-timeout 2000")
		nodes = append(nodes, s)
		args = append(args, s.host())
	}
	out, err := exec.Command(binary(t, "redis-cli"), append(args, "--cluster-replicas", "0", "--cluster-yes")...).CombinedOutput()
	if err != nil {
		t.Fatalf("redis-cli: %v\n%s", err, out)
	}
	for _, s := range nodes {
		if !poll(20*time.Second, func() bool { return strings.HasPrefix(s.command(t, "GET x"), "$") || isMoved(s.command(t, "GET x")) }) {
			t.Fatal("the cluster does not start")
		}
	}
	return nodes
}

func isMoved(reply string) bool { return strings.HasPrefix(reply, "-MOVED") }

func TestCluster(t *testing.T) {
	nodes := startCluster(t)
	for name, addresses := range map[string][]string{
		"one address":   {nodes[1].url()},
		"all addresses": {nodes[0].url(), nodes[1].url(), nodes[2].url()},
	} {
		t.Run(name, func(t *testing.T) {
			r := withLongTimeout(open(t, addresses...))
			storetest.Run(t, func(*testing.T) storetest.Subject { return storetest.Subject{Store: r} })
		})
	}
	for i, s := range nodes {
		if s.command(t, "DBSIZE") == ":0" {
			t.Errorf("node %d got no keys", i)
		}
	}
	t.Run("exact", func(t *testing.T) {
		stores := []*Redis{withLongTimeout(openSeparate(t, nodes[0].url())), withLongTimeout(openSeparate(t, nodes[1].url())), withLongTimeout(openSeparate(t, nodes[2].url()))}
		takes := one("exact", "k", hundred)
		if got := allowed(t, stores, takes, 24, 600); got != 100 {
			t.Errorf("%d of 600 were allowed", got)
		}
	})
	t.Run("a node restarts", func(t *testing.T) {
		l := startLoad(t, open(t, nodes[0].url()))
		if !l.waitForDecisions(5 * time.Second) {
			t.Fatal("no decisions")
		}
		nodes[2].kill()
		if !l.waitForOpenBreaker(3) {
			t.Fatal("the breaker does not open")
		}
		l.end()
		if longest := time.Duration(l.longest.Load()); longest > maxWait {
			t.Errorf("a request waited for %s", longest)
		}
	})
}

// TestSentinel gets the master from a sentinel, and follows a failover.
func TestSentinel(t *testing.T) {
	master := startServer(t)
	replica := startServer(t, fmt.Sprintf("replicaof 127.0.0.1 %d", master.port), "repl-diskless-sync-delay 0")
	port := startSentinel(t, master)
	sentinel := &server{port: port}
	r := open(t, fmt.Sprintf("redis-sentinel://127.0.0.1:%d?master=mymaster", port))
	if d := take(t, r, one("c", "k", hundred))[0]; d.Remaining != 99 {
		t.Errorf("got %+v", d)
	}
	if master.command(t, "DBSIZE") != ":1" {
		t.Error("the key is not on the master")
	}
	if !poll(20*time.Second, func() bool {
		return strings.HasPrefix(sentinel.command(t, "SENTINEL FAILOVER mymaster"), "+OK")
	}) {
		t.Fatal("the sentinel does not list the replica")
	}
	if !poll(20*time.Second, func() bool {
		reply, _ := replica.query("SET x 1") // fails during the failover
		return reply == "+OK"
	}) {
		t.Fatal("the replica is not promoted")
	}
	replica.command(t, "FLUSHALL")
	out := make([]ratelimit.Decision, 1)
	if !poll(10*time.Second, func() bool {
		_ = r.Take(t.Context(), one("c", "k", hundred), out)
		reply, _ := replica.query("DBSIZE")
		return reply == ":1"
	}) {
		t.Error("the store does not use the new master")
	}
}

// TestOtherMaster checks that the client is dropped if the sentinels name another master,
// although the old one still answers, and kept if they name the same.
func TestOtherMaster(t *testing.T) {
	master := startServer(t)
	r := open(t, fmt.Sprintf("redis-sentinel://127.0.0.1:%d?master=mymaster", startSentinel(t, master)))
	take(t, r, one("c", "k", hundred))
	client := func() any {
		r.conn.mu.Lock()
		defer r.conn.mu.Unlock()
		return r.conn.client
	}
	before := client()
	named, err := r.conn.options.masterAddress(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if r.conn.dropOther(named); client() != before {
		t.Error("the client of the same master is dropped")
	}
	if r.conn.dropOther("127.0.0.1:1"); client() == before {
		t.Error("the client of another master is kept")
	}
	if d := take(t, r, one("c", "k", hundred))[0]; d.Remaining != 98 {
		t.Errorf("got %+v", d)
	}
}

func startSentinel(t *testing.T, master *server) int {
	t.Helper()
	port := freePort(t)
	config := filepath.Join(t.TempDir(), "sentinel.conf")
	text := fmt.Sprintf("port %d\nbind 127.0.0.1\nsentinel monitor mymaster 127.0.0.1 %d 1\nsentinel down-after-milliseconds mymaster 500\nsentinel failover-timeout mymaster 3000\n", port, master.port)
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(binary(t, "redis-server"), config, "--sentinel")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	s := &server{port: port}
	if !poll(10*time.Second, s.isListening) {
		t.Fatal("the sentinel does not start")
	}
	return port
}
