package tests

import (
	"encoding/json"
	"net/http"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// seatCodes is a taxonomy file of a site.
const seatCodes = `taxonomy: seats
codes:
  SEAT.TAKEN:
    status: 409
    category: conflict
    retry: never
    message: This seat is taken.
    description: Another customer was faster. RESOURCE.CONFLICT is more general.
    action: Offer another seat.
    request:
      fails: POST /bookings {"seat":"12A"}
      works: POST /bookings {"seat":"14C"}
`

// catalogSites are catalogues below paths that are stripped and that are not, of a site with
// codes of its own, and elsewhere.
const catalogSites = `
http://catalog.test:{$PORT} {
	translate_errors {
		envelope problem canonical
		docs http://catalog.test:{$PORT}/errors/
		taxonomy {$STATE}/seats.yaml
		locale fr ja
		map rustbill seat_taken SEAT.TAKEN
	}
	handle_path /errors* {
		error_catalog
	}
	handle_path /internal/* {
		error_catalog {
			dialects
		}
	}
	error_catalog /plain/*
	handle {
		header Content-Type application/json
		respond {"error":"seat_taken","message":"Another\u0020seat,\u0020please."} 404
	}
}
http://whole.test:{$PORT} {
	error_catalog
}
http://own.test:{$PORT} {
	error_catalog {
		taxonomy {$STATE}/seats.yaml
	}
}
`

func serveCatalog(t *testing.T) *proxy {
	t.Helper()
	dir := t.TempDir()
	write(t, filepath.Join(dir, "seats.yaml"), seatCodes)
	sites := strings.NewReplacer("{$STATE}", dir, `{"error":"seat_taken","message":"Another\u0020seat,\u0020please."}`, "`{\"error\":\"seat_taken\",\"message\":\"Another seat, please.\"}`").Replace(catalogSites)
	return serve(t, "", sites)
}

// TestCatalogType follows the type of a problem to the page of its code.
func TestCatalogType(t *testing.T) {
	t.Parallel()
	p := serveCatalog(t)
	got := p.get(t, "catalog.test/bookings").problem(t)
	if got.Code != "SEAT.TAKEN" {
		t.Fatalf("the problem is %+v", got)
	}
	page, err := url.Parse(got.Type)
	if err != nil {
		t.Fatal(err)
	}
	a := p.get(t, "catalog.test"+page.Path, "Accept: text/html")
	if a.status != 200 || !strings.Contains(string(a.body), "<title>SEAT.TAKEN · Error codes</title>") || !strings.Contains(string(a.body), "Another customer was faster.") {
		t.Errorf("%s is %d: %s", got.Type, a.status, tail(string(a.body)))
	}
	var data struct {
		Code    string
		Related []string
		Samples []struct {
			Envelope string
			Status   int
			Body     json.RawMessage
		}
	}
	a = p.get(t, "catalog.test"+page.Path, "Accept: application/json")
	if err := json.Unmarshal(a.body, &data); err != nil || data.Code != "SEAT.TAKEN" || !slices.Contains(data.Related, "RESOURCE.CONFLICT") {
		t.Fatalf("%v: %s", err, a.body)
	}
	if s := data.Samples[1]; s.Envelope != "problem" || s.Status != 409 || !strings.Contains(string(s.Body), `"`+got.Type+`"`) {
		t.Errorf("the sample is %+v", s)
	}
}

// TestCatalogForms requests pages in every form, below every kind of path.
func TestCatalogForms(t *testing.T) {
	t.Parallel()
	p := serveCatalog(t)
	const html, data, markdown = "text/html; charset=utf-8", "application/json", "text/markdown; charset=utf-8"
	for _, c := range []struct {
		where, accept string
		status        int
		mediaType     string
		has           string
	}{
		{"catalog.test/errors/", "text/html,*/*;q=0.8", 200, html, ">SEAT.TAKEN</a>"},
		{"catalog.test/errors/", "", 200, data, `"code": "SEAT.TAKEN"`},
		{"catalog.test/errors/", "*/*", 200, data, `"code": "SEAT.TAKEN"`},
		{"catalog.test/errors/", "text/markdown", 200, markdown, "[`SEAT.TAKEN`](SEAT.TAKEN.md)"},
		{"catalog.test/errors/index.html", "", 200, html, ">SEAT.TAKEN</a>"},
		{"catalog.test/errors/index.json", "text/html", 200, data, `"categories"`},
		{"catalog.test/errors/index.md", "text/html", 200, markdown, "# Error codes"},
		{"catalog.test/errors/llms.txt", "text/html", 200, "text/plain; charset=utf-8", "- [SEAT.TAKEN](SEAT.TAKEN.md): 409"},
		{"catalog.test/errors/openapi.json", "text/html", 200, data, `"SEAT.TAKEN"`},
		{"catalog.test/errors/overlay.json", "", 200, data, `"overlay": "1.0.0"`},
		{"catalog.test/errors/envelope.schema.json", "", 200, data, `"$schema"`},
		{"catalog.test/errors/problem.schema.json", "", 200, data, `"$schema"`},
		{"catalog.test/errors/errors.ts", "", 200, "text/plain; charset=utf-8", `SEAT_TAKEN: "SEAT.TAKEN"`},
		{"catalog.test/errors/errors.go", "", 200, "text/plain; charset=utf-8", `"SEAT.TAKEN"`},
		{"catalog.test/errors/errors.py", "", 200, "text/plain; charset=utf-8", `SEAT_TAKEN = "SEAT.TAKEN"`},
		{"catalog.test/errors/SEAT.TAKEN", "text/html", 200, html, "14C"},
		{"catalog.test/errors/SEAT.TAKEN.html", "", 200, html, "14C"},
		{"catalog.test/errors/SEAT.TAKEN.json", "text/html", 200, data, `"works": "POST /bookings`},
		{"catalog.test/errors/SEAT.TAKEN.md", "text/html", 200, markdown, "# SEAT.TAKEN\n"},
		{"catalog.test/errors/?q=seat&status=409", "text/html", 200, html, `<span id="found">1</span>`},
		{"catalog.test/errors/?category=rate_limited", "application/json", 200, data, `"code": "RATE_LIMIT.EXCEEDED"`},
		{"catalog.test/internal/SEAT.TAKEN.md", "", 200, markdown, "| rustbill | `seat_taken` |"},
		{"catalog.test/internal/?q=seat_taken", "text/html", 200, html, `<span id="found">1</span>`},
		{"catalog.test/plain/SEAT.TAKEN.md", "", 200, markdown, "# SEAT.TAKEN\n"},
		{"catalog.test/plain/", "text/html", 200, html, ">SEAT.TAKEN</a>"},
		{"whole.test/", "text/html", 200, html, ">PLAN.NOT_FOUND</a>"},
		{"whole.test/PLAN.NOT_FOUND", "text/html", 200, html, "<title>PLAN.NOT_FOUND"},
		{"whole.test/SEAT.TAKEN.json", "", 404, data, `"suggestions":[`},
		{"own.test/SEAT.TAKEN.json", "", 200, data, `"code": "SEAT.TAKEN"`},
		{"own.test/PLAN.NOT_FUOND", "text/html", 404, html, `href="PLAN.NOT_FOUND"`},
		{"own.test/PLAN.NOT_FUOND.md", "", 404, markdown, "](PLAN.NOT_FOUND.md)"},
		{"own.test/%3Cscript%3Ealert(1)%3C%2Fscript%3E.x", "text/html", 404, html, "script&gt;.x"},
		{"own.test/" + strings.Repeat("A.", 3000), "text/html", 404, html, "Unknown code"},
	} {
		a := p.get(t, c.where, acceptLines(c.accept)...)
		if a.status != c.status || a.header.Get("Content-Type") != c.mediaType || !strings.Contains(string(a.body), c.has) {
			t.Errorf("%.80s with %q is %d %q without %s: %.300s", c.where, c.accept, a.status, a.header.Get("Content-Type"), c.has, a.body)
		}
		if strings.Contains(c.where, "<script") || a.header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%.80s: %v", c.where, a.header)
		}
		if policy := a.header.Get("Content-Security-Policy"); c.mediaType == html && (!strings.Contains(policy, "default-src 'none'") || strings.Contains(policy, "unsafe")) {
			t.Errorf("%.80s has the policy %q", c.where, policy)
		}
		if a.status == 200 && a.header.Get("Etag") == "" {
			t.Errorf("%s has no Etag", c.where)
		}
	}
	if body := string(p.get(t, "catalog.test/errors/SEAT.TAKEN.md").body); strings.Contains(body, "seat_taken") {
		t.Error("a catalogue without dialects has native codes")
	}
}

