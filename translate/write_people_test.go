package translate_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/net/html"

	"github.com/koine-proxy/koine/translate"
)

// hostileTexts try to break out of every envelope.
var hostileTexts = []string{
	`<script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, `' onmouseover='alert(1)`, `</h1></body><script>alert(1)</script>`,
	"]]>", "<!--", "&lt;script&gt;", "a\x00b\x1b[31mc\x7f\u0085d", "\u202eright to left", "\xff\xfe", "\ufffe\uffff\U0001fffe", "line\nline\r\ttab",
	"**bold** [x](javascript:alert(1)) `code` <b>", "# heading", "1. list", "- list", "javascript:alert(1)", "=cmd|'/C calc'!A0", "\u2028\u2029", "𐍈 ü 漢字",
}

// people are the envelopes that are not JSON.
var people = map[string]func(*translate.Translation, []byte, *translate.Policy, translate.RenderParams) []byte{
	"html": func(t *translate.Translation, dst []byte, p *translate.Policy, params translate.RenderParams) []byte {
		return t.AppendHTML(dst, p, params, &translate.Page{})
	},
	"text": (*translate.Translation).AppendText, "markdown": (*translate.Translation).AppendMarkdown,
	"xml": (*translate.Translation).AppendCanonicalXML, "problem+xml": (*translate.Translation).AppendProblemXML,
}

// renderPeople renders an error with a text everywhere as an envelope.
func renderPeople(tb testing.TB, name, text string) []byte {
	tb.Helper()
	tr := engine(tb, "rustbill").Acquire()
	defer tr.Release()
	quoted := quote(text)
	tr.Read(400, []byte(`{"error":"validation_error","message":`+quoted+`,"fields":{`+quoted+`:`+quoted+`,"b":`+quoted+`},`+quoted+`:{`+quoted+`:[`+quoted+`,1,null,true]}}`))
	p := translate.DefaultPolicy()
	p.Message, p.Docs = translate.MessageUpstream, "https://docs.example.com/errors/"
	return people[name](tr, nil, &p, translate.RenderParams{RequestID: text, Locale: builtInLocales(tb).Default()})
}

func quote(text string) string {
	var b bytes.Buffer
	b.WriteByte('"')
	for _, r := range text {
		switch {
		case r == '"' || r == '\\':
			b.WriteString("\\" + string(r))
		case r < ' ':
			b.WriteString("\\u00" + string("0123456789abcdef"[r>>4]) + string("0123456789abcdef"[r&15]))
		default:
			b.WriteRune(r)
		}
	}
	return b.String() + `"`
}

// checkPage checks that a page has no elements but those of every page, and no
// attributes that run something.
func checkPage(t *testing.T, page []byte) {
	t.Helper()
	allowed := " html head meta title body main p h1 h2 ul li code span dl div dt dd button a "
	for z := html.NewTokenizer(bytes.NewReader(page)); ; {
		kind := z.Next()
		if kind == html.ErrorToken {
			if !errors.Is(z.Err(), io.EOF) {
				t.Error(z.Err())
			}
			return
		}
		token := z.Token()
		switch kind {
		case html.StartTagToken, html.SelfClosingTagToken, html.EndTagToken:
			if !strings.Contains(allowed, " "+token.Data+" ") {
				t.Errorf("element %s in %s", token.Data, page)
			}
			for _, a := range token.Attr {
				if strings.HasPrefix(a.Key, "on") || a.Key == "style" || a.Key == "href" && !strings.HasPrefix(a.Val, "https://docs.example.com/") {
					t.Errorf("attribute %s=%s in %s", a.Key, a.Val, page)
				}
			}
		case html.CommentToken, html.DoctypeToken:
			if token.Data != "html" {
				t.Errorf("%v in %s", token, page)
			}
		}
	}
}

// checkXML checks that a document is well-formed and in a namespace.
func checkXML(t *testing.T, document []byte, root xml.Name) {
	t.Helper()
	first := true
	for d := xml.NewDecoder(bytes.NewReader(document)); ; {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatalf("%v in %s", err, document)
		}
		if e, ok := token.(xml.StartElement); ok {
			if first && e.Name != root {
				t.Errorf("the root is %v", e.Name)
			}
			if first = false; e.Name.Space != root.Space {
				t.Errorf("%v is in another namespace", e.Name)
			}
		}
	}
}

