package translate

import (
	"maps"
	"regexp"
	"slices"
	"strconv"

	"github.com/koine-proxy/koine/dialect"
	"github.com/koine-proxy/koine/translate/limitheader"
)

// Rows are the mapping rows of one site: by dialect name, or "*" for every
// dialect. They take precedence over the tables of the dialects.
type Rows map[string][]dialect.Row

// Inputs are the inputs of an engine.
type Inputs struct {
	Taxonomy *Taxonomy
	Dialects []*dialect.File // in the order of detection, with inherited keys; whole files, or single forms of them
	Rows     Rows
	Writable []*dialect.File       // dialects that are not detected, but may be written
	Limits   []*dialect.LimitsFile // general rate-limit headers, tried after those of the dialects
	Named    []string              // dialects that the site names: errors of their media types are translated
	Auto     []string              // dialects that only `dialect auto` loaded; see dialect.Auto
	Unnamed  []string              // dialects that `dialect auto` or `dialect all` loaded; see dialect.Evidence

	SuccessErrors SuccessErrors // where errors on 2xx are looked for
	Before        []string      // members that may be before an error in frames of streams, unless general rules list them
}

// SuccessErrors is where errors on 2xx are looked for.
type SuccessErrors string

// The values of SuccessErrors.
const (
	SuccessErrorsPass  SuccessErrors = "pass"  // nowhere
	SuccessErrorsNamed SuccessErrors = "named" // in dialects that have such errors and that the site names, or takes in by `dialect all`; also the empty value
	SuccessErrorsGuess SuccessErrors = "guess" // also in bodies of no known dialect that say that they failed
)

// Compile returns an engine that detects the dialects in the given order, without
// the general rate-limit headers. All faults of all files are reported at once.
func Compile(taxonomy *Taxonomy, dialects []*dialect.File, rows Rows) (*Engine, error) {
	return NewEngine(Inputs{Taxonomy: taxonomy, Dialects: dialects, Rows: rows})
}

// NewEngine compiles an engine. All faults of all files are reported at once.
func NewEngine(in Inputs) (*Engine, error) {
	c := compiler{
		engine:  &Engine{taxonomy: in.Taxonomy, root: &node{}, files: in.Dialects, writable: in.Writable},
		next:    1, // the root is node 0
		named:   in.Named,
		auto:    in.Auto,
		unnamed: in.Unnamed,
		success: in.SuccessErrors,
	}
	var limits limitheader.Compiler
	for i, f := range in.Dialects {
		for _, form := range f.Expand() {
			c.add(form)
		}
		if !slices.ContainsFunc(in.Dialects[:i], func(other *dialect.File) bool { return other.Name == f.Name }) { // the limits belong to the dialect, not to each form of it
			limits.Add(f.File, f.Limits, nil, true)
		}
	}
	for _, f := range in.Limits {
		limits.Add(f.File, f.Limits, f.Waits, false)
	}
	c.faults = append(c.faults, limits.Faults...)
	c.engine.limits = &limits.Table
	c.site(in.Rows)
	if err := c.faults.Err(); err != nil {
		return nil, err
	}
	if c.engine.before = memberNames(in.Before); c.engine.failure != nil {
		c.engine.before = c.engine.failure.frames.before
	}
	c.index()
	c.engine.nodes = int(c.next)
	c.engine.initPool()
	return c.engine, nil
}

// WithRows returns an engine in which rows of a site take precedence over those of
// its dialects. It shares everything else with e, so it needs memory only for these
// rows.
func (e *Engine) WithRows(rows Rows) (*Engine, error) {
	if len(rows) == 0 {
		return e, nil
	}
	site := &Engine{
		taxonomy: e.taxonomy, dialects: e.dialects, root: e.root, nodes: e.nodes, limits: e.limits, hosts: e.hosts,
		byHeader: e.byHeader, byFormat: e.byFormat, unindexed: e.unindexed, generalRules: e.generalRules, successErrors: e.successErrors,
		failure: e.failure, before: e.before, guessesFailures: e.guessesFailures, site: maps.Clone(e.site), files: e.files, writable: e.writable, siteFiles: maps.Clone(e.siteFiles),
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
	engine   *Engine
	next     int32 // the id of the next node
	named    []string
	auto     []string
	unnamed  []string
	success  SuccessErrors
	patterns map[string]*regexp.Regexp
	tables   map[*dialect.Row]*compiledDialect // by the address of the first row, because the forms of a dialect share rows
	faults   dialect.Faults
	names    codeNames
}

func (c *compiler) fault(f *dialect.File, at dialect.Pos, message string) {
	c.faults = append(c.faults, f.NewFault(at, message))
}

func (c *compiler) node(p dialect.Path) *node { return c.engine.root.findOrCreate(p, &c.next) }

// add compiles one form of a dialect.
func (c *compiler) add(f *dialect.File) {
	for _, other := range c.engine.dialects {
		if other.name == f.Name && other.variant == f.Variant {
			c.fault(f, f.NameAt, "duplicate dialect "+strconv.Quote(f.Title())+"; rename one of them")
			return
		}
	}
	auto := slices.Contains(c.auto, f.Name)
	d := &compiledDialect{
		name: f.Name, variant: f.Variant, rank: int32(len(c.engine.dialects)), hosts: f.Hosts, codeForm: f.Match.Code, listedOnly: f.Match.Listed,
		identity: f.Identity, named: slices.Contains(c.named, f.Name), passThrough: auto && f.Auto == dialect.AutoPass, streams: f.Streams, standard: f.Auto == dialect.AutoPass,
		general: f.General, codeOptional: f.Match.Optional || f.General, successErrors: f.SuccessErrors != 0 && !auto && c.success != SuccessErrorsPass, successStatus: f.SuccessErrors,
	}
	if d.formats = newFormatSet(f.Formats...); d.formats == 0 {
		d.formats = onlyJSON
	}
	if f.Evidence != dialect.EvidenceMatch && slices.Contains(c.unnamed, f.Name) {
		d.evidence = f.Evidence
	}
	if len(f.Lexicon) > 0 {
		d.lexicon = newLexicon(f.Lexicon)
	}
	c.match(d, f)
	c.shape(d, f)
	c.codes(d, f)
	c.engine.dialects = append(c.engine.dialects, d)
	c.engine.successErrors = c.engine.successErrors || d.successErrors && !d.passThrough
	if f.General {
		c.engine.generalRules = append(c.engine.generalRules, d)
		c.failure(d, f)
	}
}

// index assigns every dialect to the least frequent member that it requires, so
// that only the dialects that resemble a body are tried, however many are loaded. A
// dialect that requires no member is indexed by a header or by the format of the
// body.
func (c *compiler) index() {
	for _, d := range c.engine.dialects {
		for _, n := range d.requirements {
			if n.isIndexable() {
				n.node.requiredBy++
			}
		}
	}
	for _, d := range c.engine.dialects {
		for _, glob := range d.hosts {
			c.engine.hosts.add(glob, d.rank)
		}
		if !d.general {
			c.indexDialect(d)
		}
	}
}

func (c *compiler) indexDialect(d *compiledDialect) {
	var rarest *node
	for _, n := range d.requirements {
		if n.isIndexable() && (rarest == nil || n.node.requiredBy < rarest.requiredBy) {
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
	case len(d.code) > 0 && !d.codeOptional && !slices.ContainsFunc(d.code, func(s extractor) bool { return s.header != "" || s.node.id == 0 }):
		for _, s := range d.code {
			s.node.dialects = append(s.node.dialects, d.rank)
		}
	default:
		e.unindexed = append(e.unindexed, d.rank)
	}
}
