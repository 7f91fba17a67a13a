package koine

import (
	"bytes"
	"io"

	"github.com/tidwall/gjson"

	"github.com/koine-proxy/koine/translate"
)

// syntax says how a stream is cut into frames.
type syntax uint8

const (
	eventStream syntax = iota // server-sent events, of the WHATWG HTML standard
	jsonLines                 // NDJSON: one JSON value a line
	maybeLines                // JSON that turns out to be lines where its first line is a whole object
	noFrames                  // JSON that did not
)

// maxFrame bounds what is held of a frame. A larger one passes.
const maxFrame = 64 << 10

// frames is a writer that passes a stream on, but for the frames that are errors:
// those it replaces. Of a frame that is no error no byte waits for a later Write
// once the bytes before it tell so, and what is replaced depends on the bytes
// alone, never on how they were cut into pieces.
//
// Only data is ever held: the lines around it, such as `event:` and `id:`, stay as
// they are in an error, too. So what is held of an event begins behind its first
// `data:`.
type frames struct {
	to       io.Writer
	openings translate.Prefixes
	// read returns what to say in place of an error, on one line, or nil for data
	// that is none. marked says that the frame calls itself an error.
	read   func(data []byte, marked bool) []byte
	syntax syntax

	// Of the frame.
	verdict translate.Verdict
	opening translate.PrefixMatcher
	marked  bool

	// Of the line.
	at    place
	word  []byte // its name, or the value of `event:`
	store [9]byte
	cr    bool // the line before ended with a CR: an LF behind it belongs to it
	began bool // a whole line was seen
	guess document

	// What is held: held, from Writes before, and piece from there on.
	holding bool
	held    []byte
	piece   []byte
	from    int
	sent    int // how much of piece went out, or was replaced
	err     error

	out, data, rest []byte // scratch space of a replacement
}

// place is where in a line the stream stands.
type place uint8

const (
	atLine place = iota // before its first byte
	inName              // in the name of a field
	inWord              // in the value of `event:`
	inData              // in data that is yet to be judged
	inRest              // in what needs no look
)

// reset starts the first frame.
func (f *frames) reset() {
	f.verdict, f.opening, f.marked = translate.Undecided, f.openings.Matcher(), false
}

// Write satisfies io.Writer.
func (f *frames) Write(p []byte) (int, error) {
	if f.syntax == noFrames {
		return f.to.Write(p)
	}
	f.piece, f.from, f.sent = p, 0, 0
	for i := 0; i < len(p); {
		i = f.step(p, i)
	}
	if f.holding {
		f.keep()
	} else {
		f.send(p[f.sent:])
	}
	f.piece = nil
	if f.err != nil {
		return 0, f.err
	}
	return len(p), nil
}

// step goes on from p[i], and returns how far it came.
func (f *frames) step(p []byte, i int) int {
	switch f.syntax {
	case eventStream:
		return f.event(p, i)
	case jsonLines:
		return f.line(p, i)
	case maybeLines:
		return f.probe(p, i)
	}
	return len(p)
}

// event goes on in a stream of events.
func (f *frames) event(p []byte, i int) int {
	switch f.at {
	case atLine:
		return f.startLine(p, i)
	case inName:
		return f.name(p, i)
	case inWord:
		if isLineEnd(p[i]) {
			return f.endLine(p, i)
		}
		f.take(p[i])
		return i + 1
	case inData:
		return f.judge(p, i)
	}
	if n := lineEnd(p[i:]); n >= 0 {
		return f.endLine(p, i+n)
	}
	return len(p)
}

func (f *frames) startLine(p []byte, i int) int {
	c := p[i]
	if f.cr {
		if f.cr = false; c == '\n' {
			return i + 1
		}
	}
	if isLineEnd(c) {
		f.cr = c == '\r'
		f.endFrame(i + 1)
		return i + 1
	}
	f.at, f.word = inName, f.store[:0]
	if f.verdict == translate.Unlikely {
		f.at = inRest
	}
	return i
}

