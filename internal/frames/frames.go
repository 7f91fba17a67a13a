// Package frames replaces the errors inside streams: events of server-sent
// events and lines of NDJSON. All other frames pass at once, byte for byte.
package frames

import (
	"io"

	"github.com/koine-proxy/koine/translate"
)

// MaxFrame is the size limit of the buffered part of a frame. A larger frame passes.
const MaxFrame = 64 << 10

// Writer passes a stream on to another writer, and replaces the frames that are
// errors. A byte of any other frame is buffered only while it is not decided
// whether the frame is an error. What is replaced depends on the bytes alone, not on
// how they were divided into Writes.
//
// Only data is buffered: other lines of an event, such as `event:` and `id:`, are
// not replaced. So the buffered part of an event begins after
// its first `data:`.
type Writer struct {
	dst      io.Writer
	replace  Replacer
	prefixes *translate.Prefixes
	syntax   Syntax
	err      error // of dst

	// The current frame.
	verdict translate.Verdict
	matcher translate.PrefixMatcher
	marked  bool // its `event:` is error

	// The current line.
	state      lineState
	token      []byte // its field name, or the value of `event:`
	tokenSpace [9]byte
	afterCR    bool // the previous line ended with CR: a following LF belongs to it
	pastFirst  bool // the first line has ended
	first      firstLine

	// The buffered part of the frame: buffered, from earlier Writes, then
	// input[start:].
	buffering bool
	buffered  []byte
	input     []byte // the argument of the current Write
	start     int
	sent      int // how much of input was sent or replaced

	out, data, rest []byte // scratch space of a replacement
}

// Replacer returns what to send in place of an error, on one line, or nil for data
// that is not an error. marked reports whether the frame is marked as an error by
// `event: error`. The Writer does not keep the result.
type Replacer func(data []byte, marked bool) []byte

// New returns a Writer that passes a stream on to dst. Frames are passed to
// replace if their data begins as the prefixes say, or if they are marked as errors.
func New(dst io.Writer, syntax Syntax, prefixes *translate.Prefixes, replace Replacer) *Writer {
	w := &Writer{dst: dst, syntax: syntax, prefixes: prefixes, replace: replace}
	w.startFrame()
	return w
}

// Buffering reports whether a part of a frame is being buffered.
func (w *Writer) Buffering() bool { return w.buffering }

// Write implements io.Writer.
func (w *Writer) Write(p []byte) (int, error) {
	if w.syntax == plainJSON {
		return w.dst.Write(p)
	}
	w.input, w.start, w.sent = p, 0, 0
	for i := 0; i < len(p); {
		i = w.step(p, i)
	}
	if w.buffering {
		w.keep()
	} else {
		w.send(p[w.sent:])
	}
	w.input = nil
	if w.err != nil {
		return 0, w.err
	}
	return len(p), nil
}

// End ends the stream. A frame that was not ended counts as complete if its data
// is complete JSON. The destination stays open.
func (w *Writer) End() {
	if !w.buffering {
		return
	}
	if w.syntax == EventStream {
		w.noteEventName()
	}
	size := len(w.buffered)
	if w.mayBeError() {
		if size > 0 && !isLineEnd(w.buffered[size-1]) {
			w.buffered = append(w.buffered, '\n')
		}
		if w.syntax == EventStream {
			w.buffered = append(w.buffered, '\n')
		}
		if w.render(w.buffered, true) {
			w.send(w.out)
			w.buffering = false
			return
		}
	}
	w.buffered = w.buffered[:size]
	w.release()
}

func (w *Writer) send(p []byte) {
	if len(p) > 0 && w.err == nil {
		_, w.err = w.dst.Write(p)
	}
}

// Interface guards
var _ io.Writer = (*Writer)(nil)
