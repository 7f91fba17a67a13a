package limitheader

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/koine-proxy/koine/dialect"
	"github.com/koine-proxy/koine/internal/suggest"
)

// Table has the rate-limit headers that an engine can read.
type Table struct {
	families []family
	exact    map[string][]roleRef // by canonical header name
	stars    []starHeader
	waits    []waitHeader
	sources  int

	// lengths has, for each first letter, a bit for each length of a name; bit 63
	// is for lengths from 63. It excludes most headers without a look-up in the maps.
	lengths [32]uint64
}

// family is a compiled LimitFamily.
type family struct {
	name        string // with a star if the headers have one
	ietf        bool
	fromDialect bool // from a mapping file
	source      int  // families of one file have one source
	members     [numRoles]string
	unit        dialect.Unit
	window      time.Duration
}

// roleRef is a role in a family.
type roleRef struct {
	family int
	role   limitRole
}

// starHeader is a header name with a star in it.
type starHeader struct {
	prefix, suffix string
	roleRef
}

type waitHeader struct {
	header, unless string
	unit           dialect.Unit
}

// limitRole is a compiled LimitRole: its index in LimitRoles.
type limitRole uint8

const (
	roleQuota limitRole = iota
	roleRemaining
	roleUsed
	roleReset
	roleWindow
	rolePair
	rolePairs
	roleIETF
	rolePolicy
	numRoles
)

// limitLetters are in the name of every rate-limit header, whether it contains
// Limit or limit. Headers without them are ignored.
const limitLetters = "imit"

// Compiler makes a Table of the entries of one or more files.
type Compiler struct {
	Table  Table
	Faults dialect.Faults
}

// Add compiles the entries of one file. fromDialect means that they are from a
// mapping file: these families are tried before the general ones.
func (c *Compiler) Add(file string, families []dialect.LimitFamily, waits []dialect.WaitHint, fromDialect bool) {
	if len(families)+len(waits) == 0 {
		return
	}
	l := limitCompiler{c: c, file: file, fromDialect: fromDialect}
	c.Table.sources++
	for i := range families {
		l.family(&families[i])
	}
	for i := range waits {
		l.wait(&waits[i])
	}
}

// limitCompiler compiles the entries of one file.
type limitCompiler struct {
	c           *Compiler
	file        string
	fromDialect bool
}

func (l limitCompiler) fault(at dialect.Pos, message string) {
	l.c.Faults = append(l.c.Faults, dialect.Fault{File: l.file, Line: at.Line, Column: at.Column, Message: message})
}

func (l limitCompiler) family(f *dialect.LimitFamily) {
	t := &l.c.Table
	out := family{
		name:        l.name(f),
		unit:        l.unit(f.Unit),
		window:      l.window(f.Window),
		fromDialect: l.fromDialect,
		source:      t.sources,
	}
	has := map[dialect.LimitRole]bool{}
	seen := map[string]bool{}
	for _, h := range f.Headers {
		has[h.Role] = true
		name, ok := l.header(h)
		if !ok {
			continue
		}
		if seen[name] {
			l.fault(h.At, "header "+strconv.Quote(h.Name)+" has two roles in one entry; remove one of them")
		}
		seen[name] = true
		t.add(name, roleRef{len(t.families), limitRole(slices.Index(dialect.LimitRoles(), h.Role))})
	}
	for _, k := range f.Members {
		out.members[slices.Index(dialect.LimitRoles(), k.Role)] = k.Name
	}
	out.ietf = has[dialect.LimitIETF]
	l.checkRoles(f, has)
	t.families = append(t.families, out)
}

func (t *Table) add(name string, ref roleRef) {
	if prefix, suffix, star := strings.Cut(name, "*"); star {
		t.stars = append(t.stars, starHeader{prefix, suffix, ref})
		for first := range t.lengths {
			if prefix == "" || first == int(prefix[0]&31) {
				t.lengths[first] |= ^uint64(0) << min(len(name), 63)
			}
		}
		return
	}
	t.lengths[name[0]&31] |= 1 << min(len(name), 63)
	if t.exact == nil {
		t.exact = map[string][]roleRef{}
	}
	t.exact[name] = append(t.exact[name], ref)
}

// checkRoles reports roles that are missing, and those that have no meaning together.
func (l limitCompiler) checkRoles(f *dialect.LimitFamily, has map[dialect.LimitRole]bool) {
	keys := map[dialect.LimitRole]bool{}
	for _, k := range f.Members {
		keys[k.Role] = true
		if k.Name == "" || strings.ContainsAny(k.Name, "=;, \t") {
			l.fault(k.At, "key "+strconv.Quote(k.Name)+" must be the text before the `=` in the header, for example remaining")
		}
	}
	hasRole := func(r dialect.LimitRole) bool { return has[r] || keys[r] }
	switch {
	case has[dialect.LimitIETF]:
		for _, h := range f.Headers {
			if h.Role != dialect.LimitIETF && h.Role != dialect.LimitPolicy {
				l.fault(h.At, string(h.Role)+" cannot be combined with ietf; only policy can")
			}
		}
	case has[dialect.LimitPairs] && len(f.Members) == 0:
		l.fault(f.At, "pairs needs `members`, for example members: {limit: total, remaining: remaining}")
	case !has[dialect.LimitPairs] && len(f.Members) > 0:
		l.fault(f.Members[0].At, "members is only for `pairs`, which is missing")
	case !hasRole(dialect.LimitQuota) && !hasRole(dialect.LimitRemaining) && !hasRole(dialect.LimitPair):
		l.fault(f.At, "an entry of limits needs `limit` or `remaining`, or a header with both: `pair`, `pairs` or `ietf`")
	}
	if f.Unit.Text != "" && !hasRole(dialect.LimitReset) && !hasRole(dialect.LimitWindow) {
		l.fault(f.Unit.At, "unit has no effect without `reset` or a header in `window`")
	}
}

