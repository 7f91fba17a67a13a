package tests

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/tidwall/gjson"
)

// ended is a command that came to its end.
type ended struct {
	status      int
	out, errors string
}

// command runs `caddy translate-errors` in a directory.
func command(t *testing.T, dir, stdin string, args ...string) ended {
	t.Helper()
	cmd := exec.Command(mustBinary(t), append([]string{"translate-errors"}, args...)...)
	cmd.Dir, cmd.Env, cmd.Stdin = dir, environment(dir), strings.NewReader(stdin)
	var out, talk bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &talk
	err := cmd.Run()
	if err != nil && !errors.As(err, new(*exec.ExitError)) {
		t.Fatal(err)
	}
	for _, bad := range []string{"panic", "goroutine ", "DATA RACE"} {
		if strings.Contains(talk.String(), bad) {
			t.Errorf("%v said %q:\n%s", args, bad, tail(talk.String()))
		}
	}
	return ended{cmd.ProcessState.ExitCode(), out.String(), talk.String()}
}

// gone is an error of rustbill.
const gone = `{"error":"plan_not_found","message":"There is no such plan."}`

// manySites is a Caddyfile with several sites, of which three translate.
const manySites = `{
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

// TestCommands runs every command as a user does: what is the result and what is
// talk, and with which status it ends.
func TestCommands(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"gone.json": gone, "acme.yaml": acme, "bad.yaml": strings.Replace(acme, "keys:", "kees:", 1), "Caddyfile": manySites,
		"one.caddyfile": "http://a.test {\n\ttranslate_errors\n}\n", "none.caddyfile": "http://a.test {\n\trespond ok\n}\n", "broken.caddyfile": "http://a.test {\n",
		"acme.json": `{"fault":{"num":9,"text":"Later."}}`, "seat.404.json": `{"fault": {"num": "no_such_seat", "why": "There is no such seat."}}`,
	} {
		write(t, filepath.Join(dir, name), text)
	}
	for _, c := range []struct {
		about  string
		args   string
		stdin  string
		status int
		out    []string // in the result; there is none where there are none
		talk   []string // the same of the talk
	}{
		{about: "no command", args: "", status: 2, talk: []string{"no command given", "Usage:", "  try "}},
		{about: "a command that is misspelled", args: "chek", status: 2, talk: []string{"unknown command chek; did you mean check?", "Usage:"}},
		{about: "help", args: "--help", out: []string{"Available Commands:", "  learn "}},

		{about: "dialects", args: "dialects", out: []string{"\nrustbill  ", "\nslack  "}},
		{about: "the file of a dialect", args: "dialects rustbill", out: []string{"\ndialect: rustbill\n"}},
		{about: "a dialect that is misspelled", args: "dialects rustbil", status: 1, talk: []string{"did you mean rustbill?"}},
		{about: "an unknown flag", args: "dialects --all", status: 2, talk: []string{"unknown flag: --all", "Usage:"}},

		{about: "check", args: "check acme.yaml", talk: []string{"1 file, no faults"}},
		{about: "check with faults", args: "check bad.yaml acme.yaml", status: 1, out: []string{"bad.yaml:4:3: unknown word \"kees\""}, talk: []string{"2 files, 1 fault"}},
		{about: "check of the standard input", args: "check -", stdin: acme, talk: []string{"1 file, no faults"}},
		{about: "check of what is built in", args: "check", out: nil, talk: []string{" files, no faults"}},

		{about: "try", args: "try --status 400 gone.json", out: []string{"HTTP/1.1 404 Not Found\n", "\nX-Request-Id: req_", `"code":"PLAN.NOT_FOUND"`}},
		{about: "try of the standard input", args: "try --status 400 -", stdin: gone, out: []string{"HTTP/1.1 404 Not Found\n"}},
		{about: "try without a body", args: "try --status 503", out: []string{"HTTP/1.1 503 Service Unavailable\n", `"UPSTREAM.UNAVAILABLE"`}},
		{about: "try without a status", args: "try gone.json", status: 2, talk: []string{"--status is missing", "Usage:"}},
		{about: "try with a status that is none", args: "try --status 99 gone.json", status: 2, talk: []string{"from 200 to 599"}},
		{about: "try with a status that is no number", args: "try --status many gone.json", status: 2, talk: []string{"invalid argument \"many\""}},
		{about: "try with two files", args: "try --status 400 gone.json gone.json", status: 2, talk: []string{"expected 1 file, got 2"}},
		{about: "try with a header that is none", args: "try --status 400 --header nonsense gone.json", status: 2, talk: []string{`--header "nonsense"`}},
		{about: "try of a file that is not there", args: "try --status 400 none.json", status: 1, talk: []string{"none.json: no such file"}},
		{about: "try in one dialect", args: "try --status 400 --dialect licensekey gone.json", out: []string{`"match":"status"`}},
		{about: "try with a mapping file", args: "try --status 400 --dialect ./acme.yaml acme.json", out: []string{`"match":`}},
		{about: "try with a mapping file with a fault", args: "try --status 400 --dialect ./bad.yaml acme.json", status: 1, talk: []string{"bad.yaml:4:3: unknown word"}},
		{about: "try with a dialect that is not there", args: "try --status 400 --dialect rustbil gone.json", status: 1, talk: []string{"did you mean rustbill?"}},
		{about: "try of a success", args: "try --status 200 gone.json", out: []string{"HTTP/1.1 200 OK\n", "\n\n" + gone + "\n"}},
		{
			about: "try with headers", args: "try --status 429 --header Retry-After:7 --header Set-Cookie:a=b",
			out: []string{"HTTP/1.1 429 Too Many Requests\n", "\nRetry-After: 7\n", "\nSet-Cookie: a=b\n"},
		},
		{about: "try of an answer in a dialect", args: "try --status 400 --respond-as licensekey gone.json", out: []string{"HTTP/1.1 404 Not Found\n", `"code":"PLAN.NOT_FOUND"`, `"request_id":"req_`}},
		{about: "try of an answer in a dialect that is not read", args: "try --status 400 --dialect rustbill --respond-as success gone.json", out: []string{`{"success":false`}},
		{about: "try of an answer in a dialect that is not there", args: "try --status 400 --respond-as licensky gone.json", status: 1, talk: []string{"did you mean licensekey?"}},

		{about: "try with the one site", args: "try --status 400 --config one.caddyfile gone.json", out: []string{`"code":"PLAN.NOT_FOUND"`}},
		{about: "try without saying which site", args: "try --status 400 --config Caddyfile gone.json", status: 2, talk: []string{"--site is missing", "a.test", "b.test, *.c.test", "limited.test"}},
		{about: "try with a site", args: "try --status 400 --config Caddyfile --site a.test --accept application/problem+json gone.json", out: []string{"\nContent-Type: application/problem+json\n", "\nVary: Accept\n"}},
		{about: "try with a site whose handler stands deep", args: "try --status 503 --config Caddyfile --site b.test acme.json", out: []string{`"code":"SYSTEM.MAINTENANCE"`}},
		{about: "try with a site by its wildcard", args: "try --status 503 --config Caddyfile --site x.c.test acme.json", out: []string{`"code":"SYSTEM.MAINTENANCE"`}},
		{
			about: "try with a site of several handlers", args: "try --status 400 --config Caddyfile --site limited.test gone.json",
			out: []string{"HTTP/1.1 400 Bad Request\n", "There is no such plan."}, talk: []string{"translate_errors 2 times"},
		},
		{about: "try with a site that does not translate", args: "try --status 400 --config Caddyfile --site plain.test gone.json", status: 2, talk: []string{"--site plain.test", "a.test"}},
		{about: "try with a site without a config", args: "try --status 400 --site a.test gone.json", status: 2, talk: []string{"--config"}},
		{about: "try with a config and a body at once", args: "try --status 400 --config - -", status: 2, talk: []string{"either the config or the body"}},
		{about: "try with a config at the standard input", args: "try --status 400 --config - gone.json", stdin: "http://a.test {\n\ttranslate_errors\n}\n", out: []string{`"code":"PLAN.NOT_FOUND"`}},
		{about: "try with a config that translates nothing", args: "try --status 400 --config none.caddyfile gone.json", status: 1, talk: []string{"no site has translate_errors"}},
		{about: "try with a config that is broken", args: "try --status 400 --config broken.caddyfile gone.json", status: 1, talk: []string{"broken.caddyfile"}},
		{about: "try with a config that is not there", args: "try --status 400 --config none gone.json", status: 1, talk: []string{"none: no such file"}},

		{about: "learn", args: "learn --name seats seat.404.json", out: []string{"\ndialect: seats\n", "no_such_seat: 404 "}, talk: []string{"drafted from 1 response"}},
		{about: "learn without a file", args: "learn", status: 2, talk: []string{"at least one file", "Usage:"}},
		{about: "learn of a file that is not there", args: "learn none.json", status: 1, talk: []string{"none.json: no such file"}},

		{about: "docs", args: "docs", out: []string{"# Dialects\n", "](rustbill.md)"}},
		{about: "docs of a dialect", args: "docs rustbill", out: []string{"# rustbill\n", "| `plan_not_found` | 404 | PLAN.NOT_FOUND |"}},
		{about: "docs of a dialect that is misspelled", args: "docs rustbil", status: 1, talk: []string{"did you mean rustbill?"}},
		{about: "docs in a format that is not there", args: "docs --format pdf", status: 2, talk: []string{`--format "pdf"`, "Usage:"}},
	} {
		t.Run(c.about, func(t *testing.T) {
			t.Parallel()
			got := command(t, dir, c.stdin, strings.Fields(c.args)...)
			if got.status != c.status {
				t.Errorf("the exit status is %d, not %d", got.status, c.status)
			}
			warned := c.args == "check" // of rows that document more than they do
			for _, stream := range []struct {
				name, text string
				want       []string
			}{{"result", got.out, c.out}, {"talk", got.errors, c.talk}} {
				if len(stream.want) == 0 && stream.text != "" && !(warned && stream.name == "result") {
					t.Errorf("the %s is %q", stream.name, tail(stream.text))
				}
				for _, part := range stream.want {
					if !strings.Contains(stream.text, part) {
						t.Errorf("the %s does not have %q: %s", stream.name, part, tail(stream.text))
					}
				}
			}
		})
	}
}

