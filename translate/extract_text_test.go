package translate_test

import (
	"testing"

	"github.com/koine-proxy/koine/dialect"
	"github.com/koine-proxy/koine/dialect/yamlfile"
	"github.com/koine-proxy/koine/translate"
)

// TestPlace reads a text with every option of a place.
func TestPlace(t *testing.T) {
	for _, c := range []struct{ about, place, header, body, want string }{
		{"a header", "{header: x-why}", "X-Why: Too late.", `{}`, "Too late."},
		{"a header of several values: the first with a text", "{header: X-Why, pattern: '^T.*'}", "X-Why: No.\nX-Why: Too late.", `{}`, "Too late."},
		{"a missing header", "{header: X-Why}", "", `{}`, ""},
		{"the body first, then a header", "[a, {header: X-Why}]", "X-Why: Too late.", `{"a":""}`, "Too late."},
		{"a header first, then the body", "[{header: X-Why}, a]", "", `{"a":"Too late."}`, "Too late."},

		{"the text after the last", "{at: a, pattern: '([^#]*)$'}", "", `{"a":"x#y#z"}`, "z"},
		{"after several characters", "{at: a, pattern: '^(?:.*::)?(.*)$'}", "", `{"a":"x::y:z"}`, "y:z"},
		{"after a missing character", "{at: a, pattern: '([^#]*)$'}", "", `{"a":"x"}`, "x"},
		{"no text after the last character", "[{at: a, pattern: '([^#]*)$'}, b]", "", `{"a":"x#","b":"y"}`, "y"},
		{"the text before the first", "{at: a, pattern: '^[^:]*'}", "", `{"a":"x:y:z"}`, "x"},
		{"the text before a missing character", "{at: a, pattern: '^[^:]*'}", "", `{"a":"x"}`, "x"},
		{"the text between two characters", "{at: a, pattern: '([^#:]*)(?::[^#]*)?$'}", "", `{"a":"u:v#x:y"}`, "x"},
		{"white space at both ends", "{at: a, pattern: ':(.*)$'}", "", `{"a":"x:  y  "}`, "y"},
		{"characters at both ends", "{at: a, pattern: '^[./]*(.*?)[./]*$'}", "", `{"a":"./x.y/."}`, "x.y"},
		{"characters around the text before another", "{at: a, pattern: '^\"*([^;]*?)\"*(?:;|$)'}", "", `{"a":"\"x\"; y"}`, "x"},
		{"only characters that are removed", "[{at: a, pattern: '^[.]*(.*?)[.]*$'}, b]", "", `{"a":"...","b":"y"}`, "y"},

		{"the first group of a pattern", "{at: a, pattern: '^([A-Z_]+): '}", "", `{"a":"TOO_LATE: It was."}`, "TOO_LATE"},
		{"the whole match of a pattern", "{at: a, pattern: '[A-Z]+_[A-Z]+'}", "", `{"a":"It was TOO_LATE."}`, "TOO_LATE"},
		{"a group that does not match", "{at: a, pattern: 'x|(y)'}", "", `{"a":"ax"}`, "x"},
		{"a pattern that does not match", "[{at: a, pattern: '^x'}, b]", "", `{"a":"y","b":"z"}`, "z"},
		{"a pattern, with characters at both ends of the group", "{at: a, pattern: ' [.]*([^ ]*?)[.]*!'}", "", `{"a":"it is .late.!"}`, "late"},
		{"a pattern at each value in turn", "{at: 'a.#', pattern: '^x.*'}", "", `{"a":["y","x1"]}`, "x1"},

		{"the name of a member", "{at: '*', key: true}", "", `{"too_late":{"a":1}}`, "too_late"},
		{"the name of the list that holds the element", "{at: 'a.*.#', key: true}", "", `{"a":{"too_late":[1]}}`, "too_late"},
		{"the name of a plain member", "{at: a.b, key: true}", "", `{"a":{"b":1}}`, "b"},
		{"a name, with a pattern", "{at: '*', key: true, pattern: '^(.*)_response$'}", "", `{"a":1,"error_response":2}`, "error"},

		{"JSON inside a text", "{at: a, json: b.c}", "", `{"a":"{\"b\":{\"c\":\"x\"}}"}`, "x"},
		{"JSON inside a text, with any step", "{at: a, json: 'b.#.c'}", "", `{"a":" {\"b\":[{},{\"c\":7}]} "}`, "7"},
		{"a text that is not JSON", "[{at: a, json: b}, c]", "", `{"a":"{\"b\":","c":"y"}`, "y"},
		{"JSON without the member", "[{at: a, json: b}, c]", "", `{"a":"{}","c":"y"}`, "y"},
		{"JSON with a raw newline inside a text", "{at: a, json: b}", "", `{"a":"{\"b\":\"x\\ny\",\"c\":\"\n\",\"d\":NaN}"}`, "x\ny"},
		{"JSON in a header", "{header: X-Why, json: b}", `X-Why: {"b":"x"}`, `{}`, "x"},

		{"percent signs", "{at: a, decode: percent}", "", `{"a":"too%20late%21 100%"}`, "too%20late%21 100%"},
		{"percent signs, all of them escapes", "{at: a, decode: percent}", "", `{"a":"too%20late%21+"}`, "too late!+"},
		{"percent signs in a header", "{header: X-Why, decode: percent}", "X-Why: too%20late", `{}`, "too late"},
		{"entities", "{at: a, decode: html}", "", `{"a":"Tom &amp; J&#233;r&ocirc;me &lt;x&gt;"}`, "Tom & Jérôme <x>"},
		{"entities before a pattern", "{at: a, decode: html, pattern: '<(.*)>'}", "", `{"a":"&lt;x&gt;"}`, "x"},

		{"a template, by name", "{at: a, fill: p}", "", `{"a":"%name has %count seats; %nam, 100%.","p":{"name":"Tom","count":9}}`, "Tom has 9 seats; %nam, 100%."},
		{"a template, by number", "{at: a, fill: p}", "", `{"a":"%1 and %2, not %3","p":["Tom","Kim"]}`, "Tom and Kim, not %3"},
		{"a template of more than nine", "{at: a, fill: p}", "", `{"a":"%1 %10","p":["a","b","c","d","e","f","g","h","i","j"]}`, "a j"},
		{"the longer name first", "{at: a, fill: p}", "", `{"a":"%field %fieldName","p":{"field":"x","fieldName":"y"}}`, "x y"},
		{"a template without parameters", "{at: a, fill: p}", "", `{"a":"%name"}`, "%name"},
		{"a filled-in value is not a template", "{at: a, fill: p}", "", `{"a":"%x","p":{"x":"%y","y":"z"}}`, "%y"},

		{"excluded values", "[{at: a, not: [none, 0]}, b]", "", `{"a":"none","b":"y"}`, "y"},
		{"an excluded number", "[{at: a, not: [none, 0]}, b]", "", `{"a":0,"b":"y"}`, "y"},
		{"one excluded value", "[{at: a, not: none}, b]", "", `{"a":"none","b":"y"}`, "y"},
		{"another value", "[{at: a, not: [none, 0]}, b]", "", `{"a":"some","b":"y"}`, "some"},
		{"the status", "[{at: a, not: $status}, b]", "", `{"a":"404","b":"y"}`, "y"},
		{"the status, as a number", "[{at: a, not: $status}, b]", "", `{"a":404,"b":"y"}`, "y"},
		{"another status", "[{at: a, not: $status}, b]", "", `{"a":"400","b":"y"}`, "400"},
		{"the phrase of the status, in any case", "[{at: a, not: $phrase}, b]", "", `{"a":"NOT found","b":"y"}`, "y"},
		{"not comes last", "[{at: a, pattern: '^[^ ]*', not: Error}, b]", "", `{"a":"Error 7","b":"y"}`, "y"},
		{"the next element if the first is excluded", "{at: 'a.#', not: x}", "", `{"a":["x","y"]}`, "y"},

		{"several texts", "a", "", `{"a":["x","","y",7]}`, "x; y; 7"},
		{"an object among texts", "[a, b]", "", `{"a":["x",{}],"b":"y"}`, "y"},
		{"null, and an empty text", "[a, b, c]", "", `{"a":null,"b":"","c":"y"}`, "y"},
		{"a boolean is not a text", "[a, b]", "", `{"a":true,"b":"y"}`, "y"},
		{"a list of alternatives with long forms among them", "[a.b, {at: c, pattern: ':(.*)$'}, d]", "", `{"a":{},"c":"x:y","d":"z"}`, "y"},
	} {
		t.Run(c.about, func(t *testing.T) {
			e := testDialect(t, "shape: {message: "+c.place+"}\ncodes: {}\n")
			r := jsonResponse(404, c.body)
			for name, values := range parseHeader(c.header) {
				r.Header[name] = values
			}
			if got := readResponse(t, e, r).Message; got != c.want {
				t.Errorf("%s is %q, want %q", c.place, got, c.want)
			}
		})
	}
}

