package koine

import (
	"math"
	"net/http"
	"strconv"
	"time"

	"github.com/dunglas/httpsfv"

	"github.com/koine-proxy/koine/translate"
)

// namedLimit is a limit that a response tells: one of ours, or the upstream's.
type namedLimit struct {
	name   string
	window time.Duration // 0 where it is not known
	translate.Limit
}

// limits collects what is known for this response: what our policies said, then
// what the upstream tells.
func (x *exchange) limits(header http.Header) []namedLimit {
	states := x.record.states
	_, told := header["X-Ratelimit-Limit"]
	if len(states) == 0 && !told {
		return nil
	}
	out := make([]namedLimit, 0, len(states)+1)
	for _, s := range states {
		if s.decision.Remaining < 0 { // the store could not say
			continue
		}
		out = append(out, namedLimit{s.policy.Name, s.policy.limit.Window, translate.Limit{
			Quota: s.policy.limit.Quota, Remaining: s.decision.Remaining, Reset: x.start.Add(s.decision.Reset),
		}})
	}
	if limit, ok := readLimit(header, x.start); ok {
		name := unnamedPolicy
		if len(out) > 0 {
			name = "upstream"
		}
		out = append(out, namedLimit{name, 0, limit})
	}
	return out
}

// tightest is the limit that a client meets first: the one with the least left,
// and of equals the one that comes back last.
func tightest(limits []namedLimit) namedLimit {
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

// writeLimits tells limits in the headers that the site wants. What is there
// already is only replaced where replace says so.
func (h *Handler) writeLimits(header http.Header, limits []namedLimit, now time.Time, replace bool) {
	if len(limits) == 0 || h.RateLimitHeaders == "off" {
		return
	}
	set := func(name, value string) {
		if _, ok := header[name]; !ok || replace {
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
func writeXRateLimit(set func(name, value string), l namedLimit, now time.Time) {
	set("X-Ratelimit-Limit", strconv.FormatInt(l.Quota, 10))
	if l.Remaining < 0 {
		return
	}
	set("X-Ratelimit-Remaining", strconv.FormatInt(l.Remaining, 10))
	if wait := l.Wait(now); wait >= 0 {
		set("X-Ratelimit-Reset", strconv.FormatInt(now.Unix()+int64(wait), 10))
	}
}

// writeRateLimit tells all limits in RateLimit-Policy and RateLimit of the IETF
// draft (draft-ietf-httpapi-ratelimit-headers-10, sections 3 and 4).
func writeRateLimit(set func(name, value string), limits []namedLimit, now time.Time) {
	var policies, states httpsfv.List
	for _, l := range limits {
		policy := httpsfv.NewItem(l.name)
		policy.Params.Add("q", l.Quota)
		if l.window > 0 {
			policy.Params.Add("w", int64(math.Ceil(l.window.Seconds())))
		}
		policies = append(policies, policy)
		if l.Remaining < 0 {
			continue
		}
		state := httpsfv.NewItem(l.name)
		state.Params.Add("r", l.Remaining)
		if wait := l.Wait(now); wait >= 0 {
			state.Params.Add("t", int64(wait))
		}
		states = append(states, state)
	}
	set("Ratelimit-Policy", marshal(policies))
	if len(states) > 0 {
		set("Ratelimit", marshal(states))
	}
}

func marshal(list httpsfv.List) string {
	s, _ := httpsfv.Marshal(list) // words and counts always marshal
	return s
}
