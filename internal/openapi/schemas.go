package openapi

import (
	"encoding/json"
	"strings"

	"github.com/koine-proxy/koine/internal/catalog"
	"github.com/koine-proxy/koine/internal/schema"
)

// object is a JSON object.
type object = map[string]any

// list is a JSON array.
type list = []any

// The names of the schemas among the components. They begin with Error, so that they can be
// added to documents of others.
const (
	envelopeSchema = "ErrorEnvelope"
	problemSchema  = "ErrorProblem"
	codeSchema     = "ErrorCode"
	knownSchema    = "ErrorKnownCode"
)

// definitions are the names of what the JSON Schemas of the envelopes define in $defs.
var definitions = map[string]string{
	"code": codeSchema, "category": "ErrorCategory", "retry": "ErrorRetry", "requestID": "ErrorRequestID", "upstream": "ErrorUpstream",
}

// schemas returns the schemas of the envelopes, and of all that is in them.
func schemas(c *catalog.Catalog) (object, error) {
	envelope, err := parse(schema.Envelope)
	if err != nil {
		return nil, err
	}
	problem, err := parse(schema.Problem)
	if err != nil {
		return nil, err
	}
	out := object{}
	defs, _ := envelope["$defs"].(object)
	for name, def := range defs {
		if as, ok := definitions[name]; ok {
			out[as] = convert(def)
		}
	}
	out[envelopeSchema], out[problemSchema] = convert(envelope), convert(problem)
	out[knownSchema] = known(c)
	return out, nil
}

func parse(text []byte) (doc object, err error) {
	err = json.Unmarshal(text, &doc)
	return doc, err
}

// known returns the schema of the codes that the catalogue has. A code of an answer may be
// another one, because codes are added.
func known(c *catalog.Catalog) object {
	var names, texts list
	for _, e := range c.Entries() {
		names, texts = append(names, e.Name), append(texts, e.Message)
	}
	return object{
		"type": "string", "enum": names, "x-enum-descriptions": texts,
		"description": "The codes that were known when this document was written. Codes are added without notice, so error.code may be another one.",
	}
}

// dropped are the keywords that are left out: those of a file of its own, and the conditions,
// with which generators of clients cannot deal. The JSON Schemas have them.
var dropped = map[string]bool{"$schema": true, "$id": true, "$defs": true, "if": true, "then": true, "else": true, "minProperties": true}

// convert returns a schema as a component of an OpenAPI document.
func convert(v any) any {
	switch v := v.(type) {
	case object:
		out := make(object, len(v))
		for name, member := range v {
			if !dropped[name] {
				out[name] = convert(member)
			}
		}
		if ref, ok := v["$ref"].(string); ok {
			out["$ref"] = "#/components/schemas/" + definitions[ref[strings.LastIndexByte(ref, '/')+1:]]
		}
		if _, isText := v["const"].(string); isText || isTexts(v["enum"]) {
			out["type"] = "string"
		}
		return out
	case list:
		out := make(list, len(v))
		for i, member := range v {
			out[i] = convert(member)
		}
		return out
	}
	return v
}

// isTexts reports whether v is a list of texts.
func isTexts(v any) bool {
	values, ok := v.(list)
	if !ok || len(values) == 0 {
		return false
	}
	_, ok = values[0].(string)
	return ok
}

func ref(kind, name string) object { return object{"$ref": "#/components/" + kind + "/" + name} }
