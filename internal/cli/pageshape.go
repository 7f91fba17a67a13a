package cli

import (
	"strings"

	"github.com/koine-proxy/koine/dialect"
)

func (p *page) shape(f *dialect.File) {
	if len(f.Shape) > 0 {
		p.line("## Shape\n")
		p.roles(f)
	}
}

// roles is the table of the places of a shape.
func (p *page) roles(f *dialect.File) {
	p.line("| Role | Place |\n|---|---|")
	for _, e := range f.Shape {
		var where []string
		for _, place := range e.Places {
			where = append(where, placeText(place))
		}
		for _, f := range e.Fields {
			where = append(where, fieldsText(f))
		}
		for _, v := range e.Values {
			where = append(where, code(v.Path.String()+": "+v.Value))
		}
		separator := ", else "
		if e.Role == dialect.RoleAlways || e.Role == dialect.RoleIgnore {
			separator = ", "
		}
		p.line("| `%s` | %s |", e.Role, strings.ReplaceAll(strings.Join(where, separator), "|", `\|`))
	}
	p.line("")
}

// placeText describes where a value is, and how it is converted.
func placeText(p dialect.Place) string {
	text := code(p.Path.String())
	switch {
	case p.Header != "" && p.Param != "":
		text = "parameter " + code(p.Param) + " of header " + code(p.Header)
	case p.Header != "":
		text = "header " + code(p.Header)
	case p.Key:
		text = "name of the member at " + text
	case p.General:
		text += ", read by the general rules"
	}
	var notes []string
	for _, m := range []struct{ label, value string }{
		{"parsed as JSON, at", p.JSON.String()}, {"decoded as", p.Decode}, {"pattern", p.Pattern},
		{"filled from", p.Fill.String()}, {"unit", string(p.Unit)},
	} {
		if m.value != "" {
			notes = append(notes, m.label+" "+code(m.value))
		}
	}
	if len(p.Not) > 0 {
		notes = append(notes, "unless "+list(each(p.Not, notWord), "or"))
	}
	if len(notes) == 0 {
		return text
	}
	return text + " (" + strings.Join(notes, ", ") + ")"
}

func notWord(s string) string {
	switch s {
	case "$status":
		return "the HTTP status"
	case "$phrase":
		return "the status phrase"
	case "":
		return "empty"
	}
	return code(s)
}

// fieldsText describes one place of fields.
func fieldsText(f dialect.Fields) string {
	var at []string
	for _, p := range f.Places {
		at = append(at, placeText(p))
	}
	text := strings.Join(at, " or ")
	switch {
	case f.Pattern != "":
		text += ", texts that match " + code(f.Pattern)
	case f.Tree:
		text += ", entries at any depth" + members(f)
	case len(f.Field)+len(f.Names) > 0:
		text += ", a list" + members(f)
	default:
		text += ", a map from field to message" + members(f)
	}
	if len(f.ForCodes) > 0 {
		text += ", for the codes " + list(each(f.ForCodes, code), "or")
	}
	return text
}

// members describes the members of an entry.
func members(f dialect.Fields) string {
	var out []string
	for _, m := range []struct {
		what  string
		paths []dialect.Path
	}{{"field", f.Field}, {"fields", f.Names}, {"message", f.Message}, {"code", f.Code}} {
		if len(m.paths) == 0 {
			continue
		}
		var spelled []string
		for _, p := range m.paths {
			spelled = append(spelled, code(p.String()))
		}
		out = append(out, m.what+" "+strings.Join(spelled, " or "))
	}
	if len(out) == 0 {
		return ""
	}
	return " (" + strings.Join(out, ", ") + ")"
}
