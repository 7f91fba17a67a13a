package translate

import (
	"cmp"
	"maps"
	"net/textproto"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/tidwall/gjson"
)

// Rows are the mapping rows of one site: by dialect name, or "*" for every
// dialect. They win over the tables of the dialects.
type Rows map[string][]Row

// Source is what an engine is made of.
type Source struct {
	Taxonomy *Taxonomy
	Dialects []*DialectFile // in the order of detection
	Rows     Rows
	Limits   []*LimitsFile // rate-limit headers in general; those of the dialects are tried before
	Named    []string      // names of dialects that the site asked for one by one: they claim their media types
	Passive  []string      // names of dialects that are recognised, and left alone
}

// Compile makes an engine that detects the dialects in the order that is given.
// All faults of all files are reported at once. The engine knows those
// rate-limit headers that the dialects name; see CompileWith for others.
func Compile(taxonomy *Taxonomy, dialects []*DialectFile, rows Rows) (*Engine, error) {
	return CompileWith(Source{Taxonomy: taxonomy, Dialects: dialects, Rows: rows})
}

// CompileWith makes an engine of everything that s holds. All faults of all
// files are reported at once.
func CompileWith(s Source) (*Engine, error) {
	c := compiler{
		engine: &Engine{taxonomy: s.Taxonomy, root: &node{}},
		next:   1, // the root is node 0
	}
	c.passive = make(map[string]bool, len(s.Passive))
	for _, name := range s.Passive {
		c.passive[name] = true
	}
	c.named = s.Named
	for _, f := range s.Dialects {
		c.add(f)
		c.limits(f.File, f.Limits, f.Waits, true)
	}
	for _, f := range s.Limits {
		c.limits(f.File, f.Limits, f.Waits, false)
	}
	c.site(s.Rows)
	if err := c.faults.Err(); err != nil {
		return nil, err
	}
	c.anchor()
	c.engine.nodes = int(c.next)
	c.engine.fill()
	return c.engine, nil
}

// fill makes the pool of the engine.
func (e *Engine) fill() {
	e.pool = sync.Pool{New: func() any {
		t := &Translation{engine: e, slots: make([]slot, e.nodes), said: make([]value, 0, maxSaid)}
		t.reset()
		return t
	}}
}

// WithRows returns an engine that has rows of a site over those of its dialects.
// It shares all else with e, so that a site with a few rows of its own costs a few
// rows.
func (e *Engine) WithRows(rows Rows) (*Engine, error) {
	if len(rows) == 0 {
		return e, nil
	}
	site := &Engine{
		taxonomy: e.taxonomy, dialects: e.dialects, root: e.root, nodes: e.nodes, limits: e.limits,
		headers: e.headers, formats: e.formats, wild: e.wild, guesses: e.guesses, riders: e.riders, site: maps.Clone(e.site),
	}
	c := compiler{engine: site}
	c.site(rows)
	if err := c.faults.Err(); err != nil {
		return nil, err
	}
	site.fill()
	return site, nil
}

// maxSaid bounds what is remembered of the values that walks found.
const maxSaid = 32

// Order sorts files as automatic detection tries them: by priority, the highest
// first, then by name.
func Order(files []*DialectFile) []*DialectFile {
	out := slices.Clone(files)
	slices.SortStableFunc(out, func(a, b *DialectFile) int {
		return cmp.Or(cmp.Compare(b.Priority, a.Priority), cmp.Compare(a.Name, b.Name))
	})
	return out
}

type compiler struct {
	engine   *Engine
	next     int32
	passive  map[string]bool
	named    []string
	patterns map[string]*regexp.Regexp
	faults   Faults
}

func (c *compiler) fault(f *DialectFile, at Pos, message string) {
	c.faults = append(c.faults, f.fault(at, message))
}

func (c *compiler) node(p Path) *node { return c.engine.root.grow(p, &c.next) }

func (c *compiler) add(f *DialectFile) {
	for _, other := range c.engine.dialects {
		if other.name == f.Name {
			c.fault(f, f.NameAt, "dialect "+strconv.Quote(f.Name)+" is there twice; give one of them another name")
			return
		}
	}
	d := &dialect{
		name: f.Name, rank: int32(len(c.engine.dialects)), spelling: f.Match.Code, identity: f.Identity,
		named: slices.Contains(c.named, f.Name), passive: c.passive[f.Name], frames: f.Frames, guess: f.Guess, codeless: f.Match.Codeless || f.Guess,
	}
	c.rides(d, f)
	c.match(d, f)
	c.shape(d, f)
	c.codes(d, f)
	c.engine.dialects = append(c.engine.dialects, d)
	c.engine.riders = c.engine.riders || d.rides && !d.passive
	if f.Guess {
		c.engine.guesses = append(c.engine.guesses, d)
	}
}

