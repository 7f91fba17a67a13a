// Package suggest finds the known word that is nearest to a misspelled one, for messages.
package suggest

import "strings"

// Nearest returns the word that is nearest to s, ignoring case, or "" if more than a third
// of the letters differ.
func Nearest(s string, words []string) string { return NewWords(words).Nearest(s) }

// maxWork bounds the work for all suggestions from one list of words: about a quarter of
// a second. That is enough for hundreds of misspelled words and a thousand known ones.
const maxWork = 50_000_000

// Words are known words. It is not safe for concurrent use.
type Words struct {
	words, lower []string
	work         int // the number of comparisons of letters so far
	rows         [3][]int
}

// NewWords returns a list of known words. If several are as near, the first is
// suggested.
func NewWords(words []string) *Words {
	w := &Words{words: words, lower: make([]string, len(words))}
	for i, word := range words {
		w.lower[i] = strings.ToLower(word)
	}
	return w
}

// Nearest returns the word that is nearest to s, ignoring case, or "" if more than a third
// of the letters differ. If there are so many misspelled words that suggestions for all
// would take too long, the later ones get none.
func (w *Words) Nearest(s string) string {
	s = strings.ToLower(s)
	best, least := "", len(s)/3+1
	for i, word := range w.lower {
		if w.work > maxWork {
			return ""
		}
		w.work++
		if difference := len(word) - len(s); difference >= least || -difference >= least {
			continue
		}
		if d := w.distance(s, word, least); d < least {
			best, least = w.words[i], d
		}
	}
	return best
}

// distance returns the optimal string alignment distance of a and b, in bytes, or any
// larger number than limit if it is not below limit.
func (w *Words) distance(a, b string, limit int) int {
	for i := range w.rows {
		if cap(w.rows[i]) <= len(b) {
			w.rows[i] = make([]int, 2*len(b)+1)
		}
		w.rows[i] = w.rows[i][:len(b)+1]
	}
	before, last, now := w.rows[0], w.rows[1], w.rows[2]
	for j := range now {
		now[j] = j
	}
	lastLeast, nowLeast := 0, 0
	for i := range len(a) {
		before, last, now = last, now, before
		lastLeast, nowLeast = nowLeast, i+1
		now[0] = i + 1
		// What is further than limit from the diagonal has a larger distance.
		from, to := max(0, i-limit), min(len(b), i+limit+1)
		if from > 0 {
			now[from] = limit + 1
		}
		for j := from; j < to; j++ {
			cost := last[j]
			if a[i] != b[j] {
				cost = 1 + min(last[j], now[j], last[j+1])
			}
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				cost = min(cost, before[j-1]+1)
			}
			now[j+1] = cost
			nowLeast = min(nowLeast, cost)
		}
		if to < len(b) {
			now[to+1] = limit + 1 // is read by the next row
		}
		w.work += to - from
		if nowLeast >= limit && lastLeast+1 >= limit {
			return limit + 1
		}
	}
	return now[len(b)]
}
