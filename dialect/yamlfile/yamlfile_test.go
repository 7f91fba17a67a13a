package yamlfile_test

import (
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
		{"an empty file", "", []string{"f.yaml:1:1: the file is empty; it must start with `dialect: NAME` or `taxonomy: NAME`"}},
		{"a file of comments", "# nothing\n\n", []string{"f.yaml:1:1: the file is empty; it must start with `dialect: NAME` or `taxonomy: NAME`"}},
		{"a list", "- a\n", []string{"f.yaml:1:1: the file must be a mapping of words such as dialect, match, shape and codes, not a list"}},
		{"a text", "hello\n", []string{`f.yaml:1:1: the file must be a mapping of words such as dialect, match, shape and codes, not "hello"`}},
		{"two documents", "dialect: cats\n---\ndialect: dogs\n", []string{"f.yaml:2:1: a file holds one document; put what is behind `---` into a file of its own"}},
		{"not YAML", "dialect: cats\nabout: a: b\n", []string{
			"f.yaml:2: this is not YAML: mapping values are not allowed in this context; check the indentation, and put quotes around texts with `: ` or ` #` in them",
		}},
		{"a quote that is never closed", "dialect: \"cats\nabout: x\n", []string{
			"f.yaml:3: this is not YAML: found unexpected end of stream; check the indentation, and put quotes around texts with `: ` or ` #` in them",
		}},
		{"nothing but a name", "dialect: cats\n", []string{
			"f.yaml:1:1: a mapping file has no `about`",
			"f.yaml:1:1: a mapping file has no `codes`",
			"f.yaml:1:1: a mapping file has no `shape`",
		}},
		{"bad names", "dialect: auto\nabout: x\nshape: {code: c}\ncodes: canonical\n", []string{
			`f.yaml:1:10: dialect "auto" must be a word of lower-case letters, digits and hyphens, and neither auto nor all`,
		}},
		{"another bad name", "dialect: My Cats\nabout: x\nshape: {code: c}\ncodes: canonical\n", []string{
			`f.yaml:1:10: dialect "My Cats" must be a word of lower-case letters, digits and hyphens, and neither auto nor all`,
		}},
		{"all at once, in order", `dialect: all
abuot: cats
about: [cats]
priority: high
zebra: 1
match:
  keys: {a: b}
  typs: {a: string}
  types: [a]
  code:
shape:
  code: cat
  cod: cat
  code: dog
  fields: {at: f, message: m, filed: x}
codes:
  meow: 404
  meow: ORDER.NOT_FOUND
  purr: order.not_found
  hiss: [400, ORDER.NOT_FOUND]
  spit: 99 ORDER.NOT_FOUND
  howl: ORDER.NOT_FOUND by force
examples:
  - {status: many, body: {n: 0x10}, is: ORDER.NOT_FOUND}
  - {status: 400, is: nothing, body: x}
  - 7
`, []string{
			`f.yaml:1:10: dialect "all" must be a word of lower-case letters, digits and hyphens, and neither auto nor all`,
			"f.yaml:2:1: unknown word \"abuot\" in a mapping file; did you mean `about`?",
			`f.yaml:3:8: about must be a text, not a list`,
			`f.yaml:4:11: priority must be a whole number, not "high"`,
			`f.yaml:5:1: unknown word "zebra" in a mapping file; it may be about, codes, dialect, examples, extends, format, frames, guess, limits, match, priority, protocol, rides_on, shape, source, waits`,
			`f.yaml:7:9: match.keys must be a text or a list of texts, not a mapping`,
			"f.yaml:8:3: unknown word \"typs\" in match; did you mean `types`?",
			`f.yaml:9:10: match.types must be a mapping of path to value, such as {error.code: string}, not a list`,
			`f.yaml:10:8: match.code must be a text, not nothing`,
			"f.yaml:13:3: unknown word \"cod\" in shape; did you mean `code`?",
			`f.yaml:14:3: "code" stands twice, first in line 12`,
			"f.yaml:15:31: unknown word \"filed\" in shape.fields; did you mean `field`?",
			"f.yaml:17:9: a row is CANONICAL.CODE, or STATUS CANONICAL.CODE, each with an optional `force` behind",
			`f.yaml:18:3: "meow" stands twice, first in line 17`,
			`f.yaml:19:9: "order.not_found" is no canonical code: it takes two or three upper-case words joined by dots, such as ORDER.NOT_FOUND`,
			`f.yaml:20:9: the row of hiss must be a text, not a list`,
			`f.yaml:21:9: status 99 must be from 100 to 999`,
			"f.yaml:22:9: a row is CANONICAL.CODE, or STATUS CANONICAL.CODE, each with an optional `force` behind",
			`f.yaml:24:14: status must be a whole number, not "many"`,
			`f.yaml:24:30: body: "0x10" is no number of JSON; put quotes around it if it is a text`,
			`f.yaml:25:5: is "nothing" must be a canonical code, or none for a body that is not of this dialect`,
			`f.yaml:26:5: an example must be a mapping of about, body, code, details, fields, header, is, message, request_id, retry_after, status, not "7"`,
		}},
		{"codes that are no rows", "dialect: cats\nabout: x\nshape: {code: c}\ncodes: [a]\n", []string{
			"f.yaml:4:8: codes must be rows such as `not_found: 404 RESOURCE.NOT_FOUND`, or the word canonical, not a list",
		}},
		{"an alias of itself", "dialect: cats\nabout: x\nshape: {code: c}\ncodes: canonical\nexamples:\n  - {status: 400, is: none, body: &a {b: *a}}\n", []string{
			"f.yaml:6:35: body is too large, or nests too deep; is there an alias inside of what it stands for?",
		}},
		{"aliases that blow up", "dialect: cats\nabout: x\nshape: {code: c}\ncodes: canonical\nexamples:\n  - {status: 400, is: none, body: " + laughs() + "}\n", []string{
			"f.yaml:6:35: body is too large, or nests too deep; is there an alias inside of what it stands for?",
		}},
	} {
		t.Run(c.about, func(t *testing.T) {
			_, err := yamlfile.ReadDialect("f.yaml", []byte(c.text))
			wantFaults(t, err, c.want)
		})
	}
}