// asStatus is the status taken for an error on a success of which nobody knows
// one.
const asStatus = 400

func (c *compiler) rides(d *dialect, f *DialectFile) {
	d.rides, d.as = f.Rides.Status != "", cmp.Or(f.Rides.As, asStatus)
	if d.rides && f.Rides.Status != "2xx" {
		c.fault(f, f.RidesAt, "rides_on "+strconv.Quote(f.Rides.Status)+" must be 2xx: errors on other statuses need no word")
	}
	if d.as < 400 || d.as > 599 {
		c.fault(f, f.RidesAt, "rides_on.as must be a status from 400 to 599")
	}
	for _, one := range f.Formats {
		if !slices.Contains(Formats(), one) {
			c.fault(f, f.FormatsAt, "format "+strconv.Quote(string(one))+" must be one of "+join(Formats()))
		}
	}
	if d.formats = setOf(f.Formats...); d.formats == 0 {
		d.formats = onlyJSON
	}
}

func (c *compiler) match(d *dialect, f *DialectFile) {
	if s := f.Match.Code; s == Listed {
		d.spelling, d.listed = "", true
	} else if s != "" && !slices.Contains(Spellings(), s) {
		c.fault(f, f.Match.CodeAt, "match.code "+strconv.Quote(string(s))+" must be one of "+join(append(Spellings(), Listed)))
		d.spelling = "" // so that not every row is a fault of its own
	}
	for _, k := range f.Match.Keys {
		d.needs = append(d.needs, need{spot: c.spot(f, k.Path, k.At)})
	}
	for _, k := range f.Match.Any {
		d.anyOf = append(d.anyOf, c.spot(f, k.Path, k.At))
	}
	for _, v := range f.Match.Types {
		set, ok := typeSet(v.Value)
		if !ok {
			c.fault(f, v.At, "type "+strconv.Quote(v.Value)+" must be string, number, boolean, object, array, null or absent, or several of them joined by |")
		}
		d.needs = append(d.needs, need{spot: c.spot(f, v.Path, v.At), types: set})
	}
	for _, v := range f.Match.Equals {
		d.needs = append(d.needs, need{spot: c.spot(f, v.Path, v.At), value: v.Value})
	}
	for _, v := range f.Match.Not {
		d.needs = append(d.needs, need{spot: c.spot(f, v.Path, v.At), not: v.Values})
	}
	for _, v := range f.Match.Like {
		d.needs = append(d.needs, need{spot: c.spot(f, v.Path, v.At), like: v.Values})
	}
	d.needs = mergeNeeds(d.needs)
	for i := range d.needs {
		n := &d.needs[i]
		n.simple = n.value == "" && n.not == nil && n.like == nil
	}
	slices.SortStableFunc(d.needs, func(a, b need) int { return cmp.Compare(a.cost(), b.cost()) })
	for _, k := range f.Match.Lacks {
		d.lacks = append(d.lacks, c.spot(f, k.Path, k.At))
	}
	for _, h := range f.Match.Headers {
		d.headers = append(d.headers, headerNeed{textproto.CanonicalMIMEHeaderKey(h.Name), lower(h.Globs)})
	}
	if f.Match.Every != "" {
		var ok bool
		if d.every, ok = typeSet(f.Match.Every); !ok {
			c.fault(f, f.Match.EveryAt, "match.every "+strconv.Quote(f.Match.Every)+" must be types joined by |, such as array|object")
		}
	}
	for _, status := range f.Match.Status {
		if !isStatusWord(status) {
			c.fault(f, f.Match.StatusAt, "match.status "+strconv.Quote(status)+" must be a status such as 404, or a class such as 4xx")
		}
	}
	d.only, d.media, d.status, d.contains = f.Match.Only, lower(f.Match.Media), f.Match.Status, f.Match.Contains
}

// isStatusWord tells whether a word is a status, or a class of them.
func isStatusWord(s string) bool {
	return len(s) == 3 && s[0] >= '1' && s[0] <= '9' && (s[1:] == "xx" || isDigit(s[1]) && isDigit(s[2]))
}

