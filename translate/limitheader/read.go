package limitheader

import (
	"math"
	"slices"
	"strings"
	"time"
)

// Limit is one of the limits that a response tells.
type Limit struct {
	Name   string        // printable ASCII, at most 128 bytes: fit for a String of RFC 9651
	Unit   string        // what is counted (`qu` of the IETF draft); "" for requests
	Window time.Duration // 0 where unknown

	// At least one of Quota and Remaining is known.
	Quota     int64     // requests in a window; -1 where unknown
	Remaining int64     // requests left in the window; -1 where unknown
	Reset     time.Time // when the window ends; the zero time where unknown
}

// defaultLimit is what a limit is called that has no name of its own.
const defaultLimit = "default"

const (
	maxLimits = 16   // of one response; more are left out
	maxTold   = 64   // headers of one response that tell of limits; with more, none is believed
	maxName   = 128  // bytes of a name or a unit; a limit with a longer one is left out
	maxValue  = 1024 // bytes of a header that tells of limits; a longer one is not read
)

// farthest is how far from now a reset is believed to be, and how long a window.
const farthest = 366 * 24 * time.Hour

// Read appends to dst the rate limits that the header of a response tells,
// in the order of the tables. Names of the header are spelled as net/http does.
// No name stands twice: where two families of headers tell of one limit, the
// first is believed, and the others add what it left open. A header that a
// dialect has read means what the dialect says, and nothing else. A limit called
// default that repeats the numbers of another one is that one: many upstreams
// tell the tightest of their limits again under the plain names.
func (t *Table) Read(header map[string][]string, now time.Time, dst []Limit) []Limit {
	for name := range header {
		if t.fits(name) && strings.Contains(name, theLetters) {
			return t.readAll(header, now, dst)
		}
	}
	return dst
}

// Fits tells whether a name has a first letter and a length that some name of
// the tables has. It is asked of every header of every response.
func (t *Table) fits(name string) bool {
	return name != "" && t.lengths[name[0]&31]>>min(uint(len(name)), 63)&1 != 0
}

// told is a header that has a role in a family. Its star is the word that the
// star of the name stands for.
type told struct {
	limitRef
	source int
	star   string
	values []string
}

