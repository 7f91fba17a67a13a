package translate_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/koine-proxy/koine/dialect"
	"github.com/koine-proxy/koine/translate"
)

// minimalDialect is a valid dialect, to which tests add faults.
const minimalDialect = "dialect: acme\nabout: acme\nmatch: {keys: [job]}\nshape: {code: job}\ncodes:\n  lost: 404 ORDER.NOT_FOUND\n"

func TestCompileFaults(t *testing.T) {
	for _, c := range []struct {
		about string
		texts []string
		rows  translate.Rows
		want  []string
	}{
		{"unknown codes", []string{minimalDialect + `  busy: 404 ORDER.NOT_FUND
  slow: WHO.KNOWS_WHAT_THIS_IS force
  growl:    400     ORDER.EXPIRD
  quoted: "404 ORDER.NOT_FUND"
`}, nil, []string{
			`d.yaml:7:13: unknown canonical code "ORDER.NOT_FUND"; did you mean ORDER.NOT_FOUND?`,
			`d.yaml:8:9: unknown canonical code "WHO.KNOWS_WHAT_THIS_IS"; add it to a taxonomy file, or use one that exists`,
			`d.yaml:9:21: unknown canonical code "ORDER.EXPIRD"; did you mean ORDER.EXPIRED?`,
			`d.yaml:10:16: unknown canonical code "ORDER.NOT_FUND"; did you mean ORDER.NOT_FOUND?`,
		}},
		{"duplicate dialects", []string{minimalDialect, minimalDialect}, nil, []string{
			`d.yaml:1:10: duplicate dialect "acme"; rename one of them`,
		}},
		{"the match", []string{`dialect: acme
about: acme
match:
  types: {job: text}
  status: [4xx, error]
shape: {code: job}
codes: {lost: ORDER.NOT_FOUND}
`}, nil, []string{
			`d.yaml:4:16: type "text" must be string, number, boolean, object, array, null or absent, or several of them joined by |`,
			`d.yaml:5:11: match.status "error" must be a status such as 404 or a class such as 4xx`,
		}},
		{"a code that cannot be read", []string{`dialect: acme
about: acme
match: {code_is: lower_snake}
shape: {code: job}
codes:
  MEOW: ORDER.NOT_FOUND
`}, nil, []string{
			`d.yaml:6:3: native code "MEOW" does not have the form lower_snake that match.code_is requires, so it can never occur`,
		}},
		{"a shape without a code", []string{"dialect: acme\nabout: acme\nshape: {message: m}\ncodes: {lost: ORDER.NOT_FOUND}\n"}, nil, []string{
			"d.yaml:3:1: shape has no `code`; name the member that holds the native code, for example `code: error.code`",
		}},
		{"a member with two roles", []string{`dialect: acme
about: acme
shape:
  code: job
  message: job
  details: more
  fields: {at: more, field: f}
codes: {lost: ORDER.NOT_FOUND}
`}, nil, []string{
			`d.yaml:5:12: job is both code and message; a member has one role (fields and details can share a place: ` + "`for_codes` distinguishes them)",
		}},
		{"rows of the site", []string{minimalDialect}, translate.Rows{
			"*":    {{Native: "busy", Code: "ORDER.NOT_FUND"}},
			"acme": {{Native: "slow", Code: "nope"}, {Native: "wait", Code: "ORDER.EXPIRED"}, {Native: "wait", Code: "ORDER.NOT_FOUND"}},
			"acne": {{Native: "slow", Code: "ORDER.EXPIRED"}},
			"beta": {{Native: "slow", Code: "ORDER.EXPIRED"}},
		}, []string{
			`map * busy ORDER.NOT_FUND: unknown canonical code "ORDER.NOT_FUND"; did you mean ORDER.NOT_FOUND?`,
			`map acme slow nope: unknown canonical code "nope"; a canonical code is two or three upper-case words joined by dots, such as RESOURCE.NOT_FOUND; add it to a taxonomy file, or use one that exists`,
			`map acme wait: duplicate row`,
			`map acne: this site does not use the dialect "acne"; did you mean acme?`,
			`map beta: this site does not use the dialect "beta"; it uses acme; use * for all of them`,
		}},
	} {
		t.Run(c.about, func(t *testing.T) {
			var list []*dialect.File
			for _, text := range c.texts {
				list = append(list, parseDialect(t, text))
			}
			e, err := translate.Compile(taxonomy(t), list, c.rows)
			if e != nil {
				t.Error("got an engine despite the faults")
			}
			if c.rows != nil { // these have no position, so their order is not defined
				lines := strings.Split(err.Error(), "\n")
				slices.Sort(lines)
				err = errors.New(strings.Join(lines, "\n"))
			}
			wantFaults(t, err, c.want)
		})
	}
}

