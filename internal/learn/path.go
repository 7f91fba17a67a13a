package learn

import (
	"strings"
	"unicode/utf8"
)

// bodyPath is a path in a body: names of members, and # for the elements of a list. A
// member with the name # has no path.
type bodyPath []string

// each is the step to all elements of a list.
const each = "#"

func (w bodyPath) to(step string) bodyPath { return append(w[:len(w):len(w)], step) }

func (w bodyPath) last() string {
	for i := len(w) - 1; i >= 0; i-- {
		if w[i] != each {
			return w[i]
		}
	}
	return ""
}

// parent returns the name of the member around the last one; "" for an element of a list.
func (w bodyPath) parent() string {
	for len(w) > 0 && w[len(w)-1] == each {
		w = w[:len(w)-1]
	}
	if len(w) < 2 || w[len(w)-2] == each {
		return ""
	}
	return w[len(w)-2]
}

// id returns a map key.
func (w bodyPath) id() string { return strings.Join(w, "\x00") }

// plain reports whether the path consists of names only.
func (w bodyPath) plain() bool {
	for _, step := range w {
		if step == each || step == "*" {
			return false
		}
	}
	return true
}

// isWithin reports whether w is base or below it.
func (w bodyPath) isWithin(base bodyPath) bool {
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

// dotted returns the path in the notation of mapping files.
func (w bodyPath) dotted() string {
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

// escape returns a name as a step of a path.
func escape(name string) string {
	if name == "$" || name == "#" || name == "*" {
		return name // steps with a meaning; members of that name have no path
	}
	return strings.NewReplacer(`\`, `\\`, ".", `\.`, "*", `\*`).Replace(name)
}

// first returns the path to the first element of every list.
func (w bodyPath) first() bodyPath {
	out := make(bodyPath, len(w))
	for i, step := range w {
		if out[i] = step; step == each {
			out[i] = "0"
		}
	}
	return out
}

// isUnaddressable reports whether a name cannot be a step of a path.
func isUnaddressable(name string) bool {
	if name == "" || len(name) > 100 || !utf8.ValidString(name) || strings.HasPrefix(name, "#(") || name != strings.TrimSpace(name) {
		return true
	}
	switch name {
	case "#", "*", "**", "$":
		return true
	}
	return strings.IndexFunc(name, func(r rune) bool { return !printable(r) }) >= 0
}
