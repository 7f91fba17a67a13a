package limitheader

import (
	"math"
	"slices"
	"strconv"
	"time"

	"github.com/dunglas/httpsfv"
)

// Families is the set of header families that Write uses.
type Families uint8

// The families of rate-limit headers.
const (
	XRateLimit Families = 1 << iota // X-RateLimit-Limit, -Remaining and -Reset
	IETF                            // RateLimit-Policy and RateLimit
)

// replaced are the headers that Write sets, and those of the same families that would
// contradict them: earlier drafts of the IETF, and additions of single vendors.
var replaced = []string{
	"X-Ratelimit-Limit", "X-Ratelimit-Remaining", "X-Ratelimit-Reset", "Ratelimit-Policy", "Ratelimit",
	"Ratelimit-Limit", "Ratelimit-Remaining", "Ratelimit-Reset",
	"X-Ratelimit-Used", "X-Ratelimit-Duration", "X-Ratelimit-Reset-After",
}

// Remove removes the headers that Write with replace would replace.
func Remove(header map[string][]string) {
	for _, name := range replaced {
		delete(header, name)
	}
}

// Write adds limits to the header of a response. Headers of the families that are
// already present are not changed; with replace, they are removed first, even if there
// are no limits: what could not be read means something else than what Write sets.
// Without families, Write does nothing. The header has canonical names, as in net/http.
func Write(header map[string][]string, limits []Limit, now time.Time, families Families, replace bool) {
	if families == 0 {
		return
	}
	if replace {
		Remove(header)
	}
	if len(limits) == 0 {
		return
	}
	set := func(name, value string) {
		if _, ok := header[name]; !ok {
			header[name] = []string{value}
		}
	}
	if families&XRateLimit != 0 {
		writeXRateLimit(set, tightest(limits), now)
	}
	if families&IETF != 0 {
		writeIETF(set, limits, now)
	}
}

// DropPartial removes the limits whose quota is unknown, unless it is unknown
// for all of them. It reuses the memory of limits.
func DropPartial(limits []Limit) []Limit {
	isPartial := func(l Limit) bool { return l.Quota < 0 }
	if !slices.ContainsFunc(limits, func(l Limit) bool { return !isPartial(l) }) {
		return limits
	}
	return slices.DeleteFunc(limits, isPartial)
}

// tightest returns the limit that a client reaches first: the one with the fewest
// requests left; among equal ones, the one with the latest reset.
func tightest(limits []Limit) Limit {
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

// writeXRateLimit writes one limit as X-RateLimit-*, with the reset in Unix
// seconds.
func writeXRateLimit(set func(name, value string), l Limit, now time.Time) {
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

// ceilUnix returns the first whole Unix second that is not before t, so that a
// client that waits until then is not early.
func ceilUnix(t time.Time) int64 {
	if t.Nanosecond() > 0 {
		return t.Unix() + 1
	}
	return t.Unix()
}

// writeIETF writes all limits as RateLimit-Policy and RateLimit
// (draft-ietf-httpapi-ratelimit-headers-10, sections 3 and 4).
func writeIETF(set func(name, value string), limits []Limit, now time.Time) {
	var policies, states httpsfv.List
	for _, l := range limits {
		if l.Quota >= 0 { // the quota is required in a policy
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

func policyItem(l Limit) httpsfv.Item {
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

func stateItem(l Limit, now time.Time) httpsfv.Item {
	item := httpsfv.NewItem(l.Name)
	item.Params.Add("r", l.Remaining)
	if wait := l.Wait(now); wait >= 0 {
		item.Params.Add("t", int64(wait))
	}
	return item
}

func marshal(list httpsfv.List) string {
	s, _ := httpsfv.Marshal(list) // names and counts can always be written
	return s
}
