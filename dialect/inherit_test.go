package dialect_test

import (
	"maps"
	"strings"
	"testing"

	"github.com/koine-proxy/koine/dialect"
)

// inherit reads mapping files, and lets them inherit from each other and from all.
func inherit(t *testing.T, all []*dialect.File, texts ...string) ([]*dialect.File, error) {
	t.Helper()
	var own []*dialect.File
	for _, text := range texts {
		own = append(own, read(t, text))
	}
	return dialect.Inherit(own, all)
}

const ancestor = `dialect: acme
about: Acme
priority: high
auto: pass
success_errors: 409
streams: true
format: [json, xml]
match:
  keys: [job.code]
  types: {job: object}
  equals: {job.ok: false}
  lacks: [run]
  status: [4xx]
  code_is: lower_snake
shape:
  code: job.code
  message: job.text
  request_id: job.id
codes:
  late: 404 ORDER.EXPIRED
  gone: RESOURCE.GONE
  "@402": PAYMENT.REQUIRED
limits:
  - {limit: X-Job-Limit, remaining: X-Job-Limit-Remaining}
examples:
  - {status: 404, body: {"job": {"code": "late", "ok": false}}, is: ORDER.EXPIRED}
`

// TestInherit checks that a file inherits each top-level key that it does not have.
func TestInherit(t *testing.T) {
	out, err := inherit(t, nil, ancestor, "dialect: partner\nabout: Partner\nextends: acme\n")
	if err != nil {
		t.Fatal(err)
	}
	derived := out[1]
	if derived.Name != "partner" || derived.About != "Partner" || len(derived.Examples) != 0 {
		t.Errorf("it inherits the name, about or the examples: %+v", derived)
	}
	if derived.Priority != dialect.PriorityHigh || derived.Auto != dialect.AutoPass || derived.SuccessErrors != 409 || !derived.Streams || len(derived.Formats) != 2 || len(derived.Limits) != 1 {
		t.Errorf("a top-level key is not inherited: %+v", derived)
	}
	if m := derived.Match; len(m.Keys)+len(m.Types)+len(m.Equals)+len(m.Lacks)+len(m.Status) != 5 || m.Code != "lower_snake" {
		t.Errorf("a key of match is not inherited: %+v", m)
	}
	if len(derived.Shape) != 3 || len(derived.Codes) != 3 {
		t.Errorf("the shape is %+v, the codes are %+v", derived.Shape, derived.Codes)
	}
}

// TestInheritChain inherits over several files, in any order, and from a built-in
// dialect of the same name.
func TestInheritChain(t *testing.T) {
	out, err := inherit(t, []*dialect.File{read(t, ancestor)},
		"dialect: region\nabout: Region\nextends: partner\npriority: normal\n",
		"dialect: partner\nabout: Partner\nextends: acme\nauto: translate\n",
		"dialect: acme\nabout: Our Acme\nextends: acme\ncodes: {late: RESOURCE.LOCKED}\n",
	)
	if err != nil {
		t.Fatal(err)
	}
	region, ours := out[0], out[2]
	if region.Priority != dialect.PriorityNormal || region.Auto != dialect.AutoTranslate || region.SuccessErrors != 409 || len(region.Codes) != 3 || region.Codes[0].Code != "RESOURCE.LOCKED" {
		t.Errorf("over two files: got %+v", region)
	}
	if ours.Name != "acme" || len(ours.Codes) != 3 || ours.Codes[0].Code != "RESOURCE.LOCKED" || len(ours.Shape) != 3 {
		t.Errorf("from the built-in dialect of its name: got %+v", ours)
	}

	single := read(t, ancestor)
	out, err = dialect.Inherit([]*dialect.File{single}, nil)
	if err != nil || out[0] != single {
		t.Errorf("a file that extends nothing has changed: %v", err)
	}
}

func TestInheritFaults(t *testing.T) {
	extends := func(name, base string) string {
		return "dialect: " + name + "\nabout: x\nextends: " + base + "\n"
	}
	for _, c := range []struct {
		about string
		texts []string
		want  []string
	}{
		{"a missing base", []string{extends("partner", "acm"), ancestor}, []string{`d.yaml:3:10: unknown dialect "acm"; did you mean acme?`}},
		{"a missing base without a similar name", []string{extends("partner", "submarines")}, []string{`d.yaml:3:10: unknown dialect "submarines"`}},
		{"a cycle", []string{extends("a", "b"), extends("b", "a")}, []string{
			"d.yaml:3:10: extends forms a cycle through a: a dialect cannot extend itself",
			"d.yaml:3:10: extends forms a cycle through b: a dialect cannot extend itself",
		}},
	} {
		t.Run(c.about, func(t *testing.T) {
			_, err := inherit(t, nil, c.texts...)
			wantFaults(t, err, c.want)
		})
	}
}

