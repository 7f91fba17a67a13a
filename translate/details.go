package translate

import (
	"strings"

	"github.com/tidwall/gjson"
)

// redacted stands where a text of the backend is not fit for clients.
const redacted = `"[redacted]"`

// private tells whether a member may never pass, whatever it holds: it speaks
// of the inside of the backend.
func private(key string) bool {
	switch strings.ToLower(key) {
	case "trace", "stack", "stacktrace", "stack_trace", "exception", "file", "line", "debug", "sql", "query":
		return true
	}
	return false
}

// appendDetails appends what else the backend told as the member `name`, or
// nothing where there is nothing: the members of its details, then those that
// no lens names.
func (t *Translation) appendDetails(dst []byte, name string) []byte {
	start := len(dst)
	dst = appendMember(dst, name)
	dst = append(dst, '{')
	empty := len(dst)
	dst = t.appendDetailMembers(dst)
	if len(dst) == empty {
		return dst[:start]
	}
	return append(dst, '}')
}

func (t *Translation) appendDetailMembers(dst []byte) []byte {
	if t.details.IsObject() {
		t.details.ForEach(func(key, v gjson.Result) bool {
			if !private(key.Str) {
				dst = appendDetail(appendMember(dst, key.Str), v)
			}
			return true
		})
	}
	for i := range t.members {
		m := &t.members[i]
		if !m.left || private(m.key) || t.repeated(m) {
			continue
		}
		dst = appendMember(dst, t.detailName(m))
		dst = appendDetail(dst, m.value)
	}
	return dst
}

// consumed tells whether a member in a place of the lens was understood.
func consumed(p *place, m *member) bool {
	switch p.role {
	case RoleAlways:
		return m.value.Raw == p.value || m.value.Type == gjson.Null
	case RoleCode:
		return m.value.Type != gjson.JSON
	case RoleMessage:
		return m.value.Type != gjson.JSON
	case RoleFields:
		return m.value.Type == gjson.JSON || m.value.Type == gjson.Null
	case RoleDetails:
		return m.value.IsObject() || m.value.Type == gjson.Null
	}
	return true
}

// repeated tells whether a later member of the same object has the same name.
func (t *Translation) repeated(m *member) bool {
	if m.node != nil {
		return false // those were sorted out as they were recorded
	}
	for i := len(t.members) - 1; i >= 0; i-- {
		other := &t.members[i]
		if other == m {
			return false
		}
		if other.parent == m.parent && other.key == m.key {
			return true
		}
	}
	return false
}

// detailName is the name of a leftover among the details: its own, or, where
// that is taken, the whole path to it.
func (t *Translation) detailName(m *member) string {
	if !t.taken(m) {
		return m.key
	}
	name := m.key
	for p := m.parent; p >= 0; p = t.members[p].parent {
		name = t.members[p].key + "." + name
	}
	return name
}

// taken tells whether the details already have a member of that name.
func (t *Translation) taken(m *member) bool {
	if m.parent >= 0 && t.members[m.parent].value.IsArray() {
		return true // an index is no name
	}
	found := false
	if t.details.IsObject() {
		t.details.ForEach(func(key, _ gjson.Result) bool {
			found = key.Str == m.key
			return !found
		})
	}
	for i := range t.members {
		other := &t.members[i]
		if found || other == m {
			return found
		}
		found = other.key == m.key && other.left
	}
	return found
}

// appendDetail appends a value of the backend: numbers as they were spelled,
// texts where they are fit for clients, and nothing that is private.
func appendDetail(dst []byte, v gjson.Result) []byte {
	switch v.Type {
	case gjson.String:
		if v.Str != "" && !FitForClients(v.Str) {
			return append(dst, redacted...)
		}
		return appendString(dst, v.Str)
	case gjson.JSON:
		return appendContainer(dst, v)
	}
	return append(dst, v.Raw...)
}

func appendContainer(dst []byte, v gjson.Result) []byte {
	brackets := "{}"
	if v.IsArray() {
		brackets = "[]"
	}
	dst = append(dst, brackets[0])
	v.ForEach(func(key, child gjson.Result) bool {
		switch {
		case brackets == "[]":
			dst = appendComma(dst)
		case private(key.Str):
			return true
		default:
			dst = appendMember(dst, key.Str)
		}
		dst = appendDetail(dst, child)
		return true
	})
	return append(dst, brackets[1])
}

// clip bounds a code of the backend on its way into an envelope.
func clip(s string) string {
	const most = 128
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "")
}