func (f *frames) name(p []byte, i int) int {
	switch c := p[i]; {
	case isLineEnd(c):
		return f.endLine(p, i)
	case c != ':':
		f.take(c)
		return i + 1
	}
	switch string(f.field()) {
	case "event":
		f.at, f.word = inWord, f.store[:0]
	case "data":
		f.startData(i + 1)
	default:
		f.at = inRest
	}
	return i + 1
}

// startData begins a line of data. The first one of a frame is where it may have to
// be held from.
func (f *frames) startData(i int) {
	f.at = inData
	if f.holding {
		f.decide(f.opening.Next('\n')) // the line end belongs to the data
	} else {
		f.hold(i)
	}
	if f.marked && f.holding {
		f.decide(translate.Likely)
	}
}

// judge looks at data until its beginning decides.
func (f *frames) judge(p []byte, i int) int {
	for ; i < len(p) && f.at == inData; i++ {
		if f.endsLine(p[i]) {
			return f.endLine(p, i)
		}
		f.decide(f.opening.Next(p[i]))
	}
	return i
}

// decide takes a verdict on the frame.
func (f *frames) decide(v translate.Verdict) {
	if v == translate.Undecided || f.verdict != translate.Undecided {
		if f.verdict != translate.Undecided {
			f.at = inRest
		}
		return
	}
	f.verdict, f.at = v, inRest
	if v == translate.Unlikely {
		f.release()
	}
}

// endLine ends a line with the byte p[i].
func (f *frames) endLine(p []byte, i int) int {
	if f.syntax == jsonLines {
		f.at = atLine
		f.endFrame(i + 1)
		return i + 1
	}
	f.mark()
	f.at, f.cr, f.began = atLine, p[i] == '\r', true
	return i + 1
}

// mark notes what an `event:` line said. The last one counts.
func (f *frames) mark() {
	switch {
	case f.at == inWord:
		f.marked = string(trimSpace(f.word)) == "error"
	case f.at == inName && string(f.field()) == "event":
		f.marked = false
	}
}

// take adds a byte to the word, as far as words matter.
func (f *frames) take(c byte) {
	if len(f.word) < len(f.store) {
		f.word = append(f.word, c)
	}
}

var byteOrderMark = []byte("\xef\xbb\xbf")

// field is the name of the field. A byte order mark may come before the first one.
func (f *frames) field() []byte {
	if f.began {
		return f.word
	}
	return bytes.TrimPrefix(f.word, byteOrderMark)
}

// line goes on in a stream of lines.
func (f *frames) line(p []byte, i int) int {
	switch f.at {
	case atLine:
		f.hold(i)
		f.at = inData
		return i
	case inData:
		return f.judge(p, i)
	}
	if n := bytes.IndexByte(p[i:], '\n'); n >= 0 {
		return f.endLine(p, i+n)
	}
	return len(p)
}

// probe looks whether JSON is a stream of lines. Its first line passes either way.
func (f *frames) probe(p []byte, i int) int {
	for ; i < len(p); i++ {
		switch lines, known := f.guess.next(p[i]); {
		case !known:
		case lines:
			f.syntax = jsonLines
			return i + 1
		default:
			f.syntax = noFrames
			return len(p)
		}
	}
	return i
}

// endsLine tells whether a byte ends a line.
func (f *frames) endsLine(c byte) bool { return c == '\n' || c == '\r' && f.syntax == eventStream }

func isLineEnd(c byte) bool { return c == '\n' || c == '\r' }

// lineEnd returns where the first CR or LF is, or -1.
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

// hold starts to hold what comes from piece[i] on.
func (f *frames) hold(i int) { f.holding, f.from = true, i }

// release lets pass what is held.
func (f *frames) release() {
	f.holding = false
	f.send(f.held)
	f.held = f.held[:0]
}

// keep puts what is held aside at the end of a Write.
func (f *frames) keep() {
	f.send(f.piece[f.sent:f.from])
	if len(f.held)+len(f.piece)-f.from <= maxFrame {
		f.held = append(f.held, f.piece[f.from:]...)
		return
	}
	f.release()
	f.send(f.piece[f.from:])
	f.verdict = translate.Unlikely
	if f.at != atLine {
		f.at = inRest
	}
}

// endFrame ends a frame before piece[end].
func (f *frames) endFrame(end int) {
	if f.holding {
		f.conclude(end)
	}
	f.reset()
}

