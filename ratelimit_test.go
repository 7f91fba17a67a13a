package koine

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
	"github.com/tidwall/gjson"

	"github.com/koine-proxy/koine/ratelimit"
)

// clock is a time that tests advance.
type clock struct{ now time.Time }

func (c *clock) time() time.Time { return c.now }

// limitedHandler returns a handler whose policies use a clock of the test.
func limitedHandler(t *testing.T, block string) (*Handler, *clock) {
	t.Helper()
	h, c := provision(t, block), &clock{testTime}
	store := ratelimit.NewMemory(0, c.time)
	for _, p := range h.rt.Load().limitPolicies {
		p.store = store
	}
	h.rt.Load().now = c.time
	return h, c
}

// send sends a request from a client to h, and reports whether it reached the next
// handler.
func (c *clock) send(t *testing.T, h *Handler, from string, header ...string) (w *httptest.ResponseRecorder, forwarded bool) {
	t.Helper()
	w = httptest.NewRecorder()
	r := prepare(httptest.NewRequest(http.MethodGet, "/v1/plans", nil), w)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	caddyhttp.SetVar(r.Context(), caddyhttp.ClientIPVarKey, from)
	repl := r.Context().Value(caddy.ReplacerCtxKey).(*caddy.Replacer)
	repl.Map(func(key string) (any, bool) {
		name, ok := strings.CutPrefix(key, "http.request.header.")
		return r.Header.Get(name), ok
	})
	err := h.ServeHTTP(w, r, caddyhttp.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) error {
		forwarded = true
		_, err := w.Write([]byte("ok"))
		return err
	}))
	if err != nil {
		w.WriteHeader(returnedStatus(err))
	}
	return w, forwarded
}

func TestRateLimit(t *testing.T) {
	h, c := limitedHandler(t, "rate_limit {\nlimit 100 per 1h\n}")
	check := func(w *httptest.ResponseRecorder, status int, remaining, reset, retryAfter string) {
		t.Helper()
		got := w.Result()
		want := map[string]string{
			"X-RateLimit-Limit": "100", "X-RateLimit-Remaining": remaining, "RateLimit-Policy": `"default";q=100;w=3600`,
			"RateLimit": `"default";r=` + remaining + ";t=" + reset, "Retry-After": retryAfter,
		}
		if got.StatusCode != status {
			t.Errorf("the status is %d, want %d", got.StatusCode, status)
		}
		for name, value := range want {
			if got.Header.Get(name) != value {
				t.Errorf("%s is %q, want %q", name, got.Header.Get(name), value)
			}
		}
	}
	w, _ := c.send(t, h, "203.0.113.7")
	check(w, 200, "99", "36", "")
	if got := w.Header().Get("X-RateLimit-Reset"); got != "1777622436" {
		t.Errorf("X-RateLimit-Reset is %s", got)
	}
	for range 98 {
		c.send(t, h, "203.0.113.7")
	}
	w, _ = c.send(t, h, "203.0.113.7")
	check(w, 200, "0", "36", "")
	c.now = c.now.Add(10 * time.Second)
	w, forwarded := c.send(t, h, "203.0.113.7")
	check(w, 429, "0", "26", "26")
	if forwarded {
		t.Error("a refused request reached the upstream")
	}
	if body := w.Body.String(); gjson.Get(body, "error.code").String() != "RATE_LIMIT.EXCEEDED" || gjson.Get(body, "error.retry.after").Int() != 26 ||
		gjson.Get(body, "meta.origin").String() != "proxy" || !gjson.Get(body, "error.retry.safe").Bool() {
		t.Error(body)
	}
	if w, _ := c.send(t, h, "203.0.113.8"); w.Code != 200 {
		t.Error("another client is refused")
	}
	c.now = c.now.Add(26 * time.Second)
	w, _ = c.send(t, h, "203.0.113.7")
	check(w, 200, "0", "36", "")
	c.now = c.now.Add(time.Hour)
	w, _ = c.send(t, h, "203.0.113.7")
	check(w, 200, "99", "36", "")
}

