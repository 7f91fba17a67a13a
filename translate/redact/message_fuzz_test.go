package redact_test

import (
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/koine-proxy/koine/translate/redact"
)

// FuzzAllowsMessage checks that an allowed message is a sentence.
func FuzzAllowsMessage(f *testing.F) {
	for _, s := range harmless {
		f.Add(s)
	}
	for _, c := range leaking {
		f.Add(c.text)
	}
	f.Add(".0(0x0")
	f.Add("pw:B")
	f.Fuzz(func(t *testing.T, s string) {
		if !redact.AllowsMessage(s) {
			return
		}
		missed := slices.DeleteFunc(redact.LeaksWithoutScan(s), func(name string) bool {
			// scan does not know all syntax of programs, and not know all names of secrets
			return name == "message of a program" || name == "secret in a sentence"
		})
		if len(missed) > 0 {
			t.Errorf("%q: scan excludes the rules %q", s, missed)
		}
		if !redact.AllowsValue(s) {
			t.Errorf("%q is allowed as a message, but not as a value", s)
		}
		if n := utf8.RuneCountInString(s); n > 500 {
			t.Errorf("a text of %d characters is allowed", n)
		}
		for _, r := range s {
			if unicode.IsControl(r) || r == utf8.RuneError && !strings.ContainsRune(s, utf8.RuneError) {
				t.Errorf("%q is allowed, with %U in it", s, r)
			}
		}
		if !utf8.ValidString(s) {
			t.Errorf("%q is allowed, but is not UTF-8", s)
		}
	})
}
