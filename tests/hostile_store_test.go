package tests

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/koine-proxy/koine/ratelimit/storetest"
)

// hostileSite is a site whose store answers wrongly.
type hostileSite struct {
	name, host string
	deny       bool
	server     *storetest.HostileServer
}

func hostileSites(t *testing.T) (all []*hostileSite) {
	for _, reply := range storetest.HostileReplies() {
		for _, stage := range []storetest.Stage{storetest.AtStart, storetest.InTheMiddle} {
			for _, deny := range []bool{false, true} {
				all = append(all, &hostileSite{
					name: reply.Name + " " + string(stage), host: fmt.Sprintf("h%d.test", len(all)),
					deny: deny, server: storetest.StartHostile(t, reply, stage),
				})
			}
		}
	}
	return all
}

func (s *hostileSite) config(backend string) string {
	word := "allow"
	if s.deny {
		word = "deny"
	}
	return fmt.Sprintf("http://%s:{$PORT} {\ntranslate_errors {\nrate_limit %s {\nlimit 5 per 1h\nstore redis %s\non_store_error %s\n}\n}\nreverse_proxy %s\n}\n",
		s.host, s.host, s.server.URL(), word, backend)
}

// maxHostileGrowth bounds the memory of the connections to all the stores, of which there
// are some hundred: about one MiB each.
const maxHostileGrowth = 384 << 20

// TestHostileStore starts a proxy with stores that answer wrongly in every way, at the
// start and in the middle. Every request is answered as on_store_error says, in time, and
// the process goes on.
func TestHostileStore(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("takes some seconds")
	}
	backend := upstream(t, func(http.ResponseWriter, *http.Request) {})
	sites := hostileSites(t)
	var config strings.Builder
	for _, s := range sites {
		config.WriteString(s.config(backend))
	}
	p := serve(t, "", config.String()+"http://innocent.test:{$PORT} {\ntranslate_errors\nreverse_proxy "+backend+"\n}\n")
	before := p.peakMemory(t)
	for _, s := range sites {
		if s.server.Stage == storetest.InTheMiddle {
			eventually(t, "the store decides", func() bool { return p.get(t, s.host+"/").header.Get("RateLimit") != "" })
			s.server.Misbehave()
		}
		s.check(t, p)
	}
	if got := p.get(t, "innocent.test/"); got.status != 200 {
		t.Errorf("a site without a store got %d", got.status)
	}
	if grown := p.peakMemory(t) - before; grown > maxHostileGrowth && !raceDetector {
		t.Errorf("the peak memory grew by %d MiB", grown>>20)
	}
}

func (s *hostileSite) check(t *testing.T, p *proxy) {
	t.Helper()
	want, slowest := 200, time.Duration(0)
	if s.deny {
		want = 503
	}
	for range 3 {
		begin := time.Now()
		got := p.get(t, s.host+"/")
		slowest = max(slowest, time.Since(begin))
		if got.status != want || got.header.Get("RateLimit") != "" || s.deny && got.header.Get("Retry-After") != "1" {
			t.Errorf("%s, deny %t: got %d, %v", s.name, s.deny, got.status, got.header)
		}
	}
	// The store is waited for at most 250 ms, as its own tests check; the rest is for a busy
	// machine.
	if slowest > time.Second {
		t.Errorf("%s: a request took %v", s.name, slowest)
	}
}
