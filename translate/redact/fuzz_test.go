package redact_test

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/koine-proxy/koine/translate/redact"
)

// FuzzWords holds what is called fit for people to the form of a sentence.
func FuzzWords(f *testing.F) {
	for _, s := range harmless {
		f.Add(s)
	}
	for _, c := range telltale {
		f.Add(c.text)
	}
	f.Add(".0(0x0")
	f.Fuzz(func(t *testing.T, s string) {
		if !redact.AllowsMessage(s) {
			return
		}
		if missed := redact.BetraysSlowly(s); len(missed) > 0 && isASCII(s) {
			t.Errorf("%q: the cheap pass keeps the patterns %q from running", s, missed)
		}
		if !redact.AllowsValue(s) {
			t.Errorf("%q is fit for people, but not for clients", s)
		}
		if n := utf8.RuneCountInString(s); n > 500 {
			t.Errorf("a text of %d characters counts as fit", n)
		}
		for _, r := range s {
			if unicode.IsControl(r) || r == utf8.RuneError && !strings.ContainsRune(s, utf8.RuneError) {
				t.Errorf("%q counts as fit, with %U in it", s, r)
			}
		}
		if !utf8.ValidString(s) {
			t.Errorf("%q counts as fit, but is not UTF-8", s)
		}
	})
}

// isASCII leaves out texts in which (?i) lets a letter such as U+017F stand for
// an s, which the cheap pass need not know.
func isASCII(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r >= utf8.RuneSelf })
}