// shop is a dialect with variants.
const shop = `dialect: shop
about: Errors of the shop
hosts: [shop.example.com]
streams: true
priority: high
match: {keys: [error.code], equals: {ok: false}}
shape: {code: error.code, message: error.message}
codes: {out_of_stock: 409 PRODUCT.OUT_OF_STOCK, not_found: 404 PRODUCT.NOT_FOUND}
limits:
  - {limit: X-Shop-Limit}
variants:
  - name: legacy
    match: {keys: [errorCode]}
    shape: {code: errorCode, request_id: trace}
    codes: {not_found: 404 RESOURCE.NOT_FOUND}
    streams: false
    examples:
      - {status: 404, body: {errorCode: not_found}, is: RESOURCE.NOT_FOUND}
  - name: page
    format: html
    auto: pass
    success_errors: 502
    priority: last
examples:
  - {status: 409, body: {ok: false, error: {code: out_of_stock}}, is: PRODUCT.OUT_OF_STOCK}
`

// TestExpand checks that a variant inherits from the file what it does not have.
func TestExpand(t *testing.T) {
	f := read(t, shop)
	forms := f.Expand()
	if len(forms) != 3 {
		t.Fatalf("%d forms", len(forms))
	}
	legacy, itself, page := forms[0], forms[1], forms[2] // the page has a lower priority
	for i, want := range []string{"shop/legacy", "shop", "shop/page"} {
		if got := forms[i].Title(); got != want {
			t.Errorf("form %d is %s, want %s", i, got, want)
		}
		if forms[i].Name != "shop" || len(forms[i].Variants) != 0 || len(forms[i].Hosts) != 1 {
			t.Errorf("%s is %+v", want, forms[i])
		}
	}

	if m := legacy.Match; len(m.Keys) != 1 || m.Keys[0].Path.String() != "errorCode" || len(m.Equals) != 0 {
		t.Errorf("the match is not that of the variant: %+v", m)
	}
	roles := map[dialect.Role]string{}
	for _, e := range legacy.Shape {
		roles[e.Role] = e.Places[0].Path.String()
	}
	if want := map[dialect.Role]string{"code": "errorCode", "request_id": "trace", "message": "error.message"}; !maps.Equal(roles, want) {
		t.Errorf("the shape is %v, want %v", roles, want)
	}
	rows := map[string]string{}
	for _, r := range legacy.Codes {
		rows[r.Native] = r.Code
	}
	if want := map[string]string{"not_found": "RESOURCE.NOT_FOUND", "out_of_stock": "PRODUCT.OUT_OF_STOCK"}; !maps.Equal(rows, want) {
		t.Errorf("the codes are %v, want %v", rows, want)
	}
	if legacy.Streams || legacy.Priority != dialect.PriorityHigh || len(legacy.Examples) != 1 || legacy.Examples[0].Is != "RESOURCE.NOT_FOUND" {
		t.Errorf("it is %+v", legacy)
	}

	if len(page.Match.Keys) != 1 || page.Match.Keys[0].Path.String() != "error.code" || len(page.Codes) != 2 || len(page.Examples) != 0 {
		t.Errorf("a variant without match and codes does not have those of the file: %+v", page)
	}
	if page.Auto != dialect.AutoPass || page.SuccessErrors != 502 || !page.Streams || page.Priority != dialect.PriorityLast || page.Formats[0] != dialect.FormatHTML {
		t.Errorf("it is %+v", page)
	}
	if itself.Auto != "" || itself.SuccessErrors != 0 || len(itself.Codes) != 2 || len(itself.Examples) != 1 || len(f.Variants) != 2 {
		t.Errorf("the dialect itself has changed: %+v", itself)
	}
}

// TestInheritVariants checks that variants are inherited all together or not at all,
// and only by a file that replaces the dialect that it extends.
func TestInheritVariants(t *testing.T) {
	base := []*dialect.File{read(t, shop)}
	for _, c := range []struct{ name, text, want string }{
		{"shop", "", "legacy page"},
		{"shop", "codes: {gone: RESOURCE.GONE}\n", "legacy page"},
		{"shop", "variants: [{name: xml, format: xml}]\n", "xml"},
		{"shop", "variants: []\n", ""},
		{"outlet", "", ""},
		{"outlet", "variants: [{name: xml, format: xml}]\n", "xml"},
	} {
		text, want := c.text, c.want
		out, err := inherit(t, base, "dialect: "+c.name+"\nabout: x\nextends: shop\n"+text)
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, v := range out[0].Variants {
			names = append(names, v.Variant)
		}
		if got := strings.Join(names, " "); got != want {
			t.Errorf("with %q the variants are %q, want %q", text, got, want)
		}
		for _, form := range out[0].Expand() {
			if form.Name != c.name || len(form.Examples) != 0 {
				t.Errorf("a form has the name %s and %d examples", form.Title(), len(form.Examples))
			}
		}
	}
}
