package cli_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/koine-proxy/koine/dialect"
	"github.com/koine-proxy/koine/dialect/yamlfile"
	"github.com/koine-proxy/koine/internal/catalog"
	"github.com/koine-proxy/koine/internal/cli"
	"github.com/koine-proxy/koine/internal/schema"
	"github.com/koine-proxy/koine/mappings"
	"github.com/koine-proxy/koine/mappings/builtin"
	"github.com/koine-proxy/koine/translate"
)

func TestDocs(t *testing.T) {
	for _, c := range []struct {
		about      string
		format     string
		taxonomies []string
		names      []string
		status     cli.Status
		out        string
		errors     string
	}{
		{about: "the schema", format: "schema", out: string(schema.Mapping)},
		{about: "the schema of a dialect", format: "schema", names: []string{"rustbill"}, status: cli.InvalidInput, errors: "use one of mapping, canonical, problem"},
		{about: "the index", format: "markdown", out: "| [rustbill](rustbill.md) | "},
		{about: "one page", format: "markdown", names: []string{"rustbill"}, out: "# rustbill\n"},
		{about: "a misspelled name", format: "markdown", names: []string{"rustbil"}, status: cli.InvalidInput, errors: "did you mean rustbill?"},
		{about: "two names", format: "markdown", names: []string{"a", "b"}, status: cli.WrongUsage, errors: "expected at most 1 name, got 2"},
		{about: "the page of a code", format: "markdown", names: []string{"PLAN.NOT_FOUND"}, out: "# PLAN.NOT_FOUND\n"},
		{about: "a misspelled code", format: "json", names: []string{"PLAN.NOT_FUOND"}, status: cli.InvalidInput, errors: "did you mean PLAN.NOT_FOUND?"},
		{about: "the codes as pages", format: "html", out: "<title>Error codes</title>"},
		{about: "a code as a page", format: "html", names: []string{"plan.not_found"}, out: "<title>PLAN.NOT_FOUND · Error codes</title>"},
		{about: "the codes as data", format: "json", out: "\"code\": \"PLAN.NOT_FOUND\""},
		{about: "a code as data", format: "json", names: []string{"PLAN.NOT_FOUND"}, out: "\"samples\": ["},
		{about: "a code of a taxonomy", format: "json", taxonomies: []string{"seats.yaml"}, names: []string{"SEAT.TAKEN"}, out: "\"code\": \"SEAT.TAKEN\""},
		{about: "the schema of an envelope", format: "schema", names: []string{"problem"}, out: string(schema.Problem)},
		{about: "a schema that does not exist", format: "schema", names: []string{"problems"}, status: cli.InvalidInput, errors: "did you mean problem?"},
		{about: "OpenAPI", format: "openapi", out: "\"openapi\": \"3.1.0\""},
		{about: "OpenAPI of one", format: "openapi", names: []string{"PLAN.NOT_FOUND"}, status: cli.WrongUsage, errors: "takes no name"},
		{about: "an overlay", format: "overlay", out: "\"overlay\": \"1.0.0\""},
		{about: "TypeScript", format: "typescript", out: "PLAN_NOT_FOUND: \"PLAN.NOT_FOUND\","},
		{about: "Go", format: "go", out: "package apierrors\n"},
		{about: "Python", format: "python", out: "class ErrorCode(str, Enum):\n"},
		{about: "a misspelled format", format: "markdwn", status: cli.WrongUsage, errors: `unknown --format "markdwn"; did you mean markdown?`},
		{about: "an empty format", format: "", status: cli.WrongUsage, errors: "use one of markdown, html"},
		{about: "a taxonomy", format: "markdown", taxonomies: []string{"seats.yaml"}, out: "# Dialects\n"},
		{about: "a faulty taxonomy", format: "markdown", taxonomies: []string{"bad.yaml"}, status: cli.InvalidInput, errors: "bad.yaml:2:8: codes must be"},
		{about: "a missing taxonomy", format: "markdown", taxonomies: []string{"none.yaml"}, status: cli.InvalidInput, errors: "none.yaml: no such file"},
	} {
		t.Run(c.about, func(t *testing.T) {
			files(t, map[string]string{"seats.yaml": seats, "bad.yaml": "taxonomy: x\ncodes: 7\n"})
			call("", func(s cli.Streams) cli.Status {
				return cli.Docs(s, cli.DocsOptions{Format: c.format, Taxonomies: c.taxonomies}, c.names)
			}).want(t, c.status, c.out, c.errors)
		})
	}
}

