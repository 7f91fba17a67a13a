package learn

import (
	"regexp"
	"slices"
	"strings"

	"github.com/koine-proxy/koine/dialect"
)

// location is a path in the bodies, with the value of each body there.
type location struct {
	path    bodyPath
	pattern string // the value is what this finds in the text at path
	key     bool   // the value is the name of the member at path
	values  []value
	samples int // number of samples that have it
}

// value is a value of one sample.
type value struct {
	sample int
	*tree
}

// survey collects the locations of some captures.
type survey struct {
	captures  []capture
	locations []*location          // of scalars, in order of appearance
	nodes     map[string]*location // of objects and lists, by the id of their path
	order     []*location          // the same in order of appearance

	lists    map[string]bool // paths where some sample has a list
	tuples   map[string]bool // paths of lists whose elements have different meanings
	wrappers map[string]bool // paths of objects with one member whose name is the code
	fixed    map[string][]string
}

// maxLocations bounds the locations of all bodies.
const maxLocations = 4000

// newSurvey walks over all bodies until no new lists and wrappers are found.
func newSurvey(captures []capture) *survey {
	s := &survey{
		captures: captures, nodes: map[string]*location{},
		lists: map[string]bool{}, tuples: map[string]bool{}, wrappers: map[string]bool{}, fixed: map[string][]string{},
	}
	for _, c := range captures {
		if c.format == dialect.FormatHTML { // a page may have one heading or several
			for _, name := range c.root.names {
				s.lists[name] = name != "text"
			}
		}
	}
	for {
		s.nodes, s.locations, s.order = map[string]*location{}, nil, nil
		scalars := map[string]*location{}
		for i := range captures {
			s.visit(i, nil, captures[i].root, scalars)
		}
		if !s.findStructure() {
			return s
		}
	}
}

// findStructure finds lists and tuples, then wrappers, starting at the top level. It
// reports whether it found any, because that changes the paths of the values inside.
func (s *survey) findStructure() (changed bool) {
	for _, p := range s.order {
		id := p.path.id()
		if !s.lists[id] && slices.ContainsFunc(p.values, func(v value) bool { return v.kind == list }) {
			s.lists[id] = true
			s.tuples[id] = s.isTuple(p)
			changed = true
		}
	}
	if changed {
		return true
	}
	for _, p := range s.order {
		if id := p.path.id(); !s.wrappers[id] && len(s.wrappers) < 2 && s.isWrapper(p) {
			s.wrappers[id] = true
			return true
		}
	}
	return false
}

// isTuple reports whether the elements of a list have different meanings, such as a code
// and a message.
func (s *survey) isTuple(p *location) bool {
	size, seen := 0, 0
	for _, v := range p.values {
		if v.kind != list || len(v.children) < 2 || len(v.children) > 6 || size != 0 && len(v.children) != size {
			return false
		}
		size = len(v.children)
		seen++
		if isSentence(v.children[0].scalar()) || !slices.ContainsFunc(v.children, func(k *tree) bool { return isSentence(k.scalar()) }) {
			return false
		}
		for _, child := range v.children {
			if child.kind == object || child.kind == list && !slices.Contains(p.path, each) {
				return false
			}
		}
	}
	return seen > 1 || slices.Contains(p.path, each)
}

// isWrapper reports whether an object has, beside members that all samples have, exactly
// one member, whose name differs from error to error.
func (s *survey) isWrapper(p *location) bool {
	if len(s.captures) < 2 || p.samples != len(s.captures) || len(p.values) != p.samples || slices.Contains(p.path, each) {
		return false
	}
	count := map[string]int{}
	for _, v := range p.values {
		if v.kind != object {
			return false
		}
		for _, name := range v.names {
			count[name]++
		}
	}
	different := map[string]bool{}
	var fixed []string
	var shared map[string]int
	for _, v := range p.values {
		one := ""
		for i, name := range v.names {
			if count[name] == len(p.values) {
				if isSentence(v.children[i].scalar()) {
					return false // the message is beside, so the other member is a detail
				}
				if !slices.Contains(fixed, name) {
					fixed = append(fixed, name)
				}
				continue
			}
			if one != "" || isUnaddressable(name) || !wordLike.MatchString(name) || !isWrapped(v.children[i]) {
				return false
			}
			one = name
			if shared == nil {
				shared = map[string]int{}
			}
			for _, inner := range v.children[i].names {
				shared[inner]++
			}
		}
		if one == "" {
			return false
		}
		different[one] = true
	}
	if len(different) < 2 {
		return false
	}
	s.fixed[p.path.id()] = fixed
	for _, n := range shared {
		if n == len(p.values) {
			return true
		}
	}
	return len(shared) == 0
}

// isWrapped reports whether a value can be inside a wrapper: a sentence, or an object with
// one.
func isWrapped(t *tree) bool {
	if t.kind == object {
		return slices.ContainsFunc(t.children, func(k *tree) bool { return isSentence(k.scalar()) })
	}
	return isSentence(t.scalar())
}

