package webpage

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"regexp"
	"strings"
	"testing"
)

// inline finds the inline styles and scripts of a head.
var inline = regexp.MustCompile(`(?s)<(style|script)[^>]*>(.*?)</`)

func TestPolicy(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		config  Config
		inlines int
		want    []string
		not     string
	}{
		"style only": {Config{}, 1, []string{"default-src 'none'", "form-action 'none'", "frame-ancestors 'none'", "base-uri 'none'"}, "script-src"},
		"with theme": {Config{Theme: true}, 2, []string{"script-src 'sha256-"}, "'self'"},
		"with all": {Config{Style: ".a{}", Script: "f()", Theme: true, Policy: []string{"connect-src 'self'", "form-action 'self'"}}, 3,
			[]string{"connect-src 'self'", "form-action 'self'"}, "form-action 'none'"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := New(c.config)
			found := inline.FindAllStringSubmatch(string(p.Head()), -1)
			if len(found) != c.inlines {
				t.Errorf("%d inline texts, want %d", len(found), c.inlines)
			}
			for _, m := range found {
				sum := sha256.Sum256([]byte(m[2]))
				if want := m[1] + "-src"; !strings.Contains(p.Policy(), want) || !strings.Contains(p.Policy(), base64.StdEncoding.EncodeToString(sum[:])) {
					t.Errorf("the policy does not allow the %s: %s", m[1], p.Policy())
				}
			}
			for _, want := range c.want {
				if !strings.Contains(p.Policy(), want) {
					t.Errorf("no %q in %s", want, p.Policy())
				}
			}
			if strings.Contains(p.Policy(), c.not) {
				t.Errorf("%q in %s", c.not, p.Policy())
			}
		})
	}
}

func TestHeaders(t *testing.T) {
	t.Parallel()
	p, h := New(Config{}), http.Header{}
	p.SetHeaders(h)
	for name, want := range map[string]string{
		"Content-Type": "text/html; charset=utf-8", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer",
		"Content-Security-Policy": p.Policy(), "X-Frame-Options": "DENY",
	} {
		if got := h.Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
}

// TestNoExternalRequest checks that the common texts name nothing that a browser would load.
func TestNoExternalRequest(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{"style": BaseStyle, "script": themeScript} {
		for _, word := range []string{"url(", "@import", "http:", "https:", "</"} {
			if strings.Contains(text, word) {
				t.Errorf("the %s has %q", name, word)
			}
		}
	}
}
