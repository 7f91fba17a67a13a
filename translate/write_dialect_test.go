package translate_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/koine-proxy/koine/dialect"
	"github.com/koine-proxy/koine/translate"
)

// bodyTemplates are bodies in every shape that a dialect is read in. Each has a
// member without a role. `%s` stands for the native code.
var bodyTemplates = map[string][]string{
	"rustbill": {
		`{"error":"%s","message":"Please look at this again.","hint":{"amount":50.00,"big":9007199254740993}}`,
	},
	"licensekey": {
		`{"code":"%s","message":"Please look at this again.","request_id":"req_7f3a2b1c","metadata":{"limit":5},"hint":{"amount":50.00,"big":9007199254740993}}`,
	},
	"orders": {
		`{"code":"%s","message":"Please look at this again.","hint":{"amount":50.00,"big":9007199254740993}}`,
		`{"error":{"code":"%s","message":"Please look at this again.","hint":{"amount":50.00,"big":9007199254740993}}}`,
	},
	"success": {
		`{"success":false,"data":null,"error":{"code":"%s","message":"Please look at this again.","details":{"limit":5}},"meta":{"request_id":"req_7f3a2b1c"},"hint":{"amount":50.00,"big":9007199254740993}}`,
	},
	"validonx": {
		`{"error":{"code":"%s","message":"Please look at this again.","type":"x","status":418,"details":{"limit":5}},"meta":{"request_id":"req_7f3a2b1c","api_version":"1"},"hint":{"amount":50.00,"big":9007199254740993}}`,
	},
}

// The other values in the bodies.
const (
	templateMessage = "Please look at this again."
	templateHint    = `"hint":{"amount":50.00,"big":9007199254740993}`
	templateLimit   = `"limit":5`
	templateID      = "req_7f3a2b1c"
)

// TestEveryRow reads every native code of the first-party dialects with all of them
// loaded, and writes it back: nothing may change.
func TestEveryRow(t *testing.T) {
	e, s := library(t), compileSchemas(t)
	rows := 0
	for _, f := range files(t, firstParty...) {
		rows += len(f.Codes)
		for _, row := range f.Codes {
			for i, body := range bodyTemplates[f.Name] {
				t.Run(fmt.Sprintf("%s/%s/%d", f.Name, row.Native, i), func(t *testing.T) {
					testRow(t, e, s, f, row, fmt.Sprintf(body, row.Native))
				})
			}
		}
	}
	if rows != 122 {
		t.Errorf("the five dialects have %d codes, not 122", rows)
	}
}

func testRow(t *testing.T, e *translate.Engine, s schemas, f *dialect.File, row dialect.Row, body string) {
	p, a := translate.DefaultPolicy(), translate.RenderParams{RequestID: "req_ours"}
	tr := e.Acquire()
	defer tr.Release()
	tr.Read(row.Status, []byte(body))
	checkRead(t, tr, f, row, body)

	// A body in the dialect itself.
	out, status, ok := tr.AppendDialect(nil, f.Name, &p, a)
	if !ok || status != row.Status {
		t.Errorf("written back with the status %d, want %d", status, row.Status)
	}
	back := e.Acquire()
	defer back.Release()
	back.Read(status, out)
	if back.Dialect != f.Name || back.Native != row.Native || back.Code != tr.Code {
		t.Errorf("read back as %s %s: %s", back.Dialect, back.Native, out)
	}
	if want := "req_ours"; tr.RequestID != "" && back.RequestID != want {
		t.Errorf("read back with the request id %q, want %q: %s", back.RequestID, want, out)
	}
	if row.Status < 500 && !strings.Contains(string(out), templateHint) {
		t.Errorf("the hint is missing: %s", out)
	}

	canonical := tr.AppendCanonical(nil, &p, a)
	validateJSON(t, s.envelope, canonical)
	validateJSON(t, s.problem, tr.AppendProblem(nil, &p, a))
	if shows := strings.Contains(string(canonical), templateHint); shows != (row.Status < 500) {
		t.Errorf("the envelope shows the hint: %t, with the status %d: %s", shows, row.Status, canonical)
	}

	for _, other := range firstParty {
		testOtherDialect(t, e, tr, other)
	}
}

// checkRead compares what was read with the row of the native code.
func checkRead(t *testing.T, tr *translate.Translation, f *dialect.File, row dialect.Row, body string) {
	t.Helper()
	if tr.Match != translate.ByTable || tr.Dialect != f.Name || tr.Native != row.Native || tr.Code.Name != row.Code {
		t.Fatalf("got %s %s, %s by %s; want %s %s, %s", tr.Dialect, tr.Native, tr.Code.Name, tr.Match, f.Name, row.Native, row.Code)
	}
	if tr.Message != templateMessage {
		t.Errorf("its message is %q", tr.Message)
	}
	if strings.Contains(body, templateID) && tr.RequestID != templateID {
		t.Errorf("its request id is %q", tr.RequestID)
	}
	details := tr.Details()
	if !strings.Contains(details, templateHint) {
		t.Errorf("the hint is not in the details: %s", details)
	}
	fields := tr.Fields()["limit"] == "5" // validonx has fields in its details
	if strings.Contains(body, templateLimit) && !strings.Contains(details, templateLimit) && !fields {
		t.Errorf("the limit is not in the details: %s", details)
	}
}

