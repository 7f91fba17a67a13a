package frames

import (
	"bytes"

	"github.com/koine-proxy/koine/translate"
)

// lineState is the part of the current line that was read last.
type lineState uint8

const (
	atLineStart lineState = iota // before the first byte
	inName                       // in the name of a field
	inEventName                  // in the value of `event:`
	inData                       // in data that may still match a prefix
	inSkipped                    // in bytes that are not examined
)

// step reads from p[i] on, and returns the index that it reached.
func (w *Writer) step(p []byte, i int) int {
	switch w.syntax {
	case EventStream:
		return w.readEvent(p, i)
	case JSONLines:
		return w.readLine(p, i)
	case MaybeLines:
		return w.readFirstLine(p, i)
	}
	return len(p)
}

// readEvent reads a stream of events from p[i] on.
func (w *Writer) readEvent(p []byte, i int) int {
	switch w.state {
	case atLineStart:
		return w.startLine(p, i)
	case inName:
		return w.readName(p, i)
	case inEventName:
		if isLineEnd(p[i]) {
			return w.endLine(p, i)
		}
		w.addToken(p[i])
		return i + 1
	case inData:
		return w.readData(p, i)
	}
	if n := lineEnd(p[i:]); n >= 0 {
		return w.endLine(p, i+n)
	}
	return len(p)
}

func (w *Writer) startLine(p []byte, i int) int {
	c := p[i]
	if w.afterCR {
		if w.afterCR = false; c == '\n' {
			return i + 1
		}
	}
	if isLineEnd(c) {
		w.afterCR = c == '\r'
		w.endFrame(i + 1)
		return i + 1
	}
	w.state, w.token = inName, w.tokenSpace[:0]
	if w.verdict == translate.Unlikely {
		w.state = inSkipped
	}
	return i
}

func (w *Writer) readName(p []byte, i int) int {
	switch c := p[i]; {
	case isLineEnd(c):
		return w.endLine(p, i)
	case c != ':':
		w.addToken(c)
		return i + 1
	}
	switch string(w.fieldName()) {
	case "event":
		w.state, w.token = inEventName, w.tokenSpace[:0]
	case "data":
		w.startData(i + 1)
	default:
		w.state = inSkipped
	}
	return i + 1
}

// startData begins a line of data. Buffering begins at the first one of a frame.
func (w *Writer) startData(i int) {
	w.state = inData
	if w.buffering {
		w.decide(w.matcher.Next(newline)) // the line end is part of the data
	} else {
		w.startBuffering(i)
	}
	if w.marked && w.buffering {
		w.decide(translate.Likely)
	}
}

// readData reads data until it is decided whether the frame is an error.
func (w *Writer) readData(p []byte, i int) int {
	end := w.lineEnd(p[i:])
	if end < 0 {
		w.decide(w.matcher.Next(p[i:]))
		return len(p)
	}
	w.decide(w.matcher.Next(p[i : i+end]))
	return w.endLine(p, i+end)
}

var newline = []byte("\n")

// decide records a verdict on the frame. The first final one is used.
func (w *Writer) decide(v translate.Verdict) {
	if v == translate.Undecided || w.verdict != translate.Undecided {
		if w.verdict != translate.Undecided {
			w.state = inSkipped
		}
		return
	}
	w.verdict, w.state = v, inSkipped
	if v == translate.Unlikely {
		w.release()
	}
}

// endLine ends a line with the byte p[i].
func (w *Writer) endLine(p []byte, i int) int {
	if w.syntax == JSONLines {
		w.state = atLineStart
		w.endFrame(i + 1)
		return i + 1
	}
	w.noteEventName()
	w.state, w.afterCR, w.pastFirst = atLineStart, p[i] == '\r', true
	return i + 1
}

// noteEventName evaluates an `event:` line at its end. The last one of a frame is
// used.
func (w *Writer) noteEventName() {
	switch {
	case w.state == inEventName:
		w.marked = string(trimSpace(w.token)) == "error"
	case w.state == inName && string(w.fieldName()) == "event":
		w.marked = false
	}
}

// addToken adds a byte to the token. All known tokens are shorter than its space.
func (w *Writer) addToken(c byte) {
	if len(w.token) < len(w.tokenSpace) {
		w.token = append(w.token, c)
	}
}

var byteOrderMark = []byte("\xef\xbb\xbf")

// fieldName returns the name of the field, without the byte order mark that may
// precede the first one.
func (w *Writer) fieldName() []byte {
	if w.pastFirst {
		return w.token
	}
	return bytes.TrimPrefix(w.token, byteOrderMark)
}

// readLine reads a stream of lines from p[i] on.
func (w *Writer) readLine(p []byte, i int) int {
	switch w.state {
	case atLineStart:
		w.startBuffering(i)
		w.state = inData
		return i
	case inData:
		return w.readData(p, i)
	}
	if n := bytes.IndexByte(p[i:], '\n'); n >= 0 {
		return w.endLine(p, i+n)
	}
	return len(p)
}

// readFirstLine determines whether JSON is a stream of lines. The first line passes
// in either case.
func (w *Writer) readFirstLine(p []byte, i int) int {
	for ; i < len(p); i++ {
		switch lines, known := w.first.next(p[i]); {
		case !known:
		case lines:
			w.syntax = JSONLines
			return i + 1
		default:
			w.syntax = plainJSON
			return len(p)
		}
	}
	return i
}

// lineEnd returns the index of the first line end in the syntax of the stream, or -1.
func (w *Writer) lineEnd(p []byte) int {
	if w.syntax == EventStream {
		return lineEnd(p)
	}
	return bytes.IndexByte(p, '\n')
}

func isLineEnd(c byte) bool { return c == '\n' || c == '\r' }

// lineEnd returns the index of the first CR or LF, or -1.
func lineEnd(p []byte) int {
	n := bytes.IndexByte(p, '\n')
	if n >= 0 {
		p = p[:n]
	}
	if r := bytes.IndexByte(p, '\r'); r >= 0 {
		return r
	}
	return n
}

// cutLine splits off the first line and its line end.
func cutLine(p []byte) (line, end, after []byte) {
	n := lineEnd(p)
	if n < 0 {
		return p, nil, nil
	}
	size := 1
	if p[n] == '\r' && n+1 < len(p) && p[n+1] == '\n' {
		size = 2
	}
	return p[:n], p[n : n+size], p[n+size:]
}

// trimSpace removes the one space that may precede a value.
func trimSpace(value []byte) []byte { return bytes.TrimPrefix(value, []byte(" ")) }
