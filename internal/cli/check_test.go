package cli_test

import (
	"strings"
	"testing"

	"github.com/koine-proxy/koine/internal/cli"
)

// cats is a mapping file without a fault; others are made of it.
const cats = `dialect: cats
about: Errors of cats
priority: high
match:
  keys: [cat.code, cat.says]
shape:
  code: cat.code
  message: cat.says
codes:
  gone: 404 RESOURCE.NOT_FOUND
  hungry: 503 UPSTREAM.UNAVAILABLE
examples:
  - {status: 404, body: {cat: {code: gone, says: Meow.}}, is: RESOURCE.NOT_FOUND, code: gone}
  - {status: 400, body: {dog: {code: gone}}, is: none}
`

const seats = `taxonomy: seats
codes:
  SEAT.TAKEN: {status: 409, category: conflict, retry: never, message: Taken., description: d, action: a}
`

// edited is cats with some texts replaced: old and new in turn.
func edited(t *testing.T, pairs ...string) string {
	t.Helper()
	text := cats
	for i := 0; i < len(pairs); i += 2 {
		if strings.Count(text, pairs[i]) == 0 {
			t.Fatalf("%q is not in the file", pairs[i])
		}
		text = strings.ReplaceAll(text, pairs[i], pairs[i+1])
	}
	return text
}

