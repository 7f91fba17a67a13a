package limitheader

import (
	"slices"
	"strings"
	"time"

	"github.com/dunglas/httpsfv"
)

// quotaPolicy is one item of RateLimit-Policy, or of the early RateLimit-Limit.
type quotaPolicy struct {
	name   string // "" where the item is a number
	unit   string
	quota  int64
	window time.Duration // 0 where unknown
}

// whole is so many seconds; 0 where that is more than is believed of a window.
func whole(seconds int64) time.Duration {
	if seconds > int64(farthest/time.Second) {
		return 0
	}
	return time.Duration(seconds) * time.Second
}

// readPolicies reads a list of `100;w=60`, as in the drafts up to 07, or of
// `"name";q=100;w=60`. A list that breaks a rule is no list.
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
			p.quota, p.name = n, commented(item)
			ok = count(item, "window", &window) // the first drafts spelled it out
		} else if p.name, ok = nameOf(item); ok {
			ok = count(item, "q", &p.quota)
		}
		if !ok || p.quota < 0 || !count(item, "w", &window) {
			return nil, false
		}
		p.window = whole(window)
		if qu, there := item.Params.Get("qu"); there {
			if p.unit, ok = qu.(string); !ok {
				return nil, false
			}
		}
		out = append(out, p)
	}
	return out, true
}

// nameOf is the name of a limit: a String, or a Token as one example of the
// draft has it.
func nameOf(item httpsfv.Item) (string, bool) {
	switch v := item.Value.(type) {
	case string:
		return v, true
	case httpsfv.Token:
		return string(v), true
	}
	return "", false
}

// commented is the name that Envoy gives a policy in a parameter.
func commented(item httpsfv.Item) string {
	v, _ := item.Params.Get("name")
	s, _ := v.(string)
	return s
}

// count reads a parameter that is a whole number from 0, where it is there; a
// parameter of another kind breaks the rules.
func count(item httpsfv.Item, key string, n *int64) bool {
	v, there := item.Params.Get(key)
	if !there {
		return true
	}
	i, ok := v.(int64)
	*n = i
	return ok && i >= 0
}

// readPolicy finds the window of a quota in `100;w=60`.
func readPolicy(s string, quota int64) (time.Duration, bool) {
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

// ietf reads RateLimit and RateLimit-Policy (draft-ietf-httpapi-ratelimit-headers):
// the lists of drafts from 08 on, or the dictionary of 07. Either field may be
// missing, and one that is malformed counts as missing.
func (r *limitReader) ietf(f *family, state, policy []string) bool {
	policies, _ := readPolicies(policy)
	if len(state) > 0 && isDictionary(state[0]) {
		return r.dictionary(f, state, policies)
	}
	states, _ := r.states(state)
	for _, p := range policies {
		if p.name == "" {
			continue // numbers alone: the business of RateLimit-Limit
		}
		l := Limit{Name: p.name, Unit: units(p.unit), Window: p.window, Quota: p.quota, Remaining: -1}
		for i := range states {
			if states[i].Name == p.name {
				l.Remaining, l.Reset = states[i].Remaining, states[i].Reset
				break
			}
		}
		r.add(l)
	}
	for _, s := range states {
		if !slices.ContainsFunc(policies, func(p quotaPolicy) bool { return p.name == s.Name }) {
			r.add(s)
		}
	}
	return len(policies)+len(states) > 0
}

// units is what is counted: requests are what goes without saying.
func units(qu string) string {
	if qu == "requests" || qu == "request" { // the draft's own table leaves out the s
		return ""
	}
	return qu
}

// states reads a list of `"name";r=50;t=30`.
func (r *limitReader) states(values []string) (out []Limit, ok bool) {
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
		if l.Name, ok = nameOf(item); !ok || !count(item, "r", &l.Remaining) || l.Remaining < 0 || !count(item, "t", &wait) {
			return nil, false
		}
		l.Reset = r.after(wait)
		out = append(out, l)
	}
	return out, true
}

// after is the time in so many seconds; the zero time where that is not known
// or not believed.
func (r *limitReader) after(seconds int64) time.Time {
	if seconds < 0 || seconds > int64(farthest/time.Second) {
		return time.Time{}
	}
	return r.now.Add(time.Duration(seconds) * time.Second)
}

// isDictionary tells the form of draft 07, limit=100, from a list of tokens.
func isDictionary(s string) bool {
	s = strings.TrimSpace(s)
	return strings.HasPrefix(s, "limit") || strings.HasPrefix(s, "remaining") || strings.HasPrefix(s, "reset")
}

// dictionary reads `limit=100, remaining=50, reset=5`.
func (r *limitReader) dictionary(f *family, values []string, policies []quotaPolicy) bool {
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
		member, there := d.Get(m.key)
		if !there {
			continue
		}
		item, _ := member.(httpsfv.Item)
		n, ok := item.Value.(int64)
		if !ok || n < 0 {
			return false
		}
		*m.n = n
	}
	if l.Quota < 0 && l.Remaining < 0 {
		return false
	}
	l.Reset = r.after(wait)
	for _, p := range policies {
		if p.quota == l.Quota && p.window > 0 {
			l.Window = p.window
			break
		}
	}
	r.add(l)
	return true
}
