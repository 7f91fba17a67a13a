package tests

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// boardBackend answers with errors, by path: /acme/NUMBER, /rustbill/CODE, /text/.
func boardBackend(t *testing.T) string {
	return upstream(t, func(w http.ResponseWriter, r *http.Request) {
		kind, code, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
		w.Header().Set("Content-Type", "application/json")
		switch kind {
		case "acme":
			w.WriteHeader(http.StatusNotFound)
			fmt.Fprintf(w, `{"fault":{"num":%s,"text":"Article 12345678 is not here."}}`, code)
		case "rustbill":
			w.WriteHeader(http.StatusBadRequest)
			fmt.Fprintf(w, `{"error":"%s","message":"The seat of your team is gone.","fields":{"email":"Enter an address."}}`, code)
		case "text":
			w.Header().Set("Content-Type", "text/plain")
			w.WriteHeader(http.StatusServiceUnavailable)
			fmt.Fprint(w, "Order 4711 is locked by another session")
		default:
			fmt.Fprint(w, `{"ok":true}`)
		}
	})
}

// boardSites are a board, and two sites that it shows.
func boardSites(backend string) string {
	return `
http://board.test:{$PORT} {
	error_board
}
http://api.test:{$PORT} {
	translate_errors {
		dialect {$STATE}/acme.yaml auto
		watch 100ms
	}
	handle /acme/* {
		reverse_proxy ` + backend + `
	}
	handle {
		reverse_proxy ` + backend + `
	}
}
http://old.test:{$PORT} {
	translate_errors {
		dialect rustbill
		mode observe
	}
	reverse_proxy ` + backend + `
}
`
}

// await waits until a JavaScript expression is true.
func (p *page) await(t *testing.T, expression string) {
	t.Helper()
	eventually(t, expression, func() bool {
		ok, err := chromedp.Run(p.ctx, chromedp.Evaluate[bool](expression))
		return err == nil && ok // the page may be loading
	})
}

// click clicks on the first element that a selector finds. A page that is live may replace the
// element meanwhile: then it clicks on the new one.
func (p *page) click(t *testing.T, selector string) {
	t.Helper()
	eventually(t, "a click on "+selector, func() bool {
		ctx, cancel := context.WithTimeout(p.ctx, 5*time.Second)
		defer cancel()
		_, err := chromedp.Run(ctx, chromedp.Click(chromedp.CSS(selector)))
		if err != nil && !strings.Contains(err.Error(), "-32000") {
			t.Fatal(err)
		}
		return err == nil
	})
}

// enter types into a field.
func (p *page) enter(t *testing.T, selector, text string) {
	t.Helper()
	p.run(t, chromedp.SetValue(chromedp.CSS(selector), text))
}

// rowCount is the number of rows of the board that are shown.
const rowCount = `[...document.querySelectorAll("[data-row]")].filter(r => !r.hidden).length`

// transcript is a response as `curl -i` prints it.
const transcript = "HTTP/1.1 404 Not Found\nContent-Type: application/json\n\n{\"fault\":{\"num\":7,\"text\":\"Article 12345678 is not here.\"}}\n"

