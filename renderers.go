package koine

import "github.com/koine-proxy/koine/translate"

// renderer renders answers in one envelope, or in a dialect.
type renderer struct {
	mediaType string
	render    func(*translate.Translation, []byte, *translate.Policy, translate.RenderParams) []byte

	// Of a dialect, in place of render.
	name          string // as it is configured
	dialect       *translate.DialectRenderer
	appendDialect func([]byte, *translate.Translation, *translate.Policy, translate.RenderParams) ([]byte, translate.DialectAnswer)
	note          func(*translate.Translation, *translate.Policy) // called for each answer, in commands; may be nil
}

// setRenderers sets the envelopes of the site, among which clients choose.
func (rt *runtime) setRenderers(engine *translate.Engine, envelopes []string) {
	var mediaTypes []string
	for _, name := range envelopes {
		r := renderers[name]
		if isDialectEnvelope(name) {
			r, _ = dialectRenderer(engine, "", name) // was checked
		}
		rt.renderers = append(rt.renderers, r)
		mediaTypes = append(mediaTypes, r.mediaType)
	}
	rt.offers = translate.NewOffers(mediaTypes...)
}

// renderers are the values of `envelope`, apart from dialects.
var renderers = map[string]renderer{
	"canonical": {mediaType: translate.MediaTypeCanonical, render: (*translate.Translation).AppendCanonical},
	"problem":   {mediaType: translate.MediaTypeProblem, render: (*translate.Translation).AppendProblem},
}
