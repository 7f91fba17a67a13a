package translate_test

import (
	"testing"

	"github.com/koine-proxy/koine/translate"
)

// TestExamples runs the examples of every mapping file with its dialect alone.
func TestExamples(t *testing.T) {
	for _, f := range files(t) {
		t.Run(f.Name, func(t *testing.T) {
			for _, form := range f.Expand() {
				if len(form.Examples) == 0 && (f.Extends == "" || form.Variant == "") {
					t.Errorf("no examples of %s", form.Title())
				}
			}
			if err := translate.CheckExamples(taxonomy(t), f); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestDetectedDialects checks which dialect is detected for each example when all are loaded,
// so that a new dialect cannot match the bodies of another one unnoticed.
func TestDetectedDialects(t *testing.T) {
	e := library(t)
	for _, f := range forms(t) {
		for _, x := range f.Examples {
			tr := e.Acquire()
			tr.ReadResponse(translate.ExampleResponse(f, &x))
			detected := tr.DetectedDialect() == f.Name && (f.Variant == "" || tr.DetectedVariant() == f.Variant)
			switch {
			case x.Is == "none" && detected:
				t.Errorf("%s:%d (%s): detected, but must not be", f.File, x.At.Line, x.About)
			case x.Is != "none" && (!detected || tr.Code.Name != x.Is):
				t.Errorf("%s:%d (%s): detected as %q %q, %s, want %s", f.File, x.At.Line, x.About, tr.DetectedDialect(), tr.DetectedVariant(), tr.Code.Name, x.Is)
			}
			tr.Release()
		}
	}
}
