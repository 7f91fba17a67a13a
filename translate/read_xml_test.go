package translate_test

import (
	"strings"
	"testing"

	"github.com/koine-proxy/koine/dialect"
)

func TestXML(t *testing.T) {
	for _, c := range []struct{ about, body, want string }{
		{"text", `<a>x</a>`, `{"a":"x"}`},
		{"nothing", `<a></a>`, `{"a":""}`},
		{"an empty element", `<a/>`, `{"a":""}`},
		{"white space around text", "<a>\n  x y\n</a>", `{"a":"x y"}`},
		{"children", `<a><b>x</b><c><d>y</d></c></a>`, `{"a":{"b":"x","c":{"d":"y"}}}`},
		{"children of one name", `<a><b>x</b><b>y</b></a>`, `{"a":{"b":["x","y"]}}`},
		{"children of one name, with others between", `<a><b>x</b><c>1</c><b>y</b><b/></a>`, `{"a":{"b":["x","y",""],"c":"1"}}`},
		{"an attribute", `<a id="7">x</a>`, `{"a":{"@id":"7","#text":"x"}}`},
		{"an attribute in single quotes", `<a id='7'/>`, `{"a":{"@id":"7"}}`},
		{"attributes with prefixes", `<a xml:lang="en" x:id="7"/>`, `{"a":{"@lang":"en","@id":"7"}}`},
		{"an attribute and a child of one name", `<a b="x"><b>y</b></a>`, `{"a":{"@b":"x","b":"y"}}`},
		{"entities in an attribute", `<a b="&quot;x&quot; &amp; &#x263a;"/>`, `{"a":{"@b":"\"x\" & ☺"}}`},
		{"text between children", `<a>x<b>y</b>z</a>`, `{"a":{"b":"y","#text":"xz"}}`},
		{"prefixes", `<s:a xmlns:s="urn:s"><s:b>x</s:b></s:a>`, `{"a":{"b":"x"}}`},
		{"prefixes without a declaration", `<s:a><s:b>x</s:b></s:a>`, `{"a":{"b":"x"}}`},
		{"a namespace", `<a xmlns="urn:a"><b>x</b></a>`, `{"a":{"b":"x"}}`},
		{"two prefixes, one name", `<a><x:b>1</x:b><y:b>2</y:b></a>`, `{"a":{"b":["1","2"]}}`},
		{"case", `<Error><CODE>x</CODE></Error>`, `{"Error":{"CODE":"x"}}`},
		{"entities", `<a>&lt;x&gt; &amp; &quot;y&quot; &apos; &#65; &#x42;</a>`, `{"a":"<x> & \"y\" ' A B"}`},
		{"CDATA", `<a><![CDATA[<x> & "y"]]></a>`, `{"a":"<x> & \"y\""}`},
		{"CDATA beside text", `<a>x <![CDATA[& y]]> z</a>`, `{"a":"x & y z"}`},
		{"entities in CDATA", `<a><![CDATA[&amp;]]></a>`, `{"a":"&amp;"}`},
		{"comments", `<!-- c --><a>x<!-- <b>n</b> -->y</a>`, `{"a":"xy"}`},
		{"a declaration and instructions", `<?xml version="1.0" encoding="UTF-8"?><?go now="1"?><a>x</a>`, `{"a":"x"}`},
		{"an instruction inside", `<a><?go now="1"?>x</a>`, `{"a":"x"}`},
		{"a document type", `<!DOCTYPE a SYSTEM "http://example.com/a.dtd"><a>x</a>`, `{"a":"x"}`},
		{"text after the end", `<a>x</a> and more <b>`, `{"a":"x"}`},
		{"a missing end tag", `<a><b>x</b>`, `{"a":{"b":"x"}}`},
		{"an extra end tag", `<a><b>x</b></b></a>`, `{"a":{"b":"x"}}`},
		{"names of other scripts", `<ошибка>x</ошибка>`, `{"ошибка":"x"}`},
		{"quotes and controls", "<a>\"\\\n\t</a>", `{"a":"\"\\"}`},
	} {
		t.Run(c.about, func(t *testing.T) {
			if f, doc := readDocument("application/xml", c.body); f != dialect.FormatXML || doc != c.want {
				t.Errorf("%s is %s %s, want %s", c.body, f, doc, c.want)
			}
		})
	}
}

// TestXMLBounds checks the bounds of depth and number of elements, and that
// entities are not expanded.
func TestXMLBounds(t *testing.T) {
	deep := func(n int) string {
		return strings.Repeat("<a>", n) + "x" + strings.Repeat("</a>", n)
	}
	for _, c := range []struct {
		about, body string
		format      dialect.Format
		holds       string // in the tree
		lacks       string
	}{
		{"as deep as allowed", deep(59), "xml", `"x"`, ""},
		{"too deep", deep(70), "empty", "", ""},
		{"far too deep", strings.Repeat("<a>", 100_000), "empty", "", ""},
		{"as many elements as allowed", "<a>" + strings.Repeat("<b/>", 4000) + "</a>", "xml", `"b":["",""`, ""},
		{"billion laughs", `<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]><l>&c;</l>`, "xml", `"&c;"`, "lol"},
		{"a local file", `<?xml version="1.0"?><!DOCTYPE l [<!ENTITY x SYSTEM "file:///etc/passwd">]><l>&x;</l>`, "xml", `"&x;"`, "root:"},
		{"a page on the network", `<!DOCTYPE l [<!ENTITY % x SYSTEM "http://127.0.0.1:1/x"> %x;]><l>y</l>`, "xml", `"y"`, "127.0.0.1"},
		{"an include", `<l xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="file:///etc/passwd" parse="text"/></l>`, "xml", `"@href"`, "root:"},
	} {
		t.Run(c.about, func(t *testing.T) {
			f, doc := readDocument("application/xml", c.body)
			if f != c.format || !strings.Contains(doc, c.holds) || c.lacks != "" && strings.Contains(doc, c.lacks) {
				t.Errorf("got %s %.200s", f, doc)
			}
		})
	}
	if f, _ := readDocument("application/xml", "<a>"+strings.Repeat("<b/>", 5000)+"</a>"); f == dialect.FormatXML {
		t.Error("5000 elements are read as XML")
	}
}
