package tests

import (
	"encoding/xml"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tidwall/gjson"
)

// The Accept headers of clients.
const (
	chromium = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8,application/signed-exchange;v=b3;q=0.7"
	firefox  = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
	axios    = "application/json, text/plain, */*"
)

// TestEnvelopes checks which representation of an error a client gets, by its Accept.
func TestEnvelopes(t *testing.T) {
	t.Parallel()
	backend := respondWith(t, map[string]response{
		"/json": {404, []string{asJSON}, `{"error":"plan_not_found","message":"There is no such plan."}`},
		"/page": {404, []string{asHTML}, `<!doctype html><title>No such page</title><h1>There is no page here.</h1>`},
	})
	site := func(host, block string) string {
		return "\nhttp://" + host + ":{$PORT} {\n\ttranslate_errors {\n" + block + "\n}\n\thandle /caddy {\n\t\terror 403\n\t}\n\treverse_proxy " + backend + "\n}\n"
	}
	p := serve(t, "", site("all.test", "envelope canonical problem html text xml markdown")+site("page.test", "envelope html")+
		site("one.test", "")+site("problem.test", "envelope problem html"))
	const (
		canonical = "application/json"
		problem   = "application/problem+json"
		html      = "text/html; charset=utf-8"
		text      = "text/plain; charset=utf-8"
		markdown  = "text/markdown; charset=utf-8"
	)
	for _, c := range []struct{ host, path, accept, want string }{
		{"all.test", "/json", chromium, html}, {"all.test", "/json", firefox, html}, {"all.test", "/json", "*/*", canonical},
		{"all.test", "/json", axios, canonical}, {"all.test", "/json", "", canonical}, {"all.test", "/json", problem, problem},
		{"all.test", "/json", "application/problem+xml", "application/problem+xml"}, {"all.test", "/json", "application/xml", "application/xml"},
		{"all.test", "/json", "text/xml", "text/xml; charset=utf-8"}, {"all.test", "/json", "text/plain", text}, {"all.test", "/json", "text/markdown, text/html, */*", markdown},
		{"all.test", "/page", chromium, html}, {"all.test", "/page", "*/*", canonical}, {"all.test", "/caddy", chromium, html}, {"all.test", "/caddy", "text/markdown", markdown},
		{"page.test", "/json", chromium, html}, {"page.test", "/json", "*/*", canonical}, {"page.test", "/json", axios, canonical}, {"page.test", "/page", chromium, html},
		{"page.test", "/page", "application/json", canonical}, {"page.test", "/caddy", firefox, html}, {"page.test", "/caddy", "*/*", canonical},
		{"one.test", "/json", chromium, canonical}, {"one.test", "/page", "*/*", canonical}, {"one.test", "/caddy", "*/*", canonical}, {"one.test", "/caddy", chromium, html},
		{"problem.test", "/json", axios, problem}, {"problem.test", "/json", "application/json", problem}, {"problem.test", "/json", firefox, html}, {"problem.test", "/caddy", "*/*", problem},
	} {
		var lines []string
		if c.accept != "" {
			lines = []string{"Accept: " + c.accept}
		}
		a := p.get(t, c.host+c.path, lines...)
		if got := a.header.Get("Content-Type"); got != c.want {
			t.Errorf("%s%s with Accept: %s is %s: %s", c.host, c.path, c.accept, got, a.body)
		}
		dependsOnAccept := c.host != "one.test" || c.path != "/json"
		if got := strings.Contains(a.header.Get("Vary"), "Accept"); got != dependsOnAccept {
			t.Errorf("%s%s: Vary is %q", c.host, c.path, a.header.Get("Vary"))
		}
		if id := a.header.Get("X-Request-Id"); !strings.Contains(string(a.body), id) {
			t.Errorf("%s%s with Accept: %s has not the id %s: %s", c.host, c.path, c.accept, id, a.body)
		}
		isPage := strings.HasPrefix(c.want, "text/html")
		if policy := a.header.Get("Content-Security-Policy"); isPage != strings.HasPrefix(policy, "default-src 'none'") {
			t.Errorf("%s%s: the policy is %q", c.host, c.path, policy)
		}
	}

	page := string(p.get(t, "all.test/page", "Accept: "+chromium).body)
	if !strings.Contains(page, "There is no page here.") && !strings.Contains(page, "No such page") || !strings.Contains(page, "RESOURCE.NOT_FOUND") {
		t.Errorf("the page of the upstream is answered by %s", page)
	}
	passed := p.get(t, "one.test/page", "Accept: "+chromium)
	if !strings.Contains(string(passed.body), "<h1>There is no page here.</h1>") || passed.header.Get("Vary") != "Accept" {
		t.Errorf("a page passes as %v %s", passed.header, passed.body)
	}
	head := p.do(t, newRequest(t, "HEAD", "all.test/caddy", "", "Accept: "+chromium))
	if head.header.Get("Content-Type") != html || len(head.body) > 0 {
		t.Errorf("HEAD: %v", head.header)
	}
	var doc struct {
		XMLName xml.Name
		Code    string `xml:"code"`
		Status  int    `xml:"status"`
	}
	a := p.get(t, "all.test/json", "Accept: application/problem+xml")
	if err := xml.Unmarshal(a.body, &doc); err != nil || doc.Code != "PLAN.NOT_FOUND" || doc.Status != 404 || doc.XMLName.Space != "urn:ietf:rfc:7807" {
		t.Errorf("%v: %s", err, a.body)
	}
}

