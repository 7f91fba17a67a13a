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

// TestMismatch checks the condition that is named where a dialect does not match.
func TestMismatch(t *testing.T) {
	e := compile(t, []*dialect.File{parseDialect(t, `dialect: cats
about: x
match:
  keys: [cat]
  any: [meow, purr]
  types: {cat: string}
  equals: {ok: false}
  not: {tail: [none]}
  like: {name: ["Mrs *"]}
  lacks: [dog]
  header: {X-Cats: "*"}
  contains: [paws]
  status: [4xx]
  code_is: lower_snake
shape: {code: cat}
codes: {gone: RESOURCE.NOT_FOUND}
`)})
	const rest = `"ok":false,"tail":"long","name":"Mrs Cat","x":"paws"`
	for _, c := range []struct {
		status          int
		body, header    string
		condition, name string
		found           int
	}{
		{404, `{"cat":"gone","meow":1,` + rest + `}`, "1", "", "", 3},
		{404, `{"meow":1,` + rest + `}`, "1", "keys", "cat", 2},
		{404, `{"cat":7,"meow":1,` + rest + `}`, "1", "types", "cat", 2},
		{404, `{"cat":"gone",` + rest + `}`, "1", "any", "meow", 3},
		{404, `{"cat":"gone","meow":1,"ok":true,"tail":"long","name":"Mrs Cat","x":"paws"}`, "1", "equals", "ok", 2},
		{404, `{"cat":"gone","meow":1,"ok":false,"tail":"none","name":"Mrs Cat","x":"paws"}`, "1", "not", "tail", 3},
		{404, `{"cat":"gone","meow":1,"ok":false,"tail":"long","name":"Cat","x":"paws"}`, "1", "like", "name", 2},
		{404, `{"cat":"gone","meow":1,"dog":1,` + rest + `}`, "1", "lacks", "dog", 3},
		{500, `{"cat":"gone","meow":1,` + rest + `}`, "1", "status", "", 3},
		{404, `{"cat":"gone","meow":1,` + rest + `}`, "", "header", "X-Cats", 3},
		{404, `{"cat":"gone","meow":1,"ok":false,"tail":"long","name":"Mrs Cat","x":"claws"}`, "1", "contains", "paws", 3},
		{404, `{"cat":"Gone","meow":1,` + rest + `}`, "1", "code_is", "cat", 3},
		{404, `cat`, "1", "format", "", 0},
	} {
		r := jsonResponse(c.status, c.body)
		if c.header != "" {
			r.Header["X-Cats"] = []string{c.header}
		}
		got := e.Explain(r).Trials[0]
		if got.Mismatch.Condition != c.condition || got.Mismatch.Name != c.name || got.Found != c.found || got.Required != 3 {
			t.Errorf("%s: got %+v, want %s %s with %d found", c.body, got, c.condition, c.name, c.found)
		}
	}
}
