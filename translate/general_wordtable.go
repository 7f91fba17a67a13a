package translate

// wordTable is a hash table of folded names. It is several times faster than a map: the
// hash needs a multiplication for each byte of a short name.
type wordTable struct {
	slots []wordSlot // their number is a power of two
}

type wordSlot struct {
	name string
	set  wordSet // 0 if the slot is free
}

func newWordTable(names map[string]wordSet) wordTable {
	size := 64
	for size < 3*len(names) {
		size *= 2
	}
	t := wordTable{make([]wordSlot, size)}
	for name, set := range names {
		if set == 0 {
			continue
		}
		i := t.home(hashName([]byte(name)))
		for t.slots[i].set != 0 {
			i = (i + 1) & (len(t.slots) - 1)
		}
		t.slots[i] = wordSlot{name, set}
	}
	return t
}

// The constants of FNV-1a.
const (
	fnvOffset = 14695981039346656037
	fnvPrime  = 1099511628211
)

func hashName(name []byte) uint64 {
	h := uint64(fnvOffset)
	for _, c := range name {
		h = (h ^ uint64(c)) * fnvPrime
	}
	return h
}

// find returns the roles of a folded name; 0 if it is not known.
func (t *wordTable) find(name []byte) wordSet { return t.findHashed(hashName(name), name) }

// findHashed does the same with the hash of the name.
func (t *wordTable) findHashed(hash uint64, name []byte) wordSet {
	for i := t.home(hash); ; i = (i + 1) & (len(t.slots) - 1) {
		if s := &t.slots[i]; s.set == 0 || s.name == string(name) {
			return s.set
		}
	}
}

// home returns the slot where the search for a hash starts.
func (t *wordTable) home(hash uint64) int { return int(hash>>32) & (len(t.slots) - 1) }
