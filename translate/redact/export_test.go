package redact

import "slices"

// Leaks returns the names of all rules that find something in s, of those that the
// features of s need.
func Leaks(s string) []string { return leaks(s, scan(s)) }

// LeaksWithoutScan returns the names of all rules that find something in s, whatever
// its features.
func LeaksWithoutScan(s string) []string { return leaks(s, ^features(0)) }

func leaks(s string, f features) (names []string) {
	all := rules
	defer func() { rules = all }()
	for {
		name := (&Filter{}).findLeak(s, f)
		if name == "" || name == tooManySymbols {
			return names
		}
		names = append(names, name)
		rules = slices.DeleteFunc(slices.Clone(rules), func(r rule) bool { return r.name == name })
	}
}

// Rules returns the names of all rules.
func Rules() (names []string) {
	for i := range rules {
		names = append(names, rules[i].name)
	}
	return names
}

// WithinBounds reports whether the rules are no more than there is space for.
func WithinBounds() bool { return len(rules) <= maxActive }

// WeightOfSentence returns the sum of the weights of the clues in a sentence.
func WeightOfSentence(s string) (sum int) {
	for _, clue := range Clues(s)[0] {
		sum += weightOf(clue)
	}
	return sum
}
