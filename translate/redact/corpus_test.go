package redact_test

import (
	"os"
	"strings"
	"testing"

	"github.com/koine-proxy/koine/translate/redact"
)

// corpus reads a file of texts, one per line. Lines with # are comments.
func corpus(t *testing.T, name string) (lines []string) {
	t.Helper()
	raw, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.SplitSeq(strings.TrimSpace(string(raw)), "\n") {
		if !strings.HasPrefix(line, "# ") {
			lines = append(lines, line)
		}
	}
	return lines
}

// isShown reports whether a line of a corpus reaches clients: "name := value" as a
// member of details, "name ?? message" as a message about a field, another text as
// a message.
func isShown(line string) bool {
	if name, value, ok := strings.Cut(line, " := "); ok {
		if strings.Trim(value, "0123456789") == "" {
			return !redact.IsSecretNumber(name, value)
		}
		value, ok := new(redact.Filter).Value(value)
		return ok && !redact.IsSecret(name, value)
	}
	if field, message, ok := strings.Cut(line, " ?? "); ok {
		message, ok := redact.Message(message)
		return ok && redact.AllowsFieldMessage(field, message)
	}
	_, ok := redact.Message(line)
	return ok
}

// TestCorpus checks how many leaks are found, and how many sentences are withheld by
// mistake, in each file.
func TestCorpus(t *testing.T) {
	for _, c := range []struct {
		file   string
		shown  bool
		atMost int // mistakes, of 1,000 lines
	}{
		{"leaks-1.txt", false, 5},
		{"leaks-2.txt", false, 5},
		{"leaks-3.txt", false, 20},
		{"leaks-4.txt", false, 20},
		{"leaks-5.txt", false, 30},
		{"leaks-6.txt", false, 20},
		{"leaks-7.txt", false, 20},
		{"leaks-8.txt", false, 10},
		{"leaks-model.txt", false, 90},
		{"harmless-1.txt", true, 3},
		{"harmless-2.txt", true, 3},
		{"harmless-3.txt", true, 3},
		{"harmless-4.txt", true, 3},
		{"harmless-5.txt", true, 10},
		{"harmless-6.txt", true, 10},
		{"harmless-7.txt", true, 20},
		{"harmless-8.txt", true, 10},
		{"harmless-cases.txt", true, 10},
		{"harmless-model.txt", true, 20},
	} {
		mistakes, lines := 0, corpus(t, c.file)
		for _, line := range lines {
			if isShown(line) != c.shown {
				mistakes++
				t.Logf("%s: %q is shown: %t; found by %q", c.file, line, !c.shown, redact.Leaks(line))
			}
		}
		t.Logf("%s: %d mistakes in %d lines", c.file, mistakes, len(lines))
		if mistakes*1000 > c.atMost*len(lines) {
			t.Errorf("%s: %d mistakes in %d lines, at most %d of 1000 are allowed", c.file, mistakes, len(lines), c.atMost)
		}
	}
}
