package translate_test

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/koine-proxy/koine/translate"
)

// malformedBodies are bodies that parsers or clients have failed on.
var malformedBodies = []string{
	"", " ", "null", "true", `""`, "0", "[]", "{}", "\xef\xbb\xbf", "\xef\xbb\xbf{}", "\x00",
	// faults that are repaired
	"{\"error\":\"not_found\",\"message\":\"a\nb\tc\x1b\",\"n\":NaN,\"l\":[-Infinity,{\"x\":Infinity}]}", "[NaN]", "{\"code\":\"ORDER_NOT_FOUND\",\"message\":\"a\nb\",\"x\":{\"y\":[\"\x00\"]}}trailing",
	"<br />\n<b>Warning</b>: x {\"a\":1} in <b>y</b><br />\n{\"error\":\"not_found\",\"message\":\"a\nb\"}", "Notice: x\n{\"error\":\"not_found\",\"n\":NaN}\nNotice: y", "Notice: {\"", "<br>[{",
	// cut short
	`{`, `{"`, `{"error`, `{"error"`, `{"error":`, `{"error":"not_found","message":"a`, `{"error":"not_found",`, `[`, `[1,`, `"\`, `"\u12`, `-`, `1.`, `1e`, `tru`,
	// one character too many
	`{}}`, `[1,]`, `{"a":1,}`, `{,}`, `{"a"1}`, `01`, `+1`, `.5`, `1.e3`, `NaN`, `-Infinity`, `{"a":1}//`, `{'a':1}`, "{\"a\":\"\n\"}", "{\"a\":\"\x01\"}",
	// deep
	strings.Repeat("[", 60) + strings.Repeat("]", 60),
	strings.Repeat(`{"error":`, 60) + "1" + strings.Repeat("}", 60),
	strings.Repeat("[", 5000),
	`{"error":"validation_error","message":"m","fields":` + strings.Repeat(`{"a":`, 58) + `"x"` + strings.Repeat("}", 58) + "}",
	// the same name twice
	`{"error":"not_found","error":"forbidden","message":"a","message":"b"}`,
	`{"code":"ORDER_NOT_FOUND","message":"m","a":1,"a":2,"error":{"a":3},"error":{"a":4,"a":5}}`,
	`{"success":false,"error":{"code":"A","message":"m"},"error":{"code":"INTERNAL_ERROR","message":"n","details":{"x":1,"x":2}}}`,
	// invalid characters
	"{\"error\":\"not_found\",\"message\":\"\xff\xfe\"}", "{\"error\":\"not_found\",\"message\":\"m\",\"\xff\":1,\"\xfe\":2}",
	`{"error":"not_found","message":"\ud800"}`, `{"error":"not_found","message":"\udc00\ud800 x","\ud800":1}`, "{\"error\":\"not_found\",\"message\":\"a\u2028b\u202ec\"}",
	// numbers that no type can represent
	`{"error":"not_found","message":"m","n":1e999999,"o":-0.0,"p":123456789012345678901234567890.00}`,
	`{"code":"ORDER_NOT_FOUND","message":7}`, `{"code":` + strings.Repeat("9", 400) + `,"message":"m"}`,
	// escapes in names
	`{"\u0065rror":"not_found","m\u0065ssage":"m","st\u0061ck":"at x.y(z.go:1)","a\"b":1,"c\\d":2}`,
	`{"error":"validation_error","message":"m","fields":{"a\"b":"x","c\\.d":"y","":"z","#":"z","a/b~c":"é","\u0000":"n"}}`,
	// invalid envelopes of another instance
	`{"error":{"code":"A.B","type":"a","category":"x","status":1,"message":"","retry":{"strategy":7,"safe":"no","after":-1}},"meta":{"request_id":"r","api_version":"1","origin":"o","match":1,"upstream":{"host":"db1","code":{},"status":"x"}}}`,
	`{"error":{"code":"NEW.CODE","category":"gone","retry":{"strategy":"wait"},"docs":"::","fields":[{"field":"a"},{"field":"b.c","message":"x"},7,{"message":"y"}],"details":[1]},"meta":{"request_id":7,"origin":"proxy","match":"guess","api_version":"1","upstream":{}}}`,
	`{"error":{"code":"A.B","category":"gone","retry":{},"fields":[{"field":"."},{"field":"a..b"},{"field":"#/./c"},{"field":"d[e"}]},"meta":{"request_id":"r","origin":"proxy","api_version":"1"}}`,
	`{"type":"%zz","title":"t","status":422,"detail":"d","code":"A.B","category":"gone","errors":[{"pointer":"#/items/0/sku","detail":"x","code":"c"},{"pointer":"#/a~1b%20c","detail":"y"}],"retry":{"strategy":"wait"},"request_id":"r","upstream":{"x":1}}`,
}

// addCorpus adds the examples of the mapping files and the malformed bodies.
func addCorpus(f *testing.F, add func(status int, body string)) {
	f.Helper()
	for _, file := range forms(f) {
		for _, x := range file.Examples {
			add(x.Status, x.Body)
		}
	}
	for _, body := range malformedBodies {
		add(400, body)
		add(503, body)
	}
}

