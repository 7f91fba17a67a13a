package yamlfile

import (
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/koine-proxy/koine/dialect"
	"github.com/koine-proxy/koine/internal/suggest"
)

func (r *reader) taxonomy(root *yaml.Node, f *dialect.TaxonomyFile) {
	r.readKeys(root, "a taxonomy file", map[string]keyReader{
		"taxonomy": {true, func(_, v *yaml.Node) { f.Name = r.text(v, "taxonomy") }},
		"about":    {false, func(_, v *yaml.Node) { f.About = r.text(v, "about") }},
		"generic":  {false, func(_, v *yaml.Node) { r.generic(v, f) }},
		"codes":    {true, func(_, v *yaml.Node) { r.canonicalCodes(v, f) }},
	})
}

func (r *reader) generic(n *yaml.Node, f *dialect.TaxonomyFile) {
	if n.Kind != yaml.MappingNode {
		r.fault(n, "generic must be a mapping of status to code, such as `404: RESOURCE.NOT_FOUND`, not %s", kindOf(n))
		return
	}
	r.pairs(n, func(key, value *yaml.Node) {
		f.Generic = append(f.Generic, dialect.GenericEntry{
			Status: key.Value, Code: r.text(value, "generic "+key.Value), At: pos(key), CodeAt: pos(value),
		})
	})
}

func (r *reader) canonicalCodes(n *yaml.Node, f *dialect.TaxonomyFile) {
	if n.Kind != yaml.MappingNode {
		r.fault(n, "codes must be a mapping of canonical codes, not %s", kindOf(n))
		return
	}
	r.pairs(n, func(key, value *yaml.Node) {
		f.Codes = append(f.Codes, r.canonicalCode(key, value))
	})
}

func (r *reader) canonicalCode(key, n *yaml.Node) dialect.CodeEntry {
	c := dialect.CodeEntry{Name: key.Value, At: pos(key)}
	r.readKeys(n, key.Value, map[string]keyReader{
		"status":      {true, func(_, v *yaml.Node) { c.Status = r.number(v, "status") }},
		"category":    {true, func(_, v *yaml.Node) { c.Category = r.text(v, "category") }},
		"retry":       {true, func(_, v *yaml.Node) { c.Retry = r.text(v, "retry") }},
		"message":     {true, func(_, v *yaml.Node) { c.Message = r.text(v, "message") }},
		"description": {true, func(_, v *yaml.Node) { c.Description = r.text(v, "description") }},
		"action":      {true, func(_, v *yaml.Node) { c.Action = r.text(v, "action") }},
		"operator":    {false, func(_, v *yaml.Node) { c.Operator = r.text(v, "operator") }},
		"request":     {false, func(_, v *yaml.Node) { r.requests(v, key.Value, &c) }},
	})
	return c
}

// requests reads a request that fails and the same as it works.
func (r *reader) requests(n *yaml.Node, code string, c *dialect.CodeEntry) {
	r.readKeys(n, "request of "+code, map[string]keyReader{
		"fails": {true, func(_, v *yaml.Node) { c.Fails = r.text(v, "fails") }},
		"works": {true, func(_, v *yaml.Node) { c.Works = r.text(v, "works") }},
	})
}

// list returns the known keys in alphabetical order.
func list(known map[string]keyReader) string { return strings.Join(sorted(known), ", ") }

// suggestKey returns the end of a message about an unknown key: the nearest one, or with a
// list of all.
func suggestKey(name string, known map[string]keyReader) string {
	if near := suggest.Nearest(name, sorted(known)); near != "" {
		return "; did you mean `" + near + "`?"
	}
	return "; known keys: " + list(known)
}
