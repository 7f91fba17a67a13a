package learn

import (
	"regexp"
	"slices"
	"strings"

	"github.com/koine-proxy/koine/dialect"
)

// match is what tells the dialect from others.
type match struct {
	keys, any, contains []string
	types, equals, not  []setting
	spelling            dialect.CodeForm
	codeless            bool
}

// setting is a path with what it must be.
type setting struct{ path, value string }

// maxKeys bounds how narrow a match becomes: a member that five samples have may
// be missing in the sixth.
const maxKeys = 6

// drawMatch finds what all samples have in common.
func (s *survey) drawMatch(l *lens, rides bool) match {
	m := match{}
	s.takeKeys(&m, l)
	s.takeEquals(&m, l)
	if rides && len(l.code) == 1 && l.code[0].plain() {
		m.not = append(m.not, setting{l.code[0].way.path(), `[null, 0, "0", "00", "000", "0000", "00000", OK, ok, SUCCESS, success]`})
	}
	switch s.captures[0].format {
	case dialect.FormatText:
		m.contains = s.commonPieces()
	case dialect.FormatHTML:
		m.contains, m.types = s.commonWords(l), nil // one heading is a text, several are a list
	}
	return m
}

// plain tells whether a source is a member as it is.
func (s source) plain() bool { return s.way.plain() && !s.key && s.pattern == "" }

// takeKeys names the members that are everywhere: those with a role first.
func (s *survey) takeKeys(m *match, l *lens) {
	var ways []way
	note := func(w way) {
		if spelled, ok := s.common(w); ok && len(ways) < maxKeys && !slices.ContainsFunc(ways, func(o way) bool { return o.under(spelled) }) {
			ways = append(ways, spelled)
		}
	}
	for _, list := range [][]source{l.code, l.message} {
		for _, src := range list {
			note(src.way)
		}
	}
	if len(s.captures) > 1 {
		for _, p := range l.always {
			note(p.way)
		}
	}
	if len(s.captures) > 2 {
		for _, p := range slices.Concat(s.order, s.places) {
			if len(p.way) == 1 && p.way.plain() {
				note(p.way)
			}
		}
	}
	if s.captures[0].format == dialect.FormatText {
		ways = nil // a text has nothing but its text
	}
	for _, w := range ways {
		m.keys = append(m.keys, w.path())
	}
	for _, src := range l.message {
		if slices.Contains(src.way, "*") && s.everywhere(src.place) { // what a wrapper of any name holds
			m.keys = append(m.keys, src.way.path())
		}
	}
	if len(ways) == 0 {
		s.takeAny(m, l)
	}
	s.takeTypes(m, ways)
}

// takeAny names members of which each sample has one.
func (s *survey) takeAny(m *match, l *lens) {
	for _, list := range [][]source{l.code, l.message} {
		var paths []string
		missing := map[int]bool{}
		for i := range s.captures {
			missing[i] = true
		}
		for _, src := range list {
			if !src.way.plain() || len(src.way) == 0 || src.pattern != "" {
				continue
			}
			paths = append(paths, src.way.path())
			for _, v := range src.values {
				delete(missing, v.sample)
			}
		}
		if len(missing) == 0 && len(paths) > 1 {
			m.any = paths
			return
		}
	}
}

// common is the way, or the part of it, that all samples have.
func (s *survey) common(w way) (way, bool) {
	pages := s.captures[0].format == dialect.FormatHTML // where one more paragraph makes a list of a text
	if first := w.first(); !pages && !slices.Contains(w, "*") && s.allHave(first) {
		return first, true
	}
	for i, step := range w {
		if step == each || step == "*" {
			return w[:i], i > 0 && s.allHave(w[:i])
		}
	}
	return w, false
}

func (s *survey) allHave(w way) bool {
	return len(w) > 0 && !slices.ContainsFunc(s.captures, func(c capture) bool { return c.root.at(w) == nil })
}

// at is what stands at a plain way, or nil.
func (t *tree) at(w way) *tree {
	for _, step := range w {
		if t == nil {
			return nil
		}
		if t.kind == list {
			i := int(step[0] - '0')
			if len(step) != 1 || i < 0 || i >= len(t.kids) {
				return nil
			}
			t = t.kids[i]
			continue
		}
		t = t.child(step)
	}
	return t
}

