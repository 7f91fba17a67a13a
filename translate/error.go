package translate

import (
	"net/url"
	"slices"
	"strings"

	"github.com/tidwall/gjson"

	"github.com/koine-proxy/koine/dialect"
	"github.com/koine-proxy/koine/translate/limitheader"
)

// MatchKind tells how the code of an error was found.
type MatchKind string

// The ways to a code.
const (
	ByTable  MatchKind = "table"  // a row of a table
	ByGuess  MatchKind = "guess"  // generic rules read an unknown dialect or code
	ByStatus MatchKind = "status" // only the HTTP status was known
)

// Origin tells who made an error.
type Origin string

// The origins.
const (
	FromUpstream Origin = "upstream" // an upstream, or a handler that wrote it
	FromProxy    Origin = "proxy"    // a handler returned it
)

// Error is what was read of an error.
type Error struct {
	Code   *Code     // never nil after a reading
	Match  MatchKind // how Code was found
	Origin Origin    // who made the error
	Status int       // the HTTP status it came with

	Dialect    string // "" where none was recognised
	Native     string // the backend's own code, as it spelled it
	RequestID  string // the backend's own id of the request, from the body
	Message    string // the backend's words
	RetryAfter int    // seconds; -1 where nobody said

	passes   bool   // nothing to answer for
	ridesAs  int    // of an error on a success: the status it is taken for
	force    bool   // take the status of Code across the guard rails
	kept     bool   // an envelope of another hop: keep what it decided
	retry    Retry  // of another hop
	safe     value  // of another hop
	docs     string // of another hop
	upstream string // of another hop, raw JSON
	fields   value
	details  value
}

// read takes the parts of the recorded body that the lens of d names, and marks
// the others as left over.
func (t *Translation) read(d *compiledDialect, k *key) {
	t.dialect, t.Dialect, t.Native = d, d.name, k.code
	if d.guess {
		t.Dialect = ""
	}
	switch {
	case t.Status >= 400:
	case t.frame != noFrame && !d.rides:
		t.ridesAs = asFrame
	default:
		t.ridesAs = d.as
	}
	for i := range d.reads {
		t.readRole(&d.reads[i])
	}
	if d.guess {
		t.dropEcho()
	}
	t.findFields(d)
	if t.form != nil && t.details.Raw == t.fields.Raw {
		t.details = value{} // what is told as fields is not told again
	}
	t.settle(d, k)
	if t.Match != ByTable && !d.guess {
		t.fillGaps(d)
	}
	t.markLeft(d)
}

// readRole reads a role from the first of its places that says anything.
func (t *Translation) readRole(r *reading) {
	for i := range r.sources {
		s := &r.sources[i]
		if r.role == dialect.RoleDetails {
			if s.header == "" && s.spot.plain() {
				if t.dialect.holds(s.node.id) {
					return // what other roles leave of it becomes details by itself
				}
				if m := t.at(s.node); m != nil {
					t.details = m.value
					return
				}
			} else if v, ok := t.valueAt(&s.spot); ok && s.header == "" {
				t.details = v
				return
			}
			continue
		}
		if text, ok := t.say(s); ok && t.takeText(r.role, text, s.Unit) {
			return
		}
	}
}

// takeText keeps the text of a role, if it is one.
func (t *Translation) takeText(role dialect.Role, text string, unit dialect.Unit) bool {
	switch role {
	case dialect.RoleMessage:
		t.Message = text
	case dialect.RoleRequestID:
		t.RequestID = text
	case dialect.RoleRetryAfter:
		t.RetryAfter = t.wait(text, unit)
		return t.RetryAfter >= 0
	case dialect.RoleStatus:
		if status := limitheader.ParseSeconds(text); t.ridesAs != 0 && status >= 400 && status <= 599 {
			t.ridesAs = status
		}
	}
	return true
}

// markLeft finds the members that the lens has no use for.
func (t *Translation) markLeft(d *compiledDialect) {
	told := t.details.Exists() && t.details.IsObject() || t.fields.Exists() && t.fields.IsArray()
	for i := range t.members {
		m := &t.members[i]
		if t.buried(m) || told && m.parent >= 0 && t.isTold(m) {
			continue
		}
		if m.parent >= 0 && !(t.members[m.parent].node != nil && d.holds(t.members[m.parent].node.id)) {
			continue // the object around it is understood, or left over, as a whole
		}
		if m.node == nil {
			m.left = !d.whole
			continue
		}
		p := d.placeOf(m.node.id)
		if p == nil && t.fills(m) {
			continue
		}
		if p == nil {
			m.left = !d.whole && !(m.value.Type == gjson.JSON && d.holds(m.node.id))
			continue
		}
		m.left = !t.consumed(p, m) && !(m.value.IsObject() && d.holds(m.node.id))
	}
}

