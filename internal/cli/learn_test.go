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
		names  []string
		stdin  string
		status cli.Status
		out    string
		talk   string
	}{
		{about: "a file", name: "seats", names: []string{"a.404.json"}, out: "dialect: seats\n", talk: "drafted from 1 response"},
		{about: "two files", names: []string{"a.404.json", "b.409.json"}, out: "fault.num", talk: "drafted from 2 responses"},
		{about: "the standard input", names: []string{"-"}, stdin: "HTTP/1.1 404 Not Found\nContent-Type: application/json\n\n" + body, out: "no_such_seat: 404 ", talk: "drafted"},
		{about: "no file", status: cli.WrongUsage, talk: "at least one file"},
		{about: "a name that cannot be", name: "My Seats", names: []string{"a.404.json"}, status: cli.WrongUsage, talk: `--name "My Seats"`},
		{about: "a name that means something else", name: "auto", names: []string{"a.404.json"}, status: cli.WrongUsage, talk: "neither auto nor all"},
		{about: "a file that is not there", names: []string{"none.json"}, status: cli.AtFault, talk: "none.json: no such file"},
		{about: "an empty file", names: []string{"empty.json"}, status: cli.AtFault, talk: "empty.json: "},
	} {
		t.Run(c.about, func(t *testing.T) {
			files(t, map[string]string{"a.404.json": body, "b.409.json": `{"fault": {"num": "seat_taken", "why": "Somebody sits there."}}`, "empty.json": ""})
			call(c.stdin, func(s cli.Streams) cli.Status { return cli.Learn(s, c.name, c.names) }).want(t, c.status, c.out, c.talk)
		})
	}
}

// TestLearnedFile checks what was drafted: it is without a fault.
func TestLearnedFile(t *testing.T) {
	files(t, map[string]string{"a.404.json": `{"fault": {"num": "no_such_seat", "why": "There is no such seat."}}`})
	draft := call("", func(s cli.Streams) cli.Status { return cli.Learn(s, "", []string{"a.404.json"}) })
	call(draft.out, func(s cli.Streams) cli.Status { return cli.Check(s, []string{"-"}) }).want(t, cli.OK, "", "1 file, no faults\n")
}
