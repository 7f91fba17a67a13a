package limitheader

import (
	"slices"
	"strings"
	"time"
)

const (
	maxLimits  = 16   // limits of one response; others are left out
	maxHeaders = 64   // rate-limit headers of one response; if there are more, none is read
	maxName    = 128  // bytes of a name or a unit; a limit with a longer one is left out
	maxValue   = 1024 // bytes of a rate-limit header; a longer one is not read
)

// Read appends to dst the rate limits in the header of a response, in the order of
// the table. The header has canonical names, as in net/http. Names of limits are
// unique: if two families of headers have the same limit, the first one is used,
// and values that it does not have are taken from the others. A header that a
// dialect reads is read by no other family. A limit with the name default that
// repeats the numbers of another one is left out: many upstreams send the strictest
// of their limits a second time under the plain names.
func (t *Table) Read(header map[string][]string, now time.Time, dst []Limit) []Limit {
	for name := range header {
		if t.mayContain(name) && strings.Contains(name, limitLetters) {
			return t.readAll(header, now, dst)
		}
	}
	return dst
}

// mayContain reports whether some name of the table has the first letter and the
// length of a name. It is called for every header of every response.
func (t *Table) mayContain(name string) bool {
	return name != "" && t.lengths[name[0]&31]>>min(uint(len(name)), 63)&1 != 0
}

// headerRole is a header of a response and its role in a family.
type headerRole struct {
	roleRef
	source int
	star   string // the text that matches the star of the name
	values []string
}

func (t *Table) readAll(header map[string][]string, now time.Time, dst []Limit) []Limit {
	var space [24]headerRole
	all := space[:0]
	for name, values := range header {
		if t.mayContain(name) && strings.Contains(name, limitLetters) && withinSize(values) {
			all = t.find(all, name, values)
		}
	}
	if len(all) > maxHeaders {
		return dst // a map has no order, so the choice would be random
	}
	slices.SortFunc(all, func(a, b headerRole) int {
		if a.family != b.family {
			return a.family - b.family
		}
		return strings.Compare(a.star, b.star)
	})
	r := limitReader{now: now, out: dst, first: len(dst)}
	for len(all) > 0 {
		n := 1
		for n < len(all) && all[n].family == all[0].family && all[n].star == all[0].star {
			n++
		}
		if f := &t.families[all[0].family]; !r.isOwned(f, all[:n]) && r.readFamily(f, all[:n]) && f.fromDialect {
			r.owned = append(r.owned, all[:n]...)
		}
		all = all[n:]
	}
	return r.out
}

// withinSize reports whether a header exists and is short enough to be read.
func withinSize(values []string) bool {
	n := 0
	for _, v := range values {
		n += len(v)
	}
	return n > 0 && n <= maxValue
}

// find appends the roles of one header. A name that is in the table itself does
// not match names with a star.
func (t *Table) find(all []headerRole, name string, values []string) []headerRole {
	if refs := t.exact[name]; refs != nil {
		for _, ref := range refs {
			all = append(all, headerRole{ref, t.families[ref.family].source, "", values})
		}
		return all
	}
	for i := range t.stars {
		s := &t.stars[i]
		if len(name) > len(s.prefix)+len(s.suffix) && strings.HasPrefix(name, s.prefix) && strings.HasSuffix(name, s.suffix) {
			all = append(all, headerRole{s.roleRef, t.families[s.family].source, name[len(s.prefix) : len(name)-len(s.suffix)], values})
		}
	}
	return all
}

// limitReader reads the limits of one response.
type limitReader struct {
	now   time.Time
	out   []Limit
	first int          // the index in out of the first limit of this response
	owned []headerRole // headers that a dialect has read
}

// isOwned reports whether a dialect has read one of the headers.
func (r *limitReader) isOwned(f *family, headers []headerRole) bool {
	for i := range r.owned {
		o := &r.owned[i]
		if o.source == f.source {
			continue
		}
		for j := range headers {
			if &headers[j].values[0] == &o.values[0] {
				return true
			}
		}
	}
	return false
}

// readFamily reads the headers of one family; if the family has a star, those with
// the same text for it. It reports whether they have a limit.
func (r *limitReader) readFamily(f *family, headers []headerRole) bool {
	var values [numRoles][]string
	for _, h := range headers {
		values[h.role] = h.values
	}
	if f.ietf {
		return r.readIETF(f, values[roleIETF], values[rolePolicy])
	}
	var p roleTexts
	for role, v := range values {
		if v != nil {
			p[role] = strings.TrimSpace(v[0])
		}
	}
	if p[rolePairs] != "" {
		f.readPairs(&p)
	}
	name := f.name
	if star := headers[0].star; star != "" {
		if star = strings.ToLower(star); name == "*" {
			name = star
		} else {
			name = strings.Replace(name, "*", star, 1)
		}
	}
	return r.readTexts(f, name, &p)
}

// roleTexts are the texts of one limit, by role.
type roleTexts [numRoles]string

// readTexts adds the limit that some texts make, and reports whether there is one.
func (r *limitReader) readTexts(f *family, name string, p *roleTexts) bool {
	l := Limit{Name: name, Window: f.window, Quota: -1, Remaining: -1}
	used := int64(-1)
	if p[roleQuota] != "" {
		readQuota(p[roleQuota], &l)
	}
	if p[rolePair] != "" {
		used, l.Quota = readPair(p[rolePair])
	}
	if n, ok := readRemaining(p[roleRemaining], l.Quota); ok {
		l.Remaining = n
	}
	if n, ok := readCount(p[roleUsed]); ok {
		used = n
	}
	switch {
	case used < 0:
	case l.Remaining < 0 && l.Quota >= 0:
		l.Remaining = max(l.Quota-used, 0)
	case l.Quota < 0 && l.Remaining >= 0:
		l.Quota = min(used+l.Remaining, maxCount)
	}
	if l.Quota < 0 && l.Remaining < 0 {
		return false
	}
	if p[roleReset] != "" {
		l.Reset = readReset(p[roleReset], f.unit, r.now)
	}
	if p[roleWindow] != "" {
		l.Window, _ = readSpan(p[roleWindow], spanUnit(f.unit))
	}
	if p[rolePolicy] != "" && l.Window == 0 && l.Quota >= 0 {
		l.Window, _ = policyWindow(p[rolePolicy], l.Quota)
	}
	r.add(l)
	return true
}

// add adds a limit unless it is a duplicate; see Read.
func (r *limitReader) add(l Limit) {
	if len(l.Name) > maxName || len(l.Unit) > maxName || !isPrintable(l.Name) {
		return // it could not be written
	}
	for i := r.first; i < len(r.out); i++ {
		o := &r.out[i]
		switch {
		case o.Name == l.Name:
			if o.Unit == l.Unit && o.mayEqual(&l) {
				o.fillFrom(&l)
			}
			return
		case l.Name == defaultLimit && o.Unit == l.Unit && o.repeats(&l):
			o.fillFrom(&l)
			return
		}
	}
	if len(r.out)-r.first < maxLimits {
		r.out = append(r.out, l)
	}
}