func lower(words []string) []string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = strings.ToLower(w)
	}
	return out
}

// spot makes a place in a body of a path.
func (c *compiler) spot(f *DialectFile, p Path, at Pos) spot {
	for _, step := range p {
		if step.Kind == StepKey && strings.HasPrefix(step.Key, "#(") {
			c.fault(f, at, "the step "+step.Key+" must be #(key=value), such as #(severity=error)")
		}
	}
	plain := p.plain()
	s := spot{node: c.node(plain), tail: p[len(plain):]}
	if len(s.tail) > 0 && s.tail[0].Kind == StepRoot {
		s.tail = s.tail[1:]
	}
	return s
}

func (c *compiler) shape(d *dialect, f *DialectFile) {
	for _, e := range f.Shape {
		if e.Role == RoleFields {
			c.forms(d, f, e)
			continue
		}
		read := reading{role: e.Role}
		for i := range e.Places {
			read.sources = append(read.sources, c.source(d, f, e.Role, &e.Places[i], i == 0))
		}
		switch e.Role {
		case RoleCode:
			d.code = read.sources
		case RoleSubcode:
			d.sub = read.sources
		case RoleMessage, RoleRequestID, RoleRetryAfter, RoleDetails, RoleStatus:
			d.reads = append(d.reads, read)
		}
		for _, v := range e.Values {
			c.place(d, f, v.Path, v.At, place{node: c.node(v.Path).id, role: RoleAlways, value: v.Value})
		}
	}
	slices.Sort(d.containers)
	d.containers = slices.Compact(d.containers)
	d.written = planWriting(f)
	d.unwritable = d.formats&(onlyJSON|setOf(FormatXML)) == 0 || !d.written.root.speaks()
	for _, n := range d.needs {
		number, text := n.types&(1<<gjson.Number) != 0, n.types&(1<<gjson.String) != 0
		for i := range d.code {
			d.numeric = d.numeric || d.code[i].header == "" && d.code[i].plain && d.code[i].node == n.node && number && !text
		}
	}
	d.reserved = reserve(f)
}

// source compiles one alternative of a role.
func (c *compiler) source(d *dialect, f *DialectFile, role Role, p *Place, first bool) source {
	s := source{Place: p, plain: p.plain() && p.Decode == "" && p.After == "" && p.Before == "" && p.Trim == "" && len(p.Skip) == 0}
	if p.Header != "" {
		s.header = textproto.CanonicalMIMEHeaderKey(p.Header)
	} else {
		s.spot = c.spot(f, p.Path, p.At)
		c.reach(d, f, p.Path, p.At, s.spot, place{role: role, first: first && s.plain})
	}
	if p.Pattern != "" {
		s.pattern = c.pattern(f, p.Pattern, p.At)
	}
	if p.Decode != "" && !slices.Contains(Decodings(), p.Decode) {
		c.fault(f, p.At, "decode "+strconv.Quote(p.Decode)+" must be one of "+join(Decodings()))
	}
	if p.Unit != "" && !slices.Contains(WaitUnits(), p.Unit) {
		c.fault(f, p.At, "unit "+strconv.Quote(p.Unit)+" must be one of "+join(WaitUnits()))
	}
	return s
}

// pattern compiles a regular expression, each text once.
func (c *compiler) pattern(f *DialectFile, text string, at Pos) *regexp.Regexp {
	if re := c.patterns[text]; re != nil {
		return re
	}
	re, err := regexp.Compile(text)
	if err != nil {
		c.fault(f, at, "pattern: "+strings.TrimPrefix(err.Error(), "error parsing regexp: ")+"; it is a regular expression of RE2")
		return nil
	}
	if c.patterns == nil {
		c.patterns = map[string]*regexp.Regexp{}
	}
	c.patterns[text] = re
	return re
}

// reach notes that a role lies at a path: the member there, or the one from which
// the path leads on, is understood.
func (c *compiler) reach(d *dialect, f *DialectFile, path Path, at Pos, s spot, p place) {
	if s.node.id == 0 {
		d.whole = d.whole || p.role == RoleFields || p.role != RoleIgnore && !d.guess
		return
	}
	plain := path.plain()
	p.node, p.part = s.node.id, len(plain) < len(path)
	c.place(d, f, plain, at, p)
}

