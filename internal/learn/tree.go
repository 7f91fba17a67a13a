package learn

import (
	"strings"

	"github.com/tidwall/gjson"
)

// kind is the type of a value.
type kind uint8

const (
	null kind = iota
	boolean
	number
	text
	object
	list
)

// tree is a value of a body. It keeps the order of members.
type tree struct {
	kind     kind
	raw      string // of null, boolean and number: as written
	text     string // of text
	names    []string
	children []*tree
}

// newTree reads valid JSON. If members share a name, the last one is used, as in
// the engine.
func newTree(v gjson.Result) *tree {
	switch {
	case v.IsObject():
		return newObject(v)
	case v.IsArray():
		t := &tree{kind: list}
		v.ForEach(func(_, one gjson.Result) bool {
			t.children = append(t.children, newTree(one))
			return true
		})
		return t
	case v.Type == gjson.String:
		return &tree{kind: text, text: v.Str}
	case v.Type == gjson.Number:
		return &tree{kind: number, raw: v.Raw}
	case v.Type == gjson.True, v.Type == gjson.False:
		return &tree{kind: boolean, raw: v.Raw}
	}
	return &tree{kind: null, raw: "null"}
}

func newObject(v gjson.Result) *tree {
	t := &tree{kind: object}
	at := map[string]int{}
	v.ForEach(func(key, one gjson.Result) bool {
		if i, duplicate := at[key.Str]; duplicate {
			t.children[i] = newTree(one)
			return true
		}
		at[key.Str] = len(t.names)
		t.names, t.children = append(t.names, key.Str), append(t.children, newTree(one))
		return true
	})
	return t
}

// scalar returns the text of a text or number, "" of anything else.
func (t *tree) scalar() string {
	switch t.kind {
	case text:
		return t.text
	case number:
		return t.raw
	}
	return ""
}

// child returns the member of that name, or nil.
func (t *tree) child(name string) *tree {
	for i, n := range t.names {
		if n == name {
			return t.children[i]
		}
	}
	return nil
}

// json returns a value as JSON on one line, in the style of mapping files.
func (t *tree) json() string {
	var b strings.Builder
	t.spell(&b)
	return b.String()
}

func (t *tree) spell(b *strings.Builder) {
	switch t.kind {
	case text:
		b.WriteString(quoted(t.text))
	case object:
		b.WriteByte('{')
		for i, name := range t.names {
			if i > 0 {
				b.WriteString(", ")
			}
			b.WriteString(quoted(name) + ": ")
			t.children[i].spell(b)
		}
		b.WriteByte('}')
	case list:
		b.WriteByte('[')
		for i, child := range t.children {
			if i > 0 {
				b.WriteString(", ")
			}
			child.spell(b)
		}
		b.WriteByte(']')
	default:
		b.WriteString(t.raw)
	}
}

// edit returns a copy in which f replaced scalars. Lists keep only their first elements.
func (t *tree) edit(path []string, keep int, f func(path []string, t *tree) *tree) *tree {
	switch t.kind {
	case object:
		out := &tree{kind: object, names: t.names}
		for i, child := range t.children {
			out.children = append(out.children, child.edit(append(path, t.names[i]), keep, f))
		}
		return out
	case list:
		out := &tree{kind: list}
		for i, child := range t.children {
			if i >= keep {
				break
			}
			out.children = append(out.children, child.edit(append(path, "#"), keep, f))
		}
		return out
	}
	return f(path, t)
}
