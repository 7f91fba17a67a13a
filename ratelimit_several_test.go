package koine

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
	"github.com/tidwall/gjson"
	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"github.com/koine-proxy/koine/ratelimit"
)

// testLimit returns a request_limit of a policy by address.
func testLimit(name string, quota int64, window time.Duration, store ratelimit.Store) *RequestLimit {
	return &RequestLimit{policy: &limitPolicy{name: name, key: []string{clientIP}, limit: ratelimit.Limit{Quota: quota, Window: window}, store: store, logger: zap.NewNop()}}
}

// chain returns a handler that calls request limits in turn, and then next.
func chain(next caddyhttp.Handler, limits ...*RequestLimit) caddyhttp.Handler {
	for i := len(limits) - 1; i >= 0; i-- {
		l, inner := limits[i], next
		next = caddyhttp.HandlerFunc(func(w http.ResponseWriter, r *http.Request) error { return l.ServeHTTP(w, r, inner) })
	}
	return next
}

// serve sends a request from one client to a handler.
func (c *clock) serve(h caddyhttp.Handler) (*httptest.ResponseRecorder, int) {
	w := httptest.NewRecorder()
	r := prepare(httptest.NewRequest(http.MethodGet, "/", nil), w)
	caddyhttp.SetVar(r.Context(), caddyhttp.ClientIPVarKey, "203.0.113.7")
	err := h.ServeHTTP(w, r)
	if he, ok := errors.AsType[caddyhttp.HandlerError](err); ok {
		return w, he.StatusCode
	}
	return w, w.Code
}

func TestLongestWait(t *testing.T) {
	for _, order := range []string{"burst day", "day burst"} {
		h, c := limitedHandler(t, "rate_limit "+strings.Split(order, " ")[0]+" {\nlimit 1 per 1m\n}\nrate_limit "+strings.Split(order, " ")[1]+" {\nlimit 1 per 1h\n}")
		c.send(t, h, "203.0.113.7")
		w, _ := c.send(t, h, "203.0.113.7")
		if w.Code != 429 || w.Header().Get("Retry-After") != "3600" || gjson.Get(w.Body.String(), "error.retry.after").Int() != 3600 {
			t.Errorf("%s: %d, Retry-After %s: %s", order, w.Code, w.Header().Get("Retry-After"), w.Body)
		}
		if got := w.Header().Get("RateLimit"); strings.Count(got, "r=0") != 2 {
			t.Errorf("%s: %s", order, got)
		}
	}
}

