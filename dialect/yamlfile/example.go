package yamlfile

import (
	"encoding/json"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/koine-proxy/koine/dialect"
)

func (r *reader) examples(n *yaml.Node, f *dialect.File) {
	if n.Kind != yaml.SequenceNode {
		r.fault(n, "examples must be a list, not %s", kindOf(n))
		return
	}
	for _, item := range n.Content {
		f.Examples = append(f.Examples, r.example(resolve(item)))
	}
}

func (r *reader) example(n *yaml.Node) dialect.Example {
	e := dialect.Example{At: pos(n), After: -1}
	r.readKeys(n, "an example", map[string]keyReader{
		"about":   {false, func(_, v *yaml.Node) { e.About = r.text(v, "about") }},
		"status":  {true, func(_, v *yaml.Node) { e.Status = r.number(v, "status") }},
		"host":    {false, func(_, v *yaml.Node) { e.Host = r.text(v, "host") }},
		"body":    {true, func(_, v *yaml.Node) { e.Body = r.body(v) }},
		"is":      {true, func(_, v *yaml.Node) { e.Is = r.text(v, "is") }},
		"code":    {false, func(_, v *yaml.Node) { e.Code = r.text(v, "code") }},
		"message": {false, func(_, v *yaml.Node) { e.Message = r.text(v, "message") }},
		"header": {false, func(_, v *yaml.Node) {
			e.Header = map[string][]string{}
			if v.Kind != yaml.MappingNode {
				r.fault(v, "header must be a mapping of name to value, not %s", kindOf(v))
				return
			}
			r.pairs(v, func(key, value *yaml.Node) { e.Header[key.Value] = r.plainTexts(value, "header "+key.Value) })
		}},
		"retry_after": {false, func(_, v *yaml.Node) { e.After = r.number(v, "retry_after") }},
		"retry":       {false, func(_, v *yaml.Node) { e.Retry = r.text(v, "retry") }},
		"request_id":  {false, func(_, v *yaml.Node) { e.RequestID = r.text(v, "request_id") }},
		"details":     {false, func(_, v *yaml.Node) { e.Details = r.json(v, "details") }},
		"fields": {false, func(_, v *yaml.Node) {
			e.Fields = map[string]string{}
			if v.Kind != yaml.MappingNode {
				r.fault(v, "fields must be a mapping of field to message, not %s", kindOf(v))
				return
			}
			r.pairs(v, func(key, value *yaml.Node) { e.Fields[key.Value] = r.text(value, "the field "+key.Value) })
		}},
	})
	if e.Is != "" && e.Is != "none" && !dialect.IsCodeName(e.Is) {
		r.fault(n, "is %q must be a canonical code, or none if the dialect must not match", e.Is)
	}
	return e
}

// body reads a body: a text as it is, any other value as JSON.
func (r *reader) body(n *yaml.Node) string {
	if n.Kind == yaml.ScalarNode && n.Tag == "!!str" {
		return n.Value
	}
	return r.json(n, "body")
}

// jsonNumber matches a number of JSON (RFC 8259 section 6).
var jsonNumber = regexp.MustCompile(`^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?$`)

// json writes a node as JSON. Numbers are not reformatted: 50.00 is written as
// 50.00.
func (r *reader) json(n *yaml.Node, what string) string {
	var b strings.Builder
	if !r.appendJSON(&b, n, what, 0) {
		r.fault(n, "%s is too large or too deep; an alias may contain itself", what)
	}
	return b.String()
}

// maxJSON and maxDepth bound the expansion of aliases: an alias may contain itself.
const (
	maxJSON  = 1 << 20
	maxDepth = 200
)

// appendJSON appends a value as JSON, and reports whether it stayed within the
// bounds.
func (r *reader) appendJSON(b *strings.Builder, n *yaml.Node, what string, depth int) bool {
	n = resolve(n)
	ok := b.Len() < maxJSON && depth < maxDepth
	switch {
	case !ok:
	case n.Kind == yaml.MappingNode:
		b.WriteByte('{')
		separator := ""
		r.pairs(n, func(key, value *yaml.Node) {
			if !ok {
				return
			}
			b.WriteString(separator + quote(key.Value) + ":")
			ok = r.appendJSON(b, value, what, depth+1)
			separator = ","
		})
		b.WriteByte('}')
	case n.Kind == yaml.SequenceNode:
		b.WriteByte('[')
		for i, item := range n.Content {
			if i > 0 {
				b.WriteByte(',')
			}
			if ok = r.appendJSON(b, item, what, depth+1); !ok {
				break
			}
		}
		b.WriteByte(']')
	case n.Tag == "!!null":
		b.WriteString("null")
	case n.Tag == "!!bool" && (n.Value == "true" || n.Value == "false"):
		b.WriteString(n.Value)
	case n.Tag == "!!int" || n.Tag == "!!float":
		if !jsonNumber.MatchString(n.Value) {
			r.fault(n, "%s: %q is not a JSON number; quote it if it is a text", what, n.Value)
		}
		b.WriteString(n.Value)
	default:
		b.WriteString(quote(n.Value))
	}
	return ok
}

func quote(s string) string {
	out, _ := json.Marshal(s) // a string always marshals
	return string(out)
}
