package translate

import (
	"slices"
	"strconv"
	"strings"

	"github.com/koine-proxy/koine/dialect"
)

// AppendDialect appends the error in the dialect of that name and returns the
// status to send with it. An error that came in this dialect keeps its native code
// and status; any other gets those of the dialect, within the guard rails of
// HTTPStatus. An error that the dialect has no code for keeps the canonical one.
// p.GatewayStatus applies to all of them.
// ok is false if the engine has no such dialect, or cannot write it.
func (t *Translation) AppendDialect(dst []byte, name string, p *Policy, params RenderParams) (out []byte, status int, ok bool) {
	d := t.formToWrite(name)
	if d == nil {
		return dst, 0, false
	}
	w := dialectWriter{writer: newWriter(t, p, params), to: d}
	w.setCode()
	if w.to.formats&onlyJSON == 0 {
		return appendXML(dst, w.appendDocument(nil)), w.nativeStatus, true
	}
	return w.appendDocument(dst), w.nativeStatus, true
}

// formToWrite returns the form of a dialect in which the error is written: the
// detected one, the dialect itself, or its first variant that can be written; nil
// if there is none.
func (d *detection) formToWrite(name string) (best *compiledDialect) {
	for _, form := range d.engine.dialects {
		switch {
		case form.name != name || form.unwritable:
		case form == d.dialect:
			return form
		case best == nil || form.variant == "":
			best = form
		}
	}
	return best
}

// dialectWriter writes an answer in a dialect.
type dialectWriter struct {
	writer
	to           *compiledDialect
	code         string
	nativeStatus int
}

// setCode chooses the code and the status to write.
func (w *dialectWriter) setCode() {
	w.code, w.nativeStatus = w.chooseCode()
	w.nativeStatus = w.policy.sentStatus(w.nativeStatus)
}

// chooseCode returns the code, and the status before GatewayStatus of the policy.
func (w *dialectWriter) chooseCode() (code string, status int) {
	if w.Dialect == w.to.name && (w.Native != "" || len(w.to.code) == 0 || w.to.codeOptional) {
		return w.Native, w.Status
	}
	n, ok := w.engine.nativeOf(w.to, w.Code)
	if !ok {
		return w.Code.Name, w.answerStatus
	}
	if n.status != 0 && w.Match == ByTable && w.policy.Status != StatusUpstream {
		return n.code, guardStatus(w.answerStatus, n.status)
	}
	return n.code, w.answerStatus
}

// appendDocument appends the body as JSON.
func (w *dialectWriter) appendDocument(dst []byte) []byte {
	root := w.to.plan.root
	if root.isList() {
		return w.appendPart(dst, root)
	}
	dst = append(dst, '{')
	dst = w.appendParts(dst, root.parts)
	if !w.hasDetails() && w.isBelow500() {
		dst = w.appendDetailMembers(dst, w.to.reserved)
	}
	return append(dst, '}')
}

// hasDetails reports whether the shape has a place for the details of this error.
// If it has none, they are written beside the other members.
func (w *dialectWriter) hasDetails() bool {
	for _, r := range w.to.memberRoles {
		if r.role == dialect.RoleDetails || (r.role == dialect.RoleFields && !w.hasFields()) {
			return true
		}
	}
	return false
}

// hasFields reports whether the place of the fields has fields for this code, and
// not details.
func (w *dialectWriter) hasFields() bool {
	if len(w.to.fieldShapes) == 0 {
		return false
	}
	codes := w.to.fieldShapes[0].ForCodes
	return len(codes) == 0 || slices.Contains(codes, w.code)
}

func (w *dialectWriter) appendParts(dst []byte, parts []*part) []byte {
	for _, p := range parts {
		start := len(dst)
		dst = appendMember(dst, p.key)
		empty := len(dst)
		if dst = w.appendPart(dst, p); len(dst) == empty {
			dst = dst[:start]
		}
	}
	return dst
}

