package translate_test

import (
	"testing"

	"github.com/koine-proxy/koine/dialect"
	"github.com/koine-proxy/koine/translate"
)

// streamEngine compiles dialects, two of them with errors in streams.
func streamEngine(t *testing.T, passive ...string) *translate.Engine {
	t.Helper()
	e, err := translate.NewEngine(translate.Inputs{Taxonomy: taxonomy(t), Auto: passive, Dialects: append([]*dialect.File{
		parseDialect(t, "dialect: acme\nabout: x\nauto: pass\nstreams: true\nmatch: {keys: [error.code], types: {error: object}}\nshape: {code: error.code, message: error.text}\ncodes: {late: 409 ORDER.EXPIRED}\n"),
		parseDialect(t, "dialect: beta\nabout: x\nauto: pass\nstreams: true\nmatch: {keys: [run], equals: {type: error}}\nshape: {code: run}\ncodes: {late: 409 ORDER.EXPIRED}\n"),
		parseDialect(t, "dialect: gamma\nabout: x\nmatch: {keys: [hint]}\nshape: {code: hint}\ncodes: {late: 409 ORDER.EXPIRED}\n"),
	}, files(t, "general")...)})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// TestReadFrameDialects reads frames of dialects with errors in streams, and of
// others.
func TestReadFrameDialects(t *testing.T) {
	for _, c := range []struct {
		about, data string
		marked      bool
		isError     bool
		want        string
	}{
		{"an error", `{"error":{"code":"late","text":"Too late."}}`, false, true, "ORDER.EXPIRED"},
		{"an error of another dialect", `{"type":"error","run":"late"}`, false, true, "ORDER.EXPIRED"},
		{"an error without a row", `{"error":{"code":"unknown"}}`, false, true, "INTERNAL.ERROR"},
		{"a frame with text", `{"text":"error"}`, false, false, ""},
		{"a dialect without frames", `{"hint":"late"}`, false, false, ""},
		{"a dialect without frames, in a frame that is marked as an error", `{"hint":"late"}`, true, true, "ORDER.EXPIRED"},
		{"general rules, in an unmarked frame", `{"message":"No."}`, false, false, ""},
		{"general rules, in a frame that is marked as an error", `{"message":"No."}`, true, true, "INTERNAL.ERROR"},
		{"an unknown body in a frame that is marked as an error", `{"jobs":7}`, true, true, "INTERNAL.ERROR"},
		{"no JSON", `[DONE]`, false, false, ""},
	} {
		t.Run(c.about, func(t *testing.T) {
			tr := streamEngine(t).Acquire()
			defer tr.Release()
			if got := tr.ReadFrame(jsonResponse(200, c.data), c.marked); got != c.isError || got && tr.Code.Name != c.want {
				t.Errorf("error: %t, as %s; want %t, %s", got, tr.Code.Name, c.isError, c.want)
			}
		})
	}
	if !streamEngine(t, "acme", "beta").HasStreamErrors() || !engine(t, "openai").HasStreamErrors() || engine(t, "rustbill").HasStreamErrors() {
		t.Error("wrong result of HasStreamErrors")
	}
	tr := streamEngine(t, "acme").Acquire()
	defer tr.Release()
	if tr.ReadFrame(jsonResponse(200, `{"error":{"code":"late"}}`), false) {
		t.Error("a dialect that passes through is read")
	}
}

// TestReadFrame checks which frames are errors, and that their status is that of
// the code because a frame has no status line.
func TestReadFrame(t *testing.T) {
	const noKey = `{"error":{"message":"No.","type":"invalid_request_error","param":null,"code":"invalid_api_key"}}`
	for _, c := range []struct {
		name, body string
		marked     bool
		code       string // "" for none
		status     int
	}{
		{"unmarked", noKey, false, "AUTH.INVALID_API_KEY", 401},
		{"marked", noKey, true, "AUTH.INVALID_API_KEY", 401},
		{"of a dialect without frames", `{"error":"plan_not_found","message":"No."}`, false, "PLAN.NOT_FOUND", 404},
		{"of a dialect without frames, beside data", `{"error":"plan_not_found","message":"No.","items":[1]}`, false, "", 0},
		{"of a dialect without frames, marked", `{"error":"plan_not_found","message":"No."}`, true, "PLAN.NOT_FOUND", 404},
		{"no error", `{"id":1}`, false, "", 0},
		{"no error, marked", `{"id":1}`, true, "INTERNAL.ERROR", 500},
		{"no JSON, marked", `unknown`, true, "INTERNAL.ERROR", 500},
	} {
		t.Run(c.name, func(t *testing.T) {
			tr := library(t).Acquire()
			defer tr.Release()
			if is := tr.ReadFrame(translate.Response{Status: 200, Body: []byte(c.body)}, c.marked); is != (c.code != "") {
				t.Fatalf("error: %v", is)
			}
			p := translate.DefaultPolicy()
			if c.code != "" && (tr.Code.Name != c.code || tr.HTTPStatus(&p) != c.status) {
				t.Errorf("got %s with %d, want %s with %d", tr.Code.Name, tr.HTTPStatus(&p), c.code, c.status)
			}
		})
	}
}
