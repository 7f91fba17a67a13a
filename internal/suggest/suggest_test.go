package suggest_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/koine-proxy/koine/internal/suggest"
)

func TestNearest(t *testing.T) {
	words := []string{"message", "match", "examples"}
	for s, want := range map[string]string{
		"mesage": "message", "MATCH": "match", "exmaples": "examples", "macth": "match", "massages": "message", "zebra": "", "": "", "m": "",
		strings.Repeat("x", 1<<20): "",
	} {
		if got := suggest.Nearest(s, words); got != want {
			t.Errorf("Nearest(%.20q) = %q, want %q", s, got, want)
		}
	}
}

// distance is the definition of the optimal string alignment distance.
func distance(a, b string) int {
	d := make([][]int, len(a)+1)
	for i := range d {
		d[i] = make([]int, len(b)+1)
		d[i][0] = i
	}
	for j := range d[0] {
		d[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			d[i][j] = min(d[i-1][j]+1, d[i][j-1]+1, d[i-1][j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				d[i][j] = min(d[i][j], d[i-2][j-2]+1)
			}
		}
	}
	return d[len(a)][len(b)]
}

// TestNearestIsExact compares with the definition, for random words of few letters.
func TestNearestIsExact(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	word := func() string {
		b := make([]byte, r.IntN(14))
		for i := range b {
			b[i] = byte('a' + r.IntN(3))
		}
		return string(b)
	}
	for range 20_000 {
		words, s := []string{word(), word(), word()}, word()
		want, least := "", len(s)/3+1
		for _, w := range words {
			if d := distance(s, w); d < least {
				want, least = w, d
			}
		}
		if got := suggest.Nearest(s, words); got != want {
			t.Fatalf("Nearest(%q, %q) = %q, want %q", s, words, got, want)
		}
	}
}

// TestManySuggestions looks for 40,000 misspelled words among as many known ones.
func TestManySuggestions(t *testing.T) {
	names := make([]string, 40_000)
	for i := range names {
		names[i] = fmt.Sprintf("RESOURCE.NOT_FOUND_%d", i)
	}
	words, start := suggest.NewWords(names), time.Now()
	if got := words.Nearest("RESOURCE.NOT_FUOND_77"); got != "RESOURCE.NOT_FOUND_77" {
		t.Errorf("got %q", got)
	}
	for i := range names {
		words.Nearest(fmt.Sprintf("RESOURCE.NOT_FUOND_%d", i))
	}
	if took := time.Since(start); took > 10*time.Second {
		t.Errorf("took %v", took)
	}
}
