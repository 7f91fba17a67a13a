package tests

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/tidwall/gjson"
)

// commandResult is the exit status and the output of a command.
type commandResult struct {
	status      int
	out, errors string
}

// command runs `caddy translate-errors` in a directory.
func command(t *testing.T, dir, stdin string, args ...string) commandResult {
	t.Helper()
	cmd := exec.Command(mustBinary(t), append([]string{"translate-errors"}, args...)...)
	cmd.Dir, cmd.Env, cmd.Stdin = dir, environment(dir), strings.NewReader(stdin)
	var out, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &stderr
	err := cmd.Run()
	if err != nil && !errors.As(err, new(*exec.ExitError)) {
		t.Fatal(err)
	}
	for _, bad := range []string{"panic", "goroutine ", "DATA RACE"} {
		if strings.Contains(stderr.String(), bad) {
			t.Errorf("%v wrote %q:\n%s", args, bad, tail(stderr.String()))
		}
	}
	return commandResult{cmd.ProcessState.ExitCode(), out.String(), stderr.String()}
}

// severalSites is a Caddyfile with several sites, three of which translate errors.
const severalSites = `{
	admin off
	auto_https off
}
http://a.test {
	translate_errors {
		dialect rustbill
		envelope canonical problem
	}
	respond ok
}
http://b.test, http://*.c.test {
	handle /api/* {
		translate_errors {
			dialect ./acme.yaml
			map acme 9 SYSTEM.MAINTENANCE
		}
		respond ok
	}
}
http://plain.test {
	respond ok
}
http://limited.test {
	translate_errors /deep/* {
		message canonical
	}
	translate_errors {
		dialect rustbill
		status upstream
		rate_limit {
			limit 1 per 1h
		}
	}
	respond ok
}
`

