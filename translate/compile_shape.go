package translate

import (
	"net/textproto"
	"regexp"
	"slices"
	"strings"

	"github.com/koine-proxy/koine/dialect"
)

func (c *compiler) shape(d *compiledDialect, f *dialect.File) {
	for _, e := range f.Shape {
		if e.Role.OnlyCanonical() && !f.Identity {
			c.fault(f, e.At, "shape."+string(e.Role)+" is valid only with `codes: canonical`; list members without information under `ignore`")
		}
		if e.Role == dialect.RoleFields {
			c.fieldShapes(d, f, e)
			continue
		}
		read := roleExtractors{role: e.Role}
		for i := range e.Places {
			read.extractors = append(read.extractors, c.extractor(d, f, e.Role, &e.Places[i], i == 0))
		}
		switch e.Role {
		case dialect.RoleCode:
			d.code = read.extractors
		case dialect.RoleSubcode:
			d.subcode = read.extractors
		case dialect.RoleMessage, dialect.RoleRequestID, dialect.RoleRetryAfter, dialect.RoleRetryable, dialect.RoleDetails, dialect.RoleStatus:
			d.extractors = append(d.extractors, read)
		}
		for _, v := range e.Values {
			c.addMemberRole(d, f, v.Path, v.At, memberRole{node: c.node(v.Path).id, role: dialect.RoleAlways, value: v.Value})
		}
	}
	slices.Sort(d.containers)
	d.containers = slices.Compact(d.containers)
}

// extractor compiles one alternative of a role.
func (c *compiler) extractor(d *compiledDialect, f *dialect.File, role dialect.Role, p *dialect.Place, first bool) extractor {
	s := extractor{role: role, Place: p, verbatim: p.IsPlain() && p.Decode == "" && len(p.Not) == 0}
	if p.Header != "" {
		s.header = textproto.CanonicalMIMEHeaderKey(p.Header)
	} else {
		s.location = c.location(f, p.Path, p.At)
		c.addPlace(d, f, p.Path, p.At, s.location, memberRole{role: role, first: first && s.verbatim})
	}
	if p.Pattern != "" {
		if re := c.pattern(f, p.Pattern, p.At); re != nil {
			s.pattern = newTextPattern(re)
		}
	}
	return s
}

// pattern compiles a regular expression, each text once.
func (c *compiler) pattern(f *dialect.File, text string, at dialect.Pos) *regexp.Regexp {
	if re := c.patterns[text]; re != nil {
		return re
	}
	re, err := regexp.Compile(text)
	if err != nil {
		c.fault(f, at, "pattern: "+strings.TrimPrefix(err.Error(), "error parsing regexp: ")+"; patterns are RE2 regular expressions")
		return nil
	}
	if c.patterns == nil {
		c.patterns = map[string]*regexp.Regexp{}
	}
	c.patterns[text] = re
	return re
}

// addPlace records that a role is read at a path. The role belongs to the member
// there or, if the path continues with other steps than keys, to the last member
// before those.
func (c *compiler) addPlace(d *compiledDialect, f *dialect.File, path dialect.Path, at dialect.Pos, s location, p memberRole) {
	if s.node.id == 0 {
		d.walksRoot = d.walksRoot || p.role == dialect.RoleFields || p.role != dialect.RoleIgnore && !d.general
		return
	}
	plain := path.Plain()
	p.node, p.partial = s.node.id, len(plain) < len(path)
	c.addMemberRole(d, f, plain, at, p)
}

func (c *compiler) fieldShapes(d *compiledDialect, f *dialect.File, e dialect.ShapeEntry) {
	for i := range e.Fields {
		shape := &e.Fields[i]
		one := fieldShape{Fields: shape, groups: [3]int{-1, -1, -1}}
		if shape.Pattern != "" {
			if one.pattern = c.pattern(f, shape.Pattern, shape.At); one.pattern != nil {
				for g, name := range []string{"field", "message", "code"} {
					one.groups[g] = one.pattern.SubexpIndex(name)
				}
				if one.groups[0] < 0 {
					c.fault(f, shape.At, "the pattern of fields must have a group for the name of the field: (?P<field>…)")
				}
			}
		}
		for j := range shape.Places {
			p := &shape.Places[j]
			s := fieldLocation{location: c.location(f, p.Path, p.At)}
			if n := len(s.tail); n > 0 && s.tail[n-1].Kind == dialect.StepEach && len(shape.Field)+len(shape.Names) > 0 {
				s.filter, s.tail = &p.Path[len(p.Path)-1], s.tail[:n-1] // the step selects entries, and all of them are read
			}
			one.locations = append(one.locations, s)
			if len(shape.Field) == 0 || !c.isContainer(f, p.Path) { // otherwise other roles read members of the same object
				c.addPlace(d, f, p.Path, p.At, s.location, memberRole{role: dialect.RoleFields})
			}
		}
		one.flat = one.isFlat()
		d.fieldShapes = append(d.fieldShapes, one)
	}
}

// isContainer reports whether some role is read below a path, so that the value
// there is not used as a whole.
func (c *compiler) isContainer(f *dialect.File, p dialect.Path) bool {
	for _, e := range f.Shape {
		for _, other := range e.Places {
			if len(other.Path) > len(p) && other.Path[:len(p)].String() == p.String() {
				return true
			}
		}
	}
	return false
}

// addMemberRole records the role of a member, and adds the objects around it to the
// containers. A member may have two roles if one is a constant (which is written if
// the other role has no value), if they are fields and details, if mayShare allows
// it, or if paths continue below the member.
func (c *compiler) addMemberRole(d *compiledDialect, f *dialect.File, path dialect.Path, at dialect.Pos, p memberRole) {
	for i := range path[:len(path)-1] {
		d.containers = append(d.containers, c.node(path[:i+1]).id)
	}
	for i, other := range d.memberRoles {
		if other.node != p.node {
			continue
		}
		roles := [2]dialect.Role{other.role, p.role}
		switch {
		case roles[1] == dialect.RoleAlways, roles[1] == dialect.RoleIgnore, p.partial:
			return
		case roles[0] == dialect.RoleAlways, roles[0] == dialect.RoleIgnore, other.partial:
			d.memberRoles[i] = p
			return
		case roles == [2]dialect.Role{dialect.RoleFields, dialect.RoleDetails}:
			return // fields if it contains any, otherwise details
		case roles == [2]dialect.Role{dialect.RoleDetails, dialect.RoleFields}:
			d.memberRoles[i] = p
			return
		case roles[0] == dialect.RoleFields || roles[1] == dialect.RoleFields || roles[0] == roles[1]:
			return // the type of the value decides
		case roles[0] == dialect.RoleDetails || roles[1] == dialect.RoleDetails:
			return
		case mayShare(roles[0]) && mayShare(roles[1]) && !(other.first && p.first):
			return
		}
		c.fault(f, at, path.String()+" is both "+string(other.role)+" and "+string(p.role)+"; a member has one role (fields and details can share a place: `for_codes` distinguishes them)")
		return
	}
	d.memberRoles = append(d.memberRoles, p)
}

// mayShare reports whether a role may share its text with another such role: a code
// may be inside a message, and a message may be just the code.
func mayShare(r dialect.Role) bool {
	switch r {
	case dialect.RoleCode, dialect.RoleSubcode, dialect.RoleMessage, dialect.RoleRequestID, dialect.RoleRetryAfter, dialect.RoleRetryable, dialect.RoleStatus:
		return true
	}
	return false
}
