package dialect

import (
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"unicode"
)

// Path is the path of a value in a body.
type Path []Step

// Step is one step of a path.
type Step struct {
	Kind StepKind
	Key  string // of StepKey the name, or the index of an element; of StepGlob the glob

	// For StepEach: only the elements whose member at Sibling has a text that
	// matches Glob; all if Sibling is empty.
	Sibling Path
	Glob    string
}

// StepKind is a kind of step.
type StepKind uint8

// The kinds of steps.
const (
	StepKey  StepKind = iota // a member by its name, or an element by its index
	StepEach                 // `#`: the elements of a list in turn; any other value counts as a list of one
	StepGlob                 // `*`, `*_response`: the members whose name matches, in turn
	StepDeep                 // `**`: here and anywhere below, the deepest first
	StepRoot                 // `$`: the whole body
)

// ParsePath splits a dotted path such as error.code or errors.0.code. A dot, a star
// or a hash that belongs to a name is escaped with a backslash. It accepts any
// text; CheckPath reports mistakes.
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

// CheckPath returns what is wrong with a path, with the correct form, or "" for
// nothing. The notations of JSONPath (RFC 9535), of JSON Pointer (RFC 6901) and of
// programming languages are refused: they would never match.
func CheckPath(s string) string {
	switch fixed := dotted(s); {
	case s == "":
		return "a path must not be empty; use $ for the whole body"
	case fixed != s:
		return "path " + strconv.Quote(s) + ": write it as " + fixed
	case strings.HasPrefix(s, ".") || strings.HasSuffix(unescaped(s), ".") || strings.Contains(unescaped(s), ".."):
		return "path " + strconv.Quote(s) + " has an empty step; write a dot inside a name as \\."
	}
	for _, step := range ParsePath(s) {
		if step.Kind == StepKey && strings.HasPrefix(step.Key, "#(") {
			return "the step " + step.Key + " must be #(name=value), for example #(severity=error)"
		}
	}
	return ""
}

// dotted converts a path of JSONPath, JSON Pointer or a programming language to a
// dotted one.
func dotted(s string) string {
	if len(s) > 1 && s[0] == '/' {
		steps := strings.Split(s[1:], "/")
		for i, step := range steps {
			steps[i] = escapeStep(strings.NewReplacer("~1", "/", "~0", "~").Replace(step))
		}
		return strings.Join(steps, ".")
	}
	if strings.HasPrefix(s, "$.") || strings.HasPrefix(s, "$[") {
		s = strings.ReplaceAll(s[1:], "..", ".**.")
	}
	return strings.TrimPrefix(brackets.ReplaceAllStringFunc(s, func(b string) string {
		name := strings.Trim(b[1:len(b)-1], `'"`)
		if name == "*" {
			return ".#"
		}
		return "." + escapeStep(name)
	}), ".")
}

// brackets matches a step in brackets: [0], [*], ['name'], ["name"].
var brackets = regexp.MustCompile(`\[(?:\d+|\*|'[^']*'|"[^"]*")\]`)

// escapeStep escapes a name for a dotted path.
func escapeStep(name string) string {
	return strings.NewReplacer(`\`, `\\`, ".", `\.`, "*", `\*`, "#", `\#`).Replace(name)
}

// unescaped returns a path with x in place of each escape.
func unescaped(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' {
			i++
			b.WriteByte('x')
			continue
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// newStep returns the step with that text. A step with an escape is a plain key.
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

// Keys returns the path of plain keys.
func Keys(keys ...string) Path {
	p := make(Path, len(keys))
	for i, key := range keys {
		p[i].Key = key
	}
	return p
}

// String returns the path as it is written, without escapes.
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

// Text returns the path as ParsePath reads it, with escapes.
func (p Path) Text() string {
	words := make([]string, len(p))
	for i, s := range p {
		switch {
		case s.Kind != StepKey && s.Sibling == nil:
			words[i] = s.String()
		case s.Kind != StepKey:
			words[i] = "#(" + s.Sibling.Text() + "=" + s.Glob + ")"
		case s.Key == "$" && len(p) == 1, s.Key == "#", strings.HasPrefix(s.Key, "#("):
			words[i] = `\` + escapeName(s.Key)
		default:
			words[i] = escapeName(s.Key)
		}
	}
	return strings.Join(words, ".")
}

// escapeName escapes a name in a dotted path, apart from its first character.
func escapeName(name string) string {
	return strings.NewReplacer(`\`, `\\`, ".", `\.`, "*", `\*`).Replace(name)
}

// IsWritable reports whether a mapping file can have the path: it can be read again, and has
// no step that would be a mistake.
func (p Path) IsWritable() bool {
	if len(p) == 0 {
		return p == nil
	}
	for _, s := range p {
		if s.Key != strings.TrimSpace(s.Key) || strings.ContainsFunc(s.Key, func(r rune) bool { return !unicode.IsPrint(r) }) || strings.ContainsAny(s.Glob, `()*?[]\`) {
			return false
		}
	}
	text := p.Text()
	return CheckPath(text) == "" && reflect.DeepEqual(ParsePath(text), p)
}

// Plain returns the keys before the first step of another kind. They are found
// while a body is scanned, without a walk.
func (p Path) Plain() Path {
	for i, s := range p {
		if s.Kind != StepKey {
			return p[:i]
		}
	}
	return p
}
