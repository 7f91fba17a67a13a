package translate

import (
	"strconv"

	"github.com/koine-proxy/koine/dialect"
)

// maxMembers bounds the members of a body that are recorded. Members after those
// are read only as part of the object that contains them.
const maxMembers = 512

// fewChildren is the number of children up to which a linear search is faster
// than a map.
const fewChildren = 16

// node is a member that some dialect of the engine refers to. The paths of all
// dialects form one tree of nodes, so that one pass over a body is enough for all of them.
type node struct {
	id         int32
	key        string
	name       string // dotted path, for explanations
	children   map[string]*node
	few        []*node // the children while there are at most fewChildren; else nil
	elements   int     // one more than the highest index among the children
	dialects   []int32 // dialects to try on a body with this member
	requiredBy int     // how many dialects require the member
}

// findOrCreate returns the node at a path below n, and creates missing nodes. next
// is the id of the next new node.
func (n *node) findOrCreate(path dialect.Path, next *int32) *node {
	for _, step := range path {
		child := n.children[step.Key]
		if child == nil {
			child = n.addChild(step.Key, *next)
			*next++
		}
		n = child
	}
	return n
}

func (n *node) addChild(key string, id int32) *node {
	child := &node{id: id, key: key, name: key}
	if n.name != "" {
		child.name = n.name + "." + key
	}
	if n.children == nil {
		n.children = map[string]*node{}
	}
	n.children[key] = child
	if n.few = append(n.few, child); len(n.children) > fewChildren {
		n.few = nil
	}
	if i, err := strconv.Atoi(key); err == nil && i >= 0 && i < maxMembers {
		n.elements = max(n.elements, i+1)
	}
	return child
}

// child returns the node of a member, or nil.
func (n *node) child(key string) *node {
	if len(n.few) == 0 {
		return n.children[key]
	}
	for _, c := range n.few {
		if len(c.key) == len(key) && (key == "" || c.key[0] == key[0]) && c.key == key {
			return c
		}
	}
	return nil
}
