package translate_test

import (
	"strings"
	"testing"

	"github.com/koine-proxy/koine/translate"
)

// The Accept headers of clients.
const (
	chromium    = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8,application/signed-exchange;v=b3;q=0.7"
	newChromium = "text/html,application/xhtml+xml,application/xml;q=0.9,image/jxl,image/avif,image/webp,image/apng,*/*;q=0.8,application/signed-exchange;v=b3;q=0.7"
	firefox     = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
	oldFirefox  = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/png,image/svg+xml,*/*;q=0.8"
	internetExp = "text/html, application/xhtml+xml, image/jxr, */*"
	turbo       = "text/vnd.turbo-stream.html, text/html, application/xhtml+xml"
	googlebot   = "text/html,application/xhtml+xml,application/signed-exchange;v=b3,application/xml;q=0.9,*/*;q=0.8"
	lynx        = "text/html, text/plain, text/sgml, text/css, application/xhtml+xml, */*;q=0.01"
	axios       = "application/json, text/plain, */*"
	jquery      = "application/json, text/javascript, */*; q=0.01"
	java        = "text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2"
	agent       = "text/markdown, text/html, */*"
	image       = "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8"
	rfc9110     = "text/*;q=0.3, text/plain;q=0.7, text/plain;format=flowed, text/plain;format=fixed;q=0.4, */*;q=0.5"
)

// envelopeTypes are the media types of the envelopes, by their short names in tests.
var envelopeTypes = map[string]string{
	"canonical": translate.MediaTypeCanonical, "problem": translate.MediaTypeProblem, "problem-xml": translate.MediaTypeProblemXML,
	"html": translate.MediaTypeHTML, "text": translate.MediaTypeText, "xml": translate.MediaTypeXML, "text-xml": translate.MediaTypeTextXML,
	"markdown": translate.MediaTypeMarkdown,
}

// offers returns the offers of short names, and these.
func offers(names string) (*translate.Offers, []string) {
	var types []string
	list := strings.Fields(names)
	for _, name := range list {
		types = append(types, envelopeTypes[name])
	}
	return translate.NewOffers(types...), list
}

