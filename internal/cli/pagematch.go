package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/koine-proxy/koine/dialect"
)

// match says in words how the dialect is recognised.
func (p *page) match(f *dialect.File) {
	p.say("## How it is recognised\n")
	m := f.Match
	var says []string
	add := func(there bool, format string, args ...any) {
		if there {
			says = append(says, fmt.Sprintf(format, args...))
		}
	}
	add(len(m.Keys) > 0, "There %s %s.", are(len(m.Keys)), list(paths(m.Keys), "and"))
	add(len(m.Any) > 0, "There is %s.", list(paths(m.Any), "or"))
	for _, v := range m.Types {
		add(true, "%s is %s.", code(v.Path.String()), typesOf(v.Value))
	}
	for _, v := range m.Equals {
		add(true, "%s is %s.", code(v.Path.String()), value(v.Value))
	}
	for _, v := range m.Not {
		add(true, "%s is not %s.", code(v.Path.String()), list(each(v.Values, value), "or"))
	}
	for _, v := range m.Like {
		add(true, "%s reads like %s.", code(v.Path.String()), list(each(v.Values, glob), "or"))
	}
	add(len(m.Lacks) > 0, "There is no %s.", list(paths(m.Lacks), "or"))
	add(len(m.OnlyKeys) > 0, "At the top there is nothing but %s.", list(each(m.OnlyKeys, code), "and"))
	for _, h := range m.Headers {
		if slices.Equal(h.Globs, []string{"*"}) {
			add(true, "There is a header %s.", code(h.Name))
			continue
		}
		add(true, "The header %s reads like %s.", code(h.Name), list(each(h.Globs, code), "or"))
	}
	add(len(m.Status) > 0, "The status is %s.", list(m.Status, "or"))
	add(len(m.Contains) > 0, "The body has the text %s.", list(each(m.Contains, code), "and"))
	add(m.Listed, "The code is one of the table.")
	add(m.Code != "", "The code is spelled %s.", code(string(m.Code)))
	switch hasCode := slices.ContainsFunc(f.Shape, func(e dialect.ShapeEntry) bool { return e.Role == dialect.RoleCode }); {
	case f.General:
		add(true, "No other dialect matches.")
	case hasCode && m.Optional:
		add(true, "There may be a code.")
	case hasCode:
		add(true, "There is a code.")
	}
	for _, line := range says {
		p.say("- %s", line)
	}
	if len(says) == 0 {
		p.say("By its format alone.")
	}
	p.say("")
}

func are(n int) string {
	if n == 1 {
		return "is"
	}
	return "are"
}

func paths(list []dialect.PathAt) (out []string) {
	for _, p := range list {
		out = append(out, code(p.Path.String()))
	}
	return out
}

func each(words []string, f func(string) string) (out []string) {
	for _, w := range words {
		out = append(out, f(w))
	}
	return out
}

// list joins words as people do: a, b and c.
func list(words []string, last string) string {
	switch n := len(words); n {
	case 0:
		return ""
	case 1:
		return words[0]
	default:
		return strings.Join(words[:n-1], ", ") + " " + last + " " + words[n-1]
	}
}

// typesOf spells types joined by | as words.
func typesOf(words string) string {
	names := map[string]string{
		"string": "a text", "number": "a number", "boolean": "a boolean", "object": "an object", "array": "a list", "null": "`null`", "absent": "not there",
	}
	var out []string
	for word := range strings.SplitSeq(words, "|") {
		word = strings.TrimSpace(word)
		if name := names[word]; name != "" {
			word = name
		}
		out = append(out, word)
	}
	return list(out, "or")
}

// value spells a JSON value; $status stands for the one that repeats the status.
func value(raw string) string {
	if raw == `"$status"` {
		return "the HTTP status"
	}
	return code(raw)
}

func glob(s string) string {
	if s == "$status" {
		return "the HTTP status"
	}
	return code(s)
}
