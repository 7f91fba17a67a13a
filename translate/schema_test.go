package translate_test

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/koine-proxy/koine/internal/schema"
	"github.com/koine-proxy/koine/translate"
)

// schemas are the compiled schemas of the two envelopes.
type schemas struct{ envelope, problem *jsonschema.Schema }

// compileSchemas compiles them closed, so that a misspelled member is found.
func compileSchemas(tb testing.TB) schemas { return compileAdapted(tb, closeObjects) }

func compileAdapted(tb testing.TB, adapt func(schema any)) schemas {
	tb.Helper()
	const base = "https://github.com/koine-proxy/koine/schema/"
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	for name, data := range map[string][]byte{"envelope.schema.json": schema.Envelope, "problem.schema.json": schema.Problem} {
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
		if err != nil {
			tb.Fatalf("%s: %v", name, err)
		}
		adapt(doc)
		if err := c.AddResource(base+name, doc); err != nil {
			tb.Fatalf("%s: %v", name, err)
		}
	}
	compile := func(name string) *jsonschema.Schema {
		s, err := c.Compile(base + name)
		if err != nil {
			tb.Fatalf("%s: %v", name, err)
		}
		return s
	}
	return schemas{compile("envelope.schema.json"), compile("problem.schema.json")}
}

// closeObjects forbids members that a schema does not name. The schemas themselves are open, so
// that members can be added.
func closeObjects(v any) {
	switch v := v.(type) {
	case map[string]any:
		if v["type"] == "object" && v["properties"] != nil {
			v["additionalProperties"] = false
		}
		for _, member := range v {
			closeObjects(member)
		}
	case []any:
		for _, member := range v {
			closeObjects(member)
		}
	}
}

// TestSchemasAreOpen checks that a member can be added to every object of the envelopes.
func TestSchemasAreOpen(t *testing.T) {
	const added = `"added":{"b":1},`
	s := compileAdapted(t, func(any) {})
	validateJSON(t, s.envelope, []byte(`{`+added+`"error":{`+added+`"code":"A.B","type":"a","category":"conflict","status":409,"message":"m","fields":[{`+added+`"field":"a","message":"m"}],`+
		`"retry":{`+added+`"strategy":"never","safe":false}},"meta":{`+added+`"request_id":"r","api_version":"1","origin":"upstream","match":"table","upstream":{`+added+`"code":"x"}}}`))
	validateJSON(t, s.problem, []byte(`{`+added+`"type":"about:blank","title":"t","status":409,"detail":"m","code":"A.B","category":"conflict","errors":[{`+added+`"pointer":"#/a","detail":"m"}],`+
		`"retry":{`+added+`"strategy":"never","safe":false},"request_id":"r"}`))
}

// validateJSON fails if output is not JSON or not valid by its schema.
func validateJSON(tb testing.TB, s *jsonschema.Schema, output []byte) {
	tb.Helper()
	if !json.Valid(output) {
		tb.Fatalf("not JSON: %s", output)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(output))
	if err != nil {
		tb.Fatalf("%v: %s", err, output)
	}
	if err := s.Validate(doc); err != nil {
		tb.Fatalf("%v\n%s", err, output)
	}
}

// TestSchemas compares the closed lists of the schemas with those of the code.
func TestSchemas(t *testing.T) {
	s := compileSchemas(t)
	base := `{"error":{"code":"A.B","type":"a","category":"conflict","status":409,"message":"m","retry":{"strategy":"never","safe":false}},"meta":{"request_id":"r","api_version":"1","origin":"upstream","match":"table"}}`
	validateJSON(t, s.envelope, []byte(base))

	with := func(old, new string) string {
		out := string(bytes.ReplaceAll([]byte(base), []byte(old), []byte(new)))
		if out == base {
			t.Fatalf("the envelope has no %s", old)
		}
		return out
	}
	var valid []string
	for _, c := range translate.Categories() {
		valid = append(valid, with(`"conflict"`, `"`+string(c)+`" `))
	}
	for _, r := range translate.Retries() {
		after := ""
		if r == translate.RetryWait || r == translate.RetryBackoff {
			after = `,"after":1`
		}
		valid = append(valid, with(`"never",`, `"`+string(r)+`"`+after+` ,`))
	}
	for _, m := range []translate.MatchKind{translate.ByTable, translate.ByGuess, translate.ByStatus} {
		valid = append(valid, with(`"table"`, `"`+string(m)+`" `))
	}
	for _, o := range []translate.Origin{translate.FromUpstream, translate.FromProxy} {
		valid = append(valid, with(`"upstream"`, `"`+string(o)+`" `))
	}
	for _, body := range valid {
		validateJSON(t, s.envelope, []byte(body))
	}

	for name, body := range map[string]string{
		"an unknown category":           with(`"conflict"`, `"oops"`),
		"an unknown strategy":           with(`"never"`, `"maybe"`),
		"wait without a time":           with(`"never"`, `"wait"`),
		"never with a time":             with(`"never"`, `"never","after":1`),
		"refresh with a time":           with(`"never"`, `"refresh","after":1`),
		"another origin":                with(`"upstream"`, `"cdn"`),
		"another match":                 with(`"table"`, `"luck"`),
		"another version":               with(`"1"`, `"2"`),
		"a code in lower case":          with(`"A.B"`, `"a.b"`),
		"a code of one word":            with(`"A.B"`, `"A"`),
		"a code of four words":          with(`"A.B"`, `"A.B.C.D"`),
		"an invalid status":             with(`409`, `200`),
		"details of a server error":     with(`409,`, `500,"details":{"a":1},`),
		"empty details":                 with(`409,`, `409,"details":{},`),
		"empty fields":                  with(`409,`, `409,"fields":[],`),
		"another member":                with(`409,`, `409,"trace":"x",`),
		"another member of meta":        with(`"table"`, `"table","host":"x"`),
		"another member of retry":       with(`"safe":false`, `"safe":false,"hint":1`),
		"an invalid request id":         with(`"r"`, `"a b"`),
		"a message that is empty":       with(`"m"`, `""`),
		"an unknown member of upstream": with(`"table"`, `"table","upstream":{"host":"db1"}`),
	} {
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader([]byte(body)))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if s.envelope.Validate(doc) == nil {
			t.Errorf("%s: the schema accepts it: %s", name, body)
		}
	}
}
