package translate_test

import (
	"strings"
	"testing"

	"github.com/koine-proxy/koine/translate"
)

func TestFieldPath(t *testing.T) {
	for from, want := range map[string]string{
		"email":               "email",
		"items.0.sku":         "items.0.sku",
		"items[0].sku":        "items.0.sku",
		"items[0][sku]":       "items.0.sku",
		`items["0"].sku`:      "items.0.sku",
		"items['0'].sku":      "items.0.sku",
		"items[].sku":         "items.sku",
		"items[]":             "items",
		"[0].sku":             "0.sku",
		"/items/0/sku":        "items.0.sku",
		"#/items/0/sku":       "items.0.sku",
		"$.items[0].sku":      "items.0.sku",
		"/a~1b/c~0d":          "a/b.c~d",
		"/a~2":                "a~2",
		"/a~":                 "a~",
		"a~1b":                "a~1b",
		"#/na%C3%AFve":        "naïve",
		"#/a%20b/c%25":        "a b.c%",
		"#/100%":              "100%",
		"/na%C3%AFve":         "na%C3%AFve",
		"items.":              "items",
		".items":              "items",
		"a..b":                "a.b",
		"/a/":                 "a",
		"/./a/.b./c":          "a.b.c",
		"#":                   "",
		"":                    "",
		"profile.phoneNumber": "profile.phoneNumber",
		"Адрес":               "Адрес",
	} {
		if got := string(translate.AppendFieldPath(nil, from)); got != want {
			t.Errorf("%q becomes %q, want %q", from, got, want)
		}
		if got := string(translate.AppendFieldPath(nil, want)); !strings.ContainsAny(want, "/~%") && got != want {
			t.Errorf("%q, already dotted, becomes %q", want, got)
		}
	}
}

func TestPointer(t *testing.T) {
	for from, want := range map[string]string{
		"email":       "#/email",
		"items.0.sku": "#/items/0/sku",
		"a/b.c~d":     "#/a~1b/c~0d",
		"naïve":       "#/na%C3%AFve",
		"a b":         "#/a%20b",
		"100%":        "#/100%25",
		`a"b\c`:       "#/a%22b%5Cc",
		"a#b?c":       "#/a%23b?c",
		"\x7f\x00":    "#/%7F%00",
	} {
		got := string(translate.AppendPointer(nil, from))
		if got != want {
			t.Errorf("%q becomes %q, want %q", from, got, want)
		}
		if back := string(translate.AppendFieldPath(nil, got)); back != from && !strings.ContainsAny(from, `"`) {
			t.Errorf("%q is read back as %q", from, back)
		}
	}
}
