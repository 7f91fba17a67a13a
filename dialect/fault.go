package dialect

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// Fault is one mistake in a file, reported as a compiler would. The zero Line
// means that the position is not known (the file itself could not be read, or
// the words came from elsewhere).
type Fault struct {
	File    string // as the user named it; "rustbill.yaml" for a built-in one
	Line    int    // from 1
	Column  int    // from 1
	Message string // what is wrong and what would have been right
}

// Error renders the fault as file:line:column: message.
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

// Faults are all the mistakes that were found, in the order of their position.
// A nil slice is no error; use Err to get an error value.
type Faults []Fault

// Error renders one fault a line.
func (fs Faults) Error() string {
	lines := make([]string, len(fs))
	for i, f := range fs {
		lines[i] = f.Error()
	}
	return strings.Join(lines, "\n")
}

// Err returns fs, sorted, as an error, or nil where there is none.
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

// Pos is a place in a file; both numbers count from 1, and 0 is unknown.
type Pos struct{ Line, Column int }
