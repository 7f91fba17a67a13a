package translate_test

import (
	"strconv"
	"strings"
	"testing"
)

func TestGlob(t *testing.T) {
	for _, c := range []struct {
		glob, text string
		fits       bool
	}{
		{"", "", true},
		{"", "a", false},
		{"a", "a", true},
		{"a", "b", false},
		{"a", "ab", false},
		{"ab", "a", false},
		{"A", "a", false},
		{"*", "", true},
		{"*", "a", true},
		{"**", "abc", true},
		{"a*", "a", true},
		{"a*", "abc", true},
		{"a*", "ba", false},
		{"*a", "ba", true},
		{"*a", "ab", false},
		{"a*c", "abc", true},
		{"a*c", "abcd", false},
		{"a*b*c", "aXbYbZc", true},
		{"a*b*c", "aXcYbZ", false},
		{"*b*", "abc", true},
		{"*b*", "ac", false},
		{"a*a", "a", false},
		{"?", "", false},
		{"?", "a", true},
		{"??", "a", false},
		{"a?c", "abc", true},
		{"?*", "a", true},
		{"*?", "", false},
		{"[a]", "a", false},
		{"[a]", "[a]", true},
		{"*_error", "card_error", true},
		{"*_error", "card_errors", false},
	} {
		e := testDialect(t, "match: {like: {a: "+strconv.Quote(c.glob)+"}}\nshape: {message: b}\ncodes: {}\n")
		tr := readResponse(t, e, jsonResponse(400, `{"a":`+strconv.Quote(c.text)+`}`))
		if got := tr.Dialect == "acme"; got != c.fits {
			t.Errorf("%q matches %q: %t, want %t", c.text, c.glob, got, c.fits)
		}
	}
}

// TestGlobOfManyStars would not end if the time grew exponentially with the number
// of stars.
func TestGlobOfManyStars(t *testing.T) {
	e := testDialect(t, "match: {like: {a: '"+strings.Repeat("*a", 40)+"*b'}}\nshape: {message: b}\ncodes: {}\n")
	if tr := readResponse(t, e, jsonResponse(400, `{"a":"`+strings.Repeat("a", 20_000)+`"}`)); tr.Dialect != "" {
		t.Error("matches without a b")
	}
}
