package translate_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/koine-proxy/koine/dialect"
	"github.com/koine-proxy/koine/translate"
)

// readDocument returns the format of a body and the JSON that paths are applied to.
func readDocument(contentType, body string) (dialect.Format, string) {
	r := translate.Response{Status: 400, Body: []byte(body)}
	if contentType != "" {
		r.Header = map[string][]string{"Content-Type": {contentType}}
	}
	f, doc := translate.Document(r)
	return f, string(doc)
}

func TestFormat(t *testing.T) {
	const (
		jsonType, xmlType, htmlType = "application/json", "application/xml", "text/html; charset=utf-8"
		formType, textType          = "application/x-www-form-urlencoded", "text/plain"
		none                        = dialect.FormatEmpty
	)
	for _, c := range []struct {
		about, media, body string
		format             dialect.Format
		doc                string
	}{
		{"JSON", jsonType, `{"a":1}`, "json", `{"a":1}`},
		{"JSON with white space around it", jsonType, " \r\n{\"a\": 1}\n", "json", `{"a": 1}`},
		{"JSON under text/html", htmlType, `{"a":1}`, "json", `{"a":1}`},
		{"JSON under no type", "", `{"a":1}`, "json", `{"a":1}`},
		{"JSON under a form", formType, `{"a":"b=c"}`, "json", `{"a":"b=c"}`},
		{"a list", jsonType, `[1]`, "json", `[1]`},
		{"a text of JSON", textType, `"late"`, "json", `"late"`},
		{"a number", textType, `404`, "json", `404`},
		{"a word of JSON", textType, `null`, "json", `null`},
		{"guarded JSON", jsonType, ")]}'\n{\"a\":1}", "json", `{"a":1}`},
		{"guarded JSON with a comma", jsonType, ")]}',{\"a\":1}", "json", `{"a":1}`},
		{"guarded JSON with a comma and a line", jsonType, ")]}',\n{\"a\":1}", "json", `{"a":1}`},
		{"two documents: the first is used", jsonType, `{"a":1}{"b":2}`, "json", `{"a":1}`},
		{"two documents in two lines", jsonType, "{\"a\":1}\n{\"b\":2}\n", "json", `{"a":1}`},
		{"a warning after JSON", htmlType, `{"a":1}<br />Warning: late`, "json", `{"a":1}`},
		{"a text after a number", textType, `404 acme are here`, "text", `{"text":"404 acme are here"}`},
		{"a text after a literal of JSON", textType, `null acme`, "text", `{"text":"null acme"}`},

		{"JSON that is cut short", jsonType, `{"a":1`, none, ``},
		{"JSON that is cut short, under text/plain", textType, `{"a":"secret`, none, ``},
		{"a list that is cut short", jsonType, `["a","b`, none, ``},
		{"JSON with comments", jsonType, `{"a":1, // late` + "\n}", none, ``},
		{"JSON in single quotes", jsonType, `{'a':1}`, none, ``},
		{"JSON inside text", textType, `Error: {"a":"secret"}`, none, ``},
		{"JSON that is too deep", jsonType, strings.Repeat("[", 61) + strings.Repeat("]", 61), none, ``},
		{"JSON that is as deep as allowed", jsonType, strings.Repeat("[", 60) + strings.Repeat("]", 60), "json", strings.Repeat("[", 60) + strings.Repeat("]", 60)},

		{"XML", xmlType, `<a><b>1</b></a>`, "xml", `{"a":{"b":"1"}}`},
		{"XML with a declaration, under text/html", htmlType, `<?xml version="1.0"?><a>1</a>`, "xml", `{"a":"1"}`},
		{"XML under JSON", jsonType, `<a>1</a>`, "xml", `{"a":"1"}`},
		{"XML under no type", "", `<a>1</a>`, "xml", `{"a":"1"}`},
		{"XML after white space", xmlType, "\n <a>1</a>", "xml", `{"a":"1"}`},
		{"XML under text/html", htmlType, `<p>1</p>`, "html", `{"p":"1","text":"1"}`},

		{"a page", htmlType, `<!DOCTYPE html><html><body><h1>Late</h1></body></html>`, "html", `{"h1":"Late","text":"Late"}`},
		{"a page under JSON", jsonType, `<html><h1>Late</h1></html>`, "html", `{"h1":"Late","text":"Late"}`},
		{"a page in upper case", "", `<HTML><H1>Late</H1></HTML>`, "html", `{"h1":"Late","text":"Late"}`},
		{"a page that starts with a comment", htmlType, `<!-- acme --><h1>Late</h1>`, "html", `{"h1":"Late","text":"Late"}`},
		{"a page of XHTML", htmlType, `<!DOCTYPE html PUBLIC "x"><html xmlns="y"><h1>Late</h1></html>`, "html", `{"h1":"Late","text":"Late"}`},

		{"a form", formType, `error=late&text=Too+late%21`, "form", `{"error":"late","text":"Too late!"}`},
		{"a form with an empty value", formType, `error=late&text`, "form", `{"error":"late","text":""}`},
		{"a form with its charset", formType + "; charset=utf-8", `a=%C3%A9`, "form", `{"a":"é"}`},
		{"a form under text/plain", textType, `error=late`, "text", `{"text":"error=late"}`},
		{"text under a form", formType, `Too late.`, "text", `{"text":"Too late."}`},
		{"a form with a bad escape", formType, `a=%zz`, "text", `{"text":"a=%zz"}`},
		{"a form with too many pairs", formType, strings.Repeat("a=b&", 256) + "a=b", "text", `{"text":"` + strings.Repeat("a=b&", 256) + `a=b"}`},

		{"text", textType, "Too late.\n", "text", `{"text":"Too late."}`},
		{"text under JSON", jsonType, "Too late.", "text", `{"text":"Too late."}`},
		{"text with quotes and lines", textType, "Too \"late\".\r\n\tGo.\f", "text", `{"text":"Too \"late\".\r\n\tGo."}`},
		{"text that begins like JSON", textType, "[late] Too late.", "text", `{"text":"[late] Too late."}`},
		{"text with a tag in it", textType, "Too <b>late</b>.", "text", `{"text":"Too <b>late</b>."}`},

		{"nothing", jsonType, "", none, ``},
		{"white space", jsonType, " \r\n\t", none, ``},
		{"a byte order mark", jsonType, "\xef\xbb\xbf", none, ``},
		{"only a guard", jsonType, ")]}'", none, ``},
		{"bytes that are not text", textType, "\x01\x02late", none, ``},
		{"a picture", "image/png", "\x89PNG\r\n\x1a\n", none, ``},
	} {
		t.Run(c.about, func(t *testing.T) {
			if f, doc := readDocument(c.media, c.body); f != c.format || doc != c.doc {
				t.Errorf("%q is %s %s, want %s %s", c.body, f, doc, c.format, c.doc)
			}
		})
	}
}

