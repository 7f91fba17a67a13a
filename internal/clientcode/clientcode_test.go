package clientcode_test

import (
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/koine-proxy/koine/dialect"
	"github.com/koine-proxy/koine/dialect/yamlfile"
	"github.com/koine-proxy/koine/internal/catalog"
	"github.com/koine-proxy/koine/internal/clientcode"
	"github.com/koine-proxy/koine/mappings/builtin"
	"github.com/koine-proxy/koine/translate"
)

// hostile has texts that end comments, and names that are the same or reserved as constants.
const hostile = `taxonomy: hostile
codes:
  A.B_C: &code {status: 400, category: invalid_request, retry: never, message: "*/ }; alert(1) /* \u2028x\ny '''\"\"\"", description: d, action: a}
  A_B.C: *code
  CATEGORY.NOT_FOUND: *code
  RETRY.NEVER: *code
  PARSE.ENVELOPE: *code
`

func newCatalog(t *testing.T) *catalog.Catalog {
	t.Helper()
	more, err := yamlfile.ReadTaxonomy("more.yaml", []byte(hostile))
	if err != nil {
		t.Fatal(err)
	}
	taxonomy, err := translate.CompileTaxonomy(builtin.Library().Taxonomy, more)
	if err != nil {
		t.Fatal(err)
	}
	e, err := translate.NewEngine(translate.Inputs{Taxonomy: taxonomy, Dialects: []*dialect.File{}})
	if err != nil {
		t.Fatal(err)
	}
	return catalog.New(catalog.Options{Engine: e, Policy: translate.DefaultPolicy()})
}

// body is an envelope as a client reads it, with a member that was added since.
const body = `{"added":1,"error":{"code":"PLAN.NOT_FOUND","type":"plan","category":"not_found","status":404,"message":"m","retry":{"strategy":"never","safe":true}},"meta":{"request_id":"r","api_version":"1","origin":"upstream","match":"table"}}`

const problem = `{"type":"about:blank","title":"t","status":404,"detail":"m","code":"PLAN.NOT_FOUND","category":"not_found","retry":{"strategy":"never","safe":true},"request_id":"r"}`

// TestGo compiles the package, and runs a program that uses it.
func TestGo(t *testing.T) {
	source, err := clientcode.Go(newCatalog(t))
	if err != nil {
		t.Fatal(err)
	}
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "apierrors.go", source, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := (&types.Config{Importer: importer.ForCompiler(fset, "source", nil)}).Check("apierrors", fset, []*ast.File{file}, nil); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	writeFile(t, filepath.Join(dir, "go.mod"), "module client\n\ngo 1.26\n")
	writeFile(t, filepath.Join(dir, "apierrors", "apierrors.go"), string(source))
	writeFile(t, filepath.Join(dir, "main.go"), `package main

import (
	"errors"
	"fmt"

	"client/apierrors"
)

func main() {
	e, ok := apierrors.ParseEnvelope([]byte(`+"`"+body+"`"+`))
	var err error = e
	info, known := e.Err.Code.Lookup()
	fmt.Println(ok, errors.Is(err, apierrors.PlanNotFound), errors.Is(err, apierrors.OrderNotFound), err, known, info)
	p, ok := apierrors.ParseProblem([]byte(`+"`"+problem+"`"+`))
	fmt.Println(ok, errors.Is(p, apierrors.PlanNotFound), p.Retry.Safe)
	for _, body := range []string{"", "[]", "{}", `+"`"+`{"error":"x","meta":{}}`+"`"+`, `+"`"+problem+"`"+`} {
		_, ok = apierrors.ParseEnvelope([]byte(body))
		fmt.Print(ok, " ")
	}
	fmt.Println(apierrors.ABC, apierrors.ABC_2, apierrors.CategoryNotFound, apierrors.CategoryNotFound_2)
}
`)
	run(t, dir, "go", "vet", "./...")
	got := run(t, dir, "go", "run", ".")
	want := "true true false PLAN.NOT_FOUND: m true {404 not_found never}\ntrue true true\nfalse false false false false A.B_C A_B.C not_found CATEGORY.NOT_FOUND\n"
	if got != want {
		t.Errorf("got\n%s, want\n%s", got, want)
	}
}

// TestPython compiles the module and uses it, where there is Python.
func TestPython(t *testing.T) {
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("there is no python3")
	}
	source, err := clientcode.Python(newCatalog(t))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	writeFile(t, filepath.Join(dir, "apierrors.py"), string(source))
	run(t, dir, python, "-m", "py_compile", "apierrors.py")
	writeFile(t, filepath.Join(dir, "main.py"), `
import json
from apierrors import ERROR_CODES, ErrorCode, is_error_envelope, is_known_error_code, is_problem

body = json.loads('`+body+`')
assert is_error_envelope(body) and body["error"]["code"] == ErrorCode.PLAN_NOT_FOUND
assert is_problem(json.loads('`+problem+`')) and not is_problem(body)
for other in (None, [], {}, "x", {"error": "x", "meta": {}}, {"error": {}, "meta": {}}):
    assert not is_error_envelope(other) and not is_problem(other)
assert is_known_error_code("PLAN.NOT_FOUND") and not is_known_error_code("PLAN.LOST") and not is_known_error_code(None)
assert ERROR_CODES["PLAN.NOT_FOUND"].status == 404 and ErrorCode("A_B.C") is ErrorCode.A_B_C_2
assert len(ERROR_CODES) == len(ErrorCode)
`)
	run(t, dir, python, "main.py")
}

// TestTypeScript checks what can be checked without a compiler; the tests with a browser and
// real clients compile it.
func TestTypeScript(t *testing.T) {
	source, err := clientcode.TypeScript(newCatalog(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{"\n  PLAN_NOT_FOUND: \"PLAN.NOT_FOUND\",\n", "\n  \"PLAN.NOT_FOUND\": { status: 404, category: \"not_found\", retry: \"never\" },\n", "A_B_C_2: \"A_B.C\""} {
		if !strings.Contains(string(source), part) {
			t.Errorf("%q is missing", part)
		}
	}
	for line := range strings.Lines(string(source)) {
		if strings.Contains(line, "alert(1)") && !strings.HasPrefix(line, "  /** 400 invalid_request: * / }; alert(1) / *  x y") {
			t.Errorf("a message ends its comment: %s", line)
		}
	}
}

func writeFile(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func run(t *testing.T, dir, name string, args ...string) string {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s %v: %v\n%s", name, args, err, out)
	}
	return string(out)
}
