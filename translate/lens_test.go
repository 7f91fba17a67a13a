package translate_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/koine-proxy/koine/dialect"
	"github.com/koine-proxy/koine/translate"
)

// bodies writes a native body by hand in every shape that a dialect is read in.
// Each holds a member that no lens names. `%s` stands for the native code.
var bodies = map[string][]string{
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

// what the bodies say beside the code.
const (
	words = "Please look at this again."
	hint  = `"hint":{"amount":50.00,"big":9007199254740993}`
	limit = `"limit":5`
	id    = "req_7f3a2b1c"
)

// TestLens reads every documented code of the five dialects in its own shape
// with all dialects loaded, and writes it back: nothing may change on the way.
func TestLens(t *testing.T) {
	e, s := library(t), compileSchemas(t)
	rows := 0
	for _, f := range files(t, five...) {
		rows += len(f.Codes)
		for _, row := range f.Codes {
			for i, body := range bodies[f.Name] {
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

	// A native body is what the dialect itself writes.
	out, status, ok := tr.AppendDialect(nil, f.Name, &p, a)
	if !ok || status != row.Status {
		t.Errorf("it is written back with the status %d, not %d", status, row.Status)
	}
	back := e.Acquire()
	defer back.Release()
	back.Read(status, out)
	if back.Dialect != f.Name || back.Native != row.Native || back.Code != tr.Code {
		t.Errorf("it comes back as %s %s: %s", back.Dialect, back.Native, out)
	}
	if want := "req_ours"; tr.RequestID != "" && back.RequestID != want {
		t.Errorf("it comes back with the request id %q, not %q: %s", back.RequestID, want, out)
	}
	if row.Status < 500 && !strings.Contains(string(out), hint) {
		t.Errorf("the hint is lost: %s", out)
	}

	canonical := tr.AppendCanonical(nil, &p, a)
	validate(t, s.envelope, canonical)
	validate(t, s.problem, tr.AppendProblem(nil, &p, a))
	if shows := strings.Contains(string(canonical), hint); shows != (row.Status < 500) {
		t.Errorf("the envelope shows the hint: %t, with the status %d: %s", shows, row.Status, canonical)
	}

	for _, other := range five {
		testCross(t, e, tr, other)
	}
}

// checkRead compares a reading with the row it comes from.
func checkRead(t *testing.T, tr *translate.Translation, f *dialect.File, row dialect.Row, body string) {
	t.Helper()
	if tr.Match != translate.ByTable || tr.Dialect != f.Name || tr.Native != row.Native || tr.Code.Name != row.Code {
		t.Fatalf("it is read as %s %s, %s by %s; want %s %s, %s", tr.Dialect, tr.Native, tr.Code.Name, tr.Match, f.Name, row.Native, row.Code)
	}
	if tr.Message != words {
		t.Errorf("its message is %q", tr.Message)
	}
	if strings.Contains(body, id) && tr.RequestID != id {
		t.Errorf("its request id is %q", tr.RequestID)
	}
	details := tr.Details()
	if !strings.Contains(details, hint) {
		t.Errorf("its details lack the hint: %s", details)
	}
	fields := tr.Fields()["limit"] == "5" // validonx tells of fields in its details
	if strings.Contains(body, limit) && !strings.Contains(details, limit) && !fields {
		t.Errorf("its details lack the limit: %s", details)
	}
}

// testCross renders an error in another dialect, which has to read it as its
// own, with the same meaning where it has a word for that.
func testCross(t *testing.T, e *translate.Engine, tr *translate.Translation, other string) {
	t.Helper()
	p := translate.DefaultPolicy()
	out, status, ok := tr.AppendDialect(nil, other, &p, translate.RenderParams{RequestID: "req_ours"})
	if !ok || !json.Valid(out) {
		t.Fatalf("in %s it is no JSON: %s", other, out)
	}
	if status/100 != tr.Status/100 {
		t.Errorf("in %s the status %d became %d", other, tr.Status, status)
	}
	if twice := repeatedName(out); twice != "" {
		t.Errorf("in %s it has %q twice: %s", other, twice, out)
	}
	back := e.Acquire()
	defer back.Release()
	back.Read(status, out)
	if back.Dialect == other && back.Match == translate.ByTable && back.Code != tr.Code {
		t.Errorf("in %s it means %s, not %s: %s", other, back.Code.Name, tr.Code.Name, out)
	}
}

// TestAmbiguousRows lists the native codes that share a canonical code with
// another one of their dialect: only the first of them can be written for an
// error of another dialect.
func TestAmbiguousRows(t *testing.T) {
	for _, f := range files(t, five...) {
		first := map[string]string{}
		for _, row := range f.Codes {
			if other, ok := first[row.Code]; ok {
				t.Errorf("%s: %s and %s are both %s", f.Name, other, row.Native, row.Code)
			}
			first[row.Code] = row.Native
		}
	}
}
