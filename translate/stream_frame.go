package translate

// frame is the kind of a frame of a stream.
type frame uint8

const (
	noFrame    frame = iota // a whole response
	plainFrame              // an error only if a dialect with errors in streams matches, or the general rules find one
	errorFrame              // marked as an error
)

// streamErrorStatus is the status of an error in a stream that gives none.
const streamErrorStatus = 500

// HasStreamErrors reports whether errors are looked for in frames of streams that
// are not marked as errors.
func (e *Engine) HasStreamErrors() bool {
	p := e.StreamPrefixes()
	return !p.IsEmpty()
}

// ReadFrame reads the data of one frame of a stream and reports whether it is an
// error. r is the response that the stream came with, and its Body the data of the
// frame. marked means that the frame is marked as an error, as by `event: error`:
// then every dialect and the general rules may read it; else only dialects with
// errors in streams, and the general rules if the data says that it is an error.
//
// A frame has no status of its own. That of the error is the status of its code by a
// table, or else the number in the data, or else the status of the code by the
// general rules.
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
		t.assumedStatus = t.Code.Status
	}
	return !t.passThrough
}
