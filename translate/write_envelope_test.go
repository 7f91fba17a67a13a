package translate_test

import (
	"testing"

	"github.com/koine-proxy/koine/translate"
)

// TestInstance checks that only a UUID makes a URN.
func TestInstance(t *testing.T) {
	tr := read(t, 404, "")
	p := translate.DefaultPolicy()
	for id, want := range map[string]string{
		"req_1":                                ``,
		"0198c0de-0000-7000-8000-00000000000g": ``,
		"0198c0de-0000-7000-8000-0123456789ab": `"urn:uuid:0198c0de-0000-7000-8000-0123456789ab"`,
	} {
		out := tr.AppendProblem(nil, &p, translate.RenderParams{RequestID: id})
		validateJSON(t, compileSchemas(t).problem, out)
		if got := rawMember(t, out, "instance"); got != want {
			t.Errorf("%s: the instance is %s, want %s", id, got, want)
		}
	}
}

// TestDocs checks the page of a code in both envelopes.
func TestDocs(t *testing.T) {
	tr := read(t, 404, `{"error":"plan_not_found","message":"m"}`)
	p := translate.DefaultPolicy()
	p.Docs = `https://docs.example.com/"errors"/`
	a := translate.RenderParams{RequestID: "r"}
	const want = `"https://docs.example.com/\"errors\"/PLAN.NOT_FOUND"`
	if got := rawMember(t, tr.AppendCanonical(nil, &p, a), "error.docs"); got != want {
		t.Errorf("error.docs is %s", got)
	}
	if got := rawMember(t, tr.AppendProblem(nil, &p, a), "type"); got != want {
		t.Errorf("type is %s", got)
	}
	if got := rawMember(t, renderProblem(t, tr), "type"); got != `"about:blank"` {
		t.Errorf("without pages the type is %s", got)
	}
}

func TestMessage(t *testing.T) {
	const ours = "This coupon is no longer valid."
	for _, c := range []struct {
		about   string
		policy  translate.MessagePolicy
		status  int
		message string
		want    string
	}{
		{"a safe message", "safe", 400, "That coupon ended on 1 May.", "That coupon ended on 1 May."},
		{"a message with a secret", "safe", 400, "password=hunter2", ours},
		{"a message of a server error", "safe", 500, "That coupon ended on 1 May.", ours},
		{"no message", "safe", 400, "", ours},
		{"any message", "upstream", 500, "password=hunter2", "password=hunter2"},
		{"any message, but there is none", "upstream", 500, "", ours},
		{"never the message of the upstream", "canonical", 400, "That coupon ended on 1 May.", ours},
	} {
		t.Run(c.about, func(t *testing.T) {
			tr := engine(t, "rustbill").Acquire()
			defer tr.Release()
			tr.Read(c.status, []byte(`{"error":"coupon_expired","message":"`+c.message+`"}`))
			p := translate.DefaultPolicy()
			p.Message = c.policy
			out := tr.AppendCanonical(nil, &p, translate.RenderParams{RequestID: "r"})
			if got := textMember(t, out, "error.message"); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestRetry(t *testing.T) {
	e := engine(t)
	for _, c := range []struct {
		about, body string
		status      int
		safe        bool
		want        string
	}{
		{"wait, for an unknown time", `{"code":"RATE_LIMIT_EXCEEDED","message":"m"}`, 429, false, `{"strategy":"wait","after":60,"safe":false}`},
		{"never", `{"code":"ORDER_NOT_FOUND","message":"m"}`, 404, true, `{"strategy":"never","safe":true}`},
		{"refresh", `{"code":"AUTH_TOKEN_EXPIRED","message":"m"}`, 401, false, `{"strategy":"refresh","safe":false}`},
		{"backoff", `no body`, 503, true, `{"strategy":"backoff","safe":true}`},
		{"a 429 that must not be repeated", `{"error":{"code":"AUTH.ACCOUNT_LOCKED","message":"m","type":"auth","status":429},"meta":{"request_id":"r"}}`, 429, false, ""},
	} {
		t.Run(c.about, func(t *testing.T) {
			tr := e.Acquire()
			defer tr.Release()
			tr.Read(c.status, []byte(c.body))
			p := translate.DefaultPolicy()
			out := tr.AppendCanonical(nil, &p, translate.RenderParams{RequestID: "r", Safe: c.safe})
			if got := rawMember(t, out, "error.retry"); c.want != "" && got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
		})
	}
}

// TestRetryAfter checks that a known time stands only beside the strategies with
// which waiting helps.
func TestRetryAfter(t *testing.T) {
	e, schema := engine(t), compileSchemas(t)
	for _, c := range []struct {
		about, body string
		status      int
		want        string
	}{
		{"wait", `{"code":"RATE_LIMIT_EXCEEDED","message":"m"}`, 429, "30"},
		{"backoff", "", 503, "30"},
		{"never: a time of the upstream makes it wait", `{"code":"ORDER_NOT_FOUND","message":"m"}`, 404, "30"},
		{"never of a chained instance, with a time", `{"error":{"code":"AUTH.ACCOUNT_LOCKED","category":"permission_denied","message":"m","retry":{"strategy":"never","after":5,"safe":false}},"meta":{"request_id":"r","api_version":"1","origin":"upstream"}}`, 429, ""},
		{"refresh", `{"code":"AUTH_TOKEN_EXPIRED","message":"m"}`, 401, ""},
		{"never by the status alone", "", 403, "30"},
	} {
		t.Run(c.about, func(t *testing.T) {
			tr := e.Acquire()
			defer tr.Release()
			tr.Read(c.status, []byte(c.body))
			tr.RetryAfter = 30
			p := translate.DefaultPolicy()
			canonical, problem := tr.AppendCanonical(nil, &p, translate.RenderParams{RequestID: "r"}), renderProblem(t, tr)
			validateJSON(t, schema.envelope, canonical)
			validateJSON(t, schema.problem, problem)
			if got := rawMember(t, canonical, "error.retry.after"); got != c.want {
				t.Errorf("canonical: %s, want %s", got, c.want)
			}
			if got := rawMember(t, problem, "retry.after"); got != c.want {
				t.Errorf("problem: %s, want %s", got, c.want)
			}
		})
	}
}
