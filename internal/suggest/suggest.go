// Package suggest finds the known word that is nearest to a misspelled one, for messages.
package suggest

import "strings"

// Nearest returns the word that is nearest to s, ignoring case, or "" if more than a third
// of the letters differ.
func Nearest(s string, words []string) string {
	s = strings.ToLower(s)
	best, least := "", len(s)/3+1
	for _, w := range words {
		if d := distance(s, strings.ToLower(w)); d < least {
			best, least = w, d
		}
	}
	return best
}

// distance returns the optimal string alignment distance of a and b, in bytes.
func distance(a, b string) int {
	before, last, now := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range now {
		now[j] = j
	}
	for i := range len(a) {
		before, last, now = last, now, before
		now[0] = i + 1
		for j := range len(b) {
			cost := last[j]
			if a[i] != b[j] {
				cost = 1 + min(last[j], now[j], last[j+1])
			}
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				cost = min(cost, before[j-1]+1)
			}
			now[j+1] = cost
		}
	}
	return now[len(b)]
}
