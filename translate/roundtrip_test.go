package translate_test

import (
	"testing"

	"github.com/koine-proxy/koine/translate"
)

// readBack is how many examples of the library are read as the same error when
// they are written in their own dialect again. The others are of dialects that
// need what no error of ours can tell, such as a header, or a member that only
// repeats; pages and texts are not written at all.
const readBack = 300

// TestRoundTrip writes every example of the library in its own dialect again, and
// reads that: the native code and its meaning stay, where the dialect can be
// written.
func TestRoundTrip(t *testing.T) {
	e := library(t)
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
	if t.Logf("%d of %d", fine, total); fine < readBack {
		t.Errorf("only %d of %d are read back, not %d", fine, total, readBack)
	}
}
