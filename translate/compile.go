package translate

import (
	"cmp"
	"slices"
	"strconv"
	"sync"
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
	e := c.engine
	e.nodes = int(c.next)
	e.pool = sync.Pool{New: func() any {
		t := &Translation{engine: e, slots: make([]slot, e.nodes)}
		t.reset()
		return t
	}}
	return e, nil
}

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
	engine *Engine
	next   int32
	faults Faults
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
	d := &dialect{name: f.Name, rank: int32(len(c.engine.dialects)), spelling: f.Match.Code, identity: f.Identity}
	c.match(d, f)
	c.shape(d, f)
	c.codes(d, f)
	c.engine.dialects = append(c.engine.dialects, d)
}

func (c *compiler) match(d *dialect, f *DialectFile) {
	if s := f.Match.Code; s != "" && !slices.Contains(Spellings(), s) {
		c.fault(f, f.Match.CodeAt, "match.code "+strconv.Quote(string(s))+" must be one of "+join(Spellings()))
		d.spelling = "" // so that not every row is a fault of its own
	}
	for _, k := range f.Match.Keys {
		d.needs = append(d.needs, need{node: c.node(k.Path)})
	}
	for _, v := range f.Match.Types {
		set, ok := typeSet(v.Value)
		if !ok {
			c.fault(f, v.At, "type "+strconv.Quote(v.Value)+" must be string, number, boolean, object, array or null")
		}
		d.needs = append(d.needs, need{node: c.node(v.Path), types: set})
	}
	for _, v := range f.Match.Equals {
		d.needs = append(d.needs, need{node: c.node(v.Path), value: v.Value})
	}
	for _, k := range f.Match.Lacks {
		d.lacks = append(d.lacks, c.node(k.Path))
	}
}

func (c *compiler) shape(d *dialect, f *DialectFile) {
	for _, e := range f.Shape {
		for rank, p := range e.Paths {
			n := c.node(p.Path)
			if e.Role == RoleCode {
				d.codePaths = append(d.codePaths, n)
			}
			if e.Role == RoleFields {
				d.fields = e.Fields
			}
			c.place(d, f, p, place{node: n.id, rank: uint8(min(rank, 255)), role: e.Role})
		}
		for _, v := range e.Values {
			c.place(d, f, PathAt{v.Path, v.At}, place{node: c.node(v.Path).id, role: RoleAlways, value: v.Value})
		}
	}
	if len(d.codePaths) == 0 {
		c.fault(f, f.ShapeAt, "shape says no `code`: name the member that holds the native code, such as `code: error.code`")
	}
	slices.Sort(d.containers)
	d.containers = slices.Compact(d.containers)
	d.written = planWriting(f.Shape)
	d.reserved = reserve(f)
}

// reserve collects the names at the top of a body that the lens or the match
// would look at. A detail of that name would change what the body says.
func reserve(f *DialectFile) map[string]bool {
	names := map[string]bool{}
	for _, e := range f.Shape {
		for _, p := range e.Paths {
			names[p.Path[0]] = true
		}
		for _, v := range e.Values {
			names[v.Path[0]] = true
		}
	}
	for _, p := range f.Match.Lacks {
		names[p.Path[0]] = true
	}
	return names
}

// place adds p, and the objects around it to the containers. A constant may
// share its place with another role (it is what is written where that one says
// nothing), and fields may share theirs with details.
func (c *compiler) place(d *dialect, f *DialectFile, path PathAt, p place) {
	for i := range path.Path[:len(path.Path)-1] {
		d.containers = append(d.containers, c.node(path.Path[:i+1]).id)
	}
	for i, other := range d.places {
		if other.node != p.node {
			continue
		}
		roles := [2]Role{other.role, p.role}
		switch {
		case roles[1] == RoleAlways:
			return
		case roles[0] == RoleAlways:
			d.places[i] = p
			return
		case roles == [2]Role{RoleFields, RoleDetails} && len(d.fields.Only) > 0:
			return // fields for the codes that `only` names, details for the others
		case roles == [2]Role{RoleDetails, RoleFields} && len(d.fields.Only) > 0:
			d.places[i] = p
			return
		}
		c.fault(f, path.At, path.Path.String()+" is both "+string(other.role)+" and "+string(p.role)+"; a member has one meaning (fields and details may share a place where `only` tells them apart)")
		return
	}
	d.places = append(d.places, p)
}

func (c *compiler) codes(d *dialect, f *DialectFile) {
	if len(f.Codes) == 0 && !f.Identity {
		c.fault(f, f.CodesAt, "codes is empty: write one row a native code, such as `not_found: 404 RESOURCE.NOT_FOUND`")
	}
	d.codes = make(map[string]row, len(f.Codes))
	seen := make(map[string]Pos, len(f.Codes))
	for _, r := range f.Codes {
		if first, ok := seen[r.Native]; ok {
			c.fault(f, r.At, "native code "+strconv.Quote(r.Native)+" stands twice, first in line "+strconv.Itoa(first.Line))
			continue
		}
		seen[r.Native] = r.At
		if !d.spelling.fits(r.Native) {
			c.fault(f, r.At, "native code "+strconv.Quote(r.Native)+" is not spelled "+string(d.spelling)+" as match.code says, so it could never be read")
		}
		compiled, ok := c.row(r, func(msg string) { c.fault(f, r.CodeAt, msg) })
		if !ok {
			continue
		}
		d.codes[r.Native] = compiled
		d.written.add(r.Native, compiled)
	}
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
		reached := 0
		for _, d := range c.engine.dialects {
			if name != "*" && name != d.name {
				continue
			}
			reached++
			for _, r := range rows[name] {
				c.siteRow(d, name, r)
			}
		}
		if reached == 0 {
			c.faults = append(c.faults, Fault{Message: "map " + name + ": this site does not speak the dialect " + strconv.Quote(name) + c.spoken(name)})
		}
	}
}

func (c *compiler) siteRow(d *dialect, name string, r Row) {
	where := "map " + name + " " + r.Native + " " + r.Code + ": "
	compiled, ok := c.row(r, func(msg string) { c.faults = append(c.faults, Fault{Message: where + msg}) })
	if !ok {
		return
	}
	if !d.spelling.fits(r.Native) {
		if name != "*" {
			c.faults = append(c.faults, Fault{Message: where + "native code " + strconv.Quote(r.Native) + " is not spelled " + string(d.spelling) + " as the codes of " + d.name + " are, so it could never be read"})
		}
		return
	}
	if d.site == nil {
		d.site = map[string]row{}
	}
	d.site[r.Native] = compiled
	d.written.add(r.Native, compiled)
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
// raises only the dialects that it resembles, however many are loaded.
func (c *compiler) anchor() {
	for _, d := range c.engine.dialects {
		for _, n := range d.needs {
			n.node.users++
		}
	}
	for _, d := range c.engine.dialects {
		if len(d.needs) == 0 {
			for _, n := range d.codePaths {
				n.anchored = append(n.anchored, d.rank)
			}
			continue
		}
		rarest := slices.MinFunc(d.needs, func(a, b need) int { return cmp.Compare(a.node.users, b.node.users) })
		rarest.node.anchored = append(rarest.node.anchored, d.rank)
	}
}