// TestBoardStory drives the board through a migration: codes appear, are copied, filtered,
// ignored, forgotten and mapped, and a response is tried.
func TestBoardStory(t *testing.T) {
	t.Parallel()
	p := serve(t, "\n\tmetrics", boardSites(boardBackend(t)), "acme.yaml", acme)
	page := openPage(t, p.url("board.test/"), view{})
	page.await(t, `document.querySelector(".is-live") !== null`)
	if got := page.text(t, "#s-safe"); !strings.Contains(got, "No error of an upstream was seen yet") {
		t.Errorf("an empty board says %q", got)
	}
	page.check(t, "empty")

	for code := 100; code < 140; code++ {
		p.get(t, fmt.Sprint("api.test/acme/", code))
	}
	sent := time.Now()
	page.await(t, `document.querySelector("#count")?.textContent.includes("of 40")`)
	if took := time.Since(sent); took > 1500*time.Millisecond { // a second, and some for a busy machine
		t.Errorf("40 codes appeared after %v", took)
	} else {
		t.Logf("40 codes appeared after %v", took)
	}
	if got := page.text(t, ".verdict-word"); got != "No" {
		t.Errorf("the verdict is %q", got)
	}
	page.click(t, `#count a`)
	page.await(t, rowCount+` === 40 && document.querySelector(".is-live") !== null`)

	// Copying a row: over plain HTTP, browsers offer only the old command.
	eval[bool](t, page, `document.addEventListener("copy", () => { window.copied = document.activeElement.value; }), true`)
	page.click(t, `[data-copy^="117:"]`)
	page.await(t, `window.copied === "117: RESOURCE.NOT_FOUND" && document.querySelector(".copy.is-done") !== null`)

	page.enter(t, "#q", "13")
	eval[bool](t, page, `document.querySelector("#q").dispatchEvent(new Event("input"))`)
	page.await(t, rowCount+` === 11`) // 113, and 130 to 139
	page.check(t, "filtered")

	// Ignoring one needs a reason, and keeps it in the totals.
	page.run(t, chromedp.Navigate(p.url("board.test/?q=117")))
	page.click(t, `[data-row] .act summary`)
	page.check(t, "deciding")
	page.enter(t, `[data-row] [name=reason]`, "Retired in May")
	page.click(t, `[data-row] button[value=ignore]`)
	page.await(t, `document.querySelector(".notice")?.textContent.includes("is ignored")`)
	page.check(t, "ignored")
	page.run(t, chromedp.Navigate(p.url("board.test/?q=117")))
	if !strings.Contains(page.text(t, "#s-unmapped"), "Retired in May") {
		t.Error("the reason is not shown")
	}
	page.run(t, chromedp.Navigate(p.url("board.test/?q=118")))
	page.click(t, `[data-row] .act summary`)
	page.click(t, `[data-row] button[value=forget]`)
	page.await(t, `document.querySelector(".notice")?.textContent.includes("is forgotten")`)
	if list := p.unmapped(t); len(list) != 39 {
		t.Errorf("%d errors are left, want 39", len(list))
	}

	// The file of all rows.
	page.click(t, `a[download]`)
	file := filepath.Join(page.downloads, "rows.yaml")
	eventually(t, "the file is there", func() bool { _, err := os.Stat(file); return err == nil })
	rows := readText(t, file)
	if n := strings.Count(rows, ": RESOURCE.NOT_FOUND  # "); n != 38 {
		t.Errorf("the file has %d rows, want 38 without the ignored and the forgotten one:\n%s", n, rows)
	}
	checkUnchanged(t, p, page)
	checkLoads(t, p, page, rows)
}

// checkUnchanged tries a response, which leaves no trace.
func checkUnchanged(t *testing.T, p *proxy, page *page) {
	t.Helper()
	page.run(t, chromedp.Navigate(p.url("board.test/")))
	counts := func() string {
		var s stats
		p.askAdmin(t, http.MethodGet, "/translate_errors/stats", "", &s)
		metrics := p.metrics(t)
		maps.DeleteFunc(metrics, func(name string, _ float64) bool { return !strings.HasPrefix(name, "caddy_translate_errors") })
		return fmt.Sprint(s.Sites, s.Strata, s.Entries, metrics)
	}
	before := counts()
	page.run(t, chromedp.SetValue(chromedp.CSS("#try-site"), "api.test"))
	page.enter(t, "#response", transcript)
	page.click(t, `button[value=try]`)
	page.await(t, `document.querySelector("#explanation") !== null`)
	why, after := page.text(t, "#explanation"), page.text(t, ".pair > div:nth-child(2)")
	for _, want := range []string{"detected", "acme", "7 → RESOURCE.NOT_FOUND"} {
		if !strings.Contains(why, want) {
			t.Errorf("the explanation has no %q:\n%s", want, why)
		}
	}
	if !strings.Contains(after, `"RESOURCE.NOT_FOUND"`) {
		t.Errorf("the answer is %s", after)
	}
	page.check(t, "trial")
	if now := counts(); now != before {
		t.Errorf("the trial was counted: %s, before %s", now, before)
	}
	page.click(t, ".crumb a")
	page.await(t, `document.querySelector("#response") !== null`)
	page.enter(t, "#response", "no response")
	page.click(t, `button[value=try]`)
	page.await(t, `document.querySelector(".notice.bad")?.textContent.includes("curl -i")`)
	page.check(t, "a fault in the trial")
}

