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
			t.Errorf("%q, already in form, becomes %q", want, got)
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
			t.Errorf("%q comes back as %q", from, back)
		}
	}
}

// TestFieldsOfEveryShape reads what backends tell of fields, in all the ways
// that a lens knows.
func TestFieldsOfEveryShape(t *testing.T) {
	const rustbill, validonx = "rustbill", "validonx"
	long := strings.Repeat("é", 200)
	for _, c := range []struct{ about, dialect, fields, want string }{
		{"an object of messages", rustbill, `{"email":"Wrong.","seats":"Too few."}`,
			`[{"field":"email","message":"Wrong."},{"field":"seats","message":"Too few."}]`},
		{"several messages of one field", rustbill, `{"email":["Wrong.","Too long."]}`,
			`[{"field":"email","message":"Wrong."},{"field":"email","message":"Too long."}]`},
		{"objects inside", rustbill, `{"address":{"zip":"Wrong.","geo":{"lat":"Too high."}}}`,
			`[{"field":"address.zip","message":"Wrong."},{"field":"address.geo.lat","message":"Too high."}]`},
		{"a list of objects", rustbill, `{"items":[{},{"sku":"Wrong."}]}`, `[{"field":"items.1.sku","message":"Wrong."}]`},
		{"names in brackets", rustbill, `{"items[0].sku":"Wrong."}`, `[{"field":"items.0.sku","message":"Wrong."}]`},
		{"a name that says nothing inside", rustbill, `{"a":{"":{"b":"Wrong."},"[]":"Bad."}}`,
			`[{"field":"a.b","message":"Wrong."},{"field":"a","message":"Bad."}]`},
		{"a message that is not fit", rustbill, `{"email":"UPDATE users SET mail='x'"}`, `[{"field":"email","message":"This value is not accepted."}]`},
		{"a number for a message", rustbill, `{"email":7}`, `[{"field":"email","message":"This value is not accepted."}]`},
		{"nothing", rustbill, `{}`, ``},
		{"null", rustbill, `null`, ``},
		{"no messages", rustbill, `{"email":null,"seats":[]}`, ``},
		{"fields called as private details are", rustbill, `{"file":"Too large.","query":"Too long."}`,
			`[{"field":"file","message":"Too large."},{"field":"query","message":"Too long."}]`},
		{"a name that is too long", rustbill, `{"` + long + `":"Wrong."}`, `[{"field":"` + long[:256] + `","message":"Wrong."}]`},
		{"in the details", validonx, `{"email":["Wrong."]}`, `[{"field":"email","message":"Wrong."}]`},
	} {
		t.Run(c.about, func(t *testing.T) {
			body := `{"error":"validation_error","message":"m","fields":` + c.fields + `}`
			if c.dialect == validonx {
				body = `{"error":{"code":"VALIDATION.FAILED","message":"m","type":"validation","status":422,"details":` + c.fields + `},"meta":{"request_id":"r"}}`
			}
			tr := read(t, 400, body)
			if tr.Dialect != c.dialect {
				t.Fatalf("taken for %q", tr.Dialect)
			}
			if got := raw(t, canonical(t, tr), "error.fields"); got != c.want {
				t.Errorf("the fields are %s, want %s", got, c.want)
			}
			problem(t, tr)
		})
	}
}

// TestFieldsOfAList is about lists of objects, where names, messages and codes
// have members of their own.
func TestFieldsOfAList(t *testing.T) {
	body := `{"error":{"code":"VALIDATION.FAILED","type":"validation","category":"invalid_request","status":422,"message":"m","fields":[` +
		`{"field":"items.0.sku","message":"Unknown.","code":"unknown"},{"field":"email","message":"panic: x","code":"/var/www/x"},{"message":"nobody"},{"field":"a"},7],` +
		`"retry":{"strategy":"never","safe":false}},"meta":{"request_id":"r","api_version":"1","origin":"upstream","match":"table"}}`
	tr := read(t, 422, body)
	const want = `[{"field":"items.0.sku","message":"Unknown.","code":"unknown"},{"field":"email","message":"This value is not accepted."},{"field":"a","message":"This value is not accepted."}]`
	if got := raw(t, canonical(t, tr), "error.fields"); got != want {
		t.Errorf("the fields are %s, want %s", got, want)
	}
	const pointers = `[{"pointer":"#/items/0/sku","detail":"Unknown.","code":"unknown"},{"pointer":"#/email","detail":"This value is not accepted."},{"pointer":"#/a","detail":"This value is not accepted."}]`
	if got := raw(t, problem(t, tr), "errors"); got != pointers {
		t.Errorf("the pointers are %s, want %s", got, pointers)
	}
}
