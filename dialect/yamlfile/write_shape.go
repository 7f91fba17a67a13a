package yamlfile

import (
	"slices"

	"go.yaml.in/yaml/v3"

	"github.com/koine-proxy/koine/dialect"
)

func matchNode(m *dialect.Match) *yaml.Node {
	n := newBlock()
	for _, l := range []struct {
		key   string
		paths []dialect.PathAt
	}{{"keys", m.Keys}, {"any", m.Any}, {"lacks", m.Lacks}} {
		if l.paths != nil {
			n.add(l.key, pathList(l.paths))
		}
	}
	if m.Types != nil {
		n.add("types", valuesNode(m.Types, textNode))
	}
	if m.Equals != nil {
		n.add("equals", valuesNode(m.Equals, jsonNode))
	}
	if m.Not != nil {
		n.add("not", valueListsNode(m.Not, jsonNode))
	}
	if m.Like != nil {
		n.add("like", valueListsNode(m.Like, textNode))
	}
	if m.OnlyKeys != nil {
		n.add("only_keys", textList(m.OnlyKeys))
	}
	if m.Headers != nil {
		headers := newFlow()
		for _, h := range m.Headers {
			headers.add(h.Name, shortList(h.Globs))
		}
		n.add("header", headers.node)
	}
	if m.Status != nil {
		n.add("status", shortList(m.Status))
	}
	if m.Contains != nil {
		n.add("contains", textList(m.Contains))
	}
	var conditions []string
	for _, c := range []struct {
		word  string
		holds bool
	}{{string(m.Code), m.Code != ""}, {dialect.CodeListed, m.Listed}, {dialect.CodeOptional, m.Optional}} {
		if c.holds {
			conditions = append(conditions, c.word)
		}
	}
	if conditions != nil {
		n.add("code_is", shortList(conditions))
	}
	return n.node
}

func pathList(paths []dialect.PathAt) *yaml.Node {
	var texts []string
	for _, p := range paths {
		texts = append(texts, p.Path.Text())
	}
	return textList(texts)
}

func valuesNode(values []dialect.ValueAt, write func(string) *yaml.Node) *yaml.Node {
	n := newFlow()
	for _, v := range values {
		n.add(v.Path.Text(), write(v.Value))
	}
	return n.node
}

func valueListsNode(values []dialect.ValuesAt, write func(string) *yaml.Node) *yaml.Node {
	n := newFlow()
	for _, v := range values {
		list := &yaml.Node{Kind: yaml.SequenceNode, Style: yaml.FlowStyle}
		for _, one := range v.Values {
			list.Content = append(list.Content, write(one))
		}
		if len(list.Content) == 1 && list.Content[0].Kind != yaml.SequenceNode {
			list = list.Content[0]
		}
		n.add(v.Path.Text(), list)
	}
	return n.node
}

func shapeNode(entries []dialect.ShapeEntry) *yaml.Node {
	n := newBlock()
	for i := range entries {
		switch e := &entries[i]; e.Role {
		case dialect.RoleAlways:
			n.add(string(e.Role), valuesNode(e.Values, jsonNode))
		case dialect.RoleFields:
			n.add(string(e.Role), oneOrList(e.Fields, fieldsNode))
		default:
			n.add(string(e.Role), oneOrList(e.Places, placeNode))
		}
	}
	if len(entries) == 0 {
		n.node.Style = yaml.FlowStyle
	}
	return n.node
}

// oneOrList writes one alternative, or a list of several.
func oneOrList[T any](items []T, write func(*T) *yaml.Node) *yaml.Node {
	list := &yaml.Node{Kind: yaml.SequenceNode, Style: yaml.FlowStyle}
	for i := range items {
		list.Content = append(list.Content, write(&items[i]))
	}
	if len(items) == 1 {
		return list.Content[0]
	}
	if slices.ContainsFunc(list.Content, func(n *yaml.Node) bool { return n.Kind == yaml.MappingNode }) {
		list.Style = 0
	}
	return list
}

func placeNode(p *dialect.Place) *yaml.Node {
	n := newFlow()
	if p.Header == "" {
		n.add("at", textNode(p.Path.Text()))
	}
	n.text("header", p.Header)
	n.text("param", p.Param)
	n.flag("key", p.Key, false)
	n.flag("general", p.General, false)
	if p.JSON != nil {
		n.text("json", p.JSON.Text())
	}
	n.text("decode", p.Decode)
	if p.Pattern != "" {
		n.add("pattern", singleQuotedNode(p.Pattern))
	}
	if p.Fill != nil {
		n.text("fill", p.Fill.Text())
	}
	if p.Not != nil {
		n.add("not", textList(p.Not))
	}
	n.text("unit", string(p.Unit))
	if p.Header == "" && len(n.node.Content) == 2 {
		return n.node.Content[1] // the path alone
	}
	return n.node
}

func fieldsNode(f *dialect.Fields) *yaml.Node {
	n := newFlow()
	n.add("at", oneOrList(f.Places, placeNode))
	if f.ForCodes != nil {
		n.add("for_codes", textList(f.ForCodes))
	}
	for _, l := range []struct {
		key   string
		paths []dialect.Path
	}{{"field", f.Field}, {"names", f.Names}, {"message", f.Message}, {"code", f.Code}} {
		if l.paths != nil {
			n.add(l.key, oneOrList(l.paths, func(p *dialect.Path) *yaml.Node { return textNode(p.Text()) }))
		}
	}
	if f.Pattern != "" {
		n.add("pattern", singleQuotedNode(f.Pattern))
	}
	n.flag("tree", f.Tree, false)
	n.flag("lists", f.Lists, false)
	if f.Skip != nil {
		n.add("skip", textList(f.Skip))
	}
	if f.WholeSet {
		n.add("whole", textList(f.Whole))
	}
	if len(n.node.Content) == 2 && (len(f.Places) > 1 || n.node.Content[1].Kind == yaml.ScalarNode) {
		return n.node.Content[1] // the places alone
	}
	return n.node
}