// TestErrorRoutesAndPages checks that error routes keep the errors of browsers unless
// pages are among the envelopes.
func TestErrorRoutesAndPages(t *testing.T) {
	t.Parallel()
	site := func(host, block string) string {
		return "\nhttp://" + host + ":{$PORT} {\n\ttranslate_errors {\n" + block + "\n}\n\terror 403\n\thandle_errors {\n\t\trespond \"own page\"\n\t}\n}\n"
	}
	p := serve(t, "", site("routes.test", "")+site("pages.test", "envelope canonical html")+site("passes.test", "envelope canonical html\n proxy_errors pass"))
	for host, want := range map[string]string{"routes.test": "own page", "pages.test": "<!doctype html>", "passes.test": "own page"} {
		if a := p.get(t, host+"/", "Accept: "+chromium); a.status != 403 || !strings.HasPrefix(string(a.body), want) {
			t.Errorf("%s: %d %s", host, a.status, a.body)
		}
	}
}

// TestLocales checks the language of answers.
func TestLocales(t *testing.T) {
	t.Parallel()
	backend := respondWith(t, map[string]response{
		"/words": {404, []string{asJSON, "Content-Language: en"}, `{"error":"plan_not_found","message":"There is no plan called gold."}`},
		"/none":  {404, []string{asJSON}, `{"error":"plan_not_found","message":"at com.acme.Plan(Plan.java:7)"}`},
		"/crash": {500, []string{asJSON}, `{"message":"NullPointerException"}`},
		"/own":   {404, []string{asJSON}, `{"error":{"code":"seat_gone"}}`},
	})
	p := serve(t, "", `
http://all.test:{$PORT} {
	translate_errors {
		envelope canonical problem html
		taxonomy {$STATE}/codes.yaml
		map * seat_gone SEAT.GONE
		locale all {$STATE}/locales
		watch 100ms
	}
	reverse_proxy `+backend+`
}
http://one.test:{$PORT} {
	translate_errors {
		locale fr
		message canonical
	}
	reverse_proxy `+backend+`
}
`, "codes.yaml", `
taxonomy: seats
codes:
  SEAT.GONE:
    status: 404
    category: not_found
    retry: never
    message: This seat is taken.
    description: The seat was sold.
    action: Choose another seat.
`, "locales/de.yaml", "locale: de\nmessages:\n  SEAT.GONE: Dieser Platz ist vergeben.\n", "locales/nl.yaml", "locale: nl\nmessages:\n  PLAN.NOT_FOUND: Dit abonnement bestaat niet.\n")
	for _, c := range []struct{ where, accept, message, language string }{
		{"all.test/none", "fr-CA, en;q=0.5", "Cette offre est introuvable.", "fr"},
		{"all.test/none", "de-DE,de;q=0.9", "Dieser Tarif wurde nicht gefunden.", "de"},
		{"all.test/none", "zh-CN", "未找到此套餐。", "zh-Hans"},
		{"all.test/none", "zh-TW", "This plan was not found.", "en"},
		{"all.test/none", "pt", "Este plano não foi encontrado.", "pt-BR"},
		{"all.test/none", "nl-BE", "Dit abonnement bestaat niet.", "nl"},
		{"all.test/crash", "nl-BE", "Something went wrong on our side.", "en"},
		{"all.test/none", "", "This plan was not found.", "en"},
		{"all.test/words", "de", "There is no plan called gold.", ""},
		{"all.test/own", "de", "Dieser Platz ist vergeben.", "de"},
		{"all.test/own", "fr", "This seat is taken.", "en"},
		{"one.test/words", "fr", "Cette offre est introuvable.", "fr"},
		{"one.test/words", "de", "This plan was not found.", "en"},
	} {
		a := p.get(t, c.where, "Accept-Language: "+c.accept)
		if got := gjson.GetBytes(a.body, "error.message").Str; got != c.message || a.header.Get("Content-Language") != c.language {
			t.Errorf("%s in %s: %q in %q", c.where, c.accept, got, a.header.Get("Content-Language"))
		}
		if vary := strings.Join(a.header.Values("Vary"), ", "); !strings.Contains(vary, "Accept-Language") || strings.HasPrefix(c.where, "all") != strings.HasPrefix(vary, "Accept, ") {
			t.Errorf("%s: Vary is %q", c.where, vary)
		}
		if code := gjson.GetBytes(a.body, "error.type").Str; code != "plan" && code != "seat" && code != "internal" {
			t.Errorf("the type is %s", code)
		}
	}
	page := p.get(t, "all.test/words", "Accept: "+chromium, "Accept-Language: ja")
	if !strings.Contains(string(page.body), `<html lang="ja">`) || !strings.Contains(string(page.body), "リクエスト ID") || page.header.Get("Content-Language") != "ja" {
		t.Errorf("%v %s", page.header, page.body)
	}

	dutch := filepath.Join(filepath.Dir(p.config), "locales", "nl.yaml")
	replaceFile(t, dutch, "locale: nl\nmessages:\n  PLAN.NOT_FOUND: Dat abonnement is er niet.\n")
	message := func() string {
		return gjson.GetBytes(p.get(t, "all.test/none", "Accept-Language: nl").body, "error.message").Str
	}
	eventually(t, "the locale file was loaded again", func() bool { return message() == "Dat abonnement is er niet." })
	replaceFile(t, dutch, "locale: nl\nmessages:\n  PLAN.NOTFOUND: x\n")
	eventually(t, "the fault is logged", func() bool {
		log, _ := os.ReadFile(p.log)
		return strings.Contains(string(log), `nl.yaml:3:3: unknown canonical code \"PLAN.NOTFOUND\"; did you mean PLAN.NOT_FOUND?`)
	})
	if got := message(); got != "Dat abonnement is er niet." {
		t.Errorf("after a fault the message is %q", got)
	}
}

