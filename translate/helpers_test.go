package translate_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tidwall/gjson"

	"github.com/koine-proxy/koine/dialect"
	"github.com/koine-proxy/koine/dialect/yamlfile"
	"github.com/koine-proxy/koine/mappings"
	"github.com/koine-proxy/koine/translate"
)

// rawMember returns the JSON of a member of an answer; "" if it is missing.
func rawMember(t *testing.T, answer []byte, path string) string {
	t.Helper()
	if !gjson.ValidBytes(answer) {
		t.Fatalf("not JSON: %s", answer)
	}
	return gjson.GetBytes(answer, path).Raw
}

// textMember returns the first text at one of some paths.
func textMember(t *testing.T, answer []byte, paths ...string) string {
	t.Helper()
	for _, path := range paths {
		if rawMember(t, answer, path) != "" {
			if v := gjson.GetBytes(answer, path); v.Type == gjson.String {
				return v.Str
			}
		}
	}
	return ""
}

// read reads an error with some built-in dialects; the first-party ones and the
// envelopes if no name is given.
func read(t *testing.T, status int, body string, dialects ...string) *translate.Translation {
	t.Helper()
	tr := engine(t, dialects...).Acquire()
	t.Cleanup(tr.Release)
	tr.Read(status, []byte(body))
	return tr
}

// renderCanonical renders with the default policy and validates the answer.
func renderCanonical(t *testing.T, tr *translate.Translation) []byte {
	t.Helper()
	p := translate.DefaultPolicy()
	out := tr.AppendCanonical(nil, &p, translate.RenderParams{RequestID: "req_ours"})
	validateJSON(t, compileSchemas(t).envelope, out)
	return out
}

// renderProblem does the same with a problem.
func renderProblem(t *testing.T, tr *translate.Translation) []byte {
	t.Helper()
	p := translate.DefaultPolicy()
	out := tr.AppendProblem(nil, &p, translate.RenderParams{RequestID: "req_ours"})
	validateJSON(t, compileSchemas(t).problem, out)
	return out
}

// parseDialect reads a valid mapping file.
func parseDialect(t *testing.T, text string) *dialect.File {
	t.Helper()
	f, err := yamlfile.ReadDialect("d.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// decodeJSON decodes JSON and keeps the literals of numbers.
func decodeJSON(t *testing.T, data []byte) (v any) {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	if err := d.Decode(&v); err != nil {
		t.Fatalf("%v: %s", err, data)
	}
	return v
}

// equalJSON compares two JSON values, whatever the order of members.
func equalJSON(a, b any) bool { return reflect.DeepEqual(a, b) }

// testNow is the current time in these tests: 1777622400.5 in Unix seconds.
var testNow = time.Date(2026, 5, 1, 8, 0, 0, 500_000_000, time.UTC)

// parseHeader parses the lines of a header.
func parseHeader(text string) http.Header {
	h := http.Header{}
	for line := range strings.Lines(text) {
		if name, value, ok := strings.Cut(strings.TrimSpace(line), ": "); ok {
			h.Add(name, value)
		}
	}
	return h
}

// wantFaults compares all lines of an error, in order.
func wantFaults(t *testing.T, err error, want []string) {
	t.Helper()
	got := ""
	if err != nil {
		got = err.Error()
	}
	if all := strings.Join(want, "\n"); got != all {
		t.Errorf("the faults are\n%s\nwant\n%s", got, all)
	}
}

// testDialect compiles a dialect with the name acme.
func testDialect(t *testing.T, words string) *translate.Engine {
	t.Helper()
	return compile(t, []*dialect.File{parseDialect(t, "dialect: acme\nabout: Acme\n"+words)})
}

// readResponse reads a response.
func readResponse(t *testing.T, e *translate.Engine, r translate.Response) *translate.Translation {
	t.Helper()
	tr := e.Acquire()
	t.Cleanup(tr.Release)
	tr.ReadResponse(r)
	return tr
}

// jsonResponse returns a response of JSON.
func jsonResponse(status int, body string) translate.Response {
	return translate.Response{Status: status, Header: parseHeader("Content-Type: application/json"), Body: []byte(body), Now: testNow}
}

// xmlResponse returns a response of XML.
func xmlResponse(body string) translate.Response {
	return translate.Response{Status: 400, Header: parseHeader("Content-Type: application/xml"), Body: []byte(body), Now: testNow}
}

// builtIn reads the built-in files with their examples, once.
var builtIn = sync.OnceValues(mappings.Read)

// taxonomy compiles the built-in taxonomy.
func taxonomy(tb testing.TB) *translate.Taxonomy {
	tb.Helper()
	l, err := builtIn()
	if err != nil {
		tb.Fatal(err)
	}
	t, err := translate.CompileTaxonomy(l.Taxonomy)
	if err != nil {
		tb.Fatal(err)
	}
	return t
}

// files returns built-in mapping files by name; all of them if no name is given.
func files(tb testing.TB, names ...string) (out []*dialect.File) {
	tb.Helper()
	l, err := builtIn()
	if err != nil {
		tb.Fatal(err)
	}
	for _, f := range l.Dialects {
		if len(names) == 0 || slices.Contains(names, f.Name) {
			out = append(out, f)
		}
	}
	if len(names) > 0 && len(out) != len(names) {
		tb.Fatalf("only %[2]d of %[1]v exist", names, len(out))
	}
	return out
}

// forms returns the forms of built-in dialects, in the order of detection.
func forms(tb testing.TB, names ...string) []*dialect.File {
	tb.Helper()
	return dialect.Order(dialect.ExpandAll(files(tb, names...)))
}

// engine compiles built-in dialects; the first-party ones and the envelopes if no
// name is given.
func engine(tb testing.TB, names ...string) *translate.Engine {
	tb.Helper()
	if len(names) == 0 {
		names = ownDialects
	}
	return compile(tb, forms(tb, names...))
}

// library compiles all built-in dialects.
func library(tb testing.TB, named ...string) *translate.Engine {
	tb.Helper()
	in := translate.Inputs{Taxonomy: taxonomy(tb), Dialects: forms(tb)}
	for _, f := range in.Dialects {
		if !slices.Contains(named, f.Name) {
			in.Unnamed = append(in.Unnamed, f.Name)
		}
	}
	e, err := translate.NewEngine(in)
	if err != nil {
		tb.Fatal(err)
	}
	return e
}

func compile(tb testing.TB, files []*dialect.File) *translate.Engine {
	tb.Helper()
	e, err := translate.Compile(taxonomy(tb), files, nil)
	if err != nil {
		tb.Fatal(err)
	}
	return e
}

// firstParty are the dialects that the project started with.
var firstParty = []string{"rustbill", "licensekey", "orders", "success", "validonx"}

// ownDialects are those and the envelopes of other Koine instances.
var ownDialects = append([]string{"canonical", "problem"}, firstParty...)
