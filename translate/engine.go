package translate

import (
	"bytes"
	"slices"
	"sync"
	"time"

	"github.com/koine-proxy/koine/dialect"
	"github.com/koine-proxy/koine/translate/limitheader"
)

// Engine is a taxonomy and some dialects, compiled. It is immutable and safe
// for any number of goroutines.
type Engine struct {
	taxonomy *Taxonomy
	dialects []*compiledDialect // in the order of detection
	root     *node
	nodes    int
	limits   *limitheader.Table
	pool     sync.Pool // of *Translation

	headers map[string][]int32   // dialects that a header raises
	formats [8][]int32           // dialects that a format raises, by its place in Formats
	wild    []int32              // dialects that nothing raises: tried where no other matches
	guesses []*compiledDialect   // the general rules, in order
	riders  bool                 // some dialect that acts has errors on 2xx
	site    map[string]*siteRows // rows of the site by dialect; "*" for all others
}

// LimitHeaders returns the table of rate-limit headers of the engine.
func (e *Engine) LimitHeaders() *limitheader.Table { return e.limits }

// Taxonomy returns the canonical codes of the engine.
func (e *Engine) Taxonomy() *Taxonomy { return e.taxonomy }

// Dialects returns the names of the dialects, in the order of detection.
func (e *Engine) Dialects() []string {
	names := make([]string, 0, len(e.dialects))
	for _, d := range e.dialects {
		if !slices.Contains(names, d.name) {
			names = append(names, d.name)
		}
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

// Response is what a backend answered.
type Response struct {
	Status int
	Header map[string][]string // names spelled as net/http does
	Host   string              // of the upstream, in lower case and without a port; "" if not known
	Body   []byte              // decompressed
	Now    time.Time           // for dates in it where the response has none of its own
}

// Translation is one error on its way through an engine. It keeps views of the
// body it read: the body must stay unchanged until Release. It is not safe for
// concurrent use.
type Translation struct {
	Error
	engine   *Engine
	response Response

	// What the body is, as one tree.
	body   string // in UTF-8
	format formats
	root   value

	// What the walk over the tree recorded.
	round      uint32
	dead       bool // some name stood twice
	members    []member
	slots      []slot
	candidates []int32

	said    []value // what a walk found; the capacity bounds it
	dialect *compiledDialect
	native  key      // of the dialect that was detected
	trial   key      // of the one under trial
	frame   frame    // what of a stream is read; noFrame for a response
	one     field    // the only field, where it was read already
	form    *form    // under which the fields stand
	foreign Code     // the code of another hop whose taxonomy has more codes
	path    []byte   // the field path under way
	text    []byte   // the same as a JSON Pointer
	names   []listed // members of the objects that are being written; see nameList

	// What few errors need, behind what all do.
	media  string        // the media type of the response
	each   *dialect.Step // the entries of the fields to consider; nil for all
	doc    []byte        // the JSON that a body of another format was turned into
	markup markup
}

func (t *Translation) reset() {
	t.forget()
	t.Error = Error{RetryAfter: -1}
	t.dialect, t.form, t.each, t.one = nil, nil, nil, field{}
	t.frame = noFrame
	clear(t.said)
	t.said = t.said[:0]
	t.response, t.native, t.trial = Response{}, key{}, key{}
	t.media, t.body, t.root, t.format = "", "", value{}, 0
}

// forget drops what was recorded of a tree.
func (t *Translation) forget() {
	if t.round++; t.round == 0 { // wrapped around: old slots could look fresh
		clear(t.slots)
		t.round = 1
	}
	t.dead = false
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
	if cap(t.doc)+cap(t.markup.input) > maxKept || cap(t.markup.elements) > maxMembers {
		t.doc, t.markup = nil, markup{}
	}
	t.reset()
	t.engine.pool.Put(t)
}

// ReadStatus makes the translation an error of which only the status is known.
func (t *Translation) ReadStatus(status int, origin Origin) {
	t.Status, t.Origin, t.Match = status, origin, ByStatus
	t.Code = t.engine.taxonomy.Generic(status)
}

// Read reads an error of which only the status and the body are known; see
// ReadResponse.
func (t *Translation) Read(status int, body []byte) {
	t.ReadResponse(Response{Status: status, Body: body})
}

// ReadResponse reads an error that a backend wrote. Whatever the body is, the
// translation has a code afterwards; Match tells how it was found. A response
// that is no error (a success on which none rides, or the error of a dialect that
// is left alone) is told by Passes.
func (t *Translation) ReadResponse(r Response) {
	t.open(&r)
	t.passes = r.Status < 400
	d := t.detect()
	if d == nil {
		return
	}
	t.passes = d.passive
	t.read(d, &t.native)
}

// open takes in a response: what its body is, and which members it has.
func (t *Translation) open(r *Response) {
	t.take(r)
	t.load(toUTF8(r.Body, charsetOf(r.Header)))
}

// take takes in a response but for its body.
func (t *Translation) take(r *Response) {
	t.ReadStatus(r.Status, FromUpstream)
	t.response, t.media = *r, mediaOf(r.Header)
}

// PassesThrough tells whether the response is none to answer for.
func (e *Error) PassesThrough() bool { return e.passes }

// byteOrderMark is what some servers put before UTF-8.
var byteOrderMark = []byte("\xef\xbb\xbf")

func trim(body []byte) []byte {
	for bytes.HasPrefix(body, byteOrderMark) {
		body = body[len(byteOrderMark):]
	}
	return bytes.TrimSpace(body)
}
