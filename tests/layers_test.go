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

// goPackage is what the go command tells of a package.
type goPackage struct {
	ImportPath string
	Imports    []string // without those of tests
	Deps       []string // all of them, also indirect ones
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

// TestLayers holds the packages to who may import whom.
func TestLayers(t *testing.T) {
	t.Parallel()
	all := packages(t)
	for _, name := range []string{"", "caddy", "cli", "learn", "mappings", "schema", "translate", "translate/tablefile"} {
		if _, ok := all[name]; !ok {
			t.Fatalf("there is no package %q", name)
		}
	}
	isYAML := func(path string) bool { return strings.Contains(path, "yaml") }
	heavy := func(path string) bool {
		for _, prefix := range []string{"github.com/caddyserver/", "go.uber.org/zap", "github.com/prometheus/"} {
			if strings.HasPrefix(path, prefix) {
				return true
			}
		}
		return false
	}
	for _, name := range []string{"translate", "translate/tablefile", "mappings", "schema", "cli", "learn"} {
		for _, dep := range all[name].Deps {
			if heavy(dep) {
				t.Errorf("%s depends on %s", name, dep)
			}
		}
	}
	for _, dep := range all["translate"].Deps {
		if dep == "net/http" || isYAML(dep) {
			t.Errorf("translate depends on %s", dep)
		}
	}
	for name, p := range all {
		for _, path := range p.Imports {
			if isYAML(path) && name != "translate/tablefile" {
				t.Errorf("%s imports %s", p.ImportPath, path)
			}
			if path == module+"/cli" && name != "" || path == module+"/learn" && name != "cli" {
				t.Errorf("%s imports %s", p.ImportPath, path)
			}
			if path == module+"/tests" || path == module+"/caddy" {
				t.Errorf("%s imports %s", p.ImportPath, path)
			}
		}
	}
	for _, path := range all["schema"].Imports {
		if strings.HasPrefix(path, module) {
			t.Errorf("schema imports %s", path)
		}
	}
	for _, path := range all["mappings"].Imports {
		if strings.HasPrefix(path, module) && !strings.HasPrefix(path, module+"/translate") {
			t.Errorf("mappings imports %s", path)
		}
	}
	for _, path := range all["translate"].Imports {
		if strings.HasPrefix(path, module) {
			t.Errorf("translate imports %s", path)
		}
	}
	if got := all["translate/tablefile"].Imports; slices.Contains(got, module+"/mappings") || slices.Contains(got, module) {
		t.Errorf("translate/tablefile imports %v", got)
	}
	for name, allowed := range map[string][]string{
		"cli":   {"/learn", "/mappings", "/schema", "/translate", "/translate/tablefile"},
		"learn": {"/translate", "/translate/tablefile"},
	} {
		for _, path := range all[name].Imports {
			if own, ok := strings.CutPrefix(path, module); ok && !slices.Contains(allowed, own) {
				t.Errorf("%s imports %s", name, path)
			}
		}
	}
	for _, path := range all["caddy"].Imports {
		if path != module && path != module+"/redisstore" && !strings.HasPrefix(path, "github.com/caddyserver/caddy/v2/") {
			t.Errorf("caddy imports %s", path)
		}
	}
}
