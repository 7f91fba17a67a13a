package translate_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/koine-proxy/koine/dialect"
	"github.com/koine-proxy/koine/translate"
)

// placeText returns a place in one line.
func placeText(p dialect.Place) string {
	text := p.Path.Text()
	if p.JSON != nil {
		text += " json " + p.JSON.Text()
	}
	for _, part := range []string{p.Pattern, p.Decode, string(p.Unit)} {
		if part != "" {
			text += " " + part
		}
	}
	return text
}

// pathTexts returns paths in one line.
func pathTexts(paths []dialect.Path) string {
	texts := make([]string, len(paths))
	for i, p := range paths {
		texts[i] = p.Text()
	}
	return strings.Join(texts, ",")
}

func TestReadGeneral(t *testing.T) {
	e := compile(t, files(t, "general"))
	for _, c := range []struct {
		about, body, mediaType            string
		format                            dialect.Format // json if ""
		code, message, id, wait           string         // the places
		whole                             string         // the text at the place of the code, if the code is a part of it
		fields, field, entry, codes, skip string         // the places of fields, and in an entry
		others                            string         // the places
	}{
		{about: "an object", body: `{"fehler":{"nummer":4711,"text":"Das ist verbraucht.","stufe":"F"},"zeit":"10:11"}`, code: "fehler.nummer", message: "fehler.text", others: "fehler.stufe,!zeit"},
		{about: "a list", body: `{"errors":[{"code":"A_1","message":"No such seat.","n":7},{"code":"A_2","message":"No such row.","n":8}]}`, code: "errors.#.code", message: "errors.#.message", others: "errors.#.n"},
		{about: "a list in a list", body: `{"e":[["E1","the seat is taken twice"]]}`, others: "e.#.0,e.#.1"},
		{about: "names with dots and stars", body: `{"error.code":"A_1","a*b":{"error message":"No such seat."}}`, code: `error\.code`, message: `a\*b.error message`},
		{about: "a name that no path can have", body: `{"error":{" ":{"code":"A_1"},"message":"No such seat."}}`, code: "", message: "error.message"},
		{about: "pairs", body: `{"info":[{"key":"message","value":"No such seat."},{"key":"code","value":"A_1"}]}`, code: "info.#(key=code).value", message: "info.#(key=message).value", others: "!info.#(key=message).key,!info.#(key=code).key"},
		{about: "a code in a sentence", body: `{"ok":false,"message":"ERR_SEAT: no such seat"}`, code: "message", whole: "ERR_SEAT: no such seat", message: "message", others: "ok"},
		{about: "JSON in a text", body: `{"message":"{\"code\":\"A_1\",\"message\":\"No such seat.\"}","ok":1}`, code: "message json code", message: "message json message", others: "ok"},
		{about: "a body that is a text with JSON", body: `"{\"code\":\"A_1\",\"message\":\"No such seat.\"}"`, code: "$ json code", message: "$ json message"},
		{about: "percent-encoded words", body: `{"code":"A_1","message":"No%20such%20seat."}`, code: "code", message: "message percent"},
		{about: "texts by language", body: `{"code":"A_1","message":{"de":"Kein solcher Platz.","en":"No such seat."}}`, code: "code", message: "message.en"},
		{about: "a list of texts", body: `{"code":"A_1","errors":["No such seat.","No such row."]}`, code: "code", message: "errors"},
		{about: "an id and a wait", body: `{"code":"A_1","message":"Wait a little.","request_id":"8f14e45fceea167a","retryAfterMs":2500}`, code: "code", message: "message", id: "request_id", wait: "retryAfterMs milliseconds"},
		{about: "lines", body: "code=17\nmessage=no such seat\nx=1", mediaType: "text/plain", format: dialect.FormatText,
			code: `text (?m)^\s*code\s*[:=]\s*(.+?)\s*$`, message: `text (?m)^\s*message\s*[:=]\s*(.+?)\s*$`, others: `text (?m)^\s*x\s*[:=]\s*(.+?)\s*$`},
		{about: "a page", body: "<html><body><h1>Harbour Desk</h1><p>There is no berth of that name.</p></body></html>", mediaType: "text/html", format: dialect.FormatHTML, message: "p.#", others: "h1.#,text"},
		{about: "XML", body: `<answer><fault nr="E1"><text>No such seat.</text></fault></answer>`, mediaType: "application/xml", format: dialect.FormatXML, code: "answer.fault.@nr", message: "answer.fault.text"},
		{about: "no format", body: "\x00\x01", mediaType: "application/octet-stream", format: dialect.FormatEmpty},

		{about: "entries", body: `{"code":"A_1","message":"Look again.","errors":[{"field":"a","message":"It is bad.","code":"bad"}]}`, code: "code", message: "message", fields: "errors", field: "field", entry: "message", codes: "code"},
		{about: "a map", body: `{"code":"A_1","message":"Look again.","errors":{"a":["It is bad."]}}`, code: "code", message: "message", fields: "errors"},
		{about: "a map of entries", body: `{"code":"A_1","message":"Look again.","errors":{"a":{"message":"It is bad.","kind":"x"}}}`, code: "code", message: "message", fields: "errors", entry: "message", codes: "kind"},
		{about: "entries with rules", body: `{"errors":[{"property":"a","constraints":{"isEmail":"It is no mail address."}}]}`, fields: "errors", field: "property", entry: "constraints.*"},
		{about: "a map in the part of the request", body: `{"errors":{"json":{"a":["It is bad."]}}}`, fields: "errors", skip: "json"},
		{about: "the whole body", body: `[{"field":"a","message":"It is bad."}]`, fields: "$", field: "field", entry: "message"},
		{about: "a pointer in an object", body: `{"errors":[{"source":{"pointer":"/data/a"},"detail":"It is bad."}]}`, fields: "errors", field: "source.pointer", entry: "detail"},
		{about: "elements", body: `<a><fault nr="E1"><text>Look again.</text><error field="b">It is bad.</error></fault></a>`, mediaType: "application/xml", format: dialect.FormatXML,
			code: "a.fault.@nr", message: "a.fault.text", fields: "a.fault.error", field: "@field", entry: "#text"},
		{about: "entries with unknown names", body: `{"fehler":{"nummer":7,"text":"Look again.","felder":[{"n":"ort","t":"Der Ort fehlt."}]}}`, code: "fehler.nummer", message: "fehler.text", fields: "fehler.felder", field: "n", entry: "t"},
	} {
		t.Run(c.about, func(t *testing.T) {
			r := translate.Response{Status: 400, Body: []byte(c.body), Header: map[string][]string{"Content-Type": {c.mediaType}}}
			if c.mediaType == "" {
				r.Header["Content-Type"][0] = "application/json"
			}
			if c.format == "" {
				c.format = dialect.FormatJSON
			}
			got := e.ReadGeneral(r)
			var others []string
			for _, o := range got.Others {
				text := placeText(o.Place)
				if o.Ignored {
					text = "!" + text
				}
				others = append(others, text)
			}
			whole, fields, field, entry, codes, skip := "", "", "", "", "", ""
			if got.Code.IsPart() {
				whole = got.Code.Whole
			}
			if f := got.Fields; f != nil {
				skip = strings.Join(f.Skip, ",")
				fields, field, entry, codes = placeText(f.Places[0]), pathTexts(f.Field), pathTexts(f.Message), pathTexts(f.Code)
			}
			for _, p := range []struct{ what, got, want string }{
				{"format", string(got.Format), string(c.format)}, {"code", placeText(got.Code.Place), c.code}, {"message", placeText(got.Message.Place), c.message},
				{"id", placeText(got.RequestID.Place), c.id}, {"wait", placeText(got.Wait.Place), c.wait}, {"whole text", whole, c.whole},
				{"fields", fields, c.fields}, {"field", field, c.field}, {"entry", entry, c.entry}, {"codes", codes, c.codes}, {"skip", skip, c.skip}, {"others", strings.Join(others, ","), c.others},
			} {
				if p.got != p.want {
					t.Errorf("%s: %s is at %q, want %q", c.body, p.what, p.got, p.want)
				}
			}
		})
	}
}

// TestReadGeneralTexts checks that what was read is what translations have.
func TestReadGeneralTexts(t *testing.T) {
	e := compile(t, files(t, "general"))
	body := `{"code":"A_1","message":"No such seat: E7","errors":[{"field":"a","message":"It is bad."},{"field":"a","message":"Very bad."}],"trace_id":"8f14e45fceea167a"}`
	got := e.ReadGeneral(translate.Response{Status: 200, Body: []byte(body)})
	if s := fmt.Sprint(got.Code.Text, got.Message.Text, got.RequestID.Text, got.FieldTexts); s != "A_1No such seat: E78f14e45fceea167amap[a:It is bad.; Very bad.]" {
		t.Errorf("read %s", s)
	}
}
