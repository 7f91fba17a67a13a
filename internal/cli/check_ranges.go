package cli

import (
	"math"
	"slices"

	"github.com/koine-proxy/koine/dialect"
)

// rangeRows answers questions about the rows of a file that are ranges, all in one pass:
// a file may have tens of thousands of them.
type rangeRows struct {
	rows   []dialect.Row
	hidden map[int]int // ranges whose numbers all belong to earlier ranges: one of these
	around map[int]int // ranges whose numbers would all belong to one later range: that one
}

// newRangeRows examines the ranges among the rows.
func newRangeRows(rows []dialect.Row) *rangeRows {
	r := &rangeRows{rows: rows, hidden: map[int]int{}, around: map[int]int{}}
	keys := make([]dialect.RowKey, len(rows))
	var starts []int64 // of the segments between the ends of all ranges
	for i := range rows {
		if k := dialect.ParseRowKey(rows[i].Native); k.Range {
			keys[i] = k
			if starts = append(starts, k.From); k.To < math.MaxInt64 {
				starts = append(starts, k.To+1)
			}
		}
	}
	slices.Sort(starts)
	s := &segments{starts: slices.Compact(starts)}
	r.findHidden(keys, s)
	r.findAround(keys, s)
	return r
}

// whyHidden returns which earlier ranges cover range i completely: a number belongs to the
// first range that contains it.
func (r *rangeRows) whyHidden(i int) string {
	by, ok := r.hidden[i]
	if !ok {
		return ""
	}
	return "earlier ranges, such as " + r.rows[by].Native + ", cover all its numbers"
}

// segments are consecutive parts of the whole numbers. No range ends inside of one.
type segments struct{ starts []int64 }

// of returns the first and the last segment of a range.
func (s *segments) of(k dialect.RowKey) (first, last int) {
	first, _ = slices.BinarySearch(s.starts, k.From)
	if k.To == math.MaxInt64 {
		return first, len(s.starts) - 1
	}
	after, _ := slices.BinarySearch(s.starts, k.To+1)
	return first, after - 1
}

// findHidden gives each segment to the first range that contains it, as a table does.
func (r *rangeRows) findHidden(keys []dialect.RowKey, s *segments) {
	owner := make([]int, len(s.starts))
	free := make([]int, len(s.starts)+1) // where to look for the next segment without an owner
	for i := range free {
		free[i] = i
	}
	next := func(i int) int {
		for free[i] != i {
			free[i] = free[free[i]]
			i = free[i]
		}
		return i
	}
	for i, k := range keys {
		if !k.Range {
			continue
		}
		first, last := s.of(k)
		at := next(first)
		if at > last {
			r.hidden[i] = owner[last]
		}
		for ; at <= last; at = next(at) {
			owner[at], free[at] = i, at+1
		}
	}
}

// findAround looks for the first later range that has a number of a range, and keeps it
// if it has all of them.
func (r *rangeRows) findAround(keys []dialect.RowKey, s *segments) {
	later := newMinimums(len(s.starts))
	for i, k := range slices.Backward(keys) {
		if !k.Range {
			continue
		}
		first, last := s.of(k)
		if j := later.minimum(first, last); j < len(keys) && keys[j].From <= k.From && k.To <= keys[j].To {
			r.around[i] = j
		}
		later.lower(first, last, i)
	}
}

// minimums is a list of numbers, of which parts can be lowered and searched for the
// least one. It is a segment tree: node i has the nodes 2i and 2i+1 below it.
type minimums struct {
	size  int
	whole []int // what all numbers below a node were lowered to
	least []int // the least number below a node
}

func newMinimums(n int) *minimums {
	m := &minimums{size: 1}
	for m.size < n {
		m.size *= 2
	}
	m.whole, m.least = make([]int, 2*m.size), make([]int, 2*m.size)
	for i := range m.whole {
		m.whole[i], m.least[i] = math.MaxInt, math.MaxInt
	}
	return m
}

// lower lowers the numbers from first to last to value, if they are larger.
func (m *minimums) lower(first, last, value int) { m.lowerBelow(1, 0, m.size-1, first, last, value) }

func (m *minimums) lowerBelow(node, from, to, first, last, value int) {
	if last < from || to < first {
		return
	}
	m.least[node] = min(m.least[node], value)
	if first <= from && to <= last {
		m.whole[node] = min(m.whole[node], value)
		return
	}
	middle := (from + to) / 2
	m.lowerBelow(2*node, from, middle, first, last, value)
	m.lowerBelow(2*node+1, middle+1, to, first, last, value)
}

// minimum returns the least of the numbers from first to last.
func (m *minimums) minimum(first, last int) int { return m.minimumBelow(1, 0, m.size-1, first, last) }

func (m *minimums) minimumBelow(node, from, to, first, last int) int {
	switch {
	case last < from || to < first:
		return math.MaxInt
	case first <= from && to <= last:
		return m.least[node]
	}
	middle := (from + to) / 2
	return min(m.whole[node], m.minimumBelow(2*node, from, middle, first, last), m.minimumBelow(2*node+1, middle+1, to, first, last))
}
