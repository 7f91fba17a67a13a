package tests

import (
	"strings"
	"testing"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// TestErrorPage looks at error pages in Chromium: nothing in them runs, and the request id
// can be copied.
func TestErrorPage(t *testing.T) {
	t.Parallel()
	const attack = `<script>document.title = "attacked"</script><img src=x onerror='document.title = "attacked"'>`
	backend := respondWith(t, map[string]response{
		"/form":   {400, []string{asJSON}, `{"error":"validation_error","message":"Please check the form.","fields":{"email":"Enter a complete email address.","items.0.sku":"There is no such article."}}`},
		"/attack": {400, []string{asJSON}, quoteAttack(attack)},
		"/crash":  {500, []string{asJSON}, `{"message":"NullPointerException"}`},
		"/limit":  {429, []string{asJSON, "Retry-After: 30"}, `{}`},
	})
	p := serve(t, "", `
http://pages.test:{$PORT} {
	translate_errors {
		envelope canonical html
		docs https://docs.example.com/errors/
		message upstream
		locale all {$STATE}/attack.yaml
	}
	reverse_proxy `+backend+`
}
http://caddy.test:{$PORT} {
	translate_errors {
		locale all
	}
	error 404
}
`, "attack.yaml", "locale: nl\nmessages:\n  RATE_LIMIT.EXCEEDED: '"+strings.ReplaceAll(attack, "'", "''")+"'\nadvice:\n  rate_limited: '"+strings.ReplaceAll(attack, "'", "''")+"'\nlabels:\n  copy: '"+strings.ReplaceAll(attack, "'", "''")+"'\n  copied: '"+strings.ReplaceAll(attack, "'", "''")+"'\n")
	for _, v := range append(views, view{noScript: true}) {
		t.Run(v.String(), func(t *testing.T) {
			for _, path := range []string{"pages.test/form", "pages.test/crash", "pages.test/limit", "caddy.test/nothing"} {
				page := openErrorPage(t, p.url(path), v, "en")
				name := strings.NewReplacer("/", "-", ".test", "").Replace(path)
				page.check(t, name)
				page.screenshot(t, "errorpage-"+name)
				if isVisible := eval[bool](t, page, `document.querySelector("[data-copy]").checkVisibility()`); isVisible == v.noScript {
					t.Errorf("%s: the button is visible: %v", path, isVisible)
				}
				if id := page.text(t, "#request-id"); !strings.HasPrefix(id, "req_") {
					t.Errorf("%s: the request id is %q", path, id)
				}
			}
		})
	}
	t.Run("copy", func(t *testing.T) {
		page := openErrorPage(t, p.url("pages.test/form"), view{}, "en")
		eval[int](t, page, `document.addEventListener("copy", () => { window.copied = getSelection().toString(); }), 0`)
		page.run(t, chromedp.Click(chromedp.CSS("[data-copy]")))
		copied := eval[string](t, page, `window.copied + " " + document.querySelector("[data-copy]").textContent`)
		if want := page.text(t, "#request-id") + " Copied"; copied != want {
			t.Errorf("copied %q, want %q", copied, want)
		}
	})
	t.Run("attack", func(t *testing.T) {
		for _, path := range []string{"pages.test/attack", "pages.test/limit"} {
			page := openErrorPage(t, p.url(path), view{}, "nl")
			page.check(t, path)
			if title := eval[string](t, page, "document.title"); title == "attacked" || !strings.Contains(title, "<script>") {
				t.Errorf("%s: the title is %s", path, title)
			}
			if n := eval[int](t, page, `document.querySelectorAll("main script, main img").length`); n != 0 {
				t.Errorf("%s: %d elements of the attack", path, n)
			}
		}
	})
}

// openErrorPage opens a page that has the status of an error.
func openErrorPage(t *testing.T, address string, v view, language string) *page {
	t.Helper()
	p := newPage(t, v)
	p.isError = true
	call(t, p, network.SetExtraHTTPHeaders, network.SetExtraHTTPHeadersParams{Headers: network.Headers{"Accept-Language": language}})
	p.run(t, chromedp.Navigate(address))
	return p
}

// quoteAttack returns an error with a text as message, name of a field, and message about it.
func quoteAttack(text string) string {
	quoted := `"` + strings.ReplaceAll(text, `"`, `\"`) + `"`
	return `{"error":"validation_error","message":` + quoted + `,"fields":{` + quoted + `:` + quoted + `}}`
}
