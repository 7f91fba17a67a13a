package translate_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/koine-proxy/koine/dialect"
	"github.com/koine-proxy/koine/translate"
)

// FuzzMarkup checks that markup becomes valid JSON, and that the body is not
// modified.
func FuzzMarkup(f *testing.F) {
	for _, s := range []string{
		`<a b="c">d<e/>&amp;<![CDATA[x]]></a>`, `<?xml version="1.0" encoding="latin1"?><a>` + "\xe9</a>", `<html><h1>x</h1><script>`, `<a><b><c>`, `<`, `</a>`,
		`<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>`, "<a>\x00\x01</a>", `<!--`, `<a b=c d='e`, `<p>a<br>b`, `<svg><p>`, "<\xff>", `<a:b:c xmlns:a="d"/>`,
	} {
		f.Add("application/xml", []byte(s))
		f.Add("text/html", []byte(s))
	}
	for _, file := range forms(f) {
		for _, x := range file.Examples {
			if strings.HasPrefix(strings.TrimSpace(x.Body), "<") {
				f.Add("", []byte(x.Body))
			}
		}
	}
	f.Fuzz(func(t *testing.T, media string, body []byte) {
		before := bytes.Clone(body)
		format, doc := translate.Document(translate.Response{Header: map[string][]string{"Content-Type": {media}}, Body: body})
		if !bytes.Equal(body, before) {
			t.Fatalf("the body became %q", body)
		}
		if format != dialect.FormatEmpty && !json.Valid(doc) {
			t.Fatalf("%s is not converted to JSON: %s", format, doc)
		}
	})
}

// Control characters and separators of lines would take six bytes each in JSON.
func TestMarkupControls(t *testing.T) {
	for _, control := range []string{"\x00", "\x1f", "\x7f", "\u0085", "\u2028", "\u2029", "&#31;", "&#x85;", "&#8232;"} {
		text := strings.Repeat("a"+control, 1000) + "b"
		for _, body := range []string{"<e><m>" + text + "</m></e>", "<e m='" + text + "'/>", "<html><body><p>" + text + "</p></body></html>"} {
			format, doc := translate.Document(translate.Response{Header: map[string][]string{"Content-Type": {"text/html"}}, Body: []byte(body)})
			if format == dialect.FormatEmpty || len(doc) > 3*len(body) {
				t.Errorf("%q in %.12s…: format %s, %d bytes of JSON for %d bytes", control, body, format, len(doc), len(body))
			}
			if bytes.Contains(doc, []byte(`\u`)) || bytes.Contains(doc, []byte(control)) && len(control) < 5 {
				t.Errorf("%q in %.12s…: %.60s", control, body, doc)
			}
		}
	}
	for _, text := range []string{"a\tb", "a\nb", "\u00a0b", "\u2027b", "é", "\xc2", "\xe2\x80"} {
		_, doc := translate.Document(translate.Response{Body: []byte("<e><m>x" + text + "x</m></e>")})
		var v struct{ E struct{ M string } }
		if err := json.Unmarshal(doc, &v); err != nil || v.E.M != strings.ToValidUTF8("x"+text+"x", "\ufffd") && len(text) > 2 {
			t.Errorf("%q became %q: %v", text, v.E.M, err)
		}
	}
}
