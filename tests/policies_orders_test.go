package tests

import (
	"fmt"
	"math"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
)

// orderPolicy is a policy of the sites of TestPolicyOrders. Its key is in the header X-<name>.
type orderPolicy struct {
	name  string
	quota int
	hours int // of the window
}

var orderPolicies = []orderPolicy{{"a", 2, 1}, {"b", 3, 5}, {"c", 1, 2}}

// wait returns the seconds until one more request is allowed.
func (p orderPolicy) wait() int { return int(math.Ceil(float64(p.hours) * 3600 / float64(p.quota))) }

// arrangement is an order of the policies. The first ones are in the directive, and are one
// decision; each of the others is a request_limit.
type arrangement struct {
	host        string
	order       []orderPolicy
	inDirective int
}

// stages returns the policies that are decided together.
func (a *arrangement) stages() (stages [][]orderPolicy) {
	if a.inDirective > 0 {
		stages = append(stages, a.order[:a.inDirective])
	}
	for i := a.inDirective; i < len(a.order); i++ {
		stages = append(stages, a.order[i:i+1])
	}
	return stages
}

// arrangements returns all orders of the policies, with any number of them in the directive.
func arrangements() (all []*arrangement) {
	for _, order := range [][]int{{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}} {
		for inDirective := range 4 {
			a := &arrangement{host: fmt.Sprintf("o%d.test", len(all)), inDirective: inDirective}
			for _, i := range order {
				a.order = append(a.order, orderPolicies[i])
			}
			all = append(all, a)
		}
	}
	return all
}

// site returns the site of an arrangement. Names of policies have the host in them, so that
// the sites do not share counters.
func (a *arrangement) site(backend string, stores map[string]string, quotas map[string]string) string {
	block := func(p orderPolicy, directive string) string {
		quota := quotas[p.name]
		if quota == "" {
			quota = fmt.Sprintf("%d per %dh", p.quota, p.hours)
		}
		return fmt.Sprintf("%s %s-%s {\nkey {http.request.header.X-%s}\nlimit %s\nstore %s\non_store_error deny\n}\n", directive, p.name, a.host, p.name, quota, stores[p.name])
	}
	var inside, after strings.Builder
	for i, p := range a.order {
		if i < a.inDirective {
			inside.WriteString(block(p, "rate_limit"))
		} else {
			after.WriteString(block(p, "request_limit"))
		}
	}
	return fmt.Sprintf("http://%s:{$PORT} {\ntranslate_errors {\n%s}\n%sreverse_proxy %s\n}\n", a.host, inside.String(), after.String(), backend)
}

// orderStores are the stores of the policies.
func orderStores(redis string) map[string]map[string]string {
	return map[string]map[string]string{
		"memory": {"a": "memory", "b": "memory", "c": "memory"},
		"redis":  {"a": "redis " + redis, "b": "redis " + redis, "c": "redis " + redis},
		"both":   {"a": "memory", "b": "redis " + redis, "c": "memory"},
	}
}

// TestPolicyOrders lets each set of policies refuse a request, in each order and place of
// the policies. The headers tell about all policies that were reached, Retry-After is the
// longest wait, and no policy counts the request.
func TestPolicyOrders(t *testing.T) {
	t.Parallel()
	backend := upstream(t, func(http.ResponseWriter, *http.Request) {})
	for name, stores := range orderStores(startRedis(t).url()) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			all := arrangements()
			var sites strings.Builder
			for _, a := range all {
				sites.WriteString(a.site(backend, stores, nil))
			}
			p := serve(t, "", sites.String())
			for _, a := range all {
				for refusing := 1; refusing < 8; refusing++ {
					a.check(t, p, refusing)
				}
			}
		})
	}
}

// check lets the policies refuse whose bit is set.
func (a *arrangement) check(t *testing.T, p *proxy, refusing int) {
	t.Helper()
	refuses := func(q orderPolicy) bool { return refusing>>slices.Index(orderPolicies, q)&1 == 1 }
	keys := map[string]string{}
	fresh := func(name string) string { return fmt.Sprintf("%d-%s-%d", refusing, name, orderKeys.Add(1)) }
	send := func(own func(orderPolicy) bool) *answer {
		var lines []string
		for _, q := range orderPolicies {
			key := fresh(q.name)
			if own(q) {
				key = keys[q.name]
			}
			lines = append(lines, "X-"+q.name+": "+key)
		}
		return a.send(t, p, lines)
	}
	for _, q := range orderPolicies {
		keys[q.name] = fresh(q.name)
	}
	for _, q := range orderPolicies {
		for range q.quota {
			if !refuses(q) {
				break
			}
			if got := send(func(other orderPolicy) bool { return other == q }); got.status != 200 {
				t.Fatalf("%s, %03b: using up %s got %d", a.host, refusing, q.name, got.status)
			}
		}
	}
	for range 3 {
		a.checkRefusal(t, send(func(orderPolicy) bool { return true }), refuses)
	}
	got := send(func(q orderPolicy) bool { return !refuses(q) })
	if got.status != 200 {
		t.Errorf("%s, %03b: other keys are refused", a.host, refusing)
	}
	for _, q := range orderPolicies {
		if want := fmt.Sprintf(`"%s-%s";r=%d;`, q.name, a.host, q.quota-1); !strings.Contains(got.header.Get("RateLimit"), want) {
			t.Errorf("%s, %03b: a refused request counted: RateLimit is %s, want %s", a.host, refusing, got.header.Get("RateLimit"), want)
		}
	}
}