func (s *survey) visit(sample int, w bodyPath, t *tree, scalars map[string]*location) {
	if len(s.locations)+len(s.order) > maxLocations || len(w) > 20 {
		return
	}
	id := w.id()
	switch {
	case s.lists[id] && s.tuples[id] && t.kind == list:
		s.node(sample, w, t)
		for i, child := range t.children {
			s.visit(sample, w.to(string(rune('0'+i))), child, scalars)
		}
	case s.lists[id]:
		s.node(sample, w, t)
		children := []*tree{t}
		if t.kind == list {
			children = t.children
		}
		for _, child := range children {
			s.visit(sample, w.to(each), child, scalars)
		}
	default:
		s.visitElement(sample, w, t, scalars)
	}
}

// visitElement visits a value that is not a known list.
func (s *survey) visitElement(sample int, w bodyPath, t *tree, scalars map[string]*location) {
	switch t.kind {
	case object:
		s.node(sample, w, t)
		wrap := s.wrappers[w.id()]
		for i, name := range t.names {
			if len(w) == 0 && name == "text" && len(t.names) > 1 && s.captures[sample].format == dialect.FormatHTML {
				continue // the text of the whole page, which its elements have, too
			}
			step := name
			if wrap && !slices.Contains(s.fixed[w.id()], name) {
				step = "*"
				s.note(scalars, sample, &location{path: w.to(step), key: true}, &tree{kind: text, text: name})
			} else if isUnaddressable(name) {
				continue
			}
			s.visit(sample, w.to(step), t.children[i], scalars)
		}
	case list:
		s.node(sample, w, t)
	default:
		if t.kind != text || !s.visitText(sample, w, t.text, scalars) {
			s.note(scalars, sample, &location{path: w}, t)
		}
	}
}

// pair matches a line such as `code = 42`.
var pair = regexp.MustCompile(`^([\pL_][\pL\pN_.-]*)\s*[:=]\s*(\S.*)$`)

// visitText notes the pairs of a text that consists only of such lines.
func (s *survey) visitText(sample int, w bodyPath, body string, scalars map[string]*location) bool {
	if s.captures[sample].format != dialect.FormatText {
		return false
	}
	lines := strings.Split(strings.TrimSpace(body), "\n")
	if len(lines) < 2 || len(lines) > 50 {
		return false
	}
	var found [][]string
	for _, line := range lines {
		m := pair.FindStringSubmatch(strings.TrimSpace(line))
		if m == nil {
			return false
		}
		found = append(found, m)
	}
	for _, m := range found {
		pattern := `(?m)^\s*` + regexp.QuoteMeta(m[1]) + `\s*[:=]\s*(.+?)\s*$`
		s.note(scalars, sample, &location{path: w, pattern: pattern}, &tree{kind: text, text: strings.TrimSpace(m[2])})
	}
	return true
}

func (s *survey) note(into map[string]*location, sample int, p *location, t *tree) {
	id := p.path.id() + "\x01" + p.pattern
	if p.key {
		id += "\x02"
	}
	known := into[id]
	if known == nil {
		known = p
		into[id] = p
		s.locations = append(s.locations, p)
	}
	known.add(sample, t)
}

func (s *survey) node(sample int, w bodyPath, t *tree) {
	known := s.nodes[w.id()]
	if known == nil {
		known = &location{path: w}
		s.nodes[w.id()] = known
		s.order = append(s.order, known)
	}
	known.add(sample, t)
}

func (p *location) add(sample int, t *tree) {
	if len(p.values) == 0 || p.values[len(p.values)-1].sample != sample {
		p.samples++
	}
	p.values = append(p.values, value{sample, t})
}

// name returns the last name of the path, or the key of the line that a pattern finds.
func (p *location) name() string {
	if p.pattern != "" {
		key := strings.TrimPrefix(p.pattern, `(?m)^\s*`)
		key, _, _ = strings.Cut(key, `\s*`)
		return strings.ReplaceAll(key, `\`, "")
	}
	if p.key {
		return ""
	}
	return strings.TrimPrefix(p.path.last(), "@")
}

// texts returns the texts and numbers of a location, without null and empty ones.
func (p *location) texts() (out []string) {
	for _, v := range p.values {
		if t := v.scalar(); strings.TrimSpace(t) != "" {
			out = append(out, t)
		}
	}
	return out
}

// share returns the share of texts for which a test is true.
func share(texts []string, test func(string) bool) float64 {
	if len(texts) == 0 {
		return 0
	}
	n := 0
	for _, t := range texts {
		if test(t) {
			n++
		}
	}
	return float64(n) / float64(len(texts))
}

// distinct returns the number of different texts.
func distinct(texts []string) int {
	seen := map[string]bool{}
	for _, t := range texts {
		seen[t] = true
	}
	return len(seen)
}

// allScalars reports whether all values are scalars.
func (p *location) allScalars() bool {
	return !slices.ContainsFunc(p.values, func(v value) bool { return v.kind == object || v.kind == list })
}

// hasValue reports whether a sample has a value there that is not empty.
func (p *location) hasValue(sample int) bool {
	return slices.ContainsFunc(p.values, func(v value) bool {
		return v.sample == sample && (v.kind == object || v.kind == list || v.scalar() != "")
	})
}

// inAllSamples reports whether all samples have a location.
func (s *survey) inAllSamples(p *location) bool { return p.samples == len(s.captures) }
