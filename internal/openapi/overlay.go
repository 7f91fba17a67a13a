package openapi

import (
	"github.com/koine-proxy/koine/internal/catalog"
	"github.com/koine-proxy/koine/translate"
)

// overlay is an OpenAPI Overlay 1.0.
type overlay struct {
	Overlay string   `json:"overlay"`
	Info    info     `json:"info"`
	Actions []action `json:"actions"`
}

type action struct {
	Target      string `json:"target"`
	Description string `json:"description"`
	Update      object `json:"update"`
}

// methods are the methods whose operations get the responses.
var methods = []string{"get", "put", "post", "delete", "options", "head", "patch", "trace"}

// Overlay returns an OpenAPI Overlay that adds the components of Document to another document,
// and the responses 4XX and 5XX to all its operations. Responses of single statuses, which an
// operation may have, take precedence over those.
func Overlay(c *catalog.Catalog) ([]byte, error) {
	parts, err := newComponents(c)
	if err != nil {
		return nil, err
	}
	out := overlay{
		Overlay: "1.0.0",
		Info:    info{Title: "The errors of Koine", Version: translate.APIVersion},
		Actions: []action{{"$", "The components.", object{"components": parts}}},
	}
	for _, method := range methods {
		out.Actions = append(out.Actions, action{
			"$.paths.*." + method, "The responses of every " + method + ".",
			object{"responses": object{"4XX": ref("responses", "Error4XX"), "5XX": ref("responses", "Error5XX")}},
		})
	}
	return encode(out)
}
