package cli_test

import (
	"strings"
	"testing"

	"github.com/koine-proxy/koine/internal/cli"
)

// mappingFile is a valid mapping file, from which others are made.
const mappingFile = `dialect: acme
about: Errors of acme
priority: high
match:
  keys: [job.code, job.text]
shape:
  code: job.code
  message: job.text
codes:
  gone: 404 RESOURCE.NOT_FOUND
  closed: 503 UPSTREAM.UNAVAILABLE
examples:
  - {status: 404, body: {job: {code: gone, text: Lost.}}, is: RESOURCE.NOT_FOUND, code: gone}
  - {status: 400, body: {run: {code: gone}}, is: none}
`

const seats = `taxonomy: seats
codes:
  SEAT.TAKEN: {status: 409, category: conflict, retry: never, message: Taken., description: d, action: a}
`

// edited returns mappingFile with texts replaced; pairs are old, new, old, new …
func edited(t *testing.T, pairs ...string) string {
	t.Helper()
	text := mappingFile
	for i := 0; i < len(pairs); i += 2 {
		if strings.Count(text, pairs[i]) == 0 {
			t.Fatalf("%q is not in the mapping file", pairs[i])
		}
		text = strings.ReplaceAll(text, pairs[i], pairs[i+1])
	}
	return text
}

// noneOnly is the shortest list of examples, with which check does not warn about missing examples.
const noneOnly = "examples:\n  - {status: 400, body: {}, is: none}\n"

