package translate

import (
	"slices"
	"strconv"
	"strings"

	"github.com/koine-proxy/koine/dialect"
	"github.com/koine-proxy/koine/internal/suggest"
)

func (c *compiler) codes(d *compiledDialect, f *dialect.File) {
	if len(f.Codes) == 0 && !f.Identity && !f.Given["codes"] {
		c.fault(f, f.CodesAt, "codes is empty: write one row a native code, such as `not_found: 404 RESOURCE.NOT_FOUND`, or {} for a dialect that has none")
	}
	if len(d.code) == 0 && (f.Identity || slices.ContainsFunc(f.Codes, dialect.Row.OfCode)) {
		c.fault(f, f.ShapeAt, "shape says no `code`: name the member that holds the native code, such as `code: error.code`")
	}
	seen := make(map[string]dialect.Pos, len(f.Codes))
	if len(f.Codes) > 0 {
		d.table.exact = make(map[string]row, len(f.Codes))
	}
	for _, r := range f.Codes {
		if first, ok := seen[r.Native]; ok {
			c.fault(f, r.At, "native code "+strconv.Quote(r.Native)+" stands twice, first in line "+strconv.Itoa(first.Line))
			continue
		}
		seen[r.Native] = r.At
		if why := d.unreadable(r.Native); why != "" && r.Inherited {
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

// writes tells whether the key of a row is a code as it is written, rather than a
// prefix, a range, or one of several conditions.
func (d *compiledDialect) writes(native string) bool {
	_, _, marked := dialect.CutStatus(native)
	_, _, isRange := dialect.CutRange(native)
	return !marked && !isRange && !strings.HasSuffix(native, "*") && (len(d.sub) == 0 || !strings.Contains(native, "/"))
}

// unreadable says why a row can never be found; "" where it can.
func (d *compiledDialect) unreadable(native string) string {
	code, _, marked := dialect.CutStatus(native)
	switch {
	case marked && code == "", len(d.code) == 0:
		return ""
	case !d.spelling.Fits(dialect.RowCode(native)):
		return " is not spelled " + string(d.spelling) + " as match.code says, so it could never be read"
	}
	return ""
}

func (c *compiler) row(r dialect.Row, complain func(string)) (row, bool) {
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
		var d *compiledDialect
		if i := slices.IndexFunc(c.engine.dialects, func(d *compiledDialect) bool { return d.name == name }); i >= 0 {
			d = c.engine.dialects[i]
		} else if name != "*" {
			c.faults = append(c.faults, dialect.Fault{Message: "map " + name + ": this site does not speak the dialect " + strconv.Quote(name) + c.spoken(name)})
			continue
		}
		c.siteRows(d, name, rows[name])
	}
}

// siteRows adds the rows for one dialect, or, where it is nil, for all.
func (c *compiler) siteRows(d *compiledDialect, name string, rows []dialect.Row) {
	e := c.engine
	own := e.site[name]
	if own == nil {
		own = e.site["*"]
	}
	own = own.clone()
	for _, r := range rows {
		where := "map " + name + " " + r.Native + " " + r.Code + ": "
		compiled, ok := c.row(r, func(msg string) { c.faults = append(c.faults, dialect.Fault{Message: where + msg}) })
		if !ok {
			continue
		}
		if d != nil && d.unreadable(r.Native) != "" {
			c.faults = append(c.faults, dialect.Fault{Message: where + "native code " + strconv.Quote(r.Native) + " is not spelled " + string(d.spelling) + " as the codes of " + d.name + " are, so it could never be read"})
			continue
		}
		if d != nil && len(d.code) == 0 && r.OfCode() {
			c.faults = append(c.faults, dialect.Fault{Message: where + "the dialect " + d.name + " has no codes"})
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
func (c *compiler) siteRepeats(name string, rows []dialect.Row) {
	seen := map[string]bool{}
	for _, r := range rows {
		if seen[r.Native] {
			c.faults = append(c.faults, dialect.Fault{Message: "map " + name + " " + r.Native + ": this native code has two rows; keep one of them"})
		}
		seen[r.Native] = true
	}
}

func (c *compiler) spoken(name string) string {
	var names []string
	for _, d := range c.engine.dialects {
		names = append(names, d.name)
	}
	if near := suggest.Nearest(name, names); near != "" {
		return "; did you mean " + near + "?"
	}
	return "; it speaks " + suggest.List(names) + ", and * means all of them"
}
