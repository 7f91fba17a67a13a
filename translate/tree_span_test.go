package translate_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/koine-proxy/koine/translate"
)

// TestLongValues checks that long texts and objects, whose ends are recorded, are read like short
// ones, with and without escapes, wherever they are.
func TestLongValues(t *testing.T) {
	plain := strings.TrimSpace(strings.Repeat("It is not as it should be. ", 12))
	escaped := strings.TrimSpace(strings.Repeat("Our shop says \"no\" to it, café. ", 10))
	e, policy := library(t), translate.DefaultPolicy()
	for _, c := range []struct{ long, raw string }{
		{plain, plain},
		{escaped, strings.ReplaceAll(strings.ReplaceAll(escaped, `"`, `\"`), "é", `\u00e9`)},
	} {
		name := strings.Repeat("n", 140)
		body := `{"outcome":{"errText":"Some fields are not right.","hints":{"` + name + `":{"first":"` + c.raw + `","second":["` + c.raw + `",{"third":"` + c.raw + `"}]}},` +
			`"errors":{"colour":"` + c.raw + `","size":["` + c.raw + `"]}}}`
		tr := e.Acquire()
		tr.ReadResponse(translate.Response{Status: 422, Body: []byte(body)})
		out := tr.AppendCanonical(nil, &policy, translate.RenderParams{RequestID: "r"})
		tr.Release()
		var got struct {
			Error struct {
				Message string
				Fields  []struct{ Field, Message string }
				Details map[string]any
			}
		}
		if err := json.Unmarshal(out, &got); err != nil {
			t.Fatal(err)
		}
		if got.Error.Message != "Some fields are not right." || len(got.Error.Fields) != 2 || got.Error.Fields[0].Message != c.long || got.Error.Fields[1].Message != c.long {
			t.Errorf("the answer is %s", out)
		}
		want := map[string]any{name: map[string]any{"first": c.long, "second": []any{c.long, map[string]any{"third": c.long}}}}
		if a, b := toJSON(t, got.Error.Details["hints"]), toJSON(t, want); a != b {
			t.Errorf("the details are %s, want %s", a, b)
		}
	}
}

func toJSON(t *testing.T, v any) string {
	t.Helper()
	out, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}
