package koine

import "github.com/koine-proxy/koine/translate"

// form is one form of an answer.
type form struct {
	mediaType string
	render    func(*translate.Translation, []byte, *translate.Policy, translate.RenderParams) []byte
}

// forms are the words of `envelope`.
var forms = map[string]form{
	"canonical": {translate.MediaTypeCanonical, (*translate.Translation).AppendCanonical},
	"problem":   {translate.MediaTypeProblem, (*translate.Translation).AppendProblem},
}
