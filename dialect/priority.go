package dialect

import (
	"cmp"
	"slices"
)

// Order sorts files as automatic detection tries them: by priority, the highest
// first, then by name.
func Order(files []*File) []*File {
	out := slices.Clone(files)
	slices.SortStableFunc(out, func(a, b *File) int {
		return cmp.Or(cmp.Compare(b.Priority, a.Priority), cmp.Compare(a.Name, b.Name))
	})
	return out
}
