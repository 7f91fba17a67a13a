package translate

// matchesGlob reports whether s matches a glob, in which * stands for any text
// and ? for any one byte.
func matchesGlob(glob, s string) bool {
	g, i := 0, 0
	star, back := -1, 0 // the last star, and where to go on if it takes one byte more
	for i < len(s) {
		switch {
		case g < len(glob) && glob[g] == '*':
			star, back = g, i
			g++
		case g < len(glob) && (glob[g] == '?' || glob[g] == s[i]):
			g++
			i++
		case star >= 0:
			back++
			g, i = star+1, back
		default:
			return false
		}
	}
	for g < len(glob) && glob[g] == '*' {
		g++
	}
	return g == len(glob)
}

// matchesAnyGlob reports whether s matches one of some globs.
func matchesAnyGlob(globs []string, s string) bool {
	for _, g := range globs {
		if matchesGlob(g, s) {
			return true
		}
	}
	return false
}
