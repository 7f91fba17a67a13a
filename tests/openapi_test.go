package tests

import (
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pb33f/libopenapi"
	openapivalidator "github.com/pb33f/libopenapi-validator"
)

// planAPI is an OpenAPI document of somebody else. It has a response and a schema of its own.
const planAPI = `openapi: 3.1.0
info: {title: Plans, version: "7"}
paths:
  /plans/{id}:
    parameters:
      - {name: id, in: path, required: true, schema: {type: string}}
    get:
      operationId: getPlan
      responses:
        "200":
          description: A plan.
          content: {application/json: {schema: {$ref: "#/components/schemas/Plan"}}}
        "410":
          description: The plan was removed.
    delete:
      operationId: deletePlan
      responses:
        "204": {description: It is removed.}
components:
  schemas:
    Plan: {type: object, required: [name], properties: {name: {type: string}}}
`

// docsOutput returns what `docs --format` prints.
func docsOutput(t *testing.T, format string) string {
	t.Helper()
	r := command(t, t.TempDir(), "", "docs", "--format", format)
	if r.status != 0 {
		t.Fatalf("docs --format %s: %s", format, r.errors)
	}
	return r.out
}

// TestOpenAPI validates the document by two validators.
func TestOpenAPI(t *testing.T) {
	t.Parallel()
	text := docsOutput(t, "openapi")
	validateOpenAPI(t, text)
	var doc struct {
		Components struct {
			Responses map[string]struct {
				Content map[string]struct{ Examples map[string]any }
			}
			Examples map[string]struct{ Value json.RawMessage }
		}
	}
	if err := json.Unmarshal([]byte(text), &doc); err != nil {
		t.Fatal(err)
	}
	for code := range readTaxonomy(t) {
		for _, mediaType := range []string{"application/json", "application/problem+json"} {
			if doc.Components.Responses[code].Content[mediaType].Examples[code] == nil {
				t.Errorf("the response %s has no example as %s", code, mediaType)
			}
		}
		if err := envelopeSchema(t)(doc.Components.Examples[code].Value); err != nil {
			t.Errorf("the example %s: %v", code, err)
		}
		if err := problemSchema(t)(doc.Components.Examples[code+".problem"].Value); err != nil {
			t.Errorf("the example %s.problem: %v", code, err)
		}
	}
	for _, name := range []string{"Error", "Error4XX", "Error5XX", "Error404", "Error503", "Error.not_found", "Error.internal"} {
		if len(doc.Components.Responses[name].Content) != 2 {
			t.Errorf("there is no response %s", name)
		}
	}
}

