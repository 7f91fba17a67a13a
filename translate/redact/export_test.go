package redact

// Leaks returns the names of the patterns that find something in s, as AllowsMessage
// runs them: only those whose features s has.
func Leaks(s string) (names []string) {
	f := scan(s)
	for _, list := range [][]pattern{patterns[:], messagePatterns[:]} {
		for i := range list {
			if p := &list[i]; f.hasAny(p.masks) && p.finds(s) {
				names = append(names, p.name)
			}
		}
	}
	return names
}

// LeaksWithoutScan returns the names of all patterns that find something in s,
// whatever its features.
func LeaksWithoutScan(s string) (names []string) {
	for _, list := range [][]pattern{patterns[:], messagePatterns[:]} {
		for i := range list {
			if list[i].finds(s) {
				names = append(names, list[i].name)
			}
		}
	}
	return names
}

// Patterns returns the names of all patterns.
func Patterns() (names []string) {
	for _, list := range [][]pattern{patterns[:], messagePatterns[:]} {
		for i := range list {
			names = append(names, list[i].name)
		}
	}
	return names
}
