package translate_test

import (
	"testing"

	"github.com/koine-proxy/koine/dialect"
	"github.com/koine-proxy/koine/translate"
)

// variantDialect is a dialect with variants: an older API with another shape, pages, and
// text without a code.
const variantDialect = `dialect: shop
about: Errors of the shop
match: {keys: [error.code, error.message]}
shape: {code: error.code, message: error.message, details: error.data}
codes:
  out_of_stock: 409 PRODUCT.OUT_OF_STOCK
  not_found:    404 PRODUCT.NOT_FOUND
variants:
  - name: legacy
    match: {keys: [errorCode], code_is: UPPER_SNAKE}
    shape: {code: errorCode, message: errorText}
    codes: {NOT_FOUND: 404 RESOURCE.NOT_FOUND}
  - name: bare
    match: {keys: [errorCode]}
    shape: {code: errorCode, message: text}
  - name: page
    format: html
    match: {contains: [shop-edge]}
    shape: {code: {at: code, pattern: '^E(\w+)$'}, message: p}
`

func TestVariants(t *testing.T) {
	e := compile(t, []*dialect.File{parseDialect(t, variantDialect)})
	for _, c := range []struct {
		about, body, variant, code, native, message string
	}{
		{"the dialect itself", `{"error":{"code":"out_of_stock","message":"Sold out."}}`, "", "PRODUCT.OUT_OF_STOCK", "out_of_stock", "Sold out."},
		{"a match and a shape of its own", `{"errorCode":"NOT_FOUND","errorText":"Not here."}`, "legacy", "RESOURCE.NOT_FOUND", "NOT_FOUND", "Not here."},
		{"a row of the file", `{"errorCode":"out_of_stock","text":"Sold out."}`, "bare", "PRODUCT.OUT_OF_STOCK", "out_of_stock", "Sold out."},
		{"a row of another variant is not shared", `{"errorCode":"GONE","text":"Gone."}`, "legacy", "REQUEST.INVALID", "GONE", ""},
		{"a format of its own", `<html><p>Sold out.</p><code>Eout_of_stock</code><!-- shop-edge --></html>`, "page", "PRODUCT.OUT_OF_STOCK", "out_of_stock", "Sold out."},
	} {
		t.Run(c.about, func(t *testing.T) {
			r := jsonResponse(400, c.body)
			if c.body[0] == '<' {
				r.Header = parseHeader("Content-Type: text/html")
			}
			tr := readResponse(t, e, r)
			if tr.DetectedDialect() != "shop" || tr.DetectedVariant() != c.variant || tr.Dialect != "shop" {
				t.Fatalf("detected %q %q", tr.DetectedDialect(), tr.DetectedVariant())
			}
			if tr.Code.Name != c.code || tr.Native != c.native || tr.Message != c.message {
				t.Errorf("got %s, %q, %q; want %s, %q, %q", tr.Code.Name, tr.Native, tr.Message, c.code, c.native, c.message)
			}
		})
	}
	if names := e.Dialects(); len(names) != 1 || names[0] != "shop" {
		t.Errorf("the dialects are %v", names)
	}
	if tr := readResponse(t, e, jsonResponse(400, `{"id":7}`)); tr.DetectedVariant() != "" || tr.DetectedDialect() != "" {
		t.Errorf("another body: detected %q %q", tr.DetectedDialect(), tr.DetectedVariant())
	}
}

