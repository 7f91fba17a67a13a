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
			where = append(where, placeWords(place))
		}
		for _, f := range e.Fields {
			where = append(where, fieldsWords(f))
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

// placeWords describes where a value is, and how it is converted.
func placeWords(p dialect.Place) string {
	words := code(p.Path.String())
	switch {
	case p.Header != "" && p.Param != "":
		words = "parameter " + code(p.Param) + " of header " + code(p.Header)
	case p.Header != "":
		words = "header " + code(p.Header)
	case p.Key:
		words = "name of the member at " + words
	}
	var notes []string
	for _, m := range []struct{ word, value string }{
		{"parsed as JSON, at", p.JSON.String()}, {"decoded as", p.Decode}, {"pattern", p.Pattern},
		{"filled from", p.Fill.String()}, {"unit", string(p.Unit)},
	} {
		if m.value != "" {
			notes = append(notes, m.word+" "+code(m.value))
		}
	}
	if len(p.Not) > 0 {
		notes = append(notes, "unless "+list(each(p.Not, notWord), "or"))
	}
	if len(notes) == 0 {
		return words
	}
	return words + " (" + strings.Join(notes, ", ") + ")"
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

// fieldsWords describes one place of fields.
func fieldsWords(f dialect.Fields) string {
	var at []string
	for _, p := range f.Places {
		at = append(at, placeWords(p))
	}
	words := strings.Join(at, " or ")
	switch {
	case f.Pattern != "":
		words += ", texts that match " + code(f.Pattern)
	case f.Tree:
		words += ", entries at any depth" + members(f)
	case len(f.Field)+len(f.Names) > 0:
		words += ", a list" + members(f)
	default:
		words += ", a map from field to message" + members(f)
	}
	if len(f.ForCodes) > 0 {
		words += ", for the codes " + list(each(f.ForCodes, code), "or")
	}
	return words
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
