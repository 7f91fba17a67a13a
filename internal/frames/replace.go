package frames

import (
	"bytes"

	"github.com/tidwall/gjson"

	"github.com/koine-proxy/koine/translate"
)

func (w *Writer) startFrame() {
	w.verdict, w.matcher, w.marked = translate.Undecided, w.prefixes.Matcher(), false
}

// startBuffering buffers the frame from input[i] on.
func (w *Writer) startBuffering(i int) { w.buffering, w.start = true, i }

// release sends the buffered data, and stops buffering.
func (w *Writer) release() {
	w.buffering = false
	w.send(w.buffered)
	w.buffered = w.buffered[:0]
}

// keep copies the buffered part of the input at the end of a Write.
func (w *Writer) keep() {
	w.send(w.input[w.sent:w.start])
	if len(w.buffered)+len(w.input)-w.start <= MaxFrame {
		w.buffered = append(w.buffered, w.input[w.start:]...)
		return
	}
	w.release()
	w.send(w.input[w.start:])
	w.verdict = translate.Unlikely
	if w.state != atLineStart {
		w.state = inSkipped
	}
}

// mayBeError reports whether the frame has to be given to the Replacer.
func (w *Writer) mayBeError() bool { return w.verdict == translate.Likely || w.marked }

// endFrame ends a frame before input[end].
func (w *Writer) endFrame(end int) {
	if w.buffering {
		w.finishFrame(end)
	}
	w.startFrame()
}

// finishFrame replaces the buffered frame, which ends before input[end], if it is
// an error.
func (w *Writer) finishFrame(end int) {
	if !w.mayBeError() || len(w.buffered)+end-w.start > MaxFrame {
		w.release()
		return
	}
	frame, earlier := w.input[w.start:end], len(w.buffered)
	if earlier > 0 {
		w.buffered = append(w.buffered, frame...)
		frame = w.buffered
	}
	if !w.render(frame, false) {
		w.buffered = w.buffered[:earlier] // the part in the input is sent from there
		w.release()
		return
	}
	w.send(w.input[w.sent:w.start])
	w.send(w.out)
	w.buffering, w.buffered, w.sent = false, w.buffered[:0], end
}

// render makes the replacement of a frame, in w.out. It reports whether the frame
// is an error. atEnd means that the stream ended before the frame did.
func (w *Writer) render(frame []byte, atEnd bool) bool {
	data, end := w.dataOf(frame)
	if atEnd && !gjson.ValidBytes(bytes.TrimSpace(data)) {
		return false
	}
	answer := w.replace(data, w.marked)
	if answer == nil {
		return false
	}
	w.out = w.out[:0]
	if w.syntax == EventStream {
		w.out = append(w.out, ' ')
	}
	w.out = append(w.out, answer...)
	w.out = append(w.out, end...)
	w.out = append(w.out, w.rest...)
	return true
}

// dataOf returns the data of a frame and the end of its first line. It leaves the
// lines that are not data in w.rest.
func (w *Writer) dataOf(frame []byte) (data, end []byte) {
	w.rest = w.rest[:0]
	if w.syntax != EventStream {
		data = bytes.TrimRight(frame, "\r\n")
		return data, frame[len(data):]
	}
	data, end, frame = cutLine(frame)
	data = trimSpace(data)
	for several := false; len(frame) > 0; {
		line, lineEnd, after := cutLine(frame)
		if name, value, _ := bytes.Cut(line, []byte(":")); string(name) == "data" {
			if !several {
				w.data, several = append(w.data[:0], data...), true
			}
			w.data = append(append(w.data, '\n'), trimSpace(value)...)
			data = w.data
		} else {
			w.rest = append(append(w.rest, line...), lineEnd...)
		}
		frame = after
	}
	return data, end
}
