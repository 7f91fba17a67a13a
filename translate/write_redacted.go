package translate

import (
	"strings"

	"github.com/tidwall/gjson"

	"github.com/koine-proxy/koine/translate/redact"
)

// redacted replaces a text of the upstream that may not reach clients.
const redacted = `"[redacted]"`

// detailScope is what the members around a value say about it.
type detailScope struct {
	secret string // the name of an object around it, if that is the name of a secret
	about  bool   // an object around it is about a field with a secret
}

// innerScope returns the scope of the members of an object called name.
func (w *writer) innerScope(outer detailScope, name string, members *nameList) detailScope {
	if redact.IsSecretName(name) {
		outer.secret = name
	}
	outer.about = outer.about || w.isAboutSecret(members)
	return outer
}

// leftoverScope returns the scope of a leftover, from its siblings and the objects
// around it.
func (w *writer) leftoverScope(m *member) (s detailScope) {
	if m.parent >= 0 {
		for p := m.parent; p >= 0; p = w.members[p].parent {
			if redact.IsSecretName(w.members[p].key) {
				s.secret = w.members[p].key
			}
		}
	}
	if !redact.IsSubmitted(m.key) {
		return s
	}
	for i := range w.members {
		other := &w.members[i]
		if other.parent == m.parent && redact.NamesField(other.key) && namesSecret(&other.value) {
			s.about = true
		}
	}
	return s
}

// isAboutSecret reports whether an object says that it is about a field with a
// secret: {"field": "password", "value": …}.
func (w *writer) isAboutSecret(members *nameList) bool {
	for i, end := members.first, members.end; i < end; i++ {
		if m := &w.names.list[i]; m.value.Type != gjson.Number && namesSecret(&m.value) && redact.NamesField(m.name) {
			return true
		}
	}
	return false
}

// namesSecret reports whether a value is the path of a field with a secret: a text,
// a list whose last text is the name, or an object with a path in it.
func namesSecret(v *value) (found bool) {
	switch {
	case v.Type == gjson.String:
		return redact.IsSecretPath(v.Str)
	case v.IsArray():
		each(*v, func(_ string, step value) bool {
			if step.Type == gjson.String {
				found = redact.IsSecretPath(step.Str)
			}
			return true
		})
	case v.IsObject():
		each(*v, func(_ string, path value) bool {
			found = path.Type == gjson.String && redact.IsSecretPath(path.Str)
			return !found
		})
	}
	return found
}

// hides reports whether a value is not shown whatever it is: it was submitted for a
// secret, or is a number that is one.
func (s detailScope) hides(name string, v *value) bool {
	if (s.about || s.secret != "") && v.Type != gjson.Null && redact.IsSubmitted(name) {
		return true
	}
	return v.Type == gjson.Number && redact.IsSecretNumber(name, v.Raw)
}

// appendRedacting appends the text of a member, or its replacement if it may not
// reach clients.
func (w *writer) appendRedacting(dst []byte, name, text string, scope detailScope) []byte {
	if text == "" {
		return appendString(dst, text)
	}
	text, ok := w.filter.Value(text)
	if !ok || redact.IsSecret(name, text) || scope.repeatsSecret(text) {
		return append(dst, redacted...)
	}
	return appendString(dst, text)
}

// repeatsSecret reports whether a text is, or has, the secret that the members
// around it are about.
func (s detailScope) repeatsSecret(text string) bool {
	return s.secret != "" && redact.IsSecret(s.secret, text) ||
		s.about && strings.Contains(text, " ") && redact.RepeatsValue(text)
}
