// Package openapi describes the errors of an API for those who write clients: the components
// of an OpenAPI 3.1 document, and an Overlay that adds them to the document of another.
package openapi

import (
	"bytes"
	"encoding/json"
	"strconv"

	"github.com/koine-proxy/koine/internal/catalog"
	"github.com/koine-proxy/koine/translate"
)

// document is an OpenAPI document. Its members are in the order in which people read them.
type document struct {
	OpenAPI    string     `json:"openapi"`
	Info       info       `json:"info"`
	Paths      object     `json:"paths"`
	Components components `json:"components"`
}

type info struct {
	Title       string `json:"title"`
	Description string `json:"description,omitempty"`
	Version     string `json:"version"`
}

type components struct {
	Schemas   object `json:"schemas"`
	Responses object `json:"responses"`
	Headers   object `json:"headers"`
	Examples  object `json:"examples"`
}

const about = "The errors of an API behind Koine. Refer to a response from an operation: #/components/responses/Error404 for the status, Error.not_found for the category, " +
	"PLAN.NOT_FOUND for one code, Error4XX and Error5XX for all of a class. Members and codes may be added; readers ignore members that they do not know, and decide by category about codes that they do not know."

// Document returns an OpenAPI 3.1 document that has only components: the schemas of the
// envelopes, every code as an example, and responses by status, category, class and code.
func Document(c *catalog.Catalog) ([]byte, error) {
	parts, err := newComponents(c)
	if err != nil {
		return nil, err
	}
	return encode(document{OpenAPI: "3.1.0", Info: info{"Errors", about, translate.APIVersion}, Paths: object{}, Components: parts})
}

func newComponents(c *catalog.Catalog) (components, error) {
	schemas, err := schemas(c)
	if err != nil {
		return components{}, err
	}
	return components{Schemas: schemas, Responses: responses(c), Headers: headers(), Examples: examples(c)}, nil
}

// headers returns the headers of an answer.
func headers() object {
	return object{
		"ErrorRequestID": object{
			"description": "The id of the request: request_id of the body. Include it in support requests.",
			"required":    true, "schema": ref("schemas", "ErrorRequestID"),
		},
		"ErrorRetryAfter": object{
			"description": "The seconds to wait before the request is repeated: retry.after of the body.",
			"schema":      object{"type": "integer", "minimum": 0},
		},
	}
}

// mediaTypes are the envelopes that have a schema, with the suffix of the names of their
// examples.
var mediaTypes = []struct{ envelope, mediaType, schema, suffix string }{
	{"canonical", translate.MediaTypeCanonical, envelopeSchema, ""},
	{"problem", translate.MediaTypeProblem, problemSchema, ".problem"},
}

// examples returns the answer to each code in each envelope, as the engine writes it.
func examples(c *catalog.Catalog) object {
	out := object{}
	for _, e := range c.Entries() {
		for _, s := range c.Samples(e) {
			for _, m := range mediaTypes {
				if m.envelope == s.Envelope {
					out[e.Name+m.suffix] = object{"summary": e.Message, "description": e.Description, "value": json.RawMessage(s.Body)}
				}
			}
		}
	}
	return out
}

// responses returns the responses that operations can refer to.
func responses(c *catalog.Catalog) object {
	out := object{"Error": response("An error.", nil, nil)}
	for _, class := range []int{4, 5} {
		text := strconv.Itoa(class) + "XX"
		out["Error"+text] = response("An error with a status of "+text+".", nil, nil)
	}
	for _, status := range c.Statuses() {
		out["Error"+strconv.Itoa(status)] = response(translate.Phrase(status), c.Find(catalog.Query{Status: status}), nil)
	}
	for _, category := range translate.Categories() {
		out["Error."+string(category)] = response(catalog.CategoryMeaning(category), c.Find(catalog.Query{Category: category}), nil)
	}
	for _, e := range c.Entries() {
		out[e.Name] = response(e.Description, []*catalog.Entry{e}, e)
	}
	return out
}

// response returns a response with the examples of some codes; if only is not nil, it has no
// other code.
func response(description string, entries []*catalog.Entry, only *catalog.Entry) object {
	content := object{}
	for _, m := range mediaTypes {
		body := object{"schema": ref("schemas", m.schema)}
		if only != nil {
			body["schema"] = object{"allOf": list{ref("schemas", m.schema), fixed(m.schema, only.Name)}}
		}
		shown := object{}
		for _, e := range entries {
			shown[e.Name] = ref("examples", e.Name+m.suffix)
		}
		if len(shown) > 0 {
			body["examples"] = shown
		}
		content[m.mediaType] = body
	}
	return object{
		"description": description, "content": content,
		"headers": object{"X-Request-ID": ref("headers", "ErrorRequestID"), "Retry-After": ref("headers", "ErrorRetryAfter")},
	}
}

// fixed returns a schema of an envelope whose code is given.
func fixed(schema, code string) object {
	one := object{"type": "object", "properties": object{"code": object{"type": "string", "const": code}}}
	if schema == problemSchema {
		return one
	}
	return object{"type": "object", "properties": object{"error": one}}
}

// encode returns indented JSON with < and > as they are.
func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err := e.Encode(v)
	return b.Bytes(), err
}