// TestPlaceFaults checks options that do not exist.
func TestPlaceFaults(t *testing.T) {
	for place, want := range map[string]string{
		"{at: a, decode: base64}": `d.yaml:3:34: shape.message.decode "base64" must be one of html, percent`,
		"{at: a, unit: hours}":    `d.yaml:3:32: shape.message.unit "hours" must be one of auto, seconds, milliseconds, minutes, duration, date, epoch, epoch_milliseconds`,
		"{at: a, pattern: '(x'}":  "d.yaml:3:18: pattern: missing closing ): `(x`; patterns are RE2 regular expressions",
	} {
		f, err := yamlfile.ReadDialect("d.yaml", []byte("dialect: acme\nabout: Acme\nshape: {message: "+place+"}\ncodes: {}\n"))
		if err == nil {
			_, err = translate.Compile(taxonomy(t), []*dialect.File{f}, nil)
		}
		wantFaults(t, err, []string{want})
	}
}

// TestListsOfPlaces checks that the places of a list under `at` or `header` share
// the other options.
func TestListsOfPlaces(t *testing.T) {
	e := testDialect(t, `shape:
  code: {at: [error.code, error.status], pattern: '^E_(.*)$'}
  message: {at: [error.title, error.text], not: ["", none], decode: html}
  request_id: {header: [X-Trace, X-Request], pattern: '^id:(.*)'}
  retry_after: {at: [error.wait, wait], unit: milliseconds}
codes: {late: ORDER.EXPIRED}
`)
	r := jsonResponse(409, `{"error":{"code":"x","status":"E_late","title":"none","text":"a &amp; b"},"wait":1500}`)
	r.Header["X-Request"] = []string{"id:r-7"}
	r.Header["X-Trace"] = []string{"t-1"}
	tr := readResponse(t, e, r)
	if tr.Native != "late" || tr.Message != "a & b" || tr.RequestID != "r-7" || tr.RetryAfter != 2 {
		t.Errorf("got %q, %q, %q, %d", tr.Native, tr.Message, tr.RequestID, tr.RetryAfter)
	}
}
