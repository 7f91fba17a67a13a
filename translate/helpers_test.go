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

// raw returns the JSON of a member of an answer, "" where it is not there.
func raw(t *testing.T, answer []byte, path string) string {
	t.Helper()
	if !gjson.ValidBytes(answer) {
		t.Fatalf("this is no JSON: %s", answer)
	}
	return gjson.GetBytes(answer, path).Raw
}

// member returns the first text at one of the paths.
func member(t *testing.T, answer []byte, paths ...string) string {
	t.Helper()
	for _, path := range paths {
		if raw(t, answer, path) != "" {
			if v := gjson.GetBytes(answer, path); v.Type == gjson.String {
				return v.Str
			}
		}
	}
	return ""
}

// read reads one error with all built-in dialects, or those that are named.
func read(t *testing.T, status int, body string, dialects ...string) *translate.Translation {
	t.Helper()
	tr := engine(t, dialects...).Acquire()
	t.Cleanup(tr.Release)
	tr.Read(status, []byte(body))
	return tr
}

// canonical renders with the default policy, and holds the answer to its schema.
func canonical(t *testing.T, tr *translate.Translation) []byte {
	t.Helper()
	p := translate.DefaultPolicy()
	out := tr.AppendCanonical(nil, &p, translate.RenderParams{RequestID: "req_ours"})
	validate(t, compileSchemas(t).envelope, out)
	return out
}

// problem does the same with a problem.
func problem(t *testing.T, tr *translate.Translation) []byte {
	t.Helper()
	p := translate.DefaultPolicy()
	out := tr.AppendProblem(nil, &p, translate.RenderParams{RequestID: "req_ours"})
	validate(t, compileSchemas(t).problem, out)
	return out
}

// dialectOf reads a mapping file that must be without faults.
func dialectOf(t *testing.T, text string) *dialect.File {
	t.Helper()
	f, err := yamlfile.ReadDialect("d.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// decode reads JSON with its numbers as they are spelled.
func decode(t *testing.T, data []byte) (v any) {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	if err := d.Decode(&v); err != nil {
		t.Fatalf("%v: %s", err, data)
	}
	return v
}

// equal compares two JSON values, in which the order of members is of no
// account.
func equal(a, b any) bool { return reflect.DeepEqual(a, b) }

// frozen is now in these tests: 1777622400.5 in Unix seconds.
var frozen = time.Date(2026, 5, 1, 8, 0, 0, 500_000_000, time.UTC)

// headerOf reads a header as it stands on the wire.
func headerOf(text string) http.Header {
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

// cats compiles an invented dialect, of which a test says the words that it is
// about.
func cats(t *testing.T, words string) *translate.Engine {
	t.Helper()
	return compile(t, []*dialect.File{dialectOf(t, "dialect: cats\nabout: Cats\n"+words)})
}

// hear reads a response.
func hear(t *testing.T, e *translate.Engine, r translate.Response) *translate.Translation {
	t.Helper()
	tr := e.Acquire()
	t.Cleanup(tr.Release)
	tr.ReadResponse(r)
	return tr
}

// jsonOf is a response of JSON.
func jsonOf(status int, body string) translate.Response {
	return translate.Response{Status: status, Header: headerOf("Content-Type: application/json"), Body: []byte(body), Now: frozen}
}

// xmlOf is a response of XML.
func xmlOf(body string) translate.Response {
	return translate.Response{Status: 400, Header: headerOf("Content-Type: application/xml"), Body: []byte(body), Now: frozen}
}

// builtIn are the built-in tables with their examples, read once.
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

// files returns built-in mapping files by name: all of them
// where no name is given.
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
		tb.Fatalf("of %v there are only %d", names, len(out))
	}
	return out
}

// forms returns the forms of built-in dialects, variants and dialects themselves, in
// the order of detection.
func forms(tb testing.TB, names ...string) []*dialect.File {
	tb.Helper()
	return dialect.Order(dialect.ExpandAll(files(tb, names...)))
}

// engine compiles built-in dialects: our own where no name is given.
func engine(tb testing.TB, names ...string) *translate.Engine {
	tb.Helper()
	if len(names) == 0 {
		names = own
	}
	return compile(tb, forms(tb, names...))
}

// library compiles all built-in dialects.
func library(tb testing.TB) *translate.Engine {
	tb.Helper()
	return compile(tb, forms(tb))
}

func compile(tb testing.TB, files []*dialect.File) *translate.Engine {
	tb.Helper()
	e, err := translate.Compile(taxonomy(tb), files, nil)
	if err != nil {
		tb.Fatal(err)
	}
	return e
}

// five are the dialects that the project started from.
var five = []string{"rustbill", "licensekey", "orders", "success", "validonx"}

// own are those, and the envelopes of other hops.
var own = append([]string{"canonical", "problem"}, five...)
