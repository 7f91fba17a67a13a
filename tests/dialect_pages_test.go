package tests

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/koine-proxy/koine/internal/cli"
	"github.com/koine-proxy/koine/mappings"
	"github.com/koine-proxy/koine/translate"
)

// TestDialectPages compares docs/dialects with the mapping files. There is one page
// for each built-in dialect, and an index. `go test ./tests -run DialectPages -update` writes them.
func TestDialectPages(t *testing.T) {
	t.Parallel()
	const dir = "../docs/dialects"
	want := dialectPages(t)
	if *update {
		rewritePages(t, dir, want)
	}
	files, err := filepath.Glob(dir + "/*")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if _, ok := want[filepath.Base(file)]; !ok {
			t.Errorf("%s does not belong to a dialect; run with -update", file)
		}
	}
	for name, page := range want {
		got, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil || string(got) != page {
			t.Errorf("docs/dialects/%s does not match the mapping file (%v); run go test ./tests -run DialectPages -update", name, err)
		}
	}
}

// dialectPages returns all pages, by file name.
func dialectPages(t *testing.T) map[string]string {
	t.Helper()
	l, err := mappings.Read()
	if err != nil {
		t.Fatal(err)
	}
	taxonomy, err := translate.CompileTaxonomy(l.Taxonomy)
	if err != nil {
		t.Fatal(err)
	}
	pages := map[string]string{"README.md": cli.IndexPage(mappings.Sections(), l.Dialects)}
	for _, f := range l.Dialects {
		if pages[f.Name+".md"], err = cli.DialectPage(taxonomy, f); err != nil {
			t.Fatalf("%s: %v", f.Name, err)
		}
	}
	return pages
}

// rewritePages writes the pages, and removes those of dialects that no longer exist.
func rewritePages(t *testing.T, dir string, pages map[string]string) {
	t.Helper()
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	old, err := filepath.Glob(dir + "/*.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range old {
		if _, ok := pages[filepath.Base(file)]; !ok {
			if err := os.Remove(file); err != nil {
				t.Fatal(err)
			}
		}
	}
	for name, page := range pages {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(page), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
