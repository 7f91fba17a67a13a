package redact

// Betrays returns the names of the patterns that find something in s, in the
// way of the engine: a pattern whose sights were not seen does not run.
func Betrays(s string) (names []string) {
	seen := look(s)
	for i := range patterns {
		if p := &patterns[i]; seen.any(p.on) && p.re.MatchString(s) {
			names = append(names, p.name)
		}
	}
	return names
}

// BetraysSlowly returns the names of all patterns that find something in s,
// whether or not the cheap pass would have let them run.
func BetraysSlowly(s string) (names []string) {
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
