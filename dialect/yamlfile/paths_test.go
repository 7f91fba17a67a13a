package yamlfile_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/koine-proxy/koine/dialect/yamlfile"
)

func TestPaths(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"b.yml", "a.yaml", ".hidden.yaml", "a.yaml~", "notes.md"} {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(dir, "sub.yaml"), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		path  string
		want  []string
		fails bool
	}{
		{path: dir, want: []string{filepath.Join(dir, "a.yaml"), filepath.Join(dir, "b.yml")}},
		{path: filepath.Join(dir, "notes.md"), want: []string{filepath.Join(dir, "notes.md")}},
		{path: filepath.Join(dir, "missing"), want: []string{filepath.Join(dir, "missing")}},
		{path: filepath.Join(dir, "sub.yaml"), fails: true},
	} {
		got, err := yamlfile.Paths(c.path)
		if (err != nil) != c.fails || !slices.Equal(got, c.want) {
			t.Errorf("%s: got %v, %v", c.path, got, err)
		}
	}
}
