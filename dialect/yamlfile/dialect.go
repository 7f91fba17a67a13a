package yamlfile

import (
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/koine-proxy/koine/dialect"
)

// dialectName is how dialects are called: as a word of the Caddyfile.
var dialectName = regexp.MustCompile(`^[a-z][a-z0-9-]*$`)

func (r *reader) dialect(root *yaml.Node, f *dialect.File) {
	f.ShapeAt, f.CodesAt = pos(root), pos(root)
	f.Extends = extends(root)
	f.Given = map[string]bool{}
	for i := 0; i+1 < len(root.Content); i += 2 {
		f.Given[root.Content[i].Value] = true
	}
	r.words(root, "a mapping file", map[string]word{
		"dialect": {true, func(_, v *yaml.Node) {
			f.Name, f.NameAt = r.text(v, "dialect"), pos(v)
			if !dialectName.MatchString(f.Name) || f.Name == "auto" || f.Name == "all" {
				r.fault(v, "dialect %q must be a word of lower-case letters, digits and hyphens, and neither auto nor all", f.Name)
			}
		}},
		"extends":  {false, func(_, v *yaml.Node) { f.Extends, f.ExtendsAt = r.text(v, "extends"), pos(v) }},
		"about":    {true, func(_, v *yaml.Node) { f.About = r.text(v, "about") }},
		"source":   {false, func(_, v *yaml.Node) { f.Source = r.text(v, "source") }},
		"priority": {false, func(_, v *yaml.Node) { f.Priority = r.number(v, "priority") }},
		"protocol": {false, func(_, v *yaml.Node) { f.Protocol = r.flag(v, "protocol") }},
		"rides_on": {false, func(_, v *yaml.Node) { f.Rides, f.RidesAt = r.rides(v), pos(v) }},
		"frames":   {false, func(_, v *yaml.Node) { f.Frames = r.flag(v, "frames") }},
		"guess":    {false, func(_, v *yaml.Node) { f.Guess = r.flag(v, "guess") }},
		"format": {false, func(_, v *yaml.Node) {
			f.FormatsAt = pos(v)
			for _, one := range r.plainTexts(v, "format") {
				f.Formats = append(f.Formats, dialect.Format(one))
			}
		}},
		"match":    {false, func(_, v *yaml.Node) { r.match(v, &f.Match) }},
		"shape":    {f.Extends == "", func(k, v *yaml.Node) { f.ShapeAt = pos(k); r.shape(v, f) }},
		"codes":    {f.Extends == "", func(k, v *yaml.Node) { f.CodesAt = pos(k); r.codes(v, f) }},
		"limits":   {false, func(_, v *yaml.Node) { f.Limits = r.limits(v) }},
		"waits":    {false, func(_, v *yaml.Node) { f.Waits = r.waits(v) }},
		"examples": {false, func(_, v *yaml.Node) { r.examples(v, f) }},
	})
}

// extends finds out, before the rest is read, whether a file extends another:
// what is required differs.
func extends(root *yaml.Node) string {
	for i := 0; i+1 < len(root.Content); i += 2 {
		if root.Content[i].Value == "extends" {
			return root.Content[i+1].Value
		}
	}
	return ""
}

func (r *reader) rides(n *yaml.Node) (out dialect.Rides) {
	if n.Kind == yaml.ScalarNode {
		out.Status = r.text(n, "rides_on")
		return out
	}
	r.words(n, "rides_on", map[string]word{
		"status": {true, func(_, v *yaml.Node) { out.Status = r.text(v, "rides_on.status") }},
		"as":     {false, func(_, v *yaml.Node) { out.As = r.number(v, "rides_on.as") }},
		"seldom": {false, func(_, v *yaml.Node) { out.Seldom = r.flag(v, "rides_on.seldom") }},
	})
	return out
}

func (r *reader) match(n *yaml.Node, m *dialect.Match) {
	r.words(n, "match", map[string]word{
		"keys":         {false, func(_, v *yaml.Node) { m.Keys = r.paths(v, "match.keys") }},
		"any":          {false, func(_, v *yaml.Node) { m.Any = r.paths(v, "match.any") }},
		"lacks":        {false, func(_, v *yaml.Node) { m.Lacks = r.paths(v, "match.lacks") }},
		"types":        {false, func(_, v *yaml.Node) { m.Types = r.values(v, "match.types", r.typeWord) }},
		"equals":       {false, func(_, v *yaml.Node) { m.Equals = r.values(v, "match.equals", r.json) }},
		"not":          {false, func(_, v *yaml.Node) { m.Not = r.valueLists(v, "match.not", r.json) }},
		"like":         {false, func(_, v *yaml.Node) { m.Like = r.valueLists(v, "match.like", r.text) }},
		"every":        {false, func(_, v *yaml.Node) { m.Every, m.EveryAt = r.text(v, "match.every"), pos(v) }},
		"only":         {false, func(_, v *yaml.Node) { m.Only = r.plainTexts(v, "match.only") }},
		"header":       {false, func(_, v *yaml.Node) { m.Headers = r.headers(v) }},
		"media":        {false, func(_, v *yaml.Node) { m.Media = r.plainTexts(v, "match.media") }},
		"status":       {false, func(_, v *yaml.Node) { m.Status, m.StatusAt = r.plainTexts(v, "match.status"), pos(v) }},
		"contains":     {false, func(_, v *yaml.Node) { m.Contains = r.plainTexts(v, "match.contains") }},
		"code":         {false, func(_, v *yaml.Node) { m.Code, m.CodeAt = dialect.Spelling(r.text(v, "match.code")), pos(v) }},
		"without_code": {false, func(_, v *yaml.Node) { m.Codeless = r.flag(v, "match.without_code") }},
	})
}