// TestCodeFormOfSiteRows checks that a row for one dialect must have the format of
// its codes; a row for all dialects applies to those with that format.
func TestCodeFormOfSiteRows(t *testing.T) {
	_, err := translate.Compile(taxonomy(t), files(t, "rustbill"), translate.Rows{"rustbill": {{Native: "MEOW", Code: "ORDER.NOT_FOUND"}}})
	wantFaults(t, err, []string{`map rustbill MEOW ORDER.NOT_FOUND: native code "MEOW" does not have the form lower_snake of the codes of rustbill, so it can never occur`})
	if _, err := translate.Compile(taxonomy(t), files(t, firstParty...), translate.Rows{"*": {{Native: "MEOW", Code: "ORDER.NOT_FOUND"}}}); err != nil {
		t.Error(err)
	}
}

// TestSiteRows checks that rows of a site take precedence over the table, and those
// for one dialect over those for all.
func TestSiteRows(t *testing.T) {
	e, err := translate.Compile(taxonomy(t), files(t, firstParty...), translate.Rows{
		"*":        {{Native: "not_found", Code: "PLAN.NOT_FOUND"}, {Native: "lost", Code: "PRODUCT.OUT_OF_STOCK"}},
		"rustbill": {{Native: "not_found", Code: "ORDER.NOT_FOUND"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	for body, want := range map[string]string{
		`{"error":"not_found","message":"m"}`:     "ORDER.NOT_FOUND",
		`{"code":"not_found","message":"m"}`:      "PLAN.NOT_FOUND",
		`{"error":"lost","message":"m"}`:          "PRODUCT.OUT_OF_STOCK",
		`{"code":"lost","message":"m"}`:           "PRODUCT.OUT_OF_STOCK",
		`{"error":"forbidden","message":"m"}`:     "AUTH.FORBIDDEN",
		`{"code":"ORDER_EXPIRED","message":"m"}`:  "ORDER.EXPIRED",
		`{"error":"invalid_uuid","message":"m"}`:  "REQUEST.INVALID_ID",
		`{"error":"no_such_job","message":"not"}`: "RESOURCE.NOT_FOUND",
	} {
		tr := e.Acquire()
		tr.Read(404, []byte(body))
		if tr.Code.Name != want {
			t.Errorf("%s is %s, want %s", body, tr.Code.Name, want)
		}
		tr.Release()
	}

	// A code that only a row of the site leads to is written by that row.
	tr := e.Acquire()
	defer tr.Release()
	p := translate.DefaultPolicy()
	tr.Read(409, []byte(`{"success":false,"error":{"code":"PRODUCT_OUT_OF_STOCK","message":"m"}}`))
	if out, _, _ := tr.AppendDialect(nil, "rustbill", &p, translate.RenderParams{RequestID: "r"}); textMember(t, out, "error") != "lost" {
		t.Errorf("written as %s", out)
	}
}

// TestCanonicalRoles checks that the roles of a Koine envelope require `codes:
// canonical`.
func TestCanonicalRoles(t *testing.T) {
	const head = "dialect: inner\nabout: x\nmatch: {keys: [error]}\nshape: {code: error.code, retry: error.retry, origin: meta.origin}\n"
	if _, err := translate.Compile(taxonomy(t), []*dialect.File{parseDialect(t, head+"codes: canonical\n")}, nil); err != nil {
		t.Error(err)
	}
	_, err := translate.Compile(taxonomy(t), []*dialect.File{parseDialect(t, head+"codes: {}\n")}, nil)
	wantFaults(t, err, []string{
		"d.yaml:4:27: shape.retry is valid only with `codes: canonical`; list members without information under `ignore`",
		"d.yaml:4:47: shape.origin is valid only with `codes: canonical`; list members without information under `ignore`",
	})
}