func acceptLines(accept string) []string {
	if accept == "" {
		return nil
	}
	return []string{"Accept: " + accept}
}

// TestCatalogLanguages requests pages in the languages of the site.
func TestCatalogLanguages(t *testing.T) {
	t.Parallel()
	p := serveCatalog(t)
	message := func(where, languages string) string {
		a := p.get(t, where, "Accept: application/json", "Accept-Language: "+languages)
		var data struct{ Message string }
		if err := json.Unmarshal(a.body, &data); err != nil {
			t.Fatalf("%v: %s", err, a.body)
		}
		if varies := strings.Contains(strings.Join(a.header.Values("Vary"), ","), "Accept-Language"); varies != strings.HasPrefix(where, "catalog.test") {
			t.Errorf("%s has Vary: %q", where, a.header.Values("Vary"))
		}
		return data.Message
	}
	french, japanese := message("catalog.test/errors/PLAN.NOT_FOUND", "fr-CA, en;q=0.5"), message("catalog.test/errors/PLAN.NOT_FOUND", "ja")
	if plain := message("catalog.test/errors/PLAN.NOT_FOUND", "en"); french == plain || japanese == plain || french == japanese {
		t.Errorf("the messages are %q, %q and %q", plain, french, japanese)
	}
	if own := message("own.test/PLAN.NOT_FOUND", "fr"); own != message("own.test/PLAN.NOT_FOUND", "en") {
		t.Errorf("a catalogue without languages says %q", own)
	}
	if taken := message("catalog.test/errors/SEAT.TAKEN", "fr"); taken != "This seat is taken." {
		t.Errorf("a code that no locale has says %q", taken)
	}
	page := string(p.get(t, "catalog.test/errors/PLAN.NOT_FOUND", "Accept: text/html", "Accept-Language: fr").body)
	if !strings.Contains(page, `<p class="lead" lang="fr">`) {
		t.Error("the page does not say that the message is French")
	}
}

