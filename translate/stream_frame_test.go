package translate_test

import (
	"slices"
	"testing"

	"github.com/koine-proxy/koine/translate"
)

// opened judges a text byte by byte, and returns the verdict with what came before
// the byte that decided.
func opened(o translate.Prefixes, text string) (translate.Verdict, string) {
	judge := o.Matcher()
	for i := range len(text) {
		if v := judge.Next(text[i]); v != translate.Undecided {
			return v, text[:i]
		}
	}
	return translate.Undecided, text
}

func TestOpenings(t *testing.T) {
	o := engine(t, "openai", "anthropic", "mistral", "docker", "canonical", "rustbill").StreamPrefixes()
	if want := (translate.Prefixes{`{"error":"`, `{"error":{`, `{"errorDetail":{`, `{"message":"`, `{"object":"error"`, `{"type":"error"`}); !slices.Equal(o, want) {
		t.Fatalf("got %q, want %q", o, want)
	}
	for _, c := range []struct {
		text   string
		want   translate.Verdict
		before string
	}{
		{`{"error":{"message":"x"}}`, translate.Likely, `{"error":`},
		{" \t{\n\"error\" : {", translate.Likely, " \t{\n\"error\" : "},
		{`{"type":"error","error":{`, translate.Likely, `{"type":"error`},
		{`{"type":"error_of_ours"`, translate.Unlikely, `{"type":"error`},
		{`{"type":"message_start"`, translate.Unlikely, `{"type":"`},
		{`{"error":null`, translate.Unlikely, `{"error":`},
		{`{"errors":[]`, translate.Unlikely, `{"error`},
		{`{"errorDetail":{`, translate.Likely, `{"errorDetail":`},
		{`{"err or":{`, translate.Unlikely, `{"err`},
		{`{"id":1}`, translate.Unlikely, `{"`},
		{`{}`, translate.Unlikely, `{`},
		{`[DONE]`, translate.Unlikely, ``},
		{`{"type`, translate.Undecided, `{"type`},
		{``, translate.Undecided, ``},
	} {
		if v, before := opened(o, c.text); v != c.want || before != c.before {
			t.Errorf("%s: got %v behind %q, want %v behind %q", c.text, v, before, c.want, c.before)
		}
	}
}

func TestOpeningsOfNoDialect(t *testing.T) {
	if o := engine(t, "rustbill").StreamPrefixes(); len(o) != 0 {
		t.Errorf("got %q", o)
	}
	if v, _ := opened(nil, "{"); v != translate.Unlikely {
		t.Errorf("got %v", v)
	}
}

// TestReadFrame holds what is an error in a frame, and that its status is that of
// its code: there is no status line to tell another.
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
		{"of a dialect without frames", `{"error":"plan_not_found","message":"No."}`, false, "", 0},
		{"of a dialect without frames, marked", `{"error":"plan_not_found","message":"No."}`, true, "PLAN.NOT_FOUND", 404},
		{"no error", `{"id":1}`, false, "", 0},
		{"no error, marked", `{"id":1}`, true, "INTERNAL.ERROR", 500},
		{"no JSON, marked", `out of luck`, true, "INTERNAL.ERROR", 500},
	} {
		t.Run(c.name, func(t *testing.T) {
			tr := library(t).Acquire()
			defer tr.Release()
			if is := tr.ReadFrame(translate.Response{Status: 200, Body: []byte(c.body)}, c.marked); is != (c.code != "") {
				t.Fatalf("it is an error: %v", is)
			}
			p := translate.DefaultPolicy()
			if c.code != "" && (tr.Code.Name != c.code || tr.HTTPStatus(&p) != c.status) {
				t.Errorf("got %s with %d, want %s with %d", tr.Code.Name, tr.HTTPStatus(&p), c.code, c.status)
			}
		})
	}
}
