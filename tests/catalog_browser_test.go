package tests

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// TestCatalogPages checks the index and a page of a code in every view, and without scripts.
func TestCatalogPages(t *testing.T) {
	t.Parallel()
	p := serveCatalog(t)
	for _, v := range append(views, view{width: narrow, noScript: true}) {
		t.Run(v.String(), func(t *testing.T) {
			t.Parallel()
			for name, path := range map[string]string{
				"catalog-index": "internal/", "catalog-search": "errors/?q=seat", "catalog-none": "errors/?q=zzzz",
				"catalog-code": "errors/SEAT.TAKEN", "catalog-native": "internal/RATE_LIMIT.EXCEEDED", "catalog-unknown": "errors/SEAT.TAKN",
			} {
				page := openPage(t, p.url("catalog.test/"+path), v)
				page.expand(t)
				if name == "catalog-unknown" {
					page.forgiveMissing()
				}
				page.check(t, name)
				page.screenshot(t, name)
			}
		})
	}
}

// expand opens all parts of a page that are closed.
func (p *page) expand(t *testing.T) {
	t.Helper()
	if !p.view.noScript {
		eval[int](t, p, `document.querySelectorAll("details").forEach(d => d.open = true), 0`)
	}
}

// forgiveMissing forgets that the page itself was answered with 404.
func (p *page) forgiveMissing() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for i, problem := range p.problems {
		if strings.Contains(problem, "404") {
			p.problems = append(p.problems[:i], p.problems[i+1:]...)
			return
		}
	}
}

// visible is an expression for the codes that the index shows.
const visible = `[...document.querySelectorAll("#codes li")].filter(li => li.checkVisibility()).map(li => li.querySelector("a").textContent)`

// TestCatalogSearch searches while typing, follows a code, and comes back to what was found.
func TestCatalogSearch(t *testing.T) {
	t.Parallel()
	p := serveCatalog(t)
	page := openPage(t, p.url("catalog.test/internal/"), view{})
	all := len(eval[[]string](t, page, visible))
	if all < 200 {
		t.Fatalf("%d codes", all)
	}
	if got := eval[string](t, page, `document.body.dispatchEvent(new KeyboardEvent("keydown", {key: "/", bubbles: true, cancelable: true})), document.activeElement.id`); got != "q" {
		t.Errorf("the slash moves to %q", got)
	}
	page.choose(t, "#q", "seat_tak") // a native code
	if got := eval[[]string](t, page, visible); len(got) != 1 || got[0] != "SEAT.TAKEN" {
		t.Fatalf("found %v", got)
	}
	if got := page.text(t, "#found"); got != "1" {
		t.Errorf("the count is %s", got)
	}
	if got := eval[string](t, page, `location.search`); got != "?q=seat_tak" {
		t.Errorf("the address has %q", got)
	}
	page.choose(t, "#retry", "wait")
	if got := eval[[]string](t, page, visible); len(got) != 0 {
		t.Errorf("found %v that are repeated after a time", got)
	}
	if !eval[bool](t, page, `document.querySelector("#none").checkVisibility()`) {
		t.Error("the page does not say that nothing was found")
	}
	page.check(t, "nothing found")
	page.choose(t, "#retry", "")
	page.follow(t, `#codes li:not([hidden]) a`)
	if got := page.text(t, "h1"); got != "SEAT.TAKEN" {
		t.Fatalf("the code leads to %q", got)
	}
	page.check(t, "a code")
	page.follow(t, `#related li a`)
	if got := page.text(t, "h1"); got == "SEAT.TAKEN" || !strings.Contains(got, ".") {
		t.Errorf("the related code leads to %q", got)
	}
	page.run(t, chromedp.Navigate(p.url("catalog.test/internal/?q=seat_tak")))
	if got := eval[[]string](t, page, visible); len(got) != 1 {
		t.Errorf("the address of a search finds %v", got)
	}
}

// choose gives a field of a form a value, as if a reader had.
func (p *page) choose(t *testing.T, selector, value string) {
	t.Helper()
	eval[int](t, p, fmt.Sprintf(`(f => { f.value = %q; f.dispatchEvent(new Event("input", {bubbles: true})); return 0; })(document.querySelector(%q))`, value, selector))
}

// activate clicks on an element, as a reader does.
func (p *page) activate(t *testing.T, selector string) {
	t.Helper()
	p.click(t, selector)
}

// follow clicks a link and waits for the page that it leads to.
func (p *page) follow(t *testing.T, selector string) {
	t.Helper()
	before := eval[string](t, p, `location.pathname`)
	p.activate(t, selector)
	eventually(t, "the link was followed", func() bool {
		return eval[bool](t, p, `document.readyState === "complete" && location.pathname !== `+"`"+before+"`")
	})
}

// TestCatalogWithoutScripts searches by the form alone.
func TestCatalogWithoutScripts(t *testing.T) {
	t.Parallel()
	p := serveCatalog(t)
	page := openPage(t, p.url("catalog.test/errors/?status=402&retry=never"), view{noScript: true})
	got := eval[[]string](t, page, visible)
	if len(got) == 0 || len(got) > 40 {
		t.Errorf("found %v", got)
	}
	if got := eval[string](t, page, `document.querySelector("#status").value + document.querySelector("form").method + document.querySelectorAll("[data-copy]:not([hidden])").length`); got != "402get0" {
		t.Errorf("the form is %s", got)
	}
	page.activate(t, `form button`)
	eventually(t, "the form was sent", func() bool {
		return eval[string](t, page, `document.readyState + location.search`) == "complete?q=&category=&status=402&retry=never"
	})
	page.check(t, "after the form")
}

// TestCatalogCopies copies a code, a link and a sample, and switches the colours.
func TestCatalogCopies(t *testing.T) {
	t.Parallel()
	p := serveCatalog(t)
	page := openPage(t, p.url("catalog.test/errors/SEAT.TAKEN"), view{})
	eval[int](t, page, `window.copied = [], document.addEventListener("copy", () => copied.push(String(getSelection()))), 0`)
	for selector, want := range map[string]string{
		`[data-copy="code"]`: "SEAT.TAKEN", `[data-copy="sample-0"]`: `"code": "SEAT.TAKEN"`, `[data-copy="works"]`: "14C", `[data-copy="snippet"]`: `error.code === "SEAT.TAKEN"`,
	} {
		page.activate(t, selector)
		eventually(t, "the button says that it has copied", func() bool { return page.text(t, selector) == "Copied" })
		if got := eval[string](t, page, `copied.at(-1)`); !strings.Contains(got, want) {
			t.Errorf("%s copies %q, want %q", selector, got, want)
		}
	}
	page.check(t, "copied")
	before := eval[string](t, page, `getComputedStyle(document.body).backgroundColor`)
	page.activate(t, `[data-theme-toggle]`)
	if after := eval[string](t, page, `getComputedStyle(document.body).backgroundColor`); after == before {
		t.Errorf("the button does not change the colours: %s", after)
	}
	page.check(t, "the other colours")
}
