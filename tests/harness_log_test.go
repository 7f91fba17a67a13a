package tests

import (
	"bufio"
	"bytes"
	"encoding/json"
	"os"
	"testing"
)

// logLine is one line of the log.
type logLine map[string]any

// logLines returns the lines of the log so far.
func (p *proxy) logLines(t *testing.T) (lines []logLine) {
	t.Helper()
	text, err := os.ReadFile(p.log)
	if err != nil {
		return nil
	}
	for s := bufio.NewReader(bytes.NewReader(text)); ; {
		line, err := s.ReadBytes('\n')
		if err != nil {
			return lines // the last line may be incomplete
		}
		var l logLine
		if err := json.Unmarshal(line, &l); err != nil {
			t.Fatalf("the log has a line that is not JSON: %v\n%s", err, line)
		}
		lines = append(lines, l)
	}
}

// logged waits for a matching line of the log, and returns it.
func (p *proxy) logged(t *testing.T, matches func(logLine) bool) (found logLine) {
	t.Helper()
	eventually(t, "the log has the line", func() bool {
		for _, l := range p.logLines(t) {
			if matches(l) {
				found = l
				return true
			}
		}
		return false
	})
	return found
}

// access waits for the line of the access log with a request id.
func (p *proxy) access(t *testing.T, id string) logLine {
	t.Helper()
	return p.logged(t, func(l logLine) bool { return l["msg"] == "handled request" && l["request_id"] == id })
}
