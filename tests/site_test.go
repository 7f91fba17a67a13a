package tests

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"strings"
	"testing"
)

// billingUpstream starts an upstream with errors of the dialect rustbill.
func billingUpstream(t *testing.T) string {
	t.Helper()
	return upstream(t, func(w http.ResponseWriter, r *http.Request) {
		if _, err := io.Copy(io.Discard, r.Body); err != nil {
			panic(http.ErrAbortHandler)
		}
		w.Header().Set("X-Seen-Id", strings.Join(r.Header.Values("X-Request-Id"), ","))
		w.Header().Set("X-Seen-User", r.Header.Get("Remote-User"))
		switch {
		case strings.HasSuffix(r.URL.Path, "/ok"):
			w.Header().Set("Content-Type", "application/json")
			_, _ = io.WriteString(w, `{"ok":true}`)
		case strings.HasSuffix(r.URL.Path, "/long"): // long enough to be compressed
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(404)
			_, _ = io.WriteString(w, missing[:len(missing)-1]+`,"more":"`+strings.Repeat("word ", 90)+`","again":"`+strings.Repeat("word ", 90)+`"}`)
		default:
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(404)
			_, _ = io.WriteString(w, missing)
		}
	})
}

// authUpstream starts an upstream for forward_auth, which answers by the header Test-As.
func authUpstream(t *testing.T) string {
	t.Helper()
	return upstream(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.Header.Get("Test-As") {
		case "bob":
			w.Header().Set("Remote-User", "bob")
		case "redirect":
			w.Header().Set("Location", "https://sign-in.example.com/?back="+r.Header.Get("X-Forwarded-Uri"))
			w.WriteHeader(302)
		case "page":
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			w.WriteHeader(401)
			_, _ = io.WriteString(w, signInPage)
		default:
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(401)
			_, _ = io.WriteString(w, `{"error":"session_expired","message":"Please sign in again."}`)
		}
	})
}

const (
	signInPage = "<!doctype html><title>Sign in</title>"
	errorPage  = "<!doctype html><title>Sorry</title>"
	origin     = "https://app.example.com"
)

// siteDirectives are the directives of TestSite in their usual order.
func siteDirectives(t *testing.T) []string {
	t.Helper()
	return []string{
		`header Access-Control-Allow-Origin ` + origin,
		`header Access-Control-Expose-Headers X-Total`,
		`header X-Frame-Options DENY`,
		`header >X-Code {http.translate_errors.code}`,
		`request_body {
			max_size 1KB
		}`,
		`basic_auth /private/* {
			bob $2a$04$oE1rXy72bR6mabNZ6L9LMOYzLh87okyPlnhSVbBVvOv6T6W2y/qbi
		}`,
		`forward_auth /members/* ` + authUpstream(t) + ` {
			uri /auth
			copy_headers Remote-User
		}`,
		`encode gzip`,
		`reverse_proxy /down/* ` + refusedAddress,
		`reverse_proxy ` + billingUpstream(t),
	}
}

// TestSite combines the usual directives in one site. For an error of any of them the client
// must get exactly one envelope.
func TestSite(t *testing.T) {
	t.Parallel()
	directives := strings.Join(siteDirectives(t), "\n\t")
	reversed := siteDirectives(t)
	for i, j := 0, len(reversed)-1; i < j; i, j = i+1, j-1 {
		reversed[i], reversed[j] = reversed[j], reversed[i]
	}
	p := serve(t, "", `
http://ordered.test:{$PORT} {
	translate_errors
	`+directives+`
}
http://reversed.test:{$PORT} {
	`+strings.Join(reversed, "\n\t")+`
	translate_errors
}
http://routed.test:{$PORT} {
	route {
		translate_errors
		`+directives+`
	}
}
http://inside.test:{$PORT} {
	route {
		`+directives[:strings.LastIndex(directives, "reverse_proxy /down")]+`
		translate_errors
		`+directives[strings.LastIndex(directives, "reverse_proxy /down"):]+`
	}
}
`)
	for _, host := range []string{"ordered.test", "reversed.test", "routed.test"} {
		t.Run(host, func(t *testing.T) {
			t.Parallel()
			checkSite(t, p, host)
		})
	}
	t.Run("inside.test", func(t *testing.T) { // inside encode the answer is compressed once
		a := p.get(t, "inside.test/long", "Accept-Encoding: gzip")
		if a.header.Get("Content-Encoding") != "gzip" {
			t.Fatalf("the answer is not compressed: %v", a.header)
		}
		plain := gunzip(t, a.body)
		a.header.Del("Content-Encoding")
		a.header.Set("Content-Length", "0")
		a.body = nil
		direct := p.get(t, "inside.test/long")
		direct.checkMissing(t)
		if len(plain) != len(direct.body) {
			t.Errorf("compressed %s, plain %s", plain, direct.body)
		}
	})
}