// TestExplain holds what --explain says to what was decided.
func TestExplain(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write(t, filepath.Join(dir, "Caddyfile"), "http://a.test {\n\ttranslate_errors {\n\t\tdialect rustbill\n\t\tmessage canonical\n\t\tmap * odd_thing RESOURCE.GONE\n\t}\n}\n")
	for _, c := range []struct {
		about, args, body string
		want              []string
	}{
		{"a row", "--status 400", gone, []string{
			"\n  rustbill", " taken: ", "plan_not_found → PLAN.NOT_FOUND, by the row `plan_not_found: 404 PLAN.NOT_FOUND` of rustbill\n",
			"\nstatus\n  400 → 404: that of PLAN.NOT_FOUND\n", "\nwords\n  the upstream's\n",
		}},
		{"a guard rail", "--status 500", gone, []string{"500, kept by a guard rail: PLAN.NOT_FOUND has 404, and no error crosses from 4xx to 5xx", "ours: those of a 5xx"}},
		{"a code that no table knows", "--status 409 --dialect rustbill", `{"error":"no_such_code_of_ours","message":"x y z"}`, []string{
			"no_such_code_of_ours → RESOURCE.CONFLICT, the generic code of a 409: no row of rustbill fits", "409: that of the upstream",
		}},
		{"a code that the general rules know", "--status 400 --dialect auto", `{"oops":{"code":"not-found","message":"Not a seat."}}`, []string{
			"taken, since no dialect matched", "not-found → RESOURCE.NOT_FOUND, by the general rules", "400, kept: only a code that a table knows changes the status",
		}},
		{"no body", "--status 404", "", []string{"(no code) → RESOURCE.NOT_FOUND, the generic code of a 404", "ours: the upstream had none"}},
		{"words for nobody", "--status 404", `{"error":"plan_not_found","message":"panic at src/billing.rs:42"}`, []string{"do not read like a sentence"}},
		{"a row of the site", "--status 410 --config Caddyfile", `{"error":"odd_thing","message":"Odd."}`, []string{"by the row `odd_thing: RESOURCE.GONE` of this site", "ours: the site says `message canonical`"}},
		{"a dialect that is left alone", "--status 200", `{"ok":false,"error":"channel_not_found"}`, []string{"\npassed\n", "slack"}},
		{"a success", "--status 200", `{"seats":7}`, []string{"\npassed\n", "a 200 is an error only where"}},
		{"a rider", "--status 200 --dialect slack", `{"ok":false,"error":"channel_not_found"}`, []string{"\n  slack", " taken: ", "200 → 404: "}},
		{"a page", "--status 502", "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>", []string{"nginx", " taken: "}},
	} {
		t.Run(c.about, func(t *testing.T) {
			t.Parallel()
			got := command(t, dir, c.body, append(append([]string{"try", "--explain"}, strings.Fields(c.args)...), "-")...)
			if got.status != 0 {
				t.Fatalf("the exit status is %d: %s", got.status, got.errors)
			}
			_, explained, ok := strings.Cut(got.out, "\ndialects\n")
			if !ok {
				t.Fatalf("nothing is explained: %s", got.out)
			}
			for _, part := range c.want {
				if !strings.Contains("\n"+explained, part) {
					t.Errorf("%q is not explained:\n%s", part, explained)
				}
			}
			if lines := strings.Count(explained, "\n"); lines > 40 {
				t.Errorf("%d lines are too many to read", lines)
			}
		})
	}
}