// TestVariantOrder checks that the first variant that matches is detected, and any
// variant before the dialect itself. A known code and a priority take precedence
// over the order.
func TestVariantOrder(t *testing.T) {
	const file = `dialect: billing
about: x
match: {keys: [code]}
shape: {code: code}
codes: {card_declined: PAYMENT.DECLINED}
variants:
  - {name: first, match: {keys: [code]}, codes: {expired: ORDER.EXPIRED}}
  - {name: second, match: {keys: [code]}, codes: {locked: RESOURCE.LOCKED}}
  - {name: late, match: {keys: [code]}, priority: low, codes: {locked: RESOURCE.CONFLICT, busy: RESOURCE.IN_USE}}
`
	e := compile(t, []*dialect.File{parseDialect(t, file)})
	for native, want := range map[string][2]string{
		"card_declined": {"first", "PAYMENT.DECLINED"},
		"expired":       {"first", "ORDER.EXPIRED"},
		"locked":        {"second", "RESOURCE.LOCKED"},
		"busy":          {"late", "RESOURCE.IN_USE"},
		"unknown":       {"first", "REQUEST.INVALID"},
	} {
		if tr := readResponse(t, e, jsonResponse(400, `{"code":"`+native+`"}`)); tr.DetectedVariant() != want[0] || tr.Code.Name != want[1] {
			t.Errorf("%s is of the variant %q, %s; want %q, %s", native, tr.DetectedVariant(), tr.Code.Name, want[0], want[1])
		}
	}

	var order []string
	for _, trial := range e.Explain(jsonResponse(400, `{}`)).Trials {
		order = append(order, trial.Variant)
	}
	if len(order) != 4 || order[0] != "first" || order[1] != "second" || order[2] != "" || order[3] != "late" {
		t.Errorf("the order is %q", order)
	}

	// With `auto`, a variant is tried by its own priority; if a site names the dialect,
	// its forms are tried together.
	const text = "dialect: text\nabout: x\nmatch: {keys: [code]}\nshape: {code: code}\ncodes: {busy: SYSTEM.OVERLOADED}\n"
	for _, c := range []struct {
		about string
		forms []*dialect.File
		want  string
	}{
		{"auto", dialect.Order(dialect.ExpandAll([]*dialect.File{parseDialect(t, file), parseDialect(t, text)})), "SYSTEM.OVERLOADED"},
		{"named", []*dialect.File{parseDialect(t, file), parseDialect(t, text)}, "RESOURCE.IN_USE"},
	} {
		if tr := readResponse(t, compile(t, c.forms), jsonResponse(400, `{"code":"busy"}`)); tr.Code.Name != c.want {
			t.Errorf("%s: got %s, want %s", c.about, tr.Code.Name, c.want)
		}
	}
}

func TestVariantFaults(t *testing.T) {
	_, err := translate.Compile(taxonomy(t), []*dialect.File{parseDialect(t, `dialect: shop
about: x
match: {keys: [code]}
shape: {code: code}
codes: {not_found: PRODUCT.NOT_FOUND}
variants:
  - {name: a, match: {keys: [x], code_is: UPPER_SNAKE}, codes: {gone: RESOURCE.GONE}}
  - {name: b, match: {types: {x: text}}}
  - {name: c, codes: {X: RESOURCE.NOT_FUND}}
`)}, nil)
	wantFaults(t, err, []string{
		`d.yaml:7:65: native code "gone" does not have the form UPPER_SNAKE that match.code_is requires, so it can never occur`,
		`d.yaml:8:34: type "text" must be string, number, boolean, object, array, null or absent, or several of them joined by |`,
		`d.yaml:9:26: unknown canonical code "RESOURCE.NOT_FUND"; did you mean RESOURCE.NOT_FOUND?`,
	})
}

// TestSiteRowsOfVariants checks that a row of a site applies to all forms of a
// dialect.
func TestSiteRowsOfVariants(t *testing.T) {
	base := compile(t, []*dialect.File{parseDialect(t, variantDialect)})
	e, err := base.WithRows(translate.Rows{"shop": {{Native: "not_found", Code: "ORDER.NOT_FOUND"}, {Native: "NOT_FOUND", Code: "USER.NOT_FOUND"}}})
	if err != nil {
		t.Fatal(err)
	}
	for body, want := range map[string]string{
		`{"error":{"code":"not_found","message":"m"}}`: "ORDER.NOT_FOUND",
		`{"errorCode":"not_found","text":"m"}`:         "ORDER.NOT_FOUND",
		`{"errorCode":"NOT_FOUND","errorText":"m"}`:    "USER.NOT_FOUND",
	} {
		if tr := readResponse(t, e, jsonResponse(404, body)); tr.Code.Name != want {
			t.Errorf("%s is %s, want %s", body, tr.Code.Name, want)
		}
	}

	spelled := compile(t, []*dialect.File{parseDialect(t, `dialect: billing
about: x
match: {keys: [code], code_is: lower_snake}
shape: {code: code}
codes: {}
variants:
  - {name: text, format: text, match: {contains: [billing]}, shape: {code: {at: text, pattern: "[a-z_]+"}}}
`)})
	_, err = spelled.WithRows(translate.Rows{"billing": {{Native: "GONE", Code: "RESOURCE.GONE"}}})
	if err != nil {
		t.Errorf("a row that applies to one of the forms is a fault: %v", err)
	}
}