func gunzip(t *testing.T, body []byte) []byte {
	t.Helper()
	z, err := gzip.NewReader(bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	plain, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return plain
}

func checkSite(t *testing.T, p *proxy, host string) {
	t.Helper()
	checkHeaders := func(a *answer, code string) {
		t.Helper()
		if host == "routed.test" { // header is inside there, and runs before the translation
			code = ""
		}
		if a.header.Get("Access-Control-Allow-Origin") != origin || a.header.Get("X-Frame-Options") != "DENY" {
			t.Errorf("headers of the directive `header` are missing: %v", a.header)
		}
		expose := strings.Join(a.header.Values("Access-Control-Expose-Headers"), ", ")
		for _, name := range []string{"X-Total", "X-Request-ID", "Proxy-Status"} {
			if name == "Proxy-Status" && a.header.Get(name) == "" {
				continue
			}
			if strings.Count(strings.ToLower(expose), strings.ToLower(name)) != 1 {
				t.Errorf("Access-Control-Expose-Headers is %q, without one %s", expose, name)
			}
		}
		if got := a.header.Get("X-Code"); got != code {
			t.Errorf("X-Code is %q, want %q", got, code)
		}
	}

	a := p.get(t, host+"/ok")
	a.checkPassed(t, 200, "application/json", `{"ok":true}`)
	checkHeaders(a, "")
	if a.header.Get("X-Seen-Id") != a.id(t) {
		t.Errorf("the upstream got the id %q, the client %q", a.header.Get("X-Seen-Id"), a.id(t))
	}

	a = p.get(t, host+"/missing")
	a.checkMissing(t)
	checkHeaders(a, "PLAN.NOT_FOUND")

	p.get(t, host+"/long", "Accept-Encoding: gzip").checkMissing(t) // compressed by encode, which is inside

	a = p.get(t, host+"/private/x")
	if e := a.envelope(t); e.Error.Code != "AUTH.UNAUTHENTICATED" || a.status != 401 || e.Meta.Origin != "proxy" || !strings.HasPrefix(a.header.Get("WWW-Authenticate"), "Basic ") {
		t.Errorf("basic_auth: %d %v %s", a.status, a.header, a.body)
	}
	checkHeaders(a, "AUTH.UNAUTHENTICATED")
	p.get(t, host+"/private/x", "Authorization: Basic Ym9iOnNlY3JldA==").checkMissing(t)

	a = p.get(t, host+"/members/x")
	if e := a.envelope(t); e.Error.Code != "AUTH.LOGIN_EXPIRED" || e.Error.Message != "Please sign in again." || e.Meta.Origin != "upstream" {
		t.Errorf("forward_auth: %s", a.body)
	}
	checkHeaders(a, "AUTH.LOGIN_EXPIRED")
	a = p.get(t, host+"/members/x", "Test-As: redirect", acceptHTML)
	if a.status != 302 || a.header.Get("Location") != "https://sign-in.example.com/?back=/members/x" {
		t.Errorf("forward_auth: %d %v", a.status, a.header)
	}
	a.id(t)
	p.get(t, host+"/members/x", "Test-As: page", acceptHTML).checkPassed(t, 401, "text/html; charset=utf-8", signInPage)
	p.get(t, host+"/members/x", "Test-As: page").checkByGeneralRules(t, 401, "AUTH.UNAUTHENTICATED")
	a = p.get(t, host+"/members/x", "Test-As: bob")
	if a.checkMissing(t); a.header.Get("X-Seen-User") != "bob" {
		t.Errorf("forward_auth sent the user %q", a.header.Get("X-Seen-User"))
	}

	a = p.send(t, "POST", host+"/upload", strings.Repeat("x", 5000))
	if e := a.checkByStatus(t, 413, "REQUEST.TOO_LARGE"); e.Meta.Origin != "proxy" {
		t.Errorf("request_body: %s", a.body)
	}
	checkHeaders(a, "REQUEST.TOO_LARGE")

	a = p.get(t, host+"/down/x")
	if e := a.checkByStatus(t, 502, "UPSTREAM.ERROR"); e.Meta.Origin != "proxy" || a.header.Get("Proxy-Status") != "koine; error=connection_refused" {
		t.Errorf("an unavailable upstream: %v %s", a.header, a.body)
	}
	checkHeaders(a, "UPSTREAM.ERROR")
	if e := p.send(t, "POST", host+"/down/x", "y").envelope(t); !e.Error.Retry.Safe {
		t.Error("retry.safe is false, although the request did not reach an upstream")
	}
	browser := p.get(t, host+"/down/x", acceptHTML)
	if browser.status != 502 || !strings.Contains(string(browser.body), "<code>UPSTREAM.ERROR</code>") {
		t.Errorf("a browser got %d %s from a server without handle_errors", browser.status, browser.body)
	}
	browser.id(t)
}

// TestHandleErrors combines the directive with error routes.
func TestHandleErrors(t *testing.T) {
	t.Parallel()
	routes := `
	handle_errors {
		header Content-Type text/html
		header X-Error-Id {http.translate_errors.request_id}
		header X-Error-Code "{http.translate_errors.code}|{http.translate_errors.category}|{http.translate_errors.match}|{http.translate_errors.upstream_status}"
		respond "` + errorPage + `" {err.status_code}
	}
	reverse_proxy ` + refusedAddress + `
`
	p := serve(t, "", `
http://translate.test:{$PORT} {
	translate_errors
	`+routes+`
}
http://pass.test:{$PORT} {
	translate_errors {
		proxy_errors pass
	}
	`+routes+`
}
`)
	checkPage := func(a *answer) {
		t.Helper()
		if a.status != 502 || string(a.body) != errorPage || a.header.Get("Content-Type") != "text/html" {
			t.Errorf("handle_errors did not answer: %d %v %s", a.status, a.header, a.body)
		}
		if a.header.Get("X-Error-Id") != a.id(t) {
			t.Errorf("handle_errors received the id %q, the client %q", a.header.Get("X-Error-Id"), a.id(t))
		}
		if got := a.header.Get("X-Error-Code"); got != "UPSTREAM.ERROR|upstream|status|502" {
			t.Errorf("handle_errors received %q", got)
		}
	}
	for range 3 {
		p.get(t, "translate.test/").checkByStatus(t, 502, "UPSTREAM.ERROR")
		p.get(t, "translate.test/", "Accept: application/json").checkByStatus(t, 502, "UPSTREAM.ERROR")
		checkPage(p.get(t, "translate.test/", acceptHTML))
		checkPage(p.get(t, "pass.test/"))
		checkPage(p.get(t, "pass.test/", "Accept: application/json"))
		checkPage(p.get(t, "pass.test/", acceptHTML))
	}
	warnings := 0
	for _, l := range p.logLines(t) {
		if msg, _ := l["msg"].(string); l["level"] == "warn" && strings.Contains(msg, "`proxy_errors pass`") {
			warnings++
			if l["logger"] != "http.handlers.translate_errors" || l["server"] != "srv0" {
				t.Errorf("warning: %v", l)
			}
		}
	}
	if warnings != 1 {
		t.Errorf("%d warnings, want 1", warnings)
	}
}

// TestNestedDirectives has several directives in one site. The URL of error.docs shows which
// of them answered.
func TestNestedDirectives(t *testing.T) {
	t.Parallel()
	backend := billingUpstream(t)
	block := func(name string) string { return "{\n\t\tdocs /" + name + "\n\t}\n" }
	p := serve(t, "", `
&(shared) {
	translate_errors `+block("shared")+`
	reverse_proxy `+backend+`
}
http://first.test:{$PORT} {
	translate_errors `+block("first")+`
	handle /x {
		invoke shared
	}
	handle {
		reverse_proxy `+backend+`
	}
}
http://paths.test:{$PORT} {
	translate_errors `+block("rest")+`
	translate_errors /v1/* `+block("v1")+`
	translate_errors /v1/billing/* `+block("billing")+`
	reverse_proxy `+backend+`
}
http://nested.test:{$PORT} {
	translate_errors `+block("outer")+`
	handle /in/* {
		translate_errors `+block("in")+`
		handle /in/deep/* {
			translate_errors /in/deep/special/* `+block("special")+`
			reverse_proxy `+backend+`
		}
		reverse_proxy `+backend+`
	}
	handle /down/* {
		translate_errors `+block("down")+`
		reverse_proxy `+refusedAddress+`
	}
	handle_path /stripped/* {
		translate_errors /x/* `+block("stripped")+`
		reverse_proxy `+backend+`
	}
	handle /shared/* {
		invoke shared
	}
	handle {
		reverse_proxy `+backend+`
	}
}
http://routed.test:{$PORT} {
	translate_errors `+block("outer")+`
	route /routed/* {
		translate_errors `+block("routed")+`
		reverse_proxy `+backend+`
	}
	reverse_proxy `+backend+`
}
http://invoked.test:{$PORT} {
	handle {
		invoke shared
	}
}
http://rewritten.test:{$PORT} {
	rewrite * /new{uri}
	translate_errors /old/* `+block("old")+`
	translate_errors /new/* `+block("new")+`
	reverse_proxy `+backend+`
}
`)
	for where, page := range map[string]string{
		"paths.test/":                   "rest",
		"paths.test/v1/x":               "v1",
		"paths.test/v1/billing/x":       "billing",
		"nested.test/x":                 "outer",
		"nested.test/in/x":              "in",
		"nested.test/in/deep/x":         "in",
		"nested.test/in/deep/special/x": "special",
		"nested.test/stripped/x/y":      "stripped",
		"nested.test/stripped/other":    "outer",
		"nested.test/shared/x":          "shared",
		"routed.test/x":                 "outer",
		"first.test/x":                  "shared",
		"first.test/y":                  "first",
		"routed.test/routed/x":          "routed",
		"invoked.test/x":                "shared",
		"rewritten.test/old/x":          "old",
	} {
		t.Run(where, func(t *testing.T) {
			a := p.get(t, where)
			if e := a.checkMissing(t); e.Error.Docs != "/"+page+"/PLAN.NOT_FOUND" {
				t.Errorf("%s answered, want %s", e.Error.Docs, page)
			}
			if seen := a.header.Get("X-Seen-Id"); seen != a.id(t) {
				t.Errorf("the upstream got the id %q, the client %q", seen, a.id(t))
			}
			if status := strings.Join(a.header.Values("Proxy-Status"), ", "); strings.Count(status, "koine") != 1 {
				t.Errorf("Proxy-Status is %q", status)
			}
		})
	}
	if e := p.get(t, "nested.test/down/x").checkByStatus(t, 502, "UPSTREAM.ERROR"); e.Error.Docs != "/down/UPSTREAM.ERROR" {
		t.Errorf("%s answered, want down", e.Error.Docs)
	}
	// If no directive of a level matches, an outer one answers, if there is one.
	if a := p.get(t, "rewritten.test/x"); a.status != 404 || string(a.body) != missing {
		t.Errorf("matchers do not use the original request: %d %s", a.status, a.body)
	}
}

// TestPlaceholders checks placeholders in `header`, which is outside the directive.
func TestPlaceholders(t *testing.T) {
	t.Parallel()
	backend := respondWith(t, map[string]response{
		"/ok":      {200, []string{asJSON}, "{}"},
		"/missing": {404, []string{asJSON}, missing},
		"/odd":     {400, []string{asJSON}, `{"error":{"code":7}}`},
		"/env":     {400, []string{asJSON}, `{"error":"x_{env.HOME}","message":"{env.HOME}"}`},
	})
	p := serve(t, "", `
http://placeholders.test:{$PORT} {
	translate_errors {
		expose upstream
	}
	header {
		>X-All "{http.translate_errors.code}|{http.translate_errors.category}|{http.translate_errors.dialect}|{http.translate_errors.match}|{http.translate_errors.upstream_code}|{http.translate_errors.upstream_status}"
		>X-Id "{http.translate_errors.request_id}"
	}
	reverse_proxy /down `+refusedAddress+`
	reverse_proxy `+backend+`
}
`)
	for path, want := range map[string]string{
		"/ok":      "|||||",
		"/missing": "PLAN.NOT_FOUND|not_found|rustbill|table|plan_not_found|404",
		"/odd":     "REQUEST.INVALID|invalid_request||guess|7|400",
		"/down":    "UPSTREAM.ERROR|upstream||status||502",
	} {
		a := p.get(t, "placeholders.test"+path)
		if got := a.header.Get("X-All"); got != want {
			t.Errorf("%s: %q, want %q", path, got, want)
		}
		if got := a.header.Get("X-Id"); got != a.id(t) {
			t.Errorf("%s: the id is %q", path, got)
		}
	}
}

// TestPlaceholdersInUpstreamText sends placeholders in texts of the upstream, which must not
// be replaced.
func TestPlaceholdersInUpstreamText(t *testing.T) {
	t.Parallel()
	const text = "Look at {env.HOME} and {http.request.host} and {system.hostname}."
	body := `{"error":"validation_error","message":"` + text + `","fields":{"{env.HOME}":"` + text + `"},"hint":"` + text + `","{http.request.host}":1}`
	backend := respondWith(t, map[string]response{
		"/known":   {400, []string{asJSON, "X-Text: " + text, "X-Request-Id: {env.HOME}"}, body},
		"/unknown": {400, []string{asJSON, "X-Text: " + text}, `{"fault":"` + text + `"}`},
		"/code":    {400, []string{asJSON}, `{"error":{"code":"{env.HOME}","message":"` + text + `"}}`},
	})
	p := serve(t, "", `
http://expansion.test:{$PORT} {
	translate_errors {
		message upstream
		expose upstream
	}
	header >X-Native {http.translate_errors.upstream_code}
	reverse_proxy `+backend+`
}
http://pass.test:{$PORT} {
	translate_errors {
		unmapped pass
	}
	reverse_proxy `+backend+`
}
`)
	a := p.get(t, "expansion.test/known")
	e := a.envelope(t)
	if e.Error.Message != text || len(e.Error.Fields) != 1 || e.Error.Fields[0].Message != text || string(e.Error.Details["hint"]) != `"`+text+`"` {
		t.Errorf("the text was changed: %s", a.body)
	}
	if a.header.Get("X-Text") != text {
		t.Errorf("a header was changed: %q", a.header.Get("X-Text"))
	}
	for _, where := range []string{"expansion.test/known", "expansion.test/unknown", "expansion.test/code", "pass.test/unknown"} {
		a := p.get(t, where)
		all := string(a.body)
		for name, values := range a.header {
			all += "\n" + name + ": " + strings.Join(values, ", ")
		}
		for _, expanded := range []string{"Look at /", t.TempDir(), "and expansion.test", "and pass.test"} {
			if strings.Contains(all, expanded) {
				t.Errorf("%s replaces placeholders of the upstream: %s", where, all)
			}
		}
	}
	p.get(t, "pass.test/unknown").checkPassed(t, 400, "application/json", `{"fault":"`+text+`"}`)
}