// isTold tells whether a member stands among the details, or the entries of the
// fields.
func (t *Translation) isTold(m *member) bool {
	return t.details.Exists() && t.details.IsObject() && m.value.within(t.details) ||
		t.fields.Exists() && t.fields.IsArray() && m.value.within(t.fields)
}

// settle finds the canonical code of a native one: by the table, by what another
// hop decided, by the general rules, or by the status alone.
func (t *Translation) settle(d *compiledDialect, k *key) {
	if t.ridesAs != 0 {
		t.Code = t.engine.taxonomy.Generic(t.ridesAs)
	}
	if d.guess {
		t.Match = ByGuess
		if r, ok := t.ofSite(d, k); ok { // a row of the site is no guess
			t.Code, t.Match, t.force = r.code, ByTable, r.force
		} else {
			t.settleGuess(d, k)
		}
		return
	}
	if r, ok := t.lookup(d, k); ok {
		t.Code, t.Match, t.force = r.code, ByTable, r.force
		return
	}
	if d.identity {
		t.keep(d, k.code)
		return
	}
	for _, g := range t.engine.guesses {
		if k.code != "" && t.settleGuess(g, k) {
			t.Match = ByGuess
			return
		}
	}
}

// keep takes over what another hop decided: its envelope stays whole.
func (t *Translation) keep(d *compiledDialect, native string) {
	if len(native) > maxCode || !dialect.IsCodeName(native) {
		return
	}
	own, name := t.engine.taxonomy.Lookup(native), ""
	if own != nil {
		t.Code, name = own, own.Name
	} else {
		name = strings.Clone(native) // it outlives the body
	}
	t.kept, t.Match = true, ByTable
	t.foreign = Code{Name: name, Status: t.Status, Category: t.Code.Category, Retry: t.Code.Retry, Message: t.Code.Message}
	for i := range t.members {
		m := &t.members[i]
		if m.node == nil || t.buried(m) {
			continue
		}
		if p := d.placeOf(m.node.id); p != nil {
			t.keepMember(p.role, m.value)
		}
	}
	if own == nil || own.Category != t.foreign.Category { // the other hop has another taxonomy
		t.foreign.compile()
		t.Code = &t.foreign
	}
}

// maxCode bounds the name of a code of another hop, in bytes.
const maxCode = 128

func (t *Translation) keepMember(role dialect.Role, v value) {
	switch role {
	case dialect.RoleCategory:
		if c, ok := among(Categories(), v.Str); ok {
			t.foreign.Category = c
		}
	case dialect.RoleRetry:
		if r, ok := among(Retries(), v.Str); ok {
			t.retry, t.foreign.Retry = r, r
		}
	case dialect.RoleSafe:
		t.safe = v
	case dialect.RoleDocs:
		if isPage(v.Str) {
			t.docs = v.Str
		}
	case dialect.RoleOrigin:
		if v.Str == string(FromProxy) {
			t.Origin = FromProxy
		}
	case dialect.RoleMatch:
		if f, ok := among([]MatchKind{ByGuess, ByStatus}, v.Str); ok {
			t.Match = f
		}
	case dialect.RoleUpstream:
		if v.IsObject() {
			t.upstream = v.Raw
		}
	}
}

// among returns the member of a set that is spelled like s: not s itself, which
// is a view of the body, while codes and categories outlive it in logs and
// metrics.
func among[S ~string](set []S, s string) (S, bool) {
	i := slices.Index(set, S(s))
	if i < 0 {
		return "", false
	}
	return set[i], true
}

// isPage tells whether a text is the address of a page, which about:blank, the
// type of a problem without one, is not.
func isPage(s string) bool {
	u, err := url.Parse(s)
	return err == nil && s != "" && (u.Scheme == "https" || u.Scheme == "http" || u.Scheme == "")
}

// Mapped tells whether a table, here or at an earlier hop, had a home for the
// code.
func (e *Error) Mapped() bool { return e.Match == ByTable || e.kept }
