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
		value, ok := redact.Value(value)
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
// mistake.
func TestCorpus(t *testing.T) {
	for _, c := range []struct {
		files  []string
		shown  bool
		atMost int // mistakes, of 1,000 lines
	}{
		{[]string{"leaks-1.txt", "leaks-2.txt"}, false, 20},
		{[]string{"harmless-1.txt", "harmless-2.txt"}, true, 10},
	} {
		lines, mistakes := 0, 0
		for _, file := range c.files {
			for _, line := range corpus(t, file) {
				lines++
				if isShown(line) != c.shown {
					mistakes++
					t.Logf("%s: %q is shown: %t; found by %q, without scan by %q", file, line, !c.shown, redact.Leaks(line), redact.LeaksWithoutScan(line))
				}
			}
		}
		t.Logf("%v: %d mistakes in %d lines", c.files, mistakes, lines)
		if mistakes*1000 > c.atMost*lines {
			t.Errorf("%v: %d mistakes in %d lines, at most %d of 1000 are allowed", c.files, mistakes, lines, c.atMost)
		}
	}
}
