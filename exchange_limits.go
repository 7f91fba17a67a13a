package koine

import (
	"math"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/dunglas/httpsfv"

	"github.com/koine-proxy/koine/translate/limitheader"
)

// limits collects what is known for this response: what our policies said, then
// what the upstream tells. Without either it costs a look at the names of the
// headers.
func (x *exchange) limits(header http.Header) []limitheader.Limit {
	ours := ownLimits(x.record.states, x.start)
	all := x.handler.engine.LimitHeaders().Read(header, x.start, ours)
	for i := range all[len(ours):] {
		theirs := &all[len(ours)+i]
		if !isNamed(ours, theirs.Name) {
			continue
		}
		if theirs.Name = "upstream-" + theirs.Name; theirs.Name == "upstream-"+unnamedPolicy {
			theirs.Name = "upstream"
		}
	}
	return preferWhole(all)
}

// preferWhole leaves out limits of which only a part is known, unless there are
// no others.
func preferWhole(limits []limitheader.Limit) []limitheader.Limit {
	isPart := func(l limitheader.Limit) bool { return l.Quota < 0 }
	for _, l := range limits {
		if !isPart(l) {
			return slices.DeleteFunc(limits, isPart)
		}
	}
	return limits
}

func isNamed(limits []limitheader.Limit, name string) bool {
	return slices.ContainsFunc(limits, func(l limitheader.Limit) bool { return l.Name == name })
}

// ownLimits is what policies said, but for those whose store could not say.
func ownLimits(states []state, now time.Time) (out []limitheader.Limit) {
	for _, s := range states {
		if s.decision.Remaining < 0 {
			continue
		}
		out = append(out, limitheader.Limit{
			Name: s.policy.Name, Window: s.policy.limit.Window,
			Quota: s.policy.limit.Quota, Remaining: s.decision.Remaining, Reset: now.Add(s.decision.Reset),
		})
	}
	return out
}

// tightest is the limit that a client meets first: the one with the least left,
// and of equals the one that comes back last.
func tightest(limits []limitheader.Limit) limitheader.Limit {
	best := limits[0]
	for _, l := range limits[1:] {
		switch {
		case l.Remaining < 0:
		case best.Remaining < 0, l.Remaining < best.Remaining, l.Remaining == best.Remaining && l.Reset.After(best.Reset):
			best = l
		}
	}
	return best
}

// limitHeaders are the headers in which limits are told.
var limitHeaders = []string{"X-Ratelimit-Limit", "X-Ratelimit-Remaining", "X-Ratelimit-Reset", "Ratelimit-Policy", "Ratelimit"}

// writeLimits tells limits in the headers that the site wants. What is there
// already is only replaced where replace says so.
func (h *Handler) writeLimits(header http.Header, limits []limitheader.Limit, now time.Time, replace bool) {
	if len(limits) == 0 || h.RateLimitHeaders == "off" {
		return
	}
	if replace {
		for _, name := range limitHeaders {
			delete(header, name)
		}
	}
	set := func(name, value string) {
		if _, ok := header[name]; !ok {
			header[name] = []string{value}
		}
	}
	if h.RateLimitHeaders != "ietf" {
		writeXRateLimit(set, tightest(limits), now)
	}
	if h.RateLimitHeaders != "x" {
		writeRateLimit(set, limits, now)
	}
}

// writeXRateLimit tells one limit in X-RateLimit-*, with the reset in Unix
// seconds.
func writeXRateLimit(set func(name, value string), l limitheader.Limit, now time.Time) {
	if l.Quota >= 0 {
		set("X-Ratelimit-Limit", strconv.FormatInt(l.Quota, 10))
	}
	if l.Remaining < 0 {
		return
	}
	set("X-Ratelimit-Remaining", strconv.FormatInt(l.Remaining, 10))
	if l.Wait(now) >= 0 {
		set("X-Ratelimit-Reset", strconv.FormatInt(ceilUnix(l.Reset), 10))
	}
}

// ceilUnix is the first whole Unix second that is not before t: who comes back
// then does not come too early.
func ceilUnix(t time.Time) int64 {
	if t.Nanosecond() > 0 {
		return t.Unix() + 1
	}
	return t.Unix()
}

// writeRateLimit tells all limits in RateLimit-Policy and RateLimit of the IETF
// draft (draft-ietf-httpapi-ratelimit-headers-10, sections 3 and 4).
func writeRateLimit(set func(name, value string), limits []limitheader.Limit, now time.Time) {
	var policies, states httpsfv.List
	for _, l := range limits {
		if l.Quota >= 0 { // a policy without a quota is none
			policies = append(policies, policyItem(l))
		}
		if l.Remaining >= 0 {
			states = append(states, stateItem(l, now))
		}
	}
	if len(policies) > 0 {
		set("Ratelimit-Policy", marshal(policies))
	}
	if len(states) > 0 {
		set("Ratelimit", marshal(states))
	}
}

func policyItem(l limitheader.Limit) httpsfv.Item {
	item := httpsfv.NewItem(l.Name)
	item.Params.Add("q", l.Quota)
	if l.Unit != "" {
		item.Params.Add("qu", l.Unit)
	}
	if l.Window > 0 {
		item.Params.Add("w", int64(math.Ceil(l.Window.Seconds())))
	}
	return item
}

func stateItem(l limitheader.Limit, now time.Time) httpsfv.Item {
	item := httpsfv.NewItem(l.Name)
	item.Params.Add("r", l.Remaining)
	if wait := l.Wait(now); wait >= 0 {
		item.Params.Add("t", int64(wait))
	}
	return item
}

func marshal(list httpsfv.List) string {
	s, _ := httpsfv.Marshal(list) // words and counts always marshal
	return s
}