// TestDocsOut writes the files of every format.
func TestDocsOut(t *testing.T) {
	for _, format := range cli.DocsFormats() {
		dir := filepath.Join(t.TempDir(), "out")
		o := cli.DocsOptions{Format: format, Out: dir}
		call("", func(s cli.Streams) cli.Status { return cli.Docs(s, o, nil) }).want(t, cli.OK, "", " written to "+dir)
		files, err := os.ReadDir(dir)
		if err != nil || len(files) == 0 {
			t.Errorf("%s: %d files, %v", format, len(files), err)
		}
		if format != "html" {
			continue
		}
		for _, d := range catalog.Downloads { // the index links to them
			if _, err := os.Stat(filepath.Join(dir, d.File)); err != nil {
				t.Error(err)
			}
		}
		call("", func(s cli.Streams) cli.Status { return cli.Docs(s, o, []string{"PLAN.NOT_FOUND"}) }).want(t, cli.WrongUsage, "", "--out writes the files of all codes")
	}
}

// all is a mapping file with every key that a page describes.
const all = `dialect: all-words
about: "Every word | with _marks_, snake_case and <b>"
source: https://example.com/errors
priority: low
hosts: [api.example.com, "*.example.net"]
auto: pass
success_errors: 502
streams: true
format: [json, xml, empty]
match:
  keys: [a]
  any: [b.c, d]
  types: {a: string|number, b: object|absent, "*": string|boolean|array}
  equals: {ok: false}
  not: {a: [0, "$status"]}
  like: {a: ["b*", "x|y"]}
  lacks: [no]
  only_keys: [a, b, d, ok, list, meta]
  header: {X-Any: "*", Server: "acme/*", Content-Type: application/json}
  status: [4xx, 529, 2xx]
  contains: ["a ` + "`" + `tick"]
  code_is: [lower_snake, listed, optional]
shape:
  always: {ok: false}
  code: [a, {header: X-Error, decode: percent}]
  message: {at: d, pattern: "^(.*)$", not: ["", $status, none]}
  fields:
    - {at: list, field: [name, path], message: why, code: rule, for_codes: [bad]}
    - {at: meta.map, message: text}
    - {at: d, pattern: "(?P<field>x) (?P<message>y)"}
    - {at: b, tree: true, field: f}
  retry_after: {header: X-Wait, unit: milliseconds}
  request_id: {header: WWW-Authenticate, param: id}
  ignore: [b.d, meta]
codes:
  bad: 422 VALIDATION.FAILED
  "b_r*": REQUEST.INVALID
  "bad/worse": 401 AUTH.TOKEN_EXPIRED force
variants:
  - name: flat
    auto: translate
    priority: high
    match: {keys: [err]}
    shape: {code: err}
    codes: {gone: 404 RESOURCE.NOT_FOUND}
    examples:
      - {status: 404, body: {err: gone}, is: RESOURCE.NOT_FOUND}
  - name: page
    format: html
    success_errors: 400
examples:
  - {status: 404, body: {no: 1}, is: none}
  - about: a form
    status: 422
    header: {Server: acme/7, X-Any: x}
    body: {a: bad, ok: false, d: "a ` + "`" + `tick", list: [{name: seat, why: Taken.}]}
    is: VALIDATION.FAILED
`

func TestDialectPage(t *testing.T) {
	f, err := yamlfile.ReadDialect("all-words.yaml", []byte(all))
	if err != nil {
		t.Fatal(err)
	}
	page, err := cli.DialectPage(taxonomy(t), f)
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "page.md", page)
	golden(t, "index.md", cli.IndexPage([]mappings.Section{{Title: "Examples", Dialects: []string{f.Name}}}, []*dialect.File{f}))
}

// TestPages renders the page of every built-in dialect.
func TestPages(t *testing.T) {
	l, err := mappings.Read()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range l.Dialects {
		page, err := cli.DialectPage(taxonomy(t), f)
		if err != nil {
			t.Errorf("%s: %v", f.Name, err)
		}
		for _, part := range []string{"# " + f.Name + "\n", "## Detection\n", "## Codes\n", "## Example"} {
			if !strings.Contains(page, part) {
				t.Errorf("the page of %s does not contain %q", f.Name, part)
			}
		}
	}
}

func taxonomy(t *testing.T) *translate.Taxonomy {
	t.Helper()
	l := builtin.Library()
	out, err := translate.CompileTaxonomy(l.Taxonomy)
	if err != nil {
		t.Fatal(err)
	}
	return out
}
