package translate

import (
	"bytes"
	"slices"
	"strings"

	"github.com/koine-proxy/koine/dialect"
)

// HasSuccessErrors tells whether some dialect that acts has errors that ride on a success.
func (e *Engine) HasSuccessErrors() bool { return e.riders }

// MayBeError tells, from the first part of the body of a success, whether the whole
// may turn out to be an error: whether what is there of it shows the signs of a
// dialect whose errors ride on a success, and nothing that speaks against it.
// With all set, every member that the dialect needs must have been seen.
func (e *Engine) MayBeError(r Response, all bool) bool {
	t := e.Acquire()
	defer t.Release()
	t.take(&r)
	body := toUTF8(trim(r.Body), charsetOf(r.Header))
	if body = trim(body); len(body) == 0 {
		return !all // blanks before the body, to keep the connection alive
	}
	if i := bytes.LastIndexByte(body, '<'); i > 0 && body[0] == '<' && bytes.IndexByte(body[i:], '>') < 0 {
		body = body[:i] // a tag that is not whole
	}
	t.load(body)
	if t.format == onlyText || t.format == 0 { // JSON or XML that is not whole yet
		t.loadPart(body)
	}
	for _, d := range e.dialects {
		if d.rides && !d.passive && d.formats&t.format != 0 && t.showsSigns(d, all) {
			return true
		}
	}
	return false
}

// loadPart records the members of a body that ends early.
func (t *Translation) loadPart(body []byte) {
	t.forget()
	switch body[0] {
	case '{', '[':
		t.scan(view(body)) // it fails, but has recorded what there is
		t.format = onlyJSON
	case '<':
		t.loadMarkup(body)
	}
}

// showsSigns tells whether a body, or the start of one, may be of dialect d.
func (t *Translation) showsSigns(d *compiledDialect, all bool) bool {
	around := t.fitsAround(d).what
	if around != matched && around != textMissing {
		return false
	}
	if len(d.headers) > 0 {
		return true
	}
	seen := false
	for i := range d.needs {
		n := &d.needs[i]
		m := t.at(n.node)
		switch {
		case n.node.id == 0: // a name that only a walk finds: a look for its letters has to do
			if word := longestName(n.tail); word != "" && strings.Contains(t.body, word) {
				seen = true
			} else if all || n.anchors() {
				return false
			}
		case len(n.tail) > 0:
			if all && m == nil {
				return false
			}
			seen = seen || m != nil
		case m == nil:
			if all && n.anchors() {
				return false
			}
		case m.value.Exists() && t.fitsNeed(n).what != matched:
			return false
		default:
			seen = true
		}
	}
	for i := range d.lacks {
		if s := &d.lacks[i]; s.node.id != 0 && len(s.tail) == 0 && t.at(s.node) != nil {
			return false
		}
	}
	for i := range d.anyOf {
		seen = seen || t.at(d.anyOf[i].node) != nil
	}
	return seen || len(d.contains) > 0 && around == matched
}

// longestName is the longest piece of a name that a way asks for, as soon as it asks for
// any.
func longestName(p dialect.Path) (longest string) {
	for _, step := range p {
		for piece := range strings.SplitSeq(step.Key, "*") {
			if len(piece) > len(longest) {
				longest = piece
			}
		}
		if longest != "" {
			break
		}
	}
	return longest
}

// HandlesMediaType tells whether a dialect that was named has bodies of a media type that
// otherwise passes.
func (e *Engine) HandlesMediaType(mediaType string) bool {
	for _, d := range e.dialects {
		if d.named && (len(d.media) > 0 && fitsAny(d.media, mediaType) ||
			mediaType == "text/html" && d.formats&setOf(dialect.FormatHTML) != 0) {
			return true
		}
	}
	return false
}

// HasNamedDialects tells whether the site named any dialect.
func (e *Engine) HasNamedDialects() bool {
	return slices.ContainsFunc(e.dialects, func(d *compiledDialect) bool { return d.named })
}

// IsNamedDialect tells whether the dialect of the error is one that the site named.
func (t *Translation) IsNamedDialect() bool { return t.dialect != nil && t.dialect.named }