// TestHTMLTemplate checks pages by the template of a site.
func TestHTMLTemplate(t *testing.T) {
	t.Parallel()
	backend := respondWith(t, map[string]response{
		"/form": {400, []string{asJSON}, `{"error":"validation_error","message":"Please check <b>it</b>.","fields":{"email":"Enter an \"address\"."}}`},
	})
	const template = `<!doctype html><html lang="{{.Language}}"><title>Shop</title><style>h1 { color: green }</style>
<h1 data-code="{{.Code}}">{{.Status}} {{.Message}}</h1><p>{{.Advice}}</p>{{range .Fields}}<p>{{.Field}}: {{.Message}}</p>{{end}}<p>{{.RequestID}}</p>
<script>document.title = "Shop: " + document.querySelector("h1").dataset.code</script></html>`
	p := serve(t, "", `
http://shop.test:{$PORT} {
	translate_errors {
		envelope canonical html
		html_template {$STATE}/error.html
		message upstream
		watch 100ms
	}
	reverse_proxy `+backend+`
}
`, "error.html", template)
	a := p.get(t, "shop.test/form", "Accept: "+chromium)
	body := string(a.body)
	for _, want := range []string{
		`<html lang="en">`, `data-code="VALIDATION.FAILED"`, "Please check &lt;b&gt;it&lt;/b&gt;.", "email: Enter an &#34;address&#34;.", a.header.Get("X-Request-Id"),
	} {
		if !strings.Contains(body, want) {
			t.Errorf("no %s in %s", want, body)
		}
	}
	if policy := a.header.Get("Content-Security-Policy"); strings.Count(policy, "'sha256-") != 4 || !strings.Contains(policy, "object-src 'none'") {
		t.Errorf("the policy is %s", policy)
	}
	path := filepath.Join(filepath.Dir(p.config), "error.html")
	replaceFile(t, path, strings.Replace(template, "Shop<", "Store<", 1))
	eventually(t, "the template was loaded again", func() bool {
		return strings.Contains(string(p.get(t, "shop.test/form", "Accept: "+chromium).body), "<title>Store</title>")
	})
}
