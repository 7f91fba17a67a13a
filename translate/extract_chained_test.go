package translate_test

import (
	"strings"
	"testing"

	"github.com/koine-proxy/koine/translate"
)

// another is the envelope of another hop, whose taxonomy has a code more.
const another = `{"error":{"code":"BILLING.DUNNING.PAUSED","type":"billing","category":"gone","status":409,"message":"Dunning is paused.",` +
	`"fields":[{"field":"items.0.sku","message":"Unknown.","code":"unknown"}],"details":{"amount":50.00,"until":"May"},` +
	`"retry":{"strategy":"wait","after":30,"safe":true},"docs":"https://docs.example.com/errors/BILLING.DUNNING.PAUSED"},` +
	`"meta":{"request_id":"%s","api_version":"1","origin":"proxy","match":"guess","upstream":{"dialect":"rustbill","code":"dunning_paused","status":400,"request_id":"req_far"}}}`

// TestEnvelopeOfAnotherHop: it is kept whole, but for the request id.
func TestEnvelopeOfAnotherHop(t *testing.T) {
	body := strings.Replace(another, "%s", "req_theirs", 1)
	tr := read(t, 409, body)
	if !tr.Mapped() || tr.Dialect != "canonical" || tr.RequestID != "req_theirs" {
		t.Errorf("it is read as %s, known %t, id %q", tr.Dialect, tr.Mapped(), tr.RequestID)
	}
	want := strings.Replace(another, "%s", "req_ours", 1)
	got := string(canonical(t, tr))
	if got != want {
		t.Errorf("it becomes\n%s, want\n%s", got, want)
	}
	if again := string(canonical(t, read(t, 409, got))); again != got {
		t.Errorf("a third hop makes of it\n%s", again)
	}
}

// TestProblemOfAnotherHop takes the other envelope on the same way.
func TestProblemOfAnotherHop(t *testing.T) {
	first := problem(t, read(t, 409, another))
	tr := read(t, 409, string(first))
	if tr.Dialect != "problem" {
		t.Fatalf("it is read as %q: %s", tr.Dialect, first)
	}
	if second := problem(t, tr); string(second) != string(first) {
		t.Errorf("it becomes\n%s, not\n%s", second, first)
	}
	const want = `{"type":"https://docs.example.com/errors/BILLING.DUNNING.PAUSED","title":"Conflict","status":409,"detail":"Dunning is paused.",` +
		`"code":"BILLING.DUNNING.PAUSED","category":"gone","errors":[{"pointer":"#/items/0/sku","detail":"Unknown.","code":"unknown"}],` +
		`"details":{"amount":50.00,"until":"May"},"retry":{"strategy":"wait","after":30,"safe":true},"request_id":"req_ours",` +
		`"upstream":{"dialect":"rustbill","code":"dunning_paused","request_id":"req_far","status":400}}`
	if !equal(decode(t, first), decode(t, []byte(want))) {
		t.Errorf("it is\n%s, want\n%s", first, want)
	}
}

// TestChainOfEverything sends every example of every dialect through a second
// hop: what the first one decided stays.
func TestChainOfEverything(t *testing.T) {
	e, s := library(t), compileSchemas(t)
	p := translate.DefaultPolicy()
	for _, f := range forms(t) {
		for _, x := range f.Examples {
			for _, render := range []func(*translate.Translation) []byte{
				func(tr *translate.Translation) []byte {
					return tr.AppendCanonical(nil, &p, translate.RenderParams{RequestID: "r"})
				},
				func(tr *translate.Translation) []byte {
					return tr.AppendProblem(nil, &p, translate.RenderParams{RequestID: "r"})
				},
			} {
				one := e.Acquire()
				one.Read(max(x.Status, 400), []byte(x.Body))
				first := render(one)
				two := e.Acquire()
				two.Read(one.HTTPStatus(&p), first)
				if second := render(two); !equal(decode(t, second), decode(t, first)) {
					t.Errorf("%s (%s): the second hop makes\n%s of\n%s", f.Name, x.About, second, first)
				} else if strings.HasPrefix(string(second), `{"error"`) {
					validate(t, s.envelope, second)
				}
				one.Release()
				two.Release()
			}
		}
	}
}