func (c *compiler) forms(d *dialect, f *DialectFile, e ShapeEntry) {
	for i := range e.Fields {
		shape := &e.Fields[i]
		one := form{Fields: shape, groups: [3]int{-1, -1, -1}, entry: planEntry(shape)}
		if shape.Pattern != "" {
			if one.pattern = c.pattern(f, shape.Pattern, shape.At); one.pattern != nil {
				for g, name := range []string{"field", "message", "code"} {
					one.groups[g] = one.pattern.SubexpIndex(name)
				}
				if one.groups[0] < 0 {
					c.fault(f, shape.At, "the pattern of fields needs a group that says which field is meant: (?P<field>…)")
				}
			}
		}
		for j := range shape.Places {
			p := &shape.Places[j]
			s := fieldSpot{spot: c.spot(f, p.Path, p.At)}
			if n := len(s.tail); n > 0 && s.tail[n-1].Kind == StepEach && len(shape.Field)+len(shape.Names) > 0 {
				s.each, s.tail = &p.Path[len(p.Path)-1], s.tail[:n-1] // all that it selects, not the first
			}
			one.spots = append(one.spots, s)
			if len(shape.Field) == 0 || !c.isContainer(f, p.Path) { // else an object of which other roles read members, too
				c.reach(d, f, p.Path, p.At, s.spot, place{role: RoleFields})
			}
		}
		one.simple = one.isSimple()
		d.forms = append(d.forms, one)
	}
}

// isContainer tells whether the lens reads members below a path, so that what is
// there is not understood as a whole.
func (c *compiler) isContainer(f *DialectFile, p Path) bool {
	for _, e := range f.Shape {
		for _, other := range e.Places {
			if len(other.Path) > len(p) && other.Path[:len(p)].String() == p.String() {
				return true
			}
		}
	}
	return false
}

// reserve collects the names at the top of a body that the lens or the match
// would look at. A detail of that name would change what the body says.
func reserve(f *DialectFile) map[string]bool {
	names := map[string]bool{}
	note := func(p Path) {
		if plain := p.plain(); len(plain) > 0 {
			names[plain[0].Key] = true
		}
	}
	for _, e := range f.Shape {
		for _, p := range e.Places {
			note(p.Path)
		}
		for _, form := range e.Fields {
			for _, p := range form.Places {
				note(p.Path)
			}
		}
		for _, v := range e.Values {
			note(v.Path)
		}
	}
	for _, p := range f.Match.Lacks {
		note(p.Path)
	}
	return names
}

// place adds a member to the lens, and the objects around it to the containers.
// A constant may share its place with another role (it is what is written where
// that one says nothing), fields may share theirs with details, and several paths
// may lead on from one member.
func (c *compiler) place(d *dialect, f *DialectFile, path Path, at Pos, p place) {
	for i := range path[:len(path)-1] {
		d.containers = append(d.containers, c.node(path[:i+1]).id)
	}
	for i, other := range d.places {
		if other.node != p.node {
			continue
		}
		roles := [2]Role{other.role, p.role}
		switch {
		case roles[1] == RoleAlways, roles[1] == RoleIgnore, p.part:
			return
		case roles[0] == RoleAlways, roles[0] == RoleIgnore, other.part:
			d.places[i] = p
			return
		case roles == [2]Role{RoleFields, RoleDetails}:
			return // fields where it holds some, details else
		case roles == [2]Role{RoleDetails, RoleFields}:
			d.places[i] = p
			return
		case roles[0] == RoleFields || roles[1] == RoleFields || roles[0] == roles[1]:
			return // a member may be one thing or another, by its type
		case roles[0] == RoleDetails || roles[1] == RoleDetails:
			return
		case mayShare(roles[0]) && mayShare(roles[1]) && !(other.first && p.first):
			return
		}
		c.fault(f, at, path.String()+" is both "+string(other.role)+" and "+string(p.role)+"; a member has one meaning (fields and details may share a place where `only` tells them apart)")
		return
	}
	d.places = append(d.places, p)
}

// mayShare tells whether one text may say this and something else of the kind: a
// code that stands inside a message, a message that is the code.
func mayShare(r Role) bool {
	switch r {
	case RoleCode, RoleSubcode, RoleMessage, RoleRequestID, RoleRetryAfter, RoleStatus:
		return true
	}
	return false
}

