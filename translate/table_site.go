package translate

import (
	"slices"

	"github.com/koine-proxy/koine/dialect"
)

// siteRows are the rows of a site for one dialect, those for all included.
type siteRows struct {
	table
}

// clone returns an independent copy of s, which may be nil.
func (s *siteRows) clone() *siteRows {
	if s == nil {
		return new(siteRows)
	}
	return &siteRows{table: s.table.clone()}
}

// siteOf returns the rows of the site for a dialect; nil if there are none.
func (e *Engine) siteOf(d *compiledDialect) *siteRows {
	if e.site == nil {
		return nil
	}
	if own := e.site[d.name]; own != nil {
		return own
	}
	return e.site["*"]
}

// lookupRow finds the row of an error: that of its code or, if there is none, that
// of its status. Rows of the site take precedence.
func (e *Engine) lookupRow(d *compiledDialect, k *key) (row, bool) {
	if k.row.code != nil {
		return k.row, true
	}
	if site := e.siteOf(d); site != nil {
		if r, ok := site.statuses[k.status]; ok {
			return r, true
		}
	}
	r, ok := d.table.statuses[k.status]
	return r, ok
}

// findRow reports whether there is a row for the native code, other than one for a
// status alone. It keeps the row in k.
func (e *Engine) findRow(d *compiledDialect, k *key) bool {
	if k.row.code != nil {
		return true
	}
	if k.code == "" {
		return false
	}
	r, ok := e.siteRow(d, k)
	if !ok {
		r, ok = d.table.findCode(k)
	}
	if ok {
		k.row = r
	}
	return ok
}

// siteRow finds the row of the site for a code.
func (e *Engine) siteRow(d *compiledDialect, k *key) (row, bool) {
	if site := e.siteOf(d); site != nil {
		return site.findCode(k)
	}
	return row{}, false
}

// addSiteFile keeps rows of the site for a dialect, or for all, as they are written: those
// of a dialect before those for all.
func (e *Engine) addSiteFile(name string, rows []dialect.Row) {
	if e.siteFiles == nil {
		e.siteFiles = map[string][]dialect.Row{}
	}
	e.siteFiles[name] = slices.Concat(rows, e.siteFiles[name], e.siteFiles["*"])
	if name == "*" {
		e.siteFiles[name] = rows
	}
}
