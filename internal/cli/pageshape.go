package cli

import (
	"strings"

	"github.com/koine-proxy/koine/dialect"
)

func (p *page) shape(f *dialect.File) {
	if len(f.Shape) == 0 {
		return
	}
	p.say("## Where the parts stand\n")
	p.say("| Part | Where |\n|---|---|")
	for _, e := range f.Shape {
		var where []string
		for _, place := range e.Places {
			where = append(where, placeWords(place))
		}
		for _, form := range e.Fields {
			where = append(where, formWords(form))
		}
		for _, v := range e.Values {
			where = append(where, code(v.Path.String()+": "+v.Value))
		}
		joint := ", else "
		if e.Role == dialect.RoleAlways || e.Role == dialect.RoleIgnore {
			joint = ", "
		}
		p.say("| `%s` | %s |", e.Role, strings.ReplaceAll(strings.Join(where, joint), "|", `\|`))
	}
	p.say("")
}

// placeWords says where a value stands, and what is made of it.
func placeWords(p dialect.Place) string {
	says := code(p.Path.String())
	switch {
	case p.Header != "" && p.Param != "":
		says = "the parameter " + code(p.Param) + " of the header " + code(p.Header)
	case p.Header != "":
		says = "the header " + code(p.Header)
	case p.Key:
		says = "the name of the member at " + says
	}
	var made []string
	for _, m := range []struct{ word, value string }{
		{"the JSON in it, at", p.JSON.String()}, {"decoded:", p.Decode}, {"by the pattern", p.Pattern},
		{"filled in from", p.Fill.String()}, {"in", string(p.Unit)},
	} {
		if m.value != "" {
			made = append(made, m.word+" "+code(m.value))
		}
	}
	if len(p.Not) > 0 {
		made = append(made, "unless it is "+list(each(p.Not, skipWord), "or"))
	}
	if len(made) == 0 {
		return says
	}
	return says + " (" + strings.Join(made, ", ") + ")"
}

func skipWord(s string) string {
	switch s {
	case "$status":
		return "the HTTP status"
	case "$phrase":
		return "its phrase"
	case "":
		return "empty"
	}
	return code(s)
}

// formWords says how fields stand somewhere.
func formWords(f dialect.Fields) string {
	var at []string
	for _, p := range f.Places {
		at = append(at, placeWords(p))
	}
	says := strings.Join(at, " or ")
	switch {
	case f.Pattern != "":
		says += ", texts that fit " + code(f.Pattern)
	case f.Tree:
		says += ", entries anywhere below" + members(f)
	case len(f.Field)+len(f.Names) > 0:
		says += ", a list of entries" + members(f)
	default:
		says += ", a map of field to message" + members(f)
	}
	if len(f.ForCodes) > 0 {
		says += ", with the codes " + list(each(f.ForCodes, code), "or")
	}
	return says
}

// members says what the members of an entry are.
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