// header checks the name of a header and returns it in canonical form.
func (l limitCompiler) header(h dialect.LimitPart) (name string, ok bool) {
	fixed := strings.Replace("-"+h.Name+"-", "-*-", "-", 1) // a star matches whole words
	if !isToken(h.Name) || strings.Contains(fixed, "*") {
		l.fault(h.At, "header name "+strconv.Quote(h.Name)+" must be letters, digits and hyphens, for example X-RateLimit-Limit, with at most one * between hyphens or at an end")
		return "", false
	}
	if !strings.Contains(strings.ToLower(fixed), "limit") {
		l.fault(h.At, "header name "+strconv.Quote(h.Name)+" must contain the word limit; other headers are not read")
		return "", false
	}
	return canonicalHeader(h.Name), true
}

func (l limitCompiler) name(f *dialect.LimitFamily) string {
	stars := 0
	for _, h := range f.Headers {
		if strings.Contains(h.Name, "*") {
			stars++
		}
	}
	name := f.Name.Text
	switch {
	case stars > 0 && stars < len(f.Headers):
		l.fault(f.At, "a * must be in every header of an entry or in none; it must match the same text in all of them")
	case name == "" && f.Name.At == (dialect.Pos{}) && stars > 0:
		name = "*"
	case name == "" && f.Name.At == (dialect.Pos{}):
		name = defaultLimit
	case strings.Count(name, "*") != min(stars, 1):
		l.fault(f.Name.At, "name "+strconv.Quote(name)+" must have a * if and only if the headers have one")
	case !isLimitName(strings.Replace(name, "*", "x", 1)):
		l.fault(f.Name.At, "name "+strconv.Quote(name)+" must be at most 64 letters, digits, hyphens, dots and underscores, for example per-minute")
	}
	return name
}

func (l limitCompiler) unit(u dialect.TextAt) dialect.Unit {
	if u.Text == "" && u.At == (dialect.Pos{}) {
		return dialect.UnitAuto
	}
	if !slices.Contains(dialect.Units(), dialect.Unit(u.Text)) {
		l.fault(u.At, "unit "+strconv.Quote(u.Text)+" must be one of "+suggest.List(dialect.Units()))
	}
	return dialect.Unit(u.Text)
}

func (l limitCompiler) window(p dialect.TextAt) time.Duration {
	if p.Text == "" && p.At == (dialect.Pos{}) {
		return 0
	}
	d, err := time.ParseDuration(p.Text)
	if err != nil || d < time.Second || d > maxDistance || d%time.Second != 0 {
		l.fault(p.At, "window "+strconv.Quote(p.Text)+" must be whole seconds, minutes or hours, at most 366 days, for example 1s, 10m or 24h, or the name of a header")
	}
	return d
}

func (l limitCompiler) wait(w *dialect.WaitHint) {
	unit := l.unit(w.Unit)
	for _, h := range []dialect.TextAt{w.Header, w.Unless} {
		if h.At != (dialect.Pos{}) && !isToken(h.Text) {
			l.fault(h.At, "header name "+strconv.Quote(h.Text)+" must be letters, digits and hyphens, for example X-Retry-In")
		}
	}
	t := &l.c.Table
	t.waits = append(t.waits, waitHeader{canonicalHeader(w.Header.Text), canonicalHeader(w.Unless.Text), unit})
}

// isLimitName reports whether s can be the name of a limit in a file. Such names are
// valid in headers, metrics and log lines.
func isLimitName(s string) bool {
	for i := range len(s) {
		if !isLetter(s[i]) && !isDigit(s[i]) && !strings.Contains("-._", s[i:i+1]) {
			return false
		}
	}
	return s != "" && len(s) <= 64
}

// isToken reports whether s can be the name of a header (RFC 9110 section 5.6.2).
func isToken(s string) bool {
	for i := range len(s) {
		c := s[i]
		if !isDigit(c) && !isLetter(c) && !strings.Contains("!#$%&'*+-.^_`|~", s[i:i+1]) {
			return false
		}
	}
	return s != ""
}

// canonicalHeader returns a header name in the canonical form of net/http:
// X-Ratelimit-Limit.
func canonicalHeader(name string) string {
	b := []byte(strings.ToLower(name))
	for i, c := range b {
		if (i == 0 || b[i-1] == '-') && 'a' <= c && c <= 'z' {
			b[i] = c - 0x20
		}
	}
	return string(b)
}