// TestCatalogHTTP checks redirects, conditional requests, HEAD and other methods.
func TestCatalogHTTP(t *testing.T) {
	t.Parallel()
	p := serveCatalog(t)
	for where, want := range map[string]string{
		"catalog.test/errors":                  "./errors/",
		"catalog.test/errors?q=a%20b":          "./errors/?q=a%20b",
		"catalog.test/errors/seat.taken":       "./SEAT.TAKEN",
		"catalog.test/errors/Seat.Taken.json":  "./SEAT.TAKEN.json",
		"catalog.test/plain/SEAT.TAKEN/":       "../SEAT.TAKEN",
		"catalog.test/errors/SEAT.TAKEN/?x=%3": "../SEAT.TAKEN?x=%3",
	} {
		if a := p.get(t, where); a.status != http.StatusPermanentRedirect || a.header.Get("Location") != want {
			t.Errorf("%s is %d to %q, want %q", where, a.status, a.header.Get("Location"), want)
		}
	}
	for _, where := range []string{"catalog.test/errors/", "catalog.test/errors/SEAT.TAKEN", "catalog.test/errors/llms.txt", "catalog.test/errors/?q=x"} {
		a := p.get(t, where, "Accept: text/html")
		if varies := slices.Contains(a.header.Values("Vary"), "Accept"); varies == strings.HasSuffix(where, ".txt") {
			t.Errorf("%s has Vary: %q", where, a.header.Values("Vary"))
		}
		head := p.send(t, http.MethodHead, where, "", "Accept: text/html")
		if head.status != 200 || len(head.body) > 0 || head.header.Get("Content-Length") != a.header.Get("Content-Length") || head.header.Get("Etag") != a.header.Get("Etag") {
			t.Errorf("HEAD %s is %d with %v", where, head.status, head.header)
		}
		if again := p.get(t, where, "Accept: text/html", "If-None-Match: "+a.header.Get("Etag")); again.status != http.StatusNotModified || len(again.body) > 0 {
			t.Errorf("%s is %d although it has not changed", where, again.status)
		}
		if other := p.get(t, where, "Accept: application/json", "If-None-Match: "+a.header.Get("Etag")); !strings.HasSuffix(where, ".txt") && other.status != 200 {
			t.Errorf("%s is %d for another form", where, other.status)
		}
	}
	if head := p.send(t, http.MethodHead, "own.test/NO.CODE", "", "Accept: text/html"); head.status != 404 || len(head.body) > 0 {
		t.Errorf("HEAD of an unknown code is %d with %d bytes", head.status, len(head.body))
	}
	if a := p.send(t, http.MethodPost, "catalog.test/errors/", "x"); a.status != 405 || a.header.Get("Allow") != "GET, HEAD" {
		t.Errorf("POST is %d with %v", a.status, a.header)
	}
}

// TestCatalogMistakes checks messages about the directive.
func TestCatalogMistakes(t *testing.T) {
	t.Parallel()
	for block, want := range map[string]string{
		"{\n dialect\n }":             "did you mean dialects?",
		"{\n dialects on\n }":         "dialects: expected no arguments, got 1",
		"{\n dialects\n dialects\n }": "duplicate dialects (first on line",
		"{\n taxonomy\n }":            "taxonomy: expected at least 1 argument",
		"dialects":                    "put it inside the block",
	} {
		message, failed := adapt(t, "api.example.com {\n\terror_catalog "+block+"\n}\n")
		if !failed || !strings.Contains(message, want) {
			t.Errorf("%q: %s", block, message)
		}
	}
	if message := validate(t, ":0 {\n\terror_catalog {\n\t\ttaxonomy none.yaml\n\t}\n}\n"); !strings.Contains(message, "taxonomy") || !strings.Contains(message, "none.yaml") {
		t.Errorf("a missing file: %s", message)
	}
}