// TestTryIsServed holds `try` to what a running server answers.
func TestTryIsServed(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write(t, filepath.Join(dir, "gone.json"), gone)
	tried := command(t, dir, "", "try", "--status", "400", "--dialect", "rustbill", "gone.json")
	p := serve(t, "", "http://a.test:{$PORT} {\n\ttranslate_errors {\n\t\tdialect rustbill\n\t}\n\theader Content-Type application/json\n\trespond `"+gone+"` 400\n}\n")
	served := p.get(t, "a.test/")
	_, body, _ := strings.Cut(tried.out, "\n\n")
	id := regexp.MustCompile(`req_[0-9A-Z]{26}`)
	if got, want := id.ReplaceAllString(strings.TrimSpace(body), "id"), id.ReplaceAllString(string(served.body), "id"); got != want {
		t.Errorf("tried is\n%s\nserved is\n%s", got, want)
	}
	if !gjson.Valid(body) {
		t.Errorf("this is no JSON: %s", body)
	}
}

// TestCommandsAreDocumented holds the page of the commands to the commands.
func TestCommandsAreDocumented(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../docs/commands.md")
	if err != nil {
		t.Fatal(err)
	}
	flag := regexp.MustCompile(`--[a-z-]+`)
	for _, name := range []string{"check", "try", "dialects", "learn", "docs"} {
		_, section, ok := strings.Cut(string(page), "\n## `"+name)
		if !ok {
			t.Errorf("%s has no section", name)
			continue
		}
		section, _, _ = strings.Cut(section, "\n## ")
		help := command(t, t.TempDir(), "", name, "--help")
		_, flags, _ := strings.Cut(help.out, "\nFlags:\n")
		for _, f := range flag.FindAllString(flags, -1) {
			if f != "--help" && !strings.Contains(section, "`"+f) {
				t.Errorf("the section of %s does not tell of %s", name, f)
			}
		}
	}
}
