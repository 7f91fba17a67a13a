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

// TestParseSteps parses steps that are not plain keys.
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

		// an invalid filter is a key, which CheckPath reports
		"#(a)":   {key("#(a)")},
		"#(=a)":  {key("#(=a)")},
		"#(a=b":  {key("#(a=b")},
		"#(a=b.": {key("#(a=b.")},
	} {
		if got := dialect.ParsePath(text); !reflect.DeepEqual(got, want) {
			t.Errorf("ParsePath(%q) = %+v, want %+v", text, got, want)
		}
		if got := dialect.ParsePath(text).String(); !strings.Contains(text, `\`) && got != text {
			t.Errorf("%q is written as %q", text, got)
		}
	}
}

// FuzzPath checks that any text is parsed, and that a path of plain keys with escapes
// is parsed as those keys.
func FuzzPath(f *testing.F) {
	for _, s := range []string{"", ".", "a.b", `a\.b`, `\`, "#", "#(a=b).c", "#(", "**.*", "$", `\$`, `#(a\`, "#(#(a=b)=c)", "a.#(b=c)d.e"} {
		f.Add(s)
	}
	escapes := strings.NewReplacer(`\`, `\\`, ".", `\.`, "*", `\*`, "#", `\#`, "$", `\$`, "(", `\(`)
	f.Fuzz(func(t *testing.T, text string) {
		p := dialect.ParsePath(text)
		if len(p) == 0 {
			t.Fatalf("%q has no step", text)
		}
		_ = p.String()
		keys := make([]string, len(p))
		spelled := make([]string, len(p))
		for i, step := range p {
			if step.Kind != dialect.StepKey {
				return
			}
			keys[i], spelled[i] = step.Key, escapes.Replace(step.Key)
		}
		if got := dialect.ParsePath(strings.Join(spelled, ".")); !reflect.DeepEqual(got, dialect.Keys(keys...)) {
			t.Errorf("%q, written as %q, is parsed as %+v", keys, spelled, got)
		}
		if plain := p.String(); plain == strings.Join(spelled, ".") && !reflect.DeepEqual(dialect.ParsePath(plain), p) {
			t.Errorf("%q is not parsed as %+v", plain, p)
		}
	})
}

func TestCheckPath(t *testing.T) {
	for path, want := range map[string]string{
		"code": "", "error.code": "", "errors.0.name": "", "errors.#.name": "", "errors.#(kind=bad*).name": "", "#(a.b=x)": "", "*.code": "", "**": "", "$": "",
		`odata\.error.code`: "", `a\.\.b`: "", "@type": "", "$type": "", "a/b": "", "a[b]": "", "/": "",

		"":                       "a path must not be empty; use $ for the whole body",
		"$.error.code":           `path "$.error.code": write it as error.code`,
		"$.errors[0].name":       `path "$.errors[0].name": write it as errors.0.name`,
		"$['odata.error'].code":  `path "$['odata.error'].code": write it as odata\.error.code`,
		"$..code":                `path "$..code": write it as **.code`,
		"$.errors[*].name":       `path "$.errors[*].name": write it as errors.#.name`,
		"$[0].name":              `path "$[0].name": write it as 0.name`,
		"/error/code":            `path "/error/code": write it as error.code`,
		"/errors/0/name":         `path "/errors/0/name": write it as errors.0.name`,
		"/odata.error/a~1b/c~0d": `path "/odata.error/a~1b/c~0d": write it as odata\.error.a/b.c~d`,
		"errors[0].name":         `path "errors[0].name": write it as errors.0.name`,
		"errors[*]":              `path "errors[*]": write it as errors.#`,
		`error["code"]`:          `path "error[\"code\"]": write it as error.code`,
		"[0].name":               `path "[0].name": write it as 0.name`,
		"a..b":                   `path "a..b" has an empty step; write a dot inside a name as \.`,
		".a":                     `path ".a": write it as a`,
		"a.":                     `path "a." has an empty step; write a dot inside a name as \.`,
		"errors.#(kind).name":    "the step #(kind) must be #(name=value), for example #(severity=error)",
	} {
		if got := dialect.CheckPath(path); got != want {
			t.Errorf("CheckPath(%q) = %q, want %q", path, got, want)
		}
		if _, proposed, ok := strings.Cut(want, ": write it as "); ok && dialect.CheckPath(proposed) != "" {
			t.Errorf("for %q it proposes %q, which is refused: %q", path, proposed, dialect.CheckPath(proposed))
		}
	}
}

// TestPathText checks that the text of a path is read as the same path.
func TestPathText(t *testing.T) {
	for _, text := range []string{
		"$", "error.code", `a\.b.c`, `a\*b`, `a\\b`, "errors.#.code", "#(severity=error).text", "*.why", "**.code", "*_response.code", `\#`, `\$`, "#text", `\#(a=b)`, "errors.0",
		"info.#(a.b=*x).value",
	} {
		if got := dialect.ParsePath(text).Text(); got != text {
			t.Errorf("the text of the path %s is %s", text, got)
		}
	}
}

func TestPathIsWritable(t *testing.T) {
	for _, c := range []struct {
		path dialect.Path
		want bool
	}{
		{nil, true},
		{dialect.Path{}, false},
		{dialect.Keys("error", "a.b"), true},
		{dialect.Keys("error", "#"), true},
		{dialect.Keys("error", ""), false},
		{dialect.Keys("error", " "), false},
		{dialect.Keys("a[0]"), false},
		{dialect.Keys("/a"), false},
		{dialect.Keys("a\nb"), false},
		{dialect.Path{{Kind: dialect.StepEach, Sibling: dialect.Keys("a"), Glob: "b"}}, true},
		{dialect.Path{{Kind: dialect.StepEach, Sibling: dialect.Keys("a"), Glob: "b)"}}, false},
	} {
		if got := c.path.IsWritable(); got != c.want {
			t.Errorf("%q is writable: %t", c.path.Text(), got)
		}
	}
}
