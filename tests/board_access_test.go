package tests

import (
	"bufio"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// TestBoardAccess checks who may see the board.
func TestBoardAccess(t *testing.T) {
	t.Parallel()
	const boards = `
http://default.test:{$PORT} {
	error_board
}
http://private.test:{$PORT} {
	error_board {
		allow private_ranges 203.0.113.0/24
	}
}
http://other.test:{$PORT} {
	error_board {
		allow 203.0.113.7
	}
}
http://all.test:{$PORT} {
	error_board {
		allow all
	}
}
http://:{$PORT} {
	error_board
}
`
	plain := serve(t, "", boards)
	trusting := serve(t, "\n\tservers {\n\t\ttrusted_proxies static 127.0.0.1\n\t}", boards)
	strict := serve(t, "\n\tservers {\n\t\ttrusted_proxies static 127.0.0.1 10.0.0.0/8\n\t\ttrusted_proxies_strict\n\t}", boards)
	for name, c := range map[string]struct {
		p      *proxy
		host   string
		header string
		want   int
	}{
		"loopback":                                 {plain, "default.test", "", 200},
		"a name of no site":                        {plain, "evil.test", "", 403},
		"localhost":                                {plain, "localhost", "", 200},
		"an address":                               {plain, "127.0.0.1", "", 200},
		"a name of no site, all":                   {plain, "all.test", "", 200},
		"a local proxy, not trusted":               {plain, "default.test", "X-Forwarded-For: 198.51.100.4", 403},
		"a local proxy, of a local client":         {plain, "default.test", "X-Forwarded-For: 127.0.0.1", 200},
		"an invented address in front":             {plain, "default.test", "X-Forwarded-For: 127.0.0.1, 198.51.100.4", 403},
		"a local proxy with another header":        {plain, "default.test", "X-Real-IP: 198.51.100.4", 403},
		"a local proxy that does not tell":         {plain, "default.test", "Via: 1.1 proxy", 403},
		"a local proxy with Forwarded":             {plain, "default.test", "Forwarded: for=127.0.0.1", 403},
		"a header that is no address":              {plain, "default.test", "X-Forwarded-For: unknown", 403},
		"a local proxy, all":                       {plain, "all.test", "X-Forwarded-For: 198.51.100.4", 200},
		"loopback is not in the list":              {plain, "other.test", "", 403},
		"an untrusted proxy names a client":        {plain, "other.test", "X-Forwarded-For: 203.0.113.7", 403},
		"a trusted proxy of a client in the list":  {trusting, "other.test", "X-Forwarded-For: 203.0.113.7", 200},
		"a trusted proxy of another client":        {trusting, "default.test", "X-Forwarded-For: 198.51.100.4", 403},
		"a trusted proxy, invented":                {trusting, "default.test", "X-Forwarded-For: 127.0.0.1, 198.51.100.4", 403},
		"a trusted proxy, of itself":               {trusting, "default.test", "", 200},
		"strict, invented":                         {strict, "default.test", "X-Forwarded-For: 127.0.0.1, 198.51.100.4", 403},
		"strict, over two proxies":                 {strict, "other.test", "X-Forwarded-For: 203.0.113.7, 10.0.0.1", 200},
		"strict, a list that the client had begun": {strict, "other.test", "X-Forwarded-For: 198.51.100.4, 203.0.113.7, 10.0.0.1", 200},
		"private":             {plain, "private.test", "X-Forwarded-For: 10.1.2.3", 200},
		"private, IPv6":       {plain, "private.test", "X-Forwarded-For: fd00::1", 200},
		"private, of another": {plain, "private.test", "X-Forwarded-For: 2001:db8::1", 403},
	} {
		t.Run(name, func(t *testing.T) {
			var lines []string
			if c.header != "" {
				lines = append(lines, c.header)
			}
			for _, where := range []string{"/", "/?rows", "/?events", "/?request=a"} {
				method, want := http.MethodGet, c.want
				if where == "/?events" {
					method = http.MethodHead // a stream does not end
				}
				if where == "/?request=a" && want == 200 {
					want = 303
				}
				if a := c.p.send(t, method, c.host+where, "", lines...); a.status != want {
					t.Errorf("%s: status %d, want %d", where, a.status, want)
				}
			}
			form := append(lines, "Content-Type: application/x-www-form-urlencoded")
			if a := c.p.send(t, http.MethodPost, c.host+"/", "action=forget&id=a", form...); (a.status == 303) != (c.want == 200) {
				t.Errorf("POST: status %d", a.status)
			}
		})
	}
	browser := plain.get(t, "other.test/", acceptHTML)
	if browser.status != 403 || !strings.Contains(string(browser.body), "<h1>The board is not open to you</h1>") || browser.header.Get("Content-Security-Policy") == "" {
		t.Errorf("a browser gets %d: %s", browser.status, browser.body)
	}
}

// TestBoardForms checks that other pages cannot decide anything.
func TestBoardForms(t *testing.T) {
	t.Parallel()
	p := serve(t, "", boardSites(boardBackend(t)), "acme.yaml", acme)
	p.get(t, "api.test/acme/201")
	id := p.unmapped(t)[0].ID
	const asForm = "Content-Type: application/x-www-form-urlencoded"
	own := "Origin: " + strings.TrimSuffix(p.url("board.test/"), "/")
	for name, c := range map[string]struct {
		method string
		body   string
		lines  []string
		want   int
	}{
		"another origin":          {"POST", "action=forget&id=" + id, []string{"Origin: http://evil.example"}, 403},
		"another port":            {"POST", "action=forget&id=" + id, []string{"Origin: http://board.test:1"}, 403},
		"no origin that is told":  {"POST", "action=forget&id=" + id, []string{"Origin: null"}, 403},
		"cross-site":              {"POST", "action=forget&id=" + id, []string{"Sec-Fetch-Site: cross-site", own}, 403},
		"same-site":               {"POST", "action=forget&id=" + id, []string{"Sec-Fetch-Site: same-site", own}, 403},
		"GET":                     {"GET", "", nil, 200},
		"PUT":                     {"PUT", "action=forget&id=" + id, []string{own}, 405},
		"an action that is none":  {"POST", "action=explode&id=" + id, []string{own}, 400},
		"an error that is none":   {"POST", "action=forget&id=0123456789abcdef", []string{own}, 303},
		"a form that is too long": {"POST", "action=try&response=" + strings.Repeat("a", 300<<10), []string{own}, 413},
	} {
		t.Run(name, func(t *testing.T) {
			where := "/"
			if c.method == "GET" {
				where = "/?action=forget&id=" + id
			}
			r := newRequest(t, c.method, strings.TrimPrefix(p.url("board.test"+where), "http://"), c.body, append(c.lines, asForm)...)
			if a := p.do(t, r); a.status != c.want {
				t.Errorf("status %d, want %d: %s", a.status, c.want, a.body)
			}
			if len(p.unmapped(t)) != 1 {
				t.Fatal("the error is gone")
			}
		})
	}
	r := newRequest(t, "POST", strings.TrimPrefix(p.url("board.test/"), "http://"), "action=forget&id="+id, own, asForm)
	if a := p.do(t, r); a.status != 303 || len(p.unmapped(t)) != 0 {
		t.Errorf("the own page: status %d", a.status)
	}
}

// TestBoardEnds checks that open streams of live updates delay neither a reload nor the end of
// the process, and that there are not more than the board can have.
func TestBoardEnds(t *testing.T) {
	t.Parallel()
	sites := boardSites(boardBackend(t))
	p := serve(t, "", sites, "acme.yaml", acme)
	open := func() (*http.Response, <-chan struct{}) {
		resp, err := p.client.Do(newRequest(t, http.MethodGet, "board.test/?events", ""))
		if err != nil {
			t.Fatal(err)
		}
		ended := make(chan struct{})
		go func() {
			_, _ = io.Copy(io.Discard, bufio.NewReader(resp.Body))
			resp.Body.Close()
			close(ended)
		}()
		return resp, ended
	}
	p.client.Timeout = 0
	var streams []<-chan struct{}
	var cut []*http.Response
	for range 32 {
		resp, ended := open()
		if resp.StatusCode != 200 || resp.Header.Get("Content-Type") != "text/event-stream" {
			t.Fatalf("status %d, %v", resp.StatusCode, resp.Header)
		}
		streams, cut = append(streams, ended), append(cut, resp)
	}
	if resp, _ := open(); resp.StatusCode != 503 || resp.Header.Get("Retry-After") == "" {
		t.Errorf("one too many: status %d", resp.StatusCode)
	}
	cut[0].Body.Close() // there is room again
	eventually(t, "there is room", func() bool { resp, _ := open(); return resp.StatusCode == 200 })
	start := time.Now()
	if message := p.reload(t, "", sites); message != "" {
		t.Fatal(message)
	}
	for _, ended := range streams {
		<-ended
	}
	if took := time.Since(start); took > 5*time.Second {
		t.Errorf("the streams ended after %v", took)
	}
	if resp, _ := open(); resp.StatusCode != 200 { // and the end of the process does not wait for it
		t.Errorf("after the reload: status %d", resp.StatusCode)
	}
}

// pageSecrets are texts that must not be on any page.
var pageSecrets = []string{"sk_live_51Hplanted", "planted-token", "jane.roe@example.com", "10.20.30.40", "Billing.java", "SELECT secret", "4111111111111111", "hunter2"}

// hostileCodes are codes that would do harm if they were not escaped.
var hostileCodes = []string{`<script>document.title='pwned'</script>`, `"><img src=x onerror=alert(1)>`, `</code><svg onload=alert(1)>`, `javascript:alert(1)`, `{{.}}`, `&lt;b&gt;`}

// TestBoardHostile shows errors with secrets, and with scripts in all their parts.
func TestBoardHostile(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	code := ""
	backend := upstream(t, func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("X-Request-Id", "<script>alert(1)</script>")
		w.WriteHeader(http.StatusBadRequest)
		fmt.Fprintf(w, `{"error":%q,"message":%q,"token":"planted-token","password":"hunter2","email":"jane.roe@example.com","fields":{"card":"4111111111111111","<b>":"<i>x</i>"},"stack":"at Billing.java:42","sql":"SELECT secret FROM t","host":"10.20.30.40","details":{"api_key":"sk_live_51Hplantedsecret0000"}}`,
			code, "jane.roe@example.com paid with 4111111111111111 from 10.20.30.40 "+code)
	})
	p := serve(t, "", strings.ReplaceAll(boardSites(backend), "dialect {$STATE}/acme.yaml auto", "request_id {\n\t\t\ttrust all\n\t\t}"))
	for _, c := range append([]string{"seat_gone", "sk_live_51Hplantedsecret0000"}, hostileCodes...) {
		mu.Lock()
		code = c
		mu.Unlock()
		for _, host := range []string{"api.test", "old.test"} {
			p.get(t, host+"/rustbill/"+url.PathEscape(c), "X-Request-Id: planted-token")
		}
	}
	page := openPage(t, p.url("board.test/"), view{})
	look := func(what string) {
		t.Helper()
		text := eval[string](t, page, `document.documentElement.outerHTML`)
		for _, secret := range pageSecrets {
			if strings.Contains(text, secret) && !(what == "looked up" && secret == "planted-token") { // which the reader has entered
				t.Errorf("%s: %q is on the page", what, secret)
			}
		}
		if n := eval[int](t, page, `document.querySelectorAll("main script, main img, main svg[onload], [onerror], [onload]").length`); n > 0 {
			t.Errorf("%s: %d elements of an upstream", what, n)
		}
		if title := eval[string](t, page, `document.title`); strings.Contains(title, "pwned") {
			t.Errorf("%s: a script ran", what)
		}
		page.check(t, what)
	}
	look("overview")
	for _, id := range eval[[]string](t, page, `[...document.querySelectorAll("a[href^='?entry=']")].map(a => a.getAttribute("href"))`) {
		page.run(t, chromedp.Navigate(p.url("board.test/"+id)))
		look("entry")
	}
	for _, text := range hostileCodes {
		page.run(t, chromedp.Navigate(p.url("board.test/?q="+url.QueryEscape(text)+"&site="+url.QueryEscape(text)+"&done="+url.QueryEscape(text))))
		look("filtered")
		page.run(t, chromedp.Navigate(p.url("board.test/?request="+url.QueryEscape(text))))
		look("not found")
	}
	page.run(t, chromedp.Navigate(p.url("board.test/?request=planted-token")))
	look("looked up")
	page.run(t, chromedp.Navigate(p.url("board.test/")))
	page.enter(t, "#response", "HTTP/1.1 400 Bad Request\nX-A: <script>alert(1)</script>\nContent-Type: application/json\n\n"+`{"error":"<script>document.title='pwned'</script>","message":"<img src=x onerror=alert(1)>"}`)
	page.click(t, "button[value=try]")
	page.await(t, `document.querySelector("#explanation") !== null`)
	look("trial")
	if rows := string(p.get(t, "board.test/?rows").body); strings.Contains(rows, "sk_live") {
		t.Errorf("a secret is in the rows: %s", rows)
	}
}