func TestRateLimitSeveralPolicies(t *testing.T) {
	h, c := limitedHandler(t, "rate_limit burst {\nlimit 2 per 1s\n}\nrate_limit day {\nlimit 1000 per 24h\n}")
	c.send(t, h, "203.0.113.7")
	w, _ := c.send(t, h, "203.0.113.7")
	if got := w.Header().Get("RateLimit"); got != `"burst";r=0;t=1, "day";r=998;t=87` {
		t.Errorf("RateLimit is %s", got)
	}
	if got := w.Header().Get("RateLimit-Policy"); got != `"burst";q=2;w=1, "day";q=1000;w=86400` {
		t.Errorf("RateLimit-Policy is %s", got)
	}
	if got := w.Header().Get("X-RateLimit-Limit"); got != "2" {
		t.Errorf("X-RateLimit-Limit is %s, not that of the strictest policy", got)
	}
	for range 5 {
		w, _ = c.send(t, h, "203.0.113.7")
	}
	if w.Code != 429 {
		t.Fatalf("the status is %d", w.Code)
	}
	if got := w.Header().Get("RateLimit"); !strings.Contains(got, `"day";r=998`) {
		t.Errorf("refused requests counted for the day: %s", got)
	}
}

func TestRateLimitKeys(t *testing.T) {
	for _, c := range []struct {
		name, key string
		clients   [][]string // address, then header name and value
		refused   bool       // the second client shares the counter of the first
	}{
		{"one address", "", [][]string{{"203.0.113.7"}, {"203.0.113.7"}}, true},
		{"two addresses", "", [][]string{{"203.0.113.7"}, {"203.0.113.8"}}, false},
		{"two addresses of one IPv6 network", "", [][]string{{"2001:db8:0:1::1"}, {"2001:db8:0:1:ffff::2"}}, true},
		{"two IPv6 networks", "", [][]string{{"2001:db8:0:1::1"}, {"2001:db8:0:2::1"}}, false},
		{"IPv4 in IPv6", "", [][]string{{"::ffff:203.0.113.7"}, {"203.0.113.7"}}, true},
		{"one key", "key {http.request.header.X-Key}", [][]string{{"203.0.113.7", "X-Key", "a"}, {"203.0.113.8", "X-Key", "a"}}, true},
		{"two keys", "key {http.request.header.X-Key}", [][]string{{"203.0.113.7", "X-Key", "a"}, {"203.0.113.7", "X-Key", "b"}}, false},
		{"empty key: the address is used", "key {http.request.header.X-Key}", [][]string{{"203.0.113.7"}, {"203.0.113.8"}}, false},
		{"characters moved between parts", "key {http.request.header.A} {http.request.header.B}", [][]string{{"x", "A", "a", "B", "bc"}, {"x", "A", "ab", "B", "c"}}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			h, clock := limitedHandler(t, "rate_limit {\nlimit 1 per 1h\n"+c.key+"\n}")
			clock.send(t, h, c.clients[0][0], c.clients[0][1:]...)
			w, _ := clock.send(t, h, c.clients[1][0], c.clients[1][1:]...)
			if refused := w.Code == 429; refused != c.refused {
				t.Errorf("the second client got %d", w.Code)
			}
		})
	}
}

func TestRateLimitHeaderFamilies(t *testing.T) {
	for words, want := range map[string][2]bool{"x": {true, false}, "ietf": {false, true}, "both": {true, true}, "off": {false, false}} {
		h, c := limitedHandler(t, "rate_limit_headers "+words+"\nrate_limit {\nlimit 1 per 1h\n}")
		c.send(t, h, "x")
		w, _ := c.send(t, h, "x")
		got := [2]bool{w.Header().Get("X-RateLimit-Limit") != "", w.Header().Get("RateLimit") != ""}
		if got != want || w.Header().Get("Retry-After") != "3600" {
			t.Errorf("rate_limit_headers %s: %v, Retry-After %s", words, got, w.Header().Get("Retry-After"))
		}
	}
}

// failingStore is a store that always fails.
type failingStore struct{ calls atomic.Int32 }

func (b *failingStore) Take(context.Context, []ratelimit.Take, []ratelimit.Decision) error {
	b.calls.Add(1)
	return ratelimit.ErrUnavailable
}

