package yamlfile

import (
	"go.yaml.in/yaml/v3"

	"github.com/koine-proxy/koine/dialect"
)

// writingNode writes how errors are written.
func writingNode(w *dialect.Write) *yaml.Node {
	n := newBlock()
	n.text("never", w.Never)
	n.text("media", w.Media)
	n.number("status", w.Status, w.Status != 0)
	n.flag("numbers", w.Numbers, w.Numbers)
	if w.Prefer != nil {
		n.add("prefer", textList(w.Prefer))
	}
	if w.Nearest != nil {
		nearest := newBlock()
		for _, one := range w.Nearest {
			nearest.add(one.Category, textList(one.Rows))
		}
		n.add("nearest", nearest.node)
	}
	if w.Members != nil {
		members := newBlock()
		for _, m := range w.Members {
			members.add(m.Path.String(), memberNode(&m))
		}
		n.add("members", members.node)
	}
	if w.Places != nil {
		places := newBlock()
		for _, p := range w.Places {
			places.add(p.Path.String(), textList(p.Codes))
		}
		n.add("places", places.node)
	}
	addNames(n, "elements", w.Elements)
	addNames(n, "headers", w.Headers)
	return n.node
}

// memberNode writes the value of a member.
func memberNode(m *dialect.WriteMember) *yaml.Node {
	if m.Categories == nil {
		return jsonNode(m.Value)
	}
	n, by := newFlow(), newFlow()
	for _, one := range m.Categories {
		by.add(one.Category, jsonNode(one.Value))
	}
	n.add("by", by.node)
	if m.Value != "" {
		n.add("else", jsonNode(m.Value))
	}
	return n.node
}

func addNames(n block, key string, names []dialect.NameAt) {
	if names == nil {
		return
	}
	list := newBlock()
	for _, name := range names {
		list.add(name.Name, textNode(name.Value))
	}
	n.add(key, list.node)
}