var orderKeys atomic.Int64

// send sends a request. On a busy machine the store may time out; then it tries again.
func (a *arrangement) send(t *testing.T, p *proxy, lines []string) (got *answer) {
	t.Helper()
	eventually(t, "the store answers", func() bool {
		got = p.get(t, a.host+"/", lines...)
		return got.status != 503
	})
	return got
}

// resets matches the seconds in RateLimit.
var resets = regexp.MustCompile(`;t=(\d+)`)

func (a *arrangement) checkRefusal(t *testing.T, got *answer, refuses func(orderPolicy) bool) {
	t.Helper()
	var policies, states []string
	var longest orderPolicy
	for _, stage := range a.stages() {
		for _, q := range stage {
			policies = append(policies, fmt.Sprintf(`"%s-%s";q=%d;w=%d`, q.name, a.host, q.quota, q.hours*3600))
			left, reset := q.quota, 0
			if refuses(q) {
				left, reset = 0, q.wait()
				if longest.name == "" || q.wait() > longest.wait() {
					longest = q
				}
			}
			states = append(states, fmt.Sprintf(`"%s-%s";r=%d;t=%d`, q.name, a.host, left, reset))
		}
		if longest.name != "" {
			break // the others are not reached
		}
	}
	wait := longest.wait()
	for name, want := range map[string]string{
		"RateLimit-Policy": strings.Join(policies, ", "), "X-RateLimit-Limit": strconv.Itoa(longest.quota), "X-RateLimit-Remaining": "0",
	} {
		if values := got.header.Values(name); len(values) != 1 || values[0] != want {
			t.Errorf("%s: %s is %q, want %q", a.host, name, values, want)
		}
	}
	if !sameStates(got.header.Get("RateLimit"), strings.Join(states, ", ")) {
		t.Errorf("%s: RateLimit is %s, want %s", a.host, got.header.Get("RateLimit"), strings.Join(states, ", "))
	}
	after, _ := strconv.Atoi(got.header.Get("Retry-After"))
	if got.status != 429 || after > wait || after < wait-orderSlack {
		t.Errorf("%s: got %d, Retry-After %d, want %d", a.host, got.status, after, wait)
	}
	if e := got.envelope(t); e.Error.Retry.After == nil || *e.Error.Retry.After != after {
		t.Errorf("%s: %s", a.host, got.body)
	}
}

// orderSlack is the time in seconds that a test of one refusal may take.
const orderSlack = 60

// sameStates compares values of RateLimit. Times may be shorter by the slack.
func sameStates(got, want string) bool {
	if resets.ReplaceAllString(got, "") != resets.ReplaceAllString(want, "") {
		return false
	}
	g, w := resets.FindAllStringSubmatch(got, -1), resets.FindAllStringSubmatch(want, -1)
	for i := range g {
		a, _ := strconv.Atoi(g[i][1])
		b, _ := strconv.Atoi(w[i][1])
		if a > b || a < b-orderSlack {
			return false
		}
	}
	return len(g) == len(w)
}

// TestPolicyOrdersAreExact sends requests over 24 connections to sites with several
// policies: as many are allowed as the smallest quota, and the other policies have
// counted exactly these.
func TestPolicyOrdersAreExact(t *testing.T) {
	t.Parallel()
	backend := upstream(t, func(http.ResponseWriter, *http.Request) {})
	quotas := map[string]string{"a": "140 per 24h", "b": "100 per 24h", "c": "200 per 24h"}
	for name, stores := range orderStores(startRedis(t).url()) {
		t.Run(name, func(t *testing.T) {
			var sites strings.Builder
			var some []*arrangement
			for i, a := range arrangements() {
				if i%5 == 0 { // five orders, with each number of policies in the directive
					some = append(some, a)
					sites.WriteString(a.site(backend, stores, quotas))
				}
			}
			p := serve(t, "", sites.String())
			for _, a := range some {
				a.checkExact(t, p)
			}
		})
	}
}

func (a *arrangement) checkExact(t *testing.T, p *proxy) {
	t.Helper()
	for range 5 { // a request that timed out may have been counted: use another key
		key := fmt.Sprint("exact", orderKeys.Add(1))
		lines := []string{"X-a: " + key, "X-b: " + key, "X-c: " + key}
		counts := a.sendMany(t, p, lines)
		if counts[503] > 0 {
			continue
		}
		if counts[200] != 100 || counts[429] != 300 {
			t.Errorf("%s: %v, want 100 times 200 and 300 times 429", a.host, counts)
		}
		// With a fresh key of the policy that refuses, the others tell what they have counted.
		got := a.send(t, p, []string{"X-a: " + key, "X-b: " + key + "'", "X-c: " + key})
		for policy, left := range map[string]int{"a": 39, "b": 99, "c": 99} {
			if want := fmt.Sprintf(`"%s-%s";r=%d;`, policy, a.host, left); !strings.Contains(got.header.Get("RateLimit"), want) {
				t.Errorf("%s: RateLimit is %s, want %s", a.host, got.header.Get("RateLimit"), want)
			}
		}
		return
	}
	t.Errorf("%s: the store timed out in every round", a.host)
}

// sendMany sends 400 requests over 24 connections, and counts the answers by status.
func (a *arrangement) sendMany(t *testing.T, p *proxy, lines []string) map[int]int {
	t.Helper()
	return sendRequests(t, []*proxy{p}, 24, 400, a.host, lines...)
}