func (b *failingStore) Check(ctx context.Context, takes []ratelimit.Take, out []ratelimit.Decision) error {
	return b.Take(ctx, takes, out)
}

func (b *failingStore) GiveBack(ctx context.Context, takes []ratelimit.Take, out []ratelimit.Decision) error {
	return b.Take(ctx, takes, out)
}

func TestRateLimitStoreFails(t *testing.T) {
	for word, status := range map[string]int{"allow": 200, "deny": 503} {
		h, c := limitedHandler(t, "rate_limit {\nlimit 1 per 1h\non_store_error "+word+"\n}")
		h.rt.Load().limitPolicies[0].store = new(failingStore)
		for range 3 {
			w, forwarded := c.send(t, h, "x")
			if w.Code != status || forwarded != (status == 200) {
				t.Errorf("%s: the status is %d", word, w.Code)
			}
			if status == 503 && (w.Header().Get("Retry-After") != "1" || gjson.Get(w.Body.String(), "error.code").String() != "UPSTREAM.UNAVAILABLE") {
				t.Errorf("%s: Retry-After %q, %s", word, w.Header().Get("Retry-After"), w.Body)
			}
			if w.Header().Get("RateLimit") != "" {
				t.Error("an unknown limit is in the headers")
			}
		}
	}
}

func TestPolicyNames(t *testing.T) {
	r := newPolicyRegistry()
	hundred, ten := ratelimit.Limit{Quota: 100, Window: time.Minute}, ratelimit.Limit{Quota: 10, Window: time.Minute}
	if name, err := r.register("", hundred); name != "default" || err != nil {
		t.Errorf("%q, %v", name, err)
	}
	if _, err := r.register("", hundred); err == nil {
		t.Error("a second policy without a name is accepted")
	}
	if _, err := r.register("api", ten); err != nil {
		t.Error(err)
	}
	if _, err := r.register("api", ten); err != nil {
		t.Errorf("a policy cannot be shared: %v", err)
	}
	if _, err := r.register("api", hundred); err == nil {
		t.Error("two different limits share one counter")
	}
}

func TestRequestLimitOutsideDirective(t *testing.T) {
	c := &clock{testTime}
	l := &RequestLimit{policy: &limitPolicy{name: "users", key: []string{clientIP}, limit: ratelimit.Limit{Quota: 1, Window: time.Hour}, store: ratelimit.NewMemory(0, c.time)}}
	for _, want := range []int{200, 429} {
		w := httptest.NewRecorder()
		err := l.ServeHTTP(w, prepare(httptest.NewRequest("GET", "/", nil), w), write(200, "", ""))
		status := 200
		var he caddyhttp.HandlerError
		if errors.As(err, &he) {
			status = he.StatusCode
		}
		if status != want || w.Header().Get("RateLimit-Policy") != `"users";q=1;w=3600` {
			t.Errorf("got %d, %v", status, w.Header())
		}
	}
}

func TestRequestLimitInsideDirective(t *testing.T) {
	c := &clock{testTime}
	l := &RequestLimit{policy: &limitPolicy{name: "users", key: []string{clientIP}, limit: ratelimit.Limit{Quota: 1, Window: time.Hour}, store: ratelimit.NewMemory(0, c.time)}}
	h := provision(t, "")
	h.rt.Load().now = c.time
	for _, want := range []int{200, 429} {
		w := httptest.NewRecorder()
		err := h.ServeHTTP(w, prepare(httptest.NewRequest("GET", "/", nil), w), caddyhttp.HandlerFunc(func(w http.ResponseWriter, r *http.Request) error {
			return l.ServeHTTP(w, r, write(200, "application/json", "{}"))
		}))
		if err != nil || w.Code != want || w.Header().Get("RateLimit-Policy") != `"users";q=1;w=3600` {
			t.Errorf("got %d, %v, %v", w.Code, err, w.Header())
		}
		if want == 429 && (w.Header().Get("Retry-After") != "3600" || gjson.Get(w.Body.String(), "error.retry.after").Int() != 3600) {
			t.Errorf("Retry-After is %q: %s", w.Header().Get("Retry-After"), w.Body)
		}
	}
}