// testOtherDialect renders an error in another dialect, which must be detected and
// have the same canonical code if it has one for it, else the nearest of its category.
func testOtherDialect(t *testing.T, e *translate.Engine, tr *translate.Translation, other string) {
	t.Helper()
	p := translate.DefaultPolicy()
	out, status, ok := tr.AppendDialect(nil, other, &p, translate.RenderParams{RequestID: "req_ours"})
	if !ok || !json.Valid(out) {
		t.Fatalf("in %s: not JSON: %s", other, out)
	}
	if status/100 != tr.Status/100 {
		t.Errorf("in %s: the status %d became %d", other, tr.Status, status)
	}
	if twice := duplicateName(out); twice != "" {
		t.Errorf("in %s: duplicate name %q: %s", other, twice, out)
	}
	back := e.Acquire()
	defer back.Release()
	back.Read(status, out)
	if back.Dialect == other && back.Match == translate.ByTable && back.Code.Category != tr.Code.Category {
		t.Errorf("in %s: read back as %s, want the category of %s: %s", other, back.Code.Name, tr.Code.Name, out)
	}
}

// TestAmbiguousRows lists the native codes that share a canonical code with another
// one of their dialect. Only the first of them can be written for an error of
// another dialect.
func TestAmbiguousRows(t *testing.T) {
	for _, f := range files(t, firstParty...) {
		first := map[string]string{}
		for _, row := range f.Codes {
			if other, ok := first[row.Code]; ok {
				t.Errorf("%s: %s and %s are both %s", f.Name, other, row.Native, row.Code)
			}
			first[row.Code] = row.Native
		}
	}
}

// TestRoundTrip writes every built-in example in its own dialect and reads it back:
// the native code and its meaning must not change, if the dialect can be written.
func TestRoundTrip(t *testing.T) {
	e := compile(t, forms(t))
	p := translate.DefaultPolicy()
	p.Message = translate.MessageUpstream
	total, fine := 0, 0
	for _, f := range forms(t) {
		for _, x := range f.Examples {
			if x.Is == "none" || f.General {
				continue
			}
			total++
			tr := e.Acquire()
			r := translate.ExampleResponse(f, &x)
			tr.ReadResponse(r)
			out, status, ok := tr.AppendDialect(nil, f.Name, &p, translate.RenderParams{RequestID: "req_ours"})
			back := e.Acquire()
			r.Body, r.Status = out, status
			back.ReadResponse(r)
			if ok && back.DetectedDialect() == f.Name && back.Native == tr.Native && back.Code == tr.Code {
				fine++
			} else {
				t.Logf("%s:%d ok=%t read by %q as %q %s, was %q %s: %s", f.File, x.At.Line, ok, back.DetectedDialect(), back.Native, back.Code.Name, tr.Native, tr.Code.Name, out)
			}
			back.Release()
			tr.Release()
		}
	}
	if t.Logf("%d of %d", fine, total); fine < wantRoundTrips {
		t.Errorf("only %d of %d are read back, not %d", fine, total, wantRoundTrips)
	}
}

// TestDialectStatus checks the guard rails of statuses that another dialect
// documents.
func TestDialectStatus(t *testing.T) {
	e := engine(t)
	for _, c := range []struct {
		about    string
		status   int
		body, to string
		policy   translate.StatusPolicy
		code     string
		want     int
	}{
		{about: "what it documents", status: 403, body: `{"error":{"code":"LICENSE.REVOKED","message":"m","type":"l","status":403},"meta":{"request_id":"r"}}`,
			to: "rustbill", code: "license_revoked", want: 400},
		{about: "not from 5xx to 4xx", status: 503, body: `{"error":"not_found","message":"m"}`, to: "licensekey", code: "not_found", want: 503},
		{about: "not from 4xx to 5xx", status: 400, body: `{"error":"internal_error","message":"m"}`, to: "success", code: "INTERNAL_ERROR", want: 400},
		{about: "not to 401", status: 400, body: `{"error":"unauthorized","message":"m"}`, to: "orders", code: "AUTH_NOT_AUTHENTICATED", want: 400},
		{about: "an error in its own dialect keeps its status", status: 418, body: `{"error":"coupon_expired","message":"m"}`, to: "rustbill", code: "coupon_expired", want: 418},
		{about: "the upstream's, always", status: 403, body: `{"error":{"code":"LICENSE.REVOKED","message":"m","type":"l","status":403},"meta":{"request_id":"r"}}`,
			to: "rustbill", policy: translate.StatusUpstream, code: "license_revoked", want: 403},
		{about: "a code without a row", status: 400, body: `{"code":"ORDER_NOT_PENDING","message":"m"}`, to: "rustbill", code: "already_exists", want: 409},
	} {
		t.Run(c.about, func(t *testing.T) {
			tr := e.Acquire()
			defer tr.Release()
			tr.Read(c.status, []byte(c.body))
			p := translate.DefaultPolicy()
			if c.policy != "" {
				p.Status = c.policy
			}
			out, status, ok := tr.AppendDialect(nil, c.to, &p, translate.RenderParams{RequestID: "r"})
			if !ok || status != c.want {
				t.Errorf("the status is %d, want %d: %s", status, c.want, out)
			}
			if got := textMember(t, out, "error", "code", "error.code"); got != c.code {
				t.Errorf("the code is %q, want %q: %s", got, c.code, out)
			}
		})
	}
	tr := e.Acquire()
	defer tr.Release()
	p := translate.DefaultPolicy()
	tr.ReadStatus(404, translate.FromProxy)
	if out, _, ok := tr.AppendDialect([]byte("x"), "klingon", &p, translate.RenderParams{}); ok || string(out) != "x" {
		t.Errorf("unknown dialect: got %q, %t", out, ok)
	}
}

// wantRoundTrips is the number of built-in examples that are read as the same error
// after they were written in their own dialect. The others need what an error does
// not have, such as a header or a repeated member. Pages and texts are not written.
const wantRoundTrips = 300
