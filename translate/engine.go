package translate

import (
	"bytes"
	"sync"
)

// Engine is a taxonomy and some dialects, compiled. It is immutable and safe
// for any number of goroutines.
type Engine struct {
	taxonomy *Taxonomy
	dialects []*dialect // in the order of detection
	root     *node
	nodes    int
	limits   limitTable
	pool     sync.Pool // of *Translation
}

// Taxonomy returns the canonical codes of the engine.
func (e *Engine) Taxonomy() *Taxonomy { return e.taxonomy }

// Dialects returns the names of the dialects, in the order of detection.
func (e *Engine) Dialects() []string {
	names := make([]string, len(e.dialects))
	for i, d := range e.dialects {
		names[i] = d.name
	}
	return names
}

// Acquire takes a translation from the pool. Give it back with Release.
func (e *Engine) Acquire() *Translation {
	return e.pool.Get().(*Translation)
}

// maxKept is how large the scratch space of a translation may be to go back to
// the pool.
const maxKept = 64 << 10

// Translation is one error on its way through an engine. It keeps views of the
// body it read: the body must stay unchanged until Release. It is not safe for
// concurrent use.
type Translation struct {
	Error
	engine *Engine

	// What the walk over the body recorded.
	round      uint32
	overflow   bool
	members    []member
	slots      []slot
	candidates []int32

	dialect *dialect
	foreign Code     // the code of another hop whose taxonomy has more codes
	path    []byte   // the field path under way
	text    []byte   // the same as a JSON Pointer
	names   []listed // members of the objects that are being written; see nameList
}

func (t *Translation) reset() {
	if t.round++; t.round == 0 { // wrapped around: old slots could look fresh
		clear(t.slots)
		t.round = 1
	}
	t.Error = Error{RetryAfter: -1}
	t.dialect = nil
	t.overflow = false
	clear(t.members) // drop the views of the body
	t.members, t.candidates = t.members[:0], t.candidates[:0]
}

// Release gives the translation back to the pool of its engine.
func (t *Translation) Release() {
	if cap(t.path)+cap(t.text) > maxKept {
		t.path, t.text = nil, nil
	}
	if cap(t.names) > maxMembers {
		t.names = nil
	}
	t.reset()
	t.engine.pool.Put(t)
}

// ReadStatus makes the translation an error of which only the status is known.
func (t *Translation) ReadStatus(status int, origin Origin) {
	t.Status, t.Origin, t.Match = status, origin, ByStatus
	t.Code = t.engine.taxonomy.Generic(status)
}

// Read reads an error that a backend wrote: its status and its body, decoded.
// Whatever the body is, the translation has a code afterwards; Match tells how
// it was found.
func (t *Translation) Read(status int, body []byte) {
	t.ReadStatus(status, FromUpstream)
	body = trim(body)
	if !t.scan(view(body)) || t.overflow {
		return
	}
	if d, native := t.detect(); d != nil {
		t.read(d, native)
	}
}

// byteOrderMark is what some servers put before UTF-8.
var byteOrderMark = []byte("\xef\xbb\xbf")

func trim(body []byte) []byte {
	return bytes.TrimSpace(bytes.TrimPrefix(body, byteOrderMark))
}
