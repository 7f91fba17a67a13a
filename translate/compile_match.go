package translate

import (
	"cmp"
	"net/textproto"
	"slices"
	"strconv"
	"strings"

	"github.com/koine-proxy/koine/dialect"
)

func (c *compiler) match(d *compiledDialect, f *dialect.File) {
	for _, k := range f.Match.Keys {
		d.requirements = append(d.requirements, requirement{location: c.location(f, k.Path, k.At)})
	}
	for _, k := range f.Match.Any {
		d.anyOf = append(d.anyOf, c.location(f, k.Path, k.At))
	}
	for _, v := range f.Match.Types {
		set, ok := typeSet(v.Value)
		if ok && isEveryMember(v.Path) {
			d.allTypes = set
			continue
		}
		if !ok {
			c.fault(f, v.At, "type "+strconv.Quote(v.Value)+" must be string, number, boolean, object, array, null or absent, or several of them joined by |")
		}
		d.requirements = append(d.requirements, requirement{location: c.location(f, v.Path, v.At), types: set})
	}
	for _, v := range f.Match.Equals {
		d.requirements = append(d.requirements, requirement{location: c.location(f, v.Path, v.At), value: v.Value})
	}
	for _, v := range f.Match.Not {
		d.requirements = append(d.requirements, requirement{location: c.location(f, v.Path, v.At), not: v.Values})
	}
	for _, v := range f.Match.Like {
		d.requirements = append(d.requirements, requirement{location: c.location(f, v.Path, v.At), like: v.Values})
	}
	d.requirements = mergeRequirements(d.requirements)
	for i := range d.requirements {
		n := &d.requirements[i]
		n.typeOnly = n.value == "" && n.not == nil && n.like == nil
	}
	slices.SortStableFunc(d.requirements, func(a, b requirement) int { return cmp.Compare(a.cost(), b.cost()) })
	for _, k := range f.Match.Lacks {
		d.lacks = append(d.lacks, c.location(f, k.Path, k.At))
	}
	for _, h := range f.Match.Headers {
		if name := textproto.CanonicalMIMEHeaderKey(h.Name); name == "Content-Type" {
			d.media = lower(h.Globs)
		} else {
			d.headers = append(d.headers, headerRequirement{name, lower(h.Globs)})
		}
	}
	for _, status := range f.Match.Status {
		if !isStatusWord(status) {
			c.fault(f, f.Match.StatusAt, "match.status "+strconv.Quote(status)+" must be a status such as 404 or a class such as 4xx")
		}
	}
	d.onlyKeys, d.status, d.contains = f.Match.OnlyKeys, f.Match.Status, f.Match.Contains
}

// isEveryMember reports whether a path of types is `*`: all members at the top, or
// all elements of a list.
func isEveryMember(p dialect.Path) bool {
	return len(p) == 1 && p[0].Kind == dialect.StepGlob && p[0].Key == "*"
}

// isStatusWord reports whether a word is a status or a class of statuses.
func isStatusWord(s string) bool {
	return len(s) == 3 && s[0] >= '1' && s[0] <= '9' && (s[1:] == "xx" || isDigit(s[1]) && isDigit(s[2]))
}

func lower(words []string) []string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = strings.ToLower(w)
	}
	return out
}

// location compiles a path.
func (c *compiler) location(f *dialect.File, p dialect.Path, at dialect.Pos) location {
	plain := p.Plain()
	s := location{node: c.node(plain), tail: p[len(plain):]}
	if len(s.tail) > 0 && s.tail[0].Kind == dialect.StepRoot {
		s.tail = s.tail[1:]
	}
	return s
}

// cost returns the rank of a requirement: those that are cheap and fail most often
// are checked first.
func (n *requirement) cost() int {
	switch {
	case !n.location.isPlain():
		return 3
	case !n.typeOnly:
		return 2
	case n.types == 0:
		return 1
	}
	return 0
}

// mergeRequirements merges requirements about the same member.
func mergeRequirements(needs []requirement) (out []requirement) {
next:
	for _, n := range needs {
		for i := range out {
			o := &out[i]
			if !n.location.isPlain() || !o.location.isPlain() || o.node != n.node || o.types != 0 && n.types != 0 ||
				o.value != "" && n.value != "" || o.not != nil && n.not != nil || o.like != nil && n.like != nil ||
				o.isOptional() != n.isOptional() {
				continue
			}
			o.types |= n.types
			o.value += n.value
			o.not, o.like = append(o.not, n.not...), append(o.like, n.like...)
			continue next
		}
		out = append(out, n)
	}
	return out
}

// isOptional reports whether a body without the member meets the requirement.
func (n *requirement) isOptional() bool { return n.types&isAbsent != 0 || n.not != nil }

// isIndexable reports whether a body must have the member.
func (n *requirement) isIndexable() bool {
	return n.node.id != 0 && !n.isOptional()
}
