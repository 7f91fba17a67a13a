package translate

import (
	"strings"

	"github.com/koine-proxy/koine/translate/redact"
)

// defaultFieldMessage replaces a message about a field that may not reach clients.
const defaultFieldMessage = "This value is not accepted."

// appendFields appends the list of fields as the member `name`; nothing if there
// are none.
func (w *writer) appendFields(dst []byte, name string, appendField func(dst []byte, f field) []byte) []byte {
	if w.fields.shape == nil {
		return dst
	}
	start := len(dst)
	dst = appendMember(dst, name)
	dst = append(dst, '[')
	empty, count := len(dst), 0
	w.fields.forEach(func(f field) bool {
		w.filterField(&f)
		dst = appendField(appendComma(dst), f)
		count++
		return count < maxFields
	})
	if len(dst) == empty {
		return dst[:start]
	}
	return append(dst, ']')
}

// filterField replaces the texts of a field that may not reach clients.
func (w *writer) filterField(f *field) {
	f.message = w.fieldMessage(f)
	if !w.filter.AllowsName(f.path) {
		f.path = redactedName
	}
	if !w.allowsCode(f.code) {
		f.code = ""
	}
}

// allowsCode reports whether a code of the upstream may reach clients. Where its words
// may not, a code has no spaces.
func (w *writer) allowsCode(code string) bool {
	return code == "" || w.filter.AllowsCode(code) && (w.isBelow500() || !strings.Contains(code, " "))
}

// fieldMessage returns the message about a field. One about a secret must not repeat
// what the client submitted.
func (w *writer) fieldMessage(f *field) string {
	text, ok := w.shownText(f.message)
	if !ok || w.policy.Message != MessageUpstream && !w.isTrusted() && !redact.AllowsFieldMessage(f.path, text) {
		return w.params.Locale.fieldMessage()
	}
	return text
}

// appendCanonicalField appends a field of the canonical envelope.
func appendCanonicalField(dst []byte, f field) []byte {
	dst = append(dst, `{"field":`...)
	dst = appendString(dst, f.path)
	dst = append(dst, `,"message":`...)
	return appendFieldEnd(dst, f)
}

// appendProblemField appends a field in the form of the examples of RFC 9457
// section 3.
func (w *writer) appendProblemField(dst []byte, f field) []byte {
	w.scratch = appendPointer(w.scratch[:0], f.path)
	dst = append(dst, `{"pointer":`...)
	dst = appendString(dst, view(w.scratch))
	dst = append(dst, `,"detail":`...)
	return appendFieldEnd(dst, f)
}

// appendFieldEnd appends the message, and the code if there is one.
func appendFieldEnd(dst []byte, f field) []byte {
	dst = appendString(dst, f.message)
	if f.code != "" {
		dst = append(dst, `,"code":`...)
		dst = appendString(dst, clip(f.code))
	}
	return append(dst, '}')
}
