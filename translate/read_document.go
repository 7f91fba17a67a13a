package translate

import (
	"strings"

	"github.com/koine-proxy/koine/dialect"
)

// document is a body as one tree of values, whatever its format. It keeps views
// of the body, which must stay unchanged while the document is in use.
type document struct {
	index  *node     // the paths that the dialects of the engine refer to
	text   string    // the body in UTF-8
	format formatSet // the one format of the body; 0 if it has none
	root   value

	// The members that scan recorded.
	round         uint32
	hasDuplicates bool // some name occurs twice
	weight        int  // the bytes of all objects and arrays, those inside others counted again
	spans         spans
	members       []member
	slots         []slot  // by id of node
	candidates    []int32 // dialects to try

	// For bodies that are not JSON.
	mediaType string // that of the response
	converted []byte // the body as JSON
	markup    markup
}

// newDocument returns a document without a body, for an index with that number of nodes.
func newDocument(index *node, nodes int) document {
	return document{index: index, slots: make([]slot, nodes)}
}

func (d *document) reset() {
	d.clearTree()
	d.text, d.format, d.mediaType = "", 0, ""
	d.root = value{}
}

// clearTree removes the recorded members of a tree, and its views of the body.
func (d *document) clearTree() {
	if d.round++; d.round == 0 { // after an overflow old slots could look current
		clear(d.slots)
		d.round = 1
	}
	d.hasDuplicates, d.weight = false, 0
	d.spans.reset("")
	clear(d.members)
	d.members, d.candidates = d.members[:0], d.candidates[:0]
}

// dropLargeBuffers frees the scratch space that is too large for the pool.
func (d *document) dropLargeBuffers() {
	if cap(d.spans.list) > maxMembers {
		d.spans.list = nil
	}
	if cap(d.converted)+cap(d.markup.input) > maxPooled || cap(d.markup.elements) > maxMembers {
		d.converted, d.markup = nil, markup{}
	}
}

// load determines the format of a body and records its members. The format is
// determined from the body, not from its media type: upstreams send JSON as
// text/html and pages as application/json.
func (d *document) load(body []byte) {
	if body = trim(body); len(body) > 0 && body[0] == jsonGuard[0] {
		body = trim(withoutGuard(body))
	}
	d.text = view(body)
	if len(body) == 0 {
		d.format = newFormatSet(dialect.FormatEmpty)
		return
	}
	switch body[0] {
	case '{', '[', '"', 't', 'f', 'n', '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9':
		if end := d.scanFirst(d.text); end != invalid && d.isTooNested(end) {
			d.clearTree()
			return // without a format
		} else if end != invalid && (end == len(d.text) || body[0] == '{' || body[0] == '[') {
			d.format, d.root = onlyJSON, newValueIn(&d.spans, d.text[:end])
			return
		}
		d.clearTree()
		if (body[0] == '{' || body[0] == '[') && d.loadRepaired(d.text) {
			return
		}
	case '<':
		if d.loadMarkup(body) {
			return
		}
	default:
		if startsWithDiagnostic(d.text) && d.loadAfterOutput(d.text) || d.loadCall(d.text) {
			return
		}
	}
	if d.mediaType == "application/x-www-form-urlencoded" && d.loadURLEncoded() {
		return
	}
	d.loadText()
}

// loadCall reads JSON in a call of a function, as in JSONP.
func (d *document) loadCall(s string) bool {
	start := strings.IndexByte(s, '(')
	if start <= 0 || start > 64 || start+1 == len(s) || s[start+1] != '{' && s[start+1] != '[' {
		return false
	}
	for i := range start {
		if c := s[i]; !isLetter(c) && !isDigit(c) && c != '_' && c != '.' && c != '$' {
			return false
		}
	}
	s = s[start+1:]
	end := d.scanFirst(s)
	if end == invalid || strings.TrimRight(s[end:], "; \r\n") != ")" {
		d.clearTree()
		return false
	}
	d.format, d.root = onlyJSON, newValueIn(&d.spans, s[:end])
	return true
}

// loadPart records the members of a body that ends early.
func (d *document) loadPart(body []byte) {
	d.clearTree()
	switch body[0] {
	case '{', '[':
		d.scan(view(body)) // it fails, but has recorded the members before the end
		d.format = onlyJSON
	case '<':
		d.loadMarkup(body)
	}
}

// loadMarkup reads XML or HTML.
func (d *document) loadMarkup(body []byte) bool {
	if s := view(body); (startsWithPageTag(strings.ToLower(s[:min(len(s), 16)])) || startsWithDiagnostic(s)) && d.loadAfterOutput(s) {
		return true
	}
	if !looksLikeHTML(body, d.mediaType) {
		if doc, ok := d.markup.xml(d.converted[:0], body); ok {
			return d.loadConverted(doc, dialect.FormatXML)
		}
		return false
	}
	if doc, ok := d.markup.html(d.converted[:0], body); ok {
		return d.loadConverted(doc, dialect.FormatHTML)
	}
	return false
}

// loadText converts plain text to a JSON object; no more than maxText of it. A body with
// control characters, or with broken JSON or markup, has no format.
func (d *document) loadText() {
	if !isText(d.text) || looksStructured(d.text) {
		return
	}
	doc := appendString(append(d.converted[:0], `{"text":`...), cutText(d.text, maxText))
	d.loadConverted(append(doc, '}'), dialect.FormatText)
}

// loadConverted records the members of a body of another format, as JSON.
func (d *document) loadConverted(doc []byte, f dialect.Format) bool {
	d.converted = doc
	s := view(doc)
	if !d.scan(s) || d.isTooNested(len(s)) {
		d.clearTree()
		return false
	}
	d.format, d.root = newFormatSet(f), newValueIn(&d.spans, s)
	return true
}

// The reading of a body visits every object and array a few times, and skips what is inside
// of those around it. maxNesting and freeWeight bound the work: a large body whose bytes are,
// on average, inside of more objects and arrays than maxNesting is not read, and its error is
// answered by the status alone.
const (
	maxNesting = 6
	freeWeight = 1 << 20
)

// isTooNested reports whether the first n bytes of the body are not worth the work.
func (d *document) isTooNested(n int) bool { return d.weight > freeWeight+maxNesting*n }

// Document returns the format of a body and the JSON that paths are applied to.
func Document(r Response) (dialect.Format, []byte) {
	d := newDocument(&node{}, 1)
	d.reset()
	d.mediaType = headerMediaType(r.Header)
	d.load(toUTF8(r.Body, headerCharset(r.Header)))
	for i, f := range dialect.Formats() {
		if d.format&(1<<i) != 0 {
			return f, []byte(d.root.Raw)
		}
	}
	return dialect.FormatEmpty, nil
}
