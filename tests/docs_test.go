package tests

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/caddyconfig"
	"go.yaml.in/yaml/v3"

	"github.com/koine-proxy/koine/dialect"
	"github.com/koine-proxy/koine/dialect/yamlfile"
	"github.com/koine-proxy/koine/mappings"
	_ "github.com/koine-proxy/koine/redisstore"
	"github.com/koine-proxy/koine/translate"
)

// codeBlock matches the code blocks of a Markdown file that have a language.
var codeBlock = regexp.MustCompile("(?ms)^```([a-z]+)\n(.*?)^```$")

// docBlock is one example of the documentation.
type docBlock struct{ file, language, text string }

// docFiles returns every Markdown file of the repository.
func docFiles(t *testing.T) []string { return filesNamed(t, ".md") }

// filesNamed returns the files of the repository whose names end in a suffix, except
// for test data.
func filesNamed(t *testing.T, suffix string) (files []string) {
	t.Helper()
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == ".git" || d.Name() == "testdata"):
			return filepath.SkipDir
		case !d.IsDir() && strings.HasSuffix(path, suffix):
			files = append(files, path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// docBlocks returns the examples of all Markdown files. Those of the pages of the
// dialects come from the mapping files, which have tests of their own.
func docBlocks(t *testing.T) (out []docBlock) {
	t.Helper()
	for _, file := range docFiles(t) {
		if strings.HasPrefix(file, "../docs/dialects/") {
			continue
		}
		for _, m := range codeBlock.FindAllStringSubmatch(readText(t, file), -1) {
			out = append(out, docBlock{filepath.Base(file), m[1], m[2]})
		}
	}
	return out
}

// readText reads a file, with LF line ends.
func readText(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(string(data), "\r\n", "\n")
}

// docTaxonomy returns the built-in taxonomy with the codes that the documentation
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
// taxonomy compiled, each piece of JSON parsed, and each envelope validated.
func TestDocs(t *testing.T) {
	blocks := docBlocks(t)
	taxonomy := docTaxonomy(t, blocks)
	dir := t.TempDir()
	named := regexp.MustCompile(`(?m)^(?:dialect|taxonomy|locale): *([a-z0-9-]+)`)
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
				name = "codes.yaml" // its name in the examples
			}
			write(t, filepath.Join(dir, name), b.text)
			if strings.HasPrefix(m[0], "dialect") && b.file != "mapping-reference.md" { // which has a test of its own, because its examples depend on each other
				f, err := yamlfile.ReadDialect(b.file, []byte(b.text))
				if err == nil {
					err = translate.CheckExamples(taxonomy, f)
				}
				if err != nil {
					t.Errorf("%s: %v\n%s", b.file, err, b.text)
				}
				if err == nil && len(f.Examples) == 0 {
					t.Errorf("%s: the mapping file %s has no examples", b.file, f.Name)
				}
			}
		case "html":
			write(t, filepath.Join(dir, "error.html"), b.text) // its name in the examples
		case "json":
			checkJSON(t, b)
		}
	}
	if counts["caddyfile"] < 20 || counts["yaml"] < 20 || counts["json"] < 2 {
		t.Errorf("only %v examples were found", counts)
	}
	_, rustbill, err := mappings.Dialect("rustbill") // which docs/upgrades.md copies
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "rustbill.yaml"), string(rustbill))
	for _, b := range blocks {
		if b.language == "caddyfile" {
			loadExample(t, b, filepath.Join(dir, "Caddyfile"))
		}
	}
}

// checkJSON parses an example, and validates it if it is an envelope.
func checkJSON(t *testing.T, b docBlock) {
	t.Helper()
	var doc map[string]any
	if err := json.Unmarshal([]byte(b.text), &doc); err != nil {
		t.Errorf("%s: %v\n%s", b.file, err, b.text)
		return
	}
	var err error
	switch {
	case doc["error"] != nil && doc["meta"] != nil:
		err = envelopeSchema(t)([]byte(b.text))
	case doc["title"] != nil && doc["detail"] != nil:
		err = problemSchema(t)([]byte(b.text))
	}
	if err != nil {
		t.Errorf("%s: %v\n%s", b.file, err, b.text)
	}
}

// loadExample adapts a Caddyfile as if it were at path, and validates the result.
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

// maxReadmeWords is the maximum number of words of the README. Further text belongs
// on a page of its own.
const maxReadmeWords = 1500

// TestReadmeWords counts the words of the README, examples included.
func TestReadmeWords(t *testing.T) {
	if n := len(strings.Fields(readText(t, "../README.md"))); n > maxReadmeWords {
		t.Errorf("README.md has %d words; at most %d are allowed", n, maxReadmeWords)
	}
}

