package translate_test

import (
	"strings"
	"testing"
)

// TestWalk reads a text with every kind of step.
func TestWalk(t *testing.T) {
	for _, c := range []struct{ about, path, body, want string }{
		{"a member", "a.b", `{"a":{"b":"x"}}`, "x"},
		{"a number is not reformatted", "a", `{"a":50.00}`, "50.00"},
		{"an element", "a.1.b", `{"a":[{"b":"x"},{"b":"y"}]}`, "y"},
		{"an element of the body", "1", `["x","y"]`, "y"},
		{"a missing element", "a.2", `{"a":["x"]}`, ""},
		{"an invalid index", "a.-1", `{"a":["x"]}`, ""},
		{"a member whose name is an index", "a.1", `{"a":{"1":"x"}}`, "x"},
		{"duplicate members: the last is used", "a", `{"a":"x","a":"y"}`, "y"},
		{"duplicate members, after a step that is not a key", "*.a", `{"o":{"a":"x","a":"y"}}`, "y"},
		{"a name with escapes", "a.b", `{"\u0061":{"\u0062":"x"}}`, "x"},
		{"a dot in a name", `odata\.error.code`, `{"odata.error":{"code":"x"},"odata":{"error":{"code":"y"}}}`, "x"},
		{"a star in a name", `\*`, `{"a":"x","*":"y"}`, "y"},
		{"a hash in a name", `\#`, `{"a":"x","#":"y"}`, "y"},
		{"an empty name", "a.*.b", `{"a":{"":{"b":"x"}}}`, "x"},

		{"the whole body", "$", `"x"`, "x"},
		{"the whole body is a list of texts", "$", `["x","y"]`, "x; y"},
		{"the whole body is an object", "$", `{"a":"x"}`, ""},

		{"elements in turn", "a.#.b", `{"a":[{"c":1},{"b":""},{"b":null},{"b":"x"},{"b":"y"}]}`, "x"},
		{"elements of the body", "#.b", `[{"b":"x"}]`, "x"},
		{"an object counts as a list of one", "a.#.b", `{"a":{"b":"x"}}`, "x"},
		{"a text counts as a list of one", "a.#", `{"a":"x"}`, "x"},
		{"texts in turn", "a.#", `{"a":["","x","y"]}`, "x"},
		{"lists in lists", "a.#.#.b", `{"a":[[],[{"b":"x"}]]}`, "x"},
		{"an empty list", "a.#.b", `{"a":[]}`, ""},

		{"elements of a kind", "a.#(kind=bad).b", `{"a":[{"kind":"good","b":"x"},{"kind":"bad","b":"y"}]}`, "y"},
		{"elements that match a glob", "a.#(@type=*.Bad).b", `{"a":[{"@type":"x.Good","b":"x"},{"@type":"x.Bad","b":"y"}]}`, "y"},
		{"elements by a deeper member", "a.#(k.l=1).b", `{"a":[{"k":{"l":2},"b":"x"},{"k":{"l":1},"b":"y"}]}`, "y"},
		{"elements by a boolean", "a.#(ok=false).b", `{"a":[{"ok":true,"b":"x"},{"ok":false,"b":"y"}]}`, "y"},
		{"elements without the member", "a.#(kind=*).b", `{"a":[{"b":"x"}]}`, ""},
		{"an object of the kind", "a.#(kind=bad).b", `{"a":{"kind":"bad","b":"x"}}`, "x"},
		{"an object of another kind", "a.#(kind=bad).b", `{"a":{"kind":"good","b":"x"}}`, ""},
		{"the second of the kind, if the first has no text", "a.#(kind=bad).b", `{"a":[{"kind":"bad"},{"kind":"bad","b":"x"}]}`, "x"},

		{"members of any name", "*.b", `{"a":{"c":1},"d":{"b":"x"}}`, "x"},
		{"members that match", "*_response.b", `{"a":{"b":"x"},"get_response":{"b":"y"}}`, "y"},
		{"members that match with a question mark", "?*.b", `{"":{"b":"x"},"a":{"b":"y"}}`, "y"},
		{"letters of another case", "*_response.b", `{"get_Response":{"b":"x"}}`, ""},
		{"elements are not members", "a.*", `{"a":["x"]}`, ""},
		{"members in members", "*.*.b", `{"a":{"c":{"b":"x"}}}`, "x"},

		{"anywhere below", "a.**.b", `{"a":{"c":{"d":{"b":"x"}}}}`, "x"},
		{"the deepest first", "a.**.b", `{"a":{"b":"x","a":{"b":"y","a":{"b":"z"}}}}`, "z"},
		{"the deepest with a text", "a.**.b", `{"a":{"b":"x","a":{"b":"y","a":{"b":""}}}}`, "y"},
		{"from here", "a.**.b", `{"a":{"b":"x"}}`, "x"},
		{"in lists", "a.**.b", `{"a":[{"c":[{"b":"x"}]}]}`, "x"},
		{"the first text of all", "a.**", `{"a":{"c":[[]],"d":{"e":"x"},"f":"y"}}`, "x"},
		{"two keys below", "**.a.b", `{"c":{"a":{"b":"x"}},"a":{"c":"y"}}`, "x"},
		{"a name below with escapes", "**.b", `{"a":{"\u0062":"x"}}`, "x"},
		{"nothing below", "a.**.b", `{"a":{"c":{"d":"the letter b"}}}`, ""},

		{"all kinds at once", "$*.**.#(k=v*).#.x", `{"$all":{"deep":[{"k":"v1","x":"x"}]}}`, "x"},
	} {
		t.Run(c.about, func(t *testing.T) {
			e := testDialect(t, "shape: {message: '"+c.path+"'}\ncodes: {}\n")
			if got := readResponse(t, e, jsonResponse(400, c.body)).Message; got != c.want {
				t.Errorf("%s in %s is %q, want %q", c.path, c.body, got, c.want)
			}
		})
	}
}

