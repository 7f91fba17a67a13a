package translate_test

import (
	"testing"

	"github.com/koine-proxy/koine/translate"
)

// TestWritePlace checks that a role is written to its first plain path; for a list,
// to its first element.
func TestWritePlace(t *testing.T) {
	e := testDialect(t, `shape:
  code: [{header: X-Code}, {at: a.b, key: true}, error.code, code]
  message: [{at: text, pattern: "^Why: (.*)$"}, 'errors.#(kind=bad).text', '*.text', '**.text', 'whys.#.text']
codes: {too_late: 404 RESOURCE.NOT_FOUND}
`)
	tr := readResponse(t, e, jsonResponse(404, `{"code":"too_late"}`))
	p := translate.DefaultPolicy()
	out, status, ok := tr.AppendDialect(nil, "acme", &p, translate.RenderParams{})
	if !ok || status != 404 || rawMember(t, out, "error.code") != `"too_late"` || rawMember(t, out, "whys.0.text") == "" || rawMember(t, out, "text")+rawMember(t, out, "errors") != "" {
		t.Errorf("written as %d %s", status, out)
	}
}

// TestWritePattern checks that a place can be written if its pattern only removes
// what surrounds the value.
func TestWritePattern(t *testing.T) {
	for pattern, want := range map[string]bool{`^"?(.*?)"?$`: true, `([^#]*)$`: true, `^[^:]*`: true, `^\w+$`: true, `^E_(.*)$`: false, `^[A-Z_]+$`: false, `: (.*)`: false} {
		e := testDialect(t, "shape: {code: {at: error.code, pattern: '"+pattern+"'}, message: error.text}\ncodes: {too_late: 404 RESOURCE.NOT_FOUND}\n")
		tr := e.Acquire()
		tr.ReadStatus(404, translate.FromProxy)
		p := translate.DefaultPolicy()
		if out, _, ok := tr.AppendDialect(nil, "acme", &p, translate.RenderParams{}); (ok && rawMember(t, out, "error.code") == `"too_late"`) != want {
			t.Errorf("with the pattern %s: written as %s", pattern, out)
		}
		tr.Release()
	}
}