// checkLoads loads a file with a fault, and then one with the rows, which the board shows
// without being loaded again.
func checkLoads(t *testing.T, p *proxy, page *page, rows string) {
	t.Helper()
	page.run(t, chromedp.Navigate(p.url("board.test/")))
	table := filepath.Join(filepath.Dir(p.config), "acme.yaml")
	replaceFile(t, table, strings.Replace(acme, "shape:", "shaqe:", 1))
	page.await(t, `document.querySelector("#s-changed .tag.bad")?.textContent === "last load failed" && document.querySelector("#s-changed pre").textContent.includes("acme.yaml")`)
	page.check(t, "a failed load")
	replaceFile(t, table, strings.Replace(acme, "examples:\n", rows+"examples:\n", 1))
	page.await(t, `document.querySelector("#s-changed pre") === null && document.querySelector("#s-changed").textContent.includes("38 mapped, waiting for traffic")`)
	page.check(t, "mapped")
	for code := 100; code < 140; code++ {
		p.get(t, fmt.Sprint("api.test/acme/", code))
	}
	page.await(t, `document.querySelector("#s-changed").textContent.includes("1 came back")`) // 118
	if got := page.text(t, ".verdict-word"); got != "No" {
		t.Errorf("the verdict is %q", got)
	}
	for _, u := range p.unmapped(t) {
		p.send(t, http.MethodPost, "board.test/", "action=ignore&reason=Retired&id="+u.ID, "Content-Type: application/x-www-form-urlencoded")
	}
	page.await(t, `document.querySelector(".verdict-word").textContent === "Not yet"`)
	page.check(t, "not yet")
}

// TestBoardWithoutScript uses the board with JavaScript off.
func TestBoardWithoutScript(t *testing.T) {
	t.Parallel()
	p := serve(t, "", boardSites(boardBackend(t)), "acme.yaml", acme)
	for code := 100; code < 140; code++ {
		p.get(t, fmt.Sprint("api.test/acme/", code))
	}
	for _, width := range []int{wide, narrow} {
		page := openPage(t, p.url("board.test/"), view{width: width, noScript: true})
		page.check(t, "overview")
		if shown := eval[int](t, page, `[...document.querySelectorAll(".copy, [data-theme-toggle]")].filter(e => e.offsetParent).length`); shown > 0 {
			t.Errorf("%d buttons are shown that need a script", shown)
		}
		if width == wide {
			page.screenshot(t, "overview")
		}
		code := fmt.Sprint(100 + width%7)
		page.enter(t, "#q", code)
		page.click(t, "#filter button")
		page.await(t, rowCount+` === 1`)
		page.click(t, `[data-row] .act summary`)
		page.enter(t, `[data-row] [name=reason]`, "Retired in May")
		page.click(t, `[data-row] button[value=ignore]`)
		page.await(t, `document.querySelector(".notice")?.textContent.includes("is ignored")`)
		page.run(t, chromedp.Navigate(p.url("board.test/?q="+code)))
		page.click(t, `[data-row] .act summary`)
		page.click(t, `[data-row] button[value=undo]`)
		page.await(t, `document.querySelector(".notice")?.textContent.includes("not ignored any more")`)
		page.run(t, chromedp.Navigate(p.url("board.test/?q="+code)))
		page.click(t, `[data-row] .code a`)
		page.await(t, `document.querySelector("#side") !== null`)
		page.check(t, "entry")
		page.click(t, `button[value=forget]`)
		page.await(t, `document.querySelector(".notice")?.textContent.includes("is forgotten")`)
		page.enter(t, "#response", transcript)
		page.click(t, `button[value=try]`)
		page.await(t, `document.querySelector("#explanation")?.textContent.includes("RESOURCE.NOT_FOUND")`)
		page.check(t, "trial")
	}
	if list := p.unmapped(t); len(list) != 38 {
		t.Errorf("%d errors are left, want 38", len(list))
	}
}

