package translate_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/koine-proxy/koine/dialect"
	"github.com/koine-proxy/koine/translate"
)

// TestExplainRow checks that the row that is named is the one that decided, whatever its
// source.
func TestExplainRow(t *testing.T) {
	base := compile(t, append([]*dialect.File{parseDialect(t, `dialect: acme
about: x
match: {keys: [code], code_is: optional}
shape: {code: code, subcode: sub}
codes:
  a: 404 ORDER.NOT_FOUND
  a/1: AUTH.FORBIDDEN force
  "a@404": USER.NOT_FOUND
  "th*": RESOURCE.LOCKED
  "thr*": RATE_LIMIT.EXCEEDED
  "5..9": RESOURCE.GONE
  "@503": SYSTEM.MAINTENANCE
`)}, files(t, "general", "canonical")...))
	site, err := base.WithRows(translate.Rows{"*": {
		{Native: "odd", Code: "RESOURCE.GONE"}, {Native: "@402", Code: "PLAN.NOT_FOUND"}, {Native: "late*", Code: "ORDER.EXPIRED", Force: true},
	}})
	if err != nil {
		t.Fatal(err)
	}
	p := translate.DefaultPolicy()
	for _, c := range []struct {
		status int
		body   string
		source translate.RowSource
		want   string // the row
	}{
		{400, `{"code":"a"}`, translate.RowSourceDialect, "a: 404 ORDER.NOT_FOUND"},
		{400, `{"code":"a","sub":"1"}`, translate.RowSourceDialect, "a/1: 0 AUTH.FORBIDDEN force"},
		{400, `{"code":"a","sub":"2"}`, translate.RowSourceDialect, "a: 404 ORDER.NOT_FOUND"},
		{404, `{"code":"a"}`, translate.RowSourceDialect, "a@404: 0 USER.NOT_FOUND"},
		{400, `{"code":"throttle"}`, translate.RowSourceDialect, "thr*: 0 RATE_LIMIT.EXCEEDED"},
		{400, `{"code":"this"}`, translate.RowSourceDialect, "th*: 0 RESOURCE.LOCKED"},
		{400, `{"code":7}`, translate.RowSourceDialect, "5..9: 0 RESOURCE.GONE"},
		{503, `{"code":null}`, translate.RowSourceDialect, "@503: 0 SYSTEM.MAINTENANCE"},
		{503, `{"code":"z"}`, translate.RowSourceDialect, "@503: 0 SYSTEM.MAINTENANCE"},
		{400, `{"code":"odd"}`, translate.RowSourceSite, "odd: 0 RESOURCE.GONE"},
		{400, `{"code":"later"}`, translate.RowSourceSite, "late*: 0 ORDER.EXPIRED force"},
		{402, `{"code":"z"}`, translate.RowSourceSite, "@402: 0 PLAN.NOT_FOUND"},
		{400, `{"failure":{"code":"odd","message":"Odd."}}`, translate.RowSourceSite, "odd: 0 RESOURCE.GONE"},
		{400, `{"failure":{"code":"not-found","message":"No seat."}}`, translate.RowSourceGeneral, "notfound: 0 RESOURCE.NOT_FOUND"},
		{400, `{"failure":{"code":"zzz","message":"No seat."}}`, translate.RowSourceStatus, ""},
		{400, `{"code":"z"}`, translate.RowSourceStatus, ""},
		{400, ``, translate.RowSourceStatus, ""},
		{404, canonicalBody, translate.RowSourceCanonical, ""},
	} {
		tr := readResponse(t, site, jsonResponse(c.status, c.body))
		d := tr.Explain(&p)
		got := ""
		if d.Row != (dialect.Row{}) {
			got = fmt.Sprintf("%s: %d %s", d.Row.Native, d.Row.Status, d.Row.Code)
			if d.Row.Force {
				got += " force"
			}
		}
		if got != c.want || d.RowSource != c.source || d.Code.Name != tr.Code.Name {
			t.Errorf("%d %s: got row %q (%s) for %s, want %q (%s)", c.status, c.body, got, d.RowSource, d.Code.Name, c.want, c.source)
		}
	}
}

const canonicalBody = `{"error":{"code":"ORDER.NOT_FOUND","type":"order","category":"not_found","status":404,"message":"No such order.","retry":{"strategy":"never","safe":true}},` +
	`"meta":{"request_id":"req_1","api_version":"1","origin":"upstream","match":"table"}}`