func TestCheck(t *testing.T) {
	rows := func(lines string) string {
		return edited(t, "  gone: 404 RESOURCE.NOT_FOUND\n  closed: 503 UPSTREAM.UNAVAILABLE\n", lines, "code: gone}", "code: gone}")
	}
	for _, c := range []struct {
		about  string
		files  map[string]string // checked in the order of their names
		stdin  string
		status cli.Status
		out    string
		errors string
	}{
		{about: "a valid file", files: map[string]string{"a.yaml": mappingFile}, errors: "1 file, no faults\n"},
		{about: "the standard input", stdin: mappingFile, errors: "1 file, no faults\n"},
		{
			about: "a mapping file without examples", files: map[string]string{"a.yaml": mappingFile[:strings.Index(mappingFile, "examples:")], "b.yaml": seats},
			out: "a.yaml: warning: no examples; add at least one body that matches and one with `is: none`\n", errors: "2 files, no faults, 1 warning\n",
		},
		{about: "a taxonomy", files: map[string]string{"a.yaml": seats}, errors: "1 file, no faults\n"},
		{about: "a limits file", files: map[string]string{"a.yaml": "# x\nabout: x\nlimits:\n  - {limit: X-Limit}\n"}, errors: "1 file, no faults\n"},
		{
			about: "a faulty limits file", files: map[string]string{"a.yaml": "limits:\n  - {limit: X-Quota}\n"}, status: cli.InvalidInput,
			out: "a.yaml:2:13: header name \"X-Quota\" must contain the word limit", errors: "1 file, 1 fault\n",
		},
		{
			about: "a taxonomy used by another file",
			files: map[string]string{"a.yaml": edited(t, "503 UPSTREAM.UNAVAILABLE", "409 SEAT.TAKEN"), "b.yaml": seats}, errors: "2 files, no faults\n",
		},
		{
			about: "a missing file", files: map[string]string{"a.yaml": mappingFile, "none.yaml": ""}, status: cli.InvalidInput,
			out: "none.yaml: no such file or directory\n", errors: "2 files, 1 fault\n",
		},
		{
			about: "an unknown key", files: map[string]string{"a.yaml": edited(t, "keys:", "kees:")}, status: cli.InvalidInput,
			out: "a.yaml:5:3: unknown key \"kees\" in match; did you mean `keys`?\n", errors: "1 file, 1 fault\n",
		},
		{
			about: "a misspelled first key", files: map[string]string{"a.yaml": strings.Replace(seats, "taxonomy", "taxonmy", 1)}, status: cli.InvalidInput,
			out: "a.yaml:1:1: unknown key \"taxonmy\" in a taxonomy file; did you mean `taxonomy`?\n", errors: "fault",
		},
		{
			about:  "a taxonomy with a wrong value, and a mapping file with an unknown code",
			files:  map[string]string{"a.yaml": edited(t, "closed: 503 UPSTREAM.UNAVAILABLE", "closed: SEAT.GONE"), "b.yaml": strings.Replace(seats, "conflict", "conflicts", 1)},
			status: cli.InvalidInput,
			out:    "a.yaml:11:11: unknown canonical code \"SEAT.GONE\"; add it to a taxonomy file, or use one that exists\nb.yaml:3:3: category of SEAT.TAKEN is", errors: "2 files, 2 faults\n",
		},
		{
			about:  "a taxonomy with an unknown key, and a mapping file that uses it",
			files:  map[string]string{"a.yaml": edited(t, "closed: 503 UPSTREAM.UNAVAILABLE", "closed: 409 SEAT.TAKEN"), "b.yaml": strings.Replace(seats, "action: a", "action: a, x: y", 1)},
			status: cli.InvalidInput, out: "b.yaml:3:", errors: "2 files, 1 fault\n",
		},
		{
			about:  "a taxonomy that is no YAML, and a mapping file that uses it",
			files:  map[string]string{"a.yaml": edited(t, "closed: 503 UPSTREAM.UNAVAILABLE", "closed: 409 SEAT.TAKEN"), "b.yaml": seats + "\tx: y\n"},
			status: cli.InvalidInput, out: "b.yaml:4:1: invalid YAML: a tab", errors: "2 files, 1 fault\n",
		},
		{
			about: "an unknown canonical code", files: map[string]string{"a.yaml": edited(t, "closed: 503 UPSTREAM.UNAVAILABLE", "closed: UPSTREAM.UNAVAILABEL")}, status: cli.InvalidInput,
			out: "a.yaml:11:11: unknown canonical code \"UPSTREAM.UNAVAILABEL\"; did you mean UPSTREAM.UNAVAILABLE?\n", errors: "1 file, 1 fault\n",
		},
		{
			about: "a duplicate native code", files: map[string]string{"a.yaml": edited(t, "closed:", "gone:")}, status: cli.InvalidInput,
			out: "a.yaml:11:3: duplicate key \"gone\" (first on line 10)\n", errors: "1 file, 1 fault\n",
		},
		{
			about: "an example that fails", files: map[string]string{"a.yaml": edited(t, "code: gone}\n", "code: goner}\n")}, status: cli.InvalidInput,
			out: "a.yaml:13:5: example: native code is \"gone\", expected \"goner\"\n", errors: "1 file, 1 fault\n",
		},
		{
			about:  "faults of all files, in the order of their names",
			files:  map[string]string{"a.yaml": edited(t, "about:", "abuot:"), "b.yaml": edited(t, "acme", "beta", "text: Lost", "txt: Lost")},
			status: cli.InvalidInput, out: "\nb.yaml:13:5: example: not detected", errors: "2 files, 3 faults\n",
		},
		{
			about: "a duplicate dialect", files: map[string]string{"a.yaml": mappingFile, "b.yaml": mappingFile}, status: cli.InvalidInput,
			out: "b.yaml:1:10: duplicate dialect \"acme\" (first in a.yaml); rename one of them\n", errors: "2 files, 1 fault\n",
		},
		{
			about: "a file that extends another one", files: map[string]string{"a.yaml": mappingFile, "b.yaml": "dialect: partner\nextends: acme\nabout: x\npriority: low\n" + noneOnly},
			errors: "2 files, no faults\n",
		},
		{about: "a file that extends a built-in dialect", files: map[string]string{"a.yaml": "dialect: mine\nextends: rustbill\nabout: x\npriority: last\n" + noneOnly}, errors: "1 file, no faults\n"},
		{
			about: "a file that extends an unknown dialect", files: map[string]string{"a.yaml": "dialect: mine\nextends: rustbil\nabout: x\n"}, status: cli.InvalidInput,
			out: "a.yaml:2:10: unknown dialect \"rustbil\"; did you mean rustbill?\n", errors: "1 file, 1 fault\n",
		},
		{
			about: "a range covered by earlier ranges", status: cli.InvalidInput,
			files: map[string]string{"a.yaml": rows("  gone: RESOURCE.NOT_FOUND\n  10..19: REQUEST.INVALID\n  20..29: REQUEST.INVALID\n  15..24: AUTH.FORBIDDEN\n")},
			out:   "a.yaml:13:3: unreachable row \"15..24\": earlier ranges, such as 20..29, cover all its numbers\n", errors: "1 file, 1 fault\n",
		},
		{
			about: "a range covered in part", files: map[string]string{"a.yaml": rows("  gone: RESOURCE.NOT_FOUND\n  10..19: REQUEST.INVALID\n  15..24: AUTH.FORBIDDEN\n")},
			errors: "no faults",
		},
		{
			about: "a row at a status that errors of the dialect do not have", status: cli.InvalidInput,
			files: map[string]string{"a.yaml": rows("  gone: RESOURCE.NOT_FOUND\n  \"@200\": REQUEST.INVALID\n")},
			out:   "a.yaml:11:3: unreachable row \"@200\": errors of this dialect do not come with a 200", errors: "1 file, 1 fault\n",
		},
		{
			about: "a row at a status that match excludes", status: cli.InvalidInput,
			files: map[string]string{"a.yaml": strings.Replace(rows("  gone: RESOURCE.NOT_FOUND\n  \"full@503\": REQUEST.INVALID\n"), "  keys:", "  status: [4xx]\n  keys:", 1)},
			out:   "a.yaml:12:3: unreachable row \"full@503\": match.status excludes 503\n", errors: "1 file, 1 fault\n",
		},
		{
			about: "rows without effect",
			files: map[string]string{"a.yaml": rows("  gone: RESOURCE.NOT_FOUND\n  go*: RESOURCE.NOT_FOUND\n  gon*: RESOURCE.NOT_FOUND\n  gout: RESOURCE.NOT_FOUND\n" +
				"  3: RESOURCE.NOT_FOUND\n  1..9: RESOURCE.NOT_FOUND\n  \"gout@404\": RESOURCE.NOT_FOUND\n")},
			out: "a.yaml:12:3: warning: row \"gon*\" has no effect: the row \"go*\" on line 11 has the same meaning\n" +
				"a.yaml:13:3: warning: row \"gout\" has no effect: the row \"go*\" on line 11 has the same meaning\n" +
				"a.yaml:14:3: warning: row \"3\" has no effect: the row \"1..9\" on line 15 has the same meaning\n" +
				"a.yaml:16:3: warning: row \"gout@404\" has no effect: the row \"gout\" on line 13 has the same meaning\n",
			errors: "1 file, no faults, 4 warnings\n",
		},
		{
			about: "rows that have an effect", // first row of a code, other code, status, force, subcode
			files: map[string]string{"a.yaml": rows("  gone: RESOURCE.NOT_FOUND\n  go*: RESOURCE.NOT_FOUND\n  got: RESOURCE.GONE\n  gob: 404 RESOURCE.NOT_FOUND\n" +
				"  goo: RESOURCE.NOT_FOUND force\n  gone/far: RESOURCE.NOT_FOUND\n  \"@404\": RESOURCE.NOT_FOUND\n")},
			errors: "1 file, no faults\n",
		},
		{
			about: "two dialects that match examples of each other",
			files: map[string]string{"a.yaml": mappingFile, "b.yaml": edited(t, "acme", "beta", "keys: [job.code, job.text]", "keys: [job.text]")},
			out:   "a.yaml:1:10: warning: acme and beta are ambiguous (each matches examples of the other, and both have priority high)", errors: "2 files, no faults, 1 warning\n",
		},
		{
			about: "the same with another priority",
			files: map[string]string{"a.yaml": mappingFile, "b.yaml": edited(t, "acme", "beta", "priority: high", "priority: low")}, errors: "2 files, no faults\n",
		},
		{
			about: "the same with other codes",
			files: map[string]string{"a.yaml": mappingFile, "b.yaml": edited(t, "acme", "beta", "keys: [job.code, job.text]", "keys: [job.text]", "gone", "away")}, errors: "2 files, no faults\n",
		},
		{
			about: "the same match with other codes",
			files: map[string]string{"a.yaml": mappingFile, "b.yaml": edited(t, "acme", "beta", "gone", "away")},
			out:   "acme and beta are ambiguous (they have the same match, and both have priority high)", errors: "2 files, no faults, 1 warning\n",
		},
		{
			about: "a dialect with the match of a built-in one",
			files: map[string]string{"a.yaml": "dialect: mine\nextends: rustbill\nabout: x\n" + noneOnly},
			out:   "a.yaml:1:10: warning: mine and rustbill are ambiguous", errors: "1 file, no faults, 1 warning\n",
		},
		{about: "a dialect that replaces a built-in one", files: map[string]string{"a.yaml": "dialect: rustbill\nextends: rustbill\nabout: x\n" + noneOnly}, errors: "1 file, no faults\n"},
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
			call(c.stdin, func(s cli.Streams) cli.Status { return cli.CheckOptions{}.Check(s, names) }).want(t, c.status, c.out, c.errors)
		})
	}
}

// TestCheckBuiltIn checks the built-in files as strictly as those of users.
func TestCheckBuiltIn(t *testing.T) {
	got := call("", func(s cli.Streams) cli.Status { return cli.CheckOptions{}.Check(s, nil) })
	if got.status != cli.OK {
		t.Errorf("faults in the built-in files:\n%s", got.out)
	}
	if !strings.Contains(got.errors, " files, ") {
		t.Errorf("the summary is %q", got.errors)
	}
}
