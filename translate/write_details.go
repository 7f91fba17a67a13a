package translate

import (
	"strings"

	"github.com/tidwall/gjson"

	"github.com/koine-proxy/koine/dialect"
	"github.com/koine-proxy/koine/translate/redact"
)

// redacted stands where a text of the backend is not fit for clients.
const redacted = `"[redacted]"`

// appendDetails appends what else the backend told as the member `name`, or
// nothing where there is nothing: the members of its details, then those that
// no lens names.
func (t *Translation) appendDetails(dst []byte, name string) []byte {
	start := len(dst)
	dst = appendMember(dst, name)
	dst = append(dst, '{')
	empty := len(dst)
	dst = t.appendDetailMembers(dst, nil)
	if len(dst) == empty {
		return dst[:start]
	}
	return append(dst, '}')
}

// appendDetailMembers appends the members of the details. None takes a name that
// is reserved for something else in the object under way.
func (t *Translation) appendDetailMembers(dst []byte, reserved map[string]bool) []byte {
	used := nameList{first: len(t.names), end: len(t.names)}
	if t.details.IsObject() {
		used = t.listNames(t.details)
		dst, used = t.appendMembers(dst, used, reserved)
	}
	for i := range t.members {
		m := &t.members[i]
		if !m.left || redact.IsInternalName(m.key) || t.repeated(m) {
			continue
		}
		name := t.detailName(m, used, reserved)
		dst = appendMember(dst, name)
		dst = t.appendDetail(dst, m.key, m.value)
		t.names = append(t.names, listed{name: name})
		used.end++
	}
	t.forgetNames(used)
	return dst
}

// consumed tells whether a member in a place of the lens was understood.
func (t *Translation) consumed(p *place, m *member) bool {
	if p.part {
		return true
	}
	switch p.role {
	case dialect.RoleAlways:
		return m.value.Raw == p.value || m.value.Type == gjson.Null
	case dialect.RoleSubcode:
		return t.Message != "" && m.value.Str == t.Message // it chose the row, and tells more than that
	case dialect.RoleCode:
		return m.value.Type != gjson.JSON
	case dialect.RoleMessage:
		return m.value.Type != gjson.JSON || m.value.IsArray() && t.Message != ""
	case dialect.RoleFields:
		return t.form != nil && t.fields.Raw == m.value.Raw || m.value.Type != gjson.JSON || t.details.Raw == m.value.Raw || len(m.value.Raw) == 2
	case dialect.RoleDetails:
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
func (t *Translation) detailName(m *member, used nameList, reserved map[string]bool) string {
	name := validName(m.key)
	inArray := m.parent >= 0 && t.members[m.parent].value.IsArray() // an index is no name
	if !inArray && !reserved[name] && !t.taken(used, name) {
		return name
	}
	for p := m.parent; p >= 0; p = t.members[p].parent {
		name = validName(t.members[p].key) + "." + name
	}
	if reserved[name] {
		name = detailsPrefix + name
	}
	return t.freeName(name, used, reserved)
}

// detailsPrefix stands before a detail whose name means something else in the
// place where it has to be written.
const detailsPrefix = "details."

// freeName makes a name one that is not taken.
func (t *Translation) freeName(name string, used nameList, reserved map[string]bool) string {
	for reserved[name] || t.taken(used, name) {
		name += "_"
	}
	return name
}

// appendDetail appends a value of the backend: numbers as they were spelled,
// texts where they are fit for clients, and nothing that is private. The name
// of the member (or of the list) that holds it counts too.
func (t *Translation) appendDetail(dst []byte, name string, v value) []byte {
	switch {
	case v.Type == gjson.String:
		if v.Str != "" && (!redact.AllowsValue(v.Str) || redact.IsSecret(name, v.Str)) {
			return append(dst, redacted...)
		}
		return appendString(dst, v.Str)
	case v.IsObject():
		names := t.listNames(v)
		dst = append(dst, '{')
		dst, names = t.appendMembers(dst, names, nil)
		t.forgetNames(names)
		return append(dst, '}')
	case v.IsArray():
		dst = append(dst, '[')
		each(v, func(_ string, child value) bool {
			dst = t.appendDetail(appendComma(dst), name, child)
			return true
		})
		return append(dst, ']')
	}
	return append(dst, v.Raw...)
}

// told tells whether a value was told elsewhere: as the fields, or in a role whose
// path only a walk finds.
func (t *Translation) told(v value) bool {
	if t.form != nil && v.is(t.fields) {
		return true
	}
	for i := range t.said {
		if v.is(t.said[i]) {
			return true
		}
	}
	return false
}

// appendMembers appends the members of an object, which are listed. Of two
// members with one name the last counts, as everywhere.
func (t *Translation) appendMembers(dst []byte, names nameList, reserved map[string]bool) ([]byte, nameList) {
	for i, end := names.first, names.end; i < end; i++ {
		name, value := t.names[i].name, t.names[i].value
		if redact.IsInternalName(name) || t.follows(names, i+1, name) || t.told(value) {
			continue
		}
		if reserved[name] {
			name = t.freeName(detailsPrefix+name, names, reserved)
			t.names = append(t.names, listed{name: name})
			names.end++
		}
		dst = appendMember(dst, name)
		dst = t.appendDetail(dst, name, value)
	}
	return dst, names
}

// clip bounds a code of the backend on its way into an envelope.
func clip(s string) string {
	const most = 128
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "")
}
