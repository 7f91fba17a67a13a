package translate

import (
	"slices"
	"strings"

	"github.com/tidwall/gjson"

	"github.com/koine-proxy/koine/dialect"
)

// addFields adds the place of the fields: that of the first alternative that can be
// written. Other roles may be added to it later; see placeFields.
func (c *formCompiler) addFields(forms []dialect.Fields) {
	for i := range forms {
		f := &forms[i]
		if f.Pattern != "" || f.Tree || len(c.fields) > 0 {
			continue
		}
		for j := range f.Places {
			place := &f.Places[j]
			if !place.IsPlain() || !c.allows(place.Path, isObject|isArray) {
				continue
			}
			if place.Path[0].Kind != dialect.StepRoot && c.partAt(place) == nil || c.isMessage(place.Path) {
				continue
			}
			c.fields = []fieldShape{{Fields: f}}
			c.fieldsAt = place.Path
			break
		}
	}
}

// isMessage reports whether a path goes through a place of the message.
func (c *formCompiler) isMessage(path dialect.Path) bool {
	for _, e := range c.file.Shape {
		if e.Role != dialect.RoleMessage || len(e.Places) == 0 {
			continue
		}
		first := e.Places[0].Path
		if len(first) > 0 && len(first) < len(path) && pathKey(path[:len(first)]) == pathKey(first) {
			return true
		}
	}
	return false
}

// placeFields gives the place of the fields its role, after all others have theirs.
func (c *formCompiler) placeFields() {
	if len(c.fields) == 0 {
		return
	}
	f := c.fields[0].Fields
	if c.isBelowRole(c.fieldsAt) {
		c.fields = nil
		return
	}
	p := c.root.findOrCreate(c.fieldsAt)
	isEntry := len(f.Field)+len(f.Names) > 0
	if isEntry && len(p.parts) > 0 && !p.isList() || p == c.root && isEntry {
		c.fields = nil
		for _, path := range f.Field {
			at := append(slices.Clone(c.fieldsAt), path...)
			if one := c.partAt(&dialect.Place{Path: at}); one != nil && one.role == "" && len(one.parts) == 0 && !c.root.isList() {
				one.role = roleFieldName
				c.fieldCodes = f.ForCodes
				return
			}
		}
		return
	}
	if p.role != "" && p.role != dialect.RoleDetails {
		c.fields = nil
		return
	}
	p.role = dialect.RoleFields
	c.fieldList = p
}

// planEntries makes the plan of the entries of fields, after all other members have their
// places.
func (c *formCompiler) planEntries() {
	if c.fieldList != nil {
		c.fields[0].entry = c.newEntryPlan(c.fields[0].Fields, c.fieldList)
	}
}

// newEntryPlan makes the plan of an entry of fields. Where the list also has the code or
// the message of the error, each entry has them.
func (c *formCompiler) newEntryPlan(f *dialect.Fields, list *part) *part {
	root := &part{}
	if list.isList() {
		root = list.parts[0].clone()
	}
	for _, one := range []struct {
		role  dialect.Role
		paths []dialect.Path
	}{{dialect.RoleFields, f.Field}, {dialect.RoleFields, f.Names}, {dialect.RoleMessage, f.Message}, {dialect.RoleCode, f.Code}} {
		if one.role == dialect.RoleFields && root.hasEntry(one.role) {
			continue
		}
		for _, path := range one.paths {
			if slices.ContainsFunc(path, func(s dialect.Step) bool {
				return s.Kind != dialect.StepKey && s.Kind != dialect.StepEach || s.Sibling != nil
			}) {
				continue
			}
			if p := root.findOrCreate(path); p.entry == "" && len(p.parts) == 0 {
				p.entry = one.role
				full := pathKey(slices.Concat(c.fieldsAt, dialect.Path{{Kind: dialect.StepEach}}, path))
				p.inList = one.role == dialect.RoleFields && len(f.Field) == 0 || c.types[full]&isArray != 0 && c.types[full]&(1<<gjson.String) == 0
				break
			}
		}
	}
	root.prepare()
	return root
}

// clone returns an independent copy.
func (p *part) clone() *part {
	out := *p
	out.parts = make([]*part, len(p.parts))
	for i, child := range p.parts {
		out.parts[i] = child.clone()
	}
	return &out
}

// hasEntry reports whether a part of an entry has a role.
func (p *part) hasEntry(role dialect.Role) bool {
	return p.entry == role || slices.ContainsFunc(p.parts, func(c *part) bool { return c.hasEntry(role) })
}

