package translate_test

import (
	"fmt"
	"testing"

	"github.com/koine-proxy/koine/dialect"
	"github.com/koine-proxy/koine/translate"
)

// TestRows checks that the most specific row applies, whatever the order.
func TestRows(t *testing.T) {
	const rows = `
  "@422":            422 VALIDATION.FAILED
  "2000..2999":      QUOTA.EXCEEDED
  "2500..2599":      QUOTA.EXCEEDED
  "-9..-1":          RESOURCE.GONE
  "30..39":          RESOURCE.LOCKED
  "late*":           ORDER.EXPIRED
  "late_pay*":       PAYMENT.REQUIRED
  "30*":             RESOURCE.IN_USE
  "*":               REQUEST.INVALID
  late:              ORDER.TIMEOUT
  "late@503":        SYSTEM.OVERLOADED
  late/always:       AUTH.FORBIDDEN
  "late/always@503": SYSTEM.MAINTENANCE
  "2001":            PLAN.NOT_FOUND
  "*star":           USER.NOT_FOUND
  a@b:               CUSTOMER.NOT_FOUND
  "@42":             PRODUCT.NOT_FOUND
`
	for _, c := range []struct {
		about     string
		status    int
		code, sub string
		want      string // the code of the row that applies
	}{
		{"code/subcode@status", 503, `"late"`, `"always"`, "SYSTEM.MAINTENANCE"},
		{"code/subcode", 400, `"late"`, `"always"`, "AUTH.FORBIDDEN"},
		{"code@status, if the subcode has no row", 503, `"late"`, `"never"`, "SYSTEM.OVERLOADED"},
		{"code@status", 503, `"late"`, `null`, "SYSTEM.OVERLOADED"},
		{"code, if the subcode has no row", 400, `"late"`, `"never"`, "ORDER.TIMEOUT"},
		{"code", 400, `"late"`, `null`, "ORDER.TIMEOUT"},
		{"code, before the row of the status", 422, `"late"`, `null`, "ORDER.TIMEOUT"},
		{"a prefix", 400, `"later"`, `null`, "ORDER.EXPIRED"},
		{"the longest prefix, even if it is last", 400, `"late_payment"`, `null`, "PAYMENT.REQUIRED"},
		{"a prefix that is the whole code", 400, `"late_pay"`, `null`, "PAYMENT.REQUIRED"},
		{"a prefix, before a range", 400, `30`, `null`, "RESOURCE.IN_USE"},
		{"a range", 400, `31`, `null`, "RESOURCE.LOCKED"},
		{"a code in a range", 400, `2001`, `null`, "PLAN.NOT_FOUND"},
		{"a range, its first number", 400, `2000`, `null`, "QUOTA.EXCEEDED"},
		{"a range, its last number", 400, `2999`, `null`, "QUOTA.EXCEEDED"},
		{"a range, as a text", 400, `"2002"`, `null`, "QUOTA.EXCEEDED"},
		{"a range below zero", 400, `-5`, `null`, "RESOURCE.GONE"},
		{"not in a range: a fraction", 422, `2002.5`, `null`, "VALIDATION.FAILED"},
		{"not in a range: one too small", 422, `1999`, `null`, "VALIDATION.FAILED"},
		{"the status, if the code has no row", 422, `"early"`, `null`, "VALIDATION.FAILED"},
		{"the status if there is no code", 422, `null`, `null`, "VALIDATION.FAILED"},
		{"nothing", 400, `"early"`, `null`, ""},
		{"letters of another case", 400, `"LATE"`, `null`, ""},
		{"a code with a sign in it", 400, `"a@b"`, `null`, "CUSTOMER.NOT_FOUND"},
		{"not a status: two digits", 400, `"@42"`, `null`, "PRODUCT.NOT_FOUND"},
		{"a star at the start is not a prefix", 400, `"*star"`, `null`, "USER.NOT_FOUND"},
		{"a star alone is a code", 400, `"*"`, `null`, "REQUEST.INVALID"},
		{"a code that looks like one with a subcode", 400, `"late/always"`, `null`, "AUTH.FORBIDDEN"},
	} {
		t.Run(c.about, func(t *testing.T) {
			e := testDialect(t, "match: {keys: [code], code_is: optional}\nshape: {code: code, subcode: sub}\ncodes:"+rows)
			tr := readResponse(t, e, jsonResponse(c.status, fmt.Sprintf(`{"code":%s,"sub":%s}`, c.code, c.sub)))
			got := ""
			if tr.Match == translate.ByTable {
				got = tr.Code.Name
			}
			if tr.Dialect != "acme" || got != c.want {
				t.Errorf("got %q of %q, want %q", got, tr.Dialect, c.want)
			}
		})
	}
}

