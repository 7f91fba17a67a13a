package yamlfile

import (
	"slices"

	"go.yaml.in/yaml/v3"

	"github.com/koine-proxy/koine/dialect"
)

// match reads the conditions of a match.
func (r *reader) match(n *yaml.Node, m *dialect.Match) {
	r.readKeys(n, "match", map[string]keyReader{
		"keys":      {false, func(_, v *yaml.Node) { m.Keys = r.paths(v, "match.keys") }},
		"any":       {false, func(_, v *yaml.Node) { m.Any = r.paths(v, "match.any") }},
		"lacks":     {false, func(_, v *yaml.Node) { m.Lacks = r.paths(v, "match.lacks") }},
		"types":     {false, func(_, v *yaml.Node) { m.Types = r.values(v, "match.types", r.typeWord) }},
		"equals":    {false, func(_, v *yaml.Node) { m.Equals = r.values(v, "match.equals", r.json) }},
		"not":       {false, func(_, v *yaml.Node) { m.Not = r.valueLists(v, "match.not", r.json) }},
		"like":      {false, func(_, v *yaml.Node) { m.Like = r.valueLists(v, "match.like", r.text) }},
		"only_keys": {false, func(_, v *yaml.Node) { m.OnlyKeys = r.plainTexts(v, "match.only_keys") }},
		"header":    {false, func(_, v *yaml.Node) { m.Headers = r.headers(v) }},
		"status":    {false, func(_, v *yaml.Node) { m.Status, m.StatusAt = r.plainTexts(v, "match.status"), pos(v) }},
		"contains":  {false, func(_, v *yaml.Node) { m.Contains = r.plainTexts(v, "match.contains") }},
		"code_is":   {false, func(_, v *yaml.Node) { r.codeIs(v, m) }},
	})
}

// codeIs reads the conditions for the native code.
func (r *reader) codeIs(n *yaml.Node, m *dialect.Match) {
	m.CodeAt = pos(n)
	for _, item := range r.texts(n, "match.code_is") {
		switch text := choice(r, item, "match.code_is", dialect.CodeConditions()); {
		case text == dialect.CodeListed:
			m.Listed = true
		case text == dialect.CodeOptional:
			m.Optional = true
		case m.Code != "":
			r.fault(item, "match.code_is has two forms, %s and %s; use one", m.Code, text)
		case slices.Contains(dialect.CodeForms(), dialect.CodeForm(text)):
			m.Code = dialect.CodeForm(text)
		}
	}
}

// typeWord reads the name of a type. YAML reads null as a value of its own.
func (r *reader) typeWord(n *yaml.Node, what string) string {
	if n.Tag == "!!null" {
		return "null"
	}
	return r.text(n, what)
}

// valueLists reads a mapping of path to one value or to a list of values.
func (r *reader) valueLists(n *yaml.Node, what string, read func(*yaml.Node, string) string) (out []dialect.ValuesAt) {
	if n.Kind != yaml.MappingNode {
		r.fault(n, "%s must be a mapping of path to values, for example {error.code: [0, 200]}, not %s", what, kindOf(n))
		return nil
	}
	r.pairs(n, func(key, value *yaml.Node) {
		v := dialect.ValuesAt{Path: r.path(key), At: pos(value)}
		items := []*yaml.Node{value}
		if value.Kind == yaml.SequenceNode {
			items = value.Content
		}
		for _, item := range items {
			v.Values = append(v.Values, read(resolve(item), what+" of "+key.Value))
		}
		out = append(out, v)
	})
	return out
}

// values reads a mapping of path to value.
func (r *reader) values(n *yaml.Node, what string, read func(*yaml.Node, string) string) (out []dialect.ValueAt) {
	if n.Kind != yaml.MappingNode {
		r.fault(n, "%s must be a mapping of path to value, for example {error.code: string}, not %s", what, kindOf(n))
		return nil
	}
	r.pairs(n, func(key, value *yaml.Node) {
		out = append(out, dialect.ValueAt{Path: r.path(key), Value: read(value, what+" of "+key.Value), At: pos(value)})
	})
	return out
}

func (r *reader) headers(n *yaml.Node) (out []dialect.HeaderAt) {
	if n.Kind != yaml.MappingNode {
		r.fault(n, "match.header must be a mapping of header to glob, for example {Server: awselb/*}, not %s", kindOf(n))
		return nil
	}
	r.pairs(n, func(key, value *yaml.Node) {
		out = append(out, dialect.HeaderAt{Name: key.Value, Globs: r.plainTexts(value, "match.header of "+key.Value), At: pos(key)})
	})
	return out
}

// paths reads a path or a list of paths.
func (r *reader) paths(n *yaml.Node, what string) (out []dialect.PathAt) {
	for _, item := range r.texts(n, what) {
		out = append(out, dialect.PathAt{Path: r.path(item), At: pos(item)})
	}
	return out
}

// path reads a path.
func (r *reader) path(n *yaml.Node) dialect.Path {
	if message := dialect.CheckPath(n.Value); message != "" {
		r.fault(n, "%s", message)
	}
	return dialect.ParsePath(n.Value)
}
