package koine

import "github.com/koine-proxy/koine/translate"

// renderer renders answers in one envelope.
type renderer struct {
	mediaType string
	render    func(*translate.Translation, []byte, *translate.Policy, translate.RenderParams) []byte
}

// setRenderers sets the envelopes of the site, among which clients choose.
func (rt *runtime) setRenderers(envelopes []string) {
	var mediaTypes []string
	for _, name := range envelopes {
		rt.renderers = append(rt.renderers, renderers[name])
		mediaTypes = append(mediaTypes, renderers[name].mediaType)
	}
	rt.offers = translate.NewOffers(mediaTypes...)
}

// renderers are the values of `envelope`.
var renderers = map[string]renderer{
	"canonical": {translate.MediaTypeCanonical, (*translate.Translation).AppendCanonical},
	"problem":   {translate.MediaTypeProblem, (*translate.Translation).AppendProblem},
}
