package ratelimit

// slot is one key of a table.
type slot struct {
	hash    uint64 // 0 if the slot is free
	ns      int64
	part    uint32 // below MaxQuota
	counter uint32 // the index of the counter
}

func (s *slot) arrival() arrival          { return arrival{s.ns, int64(s.part)} }
func (s *slot) set(a arrival)             { s.ns, s.part = a.ns, uint32(a.part) }
func (s *slot) isComplete(now int64) bool { return s.arrival().isComplete(now) }

// table is a hash table with open addressing and linear probing. Go maps can neither be
// iterated in small steps nor shrunk, and both are needed to drop idle keys without a
// goroutine.
type table struct {
	slots      []slot // length is 0 or a power of two
	used       int
	sweepIndex int // where the next sweep starts
}

// minSlots is the size of the smallest table.
const minSlots = 8

func (t *table) startIndex(hash uint64) int { return int(hash) & (len(t.slots) - 1) }

// find returns the slot of a hash, or nil.
func (t *table) find(hash uint64) *slot {
	if len(t.slots) == 0 {
		return nil
	}
	for i := t.startIndex(hash); ; i = (i + 1) & (len(t.slots) - 1) {
		switch t.slots[i].hash {
		case hash:
			return &t.slots[i]
		case 0:
			return nil
		}
	}
}

// insert adds a new hash of a counter. It needs a free slot; see isFull.
func (t *table) insert(hash uint64, counter uint32) *slot {
	i := t.startIndex(hash)
	for t.slots[i].hash != 0 {
		i = (i + 1) & (len(t.slots) - 1)
	}
	t.slots[i] = slot{hash: hash, counter: counter}
	t.used++
	return &t.slots[i]
}

// isFull reports whether the table needs a rehash before the next insert.
func (t *table) isFull() bool { return 4*(t.used+1) > 3*len(t.slots) }

// isSparse reports whether the table uses much more memory than it needs.
func (t *table) isSparse() bool { return len(t.slots) > minSlots && 8*t.used < len(t.slots) }

// remove frees slot i, and moves later slots that would not be found across the gap.
func (t *table) remove(i int) {
	mask := len(t.slots) - 1
	for j := (i + 1) & mask; t.slots[j].hash != 0; j = (j + 1) & mask {
		distance := (j - t.startIndex(t.slots[j].hash)) & mask
		if distance >= (j-i)&mask {
			t.slots[i] = t.slots[j]
			i = j
		}
	}
	t.slots[i] = slot{}
	t.used--
}

// sweep visits n slots, and frees those with a complete quota.
func (t *table) sweep(now int64, n int, c *counters) {
	for ; n > 0 && t.used > 0; n-- {
		t.sweepIndex &= len(t.slots) - 1
		s := &t.slots[t.sweepIndex]
		if s.hash == 0 || !s.isComplete(now) {
			t.sweepIndex++
			continue
		}
		c.released(s.counter)
		t.remove(t.sweepIndex) // which may move another key to this slot
	}
}

// rehash moves the live keys to a table that becomes between a quarter and half full.
func (t *table) rehash(now int64, c *counters) {
	old := *t
	live := 0
	for i := range old.slots {
		if old.slots[i].hash != 0 && !old.slots[i].isComplete(now) {
			live++
		}
	}
	size := minSlots
	for size < 2*live {
		size *= 2
	}
	*t = table{slots: make([]slot, size)}
	for i := range old.slots {
		s := &old.slots[i]
		switch {
		case s.hash == 0:
		case s.isComplete(now):
			c.released(s.counter)
		default:
			*t.insert(s.hash, s.counter) = *s
		}
	}
}
