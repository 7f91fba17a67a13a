package translate_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/koine-proxy/koine/translate"
)

// TestRepair reads JSON with the faults that real servers make.
func TestRepair(t *testing.T) {
	const jsonType, htmlType = "application/json", "text/html; charset=utf-8"
	const plain = `{"error":"late"}`
	for _, c := range []struct{ about, media, body, doc string }{
		{"a raw newline", jsonType, "{\"a\":\"b\nc\"}", `{"a":"b\nc"}`},
		{"raw white space of every kind", jsonType, "{\"a\":\"b\r\n\tc\"}", `{"a":"b\r\n\tc"}`},
		{"another control character", jsonType, "{\"a\":\"\x1b[31mred\"}", `{"a":"\u001b[31mred"}`},
		{"a raw tab in a name", jsonType, "{\"a\tb\":1}", `{"a\tb":1}`},
		{"raw newlines and escapes", jsonType, "{\"a\":\"\\\"b\\\\\nc\"}", `{"a":"\"b\\\nc"}`},
		{"NaN", jsonType, `{"a":NaN,"b":[1,NaN]}`, `{"a":null,"b":[1,null]}`},
		{"infinity", jsonType, `{"a":Infinity,"b":-Infinity,"c":-1}`, `{"a":null,"b":null,"c":-1}`},
		{"NaN in a text", jsonType, "{\"a\":\"NaN\n\",\"b\":NaN}", `{"a":"NaN\n","b":null}`},
		{"a list", jsonType, `[NaN]`, `[null]`},
		{"a repair, then something else", jsonType, "{\"a\":\"b\nc\"}\n\"late\x01", `{"a":"b\nc"}`},
		{"many repairs", jsonType, `{"a":"` + strings.Repeat("\n", 9999) + `"}`, `{"a":"` + strings.Repeat(`\n`, 9999) + `"}`},
		{"too many repairs", jsonType, `{"a":"` + strings.Repeat("\n", 10_001) + `"}`, ``},
		{"another word", jsonType, `{"a":NaNo}`, ``},
		{"a negative word", jsonType, `{"a":-NaN}`, ``},
		{"a repair that is not enough", jsonType, "{\"a\":\"b\nc\",}", ``},
		{"a raw newline, cut short", jsonType, "{\"a\":\"b\nc", ``},
		{"a backslash at the end", jsonType, "{\"a\":\"\n\\", ``},

		{"a warning of PHP", htmlType, "<br />\n<b>Warning</b>:  Undefined array key \"x\" in <b>/srv/x.php</b> on line <b>3</b><br />\n" + plain, plain},
		{"a warning that quotes JSON", htmlType, "<br />\n<b>Warning</b>:  bad {\"a\":1} in <b>/srv/x.php</b><br />\n" + plain, plain},
		{"a warning with braces", htmlType, "<br />\n<b>Warning</b>:  Undefined {x} {\"y in <b>/srv/x.php</b><br />\n" + plain, plain},
		{"a warning without a line break", htmlType, "<b>Deprecated</b>:  x in <b>/srv/x.php</b>" + plain, plain},
		{"a warning before and after", htmlType, "<br />\n<b>Notice</b>:  x<br />\n" + plain + "<br />\n<b>Notice</b>:  y<br />", plain},
		{"a warning before a list", htmlType, "<br />\n<b>Notice</b>:  x<br />\n[" + plain + "]", "[" + plain + "]"},
		{"a warning, and JSON with a raw newline", htmlType, "<br />\n<b>Notice</b>:  x<br />\n{\"a\":\"b\nc\"}", `{"a":"b\nc"}`},
		{"a notice as text", jsonType, "Notice: Undefined index: x in /srv/x.php on line 3\n" + plain, plain},
		{"a notice of the command line", jsonType, "PHP Notice:  Undefined index: x in /srv/x.php on line 3\n\nNotice: Undefined index: x\n" + plain, plain},
		{"a fatal error as text", "text/plain", "\nFatal error: x in /srv/x.php on line 3\n" + plain, plain},
		{"a notice, and something after JSON", jsonType, "Notice: x\n" + plain + "\nNotice: y", plain},
		{"a notice that quotes JSON", jsonType, "Warning: bad {\"a\":1} in /srv/x.php on line 3\n" + plain, plain},
		{"a notice alone", "text/plain", "Notice: this is late.", `{"text":"Notice: this is late."}`},
		{"a notice, and JSON that is cut short", jsonType, `Notice: x {"a":"secret`, ``},
		{"another text before JSON", jsonType, "Error: " + plain, ``},
		{"JSON inside of an element", htmlType, "<div>" + plain + "</div>", `{"div":"{\"error\":\"late\"}","text":"{\"error\":\"late\"}"}`},
		{"braces without end", htmlType, "<br />" + strings.Repeat(`{"a":`, 5000), `{"text":"` + strings.Repeat(`{\"a\":`, 5000) + `"}`},

		{"a byte order mark", jsonType, "\xef\xbb\xbf" + plain, plain},
		{"a byte order mark after white space", jsonType, "\r\n\xef\xbb\xbf\n" + plain, plain},
		{"two byte order marks", jsonType, "\xef\xbb\xbf\n\xef\xbb\xbf" + plain, plain},
		{"a byte order mark after a warning", htmlType, "<br />\n<b>Notice</b>:  x<br />\n\xef\xbb\xbf" + plain, plain},
		{"a byte order mark after JSON", jsonType, plain + "\xef\xbb\xbf", plain},
		{"zero bytes after JSON", jsonType, plain + "\x00\x00", plain},
		{"a brace too many", jsonType, plain + "}", plain},
	} {
		t.Run(c.about, func(t *testing.T) {
			if _, doc := readDocument(c.media, c.body); doc != c.doc {
				t.Errorf("%.200q is read as %.200s, want %.200s", c.body, doc, c.doc)
			}
		})
	}
}

