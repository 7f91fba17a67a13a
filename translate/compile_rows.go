package translate

import (
	"slices"
	"strconv"

	"github.com/koine-proxy/koine/dialect"
	"github.com/koine-proxy/koine/internal/suggest"
)

func (c *compiler) codes(d *compiledDialect, f *dialect.File) {
	if len(f.Codes) == 0 && !f.Identity && !f.Has("codes") {
		c.fault(f, f.CodesAt, "codes is empty; add rows such as `not_found: 404 RESOURCE.NOT_FOUND`, or write {} for a dialect without codes")
	}
	ownRows := f.Variant == "" || f.Has("codes")
	if !d.readsCodes() && ownRows && (f.Identity || slices.ContainsFunc(f.Codes, func(r dialect.Row) bool { return !r.Inherited && r.AppliesToCodes() })) {
		c.fault(f, f.ShapeAt, "shape has no `code`; name the member that holds the native code, for example `code: error.code`")
	}
	if c.shareRows(d, f) {
		return
	}
	if len(f.Codes) > 0 {
		d.table.exact = make(map[string]row, len(f.Codes))
	}
	first := make(map[string]int, len(f.Codes)) // the line of each row
	for _, r := range f.Codes {
		if line, ok := first[r.Native]; ok && !d.general {
			c.fault(f, r.At, "duplicate native code "+strconv.Quote(r.Native)+" (first on line "+strconv.Itoa(line)+")")
			continue
		}
		first[r.Native] = r.At.Line
		if why := d.unreachableReason(r.Native); why != "" && (r.Inherited || !ownRows) {
			continue // the row is for codes of another format
		} else if why != "" {
			c.fault(f, r.At, "native code "+strconv.Quote(r.Native)+why)
		}
		if !d.readsCodes() && r.AppliesToCodes() {
			continue // inherited; there is no code to look up
		}
		compiled, ok := c.row(r, func(msg string) { c.fault(f, r.CodeAt, msg) })
		if !ok {
			continue
		}
		native := r.Native
		if d.general {
			native = string(appendFolded(nil, native))
		}
		d.table.add(native, compiled)
	}
	if d.readsCodes() {
		d.table.addNearest(c.engine.taxonomy, f.Write)
	}
}

// shareRows reuses the table of another form of the same dialect that has the same
// rows and reads codes in the same way. It reports whether there is one.
func (c *compiler) shareRows(d *compiledDialect, f *dialect.File) bool {
	if len(f.Codes) == 0 {
		return false
	}
	first := &f.Codes[0]
	other := c.tables[first]
	if other == nil {
		if c.tables == nil {
			c.tables = map[*dialect.Row]*compiledDialect{}
		}
		c.tables[first] = d
		return false
	}
	if other.codeForm != d.codeForm || len(other.subcode) != len(d.subcode) || len(other.code) == 0 != (len(d.code) == 0) {
		return false
	}
	d.table = other.table
	return true
}

// unreachableReason returns why no native code can match a row, or "" if one can.
func (d *compiledDialect) unreachableReason(native string) string {
	code, _, marked := dialect.CutStatus(native)
	switch {
	case marked && code == "", len(d.code) == 0:
		return ""
	case !d.codeForm.Matches(dialect.RowCode(native)):
		return " does not have the form " + string(d.codeForm) + " that match.code_is requires, so it can never occur"
	}
	return ""
}

func (c *compiler) row(r dialect.Row, report func(message string)) (row, bool) {
	code := c.engine.taxonomy.Lookup(r.Code)
	if code == nil {
		c.names.taxonomy = c.engine.taxonomy
		report(c.names.unknown(r.Code))
		return row{}, false
	}
	return row{code: code, status: r.Status, force: r.Force}, true
}

// site adds the rows of a site. Rows for "*" apply to every dialect, unless a row
// names the dialect.
func (c *compiler) site(rows Rows) {
	names := make([]string, 0, len(rows))
	for name := range rows {
		names = append(names, name)
	}
	slices.Sort(names) // "*" sorts before every name
	for _, name := range names {
		c.checkDuplicateRows(name, rows[name])
		forms := c.engine.formsOf(name)
		if len(forms) == 0 && name != "*" {
			c.faults = append(c.faults, dialect.Fault{Message: "map " + name + ": " + UnusedDialect(name, c.engine.Dialects())})
			continue
		}
		c.siteRows(forms, name, rows[name])
	}
}

// formsOf returns the forms of the dialect of that name.
func (e *Engine) formsOf(name string) (forms []*compiledDialect) {
	for _, d := range e.dialects {
		if d.name == name {
			forms = append(forms, d)
		}
	}
	return forms
}

// siteRows adds the rows for one dialect or, without forms, for all.
func (c *compiler) siteRows(forms []*compiledDialect, name string, rows []dialect.Row) {
	e := c.engine
	own := e.site[name]
	if own == nil {
		own = e.site["*"]
	}
	own = own.clone()
	before := len(own.ranges)
	for _, r := range rows {
		where := "map " + name + " " + r.Native + " " + r.Code + ": "
		compiled, ok := c.row(r, func(msg string) { c.faults = append(c.faults, dialect.Fault{Message: where + msg}) })
		if !ok {
			continue
		}
		if reason := unusableReason(forms, r); reason != "" {
			c.faults = append(c.faults, dialect.Fault{Message: where + reason})
			continue
		}
		own.add(r.Native, compiled)
	}
	own.ranges = slices.Concat(own.ranges[before:], own.ranges[:before]) // the first one counts
	if e.site == nil {
		e.site = map[string]*siteRows{}
	}
	e.site[name] = own
	e.addSiteFile(name, rows)
}

// unusableReason returns why a row of a site can apply to no form of its dialect,
// or "".
func unusableReason(forms []*compiledDialect, r dialect.Row) (reason string) {
	for _, d := range forms {
		switch {
		case d.unreachableReason(r.Native) != "":
			reason = "native code " + strconv.Quote(r.Native) + " does not have the form " + string(d.codeForm) + " of the codes of " + d.name + ", so it can never occur"
		case len(d.code) == 0 && r.AppliesToCodes():
			reason = "the dialect " + d.name + " has no codes"
		default:
			return ""
		}
	}
	return reason
}

// checkDuplicateRows reports native codes that have two rows under one name.
func (c *compiler) checkDuplicateRows(name string, rows []dialect.Row) {
	seen := map[string]bool{}
	for _, r := range rows {
		if seen[r.Native] {
			c.faults = append(c.faults, dialect.Fault{Message: "map " + name + " " + r.Native + ": duplicate row"})
		}
		seen[r.Native] = true
	}
}

// maxListed is the number of names above which a message does not list them.
const maxListed = 20

// UnusedDialect returns the message about a dialect that a site does not use, with the
// nearest one of those that it uses, or with a list of them.
func UnusedDialect(name string, used []string) string {
	message := "this site does not use the dialect " + strconv.Quote(name)
	near := suggest.Nearest(name, used)
	switch {
	case near != "":
		return message + "; did you mean " + near + "?"
	case len(used) > maxListed:
		return message + "; it uses " + strconv.Itoa(len(used)) + " dialects, which `caddy translate-errors dialects` lists; use * for all of them"
	}
	return message + "; it uses " + suggest.List(used) + "; use * for all of them"
}
