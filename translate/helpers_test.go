package translate_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/tidwall/gjson"

	"github.com/koine-proxy/koine/dialect"
	"github.com/koine-proxy/koine/dialect/yamlfile"
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
