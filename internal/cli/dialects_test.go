package cli_test

import (
	"strings"
	"testing"

	"github.com/koine-proxy/koine/internal/cli"
	"github.com/koine-proxy/koine/mappings"
)

func TestDialectsList(t *testing.T) {
	got := call("", func(s cli.Streams) cli.Status { return cli.Dialects(s, nil) })
	if got.status != cli.OK || got.errors != "" {
		t.Fatalf("status %d, stderr %q", got.status, got.errors)
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
			t.Errorf("line without a name or a text: %q", line)
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
			t.Errorf("%s comes after %s", name, last)
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
		errors string
	}{
		{"the file of one dialect", []string{"rustbill"}, cli.OK, string(file), ""},
		{"a misspelled name", []string{"rustbil"}, cli.InvalidInput, "", `unknown built-in dialect "rustbil"; did you mean rustbill?`},
		{"an unknown name", []string{"qqqqqqqqqqqqq"}, cli.InvalidInput, "", "run `dialects` without a name to list them"},
		{"a file that is not a dialect", []string{"taxonomy"}, cli.InvalidInput, "", `unknown built-in dialect "taxonomy"`},
		{"a path", []string{"../go"}, cli.InvalidInput, "", "unknown built-in dialect"},
		{"two names", []string{"rustbill", "orders"}, cli.WrongUsage, "", "expected at most 1 name, got 2"},
	} {
		t.Run(c.about, func(t *testing.T) {
			call("", func(s cli.Streams) cli.Status { return cli.Dialects(s, c.names) }).want(t, c.status, c.out, c.errors)
		})
	}
}
