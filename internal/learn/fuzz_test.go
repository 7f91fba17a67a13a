package learn_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/koine-proxy/koine/internal/capture"
	"github.com/koine-proxy/koine/internal/learn"
)

// FuzzDraft checks that every draft is valid, or that there is an error.
func FuzzDraft(f *testing.F) {
	o := options(f)
	files, _ := filepath.Glob("testdata/*/*.*")
	for _, file := range files {
		if data, err := os.ReadFile(file); err == nil && filepath.Base(file) != "draft.yaml" {
			f.Add(filepath.Base(file), data, []byte(nil))
			f.Add(filepath.Base(file), data, data)
		}
	}
	f.Add("a.json", []byte(`{"": 1, "a.b": "c", "#": {"$": ["x y"]}, "<<": {"*": "é"}}`), []byte(`{"a.b": "d", "#": 7}`))
	f.Add("a.json", []byte(`["a b", "\u0000 c", "\ud800"]`), []byte(`"text"`))
	f.Add("a.json", []byte(`{"code": "1..2", "m": "x: y # z"}`), []byte(`{"code": "a@404", "m": "- 'q' \"r\""}`))
	f.Add("a.json", []byte(`{"code": "T*", "e": 1e400}`), []byte(`{"code": "a/b", "e": -0.0}`))
	f.Fuzz(func(t *testing.T, name string, a, b []byte) {
		if len(a)+len(b) > 8<<10 {
			return
		}
		var all []capture.Response
		for _, data := range [][]byte{a, b} {
			if some, err := capture.Read(name, data); err == nil {
				all = append(all, some...)
			}
		}
		result, err := learn.Draft(all, o)
		if err != nil {
			return
		}
		checkDraft(t, o, result.File)
	})
}
