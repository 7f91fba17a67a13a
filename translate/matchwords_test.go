package translate_test

import (
	"fmt"
	"testing"

	"github.com/koine-proxy/koine/dialect"
	"github.com/koine-proxy/koine/translate"
)

// TestCodeIs reads bodies by what `code_is` says of their codes.
func TestCodeIs(t *testing.T) {
	for _, c := range []struct {
		words string
		fits  map[string]bool // by the code; "" for none
	}{
		{"", map[string]bool{"declined": true, "DECLINED": true, "other": true, "": false}},
		{", code_is: lower_snake", map[string]bool{"declined": true, "DECLINED": false, "other": true, "": false}},
		{", code_is: listed", map[string]bool{"declined": true, "DECLINED": false, "other": false, "": false}},
		{", code_is: optional", map[string]bool{"declined": true, "DECLINED": true, "other": true, "": true}},
		{", code_is: [lower_snake, optional]", map[string]bool{"declined": true, "DECLINED": false, "other": true, "": true}},
		{", code_is: [listed, optional]", map[string]bool{"declined": true, "DECLINED": false, "other": false, "": true}},
		{", code_is: [optional, listed, lower_snake]", map[string]bool{"declined": true, "DECLINED": false, "other": false, "": true}},
	} {
		e := compile(t, []*dialect.File{dialectOf(t, "dialect: billing\nabout: x\nmatch: {keys: [message]"+c.words+"}\nshape: {code: code, message: message}\ncodes: {declined: PAYMENT.DECLINED}\n")})
		for code, want := range c.fits {
			body := `{"code":"` + code + `","message":"m"}`
			if got := hear(t, e, jsonOf(402, body)).DetectedDialect() == "billing"; got != want {
				t.Errorf("with %q, the code %q matches: %t", c.words, code, got)
			}
		}
	}
}

// TestTypesOfAllMembers: types "*" is about all members at the top.
func TestTypesOfAllMembers(t *testing.T) {
	e := compile(t, []*dialect.File{dialectOf(t, "dialect: forms\nabout: x\nmatch: {types: {\"*\": array|string}}\nshape: {fields: $}\ncodes: {}\n")})
	for body, want := range map[string]bool{
		`{"email":["Required."],"name":"Too long."}`: true,
		`{"email":["Required."],"id":7}`:             false,
		`{"email":{"x":"y"}}`:                        false,
		`["Required.","Too long."]`:                  true,
		`[7]`:                                        false,
		`{}`:                                         false,
	} {
		if got := hear(t, e, jsonOf(422, body)).DetectedDialect() == "forms"; got != want {
			t.Errorf("%s matches: %t", body, got)
		}
	}
}

// TestContentType: the media type counts, not its parameters; of other headers the
// whole value.
func TestContentType(t *testing.T) {
	e := compile(t, []*dialect.File{dialectOf(t, "dialect: billing\nabout: x\nmatch: {header: {Content-Type: [application/vnd.billing+json, \"application/*.error\"], Server: billing/*}}\nshape: {message: m}\ncodes: {}\n")})
	for header, want := range map[string]bool{
		"Content-Type: application/vnd.billing+json\nServer: billing/2":                true,
		"Content-Type: Application/VND.Billing+JSON; charset=utf-8\nServer: Billing/2": true,
		"Content-Type: application/x.error\nServer: billing/2":                         true,
		"Content-Type: application/json\nServer: billing/2":                            false,
		"Content-Type: application/vnd.billing+json\nServer: nginx":                    false,
		"Content-Type: application/vnd.billing+json":                                   false,
	} {
		tr := hear(t, e, translate.Response{Status: 400, Header: headerOf(header), Body: []byte(`{"m":"x"}`)})
		if got := tr.DetectedDialect() == "billing"; got != want {
			t.Errorf("%q matches: %t", header, got)
		}
	}
}

// TestListsOfPlaces: the places of a list under `at` or `header` share the other
// words.
func TestListsOfPlaces(t *testing.T) {
	e := cats(t, `shape:
  code: {at: [error.code, error.status], pattern: '^E_(.*)$'}
  message: {at: [error.title, error.text], not: ["", none], decode: html}
  request_id: {header: [X-Trace, X-Request], pattern: '^id:(.*)'}
  retry_after: {at: [error.wait, wait], unit: milliseconds}
codes: {late: ORDER.EXPIRED}
`)
	r := jsonOf(409, `{"error":{"code":"x","status":"E_late","title":"none","text":"a &amp; b"},"wait":1500}`)
	r.Header["X-Request"] = []string{"id:r-7"}
	r.Header["X-Trace"] = []string{"t-1"}
	tr := hear(t, e, r)
	if tr.Native != "late" || tr.Message != "a & b" || tr.RequestID != "r-7" || tr.RetryAfter != 2 {
		t.Errorf("got %q, %q, %q, %d", tr.Native, tr.Message, tr.RequestID, tr.RetryAfter)
	}
}

// TestDefaultWhole: in a map, the usual names are about the request as a whole,
// unless `whole` lists others.
func TestDefaultWhole(t *testing.T) {
	for _, c := range []struct{ fields, body, message, fieldsWant string }{
		{"errors", `{"errors":{"base":["Sold out."],"email":["Required."]}}`, "Sold out.", "map[email:Required.]"},
		{"errors", `{"errors":{"non_field_errors":["Sold out."]}}`, "Sold out.", "map[]"},
		{"{at: errors}", `{"errors":{"__all__":"Sold out.","email":"Required."}}`, "Sold out.", "map[email:Required.]"},
		{"{at: errors, whole: [general]}", `{"errors":{"base":["Sold out."],"general":"Closed."}}`, "Closed.", "map[base:Sold out.]"},
		{"{at: errors, whole: []}", `{"errors":{"base":["Sold out."]}}`, "", "map[base:Sold out.]"},
		{"errors", `{"errors":{"price":{"base":"Too low."}}}`, "", "map[price.base:Too low.]"},
		{"{at: errors, field: name, message: why}", `{"errors":[{"name":"base","why":"Sold out."}]}`, "", "map[base:Sold out.]"},
	} {
		tr := hear(t, cats(t, "shape: {message: message, fields: "+c.fields+"}\ncodes: {}\n"), jsonOf(422, c.body))
		if got := fmt.Sprint(tr.Fields()); tr.Message != c.message || got != c.fieldsWant {
			t.Errorf("%s of %s: %q and %s, want %q and %s", c.fields, c.body, tr.Message, got, c.message, c.fieldsWant)
		}
	}
}

// TestCanonicalRoles: roles of an envelope of Koine need `codes: canonical`.
func TestCanonicalRoles(t *testing.T) {
	const head = "dialect: inner\nabout: x\nmatch: {keys: [error]}\nshape: {code: error.code, retry: error.retry, origin: meta.origin}\n"
	if _, err := translate.Compile(taxonomy(t), []*dialect.File{dialectOf(t, head+"codes: canonical\n")}, nil); err != nil {
		t.Error(err)
	}
	_, err := translate.Compile(taxonomy(t), []*dialect.File{dialectOf(t, head+"codes: {}\n")}, nil)
	wantFaults(t, err, []string{
		"d.yaml:4:27: shape.retry has a meaning only with `codes: canonical`; list members without information under `ignore`",
		"d.yaml:4:47: shape.origin has a meaning only with `codes: canonical`; list members without information under `ignore`",
	})
}
