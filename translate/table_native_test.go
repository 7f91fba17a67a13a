package translate_test

import (
	"slices"
	"testing"

	"github.com/koine-proxy/koine/dialect"
	"github.com/koine-proxy/koine/translate"
)

// TestNativeCodes checks that every kind of row is listed once, and that rows of a site
// take the place of those of a dialect.
func TestNativeCodes(t *testing.T) {
	f := parseDialect(t, `
dialect: shop
about: A shop
match: {keys: [error, message]}
shape: {code: error, message: message}
codes:
  gone: 410 RESOURCE.GONE
  "card_*": PAYMENT.REQUIRED
  100..199: 404 RESOURCE.NOT_FOUND
  "@503": UPSTREAM.UNAVAILABLE
  busy@429: RATE_LIMIT.EXCEEDED
variants:
  - name: flat
    match: {keys: [err]}
    shape: {code: err}
    codes: {lost: RESOURCE.NOT_FOUND}
`)
	e, err := translate.Compile(taxonomy(t), []*dialect.File{f}, translate.Rows{
		"*":    {{Native: "any", Code: "INTERNAL.ERROR"}},
		"shop": {{Native: "gone", Code: "RESOURCE.NOT_FOUND"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, n := range e.NativeCodes() {
		got = append(got, n.Dialect+" "+n.Native+" "+n.Code.Name)
	}
	want := []string{
		"* any INTERNAL.ERROR",
		"shop 100..199 RESOURCE.NOT_FOUND",
		"shop @503 UPSTREAM.UNAVAILABLE",
		"shop busy@429 RATE_LIMIT.EXCEEDED",
		"shop card_* PAYMENT.REQUIRED",
		"shop gone RESOURCE.NOT_FOUND",
		"shop lost RESOURCE.NOT_FOUND",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