// conclude replaces the frame that is held and ends before piece[end], if it is an
// error.
func (f *frames) conclude(end int) {
	if f.verdict != translate.Likely && !f.marked || len(f.held)+end-f.from > maxFrame {
		f.release()
		return
	}
	whole, before := f.piece[f.from:end], len(f.held)
	if before > 0 {
		f.held = append(f.held, whole...)
		whole = f.held
	}
	if !f.replace(whole, false) {
		f.held = f.held[:before] // the rest goes out from piece
		f.release()
		return
	}
	f.send(f.piece[f.sent:f.from])
	f.send(f.out)
	f.holding, f.held, f.sent = false, f.held[:0], end
}

// end ends the stream. A frame that is held counts as whole where its data is.
func (f *frames) end() {
	if !f.holding {
		return
	}
	if f.syntax == eventStream {
		f.mark()
	}
	most := len(f.held)
	if f.verdict == translate.Likely || f.marked {
		if most > 0 && !isLineEnd(f.held[most-1]) {
			f.held = append(f.held, '\n')
		}
		if f.syntax == eventStream {
			f.held = append(f.held, '\n')
		}
		if f.replace(f.held, true) {
			f.send(f.out)
			f.holding = false
			return
		}
	}
	f.held = f.held[:most]
	f.release()
}

// replace makes out of a whole frame what goes out in its place. It tells whether
// the frame is an error. ended says that the stream ended before the frame did.
func (f *frames) replace(whole []byte, ended bool) bool {
	data, end := f.dataOf(whole)
	if ended && !gjson.ValidBytes(bytes.TrimSpace(data)) {
		return false
	}
	answer := f.read(data, f.marked)
	if answer == nil {
		return false
	}
	f.out = f.out[:0]
	if f.syntax == eventStream {
		f.out = append(f.out, ' ')
	}
	f.out = append(f.out, answer...)
	f.out = append(f.out, end...)
	f.out = append(f.out, f.rest...)
	return true
}

// dataOf returns the data of a frame, with the end of its first line, and leaves in
// rest the lines that are no data.
func (f *frames) dataOf(whole []byte) (data, end []byte) {
	f.rest = f.rest[:0]
	if f.syntax != eventStream {
		data = bytes.TrimRight(whole, "\r\n")
		return data, whole[len(data):]
	}
	data, end, whole = cutLine(whole)
	data = trimSpace(data)
	for more := false; len(whole) > 0; {
		line, lineEnd, after := cutLine(whole)
		if name, value, _ := bytes.Cut(line, []byte(":")); string(name) == "data" {
			if !more {
				f.data, more = append(f.data[:0], data...), true
			}
			f.data = append(append(f.data, '\n'), trimSpace(value)...)
			data = f.data
		} else {
			f.rest = append(append(f.rest, line...), lineEnd...)
		}
		whole = after
	}
	return data, end
}

// cutLine cuts off the first line, and what ends it.
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

// trimSpace takes off the one space that may stand before a value.
func trimSpace(value []byte) []byte { return bytes.TrimPrefix(value, []byte(" ")) }

func (f *frames) send(p []byte) {
	if len(p) > 0 && f.err == nil {
		_, f.err = f.to.Write(p)
	}
}

// document looks at the first line of JSON.
type document struct {
	depth          int
	quoted, escape bool
	whole          bool // the object is closed
}

// next takes the next byte. known says that it decides, and lines, that the first
// line is a whole object, so that the others are lines of the same kind.
func (d *document) next(c byte) (lines, known bool) {
	switch {
	case c == '\n':
		return d.whole, true
	case d.escape:
		d.escape = false
	case d.quoted:
		d.escape, d.quoted = c == '\\', c != '"'
	case c == ' ' || c == '\t' || c == '\r':
	case d.whole || d.depth == 0 && c != '{':
		return false, true
	case c == '"':
		d.quoted = true
	case c == '{' || c == '[':
		d.depth++
	case c == '}' || c == ']':
		d.depth--
		d.whole = d.depth == 0
	}
	return false, false
}

// Interface guards
var _ io.Writer = (*frames)(nil)
