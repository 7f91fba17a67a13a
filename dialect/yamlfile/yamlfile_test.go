package yamlfile_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/koine-proxy/koine/dialect"
	"github.com/koine-proxy/koine/dialect/yamlfile"
)

func TestDialectFaults(t *testing.T) {
	for _, c := range []struct {
		about, text string
		want        []string
	}{
		{"an empty file", "", []string{"f.yaml:1:1: empty file; it must start with `dialect: NAME` or `taxonomy: NAME`"}},
		{"a file of comments", "# nothing\n\n", []string{"f.yaml:1:1: empty file; it must start with `dialect: NAME` or `taxonomy: NAME`"}},
		{"a list", "- a\n", []string{"f.yaml:1:1: the file must be a mapping with keys such as dialect, match, shape and codes, not a list"}},
		{"a text", "hello\n", []string{`f.yaml:1:1: the file must be a mapping with keys such as dialect, match, shape and codes, not "hello"`}},
		{"two documents", "dialect: acme\n---\ndialect: beta\n", []string{"f.yaml:2:1: a file holds one document; move the part after `---` to another file"}},
		{"not YAML", "dialect: acme\nabout: a: b\n", []string{
			"f.yaml:2: invalid YAML: mapping values are not allowed in this context; check the indentation, and quote texts that contain `: ` or ` #`",
		}},
		{"a missing closing quote", "dialect: \"acme\nabout: x\n", []string{
			"f.yaml:3: invalid YAML: found unexpected end of stream; check the indentation, and quote texts that contain `: ` or ` #`",
		}},
		{"a tab", "dialect: acme\nmatch:\n\tkeys: [a]\n", []string{"f.yaml:3:1: invalid YAML: a tab; YAML is indented with spaces only"}},
		{"a tab after spaces", "dialect: acme\nmatch:\n  keys: [a]\n  \tlacks: [b]\n", []string{"f.yaml:4:3: invalid YAML: a tab; YAML is indented with spaces only"}},
		{"a tab on the second line of a block", "dialect: acme\nmatch:\n  keys: [a]\n\tlacks: [b]\nabout: x\n", []string{"f.yaml:4:1: invalid YAML: a tab; YAML is indented with spaces only"}},
		{"tabs elsewhere", "dialect:\tacme\nabout: |\n  a\n  \tb\nshape: {code: c: d}\n", []string{
			"f.yaml:4: invalid YAML: did not find expected ',' or '}'; check the indentation, and quote texts that contain `: ` or ` #`",
		}},
		{"only a name", "dialect: acme\n", []string{
			"f.yaml:1:1: a mapping file has no `about`",
			"f.yaml:1:1: a mapping file has no `codes`",
			"f.yaml:1:1: a mapping file has no `shape`",
		}},
		{"bad names", "dialect: auto\nabout: x\nshape: {code: c}\ncodes: canonical\n", []string{
			`f.yaml:1:10: dialect "auto": use lower-case letters, digits and hyphens, starting with a letter; auto and all are reserved`,
		}},
		{"another bad name", "dialect: My Acme\nabout: x\nshape: {code: c}\ncodes: canonical\n", []string{
			`f.yaml:1:10: dialect "My Acme": use lower-case letters, digits and hyphens, starting with a letter; auto and all are reserved`,
		}},
		{"all at once, in order", `dialect: all
abuot: acme
about: [acme]
priority: urgent
zebra: 1
match:
  keys: {a: b}
  typs: {a: string}
  types: [a]
  code_is:
shape:
  code: job
  cod: job
  code: run
  fields: {at: f, message: m, filed: x}
codes:
  lost: 404
  lost: ORDER.NOT_FOUND
  slow: order.not_found
  busy: [400, ORDER.NOT_FOUND]
  spit: 99 ORDER.NOT_FOUND
  howl: ORDER.NOT_FOUND by force
examples:
  - {status: many, body: {n: 0x10}, is: ORDER.NOT_FOUND}
  - {status: 400, is: nothing, body: x}
  - 7
`, []string{
			`f.yaml:1:10: dialect "all": use lower-case letters, digits and hyphens, starting with a letter; auto and all are reserved`,
			"f.yaml:2:1: unknown key \"abuot\" in a mapping file; did you mean `about`?",
			`f.yaml:3:8: about must be a text, not a list`,
			`f.yaml:4:11: priority "urgent" must be one of first, high, normal, low, last`,
			`f.yaml:5:1: unknown key "zebra" in a mapping file; known keys: about, auto, codes, dialect, evidence, examples, extends, failure, format, general, hosts, lexicon, limits, match, priority, read, shape, source, streams, success_errors, variants, write`,
			`f.yaml:7:9: match.keys must be a text or a list of texts, not a mapping`,
			"f.yaml:8:3: unknown key \"typs\" in match; did you mean `types`?",
			`f.yaml:9:10: match.types must be a mapping of path to value, for example {error.code: string}, not a list`,
			`f.yaml:10:11: match.code_is must be a text or a list of texts, not null`,
			"f.yaml:13:3: unknown key \"cod\" in shape; did you mean `code`?",
			`f.yaml:14:3: duplicate key "code" (first on line 12)`,
			"f.yaml:15:31: unknown key \"filed\" in shape.fields; did you mean `field`?",
			"f.yaml:17:9: a row is [STATUS] CANONICAL.CODE [force]",
			`f.yaml:18:3: duplicate key "lost" (first on line 17)`,
			`f.yaml:19:9: "order.not_found" is not a canonical code; use two or three upper-case words joined by dots, for example ORDER.NOT_FOUND`,
			`f.yaml:20:9: the row of busy must be a text, not a list`,
			`f.yaml:21:9: status 99 must be from 100 to 999`,
			"f.yaml:22:9: a row is [STATUS] CANONICAL.CODE [force]",
			`f.yaml:24:14: status must be a whole number, not "many"`,
			`f.yaml:24:30: body: "0x10" is not a JSON number; quote it if it is a text`,
			`f.yaml:25:5: is "nothing" must be a canonical code, or none if the dialect must not match`,
			`f.yaml:26:5: an example must be a mapping of about, body, code, details, fields, header, host, is, message, request_id, retry, retry_after, status, not "7"`,
		}},
		{"a match", "dialect: acme\nabout: x\nmatch:\n  types: {job: text}\n  code_is: kebab-case\nshape: {code: c}\ncodes: {}\n", []string{
			`f.yaml:5:12: match.code_is "kebab-case" must be one of lower_snake, UPPER_SNAKE, DOTTED.UPPER, listed, optional`,
		}},
		{"a filter without a value", "dialect: acme\nabout: Acme\nshape: {code: 'errors.#(kind).code'}\ncodes: {}\n", []string{
			"f.yaml:3:15: the step #(kind) must be #(name=value), for example #(severity=error)",
		}},
		{"top-level words", `dialect: shop
about: x
hosts: [https://shop.example.com, "shop.example.com:443", "*.shop.example.com"]
auto: skip
success_errors: 200
priority: hihg
streams: yes please
format: [json, yaml]
shape: {code: c}
codes: {}
waits: []
`, []string{
			`f.yaml:3:9: host "https://shop.example.com" must be a host name without scheme, port and path, for example api.example.com or *.example.com`,
			`f.yaml:3:35: host "shop.example.com:443" must be a host name without scheme, port and path, for example api.example.com or *.example.com`,
			`f.yaml:4:7: auto "skip" must be one of translate, pass`,
			"f.yaml:5:17: success_errors must be a status from 400 to 599; it is used if neither the row nor the body has one",
			`f.yaml:6:11: priority "hihg" must be one of first, high, normal, low, last; did you mean high?`,
			`f.yaml:7:10: streams must be true or false, not "yes please"`,
			`f.yaml:8:16: format "yaml" must be one of json, xml, html, text, form, empty`,
			`f.yaml:11:1: unknown key "waits" in a mapping file; known keys: about, auto, codes, dialect, evidence, examples, extends, failure, format, general, hosts, lexicon, limits, match, priority, read, shape, source, streams, success_errors, variants, write`,
		}},
		{"variants", `dialect: shop
about: x
shape: {code: c}
codes: {}
variants:
  - {match: {keys: [a]}}
  - {name: legacy}
  - {name: Old Page, limits: []}
  - {name: legacy, variants: []}
  - name: text
    shape: {code: $.error.code}
    extends: shop
`, []string{
			"f.yaml:6:5: a variant has no `name`",
			`f.yaml:8:12: name "Old Page": use lower-case letters, digits and hyphens, starting with a letter; auto and all are reserved`,
			`f.yaml:8:22: unknown key "limits" in a variant; known keys: about, auto, codes, evidence, examples, format, general, hosts, match, name, priority, read, shape, source, streams, success_errors, write`,
			`f.yaml:9:12: duplicate variant "legacy" (first on line 7)`,
			`f.yaml:9:20: unknown key "variants" in a variant; known keys: about, auto, codes, evidence, examples, format, general, hosts, match, name, priority, read, shape, source, streams, success_errors, write`,
			`f.yaml:11:19: path "$.error.code": write it as error.code`,
			`f.yaml:12:5: unknown key "extends" in a variant; known keys: about, auto, codes, evidence, examples, format, general, hosts, match, name, priority, read, shape, source, streams, success_errors, write`,
		}},
		{"variants that are not a list", "dialect: shop\nabout: x\nshape: {code: c}\ncodes: {}\nvariants: {name: legacy}\n", []string{
			"f.yaml:5:11: variants must be a list, such as [{name: page, format: html, match: …}], not a mapping",
		}},
		{"paths", `dialect: shop
about: x
match:
  keys: [/error/code, "errors[0].name"]
  types: {"*": string, $.error: object, a..b: string}
  not: {"errors[*].x": 1}
shape:
  code: "$['odata.error'].code"
  message: {at: [error.text, $.error.text], json: /error/text}
  always: {a.: 1}
  fields: [{at: errors, field: "[0]"}, $.fields]
codes: {}
`, []string{
			`f.yaml:4:10: path "/error/code": write it as error.code`,
			`f.yaml:4:23: path "errors[0].name": write it as errors.0.name`,
			`f.yaml:5:24: path "$.error": write it as error`,
			`f.yaml:5:41: path "a..b" has an empty step; write a dot inside a name as \.`,
			`f.yaml:6:9: path "errors[*].x": write it as errors.#.x`,
			`f.yaml:8:9: path "$['odata.error'].code": write it as odata\.error.code`,
			`f.yaml:9:30: path "$.error.text": write it as error.text`,
			`f.yaml:9:51: path "/error/text": write it as error.text`,
			`f.yaml:10:12: path "a." has an empty step; write a dot inside a name as \.`,
			`f.yaml:11:32: path "[0]": write it as 0`,
			`f.yaml:11:40: path "$.fields": write it as fields`,
		}},
		{"code_is", "dialect: shop\nabout: x\nmatch: {code_is: [listed, lower_snake, UPPER_SNAKE]}\nshape: {code: c}\ncodes: {}\n", []string{
			"f.yaml:3:40: match.code_is has two forms, lower_snake and UPPER_SNAKE; use one",
		}},
		{"long forms", `dialect: shop
about: x
shape:
  code: {pattern: x}
  message: {at: a, header: X-Message}
  request_id: {at: a, param: id}
  retry_after: {at: a, unit: ms}
codes: {}
`, []string{
			"f.yaml:4:9: shape.code needs `at`, the path of the value, or `header`",
			"f.yaml:5:12: shape.message has both `at` and `header`; write two alternatives",
			"f.yaml:6:15: shape.request_id has `param` without `header`; only headers have parameters",
			`f.yaml:7:30: shape.retry_after.unit "ms" must be one of auto, seconds, milliseconds, minutes, duration, date, epoch, epoch_milliseconds`,
		}},
		{"codes that are not rows", "dialect: acme\nabout: x\nshape: {code: c}\ncodes: [a]\n", []string{
			"f.yaml:4:8: codes must be rows such as `not_found: 404 RESOURCE.NOT_FOUND`, or canonical, not a list",
		}},
		{"an alias of itself", "dialect: acme\nabout: x\nshape: {code: c}\ncodes: canonical\nexamples:\n  - {status: 400, is: none, body: &a {b: *a}}\n", []string{
			"f.yaml:6:35: body is too large or too deep; an alias may contain itself",
		}},
		{"nested aliases", "dialect: acme\nabout: x\nshape: {code: c}\ncodes: canonical\nexamples:\n  - {status: 400, is: none, body: " + billionLaughs() + "}\n", []string{
			"f.yaml:6:35: body is too large or too deep; an alias may contain itself",
		}},
	} {
		t.Run(c.about, func(t *testing.T) {
			_, err := yamlfile.ReadDialect("f.yaml", []byte(c.text))
			wantFaults(t, err, c.want)
		})
	}
}