// TestRowsWithoutCodes checks that a dialect without codes may have rows of
// statuses.
func TestRowsWithoutCodes(t *testing.T) {
	e := testDialect(t, "match: {keys: [slow]}\nshape: {message: slow}\ncodes: {'@404': USER.NOT_FOUND}\n")
	for status, want := range map[int]string{404: "USER.NOT_FOUND", 403: "AUTH.FORBIDDEN"} {
		if tr := readResponse(t, e, jsonResponse(status, `{"slow":"No."}`)); tr.Dialect != "acme" || tr.Code.Name != want {
			t.Errorf("%d is %s of %q", status, tr.Code.Name, tr.Dialect)
		}
	}
}

// TestDetectByRow checks that if two dialects match, the one whose table has the
// code is detected. A row of a status alone does not count.
func TestDetectByRow(t *testing.T) {
	file := func(name, codes string) *dialect.File {
		return parseDialect(t, "dialect: "+name+"\nabout: x\nmatch: {keys: [code]}\nshape: {code: code}\ncodes: {"+codes+"}\n")
	}
	e := compile(t, []*dialect.File{
		file("acme", `lost: USER.NOT_FOUND, "@404": USER.NOT_FOUND`),
		file("beta", `bark: PLAN.NOT_FOUND`),
		file("gamma", `"tweet*": ORDER.NOT_FOUND, "1..9": ORDER.EXPIRED, bark: ORDER.TIMEOUT`),
	})
	for code, want := range map[string]string{
		`"lost"`: "acme", `"bark"`: "beta", `"tweets"`: "gamma", `7`: "gamma", `"moo"`: "acme", `"lost/x"`: "acme",
	} {
		if tr := readResponse(t, e, jsonResponse(404, `{"code":`+code+`}`)); tr.Dialect != want {
			t.Errorf("%s: detected %q, want %q", code, tr.Dialect, want)
		}
	}
}