// checkPrintable checks that a text has no characters that a terminal interprets.
func checkPrintable(t *testing.T, text []byte) {
	t.Helper()
	if i := strings.IndexFunc(string(text), func(r rune) bool { return r != '\n' && unicode.IsControl(r) || r >= 0x2028 && r <= 0x202e }); i >= 0 {
		t.Errorf("a control character at %d of %q", i, text)
	}
}

func checkPeople(t *testing.T, name string, out []byte) {
	t.Helper()
	switch name {
	case "html":
		checkPage(t, out)
		checkPrintable(t, out)
	case "xml":
		checkXML(t, out, xml.Name{Local: "response"})
	case "problem+xml":
		checkXML(t, out, xml.Name{Space: "urn:ietf:rfc:7807", Local: "problem"})
	default:
		checkPrintable(t, out)
	}
}

// TestHostileTexts checks that no text breaks out of an envelope.
func TestHostileTexts(t *testing.T) {
	for name := range people {
		for _, text := range hostileTexts {
			checkPeople(t, name, renderPeople(t, name, text))
		}
	}
}

// FuzzPeople does the same with any text.
func FuzzPeople(f *testing.F) {
	for _, text := range hostileTexts {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for name := range people {
			checkPeople(t, name, renderPeople(t, name, text))
		}
	})
}

