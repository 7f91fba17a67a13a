package translate

import (
	"github.com/tidwall/gjson"

	"github.com/koine-proxy/koine/dialect"
)

// markLeftovers marks the members that have no role or were not used in it.
func (x *extraction) markLeftovers(d *compiledDialect) {
	nested := x.details.IsObject() || x.fields.value.IsArray()
	for i := range x.members {
		m := &x.members[i]
		if x.isReplaced(m) || nested && m.parent >= 0 && x.isNestedInReport(m) {
			continue
		}
		m.leftover = x.isLeftover(d, m)
	}
}

// isNestedInReport reports whether a member is inside the details or the fields.
func (x *extraction) isNestedInReport(m *member) bool {
	return x.details.IsObject() && m.value.within(x.details) ||
		x.fields.value.IsArray() && m.value.within(x.fields.value)
}

func (x *extraction) isLeftover(d *compiledDialect, m *member) bool {
	if m.parent >= 0 {
		outer := x.members[m.parent].node
		if outer == nil || !d.isContainer(outer.id) {
			return false // the object around it is used, or left over, as a whole
		}
	}
	if m.node == nil {
		return !d.walksRoot
	}
	r := d.roleOf(m.node.id)
	if r != nil {
		return !x.isUsed(r, m) && !(m.value.IsObject() && d.isContainer(m.node.id))
	}
	if x.filledGap(m) {
		return false
	}
	return !d.walksRoot && !(m.value.Type == gjson.JSON && d.isContainer(m.node.id))
}

// isUsed reports whether the value of a member was used in its role.
func (x *extraction) isUsed(r *memberRole, m *member) bool {
	if r.partial {
		return true
	}
	switch r.role {
	case dialect.RoleAlways:
		return m.value.Raw == r.value || m.value.Type == gjson.Null
	case dialect.RoleSubcode:
		return x.result.Message != "" && m.value.Str == x.result.Message // otherwise it refines the code, and is not sent to clients
	case dialect.RoleCode:
		return m.value.Type != gjson.JSON
	case dialect.RoleMessage:
		return m.value.Type != gjson.JSON || m.value.IsArray() && x.result.Message != ""
	case dialect.RoleFields:
		return x.fields.shape != nil && x.fields.value.Raw == m.value.Raw || x.details.Raw == m.value.Raw ||
			m.value.Type != gjson.JSON || len(m.value.Raw) == 2 // a text, or an empty object or list
	case dialect.RoleDetails:
		return m.value.IsObject() || m.value.Type == gjson.Null
	}
	return true
}

// isReported reports whether a value is reported elsewhere: as the fields, or in
// a role that was found by walking.
func (x *extraction) isReported(v value) bool {
	if x.fields.shape != nil && v.isSame(x.fields.value) {
		return true
	}
	for i := range x.walked {
		if v.isSame(x.walked[i]) {
			return true
		}
	}
	return false
}