// FuzzTranslate checks that every answer is valid by its schema, whatever the
// upstream sent.
func FuzzTranslate(f *testing.F) {
	addCorpus(f, func(status int, body string) { f.Add(status, []byte(body)) })
	e, s := library(f), compileSchemas(f)
	policies := []translate.Policy{translate.DefaultPolicy(), {
		Status: translate.StatusUpstream, Message: translate.MessageUpstream, Docs: "https://docs.example.com/errors/", Expose: true,
	}}
	answers := []translate.RenderParams{{RequestID: "req_1"}, {RequestID: "0198c0de-0000-7000-8000-000000000000", Safe: true}}
	f.Fuzz(func(t *testing.T, status int, body []byte) {
		status = 400 + int(uint(status)%200)
		tr := e.Acquire()
		defer tr.Release()
		tr.Read(status, body)
		for i := range policies {
			p, a := &policies[i], answers[i]
			canonical := tr.AppendCanonical(nil, p, a)
			validateJSON(t, s.envelope, canonical)
			checkStatus(t, canonical, tr.HTTPStatus(p))
			validateJSON(t, s.problem, tr.AppendProblem(nil, p, a))
			for _, name := range firstParty {
				out, legacy, ok := tr.AppendDialect(nil, name, p, a)
				if !ok || !json.Valid(out) {
					t.Fatalf("%s: not JSON: %s", name, out)
				}
				if legacy/100 != tr.HTTPStatus(p)/100 {
					t.Fatalf("%s: the status %d became %d", name, tr.HTTPStatus(p), legacy)
				}
				if twice := duplicateName(out); twice != "" {
					t.Fatalf("%s: duplicate name %q: %s", name, twice, out)
				}
			}
			if twice := duplicateName(canonical); twice != "" {
				t.Fatalf("duplicate name %q: %s", twice, canonical)
			}
		}
		if bracketDepth(string(body)) < translate.MaxDepth-5 {
			checkChain(t, e, s, tr, status)
		}
		if again := tr.AppendCanonical(nil, &policies[0], answers[0]); string(again) != string(tr.AppendCanonical(nil, &policies[0], answers[0])) {
			t.Fatal("rendering twice gives two answers")
		}
	})
}

// checkChain sends an answer through another instance, which must not change it.
func checkChain(t *testing.T, e *translate.Engine, s schemas, first *translate.Translation, status int) {
	t.Helper()
	p, a := translate.DefaultPolicy(), translate.RenderParams{RequestID: "req_1"}
	second := e.Acquire()
	defer second.Release()
	envelope := first.AppendCanonical(nil, &p, a)
	second.Read(first.HTTPStatus(&p), envelope)
	if out := second.AppendCanonical(nil, &p, a); string(out) != string(envelope) {
		t.Fatalf("with %d another instance writes\n%s for\n%s", status, out, envelope)
	}
	third := e.Acquire()
	defer third.Release()
	problem := second.AppendProblem(nil, &p, a)
	third.Read(first.HTTPStatus(&p), problem)
	if out := third.AppendProblem(nil, &p, a); string(out) != string(problem) {
		t.Fatalf("with %d another instance writes\n%s for\n%s", status, out, problem)
	}
	validateJSON(t, s.problem, problem)
}

// checkStatus compares error.status with the status of the response.
func checkStatus(t *testing.T, canonical []byte, status int) {
	t.Helper()
	var answer struct {
		Error struct{ Status int }
	}
	if err := json.Unmarshal(canonical, &answer); err != nil {
		t.Fatal(err)
	}
	if answer.Error.Status != status {
		t.Fatalf("error.status is %d in a response of %d", answer.Error.Status, status)
	}
}

// duplicateName returns a name that occurs twice in one object, or "". Such JSON is
// valid, but parsers disagree on its meaning.
func duplicateName(data []byte) string {
	d := json.NewDecoder(strings.NewReader(string(data)))
	d.UseNumber()
	twice := ""
	var walk func()
	walk = func() {
		token, err := d.Token()
		open, _ := token.(json.Delim)
		if err != nil || open == 0 {
			return
		}
		names := map[string]bool{}
		for d.More() {
			if open == '{' {
				key, _ := d.Token()
				name, _ := key.(string)
				if names[name] {
					twice = name
				}
				names[name] = true
			}
			walk()
		}
		_, _ = d.Token() // the closing one
	}
	walk()
	return twice
}

// FuzzScan compares the scanner with encoding/json, for bodies that nest no deeper
// than both allow.
func FuzzScan(f *testing.F) {
	addCorpus(f, func(_ int, body string) { f.Add(body) })
	e := library(f)
	f.Fuzz(func(t *testing.T, body string) {
		if bracketDepth(body) > translate.MaxDepth {
			t.Skip()
		}
		tr := e.Acquire()
		defer tr.Release()
		if got, want := tr.Scan(body), json.Valid([]byte(body)); got != want {
			t.Errorf("Scan(%q) = %t, json.Valid = %t", body, got, want)
		}
	})
}

// bracketDepth returns how deep a text nests, if it is JSON.
func bracketDepth(s string) (most int) {
	now, quoted := 0, false
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			now++
			most = max(most, now)
		case c == '}' || c == ']':
			now--
		}
	}
	return most
}

// FuzzUnquote compares the text of a JSON string with that of encoding/json.
func FuzzUnquote(f *testing.F) {
	for _, raw := range []string{
		`""`, `"a"`, `"\""`, `"a\"b\\c\/d\b\f\n\r\t"`, `"\u0041\u00e9\u20AC"`, `"\ud83d\ude00 x"`, `"\ud800"`, `"\ud800x"`, `"\ud800\u0041"`, `"\udc00\ud800 x"`, `"\ud83d\ud83d\ude00"`,
		`"é\u00e9"`, `"` + strings.Repeat(`a\"`, 40) + `"`,
	} {
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		var want string
		if !strings.HasPrefix(raw, `"`) || !strings.HasSuffix(raw, `"`) || !utf8.ValidString(raw) || json.Unmarshal([]byte(raw), &want) != nil {
			t.Skip()
		}
		if got := translate.Unquote(raw); got != want {
			t.Errorf("Unquote(%s) = %q, want %q", raw, got, want)
		}
	})
}