// billionLaughs returns a list with aliases that expands to three billion texts.
func billionLaughs() string {
	var b strings.Builder
	b.WriteString("[&a0 [x, x, x, x, x, x, x, x]")
	for i := range 10 {
		prev := "*a" + string(rune('0'+i))
		b.WriteString(", &a" + string(rune('1'+i)) + " [" + strings.Repeat(prev+" , ", 7) + prev + " ]")
	}
	return b.String() + "]"
}

func TestTaxonomyFaults(t *testing.T) {
	const text = `taxonomy: [a]
genric: {}
generic: [a]
codes:
  A.B: {status: "404", categry: conflict, retry: never, message: m, description: d, action: a}
  A.C: text
  A.B: {status: 404, category: conflict, retry: never, message: m, description: d, action: a}
  A.D: {status: 404, category: conflict, retry: never, message: m, description: d, action: a, operator: [o], request: {fails: f}}
`
	_, err := yamlfile.ReadTaxonomy("f.yaml", []byte(text))
	wantFaults(t, err, []string{
		`f.yaml:1:11: taxonomy must be a text, not a list`,
		"f.yaml:2:1: unknown key \"genric\" in a taxonomy file; did you mean `generic`?",
		"f.yaml:3:10: generic must be a mapping of status to code, such as `404: RESOURCE.NOT_FOUND`, not a list",
		"f.yaml:5:8: A.B has no `category`",
		`f.yaml:5:17: status must be a whole number, not "404"`,
		"f.yaml:5:24: unknown key \"categry\" in A.B; did you mean `category`?",
		`f.yaml:6:8: A.C must be a mapping of action, category, description, message, operator, request, retry, status, not "text"`,
		`f.yaml:7:3: duplicate key "A.B" (first on line 5)`,
		"f.yaml:8:105: operator must be a text, not a list",
		"f.yaml:8:119: request of A.D has no `works`",
	})
	_, err = yamlfile.ReadTaxonomy("f.yaml", []byte("taxonomy: t\ncodes: 7\n"))
	wantFaults(t, err, []string{`f.yaml:2:8: codes must be a mapping of canonical codes, not "7"`})
}

