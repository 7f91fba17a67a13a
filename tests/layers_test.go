package tests

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// module is the path of the module.
const module = "github.com/koine-proxy/koine"

// goPackage is the output of the go command about a package.
type goPackage struct {
	ImportPath string
	Imports    []string // without those of tests
	Deps       []string // direct and indirect
}

// packages lists the packages of the module.
func packages(t *testing.T) map[string]goPackage {
	t.Helper()
	cmd := exec.Command("go", "list", "-pgo=off", "-deps=false", "-json=ImportPath,Imports,Deps", "./...")
	cmd.Dir = ".."
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]goPackage{}
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p goPackage
		err := d.Decode(&p)
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		all[strings.TrimPrefix(strings.TrimPrefix(p.ImportPath, module), "/")] = p
	}
}

// layers are the imports from this module that each package may have; "*" means
// any, except for the binary and the tests.
var layers = map[string][]string{
	"internal/suggest":          {},
	"internal/webpage":          {},
	"internal/errorpage":        {"internal/webpage", "translate"},
	"internal/capture":          {},
	"internal/contentcoding":    {},
	"internal/requestid":        {},
	"internal/schema":           {},
	"ratelimit":                 {},
	"ratelimit/storetest":       {"ratelimit"},
	"translate/redact":          {},
	"ledger":                    {"translate/redact"},
	"dialect":                   {"internal/suggest"},
	"dialect/yamlfile":          {"dialect", "internal/suggest"},
	"internal/gosource":         {"dialect"},
	"translate/limitheader":     {"dialect", "internal/suggest"},
	"translate":                 {"dialect", "internal/requestid", "internal/suggest", "translate/limitheader", "translate/redact"},
	"mappings":                  {"dialect", "dialect/yamlfile"},
	"mappings/builtin":          {"dialect", "mappings"},
	"internal/generate/builtin": {"internal/gosource", "mappings"},
	"internal/generate/clues":   {"translate/redact"},
	"internal/frames":           {"translate"},
	"internal/catalog":          {"dialect", "internal/suggest", "internal/webpage", "translate"},
	"internal/clientcode":       {"internal/catalog", "translate"},
	"internal/openapi":          {"internal/catalog", "internal/schema", "translate"},
	"internal/learn":            {"dialect", "dialect/yamlfile", "internal/capture", "translate", "translate/redact"},
	"internal/cli":              {"dialect", "dialect/yamlfile", "internal/capture", "internal/catalog", "internal/clientcode", "internal/learn", "internal/openapi", "internal/schema", "internal/suggest", "ledger", "mappings", "mappings/builtin", "translate", "translate/limitheader", "translate/redact"},
	"internal/board":            {"internal/cli", "internal/webpage", "ledger"},
	"":                          {"*"},
	"redisstore":                {"", "ratelimit"},
	"caddy":                     {"", "redisstore"},
	"bench":                     {},
	"bench/handwritten":         {},
	"bench/stock":               {},
	"tests":                     {},
}

// aboveCaddy are the packages that may depend on Caddy.
var aboveCaddy = []string{"", "redisstore", "caddy", "bench/stock"}

// TestLayers checks that packages import only what their layer may import.
func TestLayers(t *testing.T) {
	t.Parallel()
	all := packages(t)
	for name := range layers {
		if _, ok := all[name]; !ok {
			t.Errorf("there is no package %q", name)
		}
	}
	for name, p := range all {
		allowed, ok := layers[name]
		if !ok {
			t.Errorf("the package %s has no layer", name)
		}
		for _, path := range p.Imports {
			local, isLocal := strings.CutPrefix(path, module)
			local = strings.TrimPrefix(local, "/")
			if isLocal && !slices.Contains(allowed, local) && (!slices.Contains(allowed, "*") || local == "tests" || local == "caddy") {
				t.Errorf("%s imports %s", p.ImportPath, path)
			}
			if isYAML(path) && name != "dialect/yamlfile" || isLogOrMetric(path) && name != "" {
				t.Errorf("%s imports %s", p.ImportPath, path)
			}
		}
		for _, dep := range p.Deps {
			if isCaddy(dep) && !slices.Contains(aboveCaddy, name) {
				t.Errorf("%s depends on %s", p.ImportPath, dep)
			}
		}
	}
	for _, name := range []string{"dialect", "translate", "translate/limitheader", "translate/redact"} {
		for _, dep := range all[name].Deps {
			if dep == "net/http" || isYAML(dep) {
				t.Errorf("%s depends on %s", name, dep)
			}
		}
	}
	for _, path := range all["caddy"].Imports {
		if !strings.HasPrefix(path, module) && !strings.HasPrefix(path, "github.com/caddyserver/caddy/v2/") {
			t.Errorf("caddy imports %s", path)
		}
	}
}

func isYAML(path string) bool { return strings.Contains(path, "yaml.in/") }

func isCaddy(path string) bool { return strings.HasPrefix(path, "github.com/caddyserver/") }

func isLogOrMetric(path string) bool {
	return strings.HasPrefix(path, "go.uber.org/zap") || strings.HasPrefix(path, "github.com/prometheus/")
}

// maxLines is the maximum number of lines of a Go file.
const maxLines = 500

// TestFileLengths checks the number of lines of every Go file that is not generated.
func TestFileLengths(t *testing.T) {
	t.Parallel()
	for _, path := range filesNamed(t, ".go") {
		text := readText(t, path)
		if n := strings.Count(text, "\n"); n > maxLines && !strings.HasPrefix(text, "// Code generated ") {
			t.Errorf("%s has %d lines, want at most %d", path, n, maxLines)
		}
	}
}