// hasRole reports whether a part has a role of the error.
func (p *part) hasRole(role dialect.Role) bool {
	return p.role == role || slices.ContainsFunc(p.parts, func(c *part) bool { return c.hasRole(role) })
}

// hasMessage reports whether the message is written below the part.
func (p *part) hasMessage() bool {
	return p.hasRole(dialect.RoleMessage) || p.hasInsert(insertMessage)
}

// appendFieldList appends the fields in the shape of the dialect; nothing if there are
// none, and the list has nothing else.
func (w *dialectWriter) appendFieldList(dst []byte, p *part) []byte {
	shape := &w.to.fields[0]
	if shape.isMap() {
		start := len(dst)
		dst = w.appendParts(append(dst, '{'), p.parts)
		if dst = w.appendFieldMembers(dst); len(dst) == start+1 {
			return dst[:start]
		}
		return append(dst, '}')
	}
	start := len(dst)
	dst = append(dst, '[')
	if p.isList() && (p.parts[0].hasMessage() || w.fields.shape == nil) {
		dst = w.appendPart(dst, p.parts[0]) // the error itself is the first entry
	}
	count := 0
	w.fields.forEach(func(f field) bool {
		if count++; count > maxFields {
			return false
		}
		w.filterField(&f)
		dst = w.appendEntry(appendComma(dst), &f, shape.entry)
		return true
	})
	if count == 0 && len(dst) == start+1 && p.isList() {
		dst = w.appendPart(dst, p.parts[0])
	}
	if len(dst) == start+1 {
		return dst[:start]
	}
	return append(dst, ']')
}

// appendFieldMembers appends the fields as members of a map.
func (w *dialectWriter) appendFieldMembers(dst []byte) []byte {
	shape := &w.to.fields[0]
	var seen map[string]bool
	count := 0
	w.fields.forEach(func(f field) bool {
		if count++; count > maxFields {
			return false
		}
		w.filterField(&f)
		path := strings.Clone(validName(f.path))
		if seen[path] || w.to.root.role == dialect.RoleFields && w.to.reserved[path] { // an object has one message for each field: the first
			return true
		}
		if seen == nil {
			seen = map[string]bool{}
		}
		seen[path] = true
		dst = appendMember(dst, path)
		if shape.Lists {
			dst = append(appendString(append(dst, '['), f.message), ']')
			return true
		}
		dst = appendString(dst, f.message)
		return true
	})
	return dst
}

// appendEntry appends one field as an entry of a list.
func (w *dialectWriter) appendEntry(dst []byte, f *field, p *part) []byte {
	start := len(dst)
	switch {
	case p.entry != "":
		return w.appendFieldText(dst, f, p)
	case p.isList():
		if dst = w.appendEntry(append(dst, '['), f, p.parts[0]); len(dst) == start+1 {
			return dst[:start]
		}
		return append(dst, ']')
	case len(p.parts) == 0:
		return w.appendPart(dst, p)
	}
	dst = append(dst, '{')
	for _, child := range p.parts {
		before := len(dst)
		dst = append(appendComma(dst), child.head...)
		empty := len(dst)
		if dst = w.appendEntry(dst, f, child); len(dst) == empty {
			dst = dst[:before]
		}
	}
	return append(dst, '}')
}

// appendFieldText appends the text of a field in a role; nothing if there is none.
func (w *dialectWriter) appendFieldText(dst []byte, f *field, p *part) []byte {
	text := ""
	switch p.entry {
	case dialect.RoleFields:
		text = f.path
	case dialect.RoleMessage:
		text = f.message
	case dialect.RoleCode:
		if text = f.code; (p.role == dialect.RoleCode || p.role == dialect.RoleSubcode) && (text == "" || w.Dialect != w.to.file.Name) {
			start := len(dst)
			if dst = w.appendRole(dst, p); len(dst) > start {
				return dst
			}
		}
	}
	if text == "" {
		return append(dst, p.constant...)
	}
	if p.inList {
		return append(appendString(append(dst, '['), text), ']')
	}
	return appendString(dst, text)
}

// appendFirstField appends the name of the first field; nothing if there is none.
func (w *dialectWriter) appendFirstField(dst []byte) []byte {
	if codes := w.to.fieldCodes; len(codes) > 0 && !slices.Contains(codes, w.native.code) {
		return dst
	}
	w.fields.forEach(func(f field) bool {
		w.filterField(&f)
		dst = appendString(dst, f.path)
		return false
	})
	return dst
}