// TestWithRows checks that rows of a site apply to the engine of that site only.
func TestWithRows(t *testing.T) {
	file := func(name, key string) *dialect.File {
		return parseDialect(t, "dialect: "+name+"\nabout: x\nmatch: {keys: ["+key+"], code_is: optional}\nshape: {code: "+key+".code}\n"+
			"codes: {known: USER.NOT_FOUND, 'known@409': RESOURCE.CONFLICT, 'pre*': PLAN.NOT_FOUND, '@404': ORDER.NOT_FOUND}\n")
	}
	guesses := append([]*dialect.File{file("acme", "job"), file("beta", "run")}, files(t, "general")...)
	base := compile(t, guesses)
	row := func(native, code string) dialect.Row { return dialect.Row{Native: native, Code: code} }
	site, err := base.WithRows(translate.Rows{
		"*": {
			row("known", "AUTH.FORBIDDEN"), row("prefix", "RESOURCE.LOCKED"), row("@422", "VALIDATION.FAILED"), row("7..8", "RESOURCE.GONE"),
			row("own*", "RESOURCE.GONE"),
		},
		"acme": {
			row("known", "QUOTA.EXCEEDED"), row("@404", "SESSION.NOT_FOUND"), row("pre*", "TENANT.NOT_FOUND"), row("8..9", "TENANT.NOT_FOUND"),
			row("own*", "TENANT.NOT_FOUND"),
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	again, err := site.WithRows(translate.Rows{"beta": {row("known", "SESSION.EXPIRED"), row("pre*", "RESOURCE.IN_USE"), row("@404", "LICENSE.NOT_FOUND")}})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		about  string
		status int
		body   string
		want   [2]string // of the base, of the site
	}{
		{"a row that names the dialect", 400, `{"job":{"code":"known"}}`, [2]string{"USER.NOT_FOUND", "QUOTA.EXCEEDED"}},
		{"a row for all", 400, `{"run":{"code":"known"}}`, [2]string{"USER.NOT_FOUND", "AUTH.FORBIDDEN"}},
		{"a row of a site, before a more specific one of the table", 409, `{"job":{"code":"known"}}`, [2]string{"RESOURCE.CONFLICT", "QUOTA.EXCEEDED"}},
		{"a code, before a prefix", 400, `{"job":{"code":"prefix"}}`, [2]string{"PLAN.NOT_FOUND", "RESOURCE.LOCKED"}},
		{"a prefix", 400, `{"job":{"code":"previous"}}`, [2]string{"PLAN.NOT_FOUND", "TENANT.NOT_FOUND"}},
		{"a prefix that also all have", 400, `{"job":{"code":"owner"}}`, [2]string{"REQUEST.INVALID", "TENANT.NOT_FOUND"}},
		{"a range, a part of which all have", 400, `{"job":{"code":8}}`, [2]string{"REQUEST.INVALID", "TENANT.NOT_FOUND"}},
		{"the part of a range that only all have", 400, `{"job":{"code":7}}`, [2]string{"REQUEST.INVALID", "RESOURCE.GONE"}},
		{"a prefix of the table", 400, `{"run":{"code":"previous"}}`, [2]string{"PLAN.NOT_FOUND", "PLAN.NOT_FOUND"}},
		{"a range", 400, `{"run":{"code":8}}`, [2]string{"REQUEST.INVALID", "RESOURCE.GONE"}},
		{"a status", 404, `{"job":{}}`, [2]string{"ORDER.NOT_FOUND", "SESSION.NOT_FOUND"}},
		{"a status of the table", 404, `{"run":{}}`, [2]string{"ORDER.NOT_FOUND", "ORDER.NOT_FOUND"}},
		{"a status for all", 422, `{"run":{}}`, [2]string{"REQUEST.UNPROCESSABLE", "VALIDATION.FAILED"}},
	} {
		t.Run(c.about, func(t *testing.T) {
			for i, e := range []*translate.Engine{base, site, base, site} { // the base at the end again: it has not changed
				want := c.want[i%2]
				if tr := readResponse(t, e, jsonResponse(c.status, c.body)); tr.Code.Name != want {
					t.Errorf("engine %d: got %s, want %s", i, tr.Code.Name, want)
				}
			}
		})
	}

	for body, want := range map[string]string{
		`{"run":{"code":"known"}}`:    "SESSION.EXPIRED",
		`{"run":{"code":"previous"}}`: "RESOURCE.IN_USE",
		`{"run":{}}`:                  "LICENSE.NOT_FOUND",
		`{"run":{"code":8}}`:          "RESOURCE.GONE",
		`{"job":{"code":"known"}}`:    "QUOTA.EXCEEDED",
	} {
		if tr := readResponse(t, again, jsonResponse(404, body)); tr.Code.Name != want {
			t.Errorf("with rows over rows: %s is %s, want %s", body, tr.Code.Name, want)
		}
	}

	if same, err := base.WithRows(nil); err != nil || same != base {
		t.Errorf("another engine without rows: %v", err)
	}
	_, err = base.WithRows(translate.Rows{"btea": {row("x", "USER.NOT_FOUND")}, "acme": {row("x", "USER.NOT_FUND"), row("x", "USER.NOT_FOUND")}})
	wantFaults(t, err, []string{
		"map acme x: duplicate row",
		`map acme x USER.NOT_FUND: unknown canonical code "USER.NOT_FUND"; did you mean USER.NOT_FOUND?`,
		`map btea: this site does not use the dialect "btea"; did you mean beta?`,
	})
}

// TestRowsOverGeneralRules checks rows of a site for dialects without rows, and for
// bodies that the general rules read.
func TestRowsOverGeneralRules(t *testing.T) {
	base := compile(t, append([]*dialect.File{
		parseDialect(t, "dialect: acme\nabout: x\nmatch: {keys: [job]}\nshape: {code: job}\ncodes: canonical\n"),
	}, files(t, "general")...))
	site, err := base.WithRows(translate.Rows{"*": {{Native: "late", Code: "RESOURCE.GONE"}, {Native: "ORDER.EXPIRED", Code: "RESOURCE.LOCKED"}}})
	if err != nil {
		t.Fatal(err)
	}
	for body, want := range map[string][2]string{
		`{"job":"late"}`:                                {"REQUEST.INVALID", "RESOURCE.GONE"},
		`{"job":"ORDER.EXPIRED"}`:                       {"ORDER.EXPIRED", "RESOURCE.LOCKED"},
		`{"job":"ORDER.TIMEOUT"}`:                       {"ORDER.TIMEOUT", "ORDER.TIMEOUT"},
		`{"failure":{"code":"late","message":"Late."}}`: {"REQUEST.INVALID", "RESOURCE.GONE"},
	} {
		for i, e := range []*translate.Engine{base, site} {
			if tr := readResponse(t, e, jsonResponse(400, body)); tr.Code.Name != want[i] {
				t.Errorf("engine %d: %s is %s, want %s", i, body, tr.Code.Name, want[i])
			}
		}
	}
}

// TestWriteRows checks that a row of one code is used to write the canonical one.
// Rows of several codes, and of a status alone, are only read.
func TestWriteRows(t *testing.T) {
	e := compile(t, []*dialect.File{
		parseDialect(t, "dialect: acme\nabout: x\nmatch: {keys: [job]}\nshape: {code: job}\ncodes: canonical\n"),
		parseDialect(t, `dialect: beta
about: x
match: {keys: [run]}
shape: {code: run}
codes: {"@403": AUTH.FORBIDDEN, "x*": RESOURCE.NOT_FOUND, "1..9": RESOURCE.GONE, "y*": ORDER.EXPIRED, old: ORDER.EXPIRED, older: ORDER.EXPIRED}
`),
	})
	p := translate.DefaultPolicy()
	for code, want := range map[string]string{
		"AUTH.FORBIDDEN": `"AUTH.FORBIDDEN"`, "RESOURCE.NOT_FOUND": `"RESOURCE.NOT_FOUND"`, "RESOURCE.GONE": `"RESOURCE.GONE"`, "ORDER.EXPIRED": `"old"`,
	} {
		out, _, ok := readResponse(t, e, jsonResponse(404, `{"job":"`+code+`"}`)).AppendDialect(nil, "beta", &p, translate.RenderParams{})
		if got := rawMember(t, out, "run"); !ok || got != want {
			t.Errorf("%s is written as %s, want %s", code, got, want)
		}
	}
}
