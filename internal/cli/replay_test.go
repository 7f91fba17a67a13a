package cli_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/koine-proxy/koine/internal/cli"
	"github.com/koine-proxy/koine/translate"
)

// outcome returns the outcome of an answer. An empty code passes through.
func outcome(status int, code string, match translate.MatchKind, body string, header ...string) cli.Outcome {
	o := cli.Outcome{Status: status, Body: []byte(body), Header: map[string][]string{}}
	for i := 0; i+1 < len(header); i += 2 {
		o.Header[header[i]] = []string{header[i+1]}
	}
	if code != "" {
		o.Decision = &translate.Decision{Dialect: "acme", Native: "7", Code: translate.Code{Name: code}, Match: match}
	}
	return o
}

func TestReplay(t *testing.T) {
	const said, other = `{"error":{"code":"X","message":"No.","fields":[{"field":"a"}]}}`, `{"error":{"code":"X","message":"Never.","fields":[{"field":"a"}]}}`
	mapped := outcome(404, "RESOURCE.NOT_FOUND", translate.ByTable, said)
	for _, c := range []struct {
		name          string
		before, after cli.Outcome
		kinds         string
		lines         []string
		status        cli.Status
	}{
		{name: "no change", before: mapped, after: mapped},
		{
			"another code", mapped, outcome(410, "RESOURCE.GONE", translate.ByTable, said), "code, status",
			[]string{"  upstream  404 7\n", "  code      RESOURCE.NOT_FOUND → RESOURCE.GONE\n", "  status    404 → 410\n"}, cli.OK,
		},
		{
			"unmapped", mapped, outcome(404, "RESOURCE.NOT_FOUND", translate.ByStatus, said), "unmapped",
			[]string{"  match     table → status\n"}, cli.InvalidInput,
		},
		{
			"passes through", mapped, outcome(404, "", "", `{"fault":7}`), "unmapped, code, dialect, message",
			[]string{"  code      RESOURCE.NOT_FOUND → (passes through)\n", "  match     table → (none)\n"}, cli.InvalidInput,
		},
		{
			"another class", outcome(404, "REQUEST.INVALID", translate.ByGuess, said), outcome(500, "INTERNAL.ERROR", translate.ByGuess, said), "class, code, status",
			nil, cli.InvalidInput,
		},
		{"mapped", outcome(404, "RESOURCE.NOT_FOUND", translate.ByGuess, said), mapped, "mapped", []string{"  match     guess → table\n"}, cli.OK},
		{"another message", mapped, outcome(404, "RESOURCE.NOT_FOUND", translate.ByTable, other), "message", []string{"  message   No. → Never.\n"}, cli.OK},
		{
			"other fields and headers", mapped, outcome(404, "RESOURCE.NOT_FOUND", translate.ByTable, strings.Replace(said, `"a"`, `"b"`, 1), "Retry-After", "7", "Content-Length", "3"), "answer",
			[]string{"  differs   header Retry-After, error.fields.0.field\n"}, cli.OK,
		},
		{"another body that is not JSON", outcome(404, "", "", "a"), outcome(404, "", "", "b"), "answer", []string{"  differs   body\n"}, cli.OK},
	} {
		t.Run(c.name, func(t *testing.T) {
			var r cli.Replay
			r.Add("a.har #1", 404, c.before, c.after)
			got := call("", func(s cli.Streams) cli.Status { return r.Report(s, false) })
			if got.status != c.status {
				t.Errorf("status %d, want %d", got.status, c.status)
			}
			if c.kinds == "" {
				if got.out != "" || got.errors != "1 response, 1 error: no changes\n" {
					t.Errorf("got %q, %q", got.out, got.errors)
				}
				return
			}
			for _, line := range append(c.lines, c.kinds+": a.har #1\n") {
				if !strings.Contains(got.out, line) {
					t.Errorf("no %q in\n%s", line, got.out)
				}
			}
			if regressed := strings.Contains(got.errors, "1 of them would be unmapped"); regressed != (c.status != cli.OK) {
				t.Errorf("the total is %s", got.errors)
			}
		})
	}
}

// TestReplayGroups checks that equal changes are one entry, that regressions are first,
// and that a report is bounded.
func TestReplayGroups(t *testing.T) {
	var r cli.Replay
	was := outcome(404, "RESOURCE.NOT_FOUND", translate.ByTable, `{"error":{"message":"a"}}`)
	for i := range 3 {
		r.Add(fmt.Sprint("#", i+1), 404, was, outcome(410, "RESOURCE.GONE", translate.ByTable, fmt.Sprintf(`{"error":{"message":"No %d."}}`, i)))
	}
	r.Add("#4", 404, was, outcome(500, "INTERNAL.ERROR", translate.ByTable, `{"error":{"message":"a"}}`))
	r.Add("#5", 200, outcome(200, "", "", "{}"), outcome(200, "", "", "{}"))
	got := call("", func(s cli.Streams) cli.Status { return r.Report(s, true) })
	var report struct {
		Responses, Errors, Changed, Regressions int
		Changes                                 []struct {
			Kinds      []string
			Regression bool
			Count      int
			First      string
			Before     struct{ Code string }
		}
	}
	if err := json.Unmarshal([]byte(got.out), &report); err != nil {
		t.Fatal(err)
	}
	if report.Responses != 5 || report.Errors != 4 || report.Changed != 4 || report.Regressions != 1 || len(report.Changes) != 2 || got.status != cli.InvalidInput {
		t.Fatalf("the report is %+v", report)
	}
	if c := report.Changes[0]; !c.Regression || c.First != "#4" || c.Kinds[0] != "class" {
		t.Errorf("the first change is %+v", c)
	}
	if c := report.Changes[1]; c.Count != 3 || c.First != "#1" || c.Before.Code != "RESOURCE.NOT_FOUND" {
		t.Errorf("the second change is %+v", c)
	}
	for i := range 3000 {
		r.Add("x", 400, was, outcome(410, fmt.Sprint("CODE.N", i), translate.ByTable, "{}"))
	}
	got = call("", func(s cli.Streams) cli.Status { return r.Report(s, false) })
	if n := strings.Count(got.out, "\n  upstream "); n != 1000 || !strings.Contains(got.errors, "3004 answers would change") {
		t.Errorf("%d changes: %s", n, got.errors)
	}
}
