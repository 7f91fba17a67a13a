package tests

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

// limitedSite returns a site with one policy.
func limitedSite(store, rest, backend string) string {
	return `
http://a.test:{$PORT} {
	translate_errors {
		rate_limit per-client {
			key {http.request.header.X-Key}
			limit 100 per 1h
			store ` + store + `
			` + rest + `
		}
	}
	reverse_proxy ` + backend + `
}`
}

// sendRequests sends requests from many connections to the proxies in turn, and counts the
// answers by status.
func sendRequests(t *testing.T, proxies []*proxy, connections, requests int, host string, lines ...string) map[int]int {
	t.Helper()
	var mu sync.Mutex
	counts := map[int]int{}
	var next atomic.Int64
	var wg sync.WaitGroup
	for range connections {
		wg.Go(func() {
			for {
				n := int(next.Add(1))
				if n > requests {
					return
				}
				p := proxies[n%len(proxies)]
				resp, err := p.client.Do(newRequest(t, http.MethodGet, host+"/", "", lines...))
				status := 0
				if err == nil {
					status = resp.StatusCode
					resp.Body.Close()
				}
				mu.Lock()
				counts[status]++
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	return counts
}

func TestRefusal(t *testing.T) {
	t.Parallel()
	var reached atomic.Int64
	backend := upstream(t, func(http.ResponseWriter, *http.Request) { reached.Add(1) })
	p := serve(t, "", strings.Replace(limitedSite("memory", "", backend), "100 per 1h", "1 per 1h", 1))
	first, second := p.get(t, "a.test/", "X-Key: k"), p.get(t, "a.test/", "X-Key: k")
	if first.status != 200 || second.status != 429 || reached.Load() != 1 {
		t.Fatalf("%d, %d, and %d requests reached the upstream", first.status, second.status, reached.Load())
	}
	for name, want := range map[string]string{
		"X-RateLimit-Limit": "1", "X-RateLimit-Remaining": "0", "RateLimit-Policy": `"per-client";q=1;w=3600`, "RateLimit": `"per-client";r=0;t=3600`,
	} {
		if got := first.header.Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	if got := second.header.Get("Retry-After"); got != "3600" {
		t.Errorf("Retry-After is %s", got)
	}
	if !strings.Contains(string(second.body), `"code":"RATE_LIMIT.EXCEEDED"`) {
		t.Errorf("%s", second.body)
	}
	if page := p.get(t, "a.test/", "X-Key: k", acceptHTML); page.status != 429 || !strings.Contains(string(page.body), "<code>RATE_LIMIT.EXCEEDED</code>") {
		t.Errorf("a browser got %d %s", page.status, page.body)
	}
}

func TestCountersSurviveReload(t *testing.T) {
	t.Parallel()
	backend := upstream(t, func(http.ResponseWriter, *http.Request) {})
	site := strings.Replace(limitedSite("memory", "", backend), "100 per 1h", "1 per 1h", 1)
	p := serve(t, "", site)
	p.get(t, "a.test/", "X-Key: k")
	if message := p.reload(t, "", site+"\n# changed\n"); message != "" {
		t.Fatal(message)
	}
	if got := p.get(t, "a.test/", "X-Key: k"); got.status != 429 {
		t.Errorf("after a reload the client got %d", got.status)
	}
}

func TestRequestLimitAfterAuthentication(t *testing.T) {
	t.Parallel()
	backend := upstream(t, func(http.ResponseWriter, *http.Request) {})
	auth := upstream(t, func(w http.ResponseWriter, r *http.Request) { w.Header().Set("X-User", r.URL.Query().Get("user")) })
	p := serve(t, "", `
http://a.test:{$PORT} {
	translate_errors
	forward_auth `+auth+` {
		uri /?user={query.user}
		copy_headers X-User
	}
	request_limit users {
		key {http.request.header.X-User}
		limit 1 per 1h
	}
	reverse_proxy `+backend+`
}`)
	for _, c := range []struct {
		user   string
		status int
	}{{"ann", 200}, {"ann", 429}, {"bob", 200}} {
		got := p.get(t, "a.test/?user="+c.user)
		if got.status != c.status || got.header.Get("RateLimit-Policy") != `"users";q=1;w=3600` {
			t.Errorf("%s got %d, %v", c.user, got.status, got.header)
		}
		if c.status == 429 && !strings.Contains(string(got.body), `"after":3600`) {
			t.Errorf("%s", got.body)
		}
	}
}

func TestConflictingPolicies(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ a, b, want string }{
		"two without a name":   {"rate_limit {\nlimit 1 per 1s\n}", "rate_limit {\nlimit 1 per 1s\n}", "only one policy can go without a name"},
		"one name, two limits": {"rate_limit x {\nlimit 1 per 1s\n}", "rate_limit x {\nlimit 2 per 1s\n}", "policies of the same name share a counter"},
	} {
		t.Run(name, func(t *testing.T) {
			p := serve(t, "", "http://a.test:{$PORT} {\nrespond ok\n}")
			message := p.reload(t, "", "http://a.test:{$PORT} {\ntranslate_errors {\n"+c.a+"\n}\n}\nhttp://b.test:{$PORT} {\ntranslate_errors {\n"+c.b+"\n}\n}")
			if !strings.Contains(message, c.want) {
				t.Errorf("got %q, want %q", message, c.want)
			}
		})
	}
}

// TestGlobalPolicy has a policy without a name in the global option: all sites share its
// counter, and a nested directive does not count a second time.
func TestGlobalPolicy(t *testing.T) {
	t.Parallel()
	backend := upstream(t, func(http.ResponseWriter, *http.Request) {})
	p := serve(t, "translate_errors {\nrate_limit {\nkey {header.X-Key}\nlimit 10 per 1h\n}\n}", `
http://a.test:{$PORT} {
	translate_errors
	handle /nested/* {
		translate_errors {
			unmapped pass
		}
		reverse_proxy `+backend+`
	}
	reverse_proxy `+backend+`
}
http://b.test:{$PORT} {
	translate_errors
	reverse_proxy `+backend+`
}`)
	for i, where := range []string{"a.test/", "a.test/nested/x", "b.test/", "a.test/nested/y"} {
		got := p.get(t, where, "X-Key: k").header.Get("RateLimit")
		if want := fmt.Sprintf(`"default";r=%d;`, 9-i); !strings.HasPrefix(got, want) || strings.Contains(got, ",") {
			t.Errorf("%s: RateLimit is %s, want %s", where, got, want)
		}
	}
	if got := p.get(t, "b.test/", "X-Key: other").header.Get("RateLimit"); !strings.HasPrefix(got, `"default";r=9;`) {
		t.Errorf("another key: RateLimit is %s", got)
	}
}

// TestPolicyOfTwoListeners checks that the policy of one site is one policy, although Caddy
// provisions the site for each of its listeners.
func TestPolicyOfTwoListeners(t *testing.T) {
	t.Parallel()
	p := serve(t, "", fmt.Sprintf("http://a.test:{$PORT}, http://a.test:%d {\ntranslate_errors {\nrate_limit {\nlimit 10 per 1h\n}\n}\nrespond ok\n}", freePort(t)))
	if got := p.get(t, "a.test/"); got.status != 200 || !strings.HasPrefix(got.header.Get("RateLimit"), `"default";r=9;`) {
		t.Errorf("got %d, %v", got.status, got.header)
	}
}

// TestRequestLimitsWithoutDirective checks that several request limits are all told.
func TestRequestLimitsWithoutDirective(t *testing.T) {
	t.Parallel()
	backend := upstream(t, func(http.ResponseWriter, *http.Request) {})
	p := serve(t, "", `
http://a.test:{$PORT} {
	request_limit users {
		key {header.X-User}
		limit 3 per 1h
	}
	request_limit tenants {
		key {header.X-Tenant}
		limit 2 per 4h
	}
	reverse_proxy `+backend+`
}`)
	for i, want := range []int{200, 200, 429, 429} {
		got := p.get(t, "a.test/", "X-User: u", "X-Tenant: t")
		if got.status != want || got.header.Get("RateLimit-Policy") != `"users";q=3;w=3600, "tenants";q=2;w=14400` ||
			got.header.Get("X-RateLimit-Limit") != "2" || want == 429 && got.header.Get("Retry-After") != "7200" {
			t.Errorf("request %d got %d, %v", i, got.status, got.header)
		}
	}
	if got := p.get(t, "a.test/", "X-User: u", "X-Tenant: other").header.Get("RateLimit"); !strings.HasPrefix(got, `"users";r=0;`) {
		t.Errorf("refused requests counted: RateLimit is %s", got)
	}
}

// TestLateKeyIsLogged checks the warning at load about a key that is always empty.
func TestLateKeyIsLogged(t *testing.T) {
	t.Parallel()
	p := serve(t, "", "http://a.test:{$PORT} {\ntranslate_errors {\nrate_limit users {\nkey {http.auth.user.id}\nlimit 1 per 1h\n}\n}\nrespond ok\n}")
	p.logged(t, func(l logLine) bool {
		return l["level"] == "warn" && l["policy"] == "users" && l["key"] == "{http.auth.user.id}" && strings.Contains(l["msg"].(string), "use request_limit")
	})
}

// TestStoreIsProbed checks that a store that does not answer is logged at the start, and
// again when it does.
func TestStoreIsProbed(t *testing.T) {
	t.Parallel()
	backend := upstream(t, func(http.ResponseWriter, *http.Request) {})
	server := startRedis(t)
	server.kill()
	p := serve(t, "", limitedSite("redis "+server.url(), "", backend))
	p.logged(t, func(l logLine) bool {
		return l["level"] == "warn" && l["msg"] == "redis does not answer; requests follow on_store_error until it does"
	})
	server.start(t)
	eventually(t, "limits are enforced", func() bool { return p.enforces(t) })
	p.logged(t, func(l logLine) bool { return l["level"] == "info" && l["msg"] == "redis answers again" })
}