// laughs is a list that has three billion texts in it.
func laughs() string {
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
`
	_, err := yamlfile.ReadTaxonomy("f.yaml", []byte(text))
	wantFaults(t, err, []string{
		`f.yaml:1:11: taxonomy must be a text, not a list`,
		"f.yaml:2:1: unknown word \"genric\" in a taxonomy file; did you mean `generic`?",
		"f.yaml:3:10: generic must be a mapping of status to code, such as `404: RESOURCE.NOT_FOUND`, not a list",
		"f.yaml:5:8: A.B has no `category`",
		`f.yaml:5:17: status must be a whole number, not "404"`,
		"f.yaml:5:24: unknown word \"categry\" in A.B; did you mean `category`?",
		`f.yaml:6:8: A.C must be a mapping of action, category, description, message, retry, status, not "text"`,
		`f.yaml:7:3: "A.B" stands twice, first in line 5`,
	})
	_, err = yamlfile.ReadTaxonomy("f.yaml", []byte("taxonomy: t\ncodes: 7\n"))
	wantFaults(t, err, []string{`f.yaml:2:8: codes must be a mapping of canonical codes, not "7"`})
}

// TestDialect reads a file that uses every word.
func TestDialect(t *testing.T) {
	const text = `dialect: cats
about: a cat
source: https://example.com
priority: 7
match:
  keys: [a, b.c]
  types: {a: string}
  equals: {b.c: 50.00, d: "x"}
  lacks: e\.f
  code: UPPER_SNAKE
shape:
  code: [a, b.a]
  always: {ok: false, n: null, o: {p: [1, 2.50]}}
  fields: {at: f, only: [X], field: n, message: m, code: c}
codes:
  08006: 404 ORDER.NOT_FOUND force
  "true": ORDER.EXPIRED
examples:
  - {about: x, status: 400, body: 'not {json', is: none}
  - {status: 404, body: {a: 08006, b: 50.00}, is: ORDER.NOT_FOUND, code: "08006", fields: {a\.b: c}, details: {d: 1e5}}
`
	_, err := yamlfile.ReadDialect("f.yaml", []byte(text))
	if err == nil || !strings.Contains(err.Error(), `"08006" is no number of JSON`) {
		t.Fatalf("a number that JSON does not have: %v", err)
	}
	f, err := yamlfile.ReadDialect("f.yaml", []byte(strings.Replace(text, "a: 08006", `a: "08006"`, 1)))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ what, got, want string }{
		{"name", f.Name, "cats"},
		{"source", f.Source, "https://example.com"},
		{"a key", f.Match.Keys[1].Path.String(), "b.c"},
		{"a value", f.Match.Equals[0].Value, "50.00"},
		{"a text value", f.Match.Equals[1].Value, `"x"`},
		{"one key for a list", f.Match.Lacks[0].Path[0].Key, "e.f"},
		{"the second place of the code", f.Shape[0].Places[1].Path.String(), "b.a"},
		{"a constant", f.Shape[1].Values[2].Value, `{"p":[1,2.50]}`},
		{"only", strings.Join(f.Shape[2].Fields[0].Only, " "), "X"},
		{"a native code of digits", f.Codes[0].Native, "08006"},
		{"a native code that is a word of YAML", f.Codes[1].Native, "true"},
		{"a body that is a text", f.Examples[0].Body, "not {json"},
		{"a body", f.Examples[1].Body, `{"a":"08006","b":50.00}`},
		{"details", f.Examples[1].Details, `{"d":1e5}`},
		{"a field", f.Examples[1].Fields[`a\.b`], "c"},
	} {
		if c.got != c.want {
			t.Errorf("%s is %q, want %q", c.what, c.got, c.want)
		}
	}
	if f.Priority != 7 || !f.Codes[0].Force || f.Codes[0].Status != 404 || f.Codes[1].Force {
		t.Errorf("priority %d, rows %+v", f.Priority, f.Codes)
	}
	if at := f.Codes[0].CodeAt; at != (dialect.Pos{Line: 16, Column: 14}) {
		t.Errorf("the code of the first row is at %+v", at)
	}
}

// TestLimits reads a table that uses every word.
func TestLimits(t *testing.T) {
	const text = `about: limits
limits:
  - {name: a, limit: l, remaining: m, used: u, reset: r, unit: epoch, window: w, window_unit: seconds, policy: p, per: 1m}
  - {pair: q, pairs: s, keys: {limit: kl, remaining: km, used: ku, reset: kr, window: kw, pair: kp}, ietf: i}
waits:
  - {header: h, unit: date, unless: n}
`
	f, err := yamlfile.ReadLimits("f.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	if f.About != "limits" || len(f.Limits) != 2 || len(f.Waits) != 1 {
		t.Fatalf("it has %+v", f)
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
		{"window_unit", a.WindowUnit.Text, "seconds"},
		{"per", a.Per.Text, "1m"},
		{"headers of several numbers", parts(b.Headers), "pair=q pairs=s ietf=i"},
		{"keys", parts(b.Keys), "limit=kl remaining=km used=ku reset=kr window=kw pair=kp"},
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

func TestLimitFaults(t *testing.T) {
	for _, c := range []struct {
		about, text string
		want        []string
	}{
		{"no limits", "waits: []\n", []string{"f.yaml:1:1: a table of limits has no `limits`"}},
		{"lists that are none", "limits: {a: b}\nwaits: 7\n", []string{
			"f.yaml:1:9: limits must be a list, such as [{limit: X-Quota-Limit, remaining: X-Quota-Limit-Remaining}], not a mapping",
			`f.yaml:2:8: waits must be a list, such as [{header: X-Retry-In}], not "7"`,
		}},
		{"entries", `limits:
  - X-RateLimit-Limit
  - {limt: a, remaining: [b], limit: c, limit: d}
  - {pairs: a, keys: {total: b, reset: c}}
  - {pairs: a, keys: total}
waits:
  - {unit: seconds, unles: a}
  - X-Retry-In
`, []string{
			`f.yaml:2:5: an entry of limits must be a mapping of ietf, keys, limit, name, pair, pairs, per, policy, remaining, reset, unit, used, window, window_unit, not "X-RateLimit-Limit"`,
			"f.yaml:3:6: unknown word \"limt\" in an entry of limits; did you mean `limit`?",
			`f.yaml:3:26: remaining must be a text, not a list`,
			`f.yaml:3:41: "limit" stands twice, first in line 3`,
			`f.yaml:4:23: unknown word "total" in keys; it may be limit, pair, remaining, reset, used, window`,
			`f.yaml:5:22: keys must be a mapping of limit, pair, remaining, reset, used, window, not "total"`,
			"f.yaml:7:5: an entry of waits has no `header`",
			"f.yaml:7:21: unknown word \"unles\" in an entry of waits; did you mean `unless`?",
			`f.yaml:8:5: an entry of waits must be a mapping of header, unit, unless, not "X-Retry-In"`,
		}},
	} {
		t.Run(c.about, func(t *testing.T) {
			_, err := yamlfile.ReadLimits("f.yaml", []byte(c.text))
			wantFaults(t, err, c.want)
		})
	}
}

// FuzzRead: whatever the file is, the reader does not panic, and says so where
// it is not one.
func FuzzRead(f *testing.F) {
	f.Add("dialect: cats\nabout: x\nshape: {code: c}\ncodes: canonical\n")
	f.Add("? [a]\n: b\n<<: *a\n")
	f.Add("dialect: &a [*a]\n")
	f.Add("a: !!binary x\nb: !!set {}\n--- \n")
	f.Add("limits: &a [{limit: L, keys: {pair: p}}, *a]\nwaits: [{header: W}]\n")
	f.Add("taxonomy: t\ngeneric: {4xx: A.B}\ncodes: {A.B: {status: 400}}\n")
	f.Fuzz(func(t *testing.T, text string) {
		if d, err := yamlfile.ReadDialect("f.yaml", []byte(text)); err == nil && d.Name == "" {
			t.Error("a dialect without a name is without faults")
		}
		_, _ = yamlfile.ReadLimits("f.yaml", []byte(text)) // it may well be empty
		if tax, err := yamlfile.ReadTaxonomy("f.yaml", []byte(text)); err == nil && tax.Name == "" {
			t.Error("a taxonomy without a name is without faults")
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