// TestWriteVariants checks that an error is written in its own form, else in that
// of the dialect itself, else in the first variant that can be written.
func TestWriteVariants(t *testing.T) {
	const onlyVariants = `dialect: portal
about: x
format: html
match: {contains: [portal]}
shape: {message: h1}
codes: {}
variants:
  - {name: text, format: text, shape: {message: text}}
  - {name: json, format: json, match: {keys: [problem]}, shape: {code: problem, message: note}, codes: {gone: RESOURCE.GONE}}
  - {name: other, format: json, match: {keys: [fault]}, shape: {code: fault}, codes: {gone: RESOURCE.GONE}}
`
	e := compile(t, []*dialect.File{parseDialect(t, variantDialect), parseDialect(t, onlyVariants)})
	p := translate.DefaultPolicy()
	for _, c := range []struct{ about, body, to, path, want string }{
		{"the detected form", `{"errorCode":"NOT_FOUND","errorText":"Not here."}`, "shop", "errorCode", `"NOT_FOUND"`},
		{"the dialect itself", `{"fault":"gone"}`, "shop", "error.code", `"RESOURCE.GONE"`},
		{"the first variant that can be written", `{"error":{"code":"not_found","message":"m"}}`, "portal", "problem", `"PRODUCT.NOT_FOUND"`},
		{"the detected variant, even if it is not the first", `{"fault":"gone"}`, "portal", "fault", `"gone"`},
	} {
		tr := readResponse(t, e, jsonResponse(404, c.body))
		out, _, ok := tr.AppendDialect(nil, c.to, &p, translate.RenderParams{})
		if got := rawMember(t, out, c.path); !ok || got != c.want {
			t.Errorf("%s: %s is written as %s", c.about, c.body, out)
		}
	}
}

// TestVariantExamples checks that an example of a variant must be detected as that
// variant, and one at the top as any form of the dialect.
func TestVariantExamples(t *testing.T) {
	const file = `dialect: shop
about: x
match: {keys: [code]}
shape: {code: code}
codes: {not_found: PRODUCT.NOT_FOUND}
variants:
  - name: legacy
    match: {keys: [errorCode]}
    shape: {code: errorCode}
    examples:
      - {about: of it, status: 404, body: {errorCode: not_found}, is: PRODUCT.NOT_FOUND}
      - {about: of the dialect itself, status: 404, body: {code: not_found}, is: none}
      - {about: of another variant, status: 404, body: <error><code>not_found</code></error>, is: none}
      - {about: of nothing, status: 404, body: {id: 7}, is: none}
  - name: xml
    format: xml
    match: {keys: [error.code]}
    shape: {code: error.code}
    examples:
      - {about: its media type, status: 404, body: <error><code>not_found</code></error>, is: PRODUCT.NOT_FOUND}
examples:
  - {about: of the dialect itself, status: 404, body: {code: not_found}, is: PRODUCT.NOT_FOUND}
  - {about: of a variant, status: 404, body: {errorCode: not_found}, is: PRODUCT.NOT_FOUND}
  - {about: of nothing, status: 404, body: {id: 7}, is: none}
`
	if err := translate.CheckExamples(taxonomy(t), parseDialect(t, file)); err != nil {
		t.Errorf("got the faults %v", err)
	}

	const wrong = `dialect: shop
about: x
match: {keys: [code]}
shape: {code: code}
codes: {not_found: PRODUCT.NOT_FOUND}
variants:
  - name: legacy
    match: {keys: [errorCode]}
    shape: {code: errorCode}
    examples:
      - {status: 404, body: {code: not_found}, is: PRODUCT.NOT_FOUND}
      - {status: 404, body: {errorCode: not_found}, is: none}
      - {status: 404, body: {errorCode: not_found}, is: ORDER.NOT_FOUND, code: x}
      - {status: 404, body: {id: 7}, is: PRODUCT.NOT_FOUND}
examples:
  - {status: 404, body: {errorCode: not_found}, is: none}
  - {about: neither, status: 404, body: {id: 7}, is: PRODUCT.NOT_FOUND}
`
	wantFaults(t, translate.CheckExamples(taxonomy(t), parseDialect(t, wrong)), []string{
		"d.yaml:11:9: example: not detected: detected as shop; the member errorCode is missing",
		"d.yaml:12:9: example: detected as shop/legacy, expected none",
		`d.yaml:13:9: example: code is "PRODUCT.NOT_FOUND", expected "ORDER.NOT_FOUND"`,
		`d.yaml:13:9: example: native code is "not_found", expected "x"`,
		"d.yaml:14:9: example: not detected: the member errorCode is missing",
		"d.yaml:16:5: example: detected as shop/legacy, expected none",
		"d.yaml:17:5: example (neither): not detected: shop/legacy: the member errorCode is missing; shop: the member code is missing",
	})
}
