package translate_test

import (
	"strings"
	"testing"

	"github.com/koine-proxy/koine/dialect"
	"github.com/koine-proxy/koine/translate"
)

// successDialects compiles dialects with errors on 2xx.
func successDialects(t *testing.T) *translate.Engine {
	t.Helper()
	return compile(t, []*dialect.File{
		parseDialect(t, "dialect: acme\nabout: Acme\nsuccess_errors: 400\nmatch: {keys: [job.code], equals: {ok: false}, lacks: [data]}\nshape: {code: job.code, message: job.text}\ncodes: {late: ORDER.EXPIRED}\n"),
		parseDialect(t, "dialect: beta\nabout: Beta\nsuccess_errors: 500\nformat: xml\nmatch: {keys: [Answer.Run.Code], types: {Answer.Run: object}}\nshape: {code: Answer.Run.Code}\ncodes: {late: ORDER.EXPIRED}\n"),
		parseDialect(t, "dialect: gamma\nabout: Birds\nsuccess_errors: 400\nmatch: {keys: ['*_response.code'], not: {'*_response.code': ['0']}}\nshape: {code: '*_response.code'}\ncodes: {late: ORDER.EXPIRED}\n"),
		parseDialect(t, "dialect: misc\nabout: Misc\nmatch: {keys: [misc]}\nshape: {code: misc}\ncodes: {late: ORDER.EXPIRED}\n"),
	})
}

// TestMayBeError cuts errors on 2xx at every byte: from some point on, every prefix
// may be an error.
func TestMayBeError(t *testing.T) {
	e := successDialects(t)
	if !e.HasSuccessErrors() || engine(t, "rustbill").HasSuccessErrors() {
		t.Error("wrong result of HasSuccessErrors")
	}
	for _, c := range []struct {
		about, media, body string
		sign               string // with all set, every longer prefix must match
	}{
		{"the deciding member is first", "application/json", `{"ok":false,"job":{"code":"late","text":"Too late."},"id":7}`, `{"ok":false`},
		{"the deciding member is last", "application/json", `{"id":[1,2,{"x":"y"}],"job":{"text":"Too \"late\".","code":"late"},"ok":false}`, `{"id":[1,2,{"x":"y"}],"job":{"text":"Too \"late\".","code":"late"`},
		{"white space", "application/json", "\n { \"job\" : {\"code\":\"late\"} ,\n \"ok\" : false }\n", "\n { \"job\" : {\"code\":\"late\"}"},
		{"XML", "application/xml", `<?xml version="1.0"?><Answer><Run><Code>late</Code><Text>Too late.</Text></Run></Answer>`, `<?xml version="1.0"?><Answer><Run><Code>late</Code>`},
		{"white space that keeps the connection open", "application/xml", "\n\n\n<Answer><Run><Code>late</Code></Run></Answer>", "\n\n\n<Answer><Run><Code>late</Code>"},
		{"a name with a wildcard", "application/json", `{"get_response":{"code":"late","text":"Too late."},"sign":"x"}`, `{"get_response":`},
	} {
		t.Run(c.about, func(t *testing.T) {
			r := translate.Response{Status: 200, Header: parseHeader("Content-Type: " + c.media), Body: []byte(c.body)}
			if readResponse(t, e, r).PassesThrough() {
				t.Fatal("not read as an error")
			}
			if !e.MayBeError(r, true) {
				t.Error("ruled out with the whole body")
			}
			blank := len(c.body) - len(strings.TrimLeft(c.body, " \n"))
			seen := false
			for i := range len(c.body) + 1 {
				piece := c.body[:i]
				if strings.HasSuffix(piece, "<") {
					continue
				}
				r.Body = []byte(piece)
				may := e.MayBeError(r, false)
				switch {
				case i <= blank && !may:
					t.Fatalf("ruled out after %q, which is only white space", piece)
				case i > blank && !may && (seen || strings.HasPrefix(piece, c.sign)):
					t.Fatalf("ruled out after %q", piece)
				case i > blank:
					seen = seen || may
				}
			}
		})
	}
}

