package translate_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/koine-proxy/koine/dialect"
)

func TestHTML(t *testing.T) {
	for _, c := range []struct{ about, body, want string }{
		{"a heading", `<h1>Late</h1>`, `{"h1":"Late","text":"Late"}`},
		{"tags in upper case", `<H1>Late</H1><P>Go.</P>`, `{"h1":"Late","p":"Go.","text":"Late Go."}`},
		{"several of one kind", `<p>a</p><h1>b</h1><p>c</p>`, `{"p":["a","c"],"h1":"b","text":"a b c"}`},
		{"white space", "<h1>\n Too \t late\n</h1>", `{"h1":"Too late","text":"Too late"}`},
		{"entities", `<h1>Tom &amp; J&#233;r&ocirc;me&nbsp;&lt;x&gt;</h1>`, `{"h1":"Tom & Jérôme <x>","text":"Tom & Jérôme <x>"}`},
		{"a line break", `<p>a<br>b<br/>c</p>`, `{"p":"a b c","text":"a b c"}`},
		{"tags inside", `<p>a <b>b</b> c</p>`, `{"p":"a b c","b":"b","text":"a b c"}`},
		{"blocks inside", `<div>a<p>b</p></div>`, `{"div":"a","p":"b","text":"a b"}`},
		{"elements without text", `<p> </p><h1>a</h1>`, `{"h1":"a","text":"a"}`},
		{"elements of other kinds", `<font>a</font><p>b</p>`, `{"p":"b","text":"a b"}`},
		{"the title", `<html><head><title>Late</title></head><body>x</body></html>`, `{"title":"Late","body":"x","text":"Late x"}`},
		{"scripts and styles", `<script>var a="<p>no</p>"</script><style>p{}</style><template><p>no</p></template><noscript><p>no</p></noscript><p>yes</p>`, `{"p":"yes","text":"yes"}`},
		{"scripts in upper case", `<SCRIPT>no()</SCRIPT><p>yes</p>`, `{"p":"yes","text":"yes"}`},
		{"pictures", `<svg><text>no</text></svg><p>yes</p>`, `{"p":"yes","text":"yes"}`},
		{"comments", `<p>a<!-- no --></p>`, `{"p":"a","text":"a"}`},
		{"attributes", `<p title="no">a</p>`, `{"p":"a","text":"a"}`},
		{"missing end tags", `<p>a<p>b`, `{"p":["a","b"],"text":"a b"}`},
		{"end tags in the wrong order", `<b><i>a</b></i> c`, `{"b":"a","i":"a","text":"a c"}`},
		{"a table", `<table><tr><th>Code</th><td>7</td></tr></table>`, `{"th":"Code","td":"7","text":"Code 7"}`},
		{"a list of terms", `<dl><dt>Code</dt><dd>7</dd></dl>`, `{"dt":"Code","dd":"7","text":"Code 7"}`},
		{"a page without text", `<html><body></body></html>`, `{"text":""}`},
	} {
		t.Run(c.about, func(t *testing.T) {
			if f, doc := readDocument("text/html", c.body); f != dialect.FormatHTML || doc != c.want {
				t.Errorf("%s is %s %s, want %s", c.body, f, doc, c.want)
			}
		})
	}
}

// TestHTMLBounds checks the bounds of text and depth of a page.
func TestHTMLBounds(t *testing.T) {
	for about, body := range map[string]string{
		"long":        "<p>" + strings.Repeat("word ", 100_000) + "</p>",
		"of many":     strings.Repeat("<p>word</p>", 50_000),
		"deep":        strings.Repeat("<div><b>", 5_000) + "word",
		"never ended": "<html><script>" + strings.Repeat("<", 100_000),
	} {
		f, doc := readDocument("text/html", body)
		if f != dialect.FormatHTML && f != dialect.FormatEmpty || len(doc) > 2<<20 || len(doc) > 0 && !json.Valid([]byte(doc)) {
			t.Errorf("a page that is %s is %s of %d bytes", about, f, len(doc))
		}
	}
}
