package dialect_test

import (
	"slices"
	"testing"

	"github.com/koine-proxy/koine/dialect"
)

func TestCodeForm(t *testing.T) {
	for code, want := range map[string]dialect.CodeForm{
		"not_found":          dialect.LowerSnake,
		"missing":            dialect.LowerSnake,
		"e404":               dialect.LowerSnake,
		"NOT_FOUND":          dialect.UpperSnake,
		"E404":               dialect.UpperSnake,
		"RESOURCE.NOT_FOUND": dialect.DottedUpper,
		"A.B.C":              dialect.DottedUpper,
		"":                   "",
		"404":                "",
		"NotFound":           "",
		"not-found":          "",
		"Not Found":          "",
		"resource.not_found": "",
		".NOT_FOUND":         "",
	} {
		for _, form := range dialect.CodeForms() {
			if got := form.Matches(code); got != (form == want) {
				t.Errorf("%q has the form %s: %t", code, form, got)
			}
		}
		if !dialect.CodeForm("").Matches(code) {
			t.Errorf("%q does not match the empty form", code)
		}
	}
	if want := []string{"lower_snake", "UPPER_SNAKE", "DOTTED.UPPER", "listed", "optional"}; !slices.Equal(dialect.CodeConditions(), want) {
		t.Errorf("the values of code_is are %v, want %v", dialect.CodeConditions(), want)
	}
}

// TestOnlyCanonical checks that the roles of an envelope of Koine are the last ones.
func TestOnlyCanonical(t *testing.T) {
	var only []dialect.Role
	for _, role := range dialect.Roles() {
		if role.OnlyCanonical() {
			only = append(only, role)
		}
	}
	if want := []dialect.Role{"category", "retry", "safe", "docs", "origin", "match", "upstream"}; !slices.Equal(only, want) {
		t.Errorf("the roles are %v, want %v", only, want)
	}
}
