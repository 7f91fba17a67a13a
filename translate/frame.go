package translate

// frame says what of a stream is read.
type frame uint8

const (
	noFrame    frame = iota
	plainFrame       // a frame like any other: an error where a dialect knows it
	errorFrame       // one that says of itself that it is an error
)

// asFrame is the status taken for an error in a stream of which nobody knows one.
const asFrame = 500

// Frames tells whether some dialect that acts has errors in frames of streams.
func (e *Engine) Frames() bool {
	for _, d := range e.dialects {
		if d.frames && !d.passive {
			return true
		}
	}
	return false
}

// ReadFrame reads the data of one frame of a stream, and tells whether it is an
// error. r is the response that the stream came with, and its Body the data of the
// frame; marked says that the frame calls itself an error, as `event: error` does:
// then every dialect, and the general rules, may read it. Else only the dialects
// are tried whose errors stand in frames.
func (t *Translation) ReadFrame(r Response, marked bool) bool {
	t.frame = plainFrame
	if marked {
		t.frame = errorFrame
	}
	t.ReadResponse(r)
	if marked && t.dialect == nil { // it says that it is an error, and nobody can read it
		t.ridesAs = asFrame
		t.Code = t.engine.taxonomy.Generic(asFrame)
		t.passes = false
	}
	return !t.passes
}
