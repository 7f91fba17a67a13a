package learn

import (
	"regexp"
	"strings"
	"unicode"
)

// Patterns of secrets and personal data, which must not get into a mapping file.
var (
	emails   = regexp.MustCompile(`[\pL\pN._%+-]+@[\pL\pN-]+(?:\.[\pL\pN-]+)+`)
	bearers  = regexp.MustCompile(`(?i)\b(bearer|basic|apikey|token)\s+[A-Za-z0-9._~+/=-]{12,}`)
	tokens   = regexp.MustCompile(`\beyJ[\w-]{6,}(?:\.[\w-]+)*|\b(?:sk|pk|rk)_(?:live|test)_\w+|\bsk-[\w-]{16,}|\b(?:AKIA|ASIA)[0-9A-Z]{12,}|\bgh[pousr]_\w{16,}|\bxox[abprs]-[\w-]{8,}`)
	ipv4     = regexp.MustCompile(`\b(?:[0-9]{1,3}\.){3}[0-9]{1,3}\b`)
	uuids    = regexp.MustCompile(`(?i)\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b`)
	ibans    = regexp.MustCompile(`\b[A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?\b`)
	runs     = regexp.MustCompile(`[0-9](?:[ -]?[0-9]){8,}`)
	opaque   = regexp.MustCompile(`[A-Za-z0-9_+=-]{24,}`)
	longText = regexp.MustCompile(`>[^<>]{240,}<`)
)

// redacted replaces a secret.
const redacted = "[redacted]"

// redact replaces texts that look like a secret or personal data.
func redact(s string) string {
	s = emails.ReplaceAllString(s, "someone@example.com")
	s = bearers.ReplaceAllString(s, "$1 "+redacted)
	s = tokens.ReplaceAllString(s, redacted)
	s = uuids.ReplaceAllString(s, "00000000-0000-4000-8000-000000000001")
	s = ipv4.ReplaceAllString(s, "192.0.2.1")
	s = ibans.ReplaceAllStringFunc(s, mask)
	s = runs.ReplaceAllStringFunc(s, renumber)
	return opaque.ReplaceAllStringFunc(s, func(t string) string {
		if strings.HasPrefix(t, "00000000-0000") || strings.Count(t, "_")+strings.Count(t, "-") > 2 && !strings.ContainsAny(t, "0123456789") {
			return t
		}
		digits := strings.Count(strings.Map(digitOrNot, t), "0")
		if digits < 4 || digits == len(t) {
			return t
		}
		return t[:4] + mask(t[4:])
	})
}

func digitOrNot(r rune) rune {
	if unicode.IsDigit(r) {
		return '0'
	}
	return 'x'
}

// mask replaces all digits by 0 and all letters by x.
func mask(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsDigit(r):
			return '0'
		case unicode.IsLetter(r):
			return 'x'
		}
		return r
	}, s)
}

// renumber replaces digits by 1, 2, 3 …, so that a number stays a number.
func renumber(s string) string {
	next := 0
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return r
		}
		next++
		return '0' + rune(next%10)
	}, s)
}

// Limits of the body of an example.
const (
	maxWords    = 160
	maxElements = 3
	maxExample  = 6000
)

// redactTree replaces secrets in a body, except for codes, and shortens it.
func (s *shape) redactTree(t *tree) *tree {
	return t.edit(nil, maxElements, func(steps []string, t *tree) *tree {
		if s.isCodeAt(steps) {
			return t
		}
		name := bodyPath(steps).last()
		switch {
		case t.kind == text && meansSecret.weight(name) > 0 && !isSentence(t.text) && t.text != "" && !s.isFieldAt(steps):
			return &tree{kind: text, text: redacted}
		case t.kind == text:
			return &tree{kind: text, text: redact(cut(t.text, maxWords))}
		case t.kind == number:
			return &tree{kind: number, raw: runs.ReplaceAllStringFunc(t.raw, renumber)}
		}
		return t
	})
}

func (s *shape) isCodeAt(steps []string) bool {
	for _, c := range s.code {
		if c.pattern == "" && !c.key && matchesSteps(c.path, steps) {
			return true
		}
	}
	return false
}

// isFieldAt reports whether a member names a field.
func (s *shape) isFieldAt(steps []string) bool {
	for _, f := range s.fields {
		if f.beside != nil && matchesSteps(f.beside, steps) || f.field != nil && matchesSteps(append(f.at.to(each), f.field...), steps) {
			return true
		}
	}
	return false
}

// matchesSteps reports whether the steps to a value are those of a path. Elements of a
// tuple have indexes in paths, and a list that is a single value in some samples has no
// step of its own there.
func matchesSteps(w bodyPath, steps []string) bool {
	plain := func(s []string) (out []string) {
		for _, step := range s {
			if step != each && step != "0" && step != "1" {
				out = append(out, step)
			}
		}
		return out
	}
	a, b := plain(w), plain(steps)
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] && a[i] != "*" {
			return false
		}
	}
	return true
}
