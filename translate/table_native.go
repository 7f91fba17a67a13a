package translate

import (
	"cmp"
	"slices"
	"strconv"
)

// NativeCode is a row of the tables of an engine.
type NativeCode struct {
	Dialect string // "*" for a row of the site that applies to every dialect
	Native  string // as in a mapping file: a code, prefix*, from..to, code@status, @status
	Status  int    // that the upstream sends with it; 0 if the row does not say
	Code    *Code
}

// NativeCodes returns all rows by which errors get their codes, sorted by dialect and
// native code. Those of general rules, which are guesses, are not among them.
func (e *Engine) NativeCodes() []NativeCode {
	var out []NativeCode
	listed := map[[2]string]bool{} // the forms of a dialect have rows in common
	add := func(dialectName string, t *table) {
		t.each(func(native string, r row) {
			if key := [2]string{dialectName, native}; !listed[key] {
				listed[key] = true
				out = append(out, NativeCode{dialectName, native, r.status, r.code})
			}
		})
	}
	all := e.site["*"]
	for name, rows := range e.site { // the order does not matter: each has a name of its own
		if name == "*" || all == nil {
			add(name, &rows.table)
			continue
		}
		own := rows.table.without(&all.table)
		add(name, &own)
	}
	for _, d := range e.dialects {
		if !d.general {
			add(d.name, &d.table)
		}
	}
	slices.SortFunc(out, func(a, b NativeCode) int {
		return cmp.Or(cmp.Compare(a.Dialect, b.Dialect), cmp.Compare(a.Native, b.Native))
	})
	return out
}

// each calls f for every row, with its native code as it is written in a file.
func (t *table) each(f func(native string, r row)) {
	for native, r := range t.exact {
		f(native, r)
	}
	for prefix, r := range t.prefixes {
		f(prefix+"*", r)
	}
	for _, r := range t.ranges {
		f(strconv.FormatInt(r.from, 10)+".."+strconv.FormatInt(r.to, 10), r.row)
	}
	for status, r := range t.statuses {
		f("@"+strconv.Itoa(status), r)
	}
}

// without returns the rows that another table does not have.
func (t *table) without(other *table) table {
	var out table
	theirs := map[string]row{}
	other.each(func(native string, r row) { theirs[native] = r })
	t.each(func(native string, r row) {
		if theirs[native] != r {
			out.add(native, r)
		}
	})
	return out
}
