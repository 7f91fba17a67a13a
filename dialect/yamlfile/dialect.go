package yamlfile

import (
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/koine-proxy/koine/dialect"
	"github.com/koine-proxy/koine/internal/suggest"
)

// dialectName matches the name of a dialect or a variant.
var dialectName = regexp.MustCompile(`^[a-z][a-z0-9-]*$`)

// dialect reads a mapping file.
func (r *reader) dialect(root *yaml.Node, f *dialect.File) {
	f.ShapeAt, f.CodesAt, f.MatchAt = pos(root), pos(root), pos(root)
	f.Extends = valueOf(root, "extends") // read first, because the required keys depend on it
	keys := r.formKeys(f)
	keys["dialect"] = keyReader{true, func(_, v *yaml.Node) { f.Name, f.NameAt = r.name(v, "dialect"), pos(v) }}
	keys["about"] = keyReader{true, func(_, v *yaml.Node) { f.About = r.text(v, "about") }}
	keys["extends"] = keyReader{false, func(_, v *yaml.Node) { f.Extends, f.ExtendsAt = r.text(v, "extends"), pos(v) }}
	keys["failure"] = keyReader{false, func(_, v *yaml.Node) { f.Failure = r.failure(v) }}
	keys["limits"] = keyReader{false, func(_, v *yaml.Node) { f.Limits = r.limits(v) }}
	keys["lexicon"] = keyReader{false, func(k, v *yaml.Node) { f.LexiconAt = pos(k); f.Lexicon = r.lexicon(v) }}
	keys["variants"] = keyReader{false, func(_, v *yaml.Node) { r.variants(v, f) }}
	keys["shape"] = keyReader{f.Extends == "" && valueNode(root, "lexicon") == nil, keys["shape"].read}
	keys["codes"] = keyReader{f.Extends == "", keys["codes"].read}
	f.Given = keysOf(root)
	r.readKeys(root, "a mapping file", keys)
	if f.Failure != nil && !f.General {
		r.faults = append(r.faults, f.NewFault(f.Failure.At, "failure is part of general rules; add `general: true`, or use success_errors"))
	}
}

// formKeys returns the keys that a dialect and a variant share.
func (r *reader) formKeys(f *dialect.File) map[string]keyReader {
	return map[string]keyReader{
		"about":  {false, func(_, v *yaml.Node) { f.About = r.text(v, "about") }},
		"source": {false, func(_, v *yaml.Node) { f.Sources = r.plainTexts(v, "source") }},
		"read":   {false, func(_, v *yaml.Node) { f.Read = r.date(v, "read") }},
		"hosts":  {false, func(_, v *yaml.Node) { f.Hosts = r.hosts(v) }},
		"evidence": {false, func(_, v *yaml.Node) {
			f.Evidence, f.EvidenceAt = choice(r, v, "evidence", dialect.Evidences()), pos(v)
		}},
		"auto": {false, func(_, v *yaml.Node) { f.Auto, f.AutoAt = choice(r, v, "auto", dialect.Autos()), pos(v) }},
		"success_errors": {false, func(_, v *yaml.Node) {
			if f.SuccessErrors, f.SuccessAt = r.number(v, "success_errors"), pos(v); f.SuccessErrors < 400 || f.SuccessErrors > 599 {
				r.fault(v, "success_errors must be a status from 400 to 599; it is used if neither the row nor the body has one")
			}
		}},
		"streams": {false, func(_, v *yaml.Node) { f.Streams = r.flag(v, "streams") }},
		"general": {false, func(_, v *yaml.Node) { f.General = r.flag(v, "general") }},
		"priority": {false, func(_, v *yaml.Node) {
			f.Priority, f.PriorityAt = choice(r, v, "priority", dialect.Priorities()), pos(v)
		}},
		"format": {false, func(_, v *yaml.Node) {
			f.FormatsAt = pos(v)
			for _, item := range r.texts(v, "format") {
				f.Formats = append(f.Formats, choice(r, item, "format", dialect.Formats()))
			}
		}},
		"write":    {false, func(_, v *yaml.Node) { f.Write = r.writing(v) }},
		"match":    {false, func(k, v *yaml.Node) { f.MatchAt = pos(k); r.match(v, &f.Match) }},
		"shape":    {false, func(k, v *yaml.Node) { f.ShapeAt = pos(k); r.shape(v, f) }},
		"codes":    {false, func(k, v *yaml.Node) { f.CodesAt = pos(k); r.codes(v, f) }},
		"examples": {false, func(_, v *yaml.Node) { r.examples(v, f) }},
	}
}