// TestExplainRowOfLibrary checks every built-in example: a code that was found in a table
// has a row of its file.
func TestExplainRowOfLibrary(t *testing.T) {
	p := translate.DefaultPolicy()
	for _, f := range files(t) {
		if f.Identity || f.General {
			continue
		}
		e := compile(t, []*dialect.File{f})
		hasRow := func(row dialect.Row) bool {
			return slices.ContainsFunc(f.Expand(), func(form *dialect.File) bool {
				return slices.ContainsFunc(form.Codes, func(r dialect.Row) bool {
					return dialect.ParseRowKey(r.Native) == dialect.ParseRowKey(row.Native) && r.Code == row.Code && r.Status == row.Status && r.Force == row.Force
				})
			})
		}
		for _, r := range responses(f) {
			tr := e.Acquire()
			tr.ReadResponse(r)
			d := tr.Explain(&p)
			if tr.Match == translate.ByTable && (d.Row.Code != tr.Code.Name || !hasRow(d.Row)) {
				t.Errorf("%s: row %+v for %q at %d, which is %s", f.Name, d.Row, d.Native, d.UpstreamStatus, tr.Code.Name)
			}
			tr.Release()
		}
	}
}

// responses returns the responses of all examples of a dialect.
func responses(f *dialect.File) (out []translate.Response) {
	for _, form := range f.Expand() {
		for i := range form.Examples {
			out = append(out, translate.ExampleResponse(form, &form.Examples[i]))
		}
	}
	return out
}

// TestExplainAnswer checks the reasons for the status and the message of an answer.
func TestExplainAnswer(t *testing.T) {
	e := compile(t, []*dialect.File{parseDialect(t, `dialect: acme
about: x
success_errors: 409
match: {keys: [code]}
shape: {code: code, message: text}
codes:
  gone: RESOURCE.NOT_FOUND
  login: AUTH.UNAUTHENTICATED
  forced: RESOURCE.NOT_FOUND force
  "same@404": RESOURCE.NOT_FOUND
`)})
	upstream, canonical := translate.DefaultPolicy(), translate.DefaultPolicy()
	upstream.Status, upstream.Message = translate.StatusUpstream, translate.MessageUpstream
	canonical.Message = translate.MessageCanonical
	safe := translate.DefaultPolicy()
	for _, c := range []struct {
		status  int
		code    string
		text    string
		policy  *translate.Policy
		want    int
		why     translate.StatusReason
		message translate.MessageReason
	}{
		{400, "gone", "No job.", &safe, 404, translate.StatusReasonCode, translate.MessageReasonUpstream},
		{404, "gone", "", &safe, 404, translate.StatusReasonEqual, translate.MessageReasonMissing},
		{500, "gone", "No job.", &safe, 500, translate.StatusReasonClass, translate.MessageReasonServerError},
		{500, "forced", "No job.", &safe, 404, translate.StatusReasonForced, translate.MessageReasonServerError},
		{400, "login", "panic at src/job.rs:42", &safe, 400, translate.StatusReasonClient, translate.MessageReasonUnsafe},
		{418, "none", "No job.", &canonical, 418, translate.StatusReasonUnmapped, translate.MessageReasonPolicy},
		{409, "none", "No job.", &upstream, 409, translate.StatusReasonEqual, translate.MessageReasonUpstream},
		{400, "gone", "panic at src/job.rs:42", &upstream, 400, translate.StatusReasonPolicy, translate.MessageReasonUpstream},
		{200, "gone", "No job.", &safe, 404, translate.StatusReasonCode, translate.MessageReasonUpstream},
		{200, "login", "No job.", &safe, 409, translate.StatusReasonClient, translate.MessageReasonUpstream},
		{200, "none", "No job.", &safe, 409, translate.StatusReasonEqual, translate.MessageReasonUpstream},
	} {
		tr := readResponse(t, e, jsonResponse(c.status, fmt.Sprintf(`{"code":%q,"text":%q}`, c.code, c.text)))
		d := tr.Explain(c.policy)
		if d.Status != c.want || d.Status != tr.HTTPStatus(c.policy) || d.StatusReason != c.why || d.MessageReason != c.message || d.UpstreamStatus != c.status {
			t.Errorf("%s at %d: got %d (%s), message %s; want %d (%s), message %s", c.code, c.status, d.Status, d.StatusReason, d.MessageReason, c.want, c.why, c.message)
		}
	}
}

// TestReplacement checks which row replaces another one that is missing.
func TestReplacement(t *testing.T) {
	var rows []dialect.Row
	for _, native := range []string{"a", "a/1", "a@404", "th*", "thr*", "throttle", "5..9", "7", "@503", "this@400", "lone"} {
		rows = append(rows, dialect.Row{Native: native, Code: "X." + native})
	}
	table := translate.NewRowTable(rows)
	for range 2 { // a look-up has no side effects
		for native, want := range map[string]string{
			"a": "", "a/1": "", "a@404": "a", "th*": "", "thr*": "th*", "throttle": "thr*", "5..9": "", "7": "5..9", "@503": "", "this@400": "th*", "lone": "",
		} {
			if got, ok := table.Replacement(native); got.Native != want || ok != (want != "") {
				t.Errorf("%s: got %q, want %q", native, got.Native, want)
			}
		}
	}
}
