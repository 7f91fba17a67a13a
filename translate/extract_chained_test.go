package translate_test

import (
	"cmp"
	"strconv"
	"strings"
	"testing"

	"github.com/koine-proxy/koine/translate"
)

// chainedEnvelope is the envelope of another Koine instance, with a code that is
// not in our taxonomy.
const chainedEnvelope = `{"error":{"code":"BILLING.DUNNING.PAUSED","type":"billing","category":"gone","status":409,"message":"Dunning is paused.",` +
	`"fields":[{"field":"items.0.sku","message":"Unknown.","code":"unknown"}],"details":{"amount":50.00,"until":"May"},` +
	`"retry":{"strategy":"wait","after":30,"safe":true},"docs":"https://docs.example.com/errors/BILLING.DUNNING.PAUSED"},` +
	`"meta":{"request_id":"%s","api_version":"1","origin":"proxy","match":"guess","upstream":{"dialect":"rustbill","code":"dunning_paused","status":400,"request_id":"req_far"}}}`

// readTrusted reads a response for a site that names the dialect canonical.
func readTrusted(t *testing.T, status int, body string) *translate.Translation {
	t.Helper()
	e, err := translate.NewEngine(translate.Inputs{Taxonomy: taxonomy(t), Dialects: forms(t, ownDialects...), Named: []string{"canonical"}})
	if err != nil {
		t.Fatal(err)
	}
	tr := e.Acquire()
	t.Cleanup(tr.Release)
	tr.Read(status, []byte(body))
	return tr
}

// TestChainedEnvelope checks that the envelope is unchanged except for the request
// id, if the site trusts the other instance.
func TestChainedEnvelope(t *testing.T) {
	body := strings.Replace(chainedEnvelope, "%s", "req_theirs", 1)
	tr := readTrusted(t, 409, body)
	if !tr.Mapped() || tr.Dialect != "canonical" || tr.RequestID != "req_theirs" {
		t.Errorf("got dialect %s, mapped %t, id %q", tr.Dialect, tr.Mapped(), tr.RequestID)
	}
	want := strings.Replace(chainedEnvelope, "%s", "req_ours", 1)
	got := string(renderCanonical(t, tr))
	if got != want {
		t.Errorf("got\n%s, want\n%s", got, want)
	}
	if again := string(renderCanonical(t, readTrusted(t, 409, got))); again != got {
		t.Errorf("a third instance writes\n%s", again)
	}
}

// TestChainedProblem checks the same of a problem.
func TestChainedProblem(t *testing.T) {
	first := renderProblem(t, readTrusted(t, 409, chainedEnvelope))
	tr := readTrusted(t, 409, string(first))
	if tr.Dialect != "problem" {
		t.Fatalf("detected as %q: %s", tr.Dialect, first)
	}
	if second := renderProblem(t, tr); string(second) != string(first) {
		t.Errorf("got\n%s, want\n%s", second, first)
	}
	const want = `{"type":"https://docs.example.com/errors/BILLING.DUNNING.PAUSED","title":"Conflict","status":409,"detail":"Dunning is paused.",` +
		`"code":"BILLING.DUNNING.PAUSED","category":"gone","errors":[{"pointer":"#/items/0/sku","detail":"Unknown.","code":"unknown"}],` +
		`"details":{"amount":50.00,"until":"May"},"retry":{"strategy":"wait","after":30,"safe":true},"request_id":"req_ours",` +
		`"upstream":{"dialect":"rustbill","code":"dunning_paused","request_id":"req_far","status":400}}`
	if !equalJSON(decodeJSON(t, first), decodeJSON(t, []byte(want))) {
		t.Errorf("got\n%s, want\n%s", first, want)
	}
}

// TestChainedExamples sends every example through a second instance, which must
// keep what the first one decided.
func TestChainedExamples(t *testing.T) {
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
				if second := render(two); !equalJSON(decodeJSON(t, second), decodeJSON(t, first)) {
					t.Errorf("%s (%s): the second instance writes\n%s for\n%s", f.Name, x.About, second, first)
				} else if strings.HasPrefix(string(second), `{"error"`) {
					validateJSON(t, s.envelope, second)
				}
				one.Release()
				two.Release()
			}
		}
	}
}