func (c *compiler) codes(d *dialect, f *DialectFile) {
	if len(f.Codes) == 0 && !f.Identity && !f.Given["codes"] {
		c.fault(f, f.CodesAt, "codes is empty: write one row a native code, such as `not_found: 404 RESOURCE.NOT_FOUND`, or {} for a dialect that has none")
	}
	if len(d.code) == 0 && (f.Identity || slices.ContainsFunc(f.Codes, Row.ofCode)) {
		c.fault(f, f.ShapeAt, "shape says no `code`: name the member that holds the native code, such as `code: error.code`")
	}
	seen := make(map[string]Pos, len(f.Codes))
	if len(f.Codes) > 0 {
		d.table.exact = make(map[string]row, len(f.Codes))
	}
	for _, r := range f.Codes {
		if first, ok := seen[r.Native]; ok {
			c.fault(f, r.At, "native code "+strconv.Quote(r.Native)+" stands twice, first in line "+strconv.Itoa(first.Line))
			continue
		}
		seen[r.Native] = r.At
		if why := d.unreadable(r.Native); why != "" && r.inherited {
			continue // it was meant for codes of another spelling
		} else if why != "" {
			c.fault(f, r.At, "native code "+strconv.Quote(r.Native)+why)
		}
		compiled, ok := c.row(r, func(msg string) { c.fault(f, r.CodeAt, msg) })
		if !ok {
			continue
		}
		native := r.Native
		if d.guess {
			native = string(appendFolded(nil, native))
		}
		d.table.add(native, compiled)
		if d.writes(r.Native) {
			d.written.add(r.Native, compiled)
		}
	}
}

// ofCode tells whether a row is of a native code, and not of a status alone.
func (r Row) ofCode() bool {
	code, _, marked := cutStatus(r.Native)
	return !marked || code != ""
}

// writes tells whether the key of a row is a code as it is written, rather than a
// prefix, a range, or one of several conditions.
func (d *dialect) writes(native string) bool {
	_, _, marked := cutStatus(native)
	_, _, isRange := cutRange(native)
	return !marked && !isRange && !strings.HasSuffix(native, "*") && (len(d.sub) == 0 || !strings.Contains(native, "/"))
}

// unreadable says why a row can never be found; "" where it can.
func (d *dialect) unreadable(native string) string {
	code, _, marked := cutStatus(native)
	switch {
	case marked && code == "", len(d.code) == 0:
		return ""
	case !d.spelling.fits(rowCode(native)):
		return " is not spelled " + string(d.spelling) + " as match.code says, so it could never be read"
	}
	return ""
}

// rowCode is the code in the key of a row, as far as its spelling can be told.
func rowCode(native string) string {
	native, _, _ = cutStatus(native)
	native, _, _ = strings.Cut(native, "/")
	return strings.TrimSuffix(native, "*")
}

func (c *compiler) row(r Row, complain func(string)) (row, bool) {
	code := c.engine.taxonomy.Lookup(r.Code)
	if code == nil {
		complain(unknownCode(r.Code, c.engine.taxonomy))
		return row{}, false
	}
	return row{code: code, status: r.Status, force: r.Force}, true
}

// site adds the rows of a site. Those for "*" reach every dialect, and yield to
// the rows that name it.
func (c *compiler) site(rows Rows) {
	names := make([]string, 0, len(rows))
	for name := range rows {
		names = append(names, name)
	}
	slices.Sort(names) // "*" sorts before every name
	for _, name := range names {
		c.siteRepeats(name, rows[name])
		var d *dialect
		if i := slices.IndexFunc(c.engine.dialects, func(d *dialect) bool { return d.name == name }); i >= 0 {
			d = c.engine.dialects[i]
		} else if name != "*" {
			c.faults = append(c.faults, Fault{Message: "map " + name + ": this site does not speak the dialect " + strconv.Quote(name) + c.spoken(name)})
			continue
		}
		c.siteRows(d, name, rows[name])
	}
}

