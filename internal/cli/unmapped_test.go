package cli_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/koine-proxy/koine/dialect"
	"github.com/koine-proxy/koine/dialect/yamlfile"
	"github.com/koine-proxy/koine/internal/cli"
	"github.com/koine-proxy/koine/ledger"
	"github.com/koine-proxy/koine/mappings/builtin"
	"github.com/koine-proxy/koine/translate"
)

// TestUnmapped checks the list of unmapped errors in all formats.
func TestUnmapped(t *testing.T) {
	t.Parallel()
	now := time.Unix(1_800_000_000, 0)
	l := ledger.New("run", now, 0)
	record := func(dialect, code, message string, status, n int, match ledger.Match, canonical string) {
		for range n {
			l.Record(&ledger.Error{Site: l.Site("api"), Dialect: dialect, Code: code, Message: message, Status: status, Match: match, Canonical: canonical, Now: now})
		}
	}
	record("acme", "not_found", "", 404, 5, ledger.ByStatus, "RESOURCE.NOT_FOUND")
	record("acme", "strange", "", 400, 4, ledger.ByStatus, "REQUEST.INVALID")
	record("acme", "strange", "", 503, 3, ledger.ByStatus, "UPSTREAM.UNAVAILABLE")
	record("acme", "404", "", 404, 2, ledger.ByStatus, "RESOURCE.NOT_FOUND")
	record("acme", "off", "", 404, 2, ledger.ByStatus, "RESOURCE.NOT_FOUND")
	record("acme", "mapped", "", 404, 9, ledger.ByTable, "RESOURCE.NOT_FOUND")
	record("acme", "ignored", "", 404, 1, ledger.ByStatus, "RESOURCE.NOT_FOUND")
	record("", "", "Order 17 failed", 500, 2, ledger.ByStatus, "INTERNAL.ERROR")
	record("", "", "", 500, 2, ledger.ByStatus, "INTERNAL.ERROR")
	s := l.Snapshot(now.Unix())
	for _, e := range s.Entries {
		if e.Code == "ignored" {
			l.Ignore(e.ID, "a test", false, now.Unix())
		}
	}
	s = l.Snapshot(now.Unix())
	s.SetStates(nil)
	taxonomy, err := translate.CompileTaxonomy(builtin.Library().Taxonomy)
	if err != nil {
		t.Fatal(err)
	}
	list := cli.DescribeUnmapped(s, func(string) *translate.Taxonomy { return taxonomy }, general(builtin.Library().Dialects))
	out := func(format cli.UnmappedFormat) string {
		var b bytes.Buffer
		if status := cli.Unmapped(cli.Streams{Out: &b, Err: &b}, list, format); status != cli.OK {
			t.Errorf("status %d", status)
		}
		return b.String()
	}

	rows := out(cli.UnmappedRows)
	for _, want := range []string{"  not_found: RESOURCE.NOT_FOUND", "  strange: ", "  strange@503: ", "  404: ", "  off: ", `  # no row for "Order * failed", 2× 500`} {
		if !strings.Contains(rows, want) {
			t.Errorf("the rows have no %q:\n%s", want, rows)
		}
	}
	if strings.Contains(rows, "ignored") || strings.Contains(rows, "mapped") {
		t.Errorf("the rows have what needs none:\n%s", rows)
	}
	file := "dialect: acme\nabout: A test\nmatch: {keys: [code]}\nshape: {code: code}\ncodes:\n" + rows
	if f, err := yamlfile.ReadDialect("acme.yaml", []byte(file)); err != nil || len(f.Codes) != 5 {
		t.Errorf("a file with the rows: %v\n%s", err, file)
	}
	table := out(cli.UnmappedTable)
	for _, want := range []string{"COUNT", "strange", `"Order * failed"`, "ignored", "2027-01-15 08:00:00"} {
		if !strings.Contains(table, want) {
			t.Errorf("the table has no %q:\n%s", want, table)
		}
	}
	if text := out(cli.UnmappedJSON); !strings.Contains(text, `"reason": "a test"`) || strings.Contains(text, `"mapped"`) {
		t.Errorf("the JSON is\n%s", text)
	}
	list = nil
	if text := out(cli.UnmappedRows); text != "" {
		t.Errorf("without errors, the rows are %q", text)
	}
}

// general returns the general rules.
func general(files []*dialect.File) *dialect.File {
	for _, f := range files {
		if f.General {
			return f
		}
	}
	return nil
}
