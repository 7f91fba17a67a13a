package learn_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/koine-proxy/koine/dialect"
	"github.com/koine-proxy/koine/internal/capture"
	"github.com/koine-proxy/koine/internal/learn"
	"github.com/koine-proxy/koine/translate"
)

// read reads captured responses.
func read(t *testing.T, name, data string) []capture.Response {
	t.Helper()
	some, err := capture.Read(name, []byte(data))
	if err != nil {
		t.Fatal(err)
	}
	return some
}

// TestReports checks that every sample is reported.
func TestReports(t *testing.T) {
	o := options(t)
	const many = "HTTP/1.1 404 Not Found\r\nContent-Type: application/json\r\n\r\n" + `{"fehler":{"nummer":4711,"text":"Den Artikel gibt es nicht."}}` + "\n" +
		"HTTP/1.1 302 Found\r\nLocation: /a\r\n\r\n" +
		"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n" + `{"artikel":7}` + "\n" +
		"HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/html\r\n\r\n<html><h1>Bad Gateway</h1></html>\n" +
		"HTTP/1.1 500 Internal Server Error\r\nContent-Type: application/json\r\n\r\n" +
		"HTTP/1.1 409 Conflict\r\nContent-Type: application/json\r\n\r\n" + `{"fehler":{"nummer":4712,"text":"Das ist ausverkauft."}}`
	samples := read(t, "many.txt", many)
	samples = append(samples, body(400, "\x00\x01\x02"), body(400, `{"fehler":{"text":"Es fehlt etwas."}}`))
	result, err := learn.Draft(samples, o)
	if err != nil {
		t.Fatal(err)
	}
	checkDraft(t, o, result.File)
	want := []string{
		"many.txt #1: used: code 4711", "many.txt #2: not used: a redirect", "many.txt #3: not used: a success",
		"many.txt #4: not used: its format is html, that of most others json", "many.txt #5: not used: the body is empty", "many.txt #6: used: code 4712",
		"sample 7: not used: the body is neither text nor complete JSON", "sample 8: used: no code",
		"no code was found in 1 sample; no member looks like one; name the paths of all codes with --code PATH",
	}
	if !slices.Equal(result.Notes, want) {
		t.Errorf("notes:\n%s\nwant:\n%s", strings.Join(result.Notes, "\n"), strings.Join(want, "\n"))
	}
	if result.Used != 3 || !strings.Contains(string(result.File), `body: {"artikel": 7}`) {
		t.Errorf("%d samples are used, want 3; the success must be an example:\n%s", result.Used, result.File)
	}
}

// TestSuccesses checks that successes alone are no errors.
func TestSuccesses(t *testing.T) {
	result, err := learn.Draft([]capture.Response{body(200, `{"artikel":7}`), body(200, `{"rc":0,"text":"Alles in Ordnung."}`)}, options(t))
	want := []string{"sample 1: not used: a success", "sample 2: not used: a success"}
	if err == nil || !strings.Contains(err.Error(), "no sample is an error") || !slices.Equal(result.Notes, want) {
		t.Errorf("error %v, notes %q, want %q", err, result.Notes, want)
	}
}

// TestManyUnused checks that the pages and scripts in a HAR file are counted.
func TestManyUnused(t *testing.T) {
	entries := `{"request": {"url": "https://api.shop.example/a"}, "response": {"status": 404, "content": {"mimeType": "application/json", "text": "{\"fehler\":{\"nummer\":7,\"text\":\"Es fehlt etwas.\"}}"}}}`
	for range 40 {
		entries += `, {"response": {"status": 200, "content": {"text": "x"}}}`
	}
	result, err := learn.Draft(read(t, "a.har", `{"log": {"entries": [`+entries+`]}}`), options(t))
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"a.har #1: used: code 7", "a.har #2: not used: no error", "a.har #3: not used: no error", "a.har #4: not used: no error", "a.har: 37 more not used: no error"}; !slices.Equal(result.Notes, want) {
		t.Errorf("notes: %q, want %q", result.Notes, want)
	}
}

