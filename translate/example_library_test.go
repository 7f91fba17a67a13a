package translate_test

import (
	"strings"
	"testing"

	"github.com/koine-proxy/koine/dialect"
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
// so that a new dialect cannot match the bodies of another one unnoticed. If the
// response alone proves nothing, it comes from a host of the dialect; if the dialect
// has no hosts, the site names it.
func TestDetectedDialects(t *testing.T) {
	e := library(t)
	for _, f := range forms(t) {
		e := e
		if needsName(f) {
			e = library(t, f.Name)
		}
		for _, x := range f.Examples {
			tr := e.Acquire()
			tr.ReadResponse(fromItsHost(f, translate.ExampleResponse(f, &x)))
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

// needsName reports whether a dialect without hosts has examples that prove
// nothing.
func needsName(f *dialect.File) bool {
	return f.Evidence != "" && f.Evidence != dialect.EvidenceMatch && len(f.Hosts) == 0
}

// fromItsHost returns the response as one of a host of the dialect, if it needs
// one to be detected.
func fromItsHost(f *dialect.File, r translate.Response) translate.Response {
	if f.Evidence != "" && f.Evidence != dialect.EvidenceMatch && len(f.Hosts) > 0 && r.Host == "" {
		r.Host = hostOf(f)
	}
	return r
}

// hostOf returns a host name that the first glob of a dialect matches.
func hostOf(f *dialect.File) string { return strings.ReplaceAll(f.Hosts[0], "*", "api") }