// TestPeople compares the envelopes for people and XML with what is expected.
func TestPeople(t *testing.T) {
	l := builtInLocales(t)
	const body = `{"error":"validation_error","message":"Please check the form.","fields":{"items.0.sku":"There is no such article."},"cart id":7,"total":50.00}`
	for _, c := range []struct{ name, language, want string }{
		{"text", "en", "400: Please check the form.\nCheck what you entered, then try again.\n\nitems.0.sku: There is no such article.\nError code: VALIDATION.FAILED\nRequest ID: req_1\nMore about this error: https://docs.example.com/errors/VALIDATION.FAILED\n"},
		{"text", "fr-CA", "400: Please check the form.\nVérifiez votre saisie, puis réessayez.\n\nitems.0.sku: There is no such article.\nCode d’erreur: VALIDATION.FAILED\nID de la requête: req_1\nEn savoir plus sur cette erreur: https://docs.example.com/errors/VALIDATION.FAILED\n"},
		{"markdown", "en", "# 400 VALIDATION.FAILED\n\nPlease check the form.\n\n- What to do: Correct the fields that are named in error.fields.\n- Retry: never; the same request fails again.\n- Field `items.0.sku`: There is no such article.\n- Request id: `req_1`\n- Documentation: `https://docs.example.com/errors/VALIDATION.FAILED`\n"},
		{"xml", "en", `<?xml version="1.0" encoding="UTF-8"?><response><error><code>VALIDATION.FAILED</code><type>validation</type><category>invalid_request</category><status>400</status><message>Please check the form.</message>` +
			`<fields><i><field>items.0.sku</field><message>There is no such article.</message></i></fields><details><cart_id name="cart id">7</cart_id><total>50.00</total></details><retry><strategy>never</strategy><safe>false</safe></retry><docs>https://docs.example.com/errors/VALIDATION.FAILED</docs></error>` +
			`<meta><request_id>req_1</request_id><api_version>1</api_version><origin>upstream</origin><match>table</match></meta></response>`},
		{"problem+xml", "en", `<?xml version="1.0" encoding="UTF-8"?><problem xmlns="urn:ietf:rfc:7807"><type>https://docs.example.com/errors/VALIDATION.FAILED</type><title>Bad Request</title><status>400</status><detail>Please check the form.</detail><code>VALIDATION.FAILED</code><category>invalid_request</category>` +
			`<errors><i><pointer>#/items/0/sku</pointer><detail>There is no such article.</detail></i></errors><details><cart_id name="cart id">7</cart_id><total>50.00</total></details><retry><strategy>never</strategy><safe>false</safe></retry><request_id>req_1</request_id></problem>`},
		{"html", "de-AT", `<!doctype html><html lang="de"><head><meta charset="utf-8"><title>400: Please check the form.</title></head><body><main class="error"><p class="status">400</p><h1 lang="" dir="auto">Please check the form.</h1><p class="advice">Prüfen Sie Ihre Angaben und versuchen Sie es noch einmal.</p>` +
			`<h2>Bitte prüfen</h2><ul class="fields"><li><code>items.0.sku</code> <span dir="auto">There is no such article.</span></li></ul><dl><div><dt>Fehlercode</dt><dd><code>VALIDATION.FAILED</code></dd></div><div><dt>Anfrage-ID</dt><dd><code id="request-id">req_1</code> <button type="button" data-copy="request-id" data-copied="Kopiert" hidden>Kopieren</button></dd></div></dl>` +
			`<p class="docs"><a href="https://docs.example.com/errors/VALIDATION.FAILED">Mehr zu diesem Fehler</a></p></main></body></html>` + "\n"},
	} {
		t.Run(c.name+" "+c.language, func(t *testing.T) {
			tr := read(t, 400, body, "rustbill")
			p := translate.DefaultPolicy()
			p.Status, p.Docs = translate.StatusUpstream, "https://docs.example.com/errors/"
			out := people[c.name](tr, []byte("before"), &p, translate.RenderParams{RequestID: "req_1", Locale: l.Choose([]string{c.language})})
			if got := string(out); got != "before"+c.want {
				t.Errorf("got\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}

// TestPeopleWait checks what says when to try again.
func TestPeopleWait(t *testing.T) {
	for name, want := range map[string]string{
		"html":     "<dt>Erneut versuchen in</dt><dd>60 s</dd>",
		"text":     "Erneut versuchen in: 60 s\n",
		"markdown": "- Retry: not before 60 seconds have passed, but repeating the request may take effect twice.\n",
	} {
		tr := read(t, 429, "")
		p := translate.DefaultPolicy()
		out := string(people[name](tr, nil, &p, translate.RenderParams{RequestID: "r", Locale: builtInLocales(t).Choose([]string{"de"})}))
		if !strings.Contains(out, want) {
			t.Errorf("%s: no %q in %s", name, want, out)
		}
	}
}

// TestPeopleLeakNothing checks that errors of servers show nothing of the upstream.
func TestPeopleLeakNothing(t *testing.T) {
	for name := range people {
		tr := read(t, 500, `{"error":"internal_secret_code","message":"at com.acme.Db(Db.java:7) password=hunter2","host":"10.1.2.3"}`)
		p := translate.DefaultPolicy()
		out := string(people[name](tr, nil, &p, translate.RenderParams{RequestID: "r", Locale: builtInLocales(t).Default()}))
		for _, secret := range []string{"acme", "hunter2", "10.1.2.3", "internal_secret_code"} {
			if strings.Contains(out, secret) {
				t.Errorf("%s has %s: %s", name, secret, out)
			}
		}
	}
}

// BenchmarkPeople renders an error with three fields. A page is to take at most 10 µs.
func BenchmarkPeople(b *testing.B) {
	e, raw := engine(b, "rustbill"), []byte(typicalFields)
	p := translate.DefaultPolicy()
	params := translate.RenderParams{RequestID: "req_01JD9ZK3M5Q7R9T1V3X5Z7B9D1", Locale: builtInLocales(b).Choose([]string{"ja"})}
	tr := e.Acquire()
	defer tr.Release()
	tr.Read(400, raw)
	for name, render := range people {
		b.Run(name, func(b *testing.B) {
			out := make([]byte, 0, 16<<10)
			b.ReportAllocs()
			for b.Loop() {
				out = render(tr, out[:0], &p, params)
			}
		})
	}
}

// BenchmarkRender renders the JSON envelopes, in English and in another language.
// It is to take at most 700 ns without allocations, and 50 ns more for a language with the
// choice of it.
func BenchmarkRender(b *testing.B) {
	e, raw := engine(b, "licensekey"), []byte(typicalBody)
	p := translate.DefaultPolicy()
	p.Message = translate.MessageCanonical
	l := builtInLocales(b)
	tr := e.Acquire()
	defer tr.Release()
	tr.Read(400, raw)
	for name, render := range map[string]func([]byte, *translate.Policy, translate.RenderParams) []byte{"canonical": tr.AppendCanonical, "problem": tr.AppendProblem} {
		for _, accept := range []string{"", "fr-CA, en;q=0.5", "de-DE,de;q=0.9,en-US;q=0.8,en;q=0.7", "ja"} {
			b.Run(name+"/"+strings.ReplaceAll(accept, ",", "+"), func(b *testing.B) {
				out := make([]byte, 0, 4096)
				lines := []string{accept}
				b.ReportAllocs()
				for b.Loop() {
					params := translate.RenderParams{RequestID: "req_01JD9ZK3M5Q7R9T1V3X5Z7B9D1"}
					if accept != "" {
						params.Locale = l.Choose(lines)
					}
					out = render(out[:0], &p, params)
				}
			})
		}
	}
}
