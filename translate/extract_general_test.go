package translate_test

import (
	"testing"

	"github.com/koine-proxy/koine/dialect"
	"github.com/koine-proxy/koine/translate"
)

// generalEngine compiles the general rules and one dialect.
func generalEngine(t *testing.T) *translate.Engine {
	t.Helper()
	return compile(t, append([]*dialect.File{
		parseDialect(t, "dialect: acme\nabout: Acme\nmatch: {keys: [job]}\nshape: {code: job, message: words}\ncodes: {late: ORDER.EXPIRED}\n"),
	}, files(t, "general")...))
}

// TestGeneralRules reads bodies of unknown dialects, and codes that are in no
// table.
func TestGeneralRules(t *testing.T) {
	for _, c := range []struct {
		about, body string
		status      int
		match       translate.MatchKind
		code        string // canonical
		native      string
		message     string
	}{
		{"usual names", `{"error":{"code":"not_found","message":"No such job."}}`, 404, "guess", "RESOURCE.NOT_FOUND", "not_found", "No such job."},
		{"another notation", `{"errorCode":"NotFound","errorMessage":"No such job."}`, 404, "guess", "RESOURCE.NOT_FOUND", "NotFound", "No such job."},
		{"a third notation", `{"code":"NOT-FOUND","msg":"No such job."}`, 404, "guess", "RESOURCE.NOT_FOUND", "NOT-FOUND", "No such job."},
		{"a code that is more specific than the status", `{"code":"validation_failed","message":"Look again."}`, 400, "guess", "VALIDATION.FAILED", "validation_failed", "Look again."},
		{"an unknown code", `{"code":"job_on_hold","message":"Look again."}`, 409, "guess", "RESOURCE.CONFLICT", "job_on_hold", "Look again."},
		{"a message alone", `{"message":"Look again."}`, 409, "guess", "RESOURCE.CONFLICT", "", "Look again."},
		{"XML", `<Oops><Code>NotFound</Code><Message>No such job.</Message></Oops>`, 404, "guess", "RESOURCE.NOT_FOUND", "NotFound", "No such job."},
		{"a page", `<html><title>No such job</title><h1>No such job</h1></html>`, 404, "guess", "RESOURCE.NOT_FOUND", "", "No such job"},
		{"text", `There is no such job.`, 404, "guess", "RESOURCE.NOT_FOUND", "", "There is no such job."},
		{"a code of a server error, with a status of a client error", `{"code":"internal_error","message":"Look again."}`, 404, "guess", "RESOURCE.NOT_FOUND", "internal_error", "Look again."},
		{"a code of a client error, with a status of a server error", `{"code":"not_found","message":"Look again."}`, 500, "guess", "INTERNAL.ERROR", "not_found", "Look again."},
		{"no known member", `{"jobs":7}`, 404, "status", "RESOURCE.NOT_FOUND", "", ""},
		{"an empty object", `{}`, 404, "status", "RESOURCE.NOT_FOUND", "", ""},
		{"no body", ``, 404, "status", "RESOURCE.NOT_FOUND", "", ""},
		{"bytes", "\x00\x01", 404, "status", "RESOURCE.NOT_FOUND", "", ""},
		{"a known dialect, with a code that its table has", `{"job":"late","words":"Too late."}`, 400, "table", "ORDER.EXPIRED", "late", "Too late."},
		{"a known dialect, with a code that only the general rules have", `{"job":"NotFound","words":"No such job."}`, 404, "guess", "RESOURCE.NOT_FOUND", "NotFound", "No such job."},
		{"a known dialect with an unknown code", `{"job":"job_on_hold","words":"Look again."}`, 400, "status", "REQUEST.INVALID", "job_on_hold", "Look again."},
	} {
		t.Run(c.about, func(t *testing.T) {
			tr := readResponse(t, generalEngine(t), translate.Response{Status: c.status, Body: []byte(c.body)})
			if tr.Match != c.match || tr.Code.Name != c.code || tr.Native != c.native || tr.Message != c.message {
				t.Errorf("got %s by %s, native %q, %q; want %s by %s, native %q, %q",
					tr.Code.Name, tr.Match, tr.Native, tr.Message, c.code, c.match, c.native, c.message)
			}
			if got := textMember(t, renderCanonical(t, tr), "meta.match"); got != string(c.match) {
				t.Errorf("match in the envelope is %q", got)
			}
			if guessed := tr.DetectedDialect() == "general"; guessed && tr.Dialect != "" {
				t.Errorf("got dialect %q", tr.Dialect)
			}
		})
	}
}

// TestGeneralRulesIgnoreSuccess checks that a 2xx is never read by general rules.
func TestGeneralRulesIgnoreSuccess(t *testing.T) {
	for _, e := range []*translate.Engine{generalEngine(t), engine(t, "general")} {
		if e.HasSuccessErrors() {
			t.Error("the general rules have errors on 2xx")
		}
		for _, body := range []string{
			`{"error":{"code":"not_found","message":"No such job."}}`, `{"error":"not_found"}`, `{"error":null,"jobs":7}`, `{"errors":[{"message":"x"}]}`,
			`{"code":"not_found","message":"No."}`, `{"name":["Needed."]}`, `<error><code>x</code><message>y</message></error>`, `<html><h1>Error</h1></html>`, `error`,
		} {
			for _, status := range []int{200, 204, 206, 301, 304} {
				r := translate.Response{Status: status, Body: []byte(body)}
				if tr := readResponse(t, e, r); !tr.PassesThrough() || tr.DetectedDialect() != "" {
					t.Errorf("%s with %d is read by %q", body, status, tr.DetectedDialect())
				}
				if e.MayBeError(r, true) || e.MayBeError(r, false) {
					t.Errorf("%s with %d may be an error", body, status)
				}
			}
		}
	}
}

// TestGeneralRulesKeepClass checks that no code moves an error across 500 or
// changes its status.
func TestGeneralRulesKeepClass(t *testing.T) {
	e, p := generalEngine(t), translate.DefaultPolicy()
	f := files(t, "general")[0]
	for _, row := range f.Codes {
		for _, status := range []int{400, 404, 429, 500, 502, 503} {
			tr := e.Acquire()
			tr.ReadResponse(jsonResponse(status, `{"code":"`+row.Native+`","message":"Look again."}`))
			if tr.Code.Status >= 500 != (status >= 500) || tr.HTTPStatus(&p) != status {
				t.Errorf("%s with %d becomes %s with %d", row.Native, status, tr.Code.Name, tr.HTTPStatus(&p))
			}
			tr.Release()
		}
	}
}