// takeTypes says what the keys are, and what is around them.
func (s *survey) takeTypes(m *match, ways []way) {
	seen := map[string]bool{}
	note := func(w way) {
		if seen[w.id()] {
			return
		}
		seen[w.id()] = true
		var types []string
		for _, c := range s.captures {
			t := c.root.at(w)
			if t == nil {
				return
			}
			if name := typeNames[t.kind]; !slices.Contains(types, name) {
				types = append(types, name)
			}
		}
		slices.Sort(types)
		slices.Reverse(types)
		m.types = append(m.types, setting{w.path(), strings.Join(types, "|")})
	}
	for _, w := range ways {
		for i := 1; i < len(w); i++ {
			note(w[:i])
		}
		note(w)
	}
}

var typeNames = map[kind]string{null: "null", boolean: "boolean", number: "number", text: "string", object: "object", list: "array"}

// flags are names of members that say whether all went well.
var flags = map[string]bool{
	"ok": true, "success": true, "succeeded": true, "successful": true, "issuccess": true, "error": true, "iserror": true, "haserror": true,
	"failed": true, "failure": true, "status": true, "state": true, "result": true, "outcome": true, "erfolg": true, "erfolgreich": true,
	"exito": true, "succes": true, "level": true, "severity": true, "type": true, "fehler": true, "sukces": true,
}

// takeEquals names constants that say that something went wrong. Other constants,
// such as the version of an API, may change.
func (s *survey) takeEquals(m *match, l *lens) {
	for _, p := range l.always {
		t := p.values[0].tree
		short := t.kind == number && len(t.raw) <= 2 || t.kind == text && severities[strings.ToLower(t.text)]
		if t.kind == boolean && (len(s.captures) > 1 || flags[fold(p.name())]) || short && flags[fold(p.name())] {
			m.equals = append(m.equals, setting{p.way.path(), t.json()})
		}
	}
}

// commonPieces finds what all texts begin with.
func (s *survey) commonPieces() []string {
	if len(s.captures) < 2 {
		return nil
	}
	prefix := strings.TrimSpace(string(s.captures[0].Body))
	for _, c := range s.captures[1:] {
		body := strings.TrimSpace(string(c.Body))
		n := 0
		for n < len(prefix) && n < len(body) && prefix[n] == body[n] && prefix[n] >= ' ' && prefix[n] < 0x7f {
			n++
		}
		prefix = prefix[:n]
	}
	prefix = prefix[:min(len(prefix), 60)]
	if i := strings.LastIndexAny(prefix, " <>:=[("); i >= 0 { // whole words only
		prefix = prefix[:i+1]
	}
	if prefix = strings.TrimSpace(prefix); len(prefix) < 3 {
		return nil
	}
	return []string{prefix}
}

// commonWords finds words that stand on all pages, such as the name of a site.
func (s *survey) commonWords(l *lens) (out []string) {
	if len(s.captures) < 2 {
		return nil
	}
	for _, p := range s.places {
		texts := p.texts()
		if s.everywhere(p) && distinct(texts) == 1 && len(texts[0]) >= 5 && len(texts[0]) <= 80 && !l.holds(p) && len(out) < 2 {
			out = append(out, texts[0])
		}
	}
	return out
}

var spelled = []struct {
	form dialect.CodeForm
	re *regexp.Regexp
}{
	{dialect.LowerSnake, regexp.MustCompile(`^[a-z][a-z0-9]*(?:_[a-z0-9]+)*$`)},
	{dialect.UpperSnake, regexp.MustCompile(`^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*$`)},
	{dialect.DottedUpper, regexp.MustCompile(`^[A-Z][A-Z0-9_]*(?:\.[A-Z][A-Z0-9_]*)+$`)},
}

// spellingOf is how codes are spelled, if there are enough of them to tell, and
// all are spelled alike.
func spellingOf(codes []string) dialect.CodeForm {
	if len(codes) < 3 {
		return ""
	}
	for _, s := range spelled {
		sign := "_"
		if s.form == dialect.DottedUpper {
			sign = "."
		}
		if share(codes, s.re.MatchString) == 1 && strings.Contains(strings.Join(codes, " "), sign) {
			return s.form
		}
	}
	return ""
}