// TestMayNotBeError checks that a body is ruled out as soon as a
// condition is violated; with all set, also if a required member is missing.
func TestMayNotBeError(t *testing.T) {
	e := successDialects(t)
	for _, c := range []struct {
		about, media, body string
		all, may           bool
	}{
		{"another body", "application/json", `{"id":1,"name":"Tom"}`, false, false},
		{"a prefix of another body", "application/json", `{"id":1,"na`, false, false},
		{"a list", "application/json", `[{"ok":false},`, false, false},
		{"another value", "application/json", `{"ok":true,`, false, false},
		{"another value after a match", "application/json", `{"job":{"code":"late"},"ok":true,`, false, false},
		{"a member that is excluded", "application/json", `{"ok":false,"data":[`, false, false},
		{"some members match, with all set", "application/json", `{"ok":false,"items":[`, true, false},
		{"some members match", "application/json", `{"ok":false,"items":[`, false, true},
		{"all members match, with all set", "application/json", `{"ok":false,"job":{"code":"late","more":[`, true, true},
		{"an incomplete value", "application/json", `{"ok":fal`, false, true},
		{"the word in a text", "application/json", `{"name":"ok:false job.code"`, false, false},
		{"white space only, with all set", "application/json", "  \n", true, false},
		{"other XML", "application/xml", `<List><Item>1</Item>`, true, false},
		{"XML with the first of two steps", "application/xml", `<Answer><Job><Code>x</Code>`, true, false},
		{"text", "text/plain", "ok false", false, false},
		{"a page", "text/html", "<html><h1>job", true, false},
		{"a dialect without errors on 2xx", "application/json", `{"misc":"late"`, false, false},
		{"bytes", "image/png", "\x89PNG", false, false},
	} {
		t.Run(c.about, func(t *testing.T) {
			r := translate.Response{Status: 200, Header: parseHeader("Content-Type: " + c.media), Body: []byte(c.body)}
			if may := e.MayBeError(r, c.all); may != c.may {
				t.Errorf("MayBeError(%q) = %t, want %t", c.body, may, c.may)
			}
		})
	}
}

// TestSuccessErrors reads errors on 2xx.
func TestSuccessErrors(t *testing.T) {
	e := successDialects(t)
	for _, c := range []struct {
		body   string
		status int
		passes bool
		want   string
	}{
		{`{"ok":false,"job":{"code":"late"}}`, 200, false, "ORDER.EXPIRED"},
		{`{"ok":false,"job":{"code":"unknown"}}`, 201, false, "REQUEST.INVALID"},
		{`<Answer><Run><Code>unknown</Code></Run></Answer>`, 200, false, "INTERNAL.ERROR"},
		{`{"ok":false,"job":{"code":"late"}}`, 302, true, ""},
		{`{"ok":false,"job":{"code":"late"}}`, 103, true, ""},
		{`{"ok":false,"job":{"code":"late"},"data":1}`, 200, true, ""},
		{`{"ok":true,"job":{"code":"late"}}`, 200, true, ""},
		{`{"misc":"late"}`, 200, true, ""},
		{`{"error":{"code":"not_found","message":"No."}}`, 200, true, ""},
		{`{"ok":false,"job":{"code":"late"}}`, 409, false, "ORDER.EXPIRED"},
	} {
		tr := readResponse(t, e, translate.Response{Status: c.status, Body: []byte(c.body)})
		if tr.PassesThrough() != c.passes || !c.passes && tr.Code.Name != c.want {
			t.Errorf("%s with %d passes: %t, as %s; want %t, %s", c.body, c.status, tr.PassesThrough(), tr.Code.Name, c.passes, c.want)
		}
	}
}

// TestHandlesMediaType checks that named dialects handle their media types, and
// pages.
func TestHandlesMediaType(t *testing.T) {
	texts := []string{
		"dialect: acme\nabout: x\nmatch: {header: {Content-Type: [application/job, 'image/*']}}\nshape: {code: c}\ncodes: {}\n",
		"dialect: beta\nabout: x\nformat: html\nshape: {message: h1}\ncodes: {}\n",
	}
	for _, c := range []struct {
		named []string
		media string
		want  bool
	}{
		{nil, "application/job", false},
		{nil, "text/html", false},
		{[]string{"acme"}, "application/job", true},
		{[]string{"acme"}, "image/png", true},
		{[]string{"acme"}, "text/html", false},
		{[]string{"beta"}, "text/html", true},
		{[]string{"beta"}, "application/job", false},
	} {
		e, err := translate.NewEngine(translate.Inputs{
			Taxonomy: taxonomy(t), Dialects: []*dialect.File{parseDialect(t, texts[0]), parseDialect(t, texts[1])}, Named: c.named,
		})
		if err != nil {
			t.Fatal(err)
		}
		if got := e.HandlesMediaType(c.media); got != c.want || e.HasNamedDialects() != (len(c.named) > 0) {
			t.Errorf("with %v named, HandlesMediaType(%s) = %t", c.named, c.media, got)
		}
	}
}
