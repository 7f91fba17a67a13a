package dialect

import (
	"strings"
)

// Path leads to a value of a body, one step after the other.
type Path []Step

// Step is one step of a path.
type Step struct {
	Kind StepKind
	Key  string // of StepKey the name, or the index of an element; of StepGlob the glob

	// Of StepEach, the elements to consider: those whose member at Sibling has a
	// text that fits Glob. All of them where Sibling is empty.
	Sibling Path
	Glob    string
}

// StepKind is a kind of step.
type StepKind uint8

// The kinds of steps.
const (
	StepKey  StepKind = iota // a member by its name, or an element by its index
	StepEach                 // `#`: the elements of a list in turn; what is no list counts as a list of one
	StepGlob                 // `*`, `*_response`: the members whose name fits, in turn
	StepDeep                 // `**`: from here or from anywhere below, the deepest first
	StepRoot                 // `$`: the whole body
)

// ParsePath splits a dotted path as gjson spells it: "error.code",
// "errors.0.code". A dot or a star that belongs to a key is written "\." or
// "\*". The other steps are those of StepKind, and `#(key=glob)`.
func ParsePath(s string) Path {
	if s == "$" {
		return Path{{Kind: StepRoot}}
	}
	var p Path
	var key strings.Builder
	escaped, inside := false, false
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '\\' && i+1 < len(s) && !inside:
			i++
			key.WriteByte(s[i])
			escaped = true
		case s[i] == '.' && !inside:
			p = append(p, newStep(key.String(), escaped))
			key.Reset()
			escaped = false
		default:
			inside = inside && s[i] != ')' || s[i] == '(' && key.String() == "#"
			key.WriteByte(s[i])
		}
	}
	return append(p, newStep(key.String(), escaped))
}

// newStep makes a step of its text. One with an escape in it is a plain key.
func newStep(s string, escaped bool) Step {
	switch {
	case escaped:
	case s == "#":
		return Step{Kind: StepEach}
	case s == "**":
		return Step{Kind: StepDeep}
	case strings.HasPrefix(s, "#(") && strings.HasSuffix(s, ")"):
		if sibling, glob, ok := strings.Cut(s[2:len(s)-1], "="); ok && sibling != "" {
			return Step{Kind: StepEach, Sibling: ParsePath(sibling), Glob: glob}
		}
	case strings.Contains(s, "*"):
		return Step{Kind: StepGlob, Key: s}
	}
	return Step{Key: s}
}

// Keys is the path of plain keys.
func Keys(keys ...string) Path {
	p := make(Path, len(keys))
	for i, key := range keys {
		p[i].Key = key
	}
	return p
}

// String spells the path, without the escapes.
func (p Path) String() string {
	words := make([]string, len(p))
	for i, s := range p {
		words[i] = s.String()
	}
	return strings.Join(words, ".")
}

func (s Step) String() string {
	switch s.Kind {
	case StepEach:
		if s.Sibling != nil {
			return "#(" + s.Sibling.String() + "=" + s.Glob + ")"
		}
		return "#"
	case StepDeep:
		return "**"
	case StepRoot:
		return "$"
	}
	return s.Key
}

// IsPlain is the part of the path that a walk over the body finds by itself: the
// keys before the first other step.
func (p Path) Plain() Path {
	for i, s := range p {
		if s.Kind != StepKey {
			return p[:i]
		}
	}
	return p
}