func (t *Table) readAll(header map[string][]string, now time.Time, dst []Limit) []Limit {
	var space [24]told
	all := space[:0]
	for name, values := range header {
		if t.fits(name) && strings.Contains(name, theLetters) && sane(values) {
			all = t.find(all, name, values)
		}
	}
	if len(all) > maxTold {
		return dst // which of them a map yields first is a matter of luck
	}
	slices.SortFunc(all, func(a, b told) int {
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
		if f := &t.families[all[0].family]; !r.taken(f, all[:n]) && r.group(f, all[:n]) && f.own {
			r.owned = append(r.owned, all[:n]...)
		}
		all = all[n:]
	}
	return r.out
}

// sane tells whether a header is there and short enough to be read.
func sane(values []string) bool {
	n := 0
	for _, v := range values {
		n += len(v)
	}
	return n > 0 && n <= maxValue
}

// find appends the roles of one header. A name that stands in a table as it is
// never stands for one with a star.
func (t *Table) find(all []told, name string, values []string) []told {
	if refs := t.exact[name]; refs != nil {
		for _, ref := range refs {
			all = append(all, told{ref, t.families[ref.family].source, "", values})
		}
		return all
	}
	for i := range t.stars {
		s := &t.stars[i]
		if len(name) > len(s.prefix)+len(s.suffix) && strings.HasPrefix(name, s.prefix) && strings.HasSuffix(name, s.suffix) {
			all = append(all, told{s.limitRef, t.families[s.family].source, name[len(s.prefix) : len(name)-len(s.suffix)], values})
		}
	}
	return all
}

// limitReader reads the limits of one response.
type limitReader struct {
	now   time.Time
	out   []Limit
	first int    // of out, the first that belongs to this response
	owned []told // headers that a dialect has read
}

// taken tells whether a dialect has read one of the headers: what it makes of
// them is what they mean.
func (r *limitReader) taken(f *family, headers []told) bool {
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

// group reads the headers of one family, or, of a family with a star, those
// with one word. It tells whether there was a limit in them.
func (r *limitReader) group(f *family, headers []told) bool {
	var values [numRoles][]string
	for _, h := range headers {
		values[h.role] = h.values
	}
	if f.ietf {
		return r.ietf(f, values[roleIETF], values[rolePolicy])
	}
	var p parts
	for role, v := range values {
		if v != nil {
			p[role] = strings.TrimSpace(v[0])
		}
	}
	if p[rolePairs] != "" {
		f.pairs(&p)
	}
	name := f.name
	if star := headers[0].star; star != "" {
		if star = strings.ToLower(star); name == "*" {
			name = star
		} else {
			name = strings.Replace(name, "*", star, 1)
		}
	}
	return r.parts(f, name, &p)
}

// parts are the texts of one limit, by role.
type parts [numRoles]string

func (r *limitReader) parts(f *family, name string, p *parts) bool {
	l := Limit{Name: name, Window: f.window, Quota: -1, Remaining: -1}
	used := int64(-1)
	if p[roleQuota] != "" {
		readQuota(p[roleQuota], &l)
	}
	if p[rolePair] != "" {
		used, l.Quota = readPair(p[rolePair])
	}
	if n, ok := readCount(p[roleRemaining]); ok {
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
		l.Window, _ = readPolicy(p[rolePolicy], l.Quota)
	}
	r.add(l)
	return true
}

// add adds a limit, unless it is there already; see Limits.
func (r *limitReader) add(l Limit) {
	if len(l.Name) > maxName || len(l.Unit) > maxName || !isPrintable(l.Name) {
		return // we could not say it again
	}
	for i := r.first; i < len(r.out); i++ {
		o := &r.out[i]
		switch {
		case o.Name == l.Name:
			if o.Unit == l.Unit && o.agrees(&l) {
				o.fill(&l)
			}
			return
		case l.Name == defaultLimit && o.Unit == l.Unit && o.repeats(&l):
			o.fill(&l)
			return
		}
	}
	if len(r.out)-r.first < maxLimits {
		r.out = append(r.out, l)
	}
}

// agrees tells whether two limits may be one: no number contradicts.
func (n *Limit) agrees(l *Limit) bool {
	return (n.Quota == l.Quota || n.Quota < 0 || l.Quota < 0) && (n.Remaining == l.Remaining || n.Remaining < 0 || l.Remaining < 0)
}

// repeats tells whether two limits with different names are one: some number is
// the same, and none contradicts, but for the second that rounding may cost.
func (n *Limit) repeats(l *Limit) bool {
	if !n.agrees(l) || (n.Quota != l.Quota || n.Quota < 0) && (n.Remaining != l.Remaining || n.Remaining < 0) {
		return false
	}
	return n.Reset.IsZero() || l.Reset.IsZero() || n.Reset.Sub(l.Reset).Abs() <= 2*time.Second
}

// fill takes from l what n leaves open.
func (n *Limit) fill(l *Limit) {
	if n.Quota < 0 {
		n.Quota = l.Quota
	}
	if n.Remaining < 0 {
		n.Remaining = l.Remaining
	}
	if n.Reset.IsZero() {
		n.Reset = l.Reset
	}
	if n.Window == 0 {
		n.Window = l.Window
	}
}

// isPrintable tells whether s is printable ASCII, as a String of RFC 9651
// section 3.3.3 has to be.
func isPrintable(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return s != ""
}

// Wait returns the whole seconds until there is more, rounded up, or -1 where
// that is not known.
func (n *Limit) Wait(now time.Time) int {
	if n.Reset.IsZero() {
		return -1
	}
	wait := math.Ceil(n.Reset.Sub(now).Seconds())
	if wait > MaxWait {
		return -1
	}
	return max(int(wait), 0)
}
