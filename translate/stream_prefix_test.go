package translate_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/koine-proxy/koine/translate"
)

// matchPrefix compares a text byte by byte, and returns the verdict and the text
// before the byte that decided.
func matchPrefix(o *translate.Prefixes, text string) (translate.Verdict, string) {
	judge := o.Matcher()
	for i := range len(text) {
		if v := judge.Next([]byte(text[i : i+1])); v != translate.Undecided {
			return v, text[:i]
		}
	}
	return translate.Undecided, text
}

// matchWhole compares a text in two parts, at every place.
func matchWhole(t *testing.T, o *translate.Prefixes, text string, want translate.Verdict) {
	t.Helper()
	for cut := range len(text) + 1 {
		judge := o.Matcher()
		v := judge.Next([]byte(text[:cut]))
		if v == translate.Undecided {
			v = judge.Next([]byte(text[cut:]))
		}
		if v != want {
			t.Errorf("%.80s: got %v in two parts at %d, want %v", text, v, cut, want)
			return
		}
	}
}

func TestStreamPrefixes(t *testing.T) {
	o := engine(t, "openai", "anthropic", "mistral", "docker", "canonical", "rustbill").StreamPrefixes()
	if want := []string{`"error":"`, `"error":{`, `"errorDetail":{`, `"message":"`, `"object":"error"`, `"type":"error"`}; !slices.Equal(o.Errors, want) || len(o.Before) > 0 {
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
		if v, before := matchPrefix(&o, c.text); v != c.want || before != c.before {
			t.Errorf("%s: got %v after %q, want %v after %q", c.text, v, before, c.want, c.before)
		}
		matchWhole(t, &o, c.text, c.want)
	}
}

// TestMembersBeforeErrors compares frames with members before the error. They are
// undecided until there is an error, another member, or a text inside of one.
func TestMembersBeforeErrors(t *testing.T) {
	o := library(t).StreamPrefixes()
	for _, c := range []struct {
		text   string
		want   translate.Verdict
		before string
	}{
		{`{"id":"x","choices":[],"error":{`, translate.Likely, `{"id":"x","choices":[],"error":`},
		{`{"id":"x","choices":[{"index":0,"delta":{},"finish_reason":null}],"error":{`, translate.Likely, `{"id":"x","choices":[{"index":0,"delta":{},"finish_reason":null}],"error":`},
		{`{"id":"` + strings.Repeat("x", 5000) + `","error":"`, translate.Likely, `{"id":"` + strings.Repeat("x", 5000) + `","error":`},
		{`{"id":"a\"b\\","object":"chat.completion.chunk","created":1,"error":{`, translate.Likely, `{"id":"a\"b\\","object":"chat.completion.chunk","created":1,"error":`},
		{`{"object":"error"`, translate.Likely, `{"object":"error`},
		{`{"object":"errors","error":{`, translate.Likely, `{"object":"errors","error":`},
		{`{"object":7,"error":{`, translate.Likely, `{"object":7,"error":`},
		{`{"object":{"error":{}},"error":{`, translate.Likely, `{"object":{"error":{}},"error":`},
		{"{ \"id\" : 1 ,\n \"error\" : {", translate.Likely, "{ \"id\" : 1 ,\n \"error\" : "},
		{`{"id":"x","choices":[{"index":0,"delta":{"content":"H`, translate.Unlikely, `{"id":"x","choices":[{"index":0,"delta":{"content":"`},
		{`{"id":"x","choices":["H`, translate.Unlikely, `{"id":"x","choices":["`},
		{`{"model":"m","response":"H`, translate.Unlikely, `{"model":"m","re`},
		{`{"type":"content_block_delta","index":0`, translate.Unlikely, `{"type":"`},
		{`{"id":"x"}`, translate.Unlikely, `{"id":"x"`},
		{`{"id":"x","error":null`, translate.Unlikely, `{"id":"x","error":`},
		{`{"id":"x","choices":[]`, translate.Undecided, `{"id":"x","choices":[]`},
		{`{"id":` + strings.Repeat("[", 40), translate.Unlikely, `{"id":` + strings.Repeat("[", 30)},
		{`{"id":]`, translate.Unlikely, `{"id":`},
	} {
		if v, before := matchPrefix(&o, c.text); v != c.want || before != c.before {
			t.Errorf("%.80s: got %v after %q, want %v after %q", c.text, v, before, c.want, c.before)
		}
		matchWhole(t, &o, c.text, c.want)
	}
}

func TestStreamPrefixesEmpty(t *testing.T) {
	if o := engine(t, "rustbill").StreamPrefixes(); !o.IsEmpty() {
		t.Errorf("got %q", o)
	}
	if v, _ := matchPrefix(new(translate.Prefixes), `{"`); v != translate.Unlikely {
		t.Errorf("got %v", v)
	}
}

// TestPrefixesOfDialects compares frames with the prefixes of test dialects.
func TestPrefixesOfDialects(t *testing.T) {
	for data, want := range map[string]translate.Verdict{
		`{"error":{`:         translate.Likely,
		`{"error":{"x`:       translate.Likely,
		"{ \"error\" :\n\t{": translate.Likely,
		`{"error":[`:         translate.Unlikely,
		`{"error":"`:         translate.Likely,
		`{"error"`:           translate.Undecided,
		`{"err`:              translate.Undecided,
		`{"err or"`:          translate.Unlikely,
		``:                   translate.Undecided,
		`{"type":"error"`:    translate.Likely,
		`{"type":"errors"`:   translate.Unlikely,
		`{"type":"text"`:     translate.Unlikely,
		`{"id":`:             translate.Undecided,
		`{"id":1,"text":`:    translate.Unlikely,
		`[`:                  translate.Unlikely,
		`{}`:                 translate.Unlikely,
	} {
		prefixes := streamEngine(t).StreamPrefixes()
		o := prefixes.Matcher()
		got := translate.Undecided
		for i := range len(data) {
			if got = o.Next([]byte(data[i : i+1])); got != translate.Undecided {
				break
			}
		}
		if got != want {
			t.Errorf("%q is %d, want %d", data, got, want)
		}
	}
}
