package translate_test

import (
	"testing"

	"github.com/koine-proxy/koine/dialect"
	"github.com/koine-proxy/koine/translate"
)

// cats compiles an invented dialect, of which a test says the words that it is
// about.
func cats(t *testing.T, words string) *translate.Engine {
	t.Helper()
	return compile(t, []*dialect.File{dialectOf(t, "dialect: cats\nabout: Cats\n"+words)})
}

// hear reads a response.
func hear(t *testing.T, e *translate.Engine, r translate.Response) *translate.Translation {
	t.Helper()
	tr := e.Acquire()
	t.Cleanup(tr.Release)
	tr.ReadResponse(r)
	return tr
}

// jsonOf is a response of JSON.
func jsonOf(status int, body string) translate.Response {
	return translate.Response{Status: status, Header: headerOf("Content-Type: application/json"), Body: []byte(body), Now: frozen}
}

// xmlOf is a response of XML.
func xmlOf(body string) translate.Response {
	return translate.Response{Status: 400, Header: headerOf("Content-Type: application/xml"), Body: []byte(body), Now: frozen}
}
