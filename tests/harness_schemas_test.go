package tests

import (
	"bytes"
	"sync"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/koine-proxy/koine/internal/schema"
)

// schemas compiles the schemas of the envelopes on first use.
var schemas = sync.OnceValues(func() (compiled [2]*jsonschema.Schema, err error) {
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	var ids [2]string
	for i, text := range [][]byte{schema.Envelope, schema.Problem} {
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
		if err != nil {
			return compiled, err
		}
		closeObjects(doc)
		ids[i] = doc.(map[string]any)["$id"].(string)
		if err := c.AddResource(ids[i], doc); err != nil {
			return compiled, err
		}
	}
	for i, id := range ids {
		if compiled[i], err = c.Compile(id); err != nil {
			return compiled, err
		}
	}
	return compiled, nil
})

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

func envelopeSchema(t *testing.T) func([]byte) error { return validator(t, 0) }

func problemSchema(t *testing.T) func([]byte) error { return validator(t, 1) }

func validator(t *testing.T, which int) func([]byte) error {
	t.Helper()
	compiled, err := schemas()
	if err != nil {
		t.Fatal(err)
	}
	return func(body []byte) error {
		v, err := jsonschema.UnmarshalJSON(bytes.NewReader(body))
		if err != nil {
			return err
		}
		return compiled[which].Validate(v)
	}
}
