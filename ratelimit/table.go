package ratelimit

// slot is one key of a table.
type slot struct {
	hash uint64 // 0 where the slot is free
	ns   int64
	part uint32 // below MostQuota
}

func (s *slot) arrival() arrival      { return arrival{s.ns, int64(s.part)} }
func (s *slot) set(a arrival)         { s.ns, s.part = a.ns, uint32(a.part) }
func (s *slot) passed(now int64) bool { return s.arrival().passed(now) }

// table is a hash table with open addressing and linear probing. Go's own map
// can neither be walked a few entries at a time nor made smaller, and both are
// needed to forget idle keys without a goroutine.
type table struct {
	slots []slot // a power of two, or none
	used  int
	hand  int   // where the next sweep starts
	swept int64 // when the last one was
}

// The sizes of a table.
const (
	leastSlots   = 8
	sweepCycle   = 10e9 // nanoseconds in which the hand goes round once, where there are takes
	mostSwept    = 1024 // slots in one take, which is some microseconds
	sweptForRoom = 64
)

func (t *table) home(hash uint64) int { return int(hash) & (len(t.slots) - 1) }

// find returns the slot of a hash, or nil.
func (t *table) find(hash uint64) *slot {
	if len(t.slots) == 0 {
		return nil
	}
	for i := t.home(hash); ; i = (i + 1) & (len(t.slots) - 1) {
		switch t.slots[i].hash {
		case hash:
			return &t.slots[i]
		case 0:
			return nil
		}
	}
}

// insert adds a hash that is not there. It needs a free slot; see full.
func (t *table) insert(hash uint64) *slot {
	i := t.home(hash)
	for t.slots[i].hash != 0 {
		i = (i + 1) & (len(t.slots) - 1)
	}
	t.slots[i] = slot{hash: hash}
	t.used++
	return &t.slots[i]
}

// full tells whether the table needs a rehash before the next insert.
func (t *table) full() bool { return 4*(t.used+1) > 3*len(t.slots) }

// sparse tells whether the table holds much more memory than it needs.
func (t *table) sparse() bool { return len(t.slots) > leastSlots && 8*t.used < len(t.slots) }

// remove frees the slot i, and moves those behind it that would not be found
// across the gap.
func (t *table) remove(i int) {
	mask := len(t.slots) - 1
	for j := (i + 1) & mask; t.slots[j].hash != 0; j = (j + 1) & mask {
		fromHome := (j - t.home(t.slots[j].hash)) & mask
		if fromHome >= (j-i)&mask {
			t.slots[i] = t.slots[j]
			i = j
		}
	}
	t.slots[i] = slot{}
	t.used--
}

// sweep looks at n slots and frees those whose arrival has passed.
func (t *table) sweep(now int64, n int) (freed int) {
	for ; n > 0 && t.used > 0; n-- {
		t.hand &= len(t.slots) - 1
		s := &t.slots[t.hand]
		if s.hash == 0 || !s.passed(now) {
			t.hand++
			continue
		}
		t.remove(t.hand) // the hand stays: another key may have moved here
		freed++
	}
	return freed
}

// due is how many slots to sweep now, so that the hand goes round in time.
func (t *table) due(now int64) int {
	if len(t.slots) == 0 {
		return 0
	}
	n := min((now-t.swept)/(sweepCycle/int64(len(t.slots))+1), mostSwept)
	if n > 0 {
		t.swept = now
	}
	return int(n)
}

// rehash moves the live keys into a table that is between a quarter and half
// full.
func (t *table) rehash(now int64) (freed int) {
	old := *t
	live := 0
	for i := range old.slots {
		if old.slots[i].hash != 0 && !old.slots[i].passed(now) {
			live++
		}
	}
	size := leastSlots
	for size < 2*live {
		size *= 2
	}
	*t = table{slots: make([]slot, size), swept: old.swept}
	for i := range old.slots {
		if s := &old.slots[i]; s.hash != 0 && !s.passed(now) {
			*t.insert(s.hash) = *s
		}
	}
	return old.used - t.used
}
