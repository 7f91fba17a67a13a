package koine

import (
	"net/http"
	"slices"

	"github.com/koine-proxy/koine/translate"
)

// renderer renders answers in one envelope, or in a dialect.
type renderer struct {
	mediaType  string
	parameters string // of the media type
	policy     string // the Content-Security-Policy; "" for what is no page
	render     func(*translate.Translation, []byte, *translate.Policy, translate.RenderParams) []byte

	// Of a dialect, in place of render.
	name          string // as it is configured
	dialect       *translate.DialectRenderer
	appendDialect func([]byte, *translate.Translation, *translate.Policy, translate.RenderParams) ([]byte, translate.DialectAnswer)
	note          func(*translate.Translation, *translate.Policy) // called for each answer, in commands; may be nil
}

// renderers are the envelopes that do not depend on the site, by the values of `envelope`.
var renderers = map[string][]renderer{
	"canonical": {{mediaType: translate.MediaTypeCanonical, render: (*translate.Translation).AppendCanonical}},
	"problem":   {{mediaType: translate.MediaTypeProblem, render: (*translate.Translation).AppendProblem}},
	"text":      {{mediaType: translate.MediaTypeText, parameters: utf8Parameter, render: (*translate.Translation).AppendText}},
	"markdown":  {{mediaType: translate.MediaTypeMarkdown, parameters: utf8Parameter, render: (*translate.Translation).AppendMarkdown}},
	"xml": {
		{mediaType: translate.MediaTypeXML, render: (*translate.Translation).AppendCanonicalXML},
		{mediaType: translate.MediaTypeTextXML, parameters: utf8Parameter, render: (*translate.Translation).AppendCanonicalXML},
	},
}

// problemXML is the envelope `problem` of a site that has `xml`, too.
var problemXML = renderer{mediaType: translate.MediaTypeProblemXML, render: (*translate.Translation).AppendProblemXML}

// utf8Parameter is for media types of text that have another charset without it.
const utf8Parameter = "; charset=utf-8"

// canonicalRenderer renders where only JSON can be sent.
func canonicalRenderer() renderer { return renderers["canonical"][0] }

// setRenderers sets the envelopes of the site, among which clients choose. Programs get
// the canonical envelope if the site has only pages.
func (rt *runtime) setRenderers(engine *translate.Engine, envelopes []string) {
	rt.pageRenderer = renderer{
		mediaType: translate.MediaTypeHTML, parameters: utf8Parameter, policy: rt.page.Policy(), render: rt.page.Append,
	}
	rt.renderers, rt.hasPages = nil, slices.Contains(envelopes, "html")
	if rt.hasPages && len(envelopes) == 1 {
		envelopes = append([]string{"canonical"}, envelopes...)
	}
	for _, name := range envelopes {
		switch {
		case name == "html":
			rt.renderers = append(rt.renderers, rt.pageRenderer)
		case isDialectEnvelope(name):
			r, _ := dialectRenderer(engine, "", name) // was checked
			rt.renderers = append(rt.renderers, r)
		default:
			rt.renderers = append(rt.renderers, renderers[name]...)
		}
	}
	if slices.Contains(envelopes, "problem") && slices.Contains(envelopes, "xml") {
		rt.renderers = append(rt.renderers, problemXML)
	}
	mediaTypes := make([]string, len(rt.renderers))
	for i := range rt.renderers {
		mediaTypes[i] = rt.renderers[i].mediaType
	}
	rt.offers = translate.NewOffers(mediaTypes...)
}

// contentType returns the value of Content-Type.
func (r *renderer) contentType() string {
	if r.parameters == "" {
		return r.mediaType
	}
	return r.mediaType + r.parameters
}

// setHeaders sets the headers that belong to an envelope, apart from Content-Type.
func (r *renderer) setHeaders(header http.Header) {
	if r.policy == "" {
		return
	}
	header["Content-Security-Policy"] = []string{r.policy}
	header["X-Content-Type-Options"] = []string{"nosniff"}
	header["Referrer-Policy"] = []string{"no-referrer"}
}