// TestBoardLookUp finds errors by the id of their request.
func TestBoardLookUp(t *testing.T) {
	t.Parallel()
	p := serve(t, "", boardSites(boardBackend(t)), "acme.yaml", acme)
	p.get(t, "api.test/acme/201")
	second := p.get(t, "api.test/acme/201").header.Get("X-Request-Id")
	mapped := p.get(t, "api.test/acme/7").header.Get("X-Request-Id")
	page := openPage(t, p.url("board.test/"), view{})
	for _, c := range []struct{ id, want string }{{second, "201"}, {mapped, "7"}} {
		page.run(t, chromedp.Navigate(p.url("board.test/")))
		page.enter(t, "#request", c.id)
		page.click(t, "#look ~ form button")
		page.await(t, fmt.Sprintf(`document.querySelector("#code code")?.textContent === %q && document.querySelector(".notice").textContent.includes(%q)`, c.want, c.id))
		page.check(t, "found")
	}
	page.run(t, chromedp.Navigate(p.url("board.test/?request=req_none")))
	page.await(t, `document.querySelector(".notice.bad") !== null`)
	page.check(t, "not found")
}

// TestBoardPlaces uses the board at other places than the root of a site.
func TestBoardPlaces(t *testing.T) {
	t.Parallel()
	backend := boardBackend(t)
	p := serve(t, "", `
http://api.test:{$PORT} {
	encode gzip
	translate_errors
	error_board /migration
	handle_path /tools/* {
		error_board
	}
	handle {
		reverse_proxy `+backend+`
	}
}
`)
	for _, path := range []string{"migration", "tools/board"} {
		p.get(t, "api.test/rustbill/seat_gone")
		page := openPage(t, p.url("api.test/"+path), view{})
		page.await(t, `document.querySelector(".is-live") !== null`)
		p.get(t, "api.test/rustbill/plan_frozen")
		page.await(t, rowCount+` === 2`)

		// With the keyboard: a box of decisions opens and closes, and focus comes back.
		eval[bool](t, page, `document.querySelector("[data-row] .act summary").focus(), true`)
		page.run(t, chromedp.KeyEvent("\r"))
		page.await(t, `document.querySelector("[data-row] .act details").open`)
		page.run(t, chromedp.KeyEvent("\t"), chromedp.KeyEvent("Retired"))
		page.await(t, `document.activeElement.name === "reason" && document.activeElement.value === "Retired"`)
		p.get(t, "api.test/rustbill/third_code") // does not take away what is being written
		page.await(t, `document.querySelector("#s-changed").textContent.includes("third_code")`)
		if got := eval[string](t, page, `document.activeElement.value`); got != "Retired" {
			t.Errorf("the field has %q after an update", got)
		}
		page.run(t, chromedp.KeyEvent("\u001b"))
		page.await(t, `!document.querySelector("[data-row] .act details").open && document.activeElement.matches("summary")`)
		page.await(t, rowCount+` === 3`) // the update that had waited

		page.click(t, "[data-row] .act summary")
		page.click(t, "[data-row] button[value=forget]")
		page.await(t, `document.querySelector(".notice")?.textContent.includes("is forgotten") && location.pathname === "/`+path+`"`)
		page.run(t, chromedp.Navigate(p.url("api.test/"+path+"?request=none")))
		page.await(t, `document.querySelector(".notice.bad") !== null && location.pathname === "/`+path+`"`)
		p.askAdmin(t, http.MethodDelete, "/translate_errors/unmapped", "", nil)
	}
	var s stats
	p.askAdmin(t, http.MethodGet, "/translate_errors/stats", "", &s)
	if s.Sites[0].Answers != 6 {
		t.Errorf("%d answers of the site are counted, want the 6 that were not of the board", s.Sites[0].Answers)
	}
}