var (
	docLink      = regexp.MustCompile(`\]\(([^()\s]+(?:\([^()\s]*\)[^()\s]*)*)\)`)
	docCode      = regexp.MustCompile("`[^`\n]*`")
	docHeading   = regexp.MustCompile(`(?m)^#{1,6} +(.+?) *#*$`)
	docAnchor    = regexp.MustCompile(`<a (?:id|name)="([^"]+)"`)
	anyCodeBlock = regexp.MustCompile("(?ms)^ *```.*?^ *```$")
)

// TestDocsLinks checks that the target of every link in a Markdown file exists, if it
// is a file of the repository or an anchor in one. Other links are only parsed.
func TestDocsLinks(t *testing.T) {
	texts := map[string]string{} // by their path, without examples
	for _, file := range docFiles(t) {
		texts[filepath.Clean(file)] = anyCodeBlock.ReplaceAllString(readText(t, file), "")
	}
	anchors := map[string]map[string]bool{}
	for file, text := range texts {
		anchors[file] = anchorsOf(text)
	}
	links := 0
	for _, file := range slices.Sorted(maps.Keys(texts)) {
		for _, m := range docLink.FindAllStringSubmatch(docCode.ReplaceAllString(texts[file], "code"), -1) {
			links++
			u, err := url.Parse(m[1])
			if err != nil {
				t.Errorf("%s: %v", file, err)
				continue
			}
			if u.IsAbs() {
				continue
			}
			target := file
			if u.Path != "" {
				target = filepath.Join(filepath.Dir(file), u.Path)
			}
			if _, err := os.Stat(target); err != nil {
				t.Errorf("%s: there is no %s", file, m[1])
			} else if u.Fragment != "" && !anchors[target][u.Fragment] {
				t.Errorf("%s: there is no anchor %s", file, m[1])
			}
		}
	}
	if links < 300 {
		t.Errorf("only %d links were found", links)
	}
}

// anchorsOf returns the anchors that GitHub derives from the headings of a page, and
// those that the page sets.
func anchorsOf(text string) map[string]bool {
	anchors, times := map[string]bool{}, map[string]int{}
	for _, m := range docHeading.FindAllStringSubmatch(text, -1) {
		slug := slugOf(m[1])
		n := times[slug]
		times[slug]++
		if n > 0 {
			slug += "-" + strconv.Itoa(n)
		}
		anchors[slug] = true
	}
	for _, m := range docAnchor.FindAllStringSubmatch(text, -1) {
		anchors[m[1]] = true
	}
	return anchors
}

// slugOf returns the anchor of a heading: its letters, digits, hyphens and underscores
// in lower case, with hyphens for spaces.
func slugOf(heading string) string {
	heading = regexp.MustCompile(`\[([^]]*)\]\([^)]*\)`).ReplaceAllString(heading, "$1")
	return strings.Map(func(r rune) rune {
		switch {
		case r == ' ':
			return '-'
		case r == '-' || r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r):
			return unicode.ToLower(r)
		}
		return -1
	}, heading)
}

// codesPage has a list of all canonical codes between two marks.
const codesPage = "../docs/codes.md"

// TestDocsCodeList compares the list of codes in the documentation with the
// built-in taxonomy. `go test ./tests -run CodeList -update` writes it.
func TestDocsCodeList(t *testing.T) {
	checkGenerated(t, codesPage, "<!-- codes: written by go test ./tests -run CodeList -update -->\n", "<!-- /codes -->", codeList(t))
}

// checkGenerated compares the part of a page between two marks with the expected
// text, or writes that with -update.
func checkGenerated(t *testing.T, file, begin, end, part string) {
	t.Helper()
	page := readText(t, file)
	before, rest, begins := strings.Cut(page, begin)
	_, after, ends := strings.Cut(rest, end)
	if !begins || !ends {
		t.Fatalf("%s has no marks %s and %s", file, begin, end)
	}
	want := before + begin + part + end + after
	switch {
	case page == want:
	case *update:
		if err := os.WriteFile(file, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	default:
		t.Errorf("%s is not up to date; run go test ./tests -run %s -update", file, t.Name())
	}
}

// codeList returns a table of the canonical codes of each domain.
func codeList(t *testing.T) string {
	t.Helper()
	data, err := mappings.Files.ReadFile(mappings.TaxonomyFile)
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Codes map[string]struct {
			Status                   int
			Category, Retry, Message string
		}
	}
	if err := yaml.Unmarshal(data, &file); err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	last := ""
	for _, name := range slices.Sorted(maps.Keys(file.Codes)) {
		if domain, _, _ := strings.Cut(name, "."); domain != last {
			last = domain
			b.WriteString("\n### " + domain + "\n\n| Code | Status | Category | Retry | Message |\n|---|---|---|---|---|\n")
		}
		c := file.Codes[name]
		fmt.Fprintf(&b, "| `%s` | %d | `%s` | `%s` | %s |\n", name, c.Status, c.Category, c.Retry, strings.ReplaceAll(c.Message, "|", `\|`))
	}
	return b.String() + "\n"
}
