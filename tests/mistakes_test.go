package tests

import (
	"strings"
	"testing"
)

// TestMistakes loads configurations with the mistakes of new users. Each error message
// must contain the position of the mistake and the correct form.
func TestMistakes(t *testing.T) {
	t.Parallel()
	site := func(block string) string {
		return "{\n\tadmin off\n\tauto_https off\n\tpersist_config off\n}\nhttp://api.test {\n\ttranslate_errors {\n\t\t" + block + "\n\t}\n}\n"
	}
	mapping := site("dialect ./acme.yaml auto")
	edited := func(old, new string) string {
		if strings.Count(acme, old) != 1 {
			t.Fatalf("%q is not in the mapping file once", old)
		}
		return strings.Replace(acme, old, new, 1)
	}
	const taxonomy = `taxonomy: acme
codes:
  ACME.WARP.LOST:
    status: 409
    category: conflict
    retry: backoff
    message: Lost.
    description: Lost.
    action: Look.
`
	for _, c := range []struct {
		name, config string
		files        []string
		want         []string
	}{
		{
			"a subdirective that is misspelled", site("envelop problem"), nil,
			[]string{"Caddyfile:8", `unknown subdirective "envelop"; did you mean envelope?`},
		},
		{
			"a dialect that is misspelled", site("dialect rust_bill"), nil,
			[]string{"Caddyfile:8", `dialect "rust_bill"`, "did you mean rustbill?"},
		},
		{
			"a duration without a unit", site("retry_after 60"), nil,
			[]string{"Caddyfile:8", `retry_after "60"`, "not a duration; use for example 10s"},
		},
		{
			"a missing file", site("dialect ./acme.yaml"), nil,
			[]string{": dialect /", "/acme.yaml: ", "no such file"},
		},
		{
			"a row of a dialect that the site does not use", site("dialect rustbill\nmap orders X_Y RESOURCE.GONE"), nil,
			[]string{"Caddyfile:9", "map orders", `does not use the dialect "orders"`, "it uses rustbill"},
		},
		{
			"a row with a code that does not exist", site("map rustbill gone RESOURCE.GON"), nil,
			[]string{"Caddyfile:8", "map rustbill gone", `unknown canonical code "RESOURCE.GON"`, "did you mean RESOURCE.GONE?"},
		},
		{
			"a row with an impossible native code", site("map rustbill GONE RESOURCE.GONE"), nil,
			[]string{"map rustbill GONE", "lower_snake"},
		},
		{
			"a code that is misspelled", mapping, []string{"acme.yaml", edited("404 RESOURCE.NOT_FOUND", "404 RESOURCE.NOTFOUND")},
			[]string{"acme.yaml:9:10: ", `unknown canonical code "RESOURCE.NOTFOUND"`, "did you mean RESOURCE.NOT_FOUND?"},
		},
		{
			"a key that does not exist", mapping, []string{"acme.yaml", edited("  message: fault.text", "  mesage: fault.text")},
			[]string{"acme.yaml:7:3: ", `unknown key "mesage" in shape`, "did you mean `message`?"},
		},
		{
			"no code in the shape", mapping, []string{"acme.yaml", edited("  code: fault.num\n", "")},
			[]string{"acme.yaml:5:1: ", "shape has no `code`", "for example `code: error.code`"},
		},
		{
			"invalid YAML", mapping, []string{"acme.yaml", edited("  keys: [fault.num]", "  keys: [fault.num")},
			[]string{"acme.yaml:", "invalid YAML"},
		},
		{
			"an empty file", mapping, []string{"acme.yaml", ""},
			[]string{"acme.yaml:1:1: ", "empty file", "dialect: NAME"},
		},
		{
			"a row without a code", mapping, []string{"acme.yaml", edited("404 RESOURCE.NOT_FOUND\n  8", "404\n  8")},
			[]string{"acme.yaml:9:6: ", "a row is [STATUS] CANONICAL.CODE [force]"},
		},
		{
			"a duplicate native code", mapping, []string{"acme.yaml", edited("  8: 400", "  7: 400")},
			[]string{"acme.yaml:10:3: ", `duplicate key "7" (first on line 9)`},
		},
		{
			"several faults", mapping, []string{"acme.yaml", strings.NewReplacer("404 RESOURCE.NOT_FOUND\n  8", "404 NOT.HERE\n  8", "PLAN.NOT_FOUND", "plan_not_found", "keys:", "key:").Replace(acme)},
			[]string{"acme.yaml:4:3: ", "acme.yaml:10:6: "},
		},
		{
			"a taxonomy with a wrong status", site("taxonomy ./codes.yaml"), []string{"codes.yaml", strings.Replace(taxonomy, "409", "302", 1)},
			[]string{"codes.yaml:3:3: ", "status of ACME.WARP.LOST must be from 400 to 599, not 302"},
		},
		{
			"a taxonomy with a category of its own", site("taxonomy ./codes.yaml"), []string{"codes.yaml", strings.Replace(taxonomy, "category: conflict", "category: conflicts", 1)},
			[]string{"codes.yaml:3:3: ", `category of ACME.WARP.LOST is "conflicts"; it must be one of`, "conflict"},
		},
		{
			"a taxonomy without a message", site("taxonomy ./codes.yaml"), []string{"codes.yaml", strings.Replace(taxonomy, "    message: Lost.\n", "", 1)},
			[]string{"codes.yaml:4:5: ", "ACME.WARP.LOST has no `message`"},
		},
		{
			"a mapping file for a taxonomy", site("taxonomy ./acme.yaml"), []string{"acme.yaml", acme},
			[]string{"acme.yaml:1:1: ", `unknown key "dialect" in a taxonomy file`},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			message := validate(t, c.config, c.files...)
			if message == "" {
				t.Fatal("no error")
			}
			for _, part := range c.want {
				if !strings.Contains(message, part) {
					t.Errorf("the message does not contain %q: %s", part, message)
				}
			}
			if strings.Contains(message, "panic") || strings.Contains(message, "goroutine") {
				t.Errorf("the message has a stack trace: %s", message)
			}
		})
	}
	t.Run("no mistake", func(t *testing.T) {
		if message := validate(t, mapping, "acme.yaml", acme); message != "" {
			t.Errorf("a valid file is rejected: %s", message)
		}
	})
}
