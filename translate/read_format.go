package translate

import (
	"bytes"
	"mime"
	"slices"
	"strings"

	"github.com/koine-proxy/koine/dialect"
)

// formats is a set of them.
type formats uint8

func setOf(list ...dialect.Format) (set formats) {
	for i, f := range dialect.Formats() {
		for _, one := range list {
			if one == f {
				set |= 1 << i
			}
		}
	}
	return set
}

var (
	onlyJSON = setOf(dialect.FormatJSON)
	onlyText = setOf(dialect.FormatText)
)

// MediaType is a media type in lower case and without its parameters.
func MediaType(contentType string) string {
	name, _, _ := strings.Cut(contentType, ";")
	name = strings.TrimSpace(name)
	for i := range len(name) {
		if 'A' <= name[i] && name[i] <= 'Z' {
			return strings.ToLower(name)
		}
	}
	return name
}

// mediaOf is the media type of a response.
func mediaOf(header map[string][]string) string {
	if values := header["Content-Type"]; len(values) > 0 {
		return MediaType(values[0])
	}
	return ""
}

// charsetOf is the charset that a response declares.
func charsetOf(header map[string][]string) string {
	values := header["Content-Type"]
	if len(values) == 0 || !strings.Contains(values[0], "=") {
		return ""
	}
	_, parameters, err := mime.ParseMediaType(values[0])
	if err != nil || strings.EqualFold(parameters["charset"], "utf-8") {
		return ""
	}
	return parameters["charset"]
}

// load finds out what a body is, and records its members. What the body is
// decides, not what its media type claims: JSON comes as text/html, and pages as
// application/json.
func (t *Translation) load(body []byte) {
	if body = trim(body); len(body) > 0 && body[0] == jsonGuard[0] {
		body = trim(withoutGuard(body))
	}
	t.body = view(body)
	if len(body) == 0 {
		t.format = setOf(dialect.FormatEmpty)
		return
	}
	switch body[0] {
	case '{', '[', '"', 't', 'f', 'n', '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9':
		if end := t.scanFirst(t.body); end != bad && (end == len(t.body) || body[0] == '{' || body[0] == '[') {
			t.format, t.root = onlyJSON, newValue(t.body[:end])
			return
		}
		t.forget()
	case '<':
		if t.loadMarkup(body) {
			return
		}
	}
	if t.media == "application/x-www-form-urlencoded" && t.loadForm() {
		return
	}
	t.loadText()
}

// jsonGuard is what some put before JSON, so that no script can include it.
var jsonGuard = []byte(")]}'")

// withoutGuard cuts that off, to the end of its line.
func withoutGuard(body []byte) []byte {
	rest, ok := bytes.CutPrefix(body, jsonGuard)
	if !ok {
		return body
	}
	if i := bytes.IndexByte(rest, '\n'); i >= 0 {
		return rest[i:]
	}
	return bytes.TrimPrefix(rest, []byte(","))
}

// loadMarkup reads XML or HTML.
func (t *Translation) loadMarkup(body []byte) bool {
	if t.loadBehind(body) {
		return true
	}
	if !looksLikeHTML(body, t.media) {
		if doc, ok := t.markup.xml(t.doc[:0], body); ok {
			return t.loadDocument(doc, dialect.FormatXML)
		}
		return false
	}
	if doc, ok := t.markup.html(t.doc[:0], body); ok {
		return t.loadDocument(doc, dialect.FormatHTML)
	}
	return false
}

// loadBehind reads the JSON behind what a script printed before it: warnings of
// PHP, for the most part.
func (t *Translation) loadBehind(body []byte) bool {
	if !startsPage(strings.ToLower(view(body[:min(len(body), 16)]))) {
		return false
	}
	i := bytes.IndexByte(body, '{')
	if i < 0 || !t.scan(view(body[i:])) {
		t.forget()
		return false
	}
	t.body = view(body[i:])
	t.format, t.root = onlyJSON, newValue(t.body)
	return true
}

// loadDocument records the members of the JSON that a body was turned into.
func (t *Translation) loadDocument(doc []byte, f dialect.Format) bool {
	t.doc = doc
	s := view(doc)
	if !t.scan(s) {
		t.forget()
		return false
	}
	t.format, t.root = setOf(f), newValue(s)
	return true
}

func (t *Translation) loadText() {
	if !isText(t.body) || isBroken(t.body) {
		return // of no format at all
	}
	t.doc = appendString(append(t.doc[:0], `{"text":`...), t.body)
	t.doc = append(t.doc, '}')
	t.loadDocument(t.doc, dialect.FormatText)
}

// isBroken tells whether a text began as JSON or markup, as which it would have
// been read if it were whole, or has JSON inside: its members are not for people.
func isBroken(s string) bool {
	return s[0] == '{' || s[0] == '<' || strings.HasPrefix(s, `["`) || strings.HasPrefix(s, "[[") || strings.Contains(s, `{"`)
}

// isText tells whether a body is no binary: it has no control characters but
// white space.
func isText(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' && s[i] != '\n' && s[i] != '\r' && s[i] != '\t' && s[i] != '\f' || s[i] == 0x7f {
			return false
		}
	}
	return true
}

// looksLikeHTML tells whether markup is a page, rather than XML.
func looksLikeHTML(body []byte, media string) bool {
	if bytes.HasPrefix(body, []byte("<?xml")) {
		return false
	}
	head := strings.ToLower(string(body[:min(len(body), 256)]))
	if strings.HasPrefix(head, "<!doctype html") || strings.Contains(head, "<html") || strings.HasPrefix(head, "<!--") && media == "text/html" {
		return true
	}
	return media == "text/html" || !strings.Contains(media, "xml") && startsPage(head)
}

// startsPage tells whether a text starts with an element of pages: what a script
// printed before it could send a header, or under the wrong one.
func startsPage(head string) bool {
	end := strings.IndexAny(head, " />\t\r\n")
	return end > 1 && slices.Contains(pageTags, head[1:end])
}

// pageTags are the elements with which such output begins, and XML does not.
var pageTags = []string{"br", "hr", "h1", "h2", "h3", "p", "pre", "div", "center", "table", "font"}

// Document returns what a body is, and the JSON that says the same: what paths
// lead through.
func Document(r Response) (dialect.Format, []byte) {
	e := &Engine{root: &node{}, nodes: 1}
	e.fill()
	t := e.Acquire()
	defer t.Release()
	t.media = mediaOf(r.Header) // there is no taxonomy, and so no error to make of the status
	t.load(toUTF8(r.Body, charsetOf(r.Header)))
	for i, f := range dialect.Formats() {
		if t.format&(1<<i) != 0 {
			return f, []byte(t.root.Raw)
		}
	}
	return dialect.FormatEmpty, nil
}
