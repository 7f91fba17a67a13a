package cli

import (
	"fmt"

	"github.com/koine-proxy/koine/dialect"
	"github.com/koine-proxy/koine/translate"
)

// checkTable finds the rows of a file that no response can reach, which are faults, and the
// rows that have no effect because another row is equivalent. The latter are only warnings:
// they may be there as documentation. forms are the forms of the dialect that have the
// rows, with what they inherit.
func checkTable(f *dialect.File, forms []*dialect.File) (faults, warnings []dialect.Fault) {
	table := translate.NewRowTable(f.Codes)
	seen := map[string]bool{} // canonical codes: the first row of each is also how it is written
	for i, r := range f.Codes {
		fault := dialect.Fault{File: f.File, Line: r.At.Line, Column: r.At.Column}
		if why := unreachable(f.Codes, i, forms); why != "" {
			fault.Message = fmt.Sprintf("unreachable row %q: %s", r.Native, why)
			faults = append(faults, fault)
		} else if by, ok := replacement(table, f.Codes, i); ok && seen[r.Code] {
			fault.Message = fmt.Sprintf("row %q has no effect: the row %q on line %d has the same meaning", r.Native, by.Native, by.At.Line)
			warnings = append(warnings, fault)
		}
		seen[r.Code] = true
	}
	return faults, warnings
}

// unreachable returns why no response of any form reaches a row, or "" if one may.
func unreachable(rows []dialect.Row, i int, forms []*dialect.File) (why string) {
	k := dialect.ParseRowKey(rows[i].Native)
	if k.Range {
		return hiddenRange(rows[:i], k)
	}
	for _, f := range forms {
		if why = unreachableStatus(f, k.Status); why == "" {
			return ""
		}
	}
	return why
}

// unreachableStatus returns why no error of a dialect has a status, or "" if one may. 0 is
// any status.
func unreachableStatus(f *dialect.File, status int) string {
	switch {
	case status == 0:
	case status < 400 && !(f.SuccessErrors != 0 && status/100 == 2):
		return fmt.Sprintf("errors of this dialect do not come with a %d; add `success_errors`, or remove the row", status)
	case len(f.Match.Status) > 0 && !translate.MatchesStatus(f.Match.Status, status):
		return fmt.Sprintf("match.status excludes %d", status)
	}
	return ""
}

// hiddenRange returns which earlier ranges cover a range completely: a number belongs
// to the first range that contains it.
func hiddenRange(earlier []dialect.Row, k dialect.RowKey) string {
	from, by := k.From, ""
	for from <= k.To {
		next, ok := dialect.RowKey{}, false
		for _, r := range earlier {
			if next = dialect.ParseRowKey(r.Native); next.Range && next.From <= from && from <= next.To {
				by, ok = r.Native, true
				break
			}
		}
		if !ok {
			return ""
		}
		from = next.To + 1
		if from < next.To { // past the largest number
			break
		}
	}
	return "earlier ranges, such as " + by + ", cover all its numbers"
}

// replacement returns the row that makes row i superfluous, if there is one.
func replacement(table *translate.RowTable, rows []dialect.Row, i int) (dialect.Row, bool) {
	r := rows[i]
	by, ok := table.Replacement(r.Native)
	if dialect.ParseRowKey(r.Native).Range {
		by, ok = aroundRange(rows, i)
	}
	// A row with a documented status of its own is not superfluous.
	return by, ok && r.Code == by.Code && r.Force == by.Force && (r.Status == 0 || r.Status == by.Status)
}

// aroundRange returns the later range that would decide on all numbers of range i, if no
// other range takes some of them.
func aroundRange(rows []dialect.Row, i int) (dialect.Row, bool) {
	k := dialect.ParseRowKey(rows[i].Native)
	for _, r := range rows[i+1:] {
		switch other := dialect.ParseRowKey(r.Native); {
		case !other.Range || other.To < k.From || k.To < other.From:
		case other.From <= k.From && k.To <= other.To:
			return r, true
		default:
			return dialect.Row{}, false
		}
	}
	return dialect.Row{}, false
}
