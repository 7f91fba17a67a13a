package translate_test

import (
	"testing"

	"github.com/koine-proxy/koine/translate"
)

// TestExamples runs the examples inside of every mapping file, each against
// its dialect alone.
func TestExamples(t *testing.T) {
	for _, f := range files(t) {
		t.Run(f.Name, func(t *testing.T) {
			if len(f.Examples) == 0 {
				t.Fatal("no examples")
			}
			if err := translate.CheckExamples(taxonomy(t), f); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestWinners pins which dialect takes each example when all are loaded, so
// that a new dialect cannot take over the bodies of an old one unseen.
func TestWinners(t *testing.T) {
	e := engine(t)
	for _, f := range files(t) {
		for _, x := range f.Examples {
			if x.Is == "none" {
				continue
			}
			tr := e.Acquire()
			tr.ReadResponse(f.Response(&x))
			if tr.Dialect != f.Name || tr.Code.Name != x.Is {
				t.Errorf("%s, %s: taken for %s as %s, want %s as %s\n%+v", f.Name, x.About, tr.Dialect, tr.Code.Name, f.Name, x.Is, e.Explain(f.Response(&x)))
			}
			tr.Release()
		}
	}
}
