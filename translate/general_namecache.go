package translate

// maxCachedName bounds the names in a nameCache, in bytes.
const maxCachedName = 23

// nameCache has the names of members that were looked up last, and their roles. The errors
// of a site repeat the same names.
type nameCache [128]cachedName

type cachedName struct {
	set    wordSet
	length uint8 // 0 for an entry that was not used yet
	name   [maxCachedName]byte
}

// entry returns the entry of a name, which is one of two, and whether the name is in it.
func (c *nameCache) entry(name string) (e *cachedName, found bool) {
	n := len(name)
	h := uint64(n)
	switch {
	case n >= 8:
		h ^= loadWord(name, 0)*fnvPrime ^ loadWord(name, n-8)
	default:
		for i := range n {
			h = h<<8 ^ uint64(name[i])
		}
	}
	const odd = 0x9e3779b97f4a7c15
	h *= odd
	h = (h ^ h>>32) * odd
	if e = &c[h>>57]; e.length != 0 && !e.is(name) {
		e = &c[h>>57^1]
	}
	return e, e.is(name)
}

func (e *cachedName) is(name string) bool { return string(e.name[:e.length]) == name }
