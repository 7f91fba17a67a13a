package translate_test

import (
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/koine-proxy/koine/dialect"
	"github.com/koine-proxy/koine/dialect/yamlfile"
	"github.com/koine-proxy/koine/translate"
)

// tutorial and reference are the pages about mapping files. The blocks of the
// reference may build on those of the tutorial.
const (
	tutorial  = "mapping-files.md"
	reference = "mapping-reference.md"
)

// blocksOf returns the YAML blocks of a page and the line of each.
func blocksOf(t *testing.T, name string) (page string, blocks []string, lines []int) {
	t.Helper()
	data, err := os.ReadFile("../docs/" + name)
	if err != nil {
		t.Fatal(err)
	}
	page = string(data)
	line := 1
	for i, part := range strings.Split(page, "```yaml\n") {
		if i > 0 {
			text, _, closed := strings.Cut(part, "```")
			if !closed {
				t.Fatalf("%s:%d: block without an end", name, line)
			}
			blocks, lines = append(blocks, text), append(lines, line+1)
		}
		line += strings.Count(part, "\n") + 1
	}
	return page, blocks, lines
}

// isDialect matches blocks that are mapping files, also after comments.
var isDialect = regexp.MustCompile(`(?m)^dialect: `)

// TestReference reads every block of both pages and runs its examples. A block may
// extend a dialect of an earlier block, or a built-in one.
func TestReference(t *testing.T) {
	keys := map[string]bool{}
	kinds := map[string]int{}
	known := slices.Clone(files(t))
	for _, page := range []string{tutorial, reference} {
		_, blocks, lines := blocksOf(t, page)
		for i, text := range blocks {
			switch {
			case isDialect.MatchString(text):
				kinds["dialect"]++
				known = append(known, checkBlock(t, page, lines[i], text, known))
			case strings.Contains(text, "limits:"):
				kinds["limits"]++
				limits, err := yamlfile.ReadLimits(page, []byte(text))
				if err != nil {
					t.Fatal(err)
				}
				if _, err := translate.NewEngine(translate.Inputs{Taxonomy: taxonomy(t), Limits: []*dialect.LimitsFile{limits}}); err != nil {
					t.Fatal(err)
				}
				for _, key := range limitKeys(t) {
					keys[key] = keys[key] || strings.Contains(text, key+":")
				}
			default:
				kinds["taxonomy"]++
				if _, err := yamlfile.ReadTaxonomy(page, []byte(text)); err != nil {
					t.Errorf("%s:%d: %v", page, lines[i], err)
				}
			}
		}
	}
	if kinds["dialect"] < 18 || kinds["taxonomy"] != 1 || kinds["limits"] != 1 {
		t.Errorf("the pages have the blocks %v", kinds)
	}
	page, _, _ := blocksOf(t, reference)
	for _, key := range limitKeys(t) {
		if !keys[key] {
			t.Errorf("limits.%s has no example", key)
		}
		if !strings.Contains(page, "| `"+key+"` |") {
			t.Errorf("limits.%s is not explained", key)
		}
	}
	for _, unit := range dialect.Units() {
		if !strings.Contains(page, "| `"+string(unit)+"` |") {
			t.Errorf("the unit %s is not explained", unit)
		}
	}
	for _, priority := range dialect.Priorities() {
		if !strings.Contains(page, "| `"+string(priority)+"` |") {
			t.Errorf("the priority %s is not explained", priority)
		}
	}
}

// limitKeys returns the keys of an entry of limits.
func limitKeys(t *testing.T) []string { return keysOf(t, "limits: [{no_such_key: 1}]") }

// checkBlock reads a mapping file of a page, and runs its examples. It returns the
// file with what it inherits.
func checkBlock(t *testing.T, page string, line int, text string, known []*dialect.File) *dialect.File {
	t.Helper()
	f := parseDialect(t, text)
	if slices.ContainsFunc(known, func(other *dialect.File) bool { return other.Name == f.Name }) {
		t.Errorf("%s:%d: duplicate dialect %s", page, line, f.Name)
	}
	files, err := dialect.Inherit([]*dialect.File{f}, known)
	if err == nil {
		err = translate.CheckExamples(taxonomy(t), files[0])
	}
	if err != nil {
		t.Errorf("%s:%d: %v", page, line, err)
	}
	for _, form := range append([]*dialect.File{f}, f.Variants...) {
		if !slices.ContainsFunc(form.Examples, func(x dialect.Example) bool { return x.Is != "none" }) {
			t.Errorf("%s:%d: no example that %s %s matches", page, line, f.Name, form.Variant)
		}
	}
	return files[0]
}

// sections are the mappings of a mapping file, each in a file with an unknown key,
// so that the reader lists the known ones.
var sections = []struct{ name, file string }{
	{"", "no_such_key: 1"},
	{"variants", "variants: [{no_such_key: 1}]"},
	{"match", "match: {no_such_key: 1}"},
	{"shape", "shape: {no_such_key: 1}"},
	{"place", "shape: {code: {no_such_key: 1}}"},
	{"fields", "shape: {fields: {no_such_key: 1}}"},
	{"failure", "failure: {no_such_key: 1}"},
	{"write", "write: {no_such_key: 1}"},
	{"examples", "examples: [{no_such_key: 1}]"},
}

// keysOf returns the keys that the reader accepts in a section.
func keysOf(t *testing.T, file string) []string {
	t.Helper()
	_, err := yamlfile.ReadDialect("f.yaml", []byte(file+"\n"))
	for line := range strings.Lines(err.Error()) {
		if _, list, ok := strings.Cut(strings.TrimSpace(line), "; known keys: "); ok && strings.Contains(line, "no_such_key") {
			return strings.Split(list, ", ")
		}
	}
	t.Fatalf("no list of known keys for %s: %v", file, err)
	return nil
}