// validateOpenAPI validates a document by libopenapi and by swagger-parser.
func validateOpenAPI(t *testing.T, text string) {
	t.Helper()
	doc, err := libopenapi.NewDocument([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	v, errs := openapivalidator.NewValidator(doc)
	for _, err := range errs {
		t.Fatal(err)
	}
	if ok, failures := v.ValidateDocument(); !ok {
		for _, f := range failures {
			t.Errorf("libopenapi: %v", f)
		}
	}
	nodeModules(t)
	file := filepath.Join(t.TempDir(), "openapi.json")
	write(t, file, text)
	runNode(t, filepath.Join("testdata", "node"), "node", "openapi.mjs", file)
}

// runNode runs a program with the packages from npm, and returns what it prints.
func runNode(t *testing.T, dir string, args ...string) string {
	t.Helper()
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %v\n%s", args, err, tail(string(out)))
	}
	return string(out)
}

// overlaidAPI returns planAPI with the overlay applied.
func overlaidAPI(t *testing.T) string {
	t.Helper()
	result, err := libopenapi.ApplyOverlayFromBytesToSpecBytes([]byte(planAPI), []byte(docsOutput(t, "overlay")))
	if err != nil {
		t.Fatal(err)
	}
	return string(result.Bytes)
}

// TestOverlay applies the overlay to a document of somebody else.
func TestOverlay(t *testing.T) {
	t.Parallel()
	text := overlaidAPI(t)
	validateOpenAPI(t, text)
	doc, err := libopenapi.NewDocument([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	model, err := doc.BuildV3Model()
	if err != nil {
		t.Fatal(err)
	}
	item := model.Model.Paths.PathItems.GetOrZero("/plans/{id}")
	get, remove := item.Get.Responses.Codes, item.Delete.Responses.Codes
	for _, status := range []string{"200", "410", "4XX", "5XX"} {
		if get.GetOrZero(status) == nil {
			t.Errorf("get has no response %s", status)
		}
	}
	if r := get.GetOrZero("410"); r == nil || r.Description != "The plan was removed." || r.Content != nil && r.Content.Len() > 0 {
		t.Errorf("the response of the document itself is %+v", r)
	}
	if r := remove.GetOrZero("5XX"); r == nil || r.Content.GetOrZero("application/problem+json") == nil {
		t.Errorf("delete has the response %+v", r)
	}
	schemas := model.Model.Components.Schemas
	if schemas.GetOrZero("Plan") == nil || schemas.GetOrZero("ErrorEnvelope") == nil {
		t.Error("a schema is missing")
	}
}

// clientProgram calls the API by a generated client, and prints what it learns about the error.
const clientProgram = `import createClient from "openapi-fetch";
import type { components, paths } from "./api.js";
import { ErrorCode, errorCodes, hasCode, isErrorEnvelope, isKnownErrorCode, isProblem, type ErrorEnvelope } from "./errors.js";

declare const process: { argv: string[] };

const client = createClient<paths>({ baseUrl: process.argv[2] ?? "" });
const call = { params: { path: { id: "7" } } };

const { data, error, response } = await client.GET("/plans/{id}", call);
if (data !== undefined || error === undefined) {
  throw new Error("no error");
}
// The generated type of the error has the members that the constants know.
const generated: components["schemas"]["ErrorEnvelope"] = error as components["schemas"]["ErrorEnvelope"];
const code: string = generated.error.code;
if (!isErrorEnvelope(error)) {
  throw new Error("not an envelope: " + JSON.stringify(error));
}
const envelope: ErrorEnvelope = error;
if (!hasCode(envelope, ErrorCode.PLAN_NOT_FOUND)) {
  throw new Error("another code: " + envelope.error.code);
}
const known: "PLAN.NOT_FOUND" = envelope.error.code;
console.log(response.status, code, known, envelope.error.retry.strategy, errorCodes[known].category, envelope.meta.request_id === response.headers.get("X-Request-ID"));

const again = await client.GET("/plans/{id}", { ...call, headers: { Accept: "application/problem+json" } });
const problem: unknown = again.error;
console.log(isProblem(problem) && problem.code, isErrorEnvelope(problem), isKnownErrorCode("X.Y"));
`

// TestGeneratedClient generates a client in TypeScript from a document with the overlay, compiles
// it and the constants strictly, and lets it call a running proxy.
func TestGeneratedClient(t *testing.T) {
	t.Parallel()
	modules := nodeModules(t)
	backend := upstream(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(404)
		_, _ = w.Write([]byte(missing))
	})
	p := serve(t, "", "\nhttp://127.0.0.1:{$PORT} {\n\ttranslate_errors {\n\t\tenvelope canonical problem\n\t}\n\treverse_proxy "+backend+"\n}\n")
	dir := t.TempDir()
	if err := os.Symlink(modules, filepath.Join(dir, "node_modules")); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"package.json":  `{"type": "module"}`,
		"tsconfig.json": `{"compilerOptions": {"strict": true, "noUncheckedIndexedAccess": true, "exactOptionalPropertyTypes": true, "noPropertyAccessFromIndexSignature": true, "target": "es2022", "module": "nodenext", "lib": ["es2022", "dom"], "types": []}, "files": ["main.ts", "errors.ts"]}`,
		"api.yaml":      overlaidAPI(t),
		"errors.ts":     docsOutput(t, "typescript"),
		"main.ts":       clientProgram,
	} {
		write(t, filepath.Join(dir, name), text)
	}
	runNode(t, dir, "node", filepath.Join(modules, "openapi-typescript", "bin", "cli.js"), "api.yaml", "--output", "api.d.ts")
	runNode(t, dir, "node", filepath.Join(modules, "typescript", "bin", "tsc"), "--project", "tsconfig.json")
	got := runNode(t, dir, "node", "main.js", "http://127.0.0.1:"+portOf(p.addr))
	want := "404 PLAN.NOT_FOUND PLAN.NOT_FOUND never not_found true\nPLAN.NOT_FOUND false false\n"
	if strings.TrimSpace(got) != strings.TrimSpace(want) {
		t.Errorf("the client prints\n%s, want\n%s", got, want)
	}
}
