package translate

import (
	"regexp"
	"testing"
)

// TestTextPattern compares the forms that need no regular expression with the
// expressions.
func TestTextPattern(t *testing.T) {
	forms := map[string]patternForm{
		`[^:]*$`: afterLast, `[^\\]*$`: afterLast, `[^.]*$`: afterLast, `[^\n]*$`: afterLast, `[^:]*?$`: anyPattern,
		`^[^;]*`: beforeFirst, `^[^\n]*`: beforeFirst, `^[^;]*?`: anyPattern, `^[^;]+`: anyPattern,
		`[^:]+$`: anyPattern, `[^:;]*$`: anyPattern, `[:]*$`: anyPattern, `[^é]*$`: anyPattern, `(?m)[^:]*$`: anyPattern,
		`(?m)^[^:]*`: anyPattern, `^[^:]*$`: anyPattern, `([^:]*)$`: anyPattern, `(?i)[^k]*$`: anyPattern, `[^:]*`: anyPattern,
		`[^:]*\z`: afterLast, `\A[^:]*`: beforeFirst, `[^\x7f]*$`: afterLast, `[^\x00]*$`: anyPattern,
	}
	texts := []string{"", ":", "a", "a:b:c", "a:", ":a", "a;b;c", "a.b\nc:d\n", "\n", `a\b\`, "é:è;ü", "\xff:\xfe", "\x7fa", "K:k"}
	for source, form := range forms {
		p := newTextPattern(regexp.MustCompile(source))
		if p.form != form {
			t.Errorf("%s: the form is %d, want %d", source, p.form, form)
		}
		slow := textPattern{re: p.re}
		for _, text := range texts {
			got, ok := p.find(text)
			if want, found := slow.find(text); got != want || ok != found {
				t.Errorf("%s on %q: %q, %v, want %q, %v", source, text, got, ok, want, found)
			}
		}
	}
}