func TestHopThatLies(t *testing.T) {
	with := func(old, new string) string {
		out := strings.Replace(another, old, new, 1)
		if out == another {
			t.Fatalf("the envelope has no %s", old)
		}
		return out
	}
	for _, c := range []struct {
		about, body string
		status      int
		path, want  string
	}{
		{"a status in the body that is not that of the response", with(`"status":409`, `"status":500`), 409, "error.status", `409`},
		{"a category that does not exist", with(`"category":"gone"`, `"category":"oops"`), 409, "error.category", `"conflict"`},
		{"a strategy that does not exist", with(`"strategy":"wait"`, `"strategy":"oops"`), 409, "error.retry.strategy", `"never"`},
		{"a wait below zero", with(`"after":30`, `"after":-1`), 409, "error.retry.after", `60`},
		{"a wait of a century", with(`"after":30`, `"after":3000000000`), 409, "error.retry.after", `60`},
		{"safe that is no boolean", with(`"safe":true`, `"safe":"yes"`), 409, "error.retry.safe", `false`},
		{"a script for a page", with(`https://docs.example.com/errors/BILLING.DUNNING.PAUSED`, `javascript:alert(1)`), 409, "error.docs", ``},
		{"an origin that does not exist", with(`"origin":"proxy"`, `"origin":"moon"`), 409, "meta.origin", `"upstream"`},
		{"a match that does not exist", with(`"match":"guess"`, `"match":"luck"`), 409, "meta.match", `"table"`},
		{"an upstream that tells too much", with(`"dialect":"rustbill",`, `"dialect":"rustbill","host":"db1",`), 409, "meta.upstream.host", ``},
		{"an upstream with a secret", with(`dunning_paused`, `10.0.0.3`), 409, "meta.upstream.code", ``},
		{"a message with a secret", with(`Dunning is paused.`, `password=hunter2`), 409, "error.message", `"The request conflicts with the current state of the resource."`},
		{"details of a server's failure", another, 500, "error.details", ``},
		{"a code that is endless", with(`BILLING.DUNNING.PAUSED"`, `BILLING.`+strings.Repeat("X", 200)+`"`), 409, "error.code", `"RESOURCE.CONFLICT"`},
		{"a code of four words", with(`BILLING.DUNNING.PAUSED"`, `A.B.C.D"`), 409, "error.code", `"RESOURCE.CONFLICT"`},
		{"a known code in another category", with(`BILLING.DUNNING.PAUSED"`, `ORDER.NOT_PENDING"`), 409, "error.category", `"gone"`},
		{"a known code without a category that exists", strings.Replace(with(`BILLING.DUNNING.PAUSED"`, `ORDER.NOT_FOUND"`), `"gone"`, `"oops"`, 1), 400, "error.category", `"not_found"`},
		{"a known code at another status", with(`BILLING.DUNNING.PAUSED"`, `ORDER.NOT_FOUND"`), 410, "error.status", `410`},
	} {
		t.Run(c.about, func(t *testing.T) {
			out := canonical(t, read(t, c.status, c.body))
			if got := raw(t, out, c.path); got != c.want {
				t.Errorf("%s is %s, want %s: %s", c.path, got, c.want, out)
			}
		})
	}
}

// TestHopOutlivesItsBody reads an envelope of another hop, and then the buffer
// is used for something else, as pooled ones are: what logs and metrics keep
// must not change with it.
func TestHopOutlivesItsBody(t *testing.T) {
	for _, code := range []string{"RESOURCE.NOT_FOUND", "ACME.WARP.LOST"} { // known here, with another category, and not known
		body := []byte(`{"error":{"code":"` + code + `","type":"x","category":"conflict","status":404,"message":"Gone.","retry":{"strategy":"backoff","safe":true}},"meta":{"request_id":"req_1","api_version":"1","origin":"upstream","match":"status"}}`)
		tr := engine(t).Acquire()
		tr.Read(404, body)
		for i := range body {
			body[i] = '!'
		}
		if tr.Code.Name != code || tr.Code.Category != "conflict" || tr.Strategy() != "backoff" || tr.Match != "status" {
			t.Errorf("%s became %q, %q, %q, %q", code, tr.Code.Name, tr.Code.Category, tr.Strategy(), tr.Match)
		}
	}
}
