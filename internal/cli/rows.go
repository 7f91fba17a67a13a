package cli

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/koine-proxy/koine/dialect"
	"github.com/koine-proxy/koine/translate"
)

// row is a row of a table, with its key taken apart.
type row struct {
	dialect.Row
	key dialect.RowKey
}

func rowsOf(codes []dialect.Row) []row {
	rows := make([]row, len(codes))
	for i, r := range codes {
		rows[i] = row{r, dialect.ParseRowKey(r.Native)}
	}
	return rows
}

// FindRow returns the row that a native code at a status was found by, as far as
// that can be told without the subcode: the most exact one that leads to the
// canonical code.
func FindRow(codes []dialect.Row, native, subcode string, status int, canonical string) (dialect.Row, bool) {
	rows := rowsOf(codes)
	for _, finer := range []bool{true, false} {
		for _, at := range []int{status, 0} {
			for _, r := range rows {
				k := r.key
				fits := !k.Prefix && !k.Range && k.Status == at && k.Code != "" && r.Code == canonical &&
					(k.Code == native && !finer || finer && subcode != "" && k.Code == native+"/"+subcode)
				if fits {
					return r.Row, true
				}
			}
		}
	}
	if r := coveringPrefix(rows, native, -1); r != nil && r.Code == canonical {
		return r.Row, true
	}
	if r := coveringRange(rows, native); r != nil && r.Code == canonical {
		return r.Row, true
	}
	for _, r := range rows {
		if r.key == (dialect.RowKey{Status: status}) && r.Code == canonical {
			return r.Row, true
		}
	}
	return dialect.Row{}, false
}

// coveringPrefix returns the row of the longest prefix that codes beginning with
// code have, leaving out one row.
func coveringPrefix(rows []row, code string, but int) (best *row) {
	for i := range rows {
		r := &rows[i]
		if i != but && r.key.Prefix && strings.HasPrefix(code, r.key.Code) && (best == nil || len(r.key.Code) > len(best.key.Code)) {
			best = r
		}
	}
	return best
}

// coveringRange returns the first row of a range that a code is in.
func coveringRange(rows []row, code string) *row {
	n, err := strconv.ParseInt(code, 10, 64)
	if err != nil {
		return nil
	}
	for i := range rows {
		if k := rows[i].key; k.Range && k.From <= n && n <= k.To {
			return &rows[i]
		}
	}
	return nil
}

func exactRow(rows []row, native string) *row {
	for i := range rows {
		if rows[i].Native == native {
			return &rows[i]
		}
	}
	return nil
}

// deadRows finds the rows of a file that no response can reach (those are faults),
// and those that change nothing, since another row says the same (which only
// deserves a warning: they may document). Whole is the dialect with what it
// inherits.
func deadRows(f, whole *dialect.File) (faults, warnings []dialect.Fault) {
	rows := rowsOf(f.Codes)
	first := map[string]bool{} // of a canonical code: the row that says how it is written
	for i := range rows {
		r := &rows[i]
		fault := dialect.Fault{File: f.File, Line: r.At.Line, Column: r.At.Column}
		if why := unreachable(rows, i, whole); why != "" {
			fault.Message = fmt.Sprintf("dead row %q: %s", r.Native, why)
			faults = append(faults, fault)
		} else if by := redundant(rows, i); by != nil && first[r.Code] {
			fault.Message = fmt.Sprintf("row %q changes nothing: the row %q in line %d says the same", r.Native, by.Native, by.At.Line)
			warnings = append(warnings, fault)
		}
		first[r.Code] = true
	}
	return faults, warnings
}

// unreachable says why no response of the dialect reaches a row; "" where one
// may.
func unreachable(rows []row, i int, whole *dialect.File) string {
	k := rows[i].key
	switch {
	case k.Status != 0 && k.Status < 400 && !(whole.SuccessErrors != 0 && k.Status/100 == 2):
		return fmt.Sprintf("the errors of this dialect do not ride on a %d; say so with rides_on, or take the row out", k.Status)
	case k.Status != 0 && len(whole.Match.Status) > 0 && !translate.MatchesStatus(whole.Match.Status, k.Status):
		return fmt.Sprintf("match.status leaves out %d", k.Status)
	case k.Range:
		return hiddenRange(rows, i)
	}
	return ""
}

// hiddenRange says which ranges before it hide a range as a whole: the first that
// a number is in counts.
func hiddenRange(rows []row, i int) string {
	from, by := rows[i].key.From, ""
	for from <= rows[i].key.To {
		var next *row
		for j := range rows[:i] {
			if k := rows[j].key; k.Range && k.From <= from && from <= k.To {
				next = &rows[j]
				break
			}
		}
		if next == nil {
			return ""
		}
		from, by = next.key.To+1, next.Native
		if from < next.key.To { // past the largest number
			break
		}
	}
	return "ranges before it, such as " + by + ", have all of its numbers"
}

// redundant returns the row that makes another superfluous, if there is one. Rows
// of a subcode are let be: they tell what a code is made of.
func redundant(rows []row, i int) *row {
	r, k := &rows[i], rows[i].key
	var instead *row
	switch {
	case k.Range:
		instead = aroundRange(rows, i)
	case k.Code == "" || strings.Contains(k.Code, "/"):
		return nil // behind the row of a status there is no other
	case k.Status != 0:
		instead = exactRow(rows, k.Code)
	}
	if instead == nil && !k.Range {
		instead = coveringPrefix(rows, k.Code, i)
	}
	if instead == nil && !k.Range && !k.Prefix {
		instead = coveringRange(rows, k.Code)
	}
	if instead == nil || !r.saysNoMore(instead) {
		return nil
	}
	return instead
}

// aroundRange returns the range behind row i that would have its numbers, if no
// other range stands in between.
func aroundRange(rows []row, i int) *row {
	k := rows[i].key
	for j := i + 1; j < len(rows); j++ {
		switch other := rows[j].key; {
		case !other.Range || other.To < k.From || k.To < other.From:
		case other.From <= k.From && k.To <= other.To:
			return &rows[j]
		default:
			return nil
		}
	}
	return nil
}

// saysNoMore tells whether everything that r says is said by other, too. A
// documented status that only r has is worth its row.
func (r *row) saysNoMore(other *row) bool {
	return r.Code == other.Code && r.Force == other.Force && (r.Status == 0 || r.Status == other.Status)
}
