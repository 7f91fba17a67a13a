package suggest_test

import (
	"testing"

	"github.com/koine-proxy/koine/internal/suggest"
)

func TestNearest(t *testing.T) {
	words := []string{"message", "match", "examples"}
	for s, want := range map[string]string{"mesage": "message", "MATCH": "match", "exmaples": "examples", "macth": "match", "massages": "message", "zebra": "", "": "", "m": ""} {
		if got := suggest.Nearest(s, words); got != want {
			t.Errorf("Nearest(%q) = %q, want %q", s, got, want)
		}
	}
}
