package yamlfile

import (
	"go.yaml.in/yaml/v3"

	"github.com/koine-proxy/koine/dialect"
)

// ReadLimits reads a table of rate-limit headers.
func ReadLimits(name string, data []byte) (*dialect.LimitsFile, error) {
	r := &reader{file: name}
	f := &dialect.LimitsFile{File: name}
	if root := r.parse(data); root != nil {
		r.readKeys(root, "a table of limits", map[string]keyReader{
			"about":  {false, func(_, v *yaml.Node) { f.About = r.text(v, "about") }},
			"limits": {true, func(_, v *yaml.Node) { f.Limits = r.limits(v) }},
			"waits":  {false, func(_, v *yaml.Node) { f.Waits = r.waits(v) }},
		})
	}
	return f, r.faults.Err()
}

func (r *reader) limits(n *yaml.Node) (out []dialect.LimitFamily) {
	r.entries(n, "limits", "{limit: X-Quota-Limit, remaining: X-Quota-Limit-Remaining}", func(item *yaml.Node) {
		out = append(out, r.limit(item))
	})
	return out
}

func (r *reader) limit(n *yaml.Node) dialect.LimitFamily {
	f := dialect.LimitFamily{At: pos(n)}
	known := map[string]keyReader{
		"name":    r.textAt("name", &f.Name),
		"unit":    r.textAt("unit", &f.Unit),
		"members": {false, func(_, v *yaml.Node) { f.Members = r.members(v) }},
	}
	r.parts(known, dialect.LimitRoles(), &f.Headers)
	window := known["window"].read
	known["window"] = keyReader{false, func(key, v *yaml.Node) {
		if v.Value != "" && '0' <= v.Value[0] && v.Value[0] <= '9' { // a duration: the names of headers with a limit begin with a letter
			f.Window = dialect.TextAt{Text: r.text(v, "window"), At: pos(v)}
			return
		}
		window(key, v)
	}}
	r.readKeys(n, "an entry of limits", known)
	return f
}

func (r *reader) members(n *yaml.Node) (out []dialect.LimitPart) {
	known := map[string]keyReader{}
	r.parts(known, dialect.LimitMembers(), &out)
	r.readKeys(n, "members", known)
	return out
}

// parts adds the keys of roles, which are read into out.
func (r *reader) parts(known map[string]keyReader, roles []dialect.LimitRole, out *[]dialect.LimitPart) {
	for _, role := range roles {
		known[string(role)] = keyReader{false, func(_, v *yaml.Node) {
			*out = append(*out, dialect.LimitPart{Role: role, Name: r.text(v, string(role)), At: pos(v)})
		}}
	}
}

func (r *reader) waits(n *yaml.Node) (out []dialect.WaitHint) {
	r.entries(n, "waits", "{header: X-Retry-In}", func(item *yaml.Node) {
		w := dialect.WaitHint{At: pos(item)}
		header := r.textAt("header", &w.Header)
		header.required = true
		r.readKeys(item, "an entry of waits", map[string]keyReader{
			"header": header,
			"unit":   r.textAt("unit", &w.Unit),
			"unless": r.textAt("unless", &w.Unless),
		})
		out = append(out, w)
	})
	return out
}

// entries calls f for every entry of a list.
func (r *reader) entries(n *yaml.Node, what, example string, f func(item *yaml.Node)) {
	if n.Kind != yaml.SequenceNode {
		r.fault(n, "%s must be a list, such as [%s], not %s", what, example, kindOf(n))
		return
	}
	for _, item := range n.Content {
		f(resolve(item))
	}
}

// textAt returns the reader of an optional key whose text is stored with its
// position.
func (r *reader) textAt(what string, out *dialect.TextAt) keyReader {
	return keyReader{false, func(_, v *yaml.Node) { *out = dialect.TextAt{Text: r.text(v, what), At: pos(v)} }}
}
