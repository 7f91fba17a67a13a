package translate_test

import (
	"testing"

	"github.com/koine-proxy/koine/dialect"
	"github.com/koine-proxy/koine/translate"
)

// TestExplainDetection checks that Explain agrees with ReadResponse on every built-in
// example, and that a dialect that does not match has a reason.
func TestExplainDetection(t *testing.T) {
	e := library(t)
	for _, f := range dialect.ExpandAll(files(t)) {
		for i := range f.Examples {
			r := translate.ExampleResponse(f, &f.Examples[i])
			tr := e.Acquire()
			tr.ReadResponse(r)
			got := e.Explain(r)
			if got.Dialect != tr.DetectedDialect() || got.PassesThrough != tr.PassesThrough() {
				t.Errorf("example %d of %s: got %q, want %q", i, f.Name, got.Dialect, tr.DetectedDialect())
			}
			for _, trial := range got.Trials {
				m := trial.Mismatch
				if trial.Matched != (m == translate.Mismatch{}) || !trial.Matched && (m.Condition == "" || m.Text == "") || trial.Found > trial.Required || trial.Reason() == "" {
					t.Fatalf("example %d of %s: %+v", i, f.Name, trial)
				}
				if trial.Title() == translate.Title(got.Dialect, got.Variant) && !trial.Matched {
					t.Errorf("example %d of %s: detected as %s, which does not match: %s", i, f.Name, got.Dialect, trial.Reason())
				}
			}
			tr.Release()
		}
		if testing.Short() {
			break
		}
	}
}

// TestMismatch checks the condition that is named if a dialect does not match.
func TestMismatch(t *testing.T) {
	e := compile(t, []*dialect.File{parseDialect(t, `dialect: acme
about: x
match:
  keys: [job]
  any: [lost, slow]
  types: {job: string}
  equals: {ok: false}
  not: {size: [none]}
  like: {name: ["The *"]}
  lacks: [run]
  header: {X-Acme: "*"}
  contains: [part]
  status: [4xx]
  code_is: lower_snake
shape: {code: job}
codes: {gone: RESOURCE.NOT_FOUND}
`)})
	const members = `"ok":false,"size":"long","name":"The Job","x":"part"`
	for _, c := range []struct {
		status          int
		body, header    string
		condition, name string
		found           int
	}{
		{404, `{"job":"gone","lost":1,` + members + `}`, "1", "", "", 3},
		{404, `{"lost":1,` + members + `}`, "1", "keys", "job", 2},
		{404, `{"job":7,"lost":1,` + members + `}`, "1", "types", "job", 2},
		{404, `{"job":"gone",` + members + `}`, "1", "any", "lost", 3},
		{404, `{"job":"gone","lost":1,"ok":true,"size":"long","name":"The Job","x":"part"}`, "1", "equals", "ok", 2},
		{404, `{"job":"gone","lost":1,"ok":false,"size":"none","name":"The Job","x":"part"}`, "1", "not", "size", 3},
		{404, `{"job":"gone","lost":1,"ok":false,"size":"long","name":"Job","x":"part"}`, "1", "like", "name", 2},
		{404, `{"job":"gone","lost":1,"run":1,` + members + `}`, "1", "lacks", "run", 3},
		{500, `{"job":"gone","lost":1,` + members + `}`, "1", "status", "", 3},
		{404, `{"job":"gone","lost":1,` + members + `}`, "", "header", "X-Acme", 3},
		{404, `{"job":"gone","lost":1,"ok":false,"size":"long","name":"The Job","x":"other"}`, "1", "contains", "part", 3},
		{404, `{"job":"Gone","lost":1,` + members + `}`, "1", "code_is", "job", 3},
		{404, `job`, "1", "format", "", 0},
	} {
		r := jsonResponse(c.status, c.body)
		if c.header != "" {
			r.Header["X-Acme"] = []string{c.header}
		}
		got := e.Explain(r).Trials[0]
		if got.Mismatch.Condition != c.condition || got.Mismatch.Name != c.name || got.Found != c.found || got.Required != 3 {
			t.Errorf("%s: got %+v, want %s %s with %d found", c.body, got, c.condition, c.name, c.found)
		}
	}
}