// TestDialect reads a file with every key.
func TestDialect(t *testing.T) {
	const text = `dialect: acme
about: a job
source: https://example.com
priority: high
match:
  keys: [a, b.c]
  types: {a: string}
  equals: {b.c: 50.00, d: "x"}
  lacks: e\.f
  code_is: UPPER_SNAKE
shape:
  code: [a, b.a]
  always: {ok: false, n: null, o: {p: [1, 2.50]}}
  fields: {at: f, for_codes: [X], field: n, message: m, code: c}
codes:
  08006: 404 ORDER.NOT_FOUND force
  "true": ORDER.EXPIRED
examples:
  - {about: x, status: 400, body: 'not {json', is: none}
  - {status: 404, body: {a: 08006, b: 50.00}, is: ORDER.NOT_FOUND, code: "08006", fields: {a\.b: c}, details: {d: 1e5}}
`
	_, err := yamlfile.ReadDialect("f.yaml", []byte(text))
	if err == nil || !strings.Contains(err.Error(), `"08006" is not a JSON number`) {
		t.Fatalf("a number that is not valid in JSON: %v", err)
	}
	f, err := yamlfile.ReadDialect("f.yaml", []byte(strings.Replace(text, "a: 08006", `a: "08006"`, 1)))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ what, got, want string }{
		{"name", f.Name, "acme"},
		{"source", strings.Join(f.Sources, " "), "https://example.com"},
		{"a key", f.Match.Keys[1].Path.String(), "b.c"},
		{"a value", f.Match.Equals[0].Value, "50.00"},
		{"a text value", f.Match.Equals[1].Value, `"x"`},
		{"one key for a list", f.Match.Lacks[0].Path[0].Key, "e.f"},
		{"the second place of the code", f.Shape[0].Places[1].Path.String(), "b.a"},
		{"a constant", f.Shape[1].Values[2].Value, `{"p":[1,2.50]}`},
		{"for_codes", strings.Join(f.Shape[2].Fields[0].ForCodes, " "), "X"},
		{"a native code of digits", f.Codes[0].Native, "08006"},
		{"a native code that is a boolean of YAML", f.Codes[1].Native, "true"},
		{"a body that is a text", f.Examples[0].Body, "not {json"},
		{"a body", f.Examples[1].Body, `{"a":"08006","b":50.00}`},
		{"details", f.Examples[1].Details, `{"d":1e5}`},
		{"a field", f.Examples[1].Fields[`a\.b`], "c"},
	} {
		if c.got != c.want {
			t.Errorf("%s is %q, want %q", c.what, c.got, c.want)
		}
	}
	if f.Priority != dialect.PriorityHigh || !f.Codes[0].Force || f.Codes[0].Status != 404 || f.Codes[1].Force {
		t.Errorf("priority %s, rows %+v", f.Priority, f.Codes)
	}
	if at := f.Codes[0].CodeAt; at != (dialect.Pos{Line: 16, Column: 14}) {
		t.Errorf("the code of the first row is at %+v", at)
	}
}