// siteRows adds the rows for one dialect, or, where it is nil, for all.
func (c *compiler) siteRows(d *dialect, name string, rows []Row) {
	e := c.engine
	own := e.site[name]
	if own == nil {
		own = e.site["*"]
	}
	own = own.clone()
	for _, r := range rows {
		where := "map " + name + " " + r.Native + " " + r.Code + ": "
		compiled, ok := c.row(r, func(msg string) { c.faults = append(c.faults, Fault{Message: where + msg}) })
		if !ok {
			continue
		}
		if d != nil && d.unreadable(r.Native) != "" {
			c.faults = append(c.faults, Fault{Message: where + "native code " + strconv.Quote(r.Native) + " is not spelled " + string(d.spelling) + " as the codes of " + d.name + " are, so it could never be read"})
			continue
		}
		if d != nil && len(d.code) == 0 && r.ofCode() {
			c.faults = append(c.faults, Fault{Message: where + "the dialect " + d.name + " has no codes"})
			continue
		}
		own.add(r.Native, compiled)
		if _, ok := own.native[compiled.code]; !ok {
			own.native[compiled.code] = nativeCode{r.Native, r.Status}
		}
	}
	if e.site == nil {
		e.site = map[string]*siteRows{}
	}
	e.site[name] = own
}

// siteRepeats complains of a native code that has two rows under one name.
func (c *compiler) siteRepeats(name string, rows []Row) {
	seen := map[string]bool{}
	for _, r := range rows {
		if seen[r.Native] {
			c.faults = append(c.faults, Fault{Message: "map " + name + " " + r.Native + ": this native code has two rows; keep one of them"})
		}
		seen[r.Native] = true
	}
}

func (c *compiler) spoken(name string) string {
	var names []string
	for _, d := range c.engine.dialects {
		names = append(names, d.name)
	}
	if near := Nearest(name, names); near != "" {
		return "; did you mean " + near + "?"
	}
	return "; it speaks " + join(names) + ", and * means all of them"
}

// anchor hangs every dialect on the rarest member it needs, so that a body
// raises only the dialects that it resembles, however many are loaded. Those that
// need no member hang on a header, or on the format of the body.
func (c *compiler) anchor() {
	for _, d := range c.engine.dialects {
		for _, n := range d.needs {
			if n.anchors() {
				n.node.users++
			}
		}
	}
	for _, d := range c.engine.dialects {
		if !d.guess {
			c.hang(d)
		}
	}
}

// cost puts first what is settled by a look and fails most often.
func (n *need) cost() int {
	switch {
	case !n.spot.plain():
		return 3
	case !n.simple:
		return 2
	case n.types == 0:
		return 1
	}
	return 0
}

// mergeNeeds makes one need of those that are about one member.
func mergeNeeds(needs []need) (out []need) {
next:
	for _, n := range needs {
		for i := range out {
			o := &out[i]
			if !n.spot.plain() || !o.spot.plain() || o.node != n.node || o.types != 0 && n.types != 0 ||
				o.value != "" && n.value != "" || o.not != nil && n.not != nil || o.like != nil && n.like != nil ||
				o.optional() != n.optional() {
				continue
			}
			o.types |= n.types
			o.value += n.value
			o.not, o.like = append(o.not, n.not...), append(o.like, n.like...)
			continue next
		}
		out = append(out, n)
	}
	return out
}

// optional tells whether a need holds where its member is not there.
func (n *need) optional() bool { return n.types&isAbsent != 0 || n.not != nil }

// anchors tells whether a body must have the member of a need.
func (n *need) anchors() bool {
	return n.node.id != 0 && !n.optional()
}

func (c *compiler) hang(d *dialect) {
	var rarest *node
	for _, n := range d.needs {
		if n.anchors() && (rarest == nil || n.node.users < rarest.users) {
			rarest = n.node
		}
	}
	e := c.engine
	switch {
	case rarest != nil:
		rarest.anchored = append(rarest.anchored, d.rank)
	case len(d.headers) > 0:
		if e.headers == nil {
			e.headers = map[string][]int32{}
		}
		e.headers[d.headers[0].name] = append(e.headers[d.headers[0].name], d.rank)
	case len(d.anyOf) > 0 && !slices.ContainsFunc(d.anyOf, func(s spot) bool { return s.node.id == 0 }):
		for _, s := range d.anyOf {
			s.node.anchored = append(s.node.anchored, d.rank)
		}
	case d.formats&^(onlyJSON|setOf(FormatXML)) != 0 || len(d.media) > 0:
		for i := range e.formats {
			if d.formats&(1<<i) != 0 {
				e.formats[i] = append(e.formats[i], d.rank)
			}
		}
	case len(d.code) > 0 && !d.codeless && !slices.ContainsFunc(d.code, func(s source) bool { return s.header != "" || s.node.id == 0 }):
		for _, s := range d.code {
			s.node.anchored = append(s.node.anchored, d.rank)
		}
	default:
		e.wild = append(e.wild, d.rank)
	}
}
