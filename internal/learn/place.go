package learn

import (
	"regexp"
	"slices"
	"strings"

	"github.com/koine-proxy/koine/dialect"
)

// place is a place of the bodies, with what stands there in each.
type place struct {
	way     way
	pattern string // the value is what this finds in the text at way
	key     bool   // the value is the name of the member at way
	values  []value
	samples int // how many of them have it
}

// value is what one sample has in a place.
type value struct {
	sample int
	*tree
}

// survey is all that is known of the places of some captures.
type survey struct {
	captures []capture
	places   []*place          // of scalars, in the order in which they were met
	nodes    map[string]*place // of objects and lists, by the id of their way
	order    []*place          // the same in the order in which they were met

	lists  map[string]bool // ways where some sample has a list
	tuples map[string]bool // ways of lists whose elements mean different things
	wraps  map[string]bool // ways of objects whose one member is named by the error
	fixed  map[string][]string
}

// maxPlaces bounds what is looked at in all bodies.
const maxPlaces = 4000

// newSurvey walks over all bodies: once to see where lists are, then to note what
// stands where.
func newSurvey(captures []capture) *survey {
	s := &survey{
		captures: captures, nodes: map[string]*place{},
		lists: map[string]bool{}, tuples: map[string]bool{}, wraps: map[string]bool{}, fixed: map[string][]string{},
	}
	for _, c := range captures {
		if c.format == dialect.FormatHTML { // a page has one heading or several: read it so that both will do
			for _, name := range c.root.names {
				s.lists[name] = name != "text"
			}
		}
	}
	for {
		s.nodes, s.places, s.order = map[string]*place{}, nil, nil
		scalars := map[string]*place{}
		for i := range captures {
			s.visit(i, nil, captures[i].root, scalars)
		}
		if !s.learnShape() {
			return s
		}
	}
}

// learnShape finds lists and tuples, then wrappers, from the outside in; it
// returns whether there is something new, which moves the ways of what is inside.
func (s *survey) learnShape() (news bool) {
	for _, p := range s.order {
		id := p.way.id()
		if !s.lists[id] && slices.ContainsFunc(p.values, func(v value) bool { return v.kind == list }) {
			s.lists[id] = true
			s.tuples[id] = s.isTuple(p)
			news = true
		}
	}
	if news {
		return true
	}
	for _, p := range s.order {
		if id := p.way.id(); !s.wraps[id] && len(s.wraps) < 2 && s.isWrapper(p) {
			s.wraps[id] = true
			return true
		}
	}
	return false
}

// isTuple tells whether the elements of a list are no list at all, but a code,
// then a message: each of its own look in every sample.
func (s *survey) isTuple(p *place) bool {
	size, seen := 0, 0
	for _, v := range p.values {
		if v.kind != list || len(v.kids) < 2 || len(v.kids) > 6 || size != 0 && len(v.kids) != size {
			return false
		}
		size = len(v.kids)
		seen++
		if isSentence(v.kids[0].scalar()) || !slices.ContainsFunc(v.kids, func(k *tree) bool { return isSentence(k.scalar()) }) {
			return false
		}
		for _, kid := range v.kids {
			if kid.kind == object || kid.kind == list && !slices.Contains(p.way, each) {
				return false
			}
		}
	}
	return seen > 1 || slices.Contains(p.way, each)
}

