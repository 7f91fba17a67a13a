package translate

import (
	"slices"
	"strconv"
	"time"

	"github.com/koine-proxy/koine/dialect"
)

// part is one member, or one element of an array, to write.
type part struct {
	key        string
	head       string // the name and the colon, ready to be copied
	role       dialect.Role
	entry      dialect.Role    // in an entry of fields: the role in it
	words      []insert        // a text with words, in place of a role
	constant   string          // JSON to write if the role has no value
	categories []categoryValue // the same for some categories
	codes      []string        // native codes that are written here and not at the place of the code
	elsewhere  []string        // of the place of the code: native codes that are written at another one
	unit       dialect.Unit    // of the time to wait
	isText     bool            // a number is written as a text
	inList     bool            // the value is written as a list of one
	parts      []*part
}

type categoryValue struct {
	category Category
	value    string // JSON
}

// roleFieldName is the role of a member that has the name of the only field that an error
// can have.
const roleFieldName dialect.Role = "field"

// findOrCreate returns the part at a path, and creates missing parts.
func (p *part) findOrCreate(path dialect.Path) *part {
	for _, step := range path {
		key := step.Key
		switch step.Kind {
		case dialect.StepEach:
			key = "0"
		case dialect.StepRoot:
			continue
		}
		i := slices.IndexFunc(p.parts, func(c *part) bool { return c.key == key })
		if i < 0 {
			i = len(p.parts)
			p.parts = append(p.parts, &part{key: key})
		}
		p = p.parts[i]
	}
	return p
}

// find returns the part at a path; nil if there is none.
func (p *part) find(path dialect.Path) *part {
	for _, step := range path {
		key := step.Key
		if step.Kind == dialect.StepEach {
			key = "0"
		}
		i := slices.IndexFunc(p.parts, func(c *part) bool { return c.key == key })
		if i < 0 {
			return nil
		}
		p = p.parts[i]
	}
	return p
}

// prepare makes what is copied for every answer.
func (p *part) prepare() {
	p.head = string(append(appendString(nil, p.key), ':'))
	for _, child := range p.parts {
		child.prepare()
	}
}

// isWritable reports whether there is a place for a code, a message or fields.
func (p *part) isWritable() bool {
	switch p.role {
	case dialect.RoleCode, dialect.RoleMessage, dialect.RoleFields:
		return true
	}
	return slices.ContainsFunc(p.words, func(w insert) bool { return w.kind == insertCode || w.kind == insertMessage }) || slices.ContainsFunc(p.parts, (*part).isWritable)
}

// readsRequest reports whether a member of the request is repeated.
func (p *part) readsRequest() bool { return p.hasInsert(insertRequest) }

// hasInsert reports whether a text has a word of some kind.
func (p *part) hasInsert(kind insertKind) bool {
	return slices.ContainsFunc(p.words, func(w insert) bool { return w.kind == kind }) ||
		slices.ContainsFunc(p.parts, func(c *part) bool { return c.hasInsert(kind) })
}

// isList reports whether the parts are elements rather than members.
func (p *part) isList() bool { return len(p.parts) > 0 && p.parts[0].key == "0" }

// appendRole appends the value of a role; nothing if there is none.
func (w *dialectWriter) appendRole(dst []byte, p *part) []byte {
	if p.inList {
		start := len(dst)
		one := *p
		one.inList = false
		if dst = w.appendRole(append(dst, '['), &one); len(dst) == start+1 {
			return dst[:start]
		}
		return append(dst, ']')
	}
	if len(p.codes) > 0 && slices.Contains(p.codes, w.native.code) {
		return w.appendCode(dst, w.native.code, p)
	}
	if len(p.words) > 0 {
		return w.appendWords(dst, p)
	}
	switch p.role {
	case dialect.RoleCode:
		if len(p.elsewhere) > 0 && slices.Contains(p.elsewhere, w.native.code) {
			return dst
		}
		return w.appendCode(dst, w.native.code, p)
	case dialect.RoleSubcode:
		return w.appendCode(dst, w.native.sub, p)
	case dialect.RoleMessage:
		return appendString(dst, w.message())
	case dialect.RoleStatus:
		return w.appendNumber(dst, w.bodyStatus, p)
	case dialect.RoleRequestID:
		return appendString(dst, w.params.RequestID)
	case dialect.RoleType:
		return appendString(dst, w.Code.Type())
	case dialect.RoleCategory:
		return appendString(dst, string(w.Code.Category))
	case dialect.RoleRetryAfter:
		return w.appendWait(dst, p)
	case dialect.RoleRetryable:
		strategy := w.Strategy()
		return strconv.AppendBool(dst, strategy == RetryBackoff || strategy == RetryWait)
	case dialect.RoleDetails, dialect.RoleFields:
		return w.appendDetailObject(dst)
	case roleFieldName:
		return w.appendFirstField(dst)
	}
	return dst
}

// appendNumber appends a number, or its text.
func (w *dialectWriter) appendNumber(dst []byte, n int, p *part) []byte {
	if !p.isText {
		return appendInt(dst, int64(n))
	}
	return append(appendInt(append(dst, '"'), int64(n)), '"')
}

func (w *dialectWriter) appendCode(dst []byte, code string, p *part) []byte {
	switch {
	case code == "":
		return dst
	case !p.isText && len(code) <= maxNumber && isNumber(code):
		return append(dst, code...)
	}
	return appendString(dst, clip(code))
}

// isNumber reports whether a code can be written as a number of JSON.
func isNumber(s string) bool { return s != "" && skipNumber(s, 0) == len(s) }

// appendWait appends the time to wait; nothing if it is not known.
func (w *dialectWriter) appendWait(dst []byte, p *part) []byte {
	after, ok := w.After(w.policy)
	if !ok {
		return dst
	}
	switch p.unit {
	case dialect.UnitMilliseconds:
		after *= 1000
	case dialect.UnitMinutes:
		after = (after + 59) / 60
	case dialect.UnitDuration:
		return append(appendInt(append(dst, '"'), int64(after)), `s"`...)
	case dialect.UnitEpoch:
		return appendInt(dst, w.params.Time.Unix()+int64(after))
	case dialect.UnitEpochMilliseconds:
		return appendInt(dst, (w.params.Time.Unix()+int64(after))*1000)
	case dialect.UnitDate:
		dst = w.params.Time.Add(time.Duration(after)*time.Second).UTC().AppendFormat(append(dst, '"'), time.RFC3339)
		return append(dst, '"')
	}
	return w.appendNumber(dst, after, p)
}

// waitText returns the time to wait as the value of a header.
func (w *dialectWriter) waitText(unit dialect.Unit) string {
	var space [40]byte
	text := w.appendWait(space[:0], &part{unit: unit})
	if n := len(text); n > 1 && text[0] == '"' {
		text = text[1 : n-1]
	}
	return string(text)
}

// statusText returns a status as a text.
func statusText(status int) string { return strconv.Itoa(status) }