// TestCommands runs every command in the binary, and checks its stdout, stderr and exit
// status.
func TestCommands(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	gone := strings.NewReplacer("404 RESOURCE.NOT_FOUND", "404 RESOURCE.GONE", "is: RESOURCE.NOT_FOUND", "is: RESOURCE.GONE").Replace(acme)
	for _, sub := range []string{"tables", "empty"} {
		if err := os.Mkdir(filepath.Join(dir, sub), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	for name, text := range map[string]string{
		"missing.json": missing, "acme.yaml": acme, "bad.yaml": strings.Replace(acme, "keys:", "kees:", 1), "Caddyfile": severalSites,
		"one.caddyfile": "http://a.test {\n\ttranslate_errors\n}\n", "none.caddyfile": "http://a.test {\n\trespond ok\n}\n", "broken.caddyfile": "http://a.test {\n",
		"missing.txt": "HTTP/1.1 404 Not Found\r\nContent-Type: application/json\r\nSet-Cookie: a=b\r\n\r\n" + missing,
		"gone.yaml":   gone, "fewer.yaml": strings.Replace(acme, "  8: 400 PLAN.NOT_FOUND force\n", "", 1), "boat.yaml": strings.Replace(acme, "keys: [fault.num]", "keys: [fault.num, boat]", 1),
		"errors.har":       `{"log":{"entries":[{"response":` + harResponse(404, `{"fault":{"num":7,"text":"Not here."}}`) + `},{"response":` + harResponse(200, "{}") + `},{"response":` + harResponse(400, `{"fault":{"num":8,"text":"x"}}`) + `}]}}`,
		"errors.txt":       strings.Repeat("HTTP/1.1 404 Not Found\nContent-Type: application/json\n\n"+`{"fault":{"num":7,"text":"Not here."}}`, 2),
		"codes.yaml":       acmeTaxonomy + "  PLAN.NOT_FOUND:\n    status: 410\n    category: gone\n    retry: never\n    message: Gone.\n    description: Gone.\n    action: None.\n",
		"row.json":         `{"apps":{"http":{"servers":{"a":{"listen":[":80"],"routes":[{"handle":[{"handler":"translate_errors","dialect":["rustbill"],"map":[{"dialect":"rustbill","native":"late","code":"RESOURCE.GON"}]}]}]}}}}}`,
		"file.caddyfile":   "http://a.test {\n\ttranslate_errors {\n\t\tdialect ./none.yaml\n\t}\n}\n",
		"tables/acme.yaml": acme, "tables/bad.yaml": strings.Replace(strings.Replace(acme, "dialect: acme", "dialect: bad", 1), "keys:", "kees:", 1),
		"acme.json": `{"fault":{"num":9,"text":"Later."}}`, "seat.404.json": `{"fault": {"num": "no_such_seat", "why": "There is no such seat."}}`,
		"seats.txt": "HTTP/1.1 404 Not Found\r\nContent-Type: application/json\r\n\r\n" + `{"fault": {"num": "no_such_seat", "why": "There is no such seat."}}` +
			"\nHTTP/1.1 409 Conflict\r\nContent-Type: application/json\r\n\r\n" + `{"fault": {"num": "seat_taken", "why": "Somebody sits there."}}` +
			"\nHTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n" + `{"seat": 7}`,
	} {
		write(t, filepath.Join(dir, name), text)
	}
	for _, c := range []struct {
		name   string
		args   string
		stdin  string
		status int
		out    []string // texts on stdout; nil means no output
		errors []string // the same on stderr
	}{
		{name: "no command", args: "", status: 2, errors: []string{"no command given", "Usage:", "  try "}},
		{name: "a misspelled command", args: "chek", status: 2, errors: []string{"unknown command chek; did you mean check?", "Usage:"}},
		{name: "help", args: "--help", out: []string{"Available Commands:", "  learn "}},

		{name: "dialects", args: "dialects", out: []string{"\nrustbill  ", "\nslack  "}},
		{name: "the file of a dialect", args: "dialects rustbill", out: []string{"\ndialect: rustbill\n"}},
		{name: "a misspelled dialect", args: "dialects rustbil", status: 1, errors: []string{"did you mean rustbill?"}},
		{name: "an unknown flag", args: "dialects --all", status: 2, errors: []string{"unknown flag: --all", "Usage:"}},

		{name: "check", args: "check acme.yaml", errors: []string{"1 file, no faults"}},
		{name: "check with faults", args: "check bad.yaml acme.yaml", status: 1, out: []string{"bad.yaml:4:3: unknown key \"kees\""}, errors: []string{"2 files, 1 fault"}},
		{name: "check of standard input", args: "check -", stdin: acme, errors: []string{"1 file, no faults"}},
		{name: "check of a directory", args: "check tables", status: 1, out: []string{"tables/bad.yaml:4:3: unknown key \"kees\""}, errors: []string{"2 files, 1 fault"}},
		{name: "check of a directory without tables", args: "check empty", status: 1, out: []string{"empty: the directory has no files whose names end in .yaml or .yml"}, errors: []string{"no files, 1 fault"}},
		{
			name: "check with JSON", args: "check --json bad.yaml acme.yaml", status: 1, errors: []string{"2 files, 1 fault"},
			out: []string{`"files": 2,`, `"file": "bad.yaml",`, `"line": 4,`, `"column": 3,`, `"message": "unknown key \"kees\" in match; did you mean ` + "`keys`" + `?"`, `"warnings": []`},
		},
		{name: "check with JSON without faults", args: "check --json acme.yaml", out: []string{`"faults": [],`}, errors: []string{"no faults"}},
		{name: "check of a config", args: "check --config Caddyfile", errors: []string{"1 file, no faults"}},
		{name: "check of a config and a file", args: "check --config Caddyfile bad.yaml", status: 1, out: []string{"bad.yaml:4:3: "}, errors: []string{"2 files, 1 fault"}},
		{name: "check of a config and of its file", args: "check --config Caddyfile acme.yaml", errors: []string{"1 file, no faults"}},
		{name: "check of a config without files", args: "check --config one.caddyfile", errors: []string{"no files, no faults"}},
		{name: "check of a config with a faulty row", args: "check --config row.json", status: 1, out: []string{`row.json: site :80: map rustbill late`, `unknown canonical code "RESOURCE.GON"`}, errors: []string{"1 fault"}},
		{name: "check of a config with a missing file", args: "check --config file.caddyfile", status: 1, out: []string{"none.yaml: no such file"}, errors: []string{"1 file, 1 fault"}},
		{name: "check of a config that translates nothing", args: "check --config none.caddyfile", status: 1, errors: []string{"no site has translate_errors"}},
		{name: "check of an invalid config", args: "check --config broken.caddyfile", status: 1, errors: []string{"broken.caddyfile"}},
		{name: "check with config and file on standard input", args: "check --config - -", status: 2, errors: []string{"either the config or a file"}},
		{name: "check of the built-in files", args: "check", out: nil, errors: []string{" files, no faults"}},

		{name: "try", args: "try --status 400 --dialect rustbill missing.json", out: []string{"HTTP/1.1 404 Not Found\n", "\nX-Request-Id: req_", `"code":"PLAN.NOT_FOUND"`}},
		{name: "try of standard input", args: "try --status 400 --dialect rustbill -", stdin: missing, out: []string{"HTTP/1.1 404 Not Found\n"}},
		{name: "try without a body", args: "try --status 503", out: []string{"HTTP/1.1 503 Service Unavailable\n", `"UPSTREAM.UNAVAILABLE"`}},
		{name: "try without a status", args: "try missing.json", status: 2, errors: []string{"--status is missing", "Usage:"}},
		{name: "try with an invalid status", args: "try --status 99 missing.json", status: 2, errors: []string{"from 200 to 599"}},
		{name: "try with a status that is not a number", args: "try --status many missing.json", status: 2, errors: []string{"invalid argument \"many\""}},
		{name: "try with two files", args: "try --status 400 missing.json missing.json", status: 2, errors: []string{"expected 1 file, got 2"}},
		{name: "try with an invalid header", args: "try --status 400 --header nonsense missing.json", status: 2, errors: []string{`--header "nonsense"`}},
		{name: "try of a missing file", args: "try --status 400 none.json", status: 1, errors: []string{"none.json: no such file"}},
		{name: "try of the output of curl -i", args: "try --dialect rustbill missing.txt", out: []string{"HTTP/1.1 404 Not Found\n", "\nSet-Cookie: a=b\n", `"code":"PLAN.NOT_FOUND"`}},
		{name: "try of the output of curl -i on standard input", args: "try -", stdin: "HTTP/2 503 \r\nretry-after: 7\r\n\r\n", out: []string{"HTTP/1.1 503 ", "\nRetry-After: 7\n"}},
		{name: "try of the output of curl -i, with another status and header", args: "try --status 410 --header Set-Cookie:c=d missing.txt", out: []string{"HTTP/1.1 410 Gone\n", "\nSet-Cookie: c=d\n"}},
		{name: "try of the output of curl -i after a redirect", args: "try -", stdin: "HTTP/1.1 302 Found\nLocation: /\n\nHTTP/1.1 409 Conflict\n\n", out: []string{"HTTP/1.1 409 Conflict\n"}},
		{name: "try of the output of curl -i without a response", args: "try -", stdin: "HTTP/1.1 100 Continue\n\n", status: 1, errors: []string{"-: no response found"}},
		{name: "try with the expected code", args: "try --status 400 --dialect rustbill --expect PLAN.NOT_FOUND missing.json", out: []string{"HTTP/1.1 404 Not Found\n"}},
		{name: "try with another code", args: "try --status 400 --dialect rustbill --expect RESOURCE.GONE missing.json", status: 1, out: []string{"HTTP/1.1 404 Not Found\n"}, errors: []string{"expected RESOURCE.GONE, got PLAN.NOT_FOUND"}},
		{name: "try with a code for a success", args: "try --status 200 --expect RESOURCE.GONE missing.json", status: 1, out: []string{"HTTP/1.1 200 OK\n"}, errors: []string{"expected RESOURCE.GONE, got none: the response passed through"}},
		{name: "try with the expectation that it passes", args: "try --status 200 --expect none missing.json", out: []string{"HTTP/1.1 200 OK\n"}},
		{name: "try with a misspelled code", args: "try --status 400 --expect RESOURCE.GON missing.json", status: 1, errors: []string{"--expect: unknown canonical code \"RESOURCE.GON\"; did you mean RESOURCE.GONE?"}},
		{name: "try in one dialect", args: "try --status 400 --dialect licensekey missing.json", out: []string{`"match":"status"`}},
		{name: "try with a mapping file", args: "try --status 400 --dialect ./acme.yaml acme.json", out: []string{`"match":`}},
		{name: "try with a faulty mapping file", args: "try --status 400 --dialect ./bad.yaml acme.json", status: 1, errors: []string{"bad.yaml:4:3: unknown key"}},
		{name: "try with an unknown dialect", args: "try --status 400 --dialect rustbil missing.json", status: 1, errors: []string{"did you mean rustbill?"}},
		{name: "try of a success", args: "try --status 200 missing.json", out: []string{"HTTP/1.1 200 OK\n", "\n\n" + missing + "\n"}},
		{
			name: "try with headers", args: "try --status 429 --header Retry-After:7 --header Set-Cookie:a=b",
			out: []string{"HTTP/1.1 429 Too Many Requests\n", "\nRetry-After: 7\n", "\nSet-Cookie: a=b\n"},
		},
		{name: "try of an answer in a dialect", args: "try --status 400 --dialect rustbill --respond-as licensekey missing.json", out: []string{"HTTP/1.1 404 Not Found\n", `"code":"not_found"`, `"request_id":"req_`}},
		{name: "try of an answer in a dialect that is not detected", args: "try --status 400 --dialect rustbill --respond-as success missing.json", out: []string{`{"success":false`}},
		{name: "try of an answer in an unknown dialect", args: "try --status 400 --respond-as licensky missing.json", status: 1, errors: []string{"did you mean licensekey?"}},

		{name: "try with the only site of a config", args: "try --status 404 --config one.caddyfile missing.json", out: []string{`"code":"PLAN.NOT_FOUND"`}},
		{name: "try without --site", args: "try --status 400 --config Caddyfile missing.json", status: 2, errors: []string{"--site is missing", "a.test", "b.test, *.c.test", "limited.test"}},
		{name: "try with a site", args: "try --status 400 --config Caddyfile --site a.test --accept application/problem+json missing.json", out: []string{"\nContent-Type: application/problem+json\n", "\nVary: Accept\n"}},
		{name: "try with a site whose handler is nested", args: "try --status 503 --config Caddyfile --site b.test acme.json", out: []string{`"code":"SYSTEM.MAINTENANCE"`}},
		{name: "try with a site by its wildcard", args: "try --status 503 --config Caddyfile --site x.c.test acme.json", out: []string{`"code":"SYSTEM.MAINTENANCE"`}},
		{
			name: "try with a site of several handlers", args: "try --status 400 --config Caddyfile --site limited.test missing.json",
			out: []string{"HTTP/1.1 400 Bad Request\n", "There is no such plan."}, errors: []string{"translate_errors 2 times"},
		},
		{name: "try with a site that does not translate", args: "try --status 400 --config Caddyfile --site plain.test missing.json", status: 2, errors: []string{"--site plain.test", "a.test"}},
		{name: "try with a site without a config", args: "try --status 400 --site a.test missing.json", status: 2, errors: []string{"--config"}},
		{name: "try with config and body on standard input", args: "try --status 400 --config - -", status: 2, errors: []string{"either the config or the body"}},
		{name: "try with a config on standard input", args: "try --status 404 --config - missing.json", stdin: "http://a.test {\n\ttranslate_errors\n}\n", out: []string{`"code":"PLAN.NOT_FOUND"`}},
		{
			name: "try with a site that observes", args: "try --status 404 --config - missing.json", stdin: "http://a.test {\n\ttranslate_errors {\n\t\tmode observe\n\t}\n}\n",
			out: []string{`"code":"PLAN.NOT_FOUND"`}, errors: []string{"the answer of the mode translate"},
		},
		{name: "try with a config that translates nothing", args: "try --status 400 --config none.caddyfile missing.json", status: 1, errors: []string{"no site has translate_errors"}},
		{name: "try with an invalid config", args: "try --status 400 --config broken.caddyfile missing.json", status: 1, errors: []string{"broken.caddyfile"}},
		{name: "try with a missing config", args: "try --status 400 --config none missing.json", status: 1, errors: []string{"none: no such file"}},

		{name: "learn", args: "learn --name seats seat.404.json", out: []string{"\ndialect: seats\n", "no_such_seat: 404 "}, errors: []string{"drafted from 1 response"}},
		{name: "learn of two responses in one file", args: "learn seats.txt", out: []string{"no_such_seat: 404 ", "seat_taken: 409 "},
			errors: []string{"seats.txt #1: used: code no_such_seat\n", "seats.txt #2: used: code seat_taken\n", "seats.txt #3: not used: a success\n", "drafted from 2 responses"}},
		{name: "learn with a path", args: "learn --code fault.why.nr --code fault.num seat.404.json", out: []string{"code: [fault.why.nr, fault.num]\n"}, errors: []string{"used: code no_such_seat"}},
		{name: "learn with a path where nothing is", args: "learn --code fault.nr seat.404.json", status: 1, errors: []string{"no sample has a code at fault.nr; "}},
		{name: "learn without a file", args: "learn", status: 2, errors: []string{"expected at least 1 file", "Usage:"}},
		{name: "learn of a missing file", args: "learn none.json", status: 1, errors: []string{"none.json: no such file"}},

		{
			name: "replay with other tables", args: "replay --before acme.yaml --after gone.yaml errors.har", out: []string{
				"code, status: errors.har #1\n  upstream  404 7\n  code      RESOURCE.NOT_FOUND → RESOURCE.GONE\n  status    404 → 410\n",
			}, errors: []string{"3 responses, 2 errors: 1 answer would change\n"},
		},
		{name: "replay with a row less", args: "replay --before acme.yaml --after fewer.yaml errors.har", status: 1, out: []string{"unmapped, code, status: errors.har #3\n"}, errors: []string{"1 of them would be unmapped"}},
		{name: "replay with a new table", args: "replay --after acme.yaml errors.har", out: []string{"mapped, ", "  match     guess → table\n"}, errors: []string{"2 answers would change"}},
		{name: "replay with equal tables", args: "replay --before acme.yaml --after tables/acme.yaml errors.har", errors: []string{"no changes"}},
		{name: "replay with JSON", args: "replay --json --before acme.yaml --after fewer.yaml errors.har", status: 1, out: []string{`"responses": 3,`, `"regressions": 1,`, `"regression": true,`}, errors: []string{"3 responses"}},
		{name: "replay of the output of curl -i", args: "replay --before acme.yaml --after gone.yaml errors.txt", out: []string{"2 responses, first errors.txt #1\n"}, errors: []string{"2 answers would change"}},
		{name: "replay of standard input", args: "replay --before acme.yaml --after gone.yaml -", stdin: `{"status":404,"body":{"fault":{"num":7,"text":"x"}}}`, out: []string{"code, status: -\n"}, errors: []string{"1 response"}},
		{name: "replay with a site", args: "replay --config Caddyfile --site b.test --after gone.yaml errors.har", out: []string{"RESOURCE.NOT_FOUND → RESOURCE.GONE"}, errors: []string{"1 answer would change"}},
		{name: "replay with a dialect that no longer matches", args: "replay --config one.caddyfile --before acme.yaml --after boat.yaml errors.har", status: 1, out: []string{"unmapped"}, errors: []string{"2 answers would change"}},
		{name: "replay with a taxonomy", args: "replay --before acme.yaml --after acme.yaml --after codes.yaml errors.har", out: []string{"status: errors.har #3\n", "  status    404 → 410\n"}, errors: []string{"1 answer would change"}},
		{name: "replay of a response without a status", args: "replay --after acme.yaml -", stdin: `{"fault":7}`, status: 1, errors: []string{"-: the response has no status"}},
		{name: "replay of requests that were given up", args: "replay --before acme.yaml --after gone.yaml -", stdin: `{"log":{"entries":[{"response":{"status":0}},{"response":{"status":101}},{"response":` + harResponse(404, `{"fault":{"num":7,"text":"x"}}`) + `}]}}`, out: []string{"code, status: - #3\n"}, errors: []string{"1 response, 1 error"}},
		{name: "replay of a missing file", args: "replay --after acme.yaml none.har", status: 1, errors: []string{"none.har: no such file"}},
		{name: "replay with a faulty table", args: "replay --before acme.yaml --after bad.yaml errors.har", status: 1, errors: []string{"the tables after the change: bad.yaml:4:3: unknown key"}},
		{name: "replay with a missing table", args: "replay --before none.yaml errors.har", status: 1, errors: []string{"the tables before the change: none.yaml: no such file"}},
		{name: "replay without tables", args: "replay errors.har", status: 2, errors: []string{"--before and --after are missing"}},
		{name: "replay without a capture", args: "replay --after acme.yaml", status: 2, errors: []string{"expected at least 1 file"}},
		{name: "replay without --site", args: "replay --config Caddyfile --after acme.yaml errors.har", status: 2, errors: []string{"--site is missing"}},
		{name: "replay with config and capture on standard input", args: "replay --config - --after acme.yaml -", status: 2, errors: []string{"either the config or a capture"}},

		{
			name: "changes", args: "changes --before acme.yaml --after gone.yaml --after codes.yaml", out: []string{
				"Rows: 1 row with another code, 0 new, 0 removed.\n",
				"\n## acme\n\n| Native code | Before | After | What else differs |\n",
				"`RESOURCE.NOT_FOUND` | `RESOURCE.GONE` |",
			},
		},
		{name: "changes of a row less", args: "changes --before acme.yaml --after fewer.yaml", out: []string{"Rows: no rows with another code, 0 new, 1 removed.\n", "Removed rows:\n\n- `PLAN.NOT_FOUND`: `8`\n"}},
		{name: "changes of directories", args: "changes --before acme.yaml --after tables", status: 1, errors: []string{"tables/bad.yaml:4:3: unknown key"}},
		{name: "changes to the built-in tables", args: "changes --before acme.yaml", out: []string{"\n## acme (removed)\n", "\n## rustbill (new)\n"}},
		{name: "changes of a missing file", args: "changes --before none.yaml", status: 1, errors: []string{"none.yaml: no such file"}},
		{name: "changes without --before", args: "changes", status: 2, errors: []string{"expected --before"}},
		{name: "changes with a name", args: "changes --before acme.yaml acme", status: 2, errors: []string{"expected no arguments, got 1"}},

		{name: "docs", args: "docs", out: []string{"# Dialects\n", "](rustbill.md)"}},
		{name: "docs of a dialect", args: "docs rustbill", out: []string{"# rustbill\n", "| `plan_not_found` | 404 | PLAN.NOT_FOUND |"}},
		{name: "docs of a misspelled dialect", args: "docs rustbil", status: 1, errors: []string{"did you mean rustbill?"}},
		{name: "docs in an unknown format", args: "docs --format pdf", status: 2, errors: []string{`--format "pdf"`, "Usage:"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got := command(t, dir, c.stdin, strings.Fields(c.args)...)
			if got.status != c.status {
				t.Errorf("exit status %d, want %d", got.status, c.status)
			}
			warns := c.args == "check" // of rows without effect, which document codes
			for _, stream := range []struct {
				name, text string
				want       []string
			}{{"stdout", got.out, c.out}, {"stderr", got.errors, c.errors}} {
				if len(stream.want) == 0 && stream.text != "" && !(warns && stream.name == "stdout") {
					t.Errorf("unexpected %s: %q", stream.name, tail(stream.text))
				}
				for _, part := range stream.want {
					if !strings.Contains(stream.text, part) {
						t.Errorf("%s does not contain %q: %s", stream.name, part, tail(stream.text))
					}
				}
			}
		})
	}
}

// harResponse returns a response of JSON in a HAR file.
func harResponse(status int, body string) string {
	return fmt.Sprintf(`{"status":%d,"headers":[],"content":{"mimeType":"application/json","text":%q}}`, status, body)
}

// TestExplain checks the report of --explain.
func TestExplain(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write(t, filepath.Join(dir, "Caddyfile"), "http://a.test {\n\ttranslate_errors {\n\t\tdialect rustbill\n\t\tmessage canonical\n\t\tmap * odd_thing RESOURCE.GONE\n\t}\n}\n")
	write(t, filepath.Join(dir, "gateway"), "http://a.test {\n\ttranslate_errors {\n\t\tgateway_status 503\n\t}\n}\n")
	write(t, filepath.Join(dir, "only"), "http://a.test {\n\ttranslate_errors {\n\t\tonly 5xx\n\t}\n}\n")
	for _, c := range []struct {
		name, args, body string
		want             []string
	}{
		{"a row", "--status 400 --dialect rustbill", missing, []string{
			"\n  rustbill", " detected: ", "plan_not_found → PLAN.NOT_FOUND, by the row `plan_not_found: 404 PLAN.NOT_FOUND` of rustbill\n",
			"\nstatus\n  400 → 404: the status of PLAN.NOT_FOUND\n", "\nmessage\n  the message of the upstream\n",
		}},
		{"a guard rail", "--status 500 --dialect rustbill", missing, []string{"500, unchanged (guard rail): PLAN.NOT_FOUND has 404, and a 4xx never becomes a 5xx or the reverse", "the message of the canonical code: messages of 5xx errors"}},
		{"an unknown code", "--status 409 --dialect rustbill", `{"error":"no_such_code_of_ours","message":"x y z"}`, []string{
			"no_such_code_of_ours → RESOURCE.CONFLICT, the generic code of its status: no row of rustbill applies", "409: the status of the upstream and of RESOURCE.CONFLICT",
		}},
		{"a code of the general rules", "--status 400 --dialect auto", `{"oops":{"code":"not-found","message":"Not a seat."}}`, []string{
			"detected: the general rules, because no other dialect matches", "not-found → RESOURCE.NOT_FOUND, by the general rules", "400, unchanged: only a row of a table may change the status",
		}},
		{"a status that the dialect does not document", "--status 400", missing, []string{
			"\n  rustbill ", " no evidence: it matches, but its table does not document the code \"plan_not_found\" with this status; to use the dialect, name it",
		}},
		{"a shape of many APIs", "--status 400", `{"errors":[{"code":88,"message":"Slow down."}]}`, []string{
			"\n  twitter-v1 ", " no evidence: it matches, but so do errors of other APIs, and the upstream is not api.twitter.com or",
		}},
		{"a shape of many APIs, from a host of the dialect", "--status 429 --upstream api.twitter.com", `{"errors":[{"code":88,"message":"Slow down."}]}`, []string{
			"twitter-v1 ", " detected: it matches, and its table has the code \"88\"", "by the row `88: 429 RATE_LIMIT.EXCEEDED` of twitter-v1",
		}},
		{"no body", "--status 404", "", []string{"(no code) → RESOURCE.NOT_FOUND, the generic code of its status", "the message of the canonical code: the upstream sent none"}},
		{"an unsafe message", "--status 404", `{"error":"plan_not_found","message":"panic at src/billing.rs:42"}`, []string{"that of the upstream did not pass the message filter"}},
		{"a row of the site", "--status 410 --config Caddyfile", `{"error":"odd_thing","message":"Odd."}`, []string{"by the row `odd_thing: RESOURCE.GONE` of the site", "the message of the canonical code: the site has `message canonical`"}},
		{"a status that is replaced", "--status 504 --config gateway", "", []string{"504 → 503: the site has `gateway_status`"}},
		{"a dialect that passes through", "--status 200", `{"ok":false,"error":"channel_not_found"}`, []string{"\npassed through\n", "slack"}},
		{"a status that is never translated", "--status 499", missing, []string{"\npassed through\n  errors with the status 499 are not translated here\n"}},
		{"a status that is not in only", "--status 404 --config only", missing, []string{"\npassed through\n  errors with the status 404 are not translated here\n"}},
		{"an unsupported media type", "--status 404 --header Content-Type:image/png", missing, []string{"\npassed through\n  the media type image/png is not translated here\n"}},
		{"an unsupported content coding", "--status 404 --header Content-Encoding:gzip,snappy", missing, []string{"\npassed through\n  the Content-Encoding \"gzip, snappy\" is not supported\n"}},
		{"a success", "--status 200", `{"seats":7}`, []string{"\npassed through\n", "a 200 is an error only for dialects"}},
		{"an error on a 2xx", "--status 200 --dialect slack", `{"ok":false,"error":"channel_not_found"}`, []string{"\n  slack", " detected: ", "200 → 404: "}},
		{"a page", "--status 502", "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>", []string{"nginx", " detected: "}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got := command(t, dir, c.body, append(append([]string{"try", "--explain"}, strings.Fields(c.args)...), "-")...)
			if got.status != 0 {
				t.Fatalf("exit status %d: %s", got.status, got.errors)
			}
			_, answer, _ := strings.Cut(got.out, "\n\n")
			_, explained, ok := strings.Cut(answer, "\n\n")
			if !ok {
				t.Fatalf("no explanation: %s", got.out)
			}
			for _, part := range c.want {
				if !strings.Contains("\n"+explained, part) {
					t.Errorf("no %q in the explanation:\n%s", part, explained)
				}
			}
			if lines := strings.Count(explained, "\n"); lines > 40 {
				t.Errorf("%d lines, want at most 40", lines)
			}
		})
	}
}

// TestTryMatchesServer checks that `try` prints the answer of a running server.
func TestTryMatchesServer(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write(t, filepath.Join(dir, "missing.json"), missing)
	try := command(t, dir, "", "try", "--status", "400", "--dialect", "rustbill", "missing.json")
	p := serve(t, "", "http://a.test:{$PORT} {\n\ttranslate_errors {\n\t\tdialect rustbill\n\t}\n\theader Content-Type application/json\n\trespond `"+missing+"` 400\n}\n")
	served := p.get(t, "a.test/")
	_, body, _ := strings.Cut(try.out, "\n\n")
	id := regexp.MustCompile(`req_[0-9A-Z]{26}`)
	if got, want := id.ReplaceAllString(strings.TrimSpace(body), "id"), id.ReplaceAllString(string(served.body), "id"); got != want {
		t.Errorf("try printed\n%s\nthe server sent\n%s", got, want)
	}
	if !gjson.Valid(body) {
		t.Errorf("not JSON: %s", body)
	}
}

// TestCommandsAreDocumented checks that docs/commands.md describes every command and flag.
func TestCommandsAreDocumented(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../docs/commands.md")
	if err != nil {
		t.Fatal(err)
	}
	flag := regexp.MustCompile(`--[a-z-]+`)
	for _, name := range []string{"check", "try", "dialects", "learn", "unmapped", "docs", "replay", "changes"} {
		_, section, ok := strings.Cut(string(page), "\n## `"+name)
		if !ok {
			t.Errorf("no section for %s", name)
			continue
		}
		section, _, _ = strings.Cut(section, "\n## ")
		help := command(t, t.TempDir(), "", name, "--help")
		_, flags, _ := strings.Cut(help.out, "\nFlags:\n")
		for _, f := range flag.FindAllString(flags, -1) {
			if f != "--help" && !strings.Contains(section, "`"+f) {
				t.Errorf("the section of %s does not describe %s", name, f)
			}
		}
	}
}
