// Package errorpage has the HTML page of an error: the built-in one, and those that the
// template of a site makes.
package errorpage

import (
	_ "embed"

	"github.com/koine-proxy/koine/internal/webpage"
	"github.com/koine-proxy/koine/translate"
)

//go:embed errorpage.css
var style string

//go:embed errorpage.js
var script string

// Page makes the pages of a site. It is immutable.
type Page struct {
	policy   string
	builtIn  translate.Page
	template *siteTemplate // nil for the built-in page
}

// Default is the built-in page.
var Default = func() *Page {
	base := webpage.New(webpage.Config{Style: style, Script: script, Plain: true})
	return &Page{policy: base.Policy(), builtIn: translate.Page{Head: string(base.Head())}}
}()

// Policy returns the Content-Security-Policy of the page.
func (p *Page) Policy() string { return p.policy }

// Append appends the page of an error. If the template of the site fails, it is the
// built-in page, whose policy is the same or stricter than that of the page.
func (p *Page) Append(t *translate.Translation, dst []byte, policy *translate.Policy, params translate.RenderParams) []byte {
	if p.template != nil {
		if out, err := p.template.append(dst, t.PageData(policy, params)); err == nil {
			return out
		}
	}
	return t.AppendHTML(dst, policy, params, &p.builtIn)
}
