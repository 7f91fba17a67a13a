package dialect

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// Fault is a mistake in a file, in the format of compiler errors. Line is 0 if the
// position is not known.
type Fault struct {
	File    string // as the user named it; the file name of a built-in one
	Line    int    // from 1
	Column  int    // from 1
	Message string // what is wrong and what was expected
}

// Error returns the fault as file:line:column: message.
func (f Fault) Error() string {
	var b strings.Builder
	b.WriteString(f.File)
	for _, n := range []int{f.Line, f.Column} {
		if n > 0 {
			b.WriteByte(':')
			b.WriteString(strconv.Itoa(n))
		}
	}
	if b.Len() > 0 {
		b.WriteString(": ")
	}
	b.WriteString(f.Message)
	return b.String()
}

// Faults are the mistakes that were found. Use Err to get an error value.
type Faults []Fault

// Error returns the faults, one a line.
func (fs Faults) Error() string {
	lines := make([]string, len(fs))
	for i, f := range fs {
		lines[i] = f.Error()
	}
	return strings.Join(lines, "\n")
}

// Err returns the faults, sorted by position, as an error, or nil if there are
// none.
func (fs Faults) Err() error {
	if len(fs) == 0 {
		return nil
	}
	sorted := slices.Clone(fs)
	slices.SortStableFunc(sorted, func(a, b Fault) int {
		return cmp.Or(strings.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	return slices.Compact(sorted)
}

// Pos is a position in a file. Lines and columns count from 1; 0 is unknown.
type Pos struct{ Line, Column int }
