package dialect_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/koine-proxy/koine/dialect"
)

func TestParsePath(t *testing.T) {
	for text, want := range map[string][]string{
		"code":              {"code"},
		"error.code":        {"error", "code"},
		"errors.0.code":     {"errors", "0", "code"},
		`a\.b.c`:            {"a.b", "c"},
		`a\\.b`:             {`a\`, "b"},
		`a\`:                {`a\`},
		"odata\\.error.x-y": {"odata.error", "x-y"},
		"":                  {""},
		"a..b":              {"a", "", "b"},
	} {
		if got := dialect.ParsePath(text); !reflect.DeepEqual(got, dialect.Keys(want...)) {
			t.Errorf("ParsePath(%q) = %q, want %q", text, got, want)
		}
	}
}

// TestParseSteps is about the steps that are no plain keys.
func TestParseSteps(t *testing.T) {
	key := func(s string) dialect.Step { return dialect.Step{Key: s} }
	glob := func(s string) dialect.Step { return dialect.Step{Kind: dialect.StepGlob, Key: s} }
	each, deep := dialect.Step{Kind: dialect.StepEach}, dialect.Step{Kind: dialect.StepDeep}
	where := func(glob string, sibling ...string) dialect.Step {
		return dialect.Step{Kind: dialect.StepEach, Sibling: dialect.Keys(sibling...), Glob: glob}
	}
	for text, want := range map[string]dialect.Path{
		"$":                             {{Kind: dialect.StepRoot}},
		"$.code":                        {key("$"), key("code")},
		"#":                             {each},
		"errors.#.code":                 {key("errors"), each, key("code")},
		"#.#":                           {each, each},
		"#text":                         {key("#text")},
		"@type":                         {key("@type")},
		"errors.#(severity=error).text": {key("errors"), where("error", "severity"), key("text")},
		"#(@type=*BadRequest).x":        {where("*BadRequest", "@type"), key("x")},
		"#(a.b=1.5).c":                  {where("1.5", "a", "b"), key("c")},
		"#(a=b=c)":                      {where("b=c", "a")},
		"#(a=)":                         {where("", "a")},
		"*":                             {glob("*")},
		"*_response.code":               {glob("*_response"), key("code")},
		"a.*.b*c":                       {key("a"), glob("*"), glob("b*c")},
		"what?":                         {key("what?")},
		"**":                            {deep},
		"error.**.code":                 {key("error"), deep, key("code")},
		"***":                           {glob("***")},

		// escapes
		`\*`:          {key("*")},
		`a\*b.c`:      {key("a*b"), key("c")},
		`\*\*`:        {key("**")},
		`\#`:          {key("#")},
		`\$`:          {key("$")},
		`a\.*`:        {key("a.*")},
		`\#(a=b)`:     {key("#(a=b)")},
		`a.\**`:       {key("a"), key("**")},
		`#(a=b\.c).d`: {where(`b\.c`, "a"), key("d")},

		// what is no filter stays a key, of which the compiler complains
		"#(a)":   {key("#(a)")},
		"#(=a)":  {key("#(=a)")},
		"#(a=b":  {key("#(a=b")},
		"#(a=b.": {key("#(a=b.")},
	} {
		if got := dialect.ParsePath(text); !reflect.DeepEqual(got, want) {
			t.Errorf("ParsePath(%q) = %+v, want %+v", text, got, want)
		}
		if got := dialect.ParsePath(text).String(); !strings.Contains(text, `\`) && got != text {
			t.Errorf("%q is spelled %q", text, got)
		}
	}
}