// TestNestedCountsOnce nests a handler in another one with the same policy, as a policy of
// the global option is.
func TestNestedCountsOnce(t *testing.T) {
	outer, c := limitedHandler(t, "rate_limit all {\nlimit 10 per 1h\n}\nrate_limit outer {\nlimit 10 per 1h\n}")
	inner, _ := limitedHandler(t, "rate_limit all {\nlimit 10 per 1h\n}\nrate_limit inner {\nlimit 10 per 1h\n}")
	for _, p := range inner.rt.Load().limitPolicies {
		p.store = outer.rt.Load().limitPolicies[0].store
	}
	inner.rt.Load().now = c.time
	for left := 9; left > 6; left-- {
		w, _ := c.serve(nest(outer, nest(inner, write(200, "", ""))))
		want := strings.ReplaceAll(`"all";r=N;t=360, "outer";r=N;t=360, "inner";r=N;t=360`, "N", strconv.Itoa(left))
		if got := w.Header().Get("RateLimit"); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

func nest(h caddyhttp.MiddlewareHandler, next caddyhttp.Handler) caddyhttp.Handler {
	return caddyhttp.HandlerFunc(func(w http.ResponseWriter, r *http.Request) error { return h.ServeHTTP(w, r, next) })
}

// TestRequestLimitsOutsideDirective checks several request limits without translate_errors.
func TestRequestLimitsOutsideDirective(t *testing.T) {
	c := &clock{testTime}
	store := ratelimit.NewMemory(0, c.time)
	h := chain(write(200, "", ""), testLimit("users", 5, time.Hour, store), testLimit("tenants", 2, 3*time.Hour, store), testLimit("keys", 7, time.Hour, store))
	for _, want := range []struct {
		status           int
		limit, remaining string
		policies, rest   string
	}{
		{200, "2", "1", `"users";q=5;w=3600, "tenants";q=2;w=10800, "keys";q=7;w=3600`, `"users";r=4`},
		{200, "2", "0", `"users";q=5;w=3600, "tenants";q=2;w=10800, "keys";q=7;w=3600`, `"users";r=3`},
		{429, "2", "0", `"users";q=5;w=3600, "tenants";q=2;w=10800`, `"users";r=3`},
		{429, "2", "0", `"users";q=5;w=3600, "tenants";q=2;w=10800`, `"users";r=3`},
	} {
		w, status := c.serve(h)
		got := w.Header()
		if status != want.status || got.Get("X-RateLimit-Limit") != want.limit || got.Get("X-RateLimit-Remaining") != want.remaining ||
			got.Get("RateLimit-Policy") != want.policies || !strings.HasPrefix(got.Get("RateLimit"), want.rest) {
			t.Errorf("got %d %v, want %+v", status, got, want)
		}
		if status == 429 && got.Get("Retry-After") != "5400" {
			t.Errorf("Retry-After is %s", got.Get("Retry-After"))
		}
	}
}

// TestRequestLimitAroundDirective checks a request limit in front of translate_errors: its
// numbers are not those of an upstream.
func TestRequestLimitAroundDirective(t *testing.T) {
	h, c := limitedHandler(t, "rate_limit inner {\nlimit 9 per 1h\n}")
	w, _ := c.serve(chain(nest(h, write(404, "application/json", notFound)), testLimit("outer", 5, time.Hour, ratelimit.NewMemory(0, c.time))))
	if got := w.Header().Get("RateLimit-Policy"); got != `"outer";q=5;w=3600, "inner";q=9;w=3600` {
		t.Errorf("RateLimit-Policy is %s", got)
	}
	if got := w.Header()["X-Ratelimit-Limit"]; len(got) != 1 || got[0] != "5" {
		t.Errorf("X-RateLimit-Limit is %s", got)
	}
}

// TestGivenBack checks that no policy counts a request that another one refuses, whatever
// the handlers and stores.
func TestGivenBack(t *testing.T) {
	for _, c := range []struct {
		name   string
		stores [2]int // of the policies outer and second; the request limit has store 0
	}{
		{"two handlers, one store", [2]int{0, 0}},
		{"two handlers, two stores", [2]int{0, 1}},
		{"two stores in the outer one", [2]int{1, 0}},
	} {
		t.Run(c.name, func(t *testing.T) {
			h, clock := limitedHandler(t, "rate_limit outer {\nlimit 100 per 1h\n}\nrate_limit second {\nlimit 100 per 1h\n}")
			stores := []ratelimit.Store{ratelimit.NewMemory(0, clock.time), ratelimit.NewMemory(0, clock.time)}
			h.rt.Load().limitPolicies[0].store, h.rt.Load().limitPolicies[1].store = stores[c.stores[0]], stores[c.stores[1]]
			all := nest(h, chain(write(200, "", ""), testLimit("users", 1, time.Hour, stores[0])))
			clock.serve(all)
			for range 5 {
				w, status := clock.serve(all)
				if got := w.Header().Get("RateLimit"); status != 429 || got != `"outer";r=99;t=36, "second";r=99;t=36, "users";r=0;t=3600` {
					t.Errorf("got %d, %s", status, got)
				}
			}
		})
	}
}

// TestSeveralStoresInOneHandler checks that policies of different stores are one decision.
func TestSeveralStoresInOneHandler(t *testing.T) {
	for _, tight := range []int{0, 1, 2} {
		h, c := limitedHandler(t, "rate_limit a {\nlimit 50 per 1h\n}\nrate_limit b {\nlimit 50 per 1h\n}\nrate_limit c {\nlimit 50 per 1h\n}")
		other := ratelimit.NewMemory(0, c.time)
		h.rt.Load().limitPolicies[1].store = other
		h.rt.Load().limitPolicies[tight].limit.Quota = 1
		c.send(t, h, "203.0.113.7")
		for range 3 {
			w, forwarded := c.send(t, h, "203.0.113.7")
			got := w.Header().Get("RateLimit")
			if w.Code != 429 || forwarded || strings.Count(got, "r=49") != 2 || strings.Count(got, "r=0") != 1 {
				t.Errorf("policy %d refuses: %d, %s", tight, w.Code, got)
			}
		}
	}
}

// TestDenyGivesBack checks that a request that is denied because a store fails is not
// counted by the others.
func TestDenyGivesBack(t *testing.T) {
	h, c := limitedHandler(t, "rate_limit a {\nlimit 50 per 1h\n}\nrate_limit b {\nlimit 50 per 1h\non_store_error deny\n}")
	working := h.rt.Load().limitPolicies[1].store
	for range 5 {
		h.rt.Load().limitPolicies[1].store = new(failingStore)
		if w, _ := c.send(t, h, "203.0.113.7"); w.Code != 503 {
			t.Errorf("got %d", w.Code)
		}
	}
	h.rt.Load().limitPolicies[1].store = working
	if w, _ := c.send(t, h, "203.0.113.7"); strings.Count(w.Header().Get("RateLimit"), "r=49") != 2 {
		t.Errorf("got %s", w.Header().Get("RateLimit"))
	}
}

// TestSeveralStoresFailAlone checks that the policies of a store that fails follow
// on_store_error, and the others their store.
func TestSeveralStoresFailAlone(t *testing.T) {
	h, c := limitedHandler(t, "rate_limit a {\nlimit 1 per 1h\n}\nrate_limit b {\nlimit 50 per 1h\n}")
	failing := new(failingStore)
	h.rt.Load().limitPolicies[1].store = failing
	for i, want := range []int{200, 429} {
		w, _ := c.send(t, h, "203.0.113.7")
		if w.Code != want || w.Header().Get("RateLimit-Policy") != `"a";q=1;w=3600` {
			t.Errorf("request %d got %d, %v", i, w.Code, w.Header())
		}
		if calls := int(failing.calls.Load()); calls != i+1 {
			t.Errorf("the failing store was called %d times for %d requests", calls, i+1)
		}
	}
}

func TestGlobalKey(t *testing.T) {
	h, c := limitedHandler(t, "rate_limit {\nkey global\nlimit 1 per 1h\n}")
	c.send(t, h, "203.0.113.7")
	if w, _ := c.send(t, h, "203.0.113.8"); w.Code != 429 {
		t.Errorf("another client has another counter: %d", w.Code)
	}
}

func TestCheckKey(t *testing.T) {
	for _, c := range []struct {
		key  string
		want string
	}{
		{"global", ""},
		{"{http.request.header.X-Api-Key}", ""},
		{"{http.request.header.A} {http.request.header.B}", ""},
		{"tenant-{http.request.header.A}", ""},
		{"X-Api-Key", "key X-Api-Key: not a placeholder"},
		{"{http.request.header.A} X-Api-Key", "key X-Api-Key: not a placeholder"},
		{"Global", "key Global: not a placeholder"},
		{"{", "key {: not a placeholder"},
		{"{}", "key {}: not a placeholder"},
		{"}{", "key }{: not a placeholder"},
		{"{http.request.header.A} global", "key global: cannot be combined"},
		{"global global", "key global: cannot be combined"},
	} {
		err := checkKey(strings.Fields(c.key))
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", c.key, err)
		}
	}
	l := &RateLimit{Key: []string{"X-Api-Key"}, Limit: 1, Per: caddy.Duration(time.Hour)}
	if _, err := l.provision(caddy.Context{}); err == nil || !strings.Contains(err.Error(), "not a placeholder") {
		t.Errorf("in JSON: %v", err)
	}
}

func TestLateKeys(t *testing.T) {
	for key, want := range map[string]int{
		"{http.auth.user.id}":                    1,
		"{http.auth.user.email}":                 1,
		"user-{http.auth.user.id}":               1,
		"{http.reverse_proxy.upstream.hostport}": 1,
		"{http.error.status_code}":               1,
		"{http.translate_errors.code}":           1,
		"{http.request.header.X-User}":           0,
		"{http.vars.client_ip}":                  0,
		"global":                                 0,
	} {
		core, logs := observer.New(zap.WarnLevel)
		(&RateLimit{Name: "p", Key: []string{key}}).warnLateKeys(zap.New(core))
		if logs.Len() != want {
			t.Errorf("%s: %d warnings, want %d", key, logs.Len(), want)
		}
	}
}

func TestPolicyNamesInAnyOrder(t *testing.T) {
	limit := ratelimit.Limit{Quota: 1, Window: time.Hour}
	for _, order := range [][]string{{"", ""}, {"", "api", ""}} {
		r, failed := newPolicyRegistry(), false
		for _, name := range order {
			_, err := r.register(name, limit)
			failed = failed || errors.Is(err, errUnnamed)
		}
		if !failed {
			t.Errorf("%q are accepted", order)
		}
	}
}

// spyStore counts the takes of a store.
type spyStore struct {
	ratelimit.Store
	takes int
}

func (s *spyStore) Take(ctx context.Context, takes []ratelimit.Take, out []ratelimit.Decision) error {
	s.takes++
	return s.Store.Take(ctx, takes, out)
}

// TestRefusalOccupiesNothing checks that a request that one store refuses is not counted
// by another one, not even for a moment.
func TestRefusalOccupiesNothing(t *testing.T) {
	for _, tight := range []int{0, 1} {
		h, c := limitedHandler(t, "rate_limit a {\nlimit 50 per 1h\n}\nrate_limit b {\nlimit 50 per 1h\n}")
		spy := &spyStore{Store: ratelimit.NewMemory(0, c.time)}
		h.rt.Load().limitPolicies[1-tight].store = spy
		h.rt.Load().limitPolicies[tight].limit.Quota = 1
		for range 4 {
			c.send(t, h, "203.0.113.7")
		}
		if spy.takes != 1 {
			t.Errorf("policy %d refuses: the other store counted %d of 1 request", tight, spy.takes)
		}
	}
}