func TestCheck(t *testing.T) {
	rows := func(lines string) string {
		return edited(t, "  gone: 404 RESOURCE.NOT_FOUND\n  hungry: 503 UPSTREAM.UNAVAILABLE\n", lines, "code: gone}", "code: gone}")
	}
	for _, c := range []struct {
		about  string
		files  map[string]string // checked in the order of their names
		stdin  string
		status cli.Status
		out    string
		talk   string
	}{
		{about: "a file without a fault", files: map[string]string{"a.yaml": cats}, talk: "1 file, no faults\n"},
		{about: "the standard input", stdin: cats, talk: "1 file, no faults\n"},
		{about: "a taxonomy", files: map[string]string{"a.yaml": seats}, talk: "1 file, no faults\n"},
		{about: "a table of limits", files: map[string]string{"a.yaml": "# x\nabout: x\nlimits:\n  - {limit: X-Limit}\n"}, talk: "1 file, no faults\n"},
		{
			about: "a table of limits with a fault", files: map[string]string{"a.yaml": "limits:\n  - {limit: X-Quota}\n"}, status: cli.AtFault,
			out: "a.yaml:2:13: header name \"X-Quota\" must contain the word limit", talk: "1 file, 1 fault\n",
		},
		{
			about: "a taxonomy that counts for the file beside it",
			files: map[string]string{"a.yaml": edited(t, "503 UPSTREAM.UNAVAILABLE", "409 SEAT.TAKEN"), "b.yaml": seats}, talk: "2 files, no faults\n",
		},
		{
			about: "a file that is not there", files: map[string]string{"a.yaml": cats, "none.yaml": ""}, status: cli.AtFault,
			out: "none.yaml: no such file or directory\n", talk: "2 files, 1 fault\n",
		},
		{
			about: "an unknown word", files: map[string]string{"a.yaml": edited(t, "keys:", "kees:")}, status: cli.AtFault,
			out: "a.yaml:5:3: unknown word \"kees\" in match; did you mean `keys`?\n", talk: "1 file, 1 fault\n",
		},
		{
			about: "a first word that is misspelled", files: map[string]string{"a.yaml": strings.Replace(seats, "taxonomy", "taxonmy", 1)}, status: cli.AtFault,
			out: "a.yaml:1:1: unknown word \"taxonmy\" in a taxonomy file; did you mean `taxonomy`?\n", talk: "fault",
		},
		{
			about: "an unknown canonical code", files: map[string]string{"a.yaml": edited(t, "hungry: 503 UPSTREAM.UNAVAILABLE", "hungry: UPSTREAM.UNAVAILABEL")}, status: cli.AtFault,
			out: "a.yaml:11:11: unknown canonical code \"UPSTREAM.UNAVAILABEL\"; did you mean UPSTREAM.UNAVAILABLE?\n", talk: "1 file, 1 fault\n",
		},
		{
			about: "a native code twice", files: map[string]string{"a.yaml": edited(t, "hungry:", "gone:")}, status: cli.AtFault,
			out: "a.yaml:11:3: duplicate key \"gone\" (first on line 10)\n", talk: "1 file, 1 fault\n",
		},
		{
			about: "an example that fails", files: map[string]string{"a.yaml": edited(t, "code: gone}\n", "code: goner}\n")}, status: cli.AtFault,
			out: "a.yaml:13:5: example: native code is \"gone\", expected \"goner\"\n", talk: "1 file, 1 fault\n",
		},
		{
			about:  "faults of all files, in the order of their names",
			files:  map[string]string{"a.yaml": edited(t, "about:", "abuot:"), "b.yaml": edited(t, "cats", "dogs", "says: Meow", "sys: Meow")},
			status: cli.AtFault, out: "\nb.yaml:13:5: example: not detected: the member cat.says is missing", talk: "2 files, 3 faults\n",
		},
		{
			about: "one name twice", files: map[string]string{"a.yaml": cats, "b.yaml": cats}, status: cli.AtFault,
			out: "b.yaml:1:10: dialect \"cats\" is there twice, first in a.yaml; give one of them another name\n", talk: "2 files, 1 fault\n",
		},
		{
			about: "one that extends another of the set", files: map[string]string{"a.yaml": cats, "b.yaml": "dialect: kittens\nextends: cats\nabout: x\npriority: low\n"},
			talk: "2 files, no faults\n",
		},
		{about: "one that extends a built-in one", files: map[string]string{"a.yaml": "dialect: mine\nextends: rustbill\nabout: x\npriority: low\n"}, talk: "1 file, no faults\n"},
		{
			about: "one that extends nothing", files: map[string]string{"a.yaml": "dialect: mine\nextends: rustbil\nabout: x\n"}, status: cli.AtFault,
			out: "a.yaml:2:10: unknown dialect \"rustbil\"; did you mean rustbill?\n", talk: "1 file, 1 fault\n",
		},
		{
			about: "a range that ranges before it hide", status: cli.AtFault,
			files: map[string]string{"a.yaml": rows("  gone: RESOURCE.NOT_FOUND\n  10..19: REQUEST.INVALID\n  20..29: REQUEST.INVALID\n  15..24: AUTH.FORBIDDEN\n")},
			out:   "a.yaml:13:3: dead row \"15..24\": ranges before it, such as 20..29, have all of its numbers\n", talk: "1 file, 1 fault\n",
		},
		{
			about: "a range that is hidden in part", files: map[string]string{"a.yaml": rows("  gone: RESOURCE.NOT_FOUND\n  10..19: REQUEST.INVALID\n  15..24: AUTH.FORBIDDEN\n")},
			talk: "no faults",
		},
		{
			about: "a row at a status that no error of the dialect has", status: cli.AtFault,
			files: map[string]string{"a.yaml": rows("  gone: RESOURCE.NOT_FOUND\n  \"@200\": REQUEST.INVALID\n")},
			out:   "a.yaml:11:3: dead row \"@200\": the errors of this dialect do not ride on a 200", talk: "1 file, 1 fault\n",
		},
		{
			about: "a row at a status that match leaves out", status: cli.AtFault,
			files: map[string]string{"a.yaml": strings.Replace(rows("  gone: RESOURCE.NOT_FOUND\n  \"full@503\": REQUEST.INVALID\n"), "  keys:", "  status: [4xx]\n  keys:", 1)},
			out:   "a.yaml:12:3: dead row \"full@503\": match.status leaves out 503\n", talk: "1 file, 1 fault\n",
		},
		{
			about: "rows that change nothing",
			files: map[string]string{"a.yaml": rows("  gone: RESOURCE.NOT_FOUND\n  go*: RESOURCE.NOT_FOUND\n  gon*: RESOURCE.NOT_FOUND\n  gout: RESOURCE.NOT_FOUND\n" +
				"  3: RESOURCE.NOT_FOUND\n  1..9: RESOURCE.NOT_FOUND\n  \"gout@404\": RESOURCE.NOT_FOUND\n")},
			out: "a.yaml:12:3: warning: row \"gon*\" changes nothing: the row \"go*\" in line 11 says the same\n" +
				"a.yaml:13:3: warning: row \"gout\" changes nothing: the row \"go*\" in line 11 says the same\n" +
				"a.yaml:14:3: warning: row \"3\" changes nothing: the row \"1..9\" in line 15 says the same\n" +
				"a.yaml:16:3: warning: row \"gout@404\" changes nothing: the row \"gout\" in line 13 says the same\n",
			talk: "1 file, no faults, 4 warnings\n",
		},
		{
			about: "rows that look so, and are not", // the first of a code, another code, a status, force, a finer code
			files: map[string]string{"a.yaml": rows("  gone: RESOURCE.NOT_FOUND\n  go*: RESOURCE.NOT_FOUND\n  got: RESOURCE.GONE\n  gob: 404 RESOURCE.NOT_FOUND\n" +
				"  goo: RESOURCE.NOT_FOUND force\n  gone/far: RESOURCE.NOT_FOUND\n  \"@404\": RESOURCE.NOT_FOUND\n")},
			talk: "1 file, no faults\n",
		},
		{
			about: "two dialects that take one another's examples",
			files: map[string]string{"a.yaml": cats, "b.yaml": edited(t, "cats", "dogs", "keys: [cat.code, cat.says]", "keys: [cat.says]")},
			out:   "a.yaml:1:10: warning: cats and dogs cannot be told apart (each takes examples of the other, both with priority high)", talk: "2 files, no faults, 1 warning\n",
		},
		{
			about: "the same with another priority",
			files: map[string]string{"a.yaml": cats, "b.yaml": edited(t, "cats", "dogs", "priority: high", "priority: low")}, talk: "2 files, no faults\n",
		},
		{
			about: "the same with other codes",
			files: map[string]string{"a.yaml": cats, "b.yaml": edited(t, "cats", "dogs", "keys: [cat.code, cat.says]", "keys: [cat.says]", "gone", "away")}, talk: "2 files, no faults\n",
		},
		{
			about: "two of one match with other codes",
			files: map[string]string{"a.yaml": cats, "b.yaml": edited(t, "cats", "dogs", "gone", "away")},
			out:   "cats and dogs cannot be told apart (their match is the same, both with priority high)", talk: "2 files, no faults, 1 warning\n",
		},
		{
			about: "one that takes what a built-in one takes",
			files: map[string]string{"a.yaml": "dialect: mine\nextends: rustbill\nabout: x\n"},
			out:   "a.yaml:1:10: warning: mine and rustbill cannot be told apart", talk: "1 file, no faults, 1 warning\n",
		},
		{about: "one that takes the place of a built-in one", files: map[string]string{"a.yaml": "dialect: rustbill\nextends: rustbill\nabout: x\n"}, talk: "1 file, no faults\n"},
	} {
		t.Run(c.about, func(t *testing.T) {
			var names []string
			for _, name := range []string{"a.yaml", "b.yaml", "none.yaml"} {
				if _, ok := c.files[name]; ok {
					names = append(names, name)
				}
			}
			if c.stdin != "" {
				names = []string{"-"}
			}
			delete(c.files, "none.yaml")
			files(t, c.files)
			call(c.stdin, func(s cli.Streams) cli.Status { return cli.Check(s, names) }).want(t, c.status, c.out, c.talk)
		})
	}
}

// TestCheckBuiltIn holds the built-in tables to what users' own are held to.
func TestCheckBuiltIn(t *testing.T) {
	got := call("", func(s cli.Streams) cli.Status { return cli.Check(s, nil) })
	if got.status != cli.OK {
		t.Errorf("the built-in tables are at fault:\n%s", got.out)
	}
	if !strings.Contains(got.talk, " files, ") {
		t.Errorf("said %q", got.talk)
	}
}
