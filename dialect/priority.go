package dialect

import (
	"cmp"
	"slices"
)

// Priority decides which of several built-in dialects is tried first.
type Priority string

// The priorities.
const (
	PriorityFirst  Priority = "first"  // evidence that no other dialect has
	PriorityHigh   Priority = "high"   // a shape of one API
	PriorityNormal Priority = "normal" // the default
	PriorityLow    Priority = "low"    // a shape that several APIs share
	PriorityLast   Priority = "last"   // a shape that anybody may have
)

// Priorities returns the priorities, the first one first.
func Priorities() []Priority {
	return []Priority{PriorityFirst, PriorityHigh, PriorityNormal, PriorityLow, PriorityLast}
}

// rank returns the place of a priority in Priorities.
func (p Priority) rank() int { return slices.Index(Priorities(), cmp.Or(p, PriorityNormal)) }

// Order sorts files as `dialect auto` and `dialect all` try them: general rules
// last, then by priority, then by name. See OrderForms for their variants.
func Order(files []*File) []*File {
	out := slices.Clone(files)
	slices.SortStableFunc(out, func(a, b *File) int {
		return cmp.Or(byPriority(a, b), cmp.Compare(a.Name, b.Name))
	})
	return out
}

// OrderForms returns the forms of files in the order in which they are tried. The
// files keep their order, and the forms of a file that of Expand. Only a variant
// whose priority differs from that of its file leaves it, if fixed does not report
// that the order of the file is fixed: it is tried among the files of its priority.
func OrderForms(files []*File, fixed func(*File) bool) []*File {
	var forms, free []*File
	var places []int // of free in forms
	moves := false
	for _, f := range files {
		for _, form := range f.Expand() {
			if !fixed(f) {
				places, free = append(places, len(forms)), append(free, form)
				moves = moves || byPriority(form, f) != 0
			}
			forms = append(forms, form)
		}
	}
	if moves {
		slices.SortStableFunc(free, byPriority)
		for i, place := range places {
			forms[place] = free[i]
		}
	}
	return forms
}

// byPriority compares files by priority. General rules come last.
func byPriority(a, b *File) int {
	return cmp.Or(boolRank(a.General)-boolRank(b.General), a.Priority.rank()-b.Priority.rank())
}

func boolRank(b bool) int {
	if b {
		return 1
	}
	return 0
}
