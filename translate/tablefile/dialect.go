package tablefile

import (
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/koine-proxy/koine/translate"
)

// dialectName is how dialects are called: as a word of the Caddyfile.
var dialectName = regexp.MustCompile(`^[a-z][a-z0-9-]*$`)

func (r *reader) dialect(root *yaml.Node, f *translate.DialectFile) {
	f.ShapeAt, f.CodesAt = pos(root), pos(root)
	r.words(root, "a mapping file", map[string]word{
		"dialect": {true, func(_, v *yaml.Node) {
			f.Name, f.NameAt = r.text(v, "dialect"), pos(v)
			if !dialectName.MatchString(f.Name) || f.Name == "auto" || f.Name == "all" {
				r.fault(v, "dialect %q must be a word of lower-case letters, digits and hyphens, and neither auto nor all", f.Name)
			}
		}},
		"about":    {true, func(_, v *yaml.Node) { f.About = r.text(v, "about") }},
		"source":   {false, func(_, v *yaml.Node) { f.Source = r.text(v, "source") }},
		"priority": {false, func(_, v *yaml.Node) { f.Priority = r.number(v, "priority") }},
		"match":    {false, func(_, v *yaml.Node) { r.match(v, &f.Match) }},
		"shape":    {true, func(k, v *yaml.Node) { f.ShapeAt = pos(k); r.shape(v, f) }},
		"codes":    {true, func(k, v *yaml.Node) { f.CodesAt = pos(k); r.codes(v, f) }},
		"limits":   {false, func(_, v *yaml.Node) { f.Limits = r.limits(v) }},
		"waits":    {false, func(_, v *yaml.Node) { f.Waits = r.waits(v) }},
		"examples": {false, func(_, v *yaml.Node) { r.examples(v, f) }},
	})
}

func (r *reader) match(n *yaml.Node, m *translate.Match) {
	r.words(n, "match", map[string]word{
		"keys":   {false, func(_, v *yaml.Node) { m.Keys = r.paths(v, "match.keys") }},
		"lacks":  {false, func(_, v *yaml.Node) { m.Lacks = r.paths(v, "match.lacks") }},
		"types":  {false, func(_, v *yaml.Node) { m.Types = r.values(v, "match.types", r.text) }},
		"equals": {false, func(_, v *yaml.Node) { m.Equals = r.values(v, "match.equals", r.json) }},
		"code":   {false, func(_, v *yaml.Node) { m.Code, m.CodeAt = translate.Spelling(r.text(v, "match.code")), pos(v) }},
	})
}

func (r *reader) paths(n *yaml.Node, what string) (out []translate.PathAt) {
	for _, item := range r.texts(n, what) {
		out = append(out, translate.PathAt{Path: translate.ParsePath(item.Value), At: pos(item)})
	}
	return out
}

// values reads a mapping of path to value.
func (r *reader) values(n *yaml.Node, what string, read func(*yaml.Node, string) string) (out []translate.ValueAt) {
	if n.Kind != yaml.MappingNode {
		r.fault(n, "%s must be a mapping of path to value, such as {error.code: string}, not %s", what, kindOf(n))
		return nil
	}
	r.pairs(n, func(key, value *yaml.Node) {
		out = append(out, translate.ValueAt{
			Path: translate.ParsePath(key.Value), Value: read(value, what+" of "+key.Value), At: pos(value),
		})
	})
	return out
}

// shape reads the lens. Its order is kept: it is the order of writing.
func (r *reader) shape(n *yaml.Node, f *translate.DialectFile) {
	known := map[string]word{}
	for _, role := range translate.Roles() {
		known[string(role)] = word{false, func(key, v *yaml.Node) {
			f.Shape = append(f.Shape, r.entry(role, key, v))
		}}
	}
	r.words(n, "shape", known)
}

func (r *reader) entry(role translate.Role, key, v *yaml.Node) translate.ShapeEntry {
	e := translate.ShapeEntry{Role: role, At: pos(key)}
	switch {
	case role == translate.RoleAlways:
		e.Values = r.values(v, "shape.always", r.json)
	case role == translate.RoleFields && v.Kind == yaml.MappingNode:
		r.fields(v, &e)
	default:
		e.Paths = r.paths(v, "shape."+string(role))
	}
	return e
}

// fields reads the long form of `fields`.
func (r *reader) fields(n *yaml.Node, e *translate.ShapeEntry) {
	f := &e.Fields
	r.words(n, "shape.fields", map[string]word{
		"at": {true, func(_, v *yaml.Node) { e.Paths = r.paths(v, "shape.fields.at") }},
		"only": {false, func(_, v *yaml.Node) {
			for _, item := range r.texts(v, "shape.fields.only") {
				f.Only = append(f.Only, item.Value)
			}
		}},
		"field":   {false, func(_, v *yaml.Node) { f.Field = r.text(v, "shape.fields.field") }},
		"message": {false, func(_, v *yaml.Node) { f.Message = r.text(v, "shape.fields.message") }},
		"code":    {false, func(_, v *yaml.Node) { f.Code = r.text(v, "shape.fields.code") }},
	})
	if f.Field == "" && (f.Message != "" || f.Code != "") {
		r.fault(n, "shape.fields names the members of list entries, but not `field`, the one that says which field is meant")
	}
}

// codes reads the table: rows of native code to canonical code, or the word
// canonical where the native codes are canonical codes themselves.
func (r *reader) codes(n *yaml.Node, f *translate.DialectFile) {
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
		row, complaint := translate.ParseRow(key.Value, strings.Fields(text))
		if complaint != "" {
			r.fault(value, "%s", complaint)
			return
		}
		row.At, row.CodeAt = pos(key), inside(value, row.Code)
		f.Codes = append(f.Codes, row)
	})
}