// TestLimits reads a table with every key.
func TestLimits(t *testing.T) {
	const text = `about: limits
limits:
  - {name: a, limit: l, remaining: m, used: u, reset: r, unit: epoch, window: w, policy: p}
  - {pair: q, pairs: s, window: 1m, members: {limit: kl, remaining: km, used: ku, reset: kr, window: kw, pair: kp}, ietf: i}
waits:
  - {header: h, unit: date, unless: n}
`
	f, err := yamlfile.ReadLimits("f.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	if f.About != "limits" || len(f.Limits) != 2 || len(f.Waits) != 1 {
		t.Fatalf("got %+v", f)
	}
	parts := func(list []dialect.LimitPart) string {
		var out []string
		for _, p := range list {
			out = append(out, string(p.Role)+"="+p.Name)
		}
		return strings.Join(out, " ")
	}
	a, b, w := f.Limits[0], f.Limits[1], f.Waits[0]
	for _, c := range []struct{ what, got, want string }{
		{"name", a.Name.Text, "a"},
		{"headers", parts(a.Headers), "limit=l remaining=m used=u reset=r window=w policy=p"},
		{"unit", a.Unit.Text, "epoch"},
		{"headers of several numbers", parts(b.Headers), "pair=q pairs=s ietf=i"},
		{"window", b.Window.Text, "1m"},
		{"members", parts(b.Members), "limit=kl remaining=km used=ku reset=kr window=kw pair=kp"},
		{"header", w.Header.Text, "h"},
		{"unit of a wait", w.Unit.Text, "date"},
		{"unless", w.Unless.Text, "n"},
	} {
		if c.got != c.want {
			t.Errorf("%s is %q, want %q", c.what, c.got, c.want)
		}
	}
	if at := a.Headers[1].At; at != (dialect.Pos{Line: 3, Column: 36}) {
		t.Errorf("remaining is at %+v", at)
	}
}

