package translate

import (
	"strings"

	"github.com/tidwall/gjson"

	"github.com/koine-proxy/koine/dialect"
	"github.com/koine-proxy/koine/translate/limitheader"
)

// maxWalked bounds the values found by walking that are remembered.
const maxWalked = 32

// reader reads texts of a response.
type reader struct {
	document
	response Response
	walked   []value // what walks found; bounded by its capacity
	general  general // what general rules read
}

func (r *reader) reset() {
	r.document.reset()
	r.response = Response{}
	if len(r.general.members) > 0 {
		r.general.reset()
	}
	clear(r.walked)
	r.walked = r.walked[:0]
}

// open takes a response and reads its body.
func (r *reader) open(resp *Response) {
	r.openHead(resp)
	r.load(toUTF8(resp.Body, headerCharset(resp.Header)))
}

// openHead takes a response without reading its body.
func (r *reader) openHead(resp *Response) {
	r.response, r.mediaType = *resp, headerMediaType(resp.Header)
}

// extractor is a compiled Place: it reads one text of a response.
type extractor struct {
	location
	role     dialect.Role
	header   string // canonical name; "" if the text is in the body
	verbatim bool   // the text is used unchanged
	pattern  *textPattern
	*dialect.Place
}

// extract returns the text of an extractor, and whether there is one.
func (r *reader) extract(x *extractor) (text string, ok bool) {
	if x.header != "" {
		return r.extractHeader(x)
	}
	if x.verbatim && x.location.isPlain() {
		m := r.memberAt(x.node)
		if m == nil {
			return "", false
		}
		if m.value.Type == gjson.String {
			return m.value.Str, m.value.Str != ""
		}
		if x.role == dialect.RoleRetryable {
			return literal(m.value)
		}
		return m.text()
	}
	v, key, ok := r.start(&x.location)
	if !ok {
		return "", false
	}
	if x.General {
		return r.extractGeneral(x, v)
	}
	walk(v, key, x.tail, func(key string, v value) bool {
		if x.Key {
			text, ok = key, key != ""
		} else {
			text, ok = x.textOf(v)
		}
		if ok {
			text, ok = r.transform(x, text)
		}
		if ok && len(r.walked) < cap(r.walked) {
			r.walked = append(r.walked, v)
		}
		return ok
	})
	return text, ok && text != ""
}

// textOf returns the text of a value: of a boolean only if it is a hint.
func (x *extractor) textOf(v value) (string, bool) {
	if x.role == dialect.RoleRetryable {
		return literal(v)
	}
	return joinTexts(v)
}

func (r *reader) extractHeader(x *extractor) (string, bool) {
	for _, v := range r.response.Header[x.header] {
		if x.Param != "" {
			v = headerParam(v, x.Param)
		}
		if text, ok := r.transform(x, strings.TrimSpace(v)); ok {
			return text, true
		}
	}
	return "", false
}

// extractFirst returns the text of the first extractor that has one.
func (r *reader) extractFirst(extractors []extractor) string {
	for i := range extractors {
		if text, ok := r.extract(&extractors[i]); ok {
			return text
		}
	}
	return ""
}

// extractRole returns the text of a role.
func (r *reader) extractRole(d *compiledDialect, role dialect.Role) string {
	for i := range d.extractors {
		if d.extractors[i].role == role {
			return r.extractFirst(d.extractors[i].extractors)
		}
	}
	return ""
}

// parseWait returns the wait in a text, in seconds, rounded up; -1 if there is
// none.
func (r *reader) parseWait(text string, unit dialect.Unit) int {
	return limitheader.ReadWait(text, unit, limitheader.SentAt(r.response.Header, r.response.Now))
}
