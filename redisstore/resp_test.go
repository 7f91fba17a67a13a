package redisstore

import (
	"errors"
	"strings"
	"testing"
)

// scanAll scans a text in pieces of n bytes.
func scanAll(text string, n int) (messages int, complete bool, err error) {
	var s scanner
	for len(text) > 0 {
		piece := text[:min(n, len(text))]
		text = text[len(piece):]
		m, err := s.scan([]byte(piece))
		messages += m
		if err != nil {
			return messages, false, err
		}
	}
	return messages, !s.isInside(), nil
}

func TestScanner(t *testing.T) {
	for _, c := range []struct {
		name, text string
		messages   int
		complete   bool
		err        error
	}{
		{"simple string", "+OK\r\n", 1, true, nil},
		{"empty simple string", "+\r\n", 1, true, nil},
		{"error", "-ERR unknown command\r\n", 1, true, nil},
		{"numbers", ":0\r\n:-1\r\n:9223372036854775807\r\n", 3, true, nil},
		{"strings", "$0\r\n\r\n$3\r\n\r\n\n\r\n", 2, true, nil},
		{"nulls", "$-1\r\n*-1\r\n_\r\n", 3, true, nil},
		{"others", "#t\r\n#f\r\n,1.5\r\n", 3, true, nil},
		{"decision", "*3\r\n:1\r\n:0\r\n:0\r\n", 1, true, nil},
		{"empty", "*0\r\n%0\r\n~0\r\n", 3, true, nil},
		{"nested", "*2\r\n%1\r\n+k\r\n*2\r\n:1\r\n:2\r\n~1\r\n$1\r\na\r\n", 1, true, nil},
		{"half an array", "*3\r\n:1\r\n", 0, false, nil},
		{"half a string", "$5\r\nab", 0, false, nil},
		{"half a line", "+O", 0, false, nil},
		{"redirections", "-MOVED 1 127.0.0.1:1\r\n-ASK 1 ::1:6379\r\n", 2, true, nil},
		{"most levels", strings.Repeat("*1\r\n", maxNesting) + "+\r\n", 1, true, nil},
		{"too many levels", strings.Repeat("*1\r\n", maxNesting+1), 0, false, errNesting},
		{"too many elements", "*2\r\n*131072\r\n", 0, false, errElements},
		{"too many entries", "%65537\r\n", 0, false, errElements},
		{"too long a string", "$4194305\r\n", 0, false, errMessageSize},
		{"too many strings", "*3\r\n" + strings.Repeat("$2000000\r\n"+strings.Repeat("a", 2000000)+"\r\n", 3), 0, false, errMessageSize},
		{"too long a line", "+" + strings.Repeat("a", maxLine), 0, false, errLineSize},
		{"negative lengths", "$-2\r\n", 0, false, errLength},
		{"null map", "%-1\r\n", 0, false, errLength},
		{"carriage return in a line", "+a\rb\r\n", 0, false, errLineEnd},
		{"second message is wrong", "+OK\r\n:x\r\n", 1, false, errValue},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, n := range []int{1, 2, 3, 7, 1 << 16, len(c.text)} {
				messages, complete, err := scanAll(c.text, n)
				if messages != c.messages || complete != c.complete || !errors.Is(err, c.err) || (err == nil) != (c.err == nil) {
					t.Errorf("in pieces of %d: %d messages, complete %t, %v", n, messages, complete, err)
				}
			}
		})
	}
}

// FuzzScanner checks that the result does not depend on the pieces, and that the memory
// of a scanner is bounded.
func FuzzScanner(f *testing.F) {
	f.Add("*3\r\n:1\r\n:0\r\n:0\r\n", 1)
	f.Add("%1\r\n+k\r\n$3\r\nabc\r\n", 5)
	f.Add("*-5\r\n", 2)
	f.Fuzz(func(t *testing.T, text string, n int) {
		n = max(n&0xff, 1)
		m1, c1, err1 := scanAll(text, n)
		m2, c2, err2 := scanAll(text, max(len(text), 1))
		if m1 != m2 || c1 != c2 || (err1 == nil) != (err2 == nil) {
			t.Errorf("in pieces of %d: %d %t %v, at once: %d %t %v", n, m1, c1, err1, m2, c2, err2)
		}
		var s scanner
		_, _ = s.scan([]byte(text))
		if len(s.line) > maxLine || len(s.open) > maxNesting {
			t.Errorf("%d bytes, %d levels", len(s.line), len(s.open))
		}
	})
}