// TestCode checks what happens if the code is not found, or named.
func TestCode(t *testing.T) {
	const unknown = `{"fehler":{"kz":"E-77","txt":"Der Artikel ist nicht vorhanden.","stufe":"F"}}`
	for _, c := range []struct {
		about   string
		samples []capture.Response
		code    []string
		want    []string // in the file
		notes   []string
		err     string
	}{
		{about: "a number in an error", samples: []capture.Response{body(404, `{"fehler":{"nummer":4711,"text":"Das gibt es nicht."}}`)},
			want: []string{"code: fehler.nummer", "message: fehler.text", "4711: 404 RESOURCE.NOT_FOUND"}},
		{about: "not found", samples: []capture.Response{body(404, unknown)},
			notes: []string{"no code was found; candidates: fehler.kz (E-77), fehler.stufe (F); name its path with --code PATH, unless there is none"}},
		{about: "named", samples: []capture.Response{body(404, unknown)}, code: []string{"fehler.kz"},
			want: []string{"code: fehler.kz", "E-77: 404 RESOURCE.NOT_FOUND", "message: fehler.txt"}},
		{about: "named, although another one is found", samples: []capture.Response{body(404, `{"code":"gone","grund":"SOLD_OUT","message":"It is sold out."}`)}, code: []string{"grund"},
			want: []string{"code: grund", "SOLD_OUT: 404"}},
		{about: "two paths", samples: []capture.Response{body(404, unknown), body(409, `{"code":"X1","txt":"Das ist belegt.","stufe":"F"}`)}, code: []string{"fehler.kz", "code"},
			want: []string{"code: [fehler.kz, code]", "E-77: 404", "X1: 409"}},
		{about: "by its values", samples: []capture.Response{body(404, unknown), body(409, `{"fehler":{"kz":"E-78","txt":"Das ist belegt.","stufe":"F"}}`)},
			want:  []string{"code: fehler.kz", "E-78: 409"},
			notes: []string{"the code was taken from fehler.kz, whose values differ from error to error; if it is another member, name that with --code PATH"}},
		{about: "in a text, before a colon", samples: []capture.Response{body(400, `{"error":{"message":"WEAK_PASSWORD : Six signs or more"}}`)},
			want: []string{"code: WEAK_PASSWORD\n", "message: Six signs or more\n"}},
		{about: "a message beside those of fields", samples: []capture.Response{
			body(400, `{"teil":1,"errors":[{"message":"It is too long."}]}`), body(404, `{"teil":1,"errors":[{"message":"It is not here."}]}`),
			body(409, `{"teil":1,"detail":"The name is taken.","errors":[{"message":"It is used.","location":"body.b","value":"y"}]}`),
		}, want: []string{"message: [detail, errors.#.message]"}, notes: []string{"no code was found; no member looks like one; name its path with --code PATH, unless there is none"}},
		{about: "nothing at the path", samples: []capture.Response{body(404, unknown)}, code: []string{"fehler.nr"},
			err: "no sample has a code at fehler.nr; candidates: fehler.kz (E-77), fehler.stufe (F)"},
		{about: "a path in another notation", samples: []capture.Response{body(404, unknown)}, code: []string{"$.fehler.kz"}, err: `--code: path "$.fehler.kz": write it as fehler.kz`},
	} {
		t.Run(c.about, func(t *testing.T) {
			o := options(t)
			o.Code = c.code
			result, err := learn.Draft(c.samples, o)
			if c.err != "" {
				if err == nil || !strings.Contains(err.Error(), c.err) {
					t.Fatalf("error %v, want %q", err, c.err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			checkDraft(t, o, result.File)
			for _, want := range c.want {
				if !strings.Contains(string(result.File), want) {
					t.Errorf("%q is missing:\n%s", want, result.File)
				}
			}
			notes := slices.DeleteFunc(result.Notes, func(n string) bool { return strings.HasPrefix(n, "sample ") || strings.HasPrefix(n, "other APIs") })
			if !slices.Equal(notes, c.notes) {
				t.Errorf("notes %q, want %q", notes, c.notes)
			}
		})
	}
}

// TestEvidence checks that a draft that would match errors of other APIs says so.
func TestEvidence(t *testing.T) {
	har := func(text string) []capture.Response {
		return read(t, "a.har", fmt.Sprintf(`{"log": {"entries": [{"request": {"url": "https://API.shop.example:8443/a"}, "response": {"status": 404, "content": {"mimeType": "application/json", "text": %q}}}]}}`, text))
	}
	for _, c := range []struct {
		about   string
		samples []capture.Response
		want    string // in the file
		not     string
		note    string
		err     string
	}{
		{about: "own names", samples: []capture.Response{body(404, `{"fehler":{"nummer":4711,"text":"Das gibt es nicht."}}`)}, want: "keys: [fehler.nummer, fehler.text]", not: "evidence"},
		{about: "common names with an own code", samples: []capture.Response{body(404, `{"code":"order_gone","message":"It is gone."}`)}, want: "evidence: code", note: "only the codes of its table prove it"},
		{about: "common names with a common code", samples: []capture.Response{body(404, `{"code":"not_found","message":"It is gone."}`)}, want: "evidence: host", note: "add it, such as `hosts: [api.example.com]`"},
		{about: "common names from a known host", samples: har(`{"code":"not_found","message":"It is gone."}`), want: "hosts: [api.shop.example]\nevidence: host"},
		{about: "a message alone", samples: har(`{"message":"It is gone."}`), want: "evidence: host"},
		{about: "any text, with its media type", samples: read(t, "a.txt", "HTTP/1.1 404 Not Found\nContent-Type: text/plain\n\nIt is gone."), want: "header: {Content-Type: text/plain}", note: "add it"},
		{about: "any text", samples: []capture.Response{body(404, "It is gone.")}, err: "capture at least two different errors, with `curl -i`"},
		{about: "a page without anything own", samples: read(t, "a.txt", "HTTP/1.1 404 Not Found\nContent-Type: text/html\n\n<html><h1>Not Found</h1><p>It is gone.</p></html>"), want: "evidence: host", note: "add it"},
	} {
		t.Run(c.about, func(t *testing.T) {
			o := options(t)
			result, err := learn.Draft(c.samples, o)
			if c.err != "" {
				if err == nil || !strings.Contains(err.Error(), c.err) {
					t.Fatalf("error %v, want %q\n%s", err, c.err, result.File)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			f, _ := checkDraft(t, o, result.File)
			if m := &f.Match; len(m.Keys)+len(m.Any)+len(m.Contains)+len(m.Headers) == 0 {
				t.Errorf("the draft has no match:\n%s", result.File)
			}
			if !strings.Contains(string(result.File), c.want) || c.not != "" && strings.Contains(string(result.File), c.not) {
				t.Errorf("want %q, not %q:\n%s", c.want, c.not, result.File)
			}
			if notes := strings.Join(result.Notes, "\n"); !strings.Contains(notes, c.note) || c.note == "" && strings.Contains(notes, "other APIs") {
				t.Errorf("notes:\n%s\nwant %q", notes, c.note)
			}
		})
	}
}

// TestScrubbed checks that neither ids nor addresses of a capture are in a draft.
func TestScrubbed(t *testing.T) {
	secrets := []string{"bob@corp.example", "db-7.internal", "10.1.2.3", "abcd1234efgh", "8f14e45fceea167a", "550e8400-e29b", "4111111111111111", "hunter2", "sk_live_", "/var/lib"}
	text := "No such order; ask bob@corp.example on db-7.internal (10.1.2.3), token=abcd1234efgh, card 4111111111111111, call 550e8400-e29b-41d4-a716-446655440000, key sk_live_abcdefgh12345678 in /var/lib/app."
	for name, samples := range map[string][]capture.Response{
		"json": {body(404, fmt.Sprintf(`{"fehler":{"nummer":4711,"text":%q,"password":"hunter2"},"requestId":"8f14e45fceea167a"}`, text))},
		"xml":  {{Status: 404, Header: map[string][]string{"Content-Type": {"application/xml"}}, Body: []byte("<fehler nr=\"4711\" vorgang=\"8f14e45fceea167a\"><text>" + text + "</text></fehler>")}},
		"text": {body(404, "ERR 4711 "+text), body(409, "ERR 4712 "+text)},
	} {
		o := options(t)
		result, err := learn.Draft(samples, o)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		f, _ := checkDraft(t, o, result.File)
		if len(f.Examples) < 3 {
			t.Errorf("%s: the sample is no example:\n%s", name, result.File)
		}
		for _, secret := range secrets {
			if strings.Contains(string(result.File), secret) {
				t.Errorf("%s: the draft contains %q:\n%s", name, secret, result.File)
			}
		}
	}
}

// TestReadsSamples checks that a draft reads its sample as the general rules do, for the examples of
// these rules.
func TestReadsSamples(t *testing.T) {
	o := options(t)
	general, err := translate.Compile(o.Taxonomy, []*dialect.File{o.General}, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range o.General.Examples {
		if x.Is == "none" || x.Status < 400 {
			continue
		}
		r := translate.ExampleResponse(o.General, &x)
		result, err := learn.Draft([]capture.Response{{Status: r.Status, Header: r.Header, Body: r.Body}}, o)
		if err != nil {
			if !strings.Contains(err.Error(), "nothing in the samples tells") && !strings.Contains(err.Error(), "no sample is an error") {
				t.Errorf("%s: %v", x.About, err)
			}
			continue
		}
		_, e := checkDraft(t, o, result.File)
		want := general.ReadGeneral(r)
		tr := e.Acquire()
		tr.ReadResponse(r)
		fold := func(s string) string { return strings.Join(strings.Fields(s), " ") }
		if tr.Native != want.Code.Text && want.Code.Place.Path != nil || fold(tr.Message) != fold(want.Message.Text) && want.Message.Place.Path != nil {
			t.Errorf("%s: %s\nis read as code %q, message %q; want %q, %q\n%s", x.About, x.Body, tr.Native, tr.Message, want.Code.Text, want.Message.Text, result.File)
		}
		tr.Release()
	}
}