func TestChoose(t *testing.T) {
	const all = "canonical problem xml text-xml html text markdown problem-xml"
	for _, c := range []struct{ about, offers, accept, want string }{
		{"Chromium", all, chromium, "html"},
		{"Chromium that reads JPEG XL", all, newChromium, "html"},
		{"Firefox", all, firefox, "html"},
		{"Firefox 92 to 131", all, oldFirefox, "html"},
		{"Internet Explorer accepts everything equally", all, internetExp, "html"},
		{"Turbo", all, turbo, "html"},
		{"Googlebot", all, googlebot, "html"},
		{"Lynx names text, too", "canonical html", lynx, "html"},
		{"curl, fetch, wget, Python", all, "*/*", "canonical"},
		{"no preference", all, "", "canonical"},
		{"axios", all, axios, "canonical"},
		{"axios, problem first", "problem canonical", axios, "problem"},
		{"jQuery", all, jquery, "canonical"},
		{"Java, whose default names HTML", "canonical html", java, "html"},
		{"an agent that reads Markdown", all, agent, "markdown"},
		{"an agent, without Markdown", "canonical html", agent, "html"},
		{"an image", all, image, "canonical"},
		{"a script of a page", "html canonical", "*/*", "canonical"},
		{"a style sheet", all, "text/css,*/*;q=0.1", "canonical"},
		{"a browser where there is no page", "canonical problem", chromium, "canonical"},
		{"a browser where there is XML", "canonical xml", chromium, "xml"},
		{"a browser where there is only problem+xml", "problem problem-xml", chromium, "problem"},

		{"JSON by name", "problem canonical html", "application/json", "canonical"},
		{"JSON with a charset", "problem canonical", "application/json; charset=utf-8", "canonical"},
		{"JSON with a quoted charset", "problem canonical", `application/json;charset="utf-8"`, "canonical"},
		{"JSON in other case", "problem canonical", "Application/JSON", "canonical"},
		{"JSON with other parameters", "problem canonical xml", "application/json;odata=verbose", "canonical"},
		{"a vendor's JSON", "xml canonical", "application/vnd.github+json", "canonical"},
		{"a vendor's JSON, preferred", "xml canonical", "application/vnd.github+json, application/soap+xml;q=0.9", "canonical"},
		{"a vendor's XML", "canonical xml", "application/soap+xml", "xml"},
		{"JSON where there are problems", "text problem", "application/json", "problem"},
		{"problems by name", all, "application/problem+json", "problem"},
		{"problems as XML", all, "application/problem+xml", "problem-xml"},
		{"XML by name", all, "application/xml", "xml"},
		{"XML as text", all, "text/xml", "text-xml"},
		{"text", all, "text/plain", "text"},
		{"any text is no page", all, "text/*", "text-xml"},
		{"any text where there is only a page", "canonical html", "text/*", "html"},
		{"any application", "html text problem canonical", "application/*", "problem"},
		{"Markdown", all, "text/markdown", "markdown"},
		{"Markdown with a variant", all, "text/markdown;variant=GFM", "markdown"},

		{"qualities", all, "application/json;q=0.5, application/problem+json;q=0.6", "problem"},
		{"three digits", all, "application/json;q=0.501, application/problem+json;q=0.502", "problem"},
		{"no zero", all, "application/json;q=.5, application/problem+json;q=.6", "problem"},
		{"many digits", all, "application/json;q=0.50000000001, application/problem+json;q=0.6000000", "problem"},
		{"in capitals", all, "application/json;Q=0.5, application/problem+json;Q=0.6", "problem"},
		{"before other parameters", all, "text/plain;q=0.2;charset=utf-8, text/markdown;q=0.1", "text"},
		{"equal qualities", "xml problem canonical", "application/json, application/xml, application/problem+json", "xml"},
		{"JSON and a page equally", "html canonical", "text/html, application/json", "canonical"},
		{"a page a little more", "canonical html", "text/html, application/json;q=0.999", "html"},
		{"a page a little less", "html canonical", "text/html;q=0.999, application/json", "canonical"},
		{"refused", all, "application/json;q=0, */*", "problem"},
		{"refused with digits", all, "application/json;q=0.000, */*", "problem"},
		{"a refused page", all, "text/html;q=0, application/xhtml+xml;q=0, */*;q=0.1", "canonical"},
		{"everything is refused", all, "*/*;q=0", "canonical"},
		{"only what is refused", "canonical problem", "application/json;q=0", "problem"},
		{"all text is refused, plain text is not", "xml text", "text/*;q=0, text/plain", "text"},
		{"specificity", all, "application/*;q=0.1, application/problem+json, */*;q=0.5", "problem"},
		{"specificity, in any order", "canonical text", "*/*, application/*;q=0.2, application/json;q=0.1, text/plain;q=0.3", "text"},
		{"the example of RFC 9110", "html text canonical", rfc9110, "text"},
		{"the same example without text", "html canonical", rfc9110, "canonical"},
		{"XHTML is a page", "canonical html", "application/xhtml+xml", "html"},
		{"a page with a level", "canonical html", "text/html;level=1", "html"},

		{"nothing that there is", all, "image/png", "canonical"},
		{"nothing that there is, with a page first", "html problem", "image/png", "problem"},
		{"only a page", "html", "*/*", "html"},
		{"a list of nothing", all, " , ,, ", "canonical"},
		{"no list", all, "\x00\xff;;=;q", "canonical"},
		{"a half range", all, "*/html, */json", "canonical"},
		{"spaces inside", all, "text / html", "canonical"},
		{"a malformed quality", all, "application/json;q=high, application/problem+json;q=0.1", "problem"},
		{"a quality above 1", all, "application/json;q=1.001, application/problem+json;q=0.1", "problem"},
		{"a quality below 0", all, "application/json;q=-1, application/problem+json;q=0.1", "problem"},
		{"a comma in quotes", all, `application/json;profile="a,text/html;q=1,b";q=0.1, text/plain;q=0.2`, "text"},
		{"an escaped quote", all, `application/json;profile="\",text/html,\"", text/plain;q=0.2`, "text"},
		{"an open quote", all, `text/plain, application/json;profile="a, text/html`, "text"},
		{"tabs", all, "text/plain\t;\tq=0.5\t,\ttext/markdown\t;\tq=0.6", "markdown"},
		{"several lines", all, "image/png\ntext/plain;q=0.5\ntext/markdown;q=0.6", "markdown"},
		{"ranges after many", "canonical problem", strings.Repeat("image/png,", 100) + "application/problem+json", "canonical"},
		{"a long header", "canonical problem", strings.Repeat("a", 100_000) + ",application/problem+json", "canonical"},
	} {
		t.Run(c.about, func(t *testing.T) {
			o, names := offers(c.offers)
			var lines []string
			if c.accept != "" {
				lines = strings.Split(c.accept, "\n")
			}
			if got := names[o.Choose(lines)]; got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

func TestPrefersHTML(t *testing.T) {
	for accept, want := range map[string]bool{
		chromium: true, firefox: true, internetExp: true, turbo: true, lynx: true, agent: true,
		"*/*": false, "": false, axios: false, jquery: false, image: false, "text/html;q=0": false, "text/html;q=0, */*": false,
		"application/json, text/html": false, "text/html, application/json;q=0.9": true, "application/xhtml+xml": true, "text/*": true,
	} {
		if got := translate.PrefersHTML([]string{accept}); got != want {
			t.Errorf("%s: %v", accept, got)
		}
	}
}

// FuzzChoose checks that whatever a client accepts, some offer is chosen, and that
// nobody gets a page who does not mention one.
func FuzzChoose(f *testing.F) {
	for _, accept := range []string{chromium, axios, java, rfc9110, "text/html;q=0", `a/b;c="\"`} {
		f.Add(accept)
	}
	o, names := offers("html canonical problem xml text-xml text markdown problem-xml")
	f.Fuzz(func(t *testing.T, accept string) {
		lower := strings.ToLower(accept)
		name := names[o.Choose([]string{accept})]
		if name == "html" && !strings.Contains(lower, "html") && !strings.Contains(lower, "text/*") {
			t.Errorf("%q gets a page", accept)
		}
	})
}

// BenchmarkChoose chooses among all envelopes. It is to take at most 200 ns, without
// allocations.
func BenchmarkChoose(b *testing.B) {
	o, _ := offers("canonical problem xml text-xml html text markdown problem-xml")
	for name, accept := range map[string]string{"curl": "*/*", "axios": axios, "chromium": chromium, "firefox": firefox, "other": googlebot, "lynx": lynx} {
		b.Run(name, func(b *testing.B) {
			if o.Choose([]string{accept}) != o.Choose([]string{accept, ""}) {
				b.Error("what was prepared is not what is read")
			}
			lines := []string{accept}
			b.ReportAllocs()
			for b.Loop() {
				o.Choose(lines)
			}
		})
	}
}
