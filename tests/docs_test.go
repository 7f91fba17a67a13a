package tests

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/caddyconfig"

	"github.com/koine-proxy/koine/dialect"
	"github.com/koine-proxy/koine/dialect/yamlfile"
	"github.com/koine-proxy/koine/mappings"
	_ "github.com/koine-proxy/koine/redisstore"
	"github.com/koine-proxy/koine/translate"
)

// fence finds the blocks of a Markdown file that name their language.
var fence = regexp.MustCompile("(?ms)^```([a-z]+)\n(.*?)^```$")

// block is one example of the documentation.
type docBlock struct{ file, language, text string }

func docBlocks(t *testing.T) (out []docBlock) {
	t.Helper()
	files, err := filepath.Glob("../docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range append(files, "../README.md", "../CONTRIBUTING.md") {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range fence.FindAllStringSubmatch(string(text), -1) {
			out = append(out, docBlock{filepath.Base(file), m[1], m[2]})
		}
	}
	return out
}

// docTaxonomy is the built-in taxonomy with the codes that the documentation
// adds.
func docTaxonomy(t *testing.T, blocks []docBlock) *translate.Taxonomy {
	t.Helper()
	data, err := mappings.Files.ReadFile(mappings.TaxonomyFile)
	if err != nil {
		t.Fatal(err)
	}
	texts := []string{string(data)}
	for _, b := range blocks {
		if b.language == "yaml" && strings.Contains(b.text, "\ncodes:") && regexp.MustCompile(`(?m)^taxonomy:`).MatchString(b.text) {
			texts = append(texts, b.text)
		}
	}
	var files []*dialect.TaxonomyFile
	for _, text := range texts {
		f, err := yamlfile.ReadTaxonomy("taxonomy.yaml", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, f)
	}
	taxonomy, err := translate.CompileTaxonomy(files...)
	if err != nil {
		t.Fatal(err)
	}
	return taxonomy
}

// TestDocs runs every example of the documentation: each Caddyfile is adapted
// and loaded, each mapping file is compiled and its own examples run, each
// taxonomy compiled, each piece of JSON parsed.
func TestDocs(t *testing.T) {
	blocks := docBlocks(t)
	taxonomy := docTaxonomy(t, blocks)
	dir := t.TempDir()
	named := regexp.MustCompile(`(?m)^(?:dialect|taxonomy): *([a-z0-9-]+)`)
	counts := map[string]int{}
	for _, b := range blocks {
		counts[b.language]++
		switch b.language {
		case "yaml":
			m := named.FindStringSubmatch(b.text)
			if m == nil {
				continue // of another program
			}
			name := m[1] + ".yaml"
			if strings.HasPrefix(m[0], "taxonomy") {
				name = "codes.yaml" // as the examples call it
			}
			if err := os.WriteFile(filepath.Join(dir, name), []byte(b.text), 0o600); err != nil {
				t.Fatal(err)
			}
			if strings.HasPrefix(m[0], "dialect") && b.file != "mapping-files.md" { // which has a test of its own: its examples build on one another
				f, err := yamlfile.ReadDialect(b.file, []byte(b.text))
				if err == nil {
					err = translate.CheckExamples(taxonomy, f)
				}
				if err != nil {
					t.Errorf("%s: %v\n%s", b.file, err, b.text)
				}
			}
		case "json":
			if !json.Valid([]byte(b.text)) {
				t.Errorf("%s: this is not JSON:\n%s", b.file, b.text)
			}
		}
	}
	if counts["caddyfile"] < 5 || counts["yaml"] < 2 {
		t.Errorf("only %v examples were found", counts)
	}
	for _, b := range blocks {
		if b.language == "caddyfile" {
			loadExample(t, b, filepath.Join(dir, "Caddyfile"))
		}
	}
}

// loadExample adapts a Caddyfile as if it stood at path, and provisions what it
// means.
func loadExample(t *testing.T, b docBlock, path string) {
	t.Helper()
	out, warnings, err := caddyconfig.GetAdapter("caddyfile").Adapt([]byte(b.text), map[string]any{"filename": path})
	if err != nil {
		t.Errorf("%s: %v\n%s", b.file, err, b.text)
		return
	}
	for _, w := range warnings {
		t.Errorf("%s: %s\n%s", b.file, w.Message, b.text)
	}
	var config caddy.Config
	if err := json.Unmarshal(out, &config); err != nil {
		t.Fatal(err)
	}
	config.Admin = &caddy.AdminConfig{Disabled: true}
	config.Logging = &caddy.Logging{Logs: map[string]*caddy.CustomLog{"default": {BaseLog: caddy.BaseLog{Level: "ERROR"}}}}
	if err := caddy.Validate(&config); err != nil {
		t.Errorf("%s: %v\n%s", b.file, err, b.text)
	}
}
