package yamlfile

import (
	"go.yaml.in/yaml/v3"

	"github.com/koine-proxy/koine/dialect"
)

// writing reads how errors are written.
func (r *reader) writing(n *yaml.Node) *dialect.Write {
	w := &dialect.Write{At: pos(n)}
	r.readKeys(n, "write", map[string]keyReader{
		"never":    {false, func(_, v *yaml.Node) { w.Never = r.text(v, "write.never") }},
		"media":    {false, func(_, v *yaml.Node) { w.Media = r.text(v, "write.media") }},
		"status":   {false, func(_, v *yaml.Node) { w.Status = r.writtenStatus(v) }},
		"numbers":  {false, func(_, v *yaml.Node) { w.Numbers = r.flag(v, "write.numbers") }},
		"prefer":   {false, func(_, v *yaml.Node) { w.Prefer = r.plainTexts(v, "write.prefer") }},
		"nearest":  {false, func(_, v *yaml.Node) { w.Nearest = r.nearest(v) }},
		"members":  {false, func(_, v *yaml.Node) { w.Members = r.writtenMembers(v) }},
		"places":   {false, func(_, v *yaml.Node) { w.Places = r.writtenPlaces(v) }},
		"elements": {false, func(_, v *yaml.Node) { w.Elements = r.names(v, "write.elements") }},
		"headers":  {false, func(_, v *yaml.Node) { w.Headers = r.names(v, "write.headers") }},
	})
	return w
}

func (r *reader) writtenStatus(n *yaml.Node) int {
	status := r.number(n, "write.status")
	if status < 200 || status > 599 {
		r.fault(n, "write.status must be from 200 to 599; 200 for errors that ride on a success")
	}
	return status
}

// nearest reads a mapping of category to native codes.
func (r *reader) nearest(n *yaml.Node) (out []dialect.Nearest) {
	if n.Kind != yaml.MappingNode {
		r.fault(n, "write.nearest must be a mapping of category to native codes, for example {not_found: resource_missing}, not %s", kindOf(n))
		return nil
	}
	r.pairs(n, func(key, value *yaml.Node) {
		out = append(out, dialect.Nearest{Category: key.Value, Rows: r.plainTexts(value, "write.nearest of "+key.Value), At: pos(key)})
	})
	return out
}

// writtenMembers reads a mapping of path to a value, or to {by: {CATEGORY: VALUE}, else: VALUE}.
func (r *reader) writtenMembers(n *yaml.Node) (out []dialect.WriteMember) {
	if n.Kind != yaml.MappingNode {
		r.fault(n, "write.members must be a mapping of path to value, for example {ok: false}, not %s", kindOf(n))
		return nil
	}
	r.pairs(n, func(key, value *yaml.Node) {
		m := dialect.WriteMember{Path: r.path(key), At: pos(key)}
		what := "write.members of " + key.Value
		by := valueNode(value, "by")
		if value.Kind != yaml.MappingNode || by == nil {
			m.Value = r.json(value, what)
			out = append(out, m)
			return
		}
		r.readKeys(value, what, map[string]keyReader{
			"else": {false, func(_, v *yaml.Node) { m.Value = r.json(v, what) }},
			"by": {true, func(_, v *yaml.Node) {
				if v.Kind != yaml.MappingNode {
					r.fault(v, "%s: by must be a mapping of category to value, not %s", what, kindOf(v))
					return
				}
				r.pairs(v, func(category, v *yaml.Node) {
					m.Categories = append(m.Categories, dialect.ValueBy{Category: category.Value, Value: r.json(v, what)})
				})
			}},
		})
		out = append(out, m)
	})
	return out
}

// writtenPlaces reads a mapping of path to native codes.
func (r *reader) writtenPlaces(n *yaml.Node) (out []dialect.WritePlace) {
	if n.Kind != yaml.MappingNode {
		r.fault(n, "write.places must be a mapping of path to native codes, for example {error.type: [api_error]}, not %s", kindOf(n))
		return nil
	}
	r.pairs(n, func(key, value *yaml.Node) {
		out = append(out, dialect.WritePlace{Path: r.path(key), Codes: r.plainTexts(value, "write.places of "+key.Value), At: pos(key)})
	})
	return out
}

// names reads a mapping of name to text.
func (r *reader) names(n *yaml.Node, what string) (out []dialect.NameAt) {
	if n.Kind != yaml.MappingNode {
		r.fault(n, "%s must be a mapping of name to text, not %s", what, kindOf(n))
		return nil
	}
	r.pairs(n, func(key, value *yaml.Node) {
		out = append(out, dialect.NameAt{Name: key.Value, Value: r.text(value, what+" of "+key.Value), At: pos(key)})
	})
	return out
}
