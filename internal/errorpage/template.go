package errorpage

import (
	"bytes"
	"errors"
	"fmt"
	"html/template"
	"slices"
	"strings"

	"github.com/koine-proxy/koine/internal/webpage"
	"github.com/koine-proxy/koine/translate"
)

// siteTemplate is the template of a site.
type siteTemplate struct{ *template.Template }

// New returns the page that a template makes; its fields are those of translate.PageData.
// The error says where the template has a mistake. The template is tried with samples, so
// that a mistake is found before it is used.
//
// The page can load files of its own site, and run its inline scripts: the
// Content-Security-Policy has their hashes. So its styles and scripts must be constant.
func New(name string, text []byte) (*Page, error) {
	parsed, err := template.New(name).Parse(string(text))
	if err != nil {
		return nil, errors.New(strings.TrimPrefix(err.Error(), "template: "))
	}
	t := &siteTemplate{parsed}
	var inline [][]string
	for _, sample := range samples {
		out, err := t.append(nil, sample)
		if err != nil {
			return nil, errors.New(strings.TrimPrefix(err.Error(), "template: "))
		}
		inline = append(inline, inlineElements(out, "style"), inlineElements(out, "script"))
	}
	if !slices.Equal(inline[0], inline[2]) || !slices.Equal(inline[1], inline[3]) {
		return nil, fmt.Errorf("%s: a <style> or <script> depends on the error; it must be constant, since the Content-Security-Policy has its hash. Put the value into an attribute such as data-code, and read that", name)
	}
	return &Page{policy: policyOf(inline[0], inline[1]), builtIn: Default.builtIn, template: t}, nil
}

// samples are errors with all and with no optional parts.
var samples = []translate.PageData{
	{
		Status: 422, Code: "VALIDATION.FAILED", Type: "validation", Category: "invalid_request", Message: "m", Advice: "a", Language: "en",
		Fields: []translate.PageField{{Field: "f", Message: "m"}}, RetryAfter: 30, RequestID: "req_1", Docs: "https://example.com/",
	},
	{Status: 500, Code: "INTERNAL.ERROR", Type: "internal", Category: "internal", Message: "n", Language: "de", RequestID: "req_2"},
}

func (t *siteTemplate) append(dst []byte, data translate.PageData) ([]byte, error) {
	b := bytes.NewBuffer(dst)
	if err := t.Execute(b, data); err != nil {
		return dst, err
	}
	return b.Bytes(), nil
}

// policyOf returns the Content-Security-Policy of a page with inline styles and scripts.
// It allows those of the built-in page, too.
func policyOf(styles, scripts []string) string {
	return "default-src 'self'; style-src 'self' " + hashes(append(styles, inlineElements([]byte(Default.builtIn.Head), "style")...)) +
		"; script-src 'self' " + hashes(append(scripts, inlineElements([]byte(Default.builtIn.Head), "script")...)) +
		"; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'"
}

func hashes(texts []string) string {
	var out []string
	for _, text := range texts {
		out = append(out, webpage.Hash(text))
	}
	return strings.Join(out, " ")
}

// inlineElements returns the contents of the elements of a name in a page.
func inlineElements(page []byte, name string) (contents []string) {
	lower := bytes.ToLower(page)
	for at := 0; ; {
		start := bytes.Index(lower[at:], []byte("<"+name))
		if start < 0 {
			return contents
		}
		start += at
		open := bytes.IndexByte(lower[start:], '>')
		if open < 0 {
			return contents
		}
		open += start + 1
		end := bytes.Index(lower[open:], []byte("</"+name))
		if end < 0 {
			return contents
		}
		if end > 0 {
			contents = append(contents, string(page[open:open+end]))
		}
		at = open + end
	}
}
