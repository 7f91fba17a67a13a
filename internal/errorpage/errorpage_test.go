package errorpage_test

import (
	"strings"
	"testing"

	"github.com/koine-proxy/koine/internal/errorpage"
)

// TestTemplateFaults checks that mistakes in templates are found when they are loaded.
func TestTemplateFaults(t *testing.T) {
	for name, c := range map[string]struct{ template, want string }{
		"syntax":              {"<p>\n{{if}}</p>", "page.html:2: missing value for if"},
		"a field":             {"<p>\n{{.Mesage}}</p>", "page.html:2:2: executing \"page.html\" at <.Mesage>: can't evaluate field Mesage"},
		"an optional part":    {"{{(index .Fields 0).Message}}", "index out of range"},
		"a style that varies": {"<style>p { width: {{.Status}}px }</style>", "a <style> or <script> depends on the error"},
		"a script with data":  {"<script>const code = {{.Code}};</script>", "a <style> or <script> depends on the error"},
		"not HTML":            {"<a href={{if .Docs}}\"{{end}}>", "page.html"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := errorpage.New("page.html", []byte(c.template))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %s", err, c.want)
			}
		})
	}
}

// TestPolicy checks that a page can run what its template has, and nothing else.
func TestPolicy(t *testing.T) {
	if p := errorpage.Default.Policy(); !strings.HasPrefix(p, "default-src 'none'") || strings.Count(p, "'sha256-") != 2 || strings.Contains(p, "unsafe") {
		t.Errorf("the policy of the built-in page is %s", p)
	}
	page, err := errorpage.New("page.html", []byte(`<style>a{}</style><style>b{}</style><script>c()</script><script src="/d.js"></script><h1>{{.Message}}</h1>`))
	if err != nil {
		t.Fatal(err)
	}
	if p := page.Policy(); strings.Count(p, "'sha256-") != 5 || strings.Contains(p, "unsafe") || !strings.Contains(p, "object-src 'none'; base-uri 'none'") {
		t.Errorf("the policy is %s", p)
	}
}