// TestReferenceIsComplete checks that every key that the reader accepts is in an
// example of the two pages and in a table of the reference. The same holds for the
// values of closed lists, the kinds of steps and the kinds of rows.
func TestReferenceIsComplete(t *testing.T) {
	page, blocks, _ := blocksOf(t, reference)
	_, first, _ := blocksOf(t, tutorial)
	blocks = append(first, blocks...)
	used := map[string]bool{}
	var parsed []*dialect.File
	for _, text := range blocks {
		if isDialect.MatchString(text) || strings.Contains(text, "limits:") {
			var doc yaml.Node
			if err := yaml.Unmarshal([]byte(text), &doc); err != nil {
				t.Fatal(err)
			}
			noteKeys(doc.Content[0], "", used)
		}
		if isDialect.MatchString(text) {
			parsed = append(parsed, parseDialect(t, text))
		}
	}
	for _, s := range sections {
		for _, key := range keysOf(t, s.file) {
			if !used[s.name+"."+key] {
				t.Errorf("no example has the key %q of %q", key, s.name)
			}
			if !strings.Contains(page, "`"+key+"`") {
				t.Errorf("the key %q of %q is not explained", key, s.name)
			}
		}
	}

	for _, f := range parsed {
		noteValues(f, used)
		noteSteps(reflect.ValueOf(f).Elem(), used)
	}
	var want []string
	add := func(kind string, values ...string) {
		for _, w := range values {
			want = append(want, kind+" "+w)
		}
	}
	for _, f := range dialect.Formats() {
		add("format", string(f))
	}
	add("code form", dialect.CodeConditions()...)
	add("decode", dialect.Decodings()...)
	for _, u := range dialect.Units() {
		add("unit", string(u))
	}
	add("type", "string", "number", "boolean", "object", "array", "null", "absent")
	add("row", "code", "code/subcode", "code@status", "code/subcode@status", "prefix", "range", "status", "force", "documented status", "canonical")
	add("step", "key", "index", "each", "filter", "glob", "deep", "root")
	for _, w := range want {
		if !used[w] {
			t.Errorf("no example has the %s", w)
		}
	}
}

// noteKeys adds the keys of a section and of the sections below it.
func noteKeys(n *yaml.Node, section string, used map[string]bool) {
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i].Value, n.Content[i+1]
		used[section+"."+key] = true
		switch {
		case (section == "" || section == "variants") && (key == "match" || key == "shape" || key == "failure" || key == "write"):
			noteKeys(value, key, used)
		case (section == "" || section == "variants") && (key == "examples" || key == "variants"):
			for _, item := range value.Content {
				noteKeys(item, key, used)
			}
		case section == "shape" && key == "fields":
			noteLong(value, key, used)
		case section == "shape" && key != "always":
			noteLong(value, "place", used)
		}
	}
}

// noteLong adds the keys of long forms, alone or in a list.
func noteLong(n *yaml.Node, section string, used map[string]bool) {
	switch n.Kind {
	case yaml.MappingNode:
		noteKeys(n, section, used)
	case yaml.SequenceNode:
		for _, item := range n.Content {
			noteLong(item, section, used)
		}
	}
}

// noteValues adds the values of closed lists in a file, and its kinds of rows.
func noteValues(f *dialect.File, used map[string]bool) {
	for _, one := range f.Formats {
		used["format "+string(one)] = true
	}
	if len(f.Formats) == 0 {
		used["format json"] = true
	}
	used["code form "+string(f.Match.Code)] = true
	used["code form listed"] = used["code form listed"] || f.Match.Listed
	used["code form optional"] = used["code form optional"] || f.Match.Optional
	for _, v := range f.Match.Types {
		for one := range strings.SplitSeq(v.Value, "|") {
			used["type "+one] = true
		}
	}
	for _, e := range f.Shape {
		for _, p := range e.Places {
			used["decode "+p.Decode], used["unit "+string(p.Unit)] = true, true
		}
	}
	for _, r := range f.Codes {
		used["row "+kindOf(r.Native)] = true
		used["row force"] = used["row force"] || r.Force
		used["row documented status"] = used["row documented status"] || r.Status != 0
	}
	used["row canonical"] = used["row canonical"] || f.Identity
}

// kindOf returns the kind of a row.
func kindOf(native string) string {
	key := dialect.ParseRowKey(native)
	switch {
	case key.Range:
		return "range"
	case key.Prefix:
		return "prefix"
	case key.Code == "":
		return "status"
	}
	kind := "code"
	if strings.Contains(key.Code, "/") {
		kind += "/subcode"
	}
	if key.Status != 0 {
		kind += "@status"
	}
	return kind
}

// noteSteps adds the kinds of steps of all paths in a value.
func noteSteps(v reflect.Value, used map[string]bool) {
	if step, ok := v.Interface().(dialect.Step); ok {
		kind := map[dialect.StepKind]string{
			dialect.StepKey: "key", dialect.StepEach: "each", dialect.StepGlob: "glob", dialect.StepDeep: "deep", dialect.StepRoot: "root",
		}[step.Kind]
		switch {
		case step.Sibling != nil:
			kind = "filter"
		case step.Kind == dialect.StepKey && step.Key != "" && strings.Trim(step.Key, "0123456789") == "":
			kind = "index"
		}
		used["step "+kind] = true
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				noteSteps(v.Field(i), used)
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			noteSteps(v.Index(i), used)
		}
	}
}
