package translate

import (
	"cmp"
	"maps"
	"regexp"
	"slices"
	"strconv"

	"github.com/koine-proxy/koine/dialect"
	"github.com/koine-proxy/koine/internal/suggest"
	"github.com/koine-proxy/koine/translate/limitheader"
)

// Rows are the mapping rows of one site: by dialect name, or "*" for every
// dialect. They win over the tables of the dialects.
type Rows map[string][]dialect.Row

// Inputs is what an engine is made of.
type Inputs struct {
	Taxonomy    *Taxonomy
	Dialects    []*dialect.File // in the order of detection
	Rows        Rows
	Limits      []*dialect.LimitsFile // rate-limit headers in general; those of the dialects are tried before
	Named       []string              // names of dialects that the site asked for one by one: they claim their media types
	PassThrough []string              // names of dialects that are recognised, and left alone
}

// Compile makes an engine that detects the dialects in the order that is given.
// All faults of all files are reported at once. The engine knows those
// rate-limit headers that the dialects name; see NewEngine for others.
func Compile(taxonomy *Taxonomy, dialects []*dialect.File, rows Rows) (*Engine, error) {
	return NewEngine(Inputs{Taxonomy: taxonomy, Dialects: dialects, Rows: rows})
}

// NewEngine makes an engine of everything that s holds. All faults of all
// files are reported at once.
func NewEngine(s Inputs) (*Engine, error) {
	c := compiler{
		engine: &Engine{taxonomy: s.Taxonomy, root: &node{}},
		next:   1, // the root is node 0
	}
	c.passThrough = make(map[string]bool, len(s.PassThrough))
	for _, name := range s.PassThrough {
		c.passThrough[name] = true
	}
	c.named = s.Named
	var limits limitheader.Compiler
	for _, f := range s.Dialects {
		c.add(f)
		limits.Add(f.File, f.Limits, f.Waits, true)
	}
	for _, f := range s.Limits {
		limits.Add(f.File, f.Limits, f.Waits, false)
	}
	c.faults = append(c.faults, limits.Faults...)
	c.engine.limits = &limits.Table
	c.site(s.Rows)
	if err := c.faults.Err(); err != nil {
		return nil, err
	}
	c.index()
	c.engine.nodes = int(c.next)
	c.engine.initPool()
	return c.engine, nil
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
		byHeader: e.byHeader, byFormat: e.byFormat, unindexed: e.unindexed, generalRules: e.generalRules, successErrors: e.successErrors, site: maps.Clone(e.site),
	}
	c := compiler{engine: site}
	c.site(rows)
	if err := c.faults.Err(); err != nil {
		return nil, err
	}
	site.initPool()
	return site, nil
}

type compiler struct {
	engine      *Engine
	next        int32
	passThrough map[string]bool
	named       []string
	patterns    map[string]*regexp.Regexp
	faults      dialect.Faults
}

func (c *compiler) fault(f *dialect.File, at dialect.Pos, message string) {
	c.faults = append(c.faults, f.NewFault(at, message))
}

func (c *compiler) node(p dialect.Path) *node { return c.engine.root.grow(p, &c.next) }

func (c *compiler) add(f *dialect.File) {
	for _, other := range c.engine.dialects {
		if other.name == f.Name {
			c.fault(f, f.NameAt, "dialect "+strconv.Quote(f.Name)+" is there twice; give one of them another name")
			return
		}
	}
	d := &compiledDialect{
		name: f.Name, rank: int32(len(c.engine.dialects)), spelling: f.Match.Code, identity: f.Identity,
		named: slices.Contains(c.named, f.Name), passThrough: c.passThrough[f.Name], streams: f.Frames, general: f.Guess, codeless: f.Match.Codeless || f.Guess,
	}
	c.successErrors(d, f)
	c.match(d, f)
	c.shape(d, f)
	c.codes(d, f)
	c.engine.dialects = append(c.engine.dialects, d)
	c.engine.successErrors = c.engine.successErrors || d.successErrors && !d.passThrough
	if f.Guess {
		c.engine.generalRules = append(c.engine.generalRules, d)
	}
}

// defaultSuccessStatus is the status taken for an error on a success of which nobody knows
// one.
const defaultSuccessStatus = 400

func (c *compiler) successErrors(d *compiledDialect, f *dialect.File) {
	d.successErrors, d.successStatus = f.Rides.Status != "", cmp.Or(f.Rides.As, defaultSuccessStatus)
	if d.successErrors && f.Rides.Status != "2xx" {
		c.fault(f, f.RidesAt, "rides_on "+strconv.Quote(f.Rides.Status)+" must be 2xx: errors on other statuses need no word")
	}
	if d.successStatus < 400 || d.successStatus > 599 {
		c.fault(f, f.RidesAt, "rides_on.as must be a status from 400 to 599")
	}
	for _, one := range f.Formats {
		if !slices.Contains(dialect.Formats(), one) {
			c.fault(f, f.FormatsAt, "format "+strconv.Quote(string(one))+" must be one of "+suggest.List(dialect.Formats()))
		}
	}
	if d.formats = newFormatSet(f.Formats...); d.formats == 0 {
		d.formats = onlyJSON
	}
}

// index hangs every dialect on the rarest member it needs, so that a body
// raises only the dialects that it resembles, however many are loaded. Those that
// need no member hang on a header, or on the format of the body.
func (c *compiler) index() {
	for _, d := range c.engine.dialects {
		for _, n := range d.needs {
			if n.indexable() {
				n.node.requiredBy++
			}
		}
	}
	for _, d := range c.engine.dialects {
		if !d.general {
			c.indexDialect(d)
		}
	}
}

func (c *compiler) indexDialect(d *compiledDialect) {
	var rarest *node
	for _, n := range d.needs {
		if n.indexable() && (rarest == nil || n.node.requiredBy < rarest.requiredBy) {
			rarest = n.node
		}
	}
	e := c.engine
	switch {
	case rarest != nil:
		rarest.dialects = append(rarest.dialects, d.rank)
	case len(d.headers) > 0:
		if e.byHeader == nil {
			e.byHeader = map[string][]int32{}
		}
		e.byHeader[d.headers[0].name] = append(e.byHeader[d.headers[0].name], d.rank)
	case len(d.anyOf) > 0 && !slices.ContainsFunc(d.anyOf, func(s location) bool { return s.node.id == 0 }):
		for _, s := range d.anyOf {
			s.node.dialects = append(s.node.dialects, d.rank)
		}
	case d.formats&^(onlyJSON|newFormatSet(dialect.FormatXML)) != 0 || len(d.media) > 0:
		for i := range e.byFormat {
			if d.formats&(1<<i) != 0 {
				e.byFormat[i] = append(e.byFormat[i], d.rank)
			}
		}
	case len(d.code) > 0 && !d.codeless && !slices.ContainsFunc(d.code, func(s extractor) bool { return s.header != "" || s.node.id == 0 }):
		for _, s := range d.code {
			s.node.dialects = append(s.node.dialects, d.rank)
		}
	default:
		e.unindexed = append(e.unindexed, d.rank)
	}
}