// TestRepairedAnswer checks that code and message of such a body are read, and that
// the details are valid JSON.
func TestRepairedAnswer(t *testing.T) {
	for about, body := range map[string]string{
		"control characters": "{\"error\":\"plan_not_found\",\"message\":\"No such\nplan.\",\"hint\":\"a\tb\",\"cost\":1.50}",
		"numbers":            `{"error":"plan_not_found","message":"No such plan.","cost":NaN,"list":[1,-Infinity,{"x":Infinity}]}`,
		"a notice":           "Notice: Undefined index: x in /srv/x.php on line 3\n" + `{"error":"plan_not_found","message":"No such plan.","cost":1}`,
		"a warning":          "<br />\n<b>Warning</b>:  x in <b>/srv/x.php</b><br />\n" + `{"error":"plan_not_found","message":"No such plan.","cost":1}`,
	} {
		t.Run(about, func(t *testing.T) {
			tr := read(t, 404, body)
			if tr.Native != "plan_not_found" || !strings.HasPrefix(tr.Message, "No such") || !strings.HasSuffix(tr.Message, "plan.") {
				t.Errorf("the code is %q, the message %q", tr.Native, tr.Message)
			}
			if details := tr.Details(); !json.Valid([]byte(details)) || !strings.Contains(details, `"cost"`) || strings.Contains(details, "NaN") {
				t.Errorf("the details are %s", details)
			}
			validateJSON(t, compileSchemas(t).problem, renderProblem(t, tr))
		})
	}
}

// TestRepairCost checks that JSON without faults is read without memory.
func TestRepairCost(t *testing.T) {
	tr := engine(t).Acquire()
	defer tr.Release()
	body := []byte(`{"error":"plan_not_found","message":"There is no such plan.","n":-1}`)
	r := translate.Response{Status: 404, Body: body, Header: map[string][]string{"Content-Type": {"application/json"}}}
	tr.ReadResponse(r)
	if n := testing.AllocsPerRun(100, func() { tr.ReadResponse(r) }); n > 0 {
		t.Errorf("%v allocations", n)
	}
}
