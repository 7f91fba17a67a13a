package translate_test

import (
	"slices"
	"testing"

	"github.com/koine-proxy/koine/translate"
)

// matchPrefix compares a text byte by byte, and returns the verdict and the text
// before the byte that decided.
func matchPrefix(o translate.Prefixes, text string) (translate.Verdict, string) {
	judge := o.Matcher()
	for i := range len(text) {
		if v := judge.Next(text[i]); v != translate.Undecided {
			return v, text[:i]
		}
	}
	return translate.Undecided, text
}

func TestStreamPrefixes(t *testing.T) {
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
		if v, before := matchPrefix(o, c.text); v != c.want || before != c.before {
			t.Errorf("%s: got %v after %q, want %v after %q", c.text, v, before, c.want, c.before)
		}
	}
}

func TestStreamPrefixesEmpty(t *testing.T) {
	if o := engine(t, "rustbill").StreamPrefixes(); len(o) != 0 {
		t.Errorf("got %q", o)
	}
	if v, _ := matchPrefix(nil, "{"); v != translate.Unlikely {
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
		`{"error":"`:         translate.Unlikely,
		`{"error"`:           translate.Undecided,
		`{"err`:              translate.Undecided,
		`{"err or"`:          translate.Unlikely,
		``:                   translate.Undecided,
		`{"type":"error"`:    translate.Likely,
		`{"type":"errors"`:   translate.Unlikely,
		`{"type":"text"`:     translate.Unlikely,
		`{"id":`:             translate.Unlikely,
		`[`:                  translate.Unlikely,
		`{}`:                 translate.Unlikely,
	} {
		o := streamEngine(t).StreamPrefixes().Matcher()
		got := translate.Undecided
		for i := range len(data) {
			if got = o.Next(data[i]); got != translate.Undecided {
				break
			}
		}
		if got != want {
			t.Errorf("%q is %d, want %d", data, got, want)
		}
	}
}
