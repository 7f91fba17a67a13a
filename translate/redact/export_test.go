package redact

// Leaks returns the names of the patterns that find something in s, as AllowsValue
// runs them: only those whose features s has.
func Leaks(s string) (names []string) {
	f := scan(s)
	for i := range patterns {
		if p := &patterns[i]; f.hasAny(p.masks) && p.re.MatchString(s) {
			names = append(names, p.name)
		}
	}
	return names
}

// LeaksWithoutScan returns the names of all patterns that find something in s,
// whatever its features.
func LeaksWithoutScan(s string) (names []string) {
	for i := range patterns {
		if patterns[i].re.MatchString(s) {
			names = append(names, patterns[i].name)
		}
	}
	return names
}

// Patterns returns the names of all patterns.
func Patterns() (names []string) {
	for i := range patterns {
		names = append(names, patterns[i].name)
	}
	return names
}
