package koine

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
	"github.com/google/uuid"

	"github.com/koine-proxy/koine/internal/requestid"
)

func TestMintSortsStrictly(t *testing.T) {
	m := &minter{step: 1, fill: fillRandom}
	now := time.Date(2026, 5, 1, 8, 0, 0, 0, time.UTC)
	var ids []string
	for _, step := range []time.Duration{0, 0, time.Millisecond, -time.Hour, 0, time.Second} { // also with the clock set back
		now = now.Add(step)
		for range 1000 {
			ids = append(ids, m.text("req_", now))
		}
	}
	for i := 1; i < len(ids); i++ {
		if ids[i] <= ids[i-1] {
			t.Fatalf("id %d, %s, does not sort behind %s", i, ids[i], ids[i-1])
		}
	}
	if id := ids[0]; len(id) != 30 || !strings.HasPrefix(id, "req_") || !requestid.IsSound(id) {
		t.Errorf("%q is not req_ and 26 characters", id)
	}
}

func TestMintCarriesIntoTheTime(t *testing.T) {
	m := &minter{step: 1, fill: func(b []byte) {
		for i := range b {
			b[i] = 0xff
		}
	}}
	now := time.UnixMilli(1)
	first := m.text("req_", now)
	for i := 7; i < 16; i++ {
		m.last[i] = 0xff
	}
	m.last[6] = 0xff // nothing is left to count up but the time
	if second := m.text("req_", now); second <= first {
		t.Errorf("%s does not sort behind %s", second, first)
	}
}

func TestMintFromManyGoroutines(t *testing.T) {
	m, now := &minter{step: 1, fill: fillRandom}, time.Now()
	var mu sync.Mutex
	var ids []string
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 500 {
				id := m.text("req_", now)
				mu.Lock()
				ids = append(ids, id)
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	slices.Sort(ids)
	if n := len(slices.Compact(ids)); n != 4000 {
		t.Errorf("%d of 4000 ids are unique", n)
	}
}

func TestTrust(t *testing.T) {
	for _, c := range []struct {
		words   []string
		remote  string
		proxied bool
		want    bool
	}{
		{[]string{"proxies"}, "10.0.0.1:1", false, false},
		{[]string{"proxies"}, "10.0.0.1:1", true, true},
		{[]string{"all"}, "203.0.113.7:1", false, true},
		{[]string{"none"}, "10.0.0.1:1", true, false},
		{[]string{"private_ranges"}, "192.168.3.4:1", false, true},
		{[]string{"private_ranges"}, "[::1]:1", false, true},
		{[]string{"private_ranges"}, "203.0.113.7:1", false, false},
		{[]string{"203.0.113.0/24", "2001:db8::1"}, "203.0.113.7:1", false, true},
		{[]string{"203.0.113.0/24", "2001:db8::1"}, "[2001:db8::1]:1", false, true},
		{[]string{"203.0.113.0/24"}, "[::ffff:203.0.113.7]:1", false, true},
		{[]string{"203.0.113.0/24"}, "203.0.114.7:1", false, false},
		{[]string{"203.0.113.0/24"}, "@", false, false}, // a Unix socket has no address
	} {
		tr, err := parseTrust(c.words)
		if err != nil {
			t.Fatal(err)
		}
		r := prepare(httptest.NewRequest("GET", "/", nil), nil)
		r.RemoteAddr = c.remote
		caddyhttp.SetVar(r.Context(), caddyhttp.TrustedProxyVarKey, c.proxied)
		if got := tr.trusts(r); got != c.want {
			t.Errorf("trust %v of %s (behind a trusted proxy: %t) is %t", c.words, c.remote, c.proxied, got)
		}
	}
}

func TestInboundID(t *testing.T) {
	h := provision(t, "request_id {\ntrust all\n}")
	s := serve(t, h, write(200, "", ""))
	for id, kept := range map[string]bool{
		"abc-123": true, "0af7651916cd43dd8448eb211c80319c": true, "a/b+c=d": true,
		strings.Repeat("a", 128): true, strings.Repeat("a", 129): false, strings.Repeat("a", 5000): false,
		"a b": false, `a"b`: false, "<script>": false, "é": false, "a,b": false, "a;b": false,
	} {
		got := get(t, s.URL, "X-Request-ID", id).Header.Get("X-Request-ID")
		if (got == id) != kept {
			t.Errorf("the id %.40q came back as %.40q", id, got)
		}
	}
}

func TestUUIDs(t *testing.T) {
	m, now := &minter{step: 1 << unusedBits, fill: fillRandom}, time.UnixMilli(1777622400123)
	last := ""
	for range 1000 {
		id := m.uuid(now)
		u, err := uuid.Parse(id)
		if err != nil || u.Version() != 7 || u.Variant() != uuid.RFC4122 {
			t.Fatalf("%s is no UUID of version 7: %v", id, err)
		}
		if sec, nsec := u.Time().UnixTime(); sec*1000+nsec/1e6 != now.UnixMilli() {
			t.Fatalf("%s tells the time %d.%09d", id, sec, nsec)
		}
		if id <= last {
			t.Fatalf("%s does not sort behind %s", id, last)
		}
		last = id
	}
}

func TestTraceparent(t *testing.T) {
	const trace = "4bf92f3577b34da6a3ce929d0e0e4736"
	for value, ok := range map[string]bool{
		"00-" + trace + "-00f067aa0ba902b7-01":                    true,
		"cc-" + trace + "-00f067aa0ba902b7-01-what-comes":         true,
		"00-" + trace + "-00f067aa0ba902b7-01-extra":              false,
		"ff-" + trace + "-00f067aa0ba902b7-01":                    false,
		"00-00000000000000000000000000000000-00f067aa0ba902b7-01": false,
		"00-" + trace + "-0000000000000000-01":                    false,
		"00-" + strings.ToUpper(trace) + "-00f067aa0ba902b7-01":   false,
		"":                                  false,
		"00-" + trace + "-00f067aa0ba902b7": false,
	} {
		id, got := parseTraceparent(value)
		if got != ok || (ok && id != trace) {
			t.Errorf("%q is %q, %t", value, id, got)
		}
	}
}

func TestTraceFormat(t *testing.T) {
	const parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
	for trust, kept := range map[string]bool{"all": true, "none": false} {
		var sent http.Header
		s := serve(t, provision(t, "request_id {\nformat trace\ntrust "+trust+"\n}"), func(w http.ResponseWriter, r *http.Request) error {
			sent = r.Header.Clone()
			return write(404, "", "")(w, r)
		})
		got := get(t, s.URL, "Traceparent", parent, "Tracestate", "a=b")
		got.wantEnvelope(t, 404, "RESOURCE.NOT_FOUND")
		id := got.Header.Get("X-Request-ID")
		if (id == parent[3:35]) != kept || !isTraceID(id) {
			t.Errorf("trust %s: the id is %s", trust, id)
		}
		if on, ok := parseTraceparent(sent.Get("Traceparent")); !ok || on != id {
			t.Errorf("trust %s: the upstream got the trace %q, not %s", trust, sent.Get("Traceparent"), id)
		}
		if (sent.Get("Tracestate") != "") != kept {
			t.Errorf("trust %s: the upstream got the state %q", trust, sent.Get("Tracestate"))
		}
	}
}

func TestUpstreamIDsAreHeaderNames(t *testing.T) {
	for _, name := range upstreamIDs {
		if http.CanonicalHeaderKey(name) != name {
			t.Errorf("%s never stands in a header map; %s does", name, http.CanonicalHeaderKey(name))
		}
	}
}