// TestFormatOfDialect checks that a dialect matches bodies of its formats only; a
// body without a format matches none.
func TestFormatOfDialect(t *testing.T) {
	sample := map[dialect.Format]string{
		"json": `{"a":1}`, "xml": `<a>1</a>`, "html": `<html><h1>a</h1></html>`, "text": `late`, "form": `a=1`, "empty": ``, "": "\x01",
	}
	for _, f := range dialect.Formats() {
		e := testDialect(t, "format: "+string(f)+"\nshape: {message: why}\ncodes: {}\n")
		for other, body := range sample {
			r := translate.Response{Status: 400, Body: []byte(body)}
			if other == "form" {
				r.Header = map[string][]string{"Content-Type": {"application/x-www-form-urlencoded"}}
			}
			if got := readResponse(t, e, r).Dialect == "acme"; got != (f == other) {
				t.Errorf("a dialect of %s matches %s: %t", f, other, got)
			}
		}
	}
	several := testDialect(t, "format: [xml, empty]\nshape: {message: why}\ncodes: {}\n")
	for body, want := range map[string]bool{`<a/>`: true, ``: true, `{}`: false} {
		if got := readResponse(t, several, translate.Response{Status: 400, Body: []byte(body)}).Dialect == "acme"; got != want {
			t.Errorf("a dialect of XML and empty bodies matches %q: %t", body, got)
		}
	}
}

// TestLongText checks that a long text is cut, but not in a character, whatever its bytes are.
func TestLongText(t *testing.T) {
	for _, c := range []struct{ part, want string }{
		{"word ", "word "}, {"é", "é"}, {"\xba", "\ufffd"},
	} {
		body := "0 " + strings.Repeat(c.part, 200<<10/len(c.part))
		format, doc := translate.Document(translate.Response{Status: 500, Body: []byte(body)})
		var got struct{ Text string }
		if err := json.Unmarshal(doc, &got); err != nil || format != dialect.FormatText {
			t.Fatalf("%q repeated: %v, format %v", c.part, err, format)
		}
		text, whole := strings.TrimPrefix(got.Text, "0 "), strings.Repeat(c.want, 200<<10/len(c.part))
		if n := len(text) * len(c.part) / len(c.want); n > 64<<10 || n < 60<<10 || !strings.HasPrefix(whole, text) {
			t.Errorf("%q repeated: a text of %d bytes, which ends in %q", c.part, n, text[len(text)-20:])
		}
	}
}
