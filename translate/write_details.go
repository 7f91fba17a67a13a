package translate

import (
	"github.com/tidwall/gjson"

	"github.com/koine-proxy/koine/translate/redact"
)

// detailsPrefix is added to a detail whose name has another meaning where it is
// written.
const detailsPrefix = "details."

// appendDetails appends the details as the member `name`; nothing if there are
// none.
func (w *writer) appendDetails(dst []byte, name string) []byte {
	start := len(dst)
	dst = appendMember(dst, name)
	dst = append(dst, '{')
	empty := len(dst)
	dst = w.appendDetailMembers(dst, nil)
	if len(dst) == empty {
		return dst[:start]
	}
	return append(dst, '}')
}

// appendDetailMembers appends the members of the details: those of the object that
// the shape names, then the leftovers. None of them gets a name that is reserved in
// the object that is written.
func (w *writer) appendDetailMembers(dst []byte, reserved map[string]bool) []byte {
	used := w.names.empty()
	if w.details.IsObject() {
		used = w.names.push(w.details)
		dst = w.appendMembers(dst, &used, reserved, detailScope{about: w.isAboutSecret(&used)})
	}
	if w.whole != "" && w.whole != w.Message {
		name := w.freeName("errors", &used, reserved)
		dst = w.appendRedacting(appendMember(dst, name), name, w.whole, detailScope{})
		w.names.add(&used, name)
	}
	for i := range w.members {
		m := &w.members[i]
		if !m.leftover || redact.IsInternalName(m.key) || w.isRepeated(m) {
			continue
		}
		name := w.leftoverName(m, &used, reserved)
		if !w.filter.AllowsName(name) {
			if name = redactedName; reserved[name] || w.names.has(&used, name) {
				continue
			}
		}
		dst = appendMember(dst, name)
		dst = w.appendDetail(dst, m.key, m.value, w.leftoverScope(m))
		w.names.add(&used, name)
	}
	w.names.pop(&used)
	return dst
}

// isRepeated reports whether a later member of the same object has the same name.
func (w *writer) isRepeated(m *member) bool {
	if m.node != nil {
		return false // see document.record
	}
	for i := len(w.members) - 1; i >= 0; i-- {
		other := &w.members[i]
		if other == m {
			return false
		}
		if other.parent == m.parent && other.key == m.key {
			return true
		}
	}
	return false
}

// leftoverName returns the name of a leftover among the details: its own or, if
// that is used, the whole path to it.
func (w *writer) leftoverName(m *member, used *nameList, reserved map[string]bool) string {
	name := validName(m.key)
	inArray := m.parent >= 0 && w.members[m.parent].value.IsArray() // its key is an index
	if !inArray && !reserved[name] && !w.names.has(used, name) {
		return name
	}
	for p := m.parent; p >= 0; p = w.members[p].parent {
		name = validName(w.members[p].key) + "." + name
	}
	if reserved[name] {
		name = detailsPrefix + name
	}
	return w.freeName(name, used, reserved)
}

// freeName changes a name until it is not used.
func (w *writer) freeName(name string, used *nameList, reserved map[string]bool) string {
	for reserved[name] || w.names.has(used, name) {
		name += "_"
	}
	return name
}

// appendMembers appends the members of an object, which are listed in names. If
// members share a name, the last one is used. Of those whose names may not reach
// clients, the first one is.
func (w *writer) appendMembers(dst []byte, names *nameList, reserved map[string]bool, scope detailScope) []byte {
	for i, end := names.first, names.end; i < end; i++ {
		if w.values >= maxDetailValues {
			break
		}
		name, value := w.names.list[i].name, w.names.list[i].value
		if redact.IsInternalName(name) || w.names.hasFrom(names, i+1, name) || w.isReported(value) {
			continue
		}
		shown := name
		switch {
		case !w.filter.AllowsName(name):
			if shown = redactedName; reserved[shown] || w.names.has(names, shown) {
				continue
			}
			w.names.add(names, shown)
		case reserved[name]:
			shown = w.freeName(detailsPrefix+name, names, reserved)
			w.names.add(names, shown)
		}
		dst = appendMember(dst, shown)
		dst = w.appendDetail(dst, name, value, scope)
	}
	return dst
}

// maxDetailValues bounds the values of the details. More of them are left out.
const maxDetailValues = 30_000

// maxNumber bounds the numbers that are written, in bytes.
const maxNumber = 64

// appendDetail appends a value of the upstream: numbers unchanged unless they are
// longer than maxNumber, texts if they may reach clients, secrets never. name is that of the member, or of the array,
// that has the value.
func (w *writer) appendDetail(dst []byte, name string, v value, scope detailScope) []byte {
	w.values++
	switch {
	case (scope != detailScope{} || v.Type == gjson.Number) && scope.hides(name, &v):
		return append(dst, redacted...)
	case v.Type == gjson.Number && len(v.Raw) > maxNumber:
		return append(dst, redacted...)
	case v.Type == gjson.String:
		return w.appendRedacting(dst, name, v.Str, scope)
	case v.IsObject():
		names := w.names.push(v)
		dst = append(dst, '{')
		dst = w.appendMembers(dst, &names, nil, w.innerScope(scope, name, &names))
		w.names.pop(&names)
		return append(dst, '}')
	case v.IsArray():
		dst = append(dst, '[')
		each(v, func(_ string, child value) bool {
			dst = w.appendDetail(appendComma(dst), name, child, scope)
			return w.values < maxDetailValues
		})
		return append(dst, ']')
	}
	return append(dst, v.Raw...)
}
