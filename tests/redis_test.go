package tests

import (
	"fmt"
	"net"
	"net/http"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// redis is a server that a test can kill and restart.
type redis struct {
	port int
	cmd  *exec.Cmd
}

// startRedis starts a server without persistence.
func startRedis(t *testing.T) *redis {
	t.Helper()
	r := &redis{port: freePort(t)}
	r.start(t)
	t.Cleanup(r.kill)
	return r
}

func (r *redis) url() string { return "redis://127.0.0.1:" + strconv.Itoa(r.port) }

func (r *redis) start(t *testing.T) {
	t.Helper()
	path, err := exec.LookPath("redis-server")
	if err != nil {
		t.Fatal("redis-server is missing; `make test` installs it")
	}
	r.cmd = exec.Command(path, "--port", strconv.Itoa(r.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no")
	if err := r.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	eventually(t, "redis answers", func() bool {
		c, err := net.Dial("tcp", "127.0.0.1:"+strconv.Itoa(r.port))
		if err != nil {
			return false
		}
		defer c.Close()
		_, _ = c.Write([]byte("PING\r\n"))
		answer := make([]byte, 7)
		n, _ := c.Read(answer)
		return string(answer[:n]) == "+PONG\r\n"
	})
}

func (r *redis) kill() {
	if r.cmd == nil {
		return
	}
	_ = r.cmd.Process.Signal(syscall.SIGKILL)
	_ = r.cmd.Wait()
	r.cmd = nil
}

func TestSharedLimit(t *testing.T) {
	t.Parallel()
	backend := upstream(t, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "ok") })
	server := startRedis(t)
	for name, c := range map[string]struct {
		store   string
		proxies int
	}{
		"memory, one proxy":    {"memory", 1},
		"redis, three proxies": {"redis " + server.url(), 3},
	} {
		t.Run(name, func(t *testing.T) {
			var proxies []*proxy
			for range c.proxies {
				// On a busy machine the store may time out. With deny the test detects that; with
				// allow the requests would not be counted.
				proxies = append(proxies, serve(t, "", limitedSite(c.store, "on_store_error deny", backend)))
			}
			for round := range 3 {
				var counts map[int]int
				for try := range 5 { // a request that timed out may have been counted: use another key
					if counts = sendRequests(t, proxies, 24, 600, "a.test", "X-Key: "+fmt.Sprint(name, round, try)); counts[503] == 0 {
						break
					}
				}
				if counts[200] != 100 || counts[200]+counts[429]+counts[503] != 600 {
					t.Errorf("round %d: %v, want 100 times 200 and 500 times 429", round, counts)
				}
			}
		})
	}
}

// TestOutage kills and restarts Redis under load.
func TestOutage(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("takes some seconds")
	}
	backend := upstream(t, func(http.ResponseWriter, *http.Request) {})
	for _, word := range []string{"allow", "deny"} {
		t.Run(word, func(t *testing.T) {
			server := startRedis(t)
			p := serve(t, "", limitedSite("redis "+server.url(), "on_store_error "+word, backend))
			load := startLoad(p, t)
			load.waitForAnswers(t, 200)
			before := load.slowest()
			server.kill()
			killed := time.Now()
			down := load.waitForAnswers(t, 200)
			server.start(t)
			back := time.Now()
			eventually(t, "limits are enforced again", func() bool { return p.enforces(t) })
			again := time.Since(back)
			load.stop()
			t.Logf("%s: down for %v, enforced again after %v, slowest answer %v, %v", word, back.Sub(killed), again, load.slowest(), down)
			if again > 3*time.Second {
				t.Errorf("limits were enforced again after %v", again)
			}
			load.check(t, word, before)
		})
	}
}

// enforces reports whether the limit is enforced for a new client.
func (p *proxy) enforces(t *testing.T) bool {
	t.Helper()
	return p.get(t, "a.test/", "X-Key: "+strconv.FormatInt(time.Now().UnixNano(), 36)).header.Get("RateLimit") != ""
}

// load is a set of clients that send requests continuously, each with its own key.
type load struct {
	done    chan struct{}
	wg      sync.WaitGroup
	mu      sync.Mutex
	counts  map[string]int // by status, and Retry-After
	longest time.Duration
	answers atomic.Int64
}

func startLoad(p *proxy, t *testing.T) *load {
	l := &load{done: make(chan struct{}), counts: map[string]int{}}
	for client := range 8 {
		l.wg.Go(func() {
			for n := 0; ; n++ {
				select {
				case <-l.done:
					return
				default:
				}
				l.send(p, newRequest(t, http.MethodGet, "a.test/", "", fmt.Sprintf("X-Key: load-%d-%d", client, n/50)))
			}
		})
	}
	return l
}

func (l *load) send(p *proxy, r *http.Request) {
	start := time.Now()
	resp, err := p.client.Do(r)
	took := time.Since(start)
	what := "failed"
	if err == nil {
		resp.Body.Close()
		what = strings.TrimSpace(strconv.Itoa(resp.StatusCode) + " " + resp.Header.Get("Retry-After"))
	}
	l.answers.Add(1)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.counts[what]++
	l.longest = max(l.longest, took)
}

// waitForAnswers waits for further answers, and returns the counts so far.
func (l *load) waitForAnswers(t *testing.T, more int64) map[string]int {
	t.Helper()
	target := l.answers.Load() + more
	eventually(t, "there are enough answers", func() bool { return l.answers.Load() >= target })
	l.mu.Lock()
	defer l.mu.Unlock()
	out := map[string]int{}
	for what, n := range l.counts {
		out[what] = n
	}
	return out
}

func (l *load) stop() {
	close(l.done)
	l.wg.Wait()
}

func (l *load) slowest() time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.longest
}

func (l *load) check(t *testing.T, word string, before time.Duration) {
	t.Helper()
	for what, n := range l.counts {
		if what != "200" && (word != "deny" || what != "503 1") {
			t.Errorf("%s: %d answers are %q", word, n, what)
		}
	}
	if word == "deny" && l.counts["503 1"] == 0 {
		t.Error("deny: no request was denied")
	}
	// The timeout of the store is at most 250 ms; the rest is for a busy machine.
	if slow := l.slowest(); slow > 500*time.Millisecond+2*before {
		t.Errorf("%s: an answer took %v", word, slow)
	}
}
