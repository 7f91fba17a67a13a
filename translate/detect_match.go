package translate

import (
	"slices"
	"strings"

	"github.com/koine-proxy/koine/translate/limitheader"
)

// statusWord represents the status of the response in JSON values that are
// compared.
const statusWord = `"$status"`

// matchMembers compares the members of the body with the conditions of dialect c.
func (d *detection) matchMembers(c *compiledDialect) mismatch {
	for i := range c.requirements {
		if why := d.matchRequirement(&c.requirements[i]); why.what != matched {
			return why
		}
	}
	if len(c.anyOf) > 0 && !d.hasAny(c.anyOf) {
		return mismatch{what: anyMissing, at: &c.anyOf[0]}
	}
	for i := range c.lacks {
		if d.has(&c.lacks[i]) {
			return mismatch{what: keyPresent, at: &c.lacks[i]}
		}
	}
	if c.allTypes != 0 && !d.allHaveType(c.allTypes) {
		return mismatch{what: typeDiffers, name: "of some name"}
	}
	if len(c.onlyKeys) > 0 {
		if name := d.unexpectedMember(c.onlyKeys); name != "" {
			return mismatch{what: keyUnexpected, name: name}
		}
	}
	return mismatch{}
}

func (d *detection) matchRequirement(n *requirement) mismatch {
	if !n.location.isPlain() {
		v, ok := d.valueAt(&n.location)
		if !ok {
			return n.absent()
		}
		return d.matchValue(n, &v, typeOf(&v))
	}
	m := d.memberAt(n.node)
	switch {
	case m == nil:
		return n.absent()
	case n.types != 0 && n.types&m.types == 0:
		return mismatch{what: typeDiffers, name: n.node.name}
	case n.typeOnly:
		return mismatch{}
	}
	return d.matchValue(n, &m.value, m.types)
}

// absent returns the result for a body without the member.
func (n *requirement) absent() mismatch {
	if n.isOptional() {
		return mismatch{}
	}
	return mismatch{what: keyMissing, at: &n.location}
}

func (d *detection) matchValue(n *requirement, at *value, types uint16) mismatch {
	v := *at
	switch {
	case n.types != 0 && n.types&types == 0:
		return mismatch{what: typeDiffers, at: &n.location}
	case n.value != "" && n.value != v.Raw && !(n.value == statusWord && d.isStatus(v)):
		return mismatch{what: valueDiffers, at: &n.location}
	case n.not != nil && (slices.Contains(n.not, v.Raw) || slices.Contains(n.not, statusWord) && d.isStatus(v)):
		return mismatch{what: valueExcluded, at: &n.location}
	case n.like != nil && !d.matchesLike(n.like, v):
		return mismatch{what: textDiffers, at: &n.location}
	}
	return mismatch{}
}

// matchesLike reports whether a value matches one of some globs.
func (d *detection) matchesLike(globs []string, v value) bool {
	text, ok := literal(v)
	return ok && (matchesAnyGlob(globs, text) || slices.Contains(globs, "$status") && d.isStatus(v) ||
		slices.Contains(globs, "$phrase") && isPhrase(text, d.response.Status))
}

// isStatus reports whether a value is the status of the response.
func (d *detection) isStatus(v value) bool {
	text, ok := scalar(v)
	if !ok || !isDigit(text[0]) { // an error of ParseSeconds would be allocated
		return false
	}
	return isStatusText(text, d.response.Status) || len(text) > 3 && limitheader.ParseSeconds(text) == d.response.Status
}

func (d *document) hasAny(locations []location) bool {
	for i := range locations {
		if d.has(&locations[i]) {
			return true
		}
	}
	return false
}

// allHaveType reports whether the top has members, or elements, and all of them
// are of some types.
func (d *document) allHaveType(types uint16) bool {
	any, all := false, true
	if d.hasAllMembers() {
		for i := range d.members {
			if m := &d.members[i]; m.parent < 0 && all {
				any, all = true, types&m.types != 0
			}
		}
		return any && all
	}
	each(d.root, func(_ string, v value) bool {
		any, all = true, types&typeOf(&v) != 0
		return all
	})
	return any && all
}

// hasAllMembers reports whether all members at the top were recorded. Their texts need not
// be decoded again.
func (d *document) hasAllMembers() bool {
	return d.root.IsObject() && len(d.members) > 0 && len(d.members) < maxMembers
}

// unexpectedMember returns a name at the top that is not among some names; "" if
// there is none.
func (d *document) unexpectedMember(names []string) (name string) {
	if !d.root.IsObject() {
		return "#"
	}
	if d.hasAllMembers() {
		for i := range d.members {
			if m := &d.members[i]; m.parent < 0 && !slices.Contains(names, m.key) {
				return m.key
			}
		}
		return ""
	}
	each(d.root, func(key string, _ value) bool {
		if !slices.Contains(names, key) {
			name = key
		}
		return name == ""
	})
	return name
}

// matchResponse compares status, headers and text of the response with the
// conditions of dialect c.
func (d *detection) matchResponse(c *compiledDialect) mismatch {
	if len(c.status) > 0 && !MatchesStatus(c.status, d.response.Status) {
		return mismatch{what: statusDiffers}
	}
	for i := range c.headers {
		h := &c.headers[i]
		if !slices.ContainsFunc(d.response.Header[h.name], func(v string) bool { return matchesAnyGlob(h.globs, strings.ToLower(v)) }) {
			return mismatch{what: headerDiffers, name: h.name}
		}
	}
	if len(c.media) > 0 && !matchesAnyGlob(c.media, d.mediaType) {
		return mismatch{what: mediaTypeDiffers}
	}
	for _, text := range c.contains {
		if !strings.Contains(d.text, text) {
			return mismatch{what: textMissing, name: text}
		}
	}
	return mismatch{}
}

// MatchesStatus reports whether a status is one of some statuses and classes, such
// as 404 and 5xx.
func MatchesStatus(words []string, status int) bool {
	for _, w := range words {
		if int(w[0]-'0') == status/100 && (w[1:] == "xx" || int(w[1]-'0')*10+int(w[2]-'0') == status%100) {
			return true
		}
	}
	return false
}
