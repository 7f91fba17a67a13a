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
	table, ranges := translate.NewRowTable(f.Codes), newRangeRows(f.Codes)
	seen := map[string]bool{} // canonical codes: the first row of each is also how it is written
	for i, r := range f.Codes {
		fault := dialect.Fault{File: f.File, Line: r.At.Line, Column: r.At.Column}
		if why := unreachable(f.Codes[i], forms, ranges, i); why != "" {
			fault.Message = fmt.Sprintf("unreachable row %q: %s", r.Native, why)
			faults = append(faults, fault)
		} else if by, ok := replacement(table, ranges, i); ok && seen[r.Code] {
			fault.Message = fmt.Sprintf("row %q has no effect: the row %q on line %d has the same meaning", r.Native, by.Native, by.At.Line)
			warnings = append(warnings, fault)
		}
		seen[r.Code] = true
	}
	return faults, warnings
}

// unreachable returns why no response of any form reaches a row, or "" if one may.
func unreachable(r dialect.Row, forms []*dialect.File, ranges *rangeRows, i int) (why string) {
	k := dialect.ParseRowKey(r.Native)
	if k.Range {
		return ranges.whyHidden(i)
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

// replacement returns the row that makes row i superfluous, if there is one.
func replacement(table *translate.RowTable, ranges *rangeRows, i int) (dialect.Row, bool) {
	r := ranges.rows[i]
	by, ok := table.Replacement(r.Native)
	if around, isRange := ranges.around[i]; isRange {
		by, ok = ranges.rows[around], true
	}
	// A row with a documented status of its own is not superfluous.
	return by, ok && r.Code == by.Code && r.Force == by.Force && (r.Status == 0 || r.Status == by.Status)
}
