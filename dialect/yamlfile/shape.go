package yamlfile

import (
	"go.yaml.in/yaml/v3"

	"github.com/koine-proxy/koine/dialect"
)

// shape reads the roles in their order, which is the order of writing.
func (r *reader) shape(n *yaml.Node, f *dialect.File) {
	known := map[string]keyReader{}
	for _, role := range dialect.Roles() {
		known[string(role)] = keyReader{false, func(key, v *yaml.Node) {
			f.Shape = append(f.Shape, r.entry(role, key, v))
		}}
	}
	r.readKeys(n, "shape", known)
}

func (r *reader) entry(role dialect.Role, key, v *yaml.Node) dialect.ShapeEntry {
	e := dialect.ShapeEntry{Role: role, At: pos(key)}
	what := "shape." + string(role)
	switch role {
	case dialect.RoleAlways:
		e.Values = r.values(v, what, r.json)
	case dialect.RoleFields:
		r.fieldForms(v, &e)
	default:
		e.Places = r.places(v, what)
	}
	return e
}

// places reads the alternatives of a role: paths, and long forms.
func (r *reader) places(n *yaml.Node, what string) (out []dialect.Place) {
	switch n.Kind {
	case yaml.MappingNode:
		return r.longForm(n, what)
	case yaml.SequenceNode:
		for _, item := range n.Content {
			out = append(out, r.places(resolve(item), "an entry of "+what)...)
		}
		return out
	}
	for _, p := range r.paths(n, what) {
		out = append(out, dialect.Place{Path: p.Path, At: p.At})
	}
	return out
}

// longForm reads the long form of a place. A list under `at` or `header` makes one
// alternative for each entry, with the same other keys.
func (r *reader) longForm(n *yaml.Node, what string) (out []dialect.Place) {
	p := dialect.Place{At: pos(n)}
	var paths []dialect.PathAt
	var headers []string
	path := func(to *dialect.Path) keyReader {
		return keyReader{false, func(key, v *yaml.Node) {
			if r.text(v, what+"."+key.Value) != "" {
				*to = r.path(v)
			}
		}}
	}
	text := func(to *string) keyReader {
		return keyReader{false, func(key, v *yaml.Node) { *to = r.raw(v, what+"."+key.Value) }}
	}
	r.readKeys(n, what, map[string]keyReader{
		"at":     {false, func(_, v *yaml.Node) { paths = r.paths(v, what+".at") }},
		"header": {false, func(_, v *yaml.Node) { headers = r.plainTexts(v, what+".header") }},
		"param":  text(&p.Param), "json": path(&p.JSON), "pattern": text(&p.Pattern), "fill": path(&p.Fill),
		"decode":  {false, func(_, v *yaml.Node) { p.Decode = choice(r, v, what+".decode", dialect.Decodings()) }},
		"unit":    {false, func(_, v *yaml.Node) { p.Unit = choice(r, v, what+".unit", dialect.Units()) }},
		"key":     {false, func(_, v *yaml.Node) { p.Key = r.flag(v, what+".key") }},
		"general": {false, func(_, v *yaml.Node) { p.General = r.flag(v, what+".general") }},
		"not":     {false, func(_, v *yaml.Node) { p.Not = r.literals(v, what+".not") }},
	})
	switch {
	case len(paths)+len(headers) == 0:
		r.fault(n, "%s needs `at`, the path of the value, or `header`", what)
	case len(paths) > 0 && len(headers) > 0:
		r.fault(n, "%s has both `at` and `header`; write two alternatives", what)
	case p.Param != "" && len(headers) == 0:
		r.fault(n, "%s has `param` without `header`; only headers have parameters", what)
	}
	for _, at := range paths {
		one := p
		one.Path = at.Path
		out = append(out, one)
	}
	for _, header := range headers {
		one := p
		one.Header = header
		out = append(out, one)
	}
	return out
}

// fieldForms reads the alternatives of `fields`.
func (r *reader) fieldForms(n *yaml.Node, e *dialect.ShapeEntry) {
	if n.Kind == yaml.SequenceNode {
		for _, item := range n.Content {
			r.fieldForms(resolve(item), e)
		}
		return
	}
	f := dialect.Fields{At: pos(n)}
	if n.Kind == yaml.MappingNode {
		r.fields(n, &f)
	} else {
		f.Places = r.places(n, "shape.fields")
	}
	if !f.WholeSet && f.IsMap() {
		f.Whole = dialect.DefaultWhole()
	}
	e.Fields = append(e.Fields, f)
}

// fields reads the long form of `fields`.
func (r *reader) fields(n *yaml.Node, f *dialect.Fields) {
	paths := func(to *[]dialect.Path) keyReader {
		return keyReader{false, func(key, v *yaml.Node) {
			for _, p := range r.paths(v, "shape.fields."+key.Value) {
				*to = append(*to, p.Path)
			}
		}}
	}
	r.readKeys(n, "shape.fields", map[string]keyReader{
		"at":        {true, func(_, v *yaml.Node) { f.Places = r.places(v, "shape.fields.at") }},
		"for_codes": {false, func(_, v *yaml.Node) { f.ForCodes = r.plainTexts(v, "shape.fields.for_codes") }},
		"field":     paths(&f.Field),
		"names":     paths(&f.Names),
		"message":   paths(&f.Message),
		"code":      paths(&f.Code),
		"pattern":   {false, func(_, v *yaml.Node) { f.Pattern = r.raw(v, "shape.fields.pattern") }},
		"tree":      {false, func(_, v *yaml.Node) { f.Tree = r.flag(v, "shape.fields.tree") }},
		"skip":      {false, func(_, v *yaml.Node) { f.Skip = r.literals(v, "shape.fields.skip") }},
		"lists":     {false, func(_, v *yaml.Node) { f.Lists = r.flag(v, "shape.fields.lists") }},
		"whole":     {false, func(_, v *yaml.Node) { f.Whole, f.WholeSet = r.literals(v, "shape.fields.whole"), true }},
	})
}

// raw reads a scalar with the white space around it.
func (r *reader) raw(n *yaml.Node, what string) string {
	if r.text(n, what) == "" && resolve(n).Kind != yaml.ScalarNode {
		return ""
	}
	return resolve(n).Value
}

// literals reads a list of scalars, or one, as they are written; null is the empty
// text.
func (r *reader) literals(n *yaml.Node, what string) (out []string) {
	items := []*yaml.Node{n}
	if n.Kind == yaml.SequenceNode {
		items = n.Content
	}
	for _, item := range items {
		if item = resolve(item); item.Kind != yaml.ScalarNode {
			r.fault(item, "%s must be a text or a list of texts, not %s", what, kindOf(item))
			continue
		}
		if item.Tag == "!!null" {
			out = append(out, "")
			continue
		}
		out = append(out, item.Value)
	}
	return out
}
