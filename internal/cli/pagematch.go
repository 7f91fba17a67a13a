package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/koine-proxy/koine/dialect"
)

// match describes how the dialect is detected.
func (p *page) match(f *dialect.File) {
	p.line("## Detection\n")
	conditions := conditions(f)
	for _, line := range conditions {
		p.line("- %s", line)
	}
	if len(conditions) == 0 {
		p.line("By the body format only.")
	}
	p.line("")
}

// conditions describes all conditions of a dialect.
func conditions(f *dialect.File) []string {
	m := f.Match
	var conditions []string
	add := func(present bool, format string, args ...any) {
		if present {
			conditions = append(conditions, fmt.Sprintf(format, args...))
		}
	}
	add(len(m.Keys) > 0, "%s %s present.", list(paths(m.Keys), "and"), are(len(m.Keys)))
	add(len(m.Any) > 0, "%s is present.", list(paths(m.Any), "or"))
	for _, v := range m.Types {
		what := code(v.Path.String())
		if what == "`*`" {
			what = "Every top-level member"
		}
		add(true, "%s is %s.", what, typesOf(v.Value))
	}
	for _, v := range m.Equals {
		add(true, "%s is %s.", code(v.Path.String()), value(v.Value))
	}
	for _, v := range m.Not {
		add(true, "%s is not %s.", code(v.Path.String()), list(each(v.Values, value), "or"))
	}
	for _, v := range m.Like {
		add(true, "%s matches %s.", code(v.Path.String()), list(each(v.Values, glob), "or"))
	}
	add(len(m.Lacks) > 0, "%s %s absent.", list(paths(m.Lacks), "and"), are(len(m.Lacks)))
	add(len(m.OnlyKeys) > 0, "There are no top-level members but %s.", list(each(m.OnlyKeys, code), "and"))
	for _, h := range m.Headers {
		switch globs := list(each(h.Globs, code), "or"); {
		case slices.Equal(h.Globs, []string{"*"}):
			add(true, "The header %s is present.", code(h.Name))
		case strings.EqualFold(h.Name, "Content-Type"):
			add(true, "The media type matches %s.", globs)
		default:
			add(true, "The header %s matches %s.", code(h.Name), globs)
		}
	}
	add(len(m.Status) > 0, "The status is %s.", list(m.Status, "or"))
	add(len(m.Contains) > 0, "The body contains %s.", list(each(m.Contains, code), "and"))
	add(m.Listed, "The code is in the table.")
	add(m.Code != "", "The code has the form %s.", code(string(m.Code)))
	switch hasCode := slices.ContainsFunc(f.Shape, func(e dialect.ShapeEntry) bool { return e.Role == dialect.RoleCode }); {
	case f.General:
		add(true, "No other dialect matches.")
	case hasCode && m.Optional:
		add(true, "The code is optional.")
	case hasCode:
		add(true, "A code is present.")
	}
	return conditions
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

// list joins words with commas and a last conjunction: a, b and c.
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

// typesOf describes types joined by |.
func typesOf(words string) string {
	names := map[string]string{
		"string": "a string", "number": "a number", "boolean": "a boolean", "object": "an object", "array": "an array", "null": "`null`", "absent": "absent",
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

// value describes a JSON value; $status means that of the response.
func value(raw string) string {
	if raw == `"$status"` {
		return "the HTTP status"
	}
	return code(raw)
}

// glob describes a glob; $status means that of the response.
func glob(s string) string {
	if s == "$status" {
		return "the HTTP status"
	}
	return code(s)
}
