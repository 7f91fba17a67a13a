package cli_test

import (
	"testing"

	"github.com/koine-proxy/koine/internal/cli"
)

func TestLearn(t *testing.T) {
	const body = `{"fault": {"num": "no_such_seat", "why": "There is no such seat."}}`
	for _, c := range []struct {
		about  string
		name   string
		code   []string
		names  []string
		stdin  string
		status cli.Status
		out    string
		errors string
	}{
		{about: "a file", name: "seats", names: []string{"a.404.json"}, out: "dialect: seats\n", errors: "drafted from 1 response"},
		{about: "two files", names: []string{"a.404.json", "b.409.json"}, out: "fault.num", errors: "drafted from 2 responses"},
		{about: "the standard input", names: []string{"-"}, stdin: "HTTP/1.1 404 Not Found\nContent-Type: application/json\n\n" + body, out: "no_such_seat: 404 ", errors: "drafted"},
		{about: "a path of the code", code: []string{"fault.why"}, names: []string{"c.404.json"}, out: "code: fault.why", errors: "c.404.json: used: code NO_SEAT"},
		{about: "a path with a mistake", code: []string{"/fault/why"}, names: []string{"c.404.json"}, status: cli.InvalidInput, errors: `--code: path "/fault/why": write it as fault.why`},
		{about: "a redirect", names: []string{"-"}, stdin: "HTTP/1.1 302 Found\nLocation: /a\n\n", status: cli.InvalidInput, errors: "-: not used: a redirect\nlearn: no sample is an error with a body"},
		{about: "no file", status: cli.WrongUsage, errors: "expected at least 1 file"},
		{about: "an invalid name", name: "My Seats", names: []string{"a.404.json"}, status: cli.WrongUsage, errors: `--name "My Seats"`},
		{about: "a reserved name", name: "auto", names: []string{"a.404.json"}, status: cli.WrongUsage, errors: "neither auto nor all"},
		{about: "a missing file", names: []string{"none.json"}, status: cli.InvalidInput, errors: "none.json: no such file"},
		{about: "an empty file", names: []string{"empty.json"}, status: cli.InvalidInput, errors: "empty.json: "},
	} {
		t.Run(c.about, func(t *testing.T) {
			files(t, map[string]string{"a.404.json": body, "b.409.json": `{"fault": {"num": "seat_taken", "why": "Somebody sits there."}}`, "c.404.json": `{"fault": {"why": "NO_SEAT", "sagt": "There is no such seat."}}`, "empty.json": ""})
			call(c.stdin, func(s cli.Streams) cli.Status { return cli.Learn(s, c.name, c.code, c.names) }).want(t, c.status, c.out, c.errors)
		})
	}
}

// TestLearnedFile checks that a draft has no faults.
func TestLearnedFile(t *testing.T) {
	files(t, map[string]string{"a.404.json": `{"fault": {"num": "no_such_seat", "why": "There is no such seat."}}`})
	draft := call("", func(s cli.Streams) cli.Status { return cli.Learn(s, "", nil, []string{"a.404.json"}) })
	call(draft.out, func(s cli.Streams) cli.Status { return cli.CheckOptions{}.Check(s, []string{"-"}) }).want(t, cli.OK, "", "1 file, no faults\n")
}
