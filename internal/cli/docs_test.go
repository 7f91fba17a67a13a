package cli_test

import (
	"strings"
	"testing"

	"github.com/koine-proxy/koine/dialect"
	"github.com/koine-proxy/koine/dialect/yamlfile"
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
		talk       string
	}{
		{about: "the schema", format: "schema", out: string(schema.Mapping)},
		{about: "the schema of one", format: "schema", names: []string{"rustbill"}, status: cli.WrongUsage, talk: "takes no name"},
		{about: "the index", format: "markdown", out: "| [rustbill](rustbill.md) | "},
		{about: "one page", format: "markdown", names: []string{"rustbill"}, out: "# rustbill\n"},
		{about: "a name that is misspelled", format: "markdown", names: []string{"rustbil"}, status: cli.AtFault, talk: "did you mean rustbill?"},
		{about: "two names", format: "markdown", names: []string{"a", "b"}, status: cli.WrongUsage, talk: "takes one name"},
		{about: "a format to come", format: "openapi", status: cli.WrongUsage, talk: "format openapi is not there yet"},
		{about: "a format that is misspelled", format: "markdwn", status: cli.WrongUsage, talk: `--format "markdwn"; did you mean markdown?`},
		{about: "no format at all", format: "", status: cli.WrongUsage, talk: "it must be one of markdown, html"},
		{about: "a taxonomy", format: "markdown", taxonomies: []string{"seats.yaml"}, out: "# Dialects\n"},
		{about: "a taxonomy with a fault", format: "markdown", taxonomies: []string{"bad.yaml"}, status: cli.AtFault, talk: "bad.yaml:2:8: codes must be"},
		{about: "a taxonomy that is not there", format: "markdown", taxonomies: []string{"none.yaml"}, status: cli.AtFault, talk: "none.yaml: no such file"},
	} {
		t.Run(c.about, func(t *testing.T) {
			files(t, map[string]string{"seats.yaml": seats, "bad.yaml": "taxonomy: x\ncodes: 7\n"})
			call("", func(s cli.Streams) cli.Status { return cli.Docs(s, c.format, c.taxonomies, c.names) }).want(t, c.status, c.out, c.talk)
		})
	}
}

// all is a dialect with every word that a page tells of.
const all = `dialect: all-words
about: "Every word | with _marks_, snake_case and <b>"
source: https://example.com/errors
priority: high
success_errors: 502
streams: true
format: [json, xml, empty]
match:
  keys: [a]
  any: [b.c, d]
  types: {a: string|number, b: object|absent}
  equals: {ok: false}
  not: {a: [0, "$status"]}
  like: {a: ["b*", "x|y"]}
  lacks: [no]
  only_keys: [a, b, d, ok, list, meta]
  header: {X-Any: "*", Server: "cats/*", Content-Type: application/json}
  status: [4xx, 529, 2xx]
  contains: ["a ` + "`" + `tick"]
  code_is: optional
shape:
  always: {ok: false}
  code: [a, {header: X-Error, pattern: "([^#:]*)(?::|$)"}]
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
  "b|r*": REQUEST.INVALID
  "bad/worse": 401 AUTH.TOKEN_EXPIRED force
examples:
  - {status: 404, body: {no: 1}, is: none}
  - about: a form
    status: 422
    header: {Server: cats/7, X-Any: x}
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
	golden(t, "index.md", cli.IndexPage([]*dialect.File{f}))
}

// TestPages makes the page of every built-in dialect.
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
		for _, part := range []string{"# " + f.Name + "\n", "## How it is recognised\n", "## Codes\n", "## Example"} {
			if !strings.Contains(page, part) {
				t.Errorf("the page of %s has no %q", f.Name, part)
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