// variants reads the other forms of a dialect.
func (r *reader) variants(n *yaml.Node, f *dialect.File) {
	r.entries(n, "variants", "{name: page, format: html, match: …}", func(item *yaml.Node) {
		v := &dialect.File{File: r.file, ShapeAt: pos(item), CodesAt: pos(item), MatchAt: pos(item), Given: keysOf(item)}
		keys := r.formKeys(v)
		keys["name"] = keyReader{true, func(_, n *yaml.Node) {
			v.Variant, v.NameAt = r.name(n, "name"), pos(n)
			if i := slices.IndexFunc(f.Variants, func(o *dialect.File) bool { return o.Variant == v.Variant }); i >= 0 {
				r.fault(n, "duplicate variant %q (first on line %d)", v.Variant, f.Variants[i].NameAt.Line)
			}
		}}
		r.readKeys(item, "a variant", keys)
		f.Variants = append(f.Variants, v)
	})
}

// name reads the name of a dialect or a variant.
func (r *reader) name(n *yaml.Node, what string) string {
	name := r.text(n, what)
	if name != "" && (!dialectName.MatchString(name) || name == "auto" || name == "all") {
		r.fault(n, "%s %q: use lower-case letters, digits and hyphens, starting with a letter; auto and all are reserved", what, name)
	}
	return name
}

// hosts reads globs of host names.
func (r *reader) hosts(n *yaml.Node) []string {
	hosts := []string{}
	for _, item := range r.texts(n, "hosts") {
		host := strings.ToLower(item.Value)
		if strings.ContainsAny(host, "/: ") {
			r.fault(item, "host %q must be a host name without scheme, port and path, for example api.example.com or *.example.com", item.Value)
		}
		hosts = append(hosts, host)
	}
	return hosts
}

// choice reads one of a closed set of values.
func choice[T ~string](r *reader, n *yaml.Node, what string, values []T) T {
	text := r.text(n, what)
	if text != "" && !slices.Contains(values, T(text)) {
		hint := ""
		if near := suggest.Nearest(text, strings.Split(suggest.List(values), ", ")); near != "" {
			hint = "; did you mean " + near + "?"
		}
		r.fault(n, "%s %q must be one of %s%s", what, text, suggest.List(values), hint)
	}
	return T(text)
}

// keysOf returns the keys of a mapping.
func keysOf(n *yaml.Node) (keys []string) {
	for i := 0; i+1 < len(n.Content); i += 2 {
		keys = append(keys, n.Content[i].Value)
	}
	return keys
}

// valueOf returns the text of a key of a mapping, or "".
func valueOf(n *yaml.Node, key string) string {
	if v := valueNode(n, key); v != nil {
		return v.Value
	}
	return ""
}

// valueNode returns the value of a key of a mapping, or nil.
func valueNode(n *yaml.Node, key string) *yaml.Node {
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return n.Content[i+1]
		}
	}
	return nil
}

// codes reads the rows of native code to canonical code, or `canonical`.
func (r *reader) codes(n *yaml.Node, f *dialect.File) {
	if n.Kind == yaml.ScalarNode && n.Value == "canonical" {
		f.Identity = true
		return
	}
	if n.Kind != yaml.MappingNode {
		r.fault(n, "codes must be rows such as `not_found: 404 RESOURCE.NOT_FOUND`, or canonical, not %s", kindOf(n))
		return
	}
	r.pairs(n, func(key, value *yaml.Node) {
		text := r.text(value, "the row of "+key.Value)
		if text == "" {
			return
		}
		row, message := dialect.ParseRow(key.Value, strings.Fields(text))
		if message != "" {
			r.fault(value, "%s", message)
			return
		}
		row.At, row.CodeAt = pos(key), inside(value, row.Code)
		f.Codes = append(f.Codes, row)
	})
}