// typeWord reads the name of a type; null is one, too.
func (r *reader) typeWord(n *yaml.Node, what string) string {
	if n.Tag == "!!null" {
		return "null"
	}
	return r.text(n, what)
}

// plainTexts reads a list of texts, or one text, without their positions. An empty
// list is not nil.
func (r *reader) plainTexts(n *yaml.Node, what string) []string {
	out := []string{}
	for _, item := range r.texts(n, what) {
		out = append(out, item.Value)
	}
	return out
}

// valueLists reads a mapping of path to one value, or to a list of values.
func (r *reader) valueLists(n *yaml.Node, what string, read func(*yaml.Node, string) string) (out []dialect.ValuesAt) {
	if n.Kind != yaml.MappingNode {
		r.fault(n, "%s must be a mapping of path to values, such as {error.code: [0, 200]}, not %s", what, kindOf(n))
		return nil
	}
	out = []dialect.ValuesAt{}
	r.pairs(n, func(key, value *yaml.Node) {
		v := dialect.ValuesAt{Path: dialect.ParsePath(key.Value), At: pos(value)}
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

func (r *reader) headers(n *yaml.Node) (out []dialect.HeaderAt) {
	if n.Kind != yaml.MappingNode {
		r.fault(n, "match.header must be a mapping of header to glob, such as {Server: awselb/*}, not %s", kindOf(n))
		return nil
	}
	out = []dialect.HeaderAt{}
	r.pairs(n, func(key, value *yaml.Node) {
		out = append(out, dialect.HeaderAt{Name: key.Value, Globs: r.plainTexts(value, "match.header of "+key.Value), At: pos(key)})
	})
	return out
}

func (r *reader) paths(n *yaml.Node, what string) (out []dialect.PathAt) {
	out = []dialect.PathAt{} // an empty list is not the same as none
	for _, item := range r.texts(n, what) {
		out = append(out, dialect.PathAt{Path: dialect.ParsePath(item.Value), At: pos(item)})
	}
	return out
}

// values reads a mapping of path to value.
func (r *reader) values(n *yaml.Node, what string, read func(*yaml.Node, string) string) (out []dialect.ValueAt) {
	if n.Kind != yaml.MappingNode {
		r.fault(n, "%s must be a mapping of path to value, such as {error.code: string}, not %s", what, kindOf(n))
		return nil
	}
	out = []dialect.ValueAt{} // an empty mapping is not the same as none
	r.pairs(n, func(key, value *yaml.Node) {
		out = append(out, dialect.ValueAt{
			Path: dialect.ParsePath(key.Value), Value: read(value, what+" of "+key.Value), At: pos(value),
		})
	})
	return out
}

// shape reads the lens. Its order is kept: it is the order of writing.
func (r *reader) shape(n *yaml.Node, f *dialect.File) {
	known := map[string]word{}
	for _, role := range dialect.Roles() {
		known[string(role)] = word{false, func(key, v *yaml.Node) {
			f.Shape = append(f.Shape, r.entry(role, key, v))
		}}
	}
	r.words(n, "shape", known)
}

func (r *reader) entry(role dialect.Role, key, v *yaml.Node) dialect.ShapeEntry {
	e := dialect.ShapeEntry{Role: role, At: pos(key)}
	what := "shape." + string(role)
	switch role {
	case dialect.RoleAlways:
		e.Values = r.values(v, what, r.json)
	case dialect.RoleFields:
		r.forms(v, &e)
	default:
		e.Places = r.places(v, what)
	}
	return e
}

// places reads the alternatives of a role: paths, and long forms.
func (r *reader) places(n *yaml.Node, what string) (out []dialect.Place) {
	if n.Kind == yaml.MappingNode {
		return []dialect.Place{r.place(n, what)}
	}
	if n.Kind != yaml.SequenceNode {
		for _, p := range r.paths(n, what) {
			out = append(out, dialect.Place{Path: p.Path, At: p.At})
		}
		return out
	}
	for _, item := range n.Content {
		out = append(out, r.places(resolve(item), "an entry of "+what)...)
	}
	return out
}

// place reads the long form of a place.
func (r *reader) place(n *yaml.Node, what string) dialect.Place {
	p := dialect.Place{At: pos(n)}
	path := func(out *dialect.Path) word {
		return word{false, func(key, v *yaml.Node) { *out = dialect.ParsePath(r.text(v, what+"."+key.Value)) }}
	}
	text := func(out *string) word {
		return word{false, func(key, v *yaml.Node) { *out = r.raw(v, what+"."+key.Value) }}
	}
	r.words(n, what, map[string]word{
		"at": path(&p.Path), "header": text(&p.Header), "param": text(&p.Param), "json": path(&p.JSON), "decode": text(&p.Decode),
		"pattern": text(&p.Pattern), "after": text(&p.After), "before": text(&p.Before), "trim": text(&p.Trim), "fill": path(&p.Fill),
		"unit": text(&p.Unit),
		"key":  {false, func(_, v *yaml.Node) { p.Key = r.flag(v, what+".key") }},
		"skip": {false, func(_, v *yaml.Node) { p.Skip = r.spelled(v, what+".skip") }},
	})
	switch {
	case p.Path == nil && p.Header == "":
		r.fault(n, "%s says neither `at` nor `header`: one of them names where the value stands", what)
	case p.Path != nil && p.Header != "":
		r.fault(n, "%s says both `at` and `header`: a value stands in one place; write two alternatives", what)
	case p.Param != "" && p.Header == "":
		r.fault(n, "%s says `param` without `header`: only headers have parameters", what)
	}
	return p
}

// raw reads a scalar with the white space around it.
func (r *reader) raw(n *yaml.Node, what string) string {
	if r.text(n, what) == "" && resolve(n).Kind != yaml.ScalarNode {
		return ""
	}
	return resolve(n).Value
}

// spelled reads a list of scalars, or one, as they are spelled; null is the empty
// text.
func (r *reader) spelled(n *yaml.Node, what string) (out []string) {
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

// forms reads the forms of `fields`.
func (r *reader) forms(n *yaml.Node, e *dialect.ShapeEntry) {
	if n.Kind == yaml.SequenceNode {
		for _, item := range n.Content {
			r.forms(resolve(item), e)
		}
		return
	}
	f := dialect.Fields{At: pos(n)}
	if n.Kind == yaml.MappingNode {
		r.fields(n, &f)
	} else {
		f.Places = r.places(n, "shape.fields")
	}
	e.Fields = append(e.Fields, f)
}

// fields reads the long form of `fields`.
func (r *reader) fields(n *yaml.Node, f *dialect.Fields) {
	paths := func(out *[]dialect.Path) word {
		return word{false, func(key, v *yaml.Node) {
			for _, p := range r.paths(v, "shape.fields."+key.Value) {
				*out = append(*out, p.Path)
			}
		}}
	}
	names := func(out *[]string) word {
		return word{false, func(key, v *yaml.Node) { *out = r.spelled(v, "shape.fields."+key.Value) }}
	}
	r.words(n, "shape.fields", map[string]word{
		"at":      {true, func(_, v *yaml.Node) { f.Places = r.places(v, "shape.fields.at") }},
		"only":    {false, func(_, v *yaml.Node) { f.Only = r.plainTexts(v, "shape.fields.only") }},
		"field":   paths(&f.Field),
		"names":   paths(&f.Names),
		"message": paths(&f.Message),
		"code":    paths(&f.Code),
		"pattern": {false, func(_, v *yaml.Node) { f.Pattern = r.raw(v, "shape.fields.pattern") }},
		"tree":    {false, func(_, v *yaml.Node) { f.Tree = r.flag(v, "shape.fields.tree") }},
		"skip":    names(&f.Skip),
		"lists":   {false, func(_, v *yaml.Node) { f.Lists = r.flag(v, "shape.fields.lists") }},
		"whole":   names(&f.Whole),
	})
}

// codes reads the table: rows of native code to canonical code, or the word
// canonical where the native codes are canonical codes themselves.
func (r *reader) codes(n *yaml.Node, f *dialect.File) {
	if n.Kind == yaml.ScalarNode && n.Value == "canonical" {
		f.Identity = true
		return
	}
	if n.Kind != yaml.MappingNode {
		r.fault(n, "codes must be rows such as `not_found: 404 RESOURCE.NOT_FOUND`, or the word canonical, not %s", kindOf(n))
		return
	}
	r.pairs(n, func(key, value *yaml.Node) {
		text := r.text(value, "the row of "+key.Value)
		if text == "" {
			return
		}
		row, complaint := dialect.ParseRow(key.Value, strings.Fields(text))
		if complaint != "" {
			r.fault(value, "%s", complaint)
			return
		}
		row.At, row.CodeAt = pos(key), inside(value, row.Code)
		f.Codes = append(f.Codes, row)
	})
}