func TestChainedInvalid(t *testing.T) {
	with := func(old, new string) string {
		out := strings.Replace(chainedEnvelope, old, new, 1)
		if out == chainedEnvelope {
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
		{"a strategy that does not exist", with(`"strategy":"wait"`, `"strategy":"oops"`), 409, "error.retry.strategy", `"wait"`},
		{"a wait below zero", with(`"after":30`, `"after":-1`), 409, "error.retry.after", `60`},
		{"a wait of a century", with(`"after":30`, `"after":3000000000`), 409, "error.retry.after", `60`},
		{"safe that is not a boolean", with(`"safe":true`, `"safe":"yes"`), 409, "error.retry.safe", `false`},
		{"a script for a page", with(`https://docs.example.com/errors/BILLING.DUNNING.PAUSED`, `javascript:alert(1)`), 409, "error.docs", ``},
		{"an origin that does not exist", with(`"origin":"proxy"`, `"origin":"other"`), 409, "meta.origin", `"upstream"`},
		{"a match that does not exist", with(`"match":"guess"`, `"match":"other"`), 409, "meta.match", `"table"`},
		{"an upstream with other members", with(`"dialect":"rustbill",`, `"dialect":"rustbill","host":"db1",`), 409, "meta.upstream.host", ``},
		{"an upstream with a secret", with(`dunning_paused`, `10.0.0.3`), 409, "meta.upstream.code", ``},
		{"details of a server error", chainedEnvelope, 500, "error.details", ``},
		{"a code that is too long", with(`BILLING.DUNNING.PAUSED"`, `BILLING.`+strings.Repeat("X", 200)+`"`), 409, "error.code", `"RESOURCE.CONFLICT"`},
		{"a code of four words", with(`BILLING.DUNNING.PAUSED"`, `A.B.C.D"`), 409, "error.code", `"RESOURCE.CONFLICT"`},
		{"a known code in another category", with(`BILLING.DUNNING.PAUSED"`, `ORDER.NOT_PENDING"`), 409, "error.category", `"gone"`},
		{"a known code without a category that exists", strings.Replace(with(`BILLING.DUNNING.PAUSED"`, `ORDER.NOT_FOUND"`), `"gone"`, `"oops"`, 1), 400, "error.category", `"not_found"`},
		{"a known code at another status", with(`BILLING.DUNNING.PAUSED"`, `ORDER.NOT_FOUND"`), 410, "error.status", `410`},
	} {
		t.Run(c.about, func(t *testing.T) {
			out := renderCanonical(t, readTrusted(t, c.status, c.body))
			if got := rawMember(t, out, c.path); got != c.want {
				t.Errorf("%s is %s, want %s: %s", c.path, got, c.want, out)
			}
		})
	}
}

// TestChainedIsFiltered checks what a site tells of an envelope that any upstream may have
// sent, and of one that it trusts.
func TestChainedIsFiltered(t *testing.T) {
	const (
		full    = `{"dialect":"rustbill","code":"dunning_paused","status":400,"request_id":"req_far"}`
		exposed = `{"dialect":"canonical","code":"A.B","status":409,"request_id":"req_1"}`
		secret  = `password=hunter2`
		field   = `[{"field":"a","message":"` + secret + `"}]`
		hidden  = `[{"field":"a","message":"This value is not accepted."}]`
		ours409 = `"The request conflicts with the current state of the resource."`
	)
	for _, c := range []struct {
		about        string
		status       int
		match, inner string // inner: meta.upstream
		path         string
		message      string // of the envelope
		expose       bool
		untrusted    string
		trusted      string
	}{
		{about: "words", status: 409, path: "error.message", message: "It is paused.", untrusted: `"It is paused."`, trusted: `"It is paused."`},
		{about: "words at 500", status: 500, path: "error.message", message: "It is paused.", untrusted: `"Something went wrong on our side."`, trusted: `"It is paused."`},
		{about: "words with a secret", status: 409, path: "error.message", message: secret, untrusted: ours409, trusted: `"` + secret + `"`},
		{about: "fields", status: 409, path: "error.fields", untrusted: hidden, trusted: field},
		{about: "docs", status: 409, path: "error.docs", untrusted: ``, trusted: `"https://evil.example/A.B"`},
		{about: "upstream", status: 409, match: "table", inner: full, path: "meta.upstream", untrusted: ``, trusted: full},
		{about: "upstream of a guess", status: 409, match: "guess", inner: full, path: "meta.upstream", untrusted: `{"code":"dunning_paused"}`, trusted: full},
		{about: "upstream of a guess at 500", status: 500, match: "guess", inner: full, path: "meta.upstream", untrusted: ``, trusted: full},
		{about: "only a code", status: 409, match: "guess", inner: `{"code":"x1"}`, path: "meta.upstream", untrusted: `{"code":"x1"}`, trusted: `{"code":"x1"}`},
		{about: "a code with a secret", status: 409, match: "guess", inner: `{"code":"` + secret + `"}`, path: "meta.upstream", untrusted: ``, trusted: ``},
		{about: "no upstream", status: 409, match: "table", path: "meta.upstream", untrusted: ``, trusted: ``},
		{about: "exposed", status: 409, match: "table", inner: full, expose: true, path: "meta.upstream", untrusted: full, trusted: full},
		{about: "exposed, only a code", status: 409, match: "guess", inner: `{"code":"x1"}`, expose: true, path: "meta.upstream",
			untrusted: strings.Replace(exposed, "A.B", "x1", 1), trusted: strings.Replace(exposed, "A.B", "x1", 1)},
		{about: "exposed, no upstream", status: 409, match: "table", expose: true, path: "meta.upstream", untrusted: exposed, trusted: exposed},
	} {
		t.Run(c.about, func(t *testing.T) {
			body := `{"error":{"code":"A.B","type":"a","category":"conflict","status":` + strconv.Itoa(c.status) + `,"message":"` + cmp.Or(c.message, "m") + `","fields":` + field +
				`,"retry":{"strategy":"never","safe":false},"docs":"https://evil.example/A.B"},"meta":{"request_id":"req_1","api_version":"1","origin":"upstream","match":"` +
				cmp.Or(c.match, "table") + `"`
			if c.inner != "" {
				body += `,"upstream":` + c.inner
			}
			body += "}}"
			p := translate.DefaultPolicy()
			p.Expose = c.expose
			for want, tr := range map[*string]*translate.Translation{&c.untrusted: read(t, c.status, body), &c.trusted: readTrusted(t, c.status, body)} {
				out := tr.AppendCanonical(nil, &p, translate.RenderParams{RequestID: "r"})
				validateJSON(t, compileSchemas(t).envelope, out)
				if got := rawMember(t, out, c.path); got != *want {
					t.Errorf("%s is %s, want %s: %s", c.path, got, *want, out)
				}
			}
		})
	}
}

// TestChainedTrust checks that only the name canonical makes a site trust envelopes: not that of
// another dialect with canonical codes.
func TestChainedTrust(t *testing.T) {
	body := strings.NewReplacer("%s", "req_theirs", "Dunning is paused.", "password=hunter2", `"May"`, `"token=abcdefghijklmnop"`).Replace(chainedEnvelope)
	for _, c := range []struct {
		named     []string
		isTrusted bool
	}{{nil, false}, {[]string{"problem"}, false}, {[]string{"problem", "rustbill"}, false}, {[]string{"canonical"}, true}, {[]string{"problem", "canonical"}, true}} {
		e, err := translate.NewEngine(translate.Inputs{Taxonomy: taxonomy(t), Dialects: forms(t, ownDialects...), Named: c.named})
		if err != nil {
			t.Fatal(err)
		}
		tr := e.Acquire()
		tr.Read(409, []byte(body))
		p := translate.DefaultPolicy()
		for form, out := range map[string][]byte{
			"canonical": tr.AppendCanonical(nil, &p, translate.RenderParams{RequestID: "r"}), "problem": tr.AppendProblem(nil, &p, translate.RenderParams{RequestID: "r"}),
		} {
			for _, kept := range []string{"password=hunter2", "https://docs.example.com/errors/", "req_far"} {
				if strings.Contains(string(out), kept) != c.isTrusted {
					t.Errorf("%v named: %q in the %s is not %t: %s", c.named, kept, form, c.isTrusted, out)
				}
			}
		}
		tr.Release()
	}
}

// TestChainedCopiesBody overwrites the body after reading, as a pooled buffer
// would be: what logs and metrics keep must not change.
func TestChainedCopiesBody(t *testing.T) {
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
