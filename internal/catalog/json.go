package catalog

import (
	"bytes"
	"encoding/json"
	"slices"

	"github.com/koine-proxy/koine/translate"
)

// jsonIndex is the index as JSON.
type jsonIndex struct {
	APIVersion string        `json:"api_version"`
	Categories []jsonMeaning `json:"categories"`
	Retries    []jsonMeaning `json:"retries"`
	Codes      []jsonEntry   `json:"codes"`
}

// jsonMeaning explains a value of a closed list.
type jsonMeaning struct {
	Name    string `json:"name"`
	Meaning string `json:"meaning"`
}

// jsonEntry is an entry as JSON.
type jsonEntry struct {
	Code        string       `json:"code"`
	Type        string       `json:"type"`
	Category    string       `json:"category"`
	Status      int          `json:"status"`
	Retry       string       `json:"retry"`
	Message     string       `json:"message"`
	Description string       `json:"description"`
	Action      string       `json:"action"`
	RetryAdvice string       `json:"retry_advice"`
	Operator    string       `json:"operator"`
	Generic     []int        `json:"generic_for,omitempty"`
	Related     []string     `json:"related,omitempty"`
	Request     *jsonRequest `json:"request,omitempty"`
	Native      []jsonNative `json:"native,omitempty"`
	Samples     []jsonSample `json:"samples,omitempty"`
}

type jsonRequest struct {
	Fails string `json:"fails"`
	Works string `json:"works"`
}

type jsonNative struct {
	Dialect string `json:"dialect"`
	Code    string `json:"code"`
	Status  int    `json:"status,omitempty"`
}

type jsonSample struct {
	Envelope string            `json:"envelope"`
	Status   int               `json:"status"`
	Header   map[string]string `json:"header"`
	Body     any               `json:"body"` // JSON as such, everything else as a text
}

// JSON returns the entries of some codes, with the meanings of categories and retry
// strategies.
func (c *Catalog) JSON(entries []*Entry) []byte {
	index := jsonIndex{APIVersion: translate.APIVersion, Codes: make([]jsonEntry, len(entries))}
	for _, category := range translate.Categories() {
		index.Categories = append(index.Categories, jsonMeaning{string(category), CategoryMeaning(category)})
	}
	for _, r := range translate.Retries() {
		index.Retries = append(index.Retries, jsonMeaning{string(r), RetryAdvice(r)})
	}
	for i, e := range entries {
		index.Codes[i] = newJSONEntry(e)
	}
	return encode(index)
}

// EntryJSON returns one entry, with samples.
func (c *Catalog) EntryJSON(e *Entry) []byte {
	out := newJSONEntry(e)
	for _, s := range c.Samples(e) {
		one := jsonSample{Envelope: s.Envelope, Status: s.Status, Header: map[string]string{}, Body: s.Body}
		for _, h := range s.Header {
			one.Header[h[0]] = h[1]
		}
		if s.isJSON() {
			one.Body = json.RawMessage(s.Body)
		}
		out.Samples = append(out.Samples, one)
	}
	return encode(out)
}

func newJSONEntry(e *Entry) jsonEntry {
	out := jsonEntry{
		Code: e.Name, Type: e.Type(), Category: string(e.Category), Status: e.Status, Retry: string(e.Retry), Message: e.Shown,
		Description: e.Description, Action: e.Action, RetryAdvice: RetryAdvice(e.Retry), Operator: e.OperatorAdvice(), Generic: slices.Clone(e.Generic),
	}
	for _, r := range e.Related {
		out.Related = append(out.Related, r.Name)
	}
	if e.Fails != "" {
		out.Request = &jsonRequest{e.Fails, e.Works}
	}
	for _, n := range e.Native {
		out.Native = append(out.Native, jsonNative(n))
	}
	return out
}

// encode returns indented JSON with < and > as they are.
func encode(v any) []byte {
	var b bytes.Buffer
	d := json.NewEncoder(&b)
	d.SetEscapeHTML(false)
	d.SetIndent("", "  ")
	_ = d.Encode(v) // the types above have only texts, numbers and valid JSON
	return b.Bytes()
}
