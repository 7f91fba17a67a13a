// Package webpage has what HTML pages have in common: a base stylesheet, and headers that let
// a page load and run nothing but its own inline style and script.
//
// A page is used as follows:
//
//	var page = webpage.New(webpage.Config{Style: css, Script: js, Theme: true})
//	…
//	page.SetHeaders(w.Header())
//	tmpl.Execute(w, map[string]any{"Head": page.Head(), …}) // <head><title>…</title>{{.Head}}</head>
//
// Markup of a page must have no style attribute and no event handler (onclick): the
// Content-Security-Policy forbids them.
package webpage

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"html/template"
	"net/http"
	"strings"
)

// BaseStyle is the stylesheet of every page: system fonts, light and dark colours by the
// setting of the reader or by the attribute data-theme of the root element, controls, tables.
//
//go:embed base.css
var BaseStyle string

// themeScript applies and stores the colour scheme that the reader chose.
//
//go:embed theme.js
var themeScript string

// icon is the icon of every page, so that browsers do not ask the site for /favicon.ico.
const icon = `<link rel="icon" href="data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E` +
	`%3Crect width='16' height='16' rx='4' fill='%232a48c4'/%3E%3Cpath d='M5 3.5v9M11 3.5 6 8l5 4.5' fill='none' stroke='white' stroke-width='2'/%3E%3C/svg%3E">`

// noIcon is the icon of a page without one.
const noIcon = `<link rel="icon" href="data:,">`

// Config is what a kind of page needs. The texts are constants of the program: they are
// written into the page unchanged.
type Config struct {
	// Style is added to BaseStyle.
	Style string
	// Script is a JavaScript module, which runs once the page was read. Empty for none.
	Script string
	// Theme adds the script by which an element with the attributes data-theme-toggle and
	// hidden, a button, switches between light and dark.
	Theme bool
	// Plain leaves the icon of Koine out: the page belongs to the site.
	Plain bool
	// Policy has further directives of the Content-Security-Policy, for example
	// "connect-src 'self'" or "form-action 'self'". A page has no network and no forms without
	// them.
	Policy []string
}

// Page is a kind of page. It is immutable.
type Page struct {
	head   template.HTML
	policy string
}

// New returns a kind of page.
func New(c Config) *Page {
	var head strings.Builder
	head.WriteString(`<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">`)
	if c.Plain {
		head.WriteString(noIcon)
	} else {
		head.WriteString(icon)
	}
	style := BaseStyle + c.Style
	head.WriteString("<style>" + style + "</style>")
	scripts := []string{"script-src"}
	add := func(tag, script string) {
		if script != "" {
			head.WriteString(tag + script + "</script>")
			scripts = append(scripts, Hash(script))
		}
	}
	if c.Theme {
		add("<script>", themeScript)
	}
	add(`<script type="module">`, c.Script)
	policy := []string{"default-src 'none'", "style-src " + Hash(style), "img-src data:", "base-uri 'none'", "frame-ancestors 'none'"}
	if len(scripts) > 1 {
		policy = append(policy, strings.Join(scripts, " "))
	}
	if !hasDirective(c.Policy, "form-action") {
		policy = append(policy, "form-action 'none'")
	}
	return &Page{head: template.HTML(head.String()), policy: strings.Join(append(policy, c.Policy...), "; ")}
}

// Hash returns the source expression by which a policy allows an inline style or script.
func Hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

func hasDirective(policy []string, name string) bool {
	for _, p := range policy {
		if n, _, _ := strings.Cut(p, " "); n == name {
			return true
		}
	}
	return false
}

// Head returns the elements of the head of the page: viewport, icon, style and scripts. The
// title is not among them.
func (p *Page) Head() template.HTML { return p.head }

// Policy returns the Content-Security-Policy.
func (p *Page) Policy() string { return p.policy }

// SetHeaders sets the headers of a page but those about caches: its type, its
// Content-Security-Policy, and those that keep browsers from guessing a type, from telling
// other sites its address, and from showing it in a frame.
//
// With no-referrer, browsers send "Origin: null" with a form. A page whose handler compares the
// Origin sets Referrer-Policy to same-origin afterwards.
func (p *Page) SetHeaders(h http.Header) {
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", p.policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
}
