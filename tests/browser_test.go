package tests

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/koine-proxy/koine/internal/webpage"
)

// TestBasePage shows everything that the base stylesheet has, in every view.
func TestBasePage(t *testing.T) {
	t.Parallel()
	base := webpage.New(webpage.Config{Theme: true, Script: `document.querySelector("#ran").textContent = "ran";`})
	backend := upstream(t, func(w http.ResponseWriter, _ *http.Request) {
		base.SetHeaders(w.Header())
		fmt.Fprintf(w, `<!doctype html><html lang="en"><head><title>Base</title>%s</head><body><a class="skip" href="#main">Skip</a>
<header class="wrap"><h1>Base</h1><button hidden data-theme-toggle>Dark</button></header>
<main id="main" class="wrap stack"><h2>Heading <span class="muted small">muted</span></h2>
<p>Text, <a href="#main">a link</a>, <code>CODE</code>, <span id="ran">not run</span>.</p>
<p><span class="tag">word</span> <span class="tag good">good</span> <span class="tag warn">warn</span> <span class="tag bad">bad</span> <span class="tag info">info</span></p>
<section class="card"><h3>Card</h3><div class="scroll" tabindex="0" role="region" aria-label="Table"><table><thead><tr><th>Name</th><th class="num">Number</th></tr></thead>
<tbody><tr><td>a_very_long_native_code_of_some_upstream_that_does_not_break</td><td class="num">12,345</td></tr></tbody></table></div></section>
<pre tabindex="0">curl -i https://api.test/</pre>
<form class="stack"><label for="in">Text</label> <input id="in" placeholder="a placeholder"> <textarea aria-label="Long"></textarea>
<button type="button" class="primary">Primary</button> <button type="button">Other</button> <button type="button" class="quiet">Quiet</button></form>
</main></body></html>`, base.Head())
	})
	site := serve(t, "", "\nhttp://base.test:{$PORT} {\n\treverse_proxy "+backend+"\n}\n")
	for _, v := range append(views, view{noScript: true}) {
		t.Run(v.String(), func(t *testing.T) {
			p := openPage(t, site.url("base.test/"), v)
			want := "ran"
			if v.noScript {
				want = "not run"
			}
			if got := p.text(t, "#ran"); got != want {
				t.Errorf("the script: %s, want %s", got, want)
			}
			p.check(t, "base")
			p.screenshot(t, "base")
			if v.noScript {
				return
			}
			before := eval[string](t, p, `getComputedStyle(document.body).backgroundColor`)
			after := eval[string](t, p, `document.querySelector("[data-theme-toggle]").click(), getComputedStyle(document.body).backgroundColor`)
			if before == after {
				t.Errorf("the button does not change the colours: %s", after)
			}
			p.check(t, "the other theme")
		})
	}
}