// TestForms reads lists of places, variants, and the default of `whole`.
func TestForms(t *testing.T) {
	f, err := yamlfile.ReadDialect("f.yaml", []byte(`dialect: shop
about: x
hosts: [Shop.example.com]
success_errors: 502
match: {types: {"*": string|number}, code_is: [optional, UPPER_SNAKE]}
shape:
  code: {at: [a, b], pattern: x}
  request_id: [c, {header: [X-A, X-B], param: id}]
  fields: [map, {at: list, field: name}, {at: none, whole: []}, {at: one, whole: base}]
codes: {}
variants:
  - {name: page, auto: pass, success_errors: 503, priority: last}
`))
	if err != nil {
		t.Fatal(err)
	}
	var places []string
	for _, e := range f.Shape[:2] {
		for _, p := range e.Places {
			places = append(places, p.Path.String()+p.Header+" "+p.Pattern+p.Param)
		}
	}
	if want := []string{"a x", "b x", "c ", "X-A id", "X-B id"}; !slices.Equal(places, want) {
		t.Errorf("the places are %q, want %q", places, want)
	}
	for i, want := range [][]string{dialect.DefaultWhole(), nil, nil, {"base"}} {
		if got := f.Shape[2].Fields[i].Whole; !slices.Equal(got, want) {
			t.Errorf("whole of form %d is %q, want %q", i, got, want)
		}
	}
	if m := f.Match; m.Code != dialect.UpperSnake || !m.Optional || m.Listed || m.Types[0].Path[0].Kind != dialect.StepGlob || m.Types[0].Value != "string|number" {
		t.Errorf("the match is %+v", m)
	}
	if f.SuccessErrors != 502 || !slices.Equal(f.Hosts, []string{"shop.example.com"}) || f.Auto != "" {
		t.Errorf("got %+v", f)
	}
	v := f.Variants[0]
	if v.Variant != "page" || v.Auto != dialect.AutoPass || v.SuccessErrors != 503 || v.Priority != dialect.PriorityLast || !v.Has("auto") || v.Has("match") {
		t.Errorf("the variant is %+v", v)
	}
}

