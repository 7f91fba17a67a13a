package limitheader

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/dunglas/httpsfv"

	"github.com/koine-proxy/koine/dialect"
)

// quotaPolicy is one item of RateLimit-Policy, or of the early RateLimit-Limit.
type quotaPolicy struct {
	name   string // "" if the item is a number
	unit   string
	quota  int64
	window time.Duration // 0 if unknown
}

// windowOf returns a window of a number of seconds; 0 if it is too long.
func windowOf(seconds int64) time.Duration {
	if seconds > int64(maxDistance/time.Second) {
		return 0
	}
	return time.Duration(seconds) * time.Second
}

// readPolicies reads a list of `100;w=60`, as in the drafts up to 07, or of
// `"name";q=100;w=60`. A list with an invalid item is invalid as a whole.
func readPolicies(values []string) (out []quotaPolicy, ok bool) {
	list, err := httpsfv.UnmarshalList(values)
	if err != nil || len(list) == 0 {
		return nil, false
	}
	out = make([]quotaPolicy, 0, len(list))
	for _, member := range list {
		item, ok := member.(httpsfv.Item)
		if !ok {
			return nil, false
		}
		p := quotaPolicy{quota: -1}
		var window int64
		if n, isNumber := item.Value.(int64); isNumber {
			p.quota, p.name = n, nameParam(item)
			ok = countParam(item, "window", &window) // in the first drafts
		} else if p.name, ok = itemName(item); ok {
			ok = countParam(item, "q", &p.quota)
		}
		if !ok || p.quota < 0 || !countParam(item, "w", &window) {
			return nil, false
		}
		p.window = windowOf(window)
		if qu, exists := item.Params.Get("qu"); exists {
			if p.unit, ok = qu.(string); !ok {
				return nil, false
			}
		}
		out = append(out, p)
	}
	return out, true
}

// itemName returns the name of a limit: a String, or a Token as in one example of
// the draft.
func itemName(item httpsfv.Item) (string, bool) {
	switch v := item.Value.(type) {
	case string:
		return v, true
	case httpsfv.Token:
		return string(v), true
	}
	return "", false
}

// nameParam returns the parameter `name`, in which Envoy sends the name of a policy.
func nameParam(item httpsfv.Item) string {
	v, _ := item.Params.Get("name")
	s, _ := v.(string)
	return s
}

// countParam reads a parameter that is an integer from 0, if it exists, and reports
// whether it is valid.
func countParam(item httpsfv.Item, key string, n *int64) bool {
	v, exists := item.Params.Get(key)
	if !exists {
		return true
	}
	i, ok := v.(int64)
	*n = i
	return ok && i >= 0
}

// policyWindow returns the window of a quota in a text such as `100;w=60`.
func policyWindow(s string, quota int64) (time.Duration, bool) {
	policies, ok := readPolicies([]string{s})
	if !ok {
		return 0, false
	}
	for _, p := range policies {
		if p.quota == quota && p.window > 0 {
			return p.window, true
		}
	}
	return 0, false
}

// readIETF reads RateLimit and RateLimit-Policy
// (draft-ietf-httpapi-ratelimit-headers): the lists of drafts from 08 on, or the
// dictionary of draft 07. Either may be missing; an invalid one counts as missing.
func (r *limitReader) readIETF(f *family, state, policy []string) bool {
	policies, _ := readPolicies(policy)
	if len(state) > 0 && isDictionary(state[0]) {
		return r.readDictionary(f, state, policies)
	}
	states, _ := r.readStates(state)
	for _, p := range policies {
		if p.name == "" {
			continue // a policy of RateLimit-Limit
		}
		l := Limit{Name: p.name, Unit: unitName(p.unit), Window: p.window, Quota: p.quota, Remaining: -1}
		for i := range states {
			if states[i].Name == p.name {
				l.Remaining, l.Reset = max(states[i].Remaining, 0), states[i].Reset
				break
			}
		}
		r.add(l)
	}
	for _, s := range states {
		if s.Remaining < 0 { // without a quota it is unknown; see readRemaining
			continue
		}
		if !slices.ContainsFunc(policies, func(p quotaPolicy) bool { return p.name == s.Name }) {
			r.add(s)
		}
	}
	return len(policies)+len(states) > 0
}

// unitName returns the unit of a limit; "" for requests, the default.
func unitName(qu string) string {
	if qu == "requests" || qu == "request" { // the registry of the draft has the singular
		return ""
	}
	return qu
}

// readStates reads a list of `"name";r=50;t=30`. It leaves -1 requests left as it
// is; other counts below 0 are 0.
func (r *limitReader) readStates(values []string) (out []Limit, ok bool) {
	list, err := httpsfv.UnmarshalList(values)
	if err != nil {
		return nil, false
	}
	out = make([]Limit, 0, len(list))
	for _, member := range list {
		item, ok := member.(httpsfv.Item)
		if !ok {
			return nil, false
		}
		l := Limit{Quota: -1, Remaining: -1}
		wait := int64(-1)
		count, _ := item.Params.Get("r")
		left, isCount := count.(int64)
		if l.Name, ok = itemName(item); !ok || !isCount || !countParam(item, "t", &wait) {
			return nil, false
		}
		if l.Remaining = left; left < -1 {
			l.Remaining = 0
		}
		l.Reset = r.resetIn(wait)
		out = append(out, l)
	}
	return out, true
}

// resetIn returns the time after a number of seconds, which is Unix time if it is
// too large; the zero time if it is unknown or too far away.
func (r *limitReader) resetIn(seconds int64) time.Time {
	if seconds < 0 {
		return time.Time{}
	}
	return readReset(strconv.FormatInt(seconds, 10), dialect.UnitSeconds, r.now)
}

// isDictionary reports whether a field has the syntax of draft 07, limit=100.
func isDictionary(s string) bool {
	s = strings.TrimSpace(s)
	return strings.HasPrefix(s, "limit") || strings.HasPrefix(s, "remaining") || strings.HasPrefix(s, "reset")
}

// readDictionary reads `limit=100, remaining=50, reset=5`.
func (r *limitReader) readDictionary(f *family, values []string, policies []quotaPolicy) bool {
	d, err := httpsfv.UnmarshalDictionary(values)
	if err != nil {
		return false
	}
	l := Limit{Name: f.name, Quota: -1, Remaining: -1}
	wait := int64(-1)
	for _, m := range []struct {
		key string
		n   *int64
	}{{"limit", &l.Quota}, {"remaining", &l.Remaining}, {"reset", &wait}} {
		member, exists := d.Get(m.key)
		if !exists {
			continue
		}
		item, _ := member.(httpsfv.Item)
		n, ok := item.Value.(int64)
		below := n < 0 && m.key == "remaining"
		switch {
		case below && (n < -1 || l.Quota >= 0):
			n = 0 // see readRemaining
		case !ok, n < 0 && !below:
			return false
		}
		*m.n = n
	}
	if l.Quota < 0 && l.Remaining < 0 {
		return false
	}
	l.Reset = r.resetIn(wait)
	for _, p := range policies {
		if p.quota == l.Quota && p.window > 0 {
			l.Window = p.window
			break
		}
	}
	r.add(l)
	return true
}
