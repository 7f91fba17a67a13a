package ledger

import (
	"math"
	"math/bits"
	"slices"
	"sync/atomic"
)

// counters counts differences, one counter for each bit of Changes.
type counters [len(changeNames)]atomic.Int64

func (c *counters) add(changes Changes) {
	for ; changes != 0; changes &= changes - 1 {
		c[bits.TrailingZeros16(uint16(changes))].Add(1)
	}
}

// snapshot returns the counts that are not zero by their names; nil if there are none.
func (c *counters) snapshot() map[string]int64 {
	var out map[string]int64
	for i := range c {
		if n := c[i].Load(); n != 0 {
			if out == nil {
				out = map[string]int64{}
			}
			out[changeNames[i]] = n
		}
	}
	return out
}

func (c *counters) merge(counts map[string]int64, sign int64) {
	for i, name := range changeNames {
		if n := counts[name]; n != 0 {
			c[i].Add(sign * n)
		}
	}
}

// The time that is covered by counts of hours.
const (
	trendHours  = 24     // of an entry
	seriesHours = 24 * 7 // of a stratum
)

// addHour adds n to the count of the hour of a time. A slot has the number of its hour in
// its upper half and the count in its lower one; an hour replaces the one that has the
// same slot.
func addHour(slots []atomic.Uint64, unix, n int64) {
	hour := uint64(unix/3600) & math.MaxUint32
	slot := &slots[hour%uint64(len(slots))]
	for {
		old := slot.Load()
		switch {
		case old>>32 == hour:
			if uint64(n) > math.MaxUint32-old&math.MaxUint32 {
				return // 4,000,000,000 in one hour are enough
			}
			slot.Add(uint64(n)) // if another hour begins at this moment, it counts this one, too
			return
		case old>>32 > hour:
			return
		case slot.CompareAndSwap(old, hour<<32|uint64(n)):
			return
		}
	}
}

// Hour is the number of errors in one hour.
type Hour struct {
	Start int64 `json:"start"` // Unix seconds
	Count int64 `json:"count"`
}

// hours returns the counts of the hours that end with the one of now, the oldest first,
// without empty ones.
func hours(slots []atomic.Uint64, now int64) (out []Hour) {
	oldest := uint64(now/3600) - uint64(len(slots)) + 1
	for i := range slots {
		if v := slots[i].Load(); v != 0 && v>>32 >= oldest {
			out = append(out, Hour{int64(v>>32) * 3600, int64(v & math.MaxUint32)})
		}
	}
	slices.SortFunc(out, func(a, b Hour) int { return int(a.Start - b.Start) })
	return out
}
