package translate

import (
	"slices"

	"github.com/koine-proxy/koine/dialect"
)

// writePlan describes how to write a dialect: its members in order, and the native
// code of every canonical one.
type writePlan struct {
	root   *part
	native map[*Code]nativeCode
}

// nativeCode is the native code that a dialect writes for a canonical one.
type nativeCode struct {
	code   string
	status int
}

// part is one member, or one element of an array, to write.
type part struct {
	key      string
	role     dialect.Role
	constant string // JSON to write if the role has no value
	parts    []*part
}

// newWritePlan makes the plan from a shape: every role is written to its first
// plain path, in the order of the file. The step # is the first element of an
// array.
func (c *compiler) newWritePlan(f *dialect.File) writePlan {
	w := writePlan{root: &part{}, native: map[*Code]nativeCode{}}
	c.planMatch(&w, &f.Match)
	for _, e := range f.Shape {
		for _, v := range e.Values {
			w.root.findOrCreate(v.Path).constant = v.Value
		}
		if e.Role == dialect.RoleIgnore {
			continue
		}
		for _, f := range e.Fields {
			e.Places = append(e.Places, f.Places...)
		}
		for i := range e.Places {
			p := c.partAt(w.root, &e.Places[i])
			if p == nil {
				continue
			}
			if p.role == "" || p.role == dialect.RoleStatus { // fields and details may share a place
				p.role = e.Role
			}
			break
		}
	}
	return w
}

// planMatch adds the members that a body needs for the dialect to match: the
// constants, and the members that repeat the status.
func (c *compiler) planMatch(w *writePlan, m *dialect.Match) {
	for _, v := range m.Equals {
		if p := c.partAt(w.root, &dialect.Place{Path: v.Path}); p != nil && v.Value != statusWord {
			p.constant = v.Value
		} else if p != nil {
			p.role = dialect.RoleStatus
		}
	}
	for _, v := range m.Like {
		if p := c.partAt(w.root, &dialect.Place{Path: v.Path}); p != nil && slices.Contains(v.Values, "$status") {
			p.role = dialect.RoleStatus
		}
	}
}

// newEntryPlan makes the plan of an entry of fields.
func (c *compiler) newEntryPlan(f *dialect.Fields) *part {
	root := &part{}
	for _, one := range []struct {
		role  dialect.Role
		paths []dialect.Path
	}{{dialect.RoleFields, slices.Concat(f.Field, f.Names)}, {dialect.RoleMessage, f.Message}, {dialect.RoleCode, f.Code}} {
		for _, path := range one.paths {
			if p := c.partAt(root, &dialect.Place{Path: path}); p != nil {
				p.role = one.role
				break
			}
		}
	}
	return root
}

// partAt returns the part below root at a place; nil if nothing can be written
// there.
func (c *compiler) partAt(root *part, at *dialect.Place) *part {
	if len(at.Path) == 0 || !at.IsPlain() && !c.keepsValue(at) {
		return nil
	}
	for _, s := range at.Path {
		if s.Kind != dialect.StepKey && (s.Kind != dialect.StepEach || s.Sibling != nil) {
			return nil
		}
	}
	return root.findOrCreate(at.Path)
}

// keepsValue reports whether the pattern of a place only removes what may surround
// a value, so that the value alone can be written there.
func (c *compiler) keepsValue(at *dialect.Place) bool {
	plain := *at
	if plain.Pattern = ""; at.Pattern == "" || !plain.IsPlain() {
		return false
	}
	re := c.patterns[at.Pattern]
	if re == nil {
		return false
	}
	for _, word := range []string{"NotFound", "not_found"} {
		m := re.FindStringSubmatch(word)
		if len(m) == 0 || m[min(1, len(m)-1)] != word {
			return false
		}
	}
	return true
}

// findOrCreate returns the part at a path, and creates missing parts.
func (p *part) findOrCreate(path dialect.Path) *part {
	for _, step := range path {
		key := step.Key
		if step.Kind == dialect.StepEach {
			key = "0"
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

// isWritable reports whether there is a place for a code, a message or fields.
func (p *part) isWritable() bool {
	switch p.role {
	case dialect.RoleCode, dialect.RoleMessage, dialect.RoleFields:
		return true
	}
	return slices.ContainsFunc(p.parts, (*part).isWritable)
}

// isList reports whether the parts are elements rather than members.
func (p *part) isList() bool { return len(p.parts) > 0 && p.parts[0].key == "0" }

// add adds a row. The first row of a canonical code is the one that is written.
func (w *writePlan) add(native string, r row) {
	if _, ok := w.native[r.code]; !ok {
		w.native[r.code] = nativeCode{native, r.status}
	}
}
