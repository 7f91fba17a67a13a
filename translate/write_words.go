package translate

import (
	"strings"
	"time"

	"github.com/tidwall/gjson"

	"github.com/koine-proxy/koine/dialect"
)

// insertKind is what stands for a word of a text.
type insertKind uint8

// The kinds of words.
const (
	insertLiteral insertKind = iota
	insertCode
	insertSubcode
	insertMessage
	insertStatus
	insertPhrase
	insertRequestID
	insertTime
	insertRequest // a member of the body of the request
)

// insert is a part of a text of `write.members`.
type insert struct {
	kind    insertKind
	literal string // or the path of a member of the request
}

// insertKinds are the words, the longer ones first.
var insertKinds = []struct {
	name string
	kind insertKind
}{
	{"$request_id", insertRequestID}, {"$request.", insertRequest}, {"$subcode", insertSubcode}, {"$message", insertMessage},
	{"$status", insertStatus}, {"$phrase", insertPhrase}, {"$code", insertCode}, {"$time", insertTime},
}

// parseWords splits a text at its words; nil if it has none.
func parseWords(text string) (out []insert) {
	found := false
	for text != "" {
		i := strings.IndexByte(text, '$')
		if i < 0 {
			out = append(out, insert{literal: text})
			break
		}
		kind, rest := insertLiteral, ""
		for _, k := range insertKinds {
			if tail, ok := strings.CutPrefix(text[i:], k.name); ok {
				kind, rest = k.kind, tail
				break
			}
		}
		if kind == insertLiteral {
			out = append(out, insert{literal: text[:i+1]})
			text = text[i+1:]
			continue
		}
		found = true
		if i > 0 {
			out = append(out, insert{literal: text[:i]})
		}
		w := insert{kind: kind}
		if kind == insertRequest {
			w.literal, rest = rest, ""
		}
		out, text = append(out, w), rest
	}
	if !found {
		return nil
	}
	return out
}

// appendWords appends a text with words. A single word keeps its type: a number, or a
// member of the request.
func (w *dialectWriter) appendWords(dst []byte, p *part) []byte {
	if len(p.words) == 1 {
		switch one := p.words[0]; one.kind {
		case insertStatus:
			return w.appendNumber(dst, w.bodyStatus, p)
		case insertCode:
			return w.appendCode(dst, w.native.code, p)
		case insertSubcode:
			return w.appendCode(dst, w.native.sub, p)
		case insertRequest:
			return w.appendFromRequest(dst, one.literal)
		case insertRequestID:
			return appendString(dst, w.params.RequestID)
		case insertPhrase:
			return appendString(dst, Phrase(w.bodyStatus))
		case insertMessage:
			return appendString(dst, w.message())
		}
	}
	w.scratch = w.appendText(w.scratch[:0], p.words)
	return appendString(dst, view(w.scratch))
}

// appendText appends a text with words, without quotes.
func (w *dialectWriter) appendText(dst []byte, words []insert) []byte {
	for _, one := range words {
		switch one.kind {
		case insertLiteral:
			dst = append(dst, one.literal...)
		case insertCode:
			dst = append(dst, clip(w.native.code)...)
		case insertSubcode:
			dst = append(dst, clip(w.native.sub)...)
		case insertMessage:
			dst = append(dst, w.message()...) // see headerText for headers
		case insertStatus:
			dst = appendInt(dst, int64(w.bodyStatus))
		case insertPhrase:
			dst = append(dst, Phrase(w.bodyStatus)...)
		case insertRequestID:
			dst = append(dst, w.params.RequestID...)
		case insertTime:
			dst = w.params.Time.UTC().AppendFormat(dst, time.RFC3339)
		}
	}
	return dst
}

// maxEchoed bounds a value that is repeated from a request.
const maxEchoed = 256

// appendFromRequest appends a scalar member of the body of the request; nothing if it is not
// known.
func (w *dialectWriter) appendFromRequest(dst []byte, path string) []byte {
	if len(w.params.RequestBody) == 0 || !gjson.ValidBytes(w.params.RequestBody) {
		return dst
	}
	v := gjson.GetBytes(w.params.RequestBody, path)
	if v.Type == gjson.JSON || len(v.Raw) > maxEchoed {
		return dst
	}
	if v.Type == gjson.String {
		return appendString(dst, v.Str)
	}
	return append(dst, v.Raw...)
}

// setValue makes a value of `write.members` that of a part: a text with words, or a constant.
func (p *part) setValue(value string) {
	p.words = nil
	if v := gjson.Parse(value); v.Type == gjson.String {
		if p.words = parseWords(v.Str); p.words != nil {
			if len(p.words) == 1 && (p.words[0].kind == insertRequest) {
				p.constant = "null"
			}
			p.role = ""
			return
		}
	}
	p.constant = value
}

// addWrite adds what only written bodies have.
func (c *formCompiler) addWrite(w *dialect.Write) {
	for _, m := range w.Members {
		p := c.root.findOrCreate(m.Path)
		if m.Value != "" {
			p.setValue(m.Value)
		}
		for _, by := range m.Categories {
			p.categories = append(p.categories, categoryValue{Category(by.Category), by.Value})
		}
		c.setType(p, m.Path)
	}
	for i := range w.Places {
		place := &w.Places[i]
		p := c.root.findOrCreate(place.Path)
		p.codes = place.Codes
		c.setType(p, place.Path)
		p.isText = p.isText || c.types[place.Path.String()] == 0
		c.root.moveCodes(place.Codes)
	}
	for _, h := range w.Headers {
		c.headers = append(c.headers, writeHeader{name: canonicalHeader(h.Name), words: parseHeader(h.Value)})
	}
	for _, e := range w.Elements {
		if c.elements == nil {
			c.elements = map[string]string{}
		}
		c.elements[e.Name] = e.Value
	}
	if w.Numbers {
		c.root.writeNumbers()
	}
}

// moveCodes notes at the place of the code that some codes are written elsewhere.
func (p *part) moveCodes(codes []string) {
	if p.role == dialect.RoleCode {
		p.elsewhere = append(p.elsewhere, codes...)
	}
	for _, child := range p.parts {
		child.moveCodes(codes)
	}
}

// writeNumbers makes the codes be written as numbers.
func (p *part) writeNumbers() {
	if p.role == dialect.RoleCode || len(p.words) == 1 && p.words[0].kind == insertCode {
		p.isText = false
	}
	for _, child := range p.parts {
		child.writeNumbers()
	}
}
