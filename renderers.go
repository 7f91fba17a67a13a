package koine

import "github.com/koine-proxy/koine/translate"

// renderer renders answers in one envelope.
type renderer struct {
	mediaType string
	render    func(*translate.Translation, []byte, *translate.Policy, translate.RenderParams) []byte
}

// renderers are the values of `envelope`.
var renderers = map[string]renderer{
	"canonical": {translate.MediaTypeCanonical, (*translate.Translation).AppendCanonical},
	"problem":   {translate.MediaTypeProblem, (*translate.Translation).AppendProblem},
}