// TestWalkReportsOnce checks that a value found by walking is not repeated among
// the details, while the members beside it are there.
func TestWalkReportsOnce(t *testing.T) {
	for _, c := range []struct{ shape, body, want string }{
		{"{message: 'errors.#.text', details: errors}", `{"errors":{"text":"Too late.","limit":5}}`, `{"limit":5}`},
		{"{message: a.b}", `{"a":{"b":"Too late.","limit":5},"hint":1}`, `{"limit":5,"hint":1}`},
		{"{message: a.b, ignore: [a.limit, hint]}", `{"a":{"b":"Too late.","limit":5},"hint":1}`, `{}`},
		{"{message: a, details: [b, c]}", `{"a":"Too late.","c":{"limit":5},"hint":1}`, `{"limit":5,"hint":1}`},
	} {
		e := testDialect(t, "shape: "+c.shape+"\ncodes: {}\n")
		tr := readResponse(t, e, jsonResponse(400, c.body))
		if tr.Message != "Too late." || tr.Details() != c.want {
			t.Errorf("%s of %s: the message is %q, the details are %s, want %s", c.shape, c.body, tr.Message, tr.Details(), c.want)
		}
	}
}

// TestWalkDeep checks that a deep walk through a large body is fast.
func TestWalkDeep(t *testing.T) {
	deep := strings.Repeat(`{"a":[`, 29) + `{"b":"x"}` + strings.Repeat(`]}`, 29)
	wide := `{"a":[` + strings.Repeat(`{"c":{"c":[1,2,3]}},`, 20_000) + `{"b":"x"}]}`
	for _, path := range []string{"**.b", "**.**.b", "*.**.#.b"} {
		e := testDialect(t, "shape: {message: '"+path+"'}\ncodes: {}\n")
		for _, body := range []string{deep, wide} {
			if got := readResponse(t, e, jsonResponse(400, body)).Message; got != "x" {
				t.Errorf("%s finds %q", path, got)
			}
		}
	}
}
