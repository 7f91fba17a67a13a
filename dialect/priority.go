package dialect

import (
	"cmp"
	"slices"
)

// Priority is the order in which built-in dialects are tried.
type Priority string

// The priorities.
const (
	PriorityFirst  Priority = "first"  // evidence that no other dialect has
	PriorityHigh   Priority = "high"   // a shape of one API
	PriorityNormal Priority = "normal" // the default
	PriorityLow    Priority = "low"    // a shape that several APIs share
	PriorityLast   Priority = "last"   // a shape that any API may have
)

// Priorities returns the priorities, the first one first.
func Priorities() []Priority {
	return []Priority{PriorityFirst, PriorityHigh, PriorityNormal, PriorityLow, PriorityLast}
}

// rank returns the index of a priority in Priorities.
func (p Priority) rank() int { return slices.Index(Priorities(), cmp.Or(p, PriorityNormal)) }

// Order sorts files as `dialect auto` and `dialect all` try them: general rules
// last, then by priority, then by name. The forms of a dialect that have the same
// priority keep their order.
func Order(files []*File) []*File {
	out := slices.Clone(files)
	slices.SortStableFunc(out, func(a, b *File) int {
		return cmp.Or(byPriority(a, b), cmp.Compare(a.Name, b.Name))
	})
	return out
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
