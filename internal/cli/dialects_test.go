package cli_test

import (
	"strings"
	"testing"

	"github.com/koine-proxy/koine/internal/cli"
	"github.com/koine-proxy/koine/mappings"
)

func TestDialectsList(t *testing.T) {
	got := call("", func(s cli.Streams) cli.Status { return cli.Dialects(s, nil) })
	if got.status != cli.OK || got.talk != "" {
		t.Fatalf("status %d, said %q", got.status, got.talk)
	}
	lines := strings.Split(strings.TrimSuffix(got.out, "\n"), "\n")
	names := mappings.Dialects()
	if len(lines) != len(names) {
		t.Fatalf("%d lines for %d dialects", len(lines), len(names))
	}
	listed, last, column := map[string]bool{}, "", 0
	for _, line := range lines {
		name, about, ok := strings.Cut(line, "  ")
		if !ok || strings.TrimSpace(about) == "" {
			t.Errorf("no name and about: %q", line)
			continue
		}
		at := len(line) - len(strings.TrimLeft(about, " "))
		if column == 0 {
			column = at
		}
		if at != column {
			t.Errorf("%s is not aligned", name)
		}
		if name < last {
			t.Errorf("%s stands behind %s", name, last)
		}
		last, listed[name] = name, true
	}
	for _, name := range names {
		if !listed[name] {
			t.Errorf("%s is missing", name)
		}
	}
}

func TestDialects(t *testing.T) {
	_, file, err := mappings.Dialect("rustbill")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		about  string
		names  []string
		status cli.Status
		out    string
		talk   string
	}{
		{"the file of one, as it stands", []string{"rustbill"}, cli.OK, string(file), ""},
		{"a name that is misspelled", []string{"rustbil"}, cli.AtFault, "", `no built-in dialect "rustbil"; did you mean rustbill?`},
		{"a name that nobody has", []string{"qqqqqqqqqqqqq"}, cli.AtFault, "", "without a name lists them"},
		{"what is no dialect", []string{"taxonomy"}, cli.AtFault, "", `no built-in dialect "taxonomy"`},
		{"a path", []string{"../go"}, cli.AtFault, "", "no built-in dialect"},
		{"two names", []string{"rustbill", "orders"}, cli.WrongUsage, "", "takes one name"},
	} {
		t.Run(c.about, func(t *testing.T) {
			call("", func(s cli.Streams) cli.Status { return cli.Dialects(s, c.names) }).want(t, c.status, c.out, c.talk)
		})
	}
}
