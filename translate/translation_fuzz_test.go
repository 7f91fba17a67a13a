package translate_test

import (
	"encoding/json"
	"testing"

	"github.com/koine-proxy/koine/translate"
)

// FuzzRead checks that any response is answered with a valid envelope or passed
// through.
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
	for _, body := range malformedBodies {
		f.Add(400, "application/json", []byte(body))
		f.Add(200, "text/html; charset=utf-16", []byte(body))
	}
	e, s, p := library(f), compileSchemas(f), translate.DefaultPolicy()
	f.Fuzz(func(t *testing.T, status int, media string, body []byte) {
		status = 100 + int(uint(status)%900)
		r := translate.Response{Status: status, Header: map[string][]string{"Content-Type": {media}}, Body: body, Now: testNow}
		e.MayBeError(r, false)
		e.MayBeError(r, true)
		tr := e.Acquire()
		defer tr.Release()
		tr.ReadResponse(r)
		if tr.PassesThrough() && status >= 400 {
			t.Fatalf("an error with %d passes through", status)
		}
		checkAnswer(t, tr, s, &p)
		if tr.ReadFrame(r, true); tr.Code == nil {
			t.Fatal("a frame has no code")
		}
	})
}

// checkAnswer validates the answer; the schemas do not cover statuses outside of
// HTTP.
func checkAnswer(t *testing.T, tr *translate.Translation, s schemas, p *translate.Policy) {
	t.Helper()
	out := tr.AppendCanonical(nil, p, translate.RenderParams{RequestID: "req_1"})
	if !json.Valid(out) {
		t.Fatalf("not JSON: %s", out)
	}
	if status := tr.HTTPStatus(p); !tr.PassesThrough() && status >= 400 && status <= 599 {
		validateJSON(t, s.envelope, out)
	}
	if fields := tr.Fields(); fields == nil || !json.Valid([]byte(tr.Details())) {
		t.Fatalf("its details are %s", tr.Details())
	}
}