// isWrapper tells whether an object has, beside what is in every sample, exactly
// one member, whose name differs from error to error.
func (s *survey) isWrapper(p *place) bool {
	if len(s.captures) < 2 || p.samples != len(s.captures) || len(p.values) != p.samples || slices.Contains(p.way, each) {
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
				if isSentence(v.kids[i].scalar()) {
					return false // the words are beside, so the other member is a detail
				}
				if !slices.Contains(fixed, name) {
					fixed = append(fixed, name)
				}
				continue
			}
			if one != "" || odd(name) || !wordLike.MatchString(name) || !wraps(v.kids[i]) {
				return false
			}
			one = name
			if shared == nil {
				shared = map[string]int{}
			}
			for _, inner := range v.kids[i].names {
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
	s.fixed[p.way.id()] = fixed
	for _, n := range shared {
		if n == len(p.values) {
			return true
		}
	}
	return len(shared) == 0
}

// wraps tells whether a value can be what a wrapper holds: words, or an object
// that has some.
func wraps(t *tree) bool {
	if t.kind == object {
		return slices.ContainsFunc(t.kids, func(k *tree) bool { return isSentence(k.scalar()) })
	}
	return isSentence(t.scalar())
}

func (s *survey) visit(sample int, w way, t *tree, scalars map[string]*place) {
	if len(s.places)+len(s.order) > maxPlaces || len(w) > 20 {
		return
	}
	id := w.id()
	switch {
	case s.lists[id] && s.tuples[id] && t.kind == list:
		s.node(sample, w, t)
		for i, kid := range t.kids {
			s.visit(sample, w.to(string(rune('0'+i))), kid, scalars)
		}
	case s.lists[id]:
		s.node(sample, w, t)
		kids := []*tree{t}
		if t.kind == list {
			kids = t.kids
		}
		for _, kid := range kids {
			s.visit(sample, w.to(each), kid, scalars)
		}
	default:
		s.visitElement(sample, w, t, scalars)
	}
}

// visitElement visits what is no list that is known as one.
func (s *survey) visitElement(sample int, w way, t *tree, scalars map[string]*place) {
	switch t.kind {
	case object:
		s.node(sample, w, t)
		wrap := s.wraps[w.id()]
		for i, name := range t.names {
			if len(w) == 0 && name == "text" && len(t.names) > 1 && s.captures[sample].format == dialect.FormatHTML {
				continue // all words of the page, which stand in its elements, too
			}
			step := name
			if wrap && !slices.Contains(s.fixed[w.id()], name) {
				step = "*"
				s.note(scalars, sample, &place{way: w.to(step), key: true}, &tree{kind: text, text: name})
			} else if odd(name) {
				continue
			}
			s.visit(sample, w.to(step), t.kids[i], scalars)
		}
	case list:
		s.node(sample, w, t)
	default:
		if t.kind != text || !s.visitText(sample, w, t.text, scalars) {
			s.note(scalars, sample, &place{way: w}, t)
		}
	}
}

// pair is a line such as `code = 42`.
var pair = regexp.MustCompile(`^([\pL_][\pL\pN_.-]*)\s*[:=]\s*(\S.*)$`)

// visitText notes the pairs of a text that is nothing but lines of them.
func (s *survey) visitText(sample int, w way, body string, scalars map[string]*place) bool {
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
		s.note(scalars, sample, &place{way: w, pattern: pattern}, &tree{kind: text, text: strings.TrimSpace(m[2])})
	}
	return true
}

func (s *survey) note(into map[string]*place, sample int, p *place, t *tree) {
	id := p.way.id() + "\x01" + p.pattern
	if p.key {
		id += "\x02"
	}
	known := into[id]
	if known == nil {
		known = p
		into[id] = p
		s.places = append(s.places, p)
	}
	known.add(sample, t)
}

func (s *survey) node(sample int, w way, t *tree) {
	known := s.nodes[w.id()]
	if known == nil {
		known = &place{way: w}
		s.nodes[w.id()] = known
		s.order = append(s.order, known)
	}
	known.add(sample, t)
}

func (p *place) add(sample int, t *tree) {
	if len(p.values) == 0 || p.values[len(p.values)-1].sample != sample {
		p.samples++
	}
	p.values = append(p.values, value{sample, t})
}

// name is what the place is called: of a pattern the key of its line.
func (p *place) name() string {
	if p.pattern != "" {
		key := strings.TrimPrefix(p.pattern, `(?m)^\s*`)
		key, _, _ = strings.Cut(key, `\s*`)
		return strings.ReplaceAll(key, `\`, "")
	}
	if p.key {
		return ""
	}
	return strings.TrimPrefix(p.way.last(), "@")
}

// texts are the texts and numbers in the place, without null and empty ones.
func (p *place) texts() (out []string) {
	for _, v := range p.values {
		if t := v.scalar(); strings.TrimSpace(t) != "" {
			out = append(out, t)
		}
	}
	return out
}

// share is which part of the texts passes a test.
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

// distinct is how many different texts there are.
func distinct(texts []string) int {
	seen := map[string]bool{}
	for _, t := range texts {
		seen[t] = true
	}
	return len(seen)
}

// scalars tells whether nothing but scalars ever stood there.
func (p *place) scalars() bool {
	return !slices.ContainsFunc(p.values, func(v value) bool { return v.kind == object || v.kind == list })
}

// in tells whether a sample has the place, with something in it.
func (p *place) in(sample int) bool {
	return slices.ContainsFunc(p.values, func(v value) bool {
		return v.sample == sample && (v.kind == object || v.kind == list || v.scalar() != "")
	})
}

// everywhere tells whether all samples have the place.
func (s *survey) everywhere(p *place) bool { return p.samples == len(s.captures) }
