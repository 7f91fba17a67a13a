package translate_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/koine-proxy/koine/translate"
)

// hostile are bodies of about n bytes that cost as much as possible to read.
var hostile = []struct {
	name string
	body func(n int) string
}{
	{"text of a page in pieces", func(n int) string {
		return "<html><body>" + strings.Repeat("<b>", 55) + repeat("x<i></i>", n) + "</body></html>"
	}},
	{"text of a page in one piece", func(n int) string {
		return "<html>" + strings.Repeat("<b>", 8) + repeat("b>", n) + "</html>"
	}},
	{"text of XML in pieces", func(n int) string { return "<a><b>" + repeat("x<!---->", n) + "</b></a>" }},
	{"CDATA in pieces", func(n int) string { return "<a><b>" + repeat("<![CDATA[x]]>", n) + "</b></a>" }},
	{"siblings of XML", func(n int) string {
		return "<a>" + numbered(min(n/12, 4000), func(i string) string { return "<b" + i + "/>" }) + "</a>"
	}},
	{"details of empty lists", func(n int) string { return `{"message":"x","details":[` + repeat("[],", n) + "[]]}" }},
	{"errors of empty objects", func(n int) string { return `{"errors":[` + repeat("{},", n) + "{}]}" }},
	{"errors in errors", func(n int) string {
		return strings.Repeat(`{"errors":[`, 28) + repeat("{},", n) + "{}" + strings.Repeat("]}", 28)
	}},
	{"an open text of backslashes", func(n int) string { return `{"message":"` + repeat(`\\`, n) }},
	{"an open text of backslashes in JSON in a text", func(n int) string { return `{"message":"{\"a\":\"` + repeat(`\\\\`, n) + `"}` }},
	{"lists in lists", func(n int) string {
		return `{"errors":` + strings.Repeat("[", 50) + repeat(`"x",`, n) + `"x"` + strings.Repeat("]", 50) + "}"
	}},
	{"maps in maps", func(n int) string {
		return strings.Repeat(`{"errors":{"a":`, 25) + `{"b":[` + repeat(`"It is bad.",`, n) + `"x"]}` + strings.Repeat("}}", 25)
	}},
	{"fields with texts", func(n int) string {
		return `{"errors":{` + numbered(n/20, func(i string) string { return `"f` + i + `":["Is bad."],` }) + `"x":"y"}}`
	}},
	{"entries", func(n int) string { return `{"errors":[` + repeat(`{"field":"a","message":"It is bad."},`, n) + "{}]}" }},
	{"names that are the same", func(n int) string { return `{"error":{` + repeat(`"code":"x",`, n) + `"a":1}}` }},
	{"names that differ", func(n int) string {
		return `{` + numbered(n/14, func(i string) string { return `"name` + i + `":1,` }) + `"a":1}`
	}},
	{"numbers", func(n int) string { return `{"code":[` + repeat("1,", n) + "1]}" }},
	{"a long name", func(n int) string { return `{"` + repeat("errorCode_", n) + `":"x"}` }},
	{"a long code", func(n int) string { return `{"code":"` + repeat("ab_", n) + `"}` }},
	{"a long message", func(n int) string { return `{"message":"` + repeat("It is bad. ", n) + `"}` }},
	{"lines of names and values", func(n int) string { return repeat("code: x\n", n) }},
	{"empty lines", func(n int) string { return "0" + repeat("\n", n) + "x" }},
	{"text that is no UTF-8", func(n int) string { return "0" + repeat("\xc0", n) }},
	{"text of continuation bytes", func(n int) string { return "0" + repeat("\xba", n) }},
	{"a text that is no UTF-8", func(n int) string { return `{"message":"` + repeat("\xc0", n) + `"}` }},
	{"a text of XML that is no UTF-8", func(n int) string { return "<a><b>" + repeat("\xc0", n) + "</b></a>" }},
	{"lines that start like a stack", func(n int) string { return "0" + repeat("a\n", n) + "x" }},
	{"lines in a message", func(n int) string { return `{"message":"a` + repeat(`\n`, n) + `b"}` }},
	{"a form", func(n int) string { return repeat("code=x&", n) + "a=b" }},
	{"a list that many dialects search", func(n int) string {
		return `{"error":{"x":1},"message":null,"status":"x","code":null,"errors":[` + repeat(`{"a":"`+strings.Repeat("x", 900)+`"},`, n) + `{}],"success":false,"type":null,"detail":null,"title":null,"error_description":null}`
	}},
	{"a list of lists that many dialects search", func(n int) string {
		return `{"error":{"errors":[[[[` + repeat(`{"a":[1,2,3,4,5,6,7]},`, n) + `{}]]]],"details":[]},"errors":[],"code":null}`
	}},
	{"details in details", func(n int) string {
		return `{"message":"It is bad.","details":{"a":{"b":{"c":[` + repeat(`{"d":"x"},`, n) + `{}]}}}}`
	}},
	{"pages with long paragraphs", func(n int) string {
		return "<html><body>" + repeat("<p>"+strings.Repeat("word ", 200)+"</p>", n) + "</body></html>"
	}},
	{"attributes", func(n int) string {
		return "<a " + numbered(n/12, func(i string) string { return "a" + i + `="x" ` }) + "/>"
	}},
	{"controls in the name of an element", func(n int) string { return "<p" + repeat("\x1f", n) + ">x</p>" }},
	{"controls in a complaint of XML", func(n int) string {
		return "<e><errors><a>" + repeat("a\x1f", n) + "</a></errors></e>"
	}},
	{"quotes in a complaint of XML", func(n int) string {
		return "<e><errors><a>" + repeat(`a"`, n) + "</a></errors></e>"
	}},
	{"a list of texts", func(n int) string { return `{"message":[` + repeat(`"It is bad.",`, n) + `"x"]}` }},
}

func repeat(part string, n int) string { return strings.Repeat(part, n/len(part)) }

func numbered(n int, part func(i string) string) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(part(strconv.Itoa(i)))
	}
	return b.String()
}

// BenchmarkHostile reads and renders bodies that cost as much as possible. The time for a
// byte must not grow with the size, and a MiB may cost 50 ms (cpu-ns/op).
func BenchmarkHostile(b *testing.B) {
	e := library(b)
	policy := translate.DefaultPolicy()
	for _, h := range hostile {
		for _, size := range []int{64 << 10, 1 << 20} {
			b.Run(h.name+"/"+strconv.Itoa(size>>10)+"KiB", func(b *testing.B) {
				body := []byte(h.body(size))
				b.SetBytes(int64(len(body)))
				var out []byte
				before, n := cpuTime(), 0
				for ; b.Loop(); n++ {
					t := e.Acquire()
					t.ReadResponse(translate.Response{Status: 422, Body: body})
					out = t.AppendCanonical(out[:0], &policy, translate.RenderParams{RequestID: "r"})
					t.Release()
				}
				b.ReportMetric(float64(cpuTime()-before)/float64(n), "cpu-ns/op")
			})
		}
	}
}