func TestLimitFaults(t *testing.T) {
	for _, c := range []struct {
		about, text string
		want        []string
	}{
		{"no limits", "waits: []\n", []string{"f.yaml:1:1: a table of limits has no `limits`"}},
		{"values that are not lists", "limits: {a: b}\nwaits: 7\n", []string{
			"f.yaml:1:9: limits must be a list, such as [{limit: X-Quota-Limit, remaining: X-Quota-Limit-Remaining}], not a mapping",
			`f.yaml:2:8: waits must be a list, such as [{header: X-Retry-In}], not "7"`,
		}},
		{"entries", `limits:
  - X-RateLimit-Limit
  - {limt: a, remaining: [b], limit: c, limit: d}
  - {pairs: a, members: {total: b, reset: c}}
  - {pairs: a, members: total}
waits:
  - {unit: seconds, unles: a}
  - X-Retry-In
`, []string{
			`f.yaml:2:5: an entry of limits must be a mapping of ietf, limit, members, name, pair, pairs, policy, remaining, reset, unit, used, window, not "X-RateLimit-Limit"`,
			"f.yaml:3:6: unknown key \"limt\" in an entry of limits; did you mean `limit`?",
			`f.yaml:3:26: remaining must be a text, not a list`,
			`f.yaml:3:41: duplicate key "limit" (first on line 3)`,
			`f.yaml:4:26: unknown key "total" in members; known keys: limit, pair, remaining, reset, used, window`,
			`f.yaml:5:25: members must be a mapping of limit, pair, remaining, reset, used, window, not "total"`,
			"f.yaml:7:5: an entry of waits has no `header`",
			"f.yaml:7:21: unknown key \"unles\" in an entry of waits; did you mean `unless`?",
			`f.yaml:8:5: an entry of waits must be a mapping of header, unit, unless, not "X-Retry-In"`,
		}},
	} {
		t.Run(c.about, func(t *testing.T) {
			_, err := yamlfile.ReadLimits("f.yaml", []byte(c.text))
			wantFaults(t, err, c.want)
		})
	}
}

// FuzzRead checks that the reader does not panic, and reports files without a name.
func FuzzRead(f *testing.F) {
	f.Add("dialect: acme\nabout: x\nshape: {code: c}\ncodes: canonical\n")
	f.Add("? [a]\n: b\n<<: *a\n")
	f.Add("dialect: &a [*a]\n")
	f.Add("a: !!binary x\nb: !!set {}\n--- \n")
	f.Add("limits: &a [{limit: L, members: {pair: p}}, *a]\nwaits: [{header: W}]\n")
	f.Add("taxonomy: t\ngeneric: {4xx: A.B}\ncodes: {A.B: {status: 400}}\n")
	f.Fuzz(func(t *testing.T, text string) {
		if d, err := yamlfile.ReadDialect("f.yaml", []byte(text)); err == nil && d.Name == "" {
			t.Error("no fault for a dialect without a name")
		}
		_, _ = yamlfile.ReadLimits("f.yaml", []byte(text)) // an empty table is valid
		if tax, err := yamlfile.ReadTaxonomy("f.yaml", []byte(text)); err == nil && tax.Name == "" {
			t.Error("no fault for a taxonomy without a name")
		}
	})
}

// wantFaults compares all lines of an error, in order.
func wantFaults(t *testing.T, err error, want []string) {
	t.Helper()
	got := ""
	if err != nil {
		got = err.Error()
	}
	if all := strings.Join(want, "\n"); got != all {
		t.Errorf("the faults are\n%s\nwant\n%s", got, all)
	}
}
