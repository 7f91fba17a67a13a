package redisstore

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// Bounds of a message. The largest replies are the lists of nodes of a cluster; those of
// the script have a few numbers.
const (
	maxMessage  = 4 << 20 // bytes
	maxElements = 1 << 17 // of all arrays and maps in a message
	maxNesting  = 8
	maxLine     = 4 << 10 // bytes of a line: a number, an error, a simple string
)

var (
	errMessageSize = fmt.Errorf("malformed reply: more than %d bytes", maxMessage)
	errElements    = fmt.Errorf("malformed reply: more than %d elements", maxElements)
	errNesting     = fmt.Errorf("malformed reply: more than %d levels of nesting", maxNesting)
	errLineSize    = fmt.Errorf("malformed reply: a line of more than %d bytes", maxLine)
	errLineEnd     = errors.New("malformed reply: a line does not end with CRLF")
	errLength      = errors.New("malformed reply: a length is not a number from 0")
	errValue       = errors.New("malformed reply: a value is not one of its type")
	errRedirection = errors.New("malformed reply: a redirection without an address")
)

// scanner checks a stream of messages in the protocol of Redis (RESP2 and RESP3), in
// whatever pieces they arrive. It accepts the types that replies to the commands of this
// package have. It keeps no more than the beginning of a line.
type scanner struct {
	line     []byte // the beginning of a line that is not complete
	payload  int    // bytes that are left of a bulk string
	bulkEnd  bool   // the line end after a bulk string is next
	open     []int  // the number of elements that are left of each open array or map
	size     int    // bytes of the message so far
	elements int    // of the message so far
}

// isInside reports whether a message has begun and not ended.
func (s *scanner) isInside() bool { return s.size > 0 }

// scan checks the next piece, and returns how many messages end in it. After an error the
// stream cannot be used.
func (s *scanner) scan(p []byte) (messages int, err error) {
	for len(p) > 0 {
		n, complete, err := s.next(p)
		if s.size += n; s.size > maxMessage {
			err = errMessageSize
		}
		if err != nil {
			return messages, err
		}
		p = p[n:]
		if complete && s.isComplete() {
			messages++
			s.size, s.elements = 0, 0
		}
	}
	return messages, nil
}

// next consumes n bytes: a part of a bulk string, or a line or its beginning. complete
// reports whether a value ends with them.
func (s *scanner) next(p []byte) (n int, complete bool, err error) {
	if s.payload > 0 {
		n = min(s.payload, len(p))
		s.payload -= n
		return n, false, nil
	}
	end := bytes.IndexByte(p, '\n')
	if end < 0 {
		end = len(p) - 1
	}
	n = end + 1
	if len(s.line)+n > maxLine {
		return n, false, errLineSize
	}
	line := p[:n]
	if len(s.line) > 0 || line[end] != '\n' {
		s.line = append(s.line, line...)
		line = s.line
	}
	if line[len(line)-1] != '\n' {
		return n, false, nil
	}
	s.line = s.line[:0]
	text, ok := bytes.CutSuffix(line, []byte("\r\n"))
	if !ok || bytes.IndexByte(text, '\r') >= 0 {
		return n, false, errLineEnd
	}
	complete, err = s.value(text)
	return n, complete, err
}

// value reads a complete line, and reports whether it is a complete value.
func (s *scanner) value(line []byte) (complete bool, err error) {
	if s.bulkEnd {
		s.bulkEnd = false
		if len(line) > 0 {
			return false, errLineEnd
		}
		return true, nil
	}
	if len(line) == 0 {
		return false, errValue
	}
	kind, text := line[0], line[1:]
	switch kind {
	case '$':
		return s.bulk(text)
	case '*', '~':
		return s.aggregate(kind, text, 1)
	case '%':
		return s.aggregate(kind, text, 2)
	}
	return true, checkLine(kind, text)
}

// checkLine returns an error for a line that is not a value of its type. All other types
// are for subscriptions, streams and modules: nothing that this package asks for.
func checkLine(kind byte, text []byte) error {
	valid := false
	switch kind {
	case '+', ',':
		valid = true
	case '-':
		return checkError(string(text))
	case ':':
		_, err := strconv.ParseInt(string(text), 10, 64)
		valid = err == nil && text[0] != '+'
	case '_':
		valid = len(text) == 0
	case '#':
		valid = string(text) == "t" || string(text) == "f"
	default:
		return fmt.Errorf("malformed reply: unexpected type %q", kind)
	}
	if !valid {
		return errValue
	}
	return nil
}

// checkError checks an error. The client library expects an address in a redirection.
func checkError(text string) error {
	for _, word := range []string{"MOVED", "ASK", "REDIRECT"} {
		if !strings.HasPrefix(text, word) {
			continue
		}
		fields := strings.Split(text, " ")
		slots := 1
		if word == "REDIRECT" {
			slots = 0
		}
		if len(fields) != slots+2 || !strings.Contains(fields[slots+1], ":") {
			return errRedirection
		}
	}
	return nil
}

// bulk begins a string of a known length; -1 is null.
func (s *scanner) bulk(text []byte) (complete bool, err error) {
	if string(text) == "-1" {
		return true, nil
	}
	n, err := length(text)
	if err != nil {
		return false, err
	}
	if n > maxMessage {
		return false, errMessageSize
	}
	s.payload, s.bulkEnd = n, true
	return false, nil
}

// aggregate begins an array, a set or a map; an array of -1 is null.
func (s *scanner) aggregate(kind byte, text []byte, perEntry int) (complete bool, err error) {
	if kind == '*' && string(text) == "-1" {
		return true, nil
	}
	n, err := length(text)
	if err != nil || n == 0 {
		return err == nil, err
	}
	if n > maxElements || s.elements+n*perEntry > maxElements {
		return false, errElements
	}
	if len(s.open) == maxNesting {
		return false, errNesting
	}
	s.elements += n * perEntry
	s.open = append(s.open, n*perEntry)
	return false, nil
}

// length reads the length of a string, an array or a map.
func length(text []byte) (int, error) {
	n, err := strconv.ParseUint(string(text), 10, 31)
	if err != nil {
		return 0, errLength
	}
	return int(n), nil
}

// isComplete reports whether a message ends with the value that has just ended.
func (s *scanner) isComplete() bool {
	for len(s.open) > 0 {
		last := len(s.open) - 1
		if s.open[last]--; s.open[last] > 0 {
			return false
		}
		s.open = s.open[:last]
	}
	return true
}
