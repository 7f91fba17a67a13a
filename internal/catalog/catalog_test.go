package catalog_test

import (
	"bytes"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/koine-proxy/koine/dialect"
	"github.com/koine-proxy/koine/dialect/yamlfile"
	"github.com/koine-proxy/koine/internal/catalog"
	"github.com/koine-proxy/koine/internal/schema"
	"github.com/koine-proxy/koine/mappings/builtin"
	"github.com/koine-proxy/koine/translate"
)

// hostile is a taxonomy with markup in every text.
const hostile = `taxonomy: hostile
codes:
  EVIL.CODE:
    status: 400
    category: invalid_request
    retry: never
    message: "<script>alert(1)</script> & \"quotes\" | pipe"
    description: "</pre><img src=x onerror=alert(2)> *x* [a](javascript:alert(3)) RESOURCE.NOT_FOUND"
    action: "` + "`" + `code` + "`" + ` </script><script>alert(4)</script>"
    operator: "<b onmouseover=alert(5)>"
    request:
      fails: "GET /</pre><script>alert(6)</script>"
      works: "GET /"
`

// newCatalog returns the catalogue of the built-in tables, with the codes of a taxonomy file.
func newCatalog(t *testing.T, dialects bool, more ...string) *catalog.Catalog {
	t.Helper()
	l := builtin.Library()
	files := []*dialect.TaxonomyFile{l.Taxonomy}
	for _, text := range more {
		f, err := yamlfile.ReadTaxonomy("more.yaml", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, f)
	}
	taxonomy, err := translate.CompileTaxonomy(files...)
	if err != nil {
		t.Fatal(err)
	}
	e, err := translate.Compile(taxonomy, l.Dialects, nil)
	if err != nil {
		t.Fatal(err)
	}
	policy := translate.DefaultPolicy()
	policy.Docs = "https://docs.example.com/errors/"
	return catalog.New(catalog.Options{Engine: e, Policy: policy, Dialects: dialects})
}

// TestEntries checks what every format says about every code.
func TestEntries(t *testing.T) {
	c := newCatalog(t, true)
	if len(c.Entries()) < 200 {
		t.Fatalf("%d codes", len(c.Entries()))
	}
	native := 0
	for _, e := range c.Entries() {
		native += len(e.Native)
		if len(e.Related) == 0 {
			t.Errorf("%s has no related codes", e.Name)
		}
		for format, text := range map[string]string{"Markdown": c.EntryMarkdown(e), "text": c.EntryText(e), "JSON": string(c.EntryJSON(e))} {
			for _, part := range []string{e.Name, string(e.Category), string(e.Retry)} {
				if !strings.Contains(text, part) {
					t.Errorf("%s of %s does not contain %q", format, e.Name, part)
				}
			}
		}
		if !json.Valid(c.EntryJSON(e)) {
			t.Errorf("%s: invalid JSON", e.Name)
		}
	}
	if native < 3000 {
		t.Errorf("%d native codes", native)
	}
	if !json.Valid(c.JSON(c.Entries())) {
		t.Error("invalid JSON")
	}
}

// TestSamples validates the samples of every code by the schemas of their envelopes.
func TestSamples(t *testing.T) {
	c, schemas := newCatalog(t, false), compileSchemas(t)
	for _, e := range c.Entries() {
		for _, s := range c.Samples(e) {
			if s.Status != e.Status {
				t.Errorf("%s: the sample of %s has the status %d", e.Name, s.Envelope, s.Status)
			}
			validator := schemas[s.Envelope]
			if validator == nil {
				continue
			}
			doc, err := jsonschema.UnmarshalJSON(strings.NewReader(s.Body))
			if err == nil {
				err = validator.Validate(doc)
			}
			if err != nil {
				t.Errorf("%s: the sample of %s: %v\n%s", e.Name, s.Envelope, err, s.Body)
			}
		}
	}
	form := c.Samples(c.Lookup("VALIDATION.FAILED"))[0]
	if !strings.Contains(form.Body, `"items.0.quantity"`) || !strings.Contains(form.Body, `"https://docs.example.com/errors/VALIDATION.FAILED"`) {
		t.Errorf("the sample of a failed validation is %s", form.Body)
	}
	for i, want := range []string{"\n{\n  \"error\": {\n", "\n{\n  \"type\": ", "\n422: ", "\n# 422 VALIDATION.FAILED", "\n<?xml", "\n<?xml"} {
		if text := c.Samples(c.Lookup("VALIDATION.FAILED"))[i].HTTP(); !strings.Contains(text, want) || strings.Contains(text, "<?xml") && strings.Count(text, "\n    ") < 3 {
			t.Errorf("sample %d is\n%s", i, text)
		}
	}
	wait := c.Samples(c.Lookup("RATE_LIMIT.EXCEEDED"))[0]
	if !strings.Contains(wait.HTTP(), "HTTP/1.1 429 Too Many Requests\n") || !strings.Contains(wait.HTTP(), "\nRetry-After: 60\n") {
		t.Errorf("the sample of a rate limit is\n%s", wait.HTTP())
	}
}

func compileSchemas(t *testing.T) map[string]*jsonschema.Schema {
	t.Helper()
	compiler := jsonschema.NewCompiler()
	ids := map[string]string{}
	for name, text := range map[string][]byte{"canonical": schema.Envelope, "problem": schema.Problem} {
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		ids[name] = doc.(map[string]any)["$id"].(string)
		if err := compiler.AddResource(ids[name], doc); err != nil {
			t.Fatal(err)
		}
	}
	out := map[string]*jsonschema.Schema{}
	for name, id := range ids {
		s, err := compiler.Compile(id)
		if err != nil {
			t.Fatal(err)
		}
		out[name] = s
	}
	return out
}

