package translate_test

import (
	"testing"

	"github.com/koine-proxy/koine/dialect"
	"github.com/koine-proxy/koine/translate"
)

// TestAuto checks that with `dialect auto` errors of a dialect with `auto: pass`
// are detected and passed through, and a 2xx is never an error. Without it both are
// translated.
func TestAuto(t *testing.T) {
	const names = "match: {keys: [code]}\nshape: {code: code}\ncodes: {declined: PAYMENT.DECLINED}\n"
	dialects := func(t *testing.T) []*dialect.File {
		return []*dialect.File{
			parseDialect(t, "dialect: oauth\nabout: x\nauto: pass\nsuccess_errors: 401\nmatch: {keys: [error]}\nshape: {code: error}\ncodes: {invalid_grant: AUTH.INVALID_CREDENTIALS}\n"+
				"variants: [{name: text, format: text, auto: translate, match: {contains: [oauth]}, shape: {code: {at: text, pattern: '^[a-z_]+'}}}]\n"),
			parseDialect(t, "dialect: billing\nabout: x\nauto: translate\nsuccess_errors: 402\n"+names),
		}
	}
	for _, c := range []struct {
		about            string
		auto             []string
		status           int
		media, body      string
		detected         string
		passes           bool
		code             string
		hasSuccessErrors bool
	}{
		{"passed through", []string{"oauth", "billing"}, 400, "application/json", `{"error":"invalid_grant"}`, "oauth", true, "", false},
		{"translated", []string{"oauth", "billing"}, 402, "application/json", `{"code":"declined"}`, "billing", false, "PAYMENT.DECLINED", false},
		{"a 2xx", []string{"oauth", "billing"}, 200, "application/json", `{"code":"declined"}`, "", true, "", false},
		{"a variant that is translated", []string{"oauth", "billing"}, 400, "text/plain", `invalid_grant of oauth`, "oauth", false, "AUTH.INVALID_CREDENTIALS", false},
		{"named: pass has no effect", nil, 400, "application/json", `{"error":"invalid_grant"}`, "oauth", false, "AUTH.INVALID_CREDENTIALS", true},
		{"named: a 2xx with a row", nil, 200, "application/json", `{"code":"declined"}`, "billing", false, "PAYMENT.DECLINED", true},
		{"named: a 2xx without a row", nil, 200, "application/json", `{"code":"unknown"}`, "billing", false, "PAYMENT.REQUIRED", true},
		{"one dialect is named, the other loaded by auto", []string{"oauth"}, 200, "application/json", `{"code":"declined"}`, "billing", false, "PAYMENT.DECLINED", true},
		{"one dialect is loaded by auto, the other named", []string{"oauth"}, 200, "application/json", `{"error":"invalid_grant"}`, "", true, "", true},
	} {
		t.Run(c.about, func(t *testing.T) {
			e, err := translate.NewEngine(translate.Inputs{Taxonomy: taxonomy(t), Dialects: dialects(t), Auto: c.auto})
			if err != nil {
				t.Fatal(err)
			}
			tr := readResponse(t, e, translate.Response{Status: c.status, Header: parseHeader("Content-Type: " + c.media), Body: []byte(c.body)})
			if tr.DetectedDialect() != c.detected || tr.PassesThrough() != c.passes || !c.passes && tr.Code.Name != c.code {
				t.Errorf("detected %q, passes %t, as %s; want %q, %t, %s", tr.DetectedDialect(), tr.PassesThrough(), tr.Code.Name, c.detected, c.passes, c.code)
			}
			if got := e.HasSuccessErrors(); got != c.hasSuccessErrors {
				t.Errorf("HasSuccessErrors: %t", got)
			}
		})
	}
}
