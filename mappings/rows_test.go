package mappings_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/koine-proxy/koine/dialect"
	"github.com/koine-proxy/koine/mappings"
)

// TestRowsFitTheirStatus checks every row of every built-in table: its canonical code fits
// the status that the row documents, or a comment on its line says why it does not. A client
// acts on category and retry strategy, and a proxy on the status.
func TestRowsFitTheirStatus(t *testing.T) {
	l, err := mappings.Read()
	if err != nil {
		t.Fatal(err)
	}
	codes := map[string]dialect.CodeEntry{}
	for _, c := range l.Taxonomy.Codes {
		codes[c.Name] = c
	}
	rows := 0
	for _, f := range l.Dialects {
		data, err := mappings.Files.ReadFile(f.File)
		if err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(string(data), "\n")
		for _, form := range append([]*dialect.File{f}, f.Variants...) {
			for _, r := range form.Codes {
				if r.Inherited {
					continue
				}
				rows++
				problem := contradiction(documentedStatus(r), codes[r.Code])
				if problem != "" && !strings.Contains(lines[r.At.Line-1], " # ") {
					t.Errorf("%s:%d: %s: %s; say why in a comment on the line, or choose another code", f.File, r.At.Line, r.Native, problem)
				}
			}
		}
	}
	t.Logf("%d rows", rows)
}

// documentedStatus returns the status that a row documents, 0 if it documents none.
func documentedStatus(r dialect.Row) int {
	if _, status, marked := dialect.CutStatus(r.Native); marked {
		return status
	}
	return r.Status
}

// contradiction returns what does not fit between a documented status and a code, "" if
// they fit.
func contradiction(status int, c dialect.CodeEntry) string {
	waits := c.Retry == "wait" || c.Retry == "backoff"
	switch {
	case status == 0, status == c.Status:
		return "" // what the code itself is like has its reason in the taxonomy
	case status/100 != c.Status/100:
		return fmt.Sprintf("%d leads to %s, which is a %d", status, c.Name, c.Status)
	case status < 500 && waits && !passes(status):
		return fmt.Sprintf("%d leads to %s, which is repeated (%s)", status, c.Name, c.Retry)
	case status > 501 && c.Retry == "never":
		return fmt.Sprintf("%d leads to %s, which is never repeated", status, c.Name)
	case status == 429 && c.Category != "rate_limited" && c.Retry == "never":
		return fmt.Sprintf("%d leads to %s, which is %s", status, c.Name, c.Category)
	case status == 401 && c.Category != "unauthenticated" && c.Category != "permission_denied":
		return fmt.Sprintf("%d leads to %s, which is %s", status, c.Name, c.Category)
	}
	return ""
}

// passes reports whether what a 4xx is about passes with time: it is repeated without a
// change of the request.
func passes(status int) bool {
	switch status {
	case 408, 409, 420, 423, 425, 429:
		return true
	}
	return false
}