func TestFind(t *testing.T) {
	c := newCatalog(t, true)
	for _, q := range []struct {
		query catalog.Query
		has   string
		lacks string
	}{
		{catalog.Query{Text: "plan not_found"}, "PLAN.NOT_FOUND", "AUTH.FORBIDDEN"},
		{catalog.Query{Text: "PLAN_not_FOUND"}, "PLAN.NOT_FOUND", "RESOURCE.NOT_FOUND"}, // a native code of rustbill
		{catalog.Query{Category: translate.RateLimited}, "RATE_LIMIT.EXCEEDED", "PLAN.NOT_FOUND"},
		{catalog.Query{Status: 402}, "PAYMENT.REQUIRED", "PLAN.NOT_FOUND"},
		{catalog.Query{Retry: translate.RetryRefresh}, "AUTH.TOKEN_EXPIRED", "PLAN.NOT_FOUND"},
		{catalog.Query{Text: "token", Status: 401, Retry: translate.RetryRefresh}, "AUTH.TOKEN_EXPIRED", "AUTH.TOKEN_INVALID"},
		{catalog.Query{}, "PLAN.NOT_FOUND", ""},
		{catalog.Query{Text: strings.Repeat("x", 1<<20)}, "", "PLAN.NOT_FOUND"},
	} {
		names := namesOf(c.Find(q.query))
		if q.has != "" && !slices.Contains(names, q.has) || slices.Contains(names, q.lacks) {
			t.Errorf("%.60v finds %d codes: %.300v", q.query, len(names), names)
		}
	}
}

func TestSuggest(t *testing.T) {
	c := newCatalog(t, false)
	for name, want := range map[string]string{
		"PLAN.NOT_FUOND": "PLAN.NOT_FOUND", "COUPON.EXPIRED": "BILLING.COUPON_EXPIRED", "plan": "PLAN.NOT_FOUND",
		"": "", "..": "", "<script>": "", strings.Repeat("A.", 100_000): "",
	} {
		if got := namesOf(c.Suggest(name)); want == "" && len(got) > 0 || want != "" && !slices.Contains(got, want) {
			t.Errorf("the suggestions for %.40q are %v", name, got)
		}
	}
}

func namesOf(entries []*catalog.Entry) (names []string) {
	for _, e := range entries {
		names = append(names, e.Name)
	}
	return names
}

func TestLink(t *testing.T) {
	c := newCatalog(t, false)
	var got []string
	for _, p := range c.Link("With PLAN.NOT_FOUND, not NO.CODE; or `PLAN.NOT_FOUND`, `a.b`, AUTH.FORBIDDEN. `x") {
		text := p.Text
		if p.Entry != nil {
			text = "[" + text + "]"
		} else if p.Code {
			text = "<" + text + ">"
		}
		got = append(got, text)
	}
	want := []string{"With ", "[PLAN.NOT_FOUND]", ", not NO.CODE; or ", "[PLAN.NOT_FOUND]", ", ", "<a.b>", ", ", "[AUTH.FORBIDDEN]", ". ", "`x"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestPages checks that the links of all pages lead to a page, and that texts of a taxonomy are no
// markup.
func TestPages(t *testing.T) {
	c := newCatalog(t, true, hostile)
	link := regexp.MustCompile(`href="([^"#:]+)(?:#[^"]*)?"`)
	check := func(what string, page []byte, err error) {
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		for _, m := range link.FindAllSubmatch(page, -1) {
			target := string(m[1])
			name, isPage := strings.CutSuffix(target, ".html")
			if isPage && name != "index" && c.Lookup(name) == nil {
				t.Errorf("%s links to %s", what, target)
			}
		}
		if n := bytes.Count(page, []byte("<script")); n != 2 {
			t.Errorf("%s has %d scripts", what, n)
		}
		for _, bad := range []string{"<img", "<b ", "javascript:alert(3)\"", "onerror=alert(2)>"} {
			if bytes.Contains(page, []byte(bad)) {
				t.Errorf("%s contains %s", what, bad)
			}
		}
	}
	site := catalog.Site{Suffix: ".html", Files: true}
	for _, e := range c.Entries() {
		page, err := c.EntryHTML(site, e)
		check(e.Name, page, err)
	}
	page, err := c.IndexHTML(site, catalog.Query{Text: `"><script>alert(7)</script>`})
	check("the index", page, err)
	if !bytes.Contains(page, []byte(`<span id="found">0</span>`)) || bytes.Contains(page, []byte(`id="none" hidden`)) {
		t.Error("the index does not say that no code was found")
	}
	page, err = c.UnknownHTML(site, "</code><script>alert(8)</script>"+strings.Repeat("x", 1<<20))
	check("an unknown code", page, err)
	if len(page) > 32<<10 {
		t.Errorf("the page of an unknown code has %d bytes", len(page))
	}
}

// TestHostileMarkdown checks that texts of a taxonomy are no markup.
func TestHostileMarkdown(t *testing.T) {
	c := newCatalog(t, false, hostile)
	text := c.EntryMarkdown(c.Lookup("EVIL.CODE")) + c.Markdown(c.Entries()) + c.LLMs(".md")
	for _, block := range strings.Split(text, "```") {
		for _, bad := range []string{"<script", "<img", "<b ", "[a](javascript:"} {
			if strings.Contains(block, bad) && !strings.HasPrefix(block, "http\n") {
				t.Errorf("%q is in\n%s", bad, block)
			}
		}
	}
}
