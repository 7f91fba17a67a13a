package translate_test

import (
	"encoding/json"
	"testing"

	"github.com/koine-proxy/koine/translate"
)

// FuzzRead: whatever a response is, the library reads it, and answers with an
// envelope that keeps to its schema, or lets it pass.
func FuzzRead(f *testing.F) {
	for _, file := range forms(f) {
		for i := range file.Examples {
			r := translate.ExampleResponse(file, &file.Examples[i])
			media := ""
			if values := r.Header["Content-Type"]; len(values) > 0 {
				media = values[0]
			}
			f.Add(r.Status, media, r.Body)
		}
	}
	for _, body := range nasty {
		f.Add(400, "application/json", []byte(body))
		f.Add(200, "text/html; charset=utf-16", []byte(body))
	}
	e, s, p := library(f), compileSchemas(f), translate.DefaultPolicy()
	f.Fuzz(func(t *testing.T, status int, media string, body []byte) {
		status = 100 + int(uint(status)%900)
		r := translate.Response{Status: status, Header: map[string][]string{"Content-Type": {media}}, Body: body, Now: frozen}
		e.MayBeError(r, false)
		e.MayBeError(r, true)
		tr := e.Acquire()
		defer tr.Release()
		tr.ReadResponse(r)
		if tr.PassesThrough() && status >= 400 {
			t.Fatalf("an error with %d passes", status)
		}
		checkAnswer(t, tr, s, &p)
		if tr.ReadFrame(r, true); tr.Code == nil {
			t.Fatal("a frame has no code")
		}
	})
}

// checkAnswer holds the answer to an error to its schema; statuses beyond those
// of HTTP have none.
func checkAnswer(t *testing.T, tr *translate.Translation, s schemas, p *translate.Policy) {
	t.Helper()
	out := tr.AppendCanonical(nil, p, translate.RenderParams{RequestID: "req_1"})
	if !json.Valid(out) {
		t.Fatalf("this is no JSON: %s", out)
	}
	if status := tr.HTTPStatus(p); !tr.PassesThrough() && status >= 400 && status <= 599 {
		validate(t, s.envelope, out)
	}
	if fields := tr.Fields(); fields == nil || !json.Valid([]byte(tr.Details())) {
		t.Fatalf("its details are %s", tr.Details())
	}
}
