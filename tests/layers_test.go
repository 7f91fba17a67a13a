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

// goPackage has the data of a package that go list prints.
type goPackage struct {
	ImportPath string
	Imports    []string // without those of tests
	Deps       []string // direct and indirect
}

// packages lists the packages of the module.
func packages(t *testing.T) map[string]goPackage {
	t.Helper()
	cmd := exec.Command("go", "list", "-deps=false", "-json=ImportPath,Imports,Deps", "./...")
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

// allowedImports are the imports from this module that each package may have.
var allowedImports = map[string][]string{
	"dialect":                   {"internal/suggest"},
	"dialect/yamlfile":          {"dialect", "internal/suggest"},
	"internal/cli":              {"dialect", "dialect/yamlfile", "internal/learn", "internal/schema", "internal/suggest", "mappings", "mappings/builtin", "translate", "translate/limitheader", "translate/redact"},
	"internal/learn":            {"dialect", "dialect/yamlfile", "internal/suggest", "translate", "translate/redact"},
	"internal/contentcoding":    {},
	"internal/frames":           {"translate"},
	"internal/requestid":        {},
	"internal/schema":           {},
	"internal/suggest":          {},
	"mappings":                  {"dialect", "dialect/yamlfile"},
	"mappings/builtin":          {"dialect", "mappings"},
	"internal/generate/builtin": {"internal/literal", "mappings"},
	"internal/literal":          {"dialect"},
	"ratelimit":                 {},
	"translate":                 {"dialect", "internal/requestid", "internal/suggest", "translate/limitheader", "translate/redact"},
	"translate/limitheader":     {"dialect", "internal/suggest"},
	"translate/redact":          {},
	"caddy":                     {"", "redisstore"},
}

// TestLayers checks that packages import only what their layer may import. Only the root
// package depends on Caddy, and only the YAML reader on YAML.
func TestLayers(t *testing.T) {
	t.Parallel()
	all := packages(t)
	for name, allowed := range allowedImports {
		p, ok := all[name]
		if !ok {
			t.Errorf("there is no package %q", name)
			continue
		}
		for _, path := range p.Imports {
			local, isLocal := strings.CutPrefix(path, module)
			if isLocal && !slices.Contains(allowed, strings.TrimPrefix(local, "/")) {
				t.Errorf("%s imports %s", name, path)
			}
		}
		if name == "caddy" {
			continue
		}
		for _, dep := range p.Deps {
			if isRootDependency(dep) {
				t.Errorf("%s depends on %s", name, dep)
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
	for name, p := range all {
		for _, path := range p.Imports {
			if isYAML(path) && name != "dialect/yamlfile" {
				t.Errorf("%s imports %s", p.ImportPath, path)
			}
			if path == module+"/tests" || path == module+"/caddy" || path == module+"/internal/cli" && name != "" {
				t.Errorf("%s imports %s", p.ImportPath, path)
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

// isRootDependency reports whether only the root package may have a dependency.
func isRootDependency(path string) bool {
	for _, prefix := range []string{"github.com/caddyserver/", "go.uber.org/zap", "github.com/prometheus/"} {
		if strings.HasPrefix(path, prefix) {
			return true
		}
	}
	return false
}
