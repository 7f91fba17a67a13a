package catalog

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"

	"github.com/koine-proxy/koine/dialect"
	"github.com/koine-proxy/koine/translate"
)

// SampleID is the request id in samples.
const SampleID = "req_01K6ZJ3M5T8W9X2Y4B7C0D1E2F"

// Sample is the answer to an error of a code in one envelope.
type Sample struct {
	Envelope  string // the name of the envelope in `envelope`
	MediaType string
	Status    int
	Header    [][2]string // those that matter, in order
	Body      string
}

// envelope is a way to write answers.
type envelope struct {
	name, mediaType string
	render          func(*translate.Translation, []byte, *translate.Policy, translate.RenderParams) []byte
}

// envelopes are the envelopes of which there are samples, the default first.
var envelopes = []envelope{
	{"canonical", translate.MediaTypeCanonical, (*translate.Translation).AppendCanonical},
	{"problem", translate.MediaTypeProblem, (*translate.Translation).AppendProblem},
	{"text", translate.MediaTypeText + "; charset=utf-8", (*translate.Translation).AppendText},
	{"markdown", translate.MediaTypeMarkdown + "; charset=utf-8", (*translate.Translation).AppendMarkdown},
	{"xml", translate.MediaTypeXML, (*translate.Translation).AppendCanonicalXML},
	{"problem+xml", translate.MediaTypeProblemXML, (*translate.Translation).AppendProblemXML},
}

// invalidForm is an error with fields, as sampleDialect reads it.
const invalidForm = `{"error":"invalid","fields":{"email":"Enter a complete email address.","items.0.quantity":"Must be at least 1."}}`

// sampleDialect is the dialect of the errors in samples.
var sampleDialect = dialect.File{
	Name: "sample", File: "sample", Given: []string{"codes"},
	Match: dialect.Match{Keys: []dialect.PathAt{{Path: dialect.ParsePath("error")}}},
	Shape: []dialect.ShapeEntry{
		{Role: dialect.RoleCode, Places: []dialect.Place{{Path: dialect.ParsePath("error")}}},
		{Role: dialect.RoleFields, Fields: []dialect.Fields{{Places: []dialect.Place{{Path: dialect.ParsePath("fields")}}}}},
	},
}

// newSampler returns an engine that writes samples with the codes of a taxonomy.
func newSampler(t *translate.Taxonomy) *translate.Engine {
	e, err := translate.NewEngine(translate.Inputs{Taxonomy: t, Dialects: []*dialect.File{&sampleDialect}, Named: []string{sampleDialect.Name}})
	if err != nil { // sampleDialect does not depend on the taxonomy; a test compiles it
		e, _ = translate.NewEngine(translate.Inputs{Taxonomy: t})
	}
	return e
}

// Samples returns the answers to an error of a code, as the engine writes them.
func (c *Catalog) Samples(e *Entry) []Sample {
	out := make([]Sample, len(envelopes))
	for i, form := range envelopes {
		out[i] = c.sample(e, form)
	}
	return out
}

func (c *Catalog) sample(e *Entry, form envelope) Sample {
	t := c.sampler.Acquire()
	defer t.Release()
	t.ReadStatus(e.Status, translate.FromUpstream)
	if e.Type() == "validation" {
		t.Read(e.Status, []byte(invalidForm))
	}
	t.Code, t.Match, t.Native, t.Message = e.Code, translate.ByTable, "", ""
	policy := c.options.Policy
	policy.Message, policy.GatewayStatus = translate.MessageSafe, 0
	body := form.render(t, nil, &policy, translate.RenderParams{RequestID: SampleID, Locale: c.options.Locale})
	s := Sample{Envelope: form.name, MediaType: form.mediaType, Status: t.HTTPStatus(&policy), Body: pretty(body)}
	s.Header = append(s.Header, [2]string{"Content-Type", form.mediaType})
	if after, ok := t.After(&policy); ok {
		s.Header = append(s.Header, [2]string{"Retry-After", strconv.Itoa(after)})
	}
	s.Header = append(s.Header, [2]string{"X-Request-ID", SampleID})
	return s
}

// pretty indents JSON and XML.
func pretty(body []byte) string {
	var b bytes.Buffer
	switch {
	case json.Indent(&b, body, "", "  ") == nil:
		return b.String()
	case bytes.HasPrefix(body, []byte("<?xml")):
		return prettyXML(string(body))
	}
	return strings.TrimRight(string(body), "\n")
}

// prettyXML indents XML in which an element has either text or elements.
func prettyXML(body string) string {
	var b strings.Builder
	depth := 0
	for i, tag := range strings.Split(strings.Trim(body, "<>\n"), "><") {
		isEnd := strings.HasPrefix(tag, "/")
		if isEnd {
			depth--
		}
		if i > 0 {
			b.WriteString("\n")
		}
		b.WriteString(strings.Repeat("  ", max(depth, 0)) + "<" + tag + ">")
		if !isEnd && !strings.HasPrefix(tag, "?") && !strings.HasSuffix(tag, "/") && !strings.Contains(tag, "</") {
			depth++
		}
	}
	return b.String()
}

// HTTP returns the sample as it is sent.
func (s *Sample) HTTP() string {
	var b strings.Builder
	b.WriteString(strings.TrimSpace("HTTP/1.1 "+strconv.Itoa(s.Status)+" "+translate.Phrase(s.Status)) + "\n")
	for _, h := range s.Header {
		b.WriteString(h[0] + ": " + h[1] + "\n")
	}
	return b.String() + "\n" + s.Body + "\n"
}

// isJSON reports whether the body of the sample is JSON.
func (s *Sample) isJSON() bool { return json.Valid([]byte(s.Body)) }

// statusText returns a status with its phrase.
func statusText(status int) string { return strconv.Itoa(status) + " " + translate.Phrase(status) }
