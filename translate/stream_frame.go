package translate

// frame is the kind of a frame of a stream.
type frame uint8

const (
	noFrame    frame = iota // a whole response
	plainFrame              // an error only if a dialect with errors in streams matches
	errorFrame              // marked as an error
)

// streamErrorStatus is the status of an error in a stream that gives none.
const streamErrorStatus = 500

// HasStreamErrors reports whether some dialect that is translated has errors in
// frames of streams.
func (e *Engine) HasStreamErrors() bool {
	for _, d := range e.dialects {
		if d.streams && !d.passThrough {
			return true
		}
	}
	return false
}

// ReadFrame reads the data of one frame of a stream and reports whether it is an
// error. r is the response that the stream came with, and its Body the data of the
// frame. marked means that the frame is marked as an error, as by `event: error`:
// then every dialect and the general rules may read it; else only dialects with
// errors in streams.
func (t *Translation) ReadFrame(r Response, marked bool) bool {
	t.frame = plainFrame
	if marked {
		t.frame = errorFrame
	}
	t.ReadResponse(r)
	if marked && t.dialect == nil {
		t.assumedStatus = streamErrorStatus
		t.Code = t.engine.taxonomy.Generic(streamErrorStatus)
		t.passThrough = false
	}
	if !t.chained.found && t.Match == ByTable {
		t.assumedStatus = t.Code.Status // a frame has no status line
	}
	return !t.passThrough
}