// appendPart appends the value of one part; nothing if there is none.
func (w *dialectWriter) appendPart(dst []byte, p *part) []byte {
	start := len(dst)
	if p.isList() {
		dst = append(dst, '[')
		dst = w.appendPart(dst, p.parts[0])
		if len(dst) == start+1 {
			return dst[:start]
		}
		return append(dst, ']')
	}
	if (p.role == "" || p.role == dialect.RoleFields) && len(p.parts) > 0 {
		dst = append(dst, '{')
		dst = w.appendParts(dst, p.parts)
		if len(dst) == start+1 {
			return dst[:start]
		}
		return append(dst, '}')
	}
	if dst = w.appendRole(dst, p.role); len(dst) == start {
		dst = append(dst, p.constant...)
	}
	return dst
}

// appendRole appends the value of a role; nothing if there is none.
func (w *dialectWriter) appendRole(dst []byte, role dialect.Role) []byte {
	switch role {
	case dialect.RoleCode:
		return w.appendCode(dst)
	case dialect.RoleMessage:
		return appendString(dst, w.message())
	case dialect.RoleStatus:
		if w.to.statusText {
			return appendString(dst, strconv.Itoa(w.nativeStatus))
		}
		return appendInt(dst, int64(w.nativeStatus))
	case dialect.RoleRequestID:
		return appendString(dst, w.params.RequestID)
	case dialect.RoleType:
		return appendString(dst, w.Code.Type())
	case dialect.RoleCategory:
		return appendString(dst, string(w.Code.Category))
	case dialect.RoleRetryAfter:
		if after, ok := w.After(w.policy); ok {
			return appendInt(dst, int64(after))
		}
	case dialect.RoleRetryable:
		strategy := w.Strategy()
		return strconv.AppendBool(dst, strategy == RetryBackoff || strategy == RetryWait)
	case dialect.RoleFields:
		if w.hasFields() {
			return w.appendShape(dst, &w.to.fieldShapes[0])
		}
		return w.appendDetailObject(dst)
	case dialect.RoleDetails:
		return w.appendDetailObject(dst)
	}
	return dst
}

func (w *dialectWriter) appendCode(dst []byte) []byte {
	if w.code == "" {
		return dst
	}
	if w.to.numeric && len(w.code) <= maxNumber && isNumber(w.code) {
		return append(dst, w.code...)
	}
	return appendString(dst, clip(w.code))
}

// isNumber reports whether a code can be written as a number of JSON.
func isNumber(s string) bool { return s != "" && skipNumber(s, 0) == len(s) }

func (w *dialectWriter) appendDetailObject(dst []byte) []byte {
	if !w.isBelow500() {
		return dst
	}
	start := len(dst)
	dst = append(dst, '{')
	dst = w.appendDetailMembers(dst, nil)
	if len(dst) == start+1 {
		return dst[:start]
	}
	return append(dst, '}')
}

// appendShape appends the fields in a shape of the dialect; nothing if there are
// none.
func (w *dialectWriter) appendShape(dst []byte, shape *fieldShape) []byte {
	brackets := "[]"
	if shape.isMap() {
		brackets = "{}"
	}
	start := len(dst)
	dst = append(dst, brackets[0])
	empty := len(dst)
	seen, count := map[string]bool{}, 0
	w.fields.forEach(func(f field) bool {
		if count++; count > maxFields {
			return false
		}
		w.filterField(&f)
		if !shape.isMap() {
			dst = appendEntry(appendComma(dst), f, shape.entry)
			return true
		}
		if path := strings.Clone(validName(f.path)); !seen[path] { // an object has one message for each field: the first
			seen[path] = true
			dst = appendString(appendMember(dst, path), f.message)
		}
		return true
	})
	if len(dst) == empty {
		return dst[:start]
	}
	return append(dst, brackets[1])
}

// appendEntry appends one field as an entry of a list.
func appendEntry(dst []byte, f field, p *part) []byte {
	switch {
	case p.isList():
		return append(appendEntry(append(dst, '['), f, p.parts[0]), ']')
	case len(p.parts) == 0:
		return appendString(dst, f.text(p.role))
	}
	dst = append(dst, '{')
	for _, child := range p.parts {
		if len(child.parts) > 0 || f.text(child.role) != "" {
			dst = appendEntry(appendMember(dst, child.key), f, child)
		}
	}
	return append(dst, '}')
}

// text returns the text of a field in a role.
func (f *field) text(r dialect.Role) string {
	switch r {
	case dialect.RoleFields:
		return f.path
	case dialect.RoleMessage:
		return f.message
	case dialect.RoleCode:
		return f.code
	}
	return ""
}
