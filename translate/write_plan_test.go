package translate_test

import (
	"testing"

	"github.com/koine-proxy/koine/translate"
)

// TestPlaceIsWritten: the first path that is nothing but a path is where a dialect
// writes. Of a list that is its first element.
func TestPlaceIsWritten(t *testing.T) {
	e := cats(t, `shape:
  code: [{header: X-Code}, {at: a.b, key: true}, error.code, code]
  message: [{at: text, pattern: "^Why: (.*)$"}, 'errors.#(kind=bad).text', '*.text', '**.text', 'whys.#.text']
codes: {too_late: 404 RESOURCE.NOT_FOUND}
`)
	tr := hear(t, e, jsonOf(404, `{"code":"too_late"}`))
	p := translate.DefaultPolicy()
	out, status, ok := tr.AppendDialect(nil, "cats", &p, translate.RenderParams{})
	if !ok || status != 404 || raw(t, out, "error.code") != `"too_late"` || raw(t, out, "whys.0.text") == "" || raw(t, out, "text")+raw(t, out, "errors") != "" {
		t.Errorf("it is written as %d %s", status, out)
	}
}

// TestPatternIsWritten: a pattern that only cuts off what may be around a value
// leaves the place one that can be written.
func TestPatternIsWritten(t *testing.T) {
	for pattern, want := range map[string]bool{`^"?(.*?)"?$`: true, `([^#]*)$`: true, `^[^:]*`: true, `^\w+$`: true, `^E_(.*)$`: false, `^[A-Z_]+$`: false, `: (.*)`: false} {
		e := cats(t, "shape: {code: {at: error.code, pattern: '"+pattern+"'}, message: error.text}\ncodes: {too_late: 404 RESOURCE.NOT_FOUND}\n")
		tr := e.Acquire()
		tr.ReadStatus(404, translate.FromProxy)
		p := translate.DefaultPolicy()
		if out, _, _ := tr.AppendDialect(nil, "cats", &p, translate.RenderParams{}); (raw(t, out, "error.code") == `"too_late"`) != want {
			t.Errorf("with the pattern %s it is written as %s", pattern, out)
		}
		tr.Release()
	}
}
