package learn

import (
	"strings"
	"unicode/utf8"
)

// way is how a place is reached: names of members, `#` for the elements of a
// list. Names are kept as they are; a member that is called # cannot be named.
type way []string

// each is the step to the elements of a list.
const each = "#"

func (w way) to(step string) way { return append(w[:len(w):len(w)], step) }

func (w way) last() string {
	for i := len(w) - 1; i >= 0; i-- {
		if w[i] != each {
			return w[i]
		}
	}
	return ""
}

// parent is the name of the member around the last one; empty where that is an
// element of a list.
func (w way) parent() string {
	for len(w) > 0 && w[len(w)-1] == each {
		w = w[:len(w)-1]
	}
	if len(w) < 2 || w[len(w)-2] == each {
		return ""
	}
	return w[len(w)-2]
}

// id is a key for maps.
func (w way) id() string { return strings.Join(w, "\x00") }

// plain tells whether only names lead there.
func (w way) plain() bool {
	for _, step := range w {
		if step == each || step == "*" {
			return false
		}
	}
	return true
}

// under tells whether w lies at or below base.
func (w way) under(base way) bool {
	if len(base) > len(w) {
		return false
	}
	for i := range base {
		if base[i] != w[i] {
			return false
		}
	}
	return true
}

// path spells the way as a path of a mapping file.
func (w way) path() string {
	if len(w) == 0 {
		return "$"
	}
	steps := make([]string, len(w))
	for i, step := range w {
		steps[i] = step
		if step != each {
			steps[i] = escape(step)
		}
	}
	return strings.Join(steps, ".")
}

// escape spells a name as a step of a path.
func escape(name string) string {
	if name == "$" || name == "#" || name == "*" {
		return name // steps of their own; odd tells of members that are called so
	}
	return strings.NewReplacer(`\`, `\\`, ".", `\.`, "*", `\*`).Replace(name)
}

// first is the way with the first element of every list.
func (w way) first() way {
	out := make(way, len(w))
	for i, step := range w {
		if out[i] = step; step == each {
			out[i] = "0"
		}
	}
	return out
}

// odd tells whether a name cannot be a step of a path.
func odd(name string) bool {
	if name == "" || len(name) > 100 || !utf8.ValidString(name) || strings.HasPrefix(name, "#(") || name != strings.TrimSpace(name) {
		return true
	}
	switch name {
	case "#", "*", "**", "$":
		return true
	}
	return strings.IndexFunc(name, func(r rune) bool { return !printable(r) }) >= 0
}
