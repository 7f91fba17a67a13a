package translate

import (
	"strings"

	"github.com/koine-proxy/koine/dialect"
)

// writeHeader is a header of the answers in a dialect.
type writeHeader struct {
	name  string // as a key of a header map
	role  dialect.Role
	unit  dialect.Unit
	words []insert // in place of a role
}

func parseHeader(text string) []insert {
	if words := parseWords(text); words != nil {
		return words
	}
	return []insert{{literal: text}}
}

// addHeaderPlace adds a header that the dialect reads.
func (c *formCompiler) addHeaderPlace(role dialect.Role, place *dialect.Place) {
	plain := *place
	plain.Header, plain.Path = "", dialect.Path{{Key: "x"}}
	if place.Param != "" || !plain.IsPlain() && !c.keepsValue(&plain) {
		return
	}
	name := canonicalHeader(place.Header)
	if name == "Retry-After" && place.Unit != dialect.UnitMilliseconds { // every answer has it
		return
	}
	for _, h := range c.headers {
		if h.name == name || h.role == role && role != "" {
			return
		}
	}
	c.headers = append(c.headers, writeHeader{name: name, role: role, unit: place.Unit})
}

// SetHeaders sets the headers that clients of the dialect read. The header has canonical
// names, as in net/http.
func (a *DialectAnswer) SetHeaders(header map[string][]string) {
	w := &a.writer
	for i := range w.to.headers {
		h := &w.to.headers[i]
		if text := w.headerText(h); text != "" {
			header[h.name] = []string{text}
		}
	}
}

// headerText returns the value of a header; "" for none.
func (w *dialectWriter) headerText(h *writeHeader) string {
	text := ""
	switch h.role {
	case "":
		for _, one := range h.words {
			part := string(w.appendText(nil, []insert{one}))
			if one.kind == insertMessage || one.kind == insertCode { // it may be inside quotes
				part = strings.NewReplacer(`"`, "'", `\`, "/").Replace(part)
			}
			text += part
		}
	case dialect.RoleRequestID:
		text = w.params.RequestID
	case dialect.RoleCode:
		text = clip(w.native.code)
	case dialect.RoleSubcode:
		text = clip(w.native.sub)
	case dialect.RoleMessage:
		text = w.message()
	case dialect.RoleStatus:
		text = statusText(w.bodyStatus)
	case dialect.RoleRetryAfter:
		text = w.waitText(h.unit)
	}
	return headerSafe(text)
}

// headerSafe returns a text without the bytes that a header cannot have.
func headerSafe(text string) string {
	for i := range len(text) {
		if text[i] < ' ' || text[i] >= 0x7f {
			b := make([]byte, 0, len(text))
			for j := range len(text) {
				if c := text[j]; c >= ' ' && c < 0x7f {
					b = append(b, c)
				}
			}
			return string(b)
		}
	}
	return text
}
