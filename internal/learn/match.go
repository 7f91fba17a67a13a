package learn

import (
	"regexp"
	"slices"
	"strings"

	"github.com/koine-proxy/koine/dialect"
)

// match is the match of the mapping file.
type match struct {
	keys, any, contains []string
	types, equals, not  []setting
	codeForm            dialect.CodeForm
	codeOptional        bool
}

// setting is a path with its required value.
type setting struct{ path, value string }

// maxKeys bounds the number of keys, because a member that all samples have may be missing
// in other errors.
const maxKeys = 6

// findMatch finds what all samples have in common.
func (s *survey) findMatch(sh *shape, successErrors bool) match {
	m := match{}
	s.addKeys(&m, sh)
	s.addEquals(&m, sh)
	if successErrors && len(sh.code) == 1 && sh.code[0].plain() {
		m.not = append(m.not, setting{sh.code[0].path.dotted(), `[null, 0, "0", "00", "000", "0000", "00000", OK, ok, SUCCESS, success]`})
	}
	switch s.captures[0].format {
	case dialect.FormatText:
		m.contains = s.commonPieces()
	case dialect.FormatHTML:
		m.contains, m.types = s.commonWords(sh), nil // one heading is a string, several are an array
	}
	return m
}

// plain reports whether an extractor is an unconverted member.
func (s extractor) plain() bool { return s.path.plain() && !s.key && s.pattern == "" }

// addKeys adds the members that all samples have, those with a role first.
func (s *survey) addKeys(m *match, sh *shape) {
	var paths []bodyPath
	note := func(w bodyPath) {
		if spelled, ok := s.common(w); ok && len(paths) < maxKeys && !slices.ContainsFunc(paths, func(o bodyPath) bool { return o.isWithin(spelled) }) {
			paths = append(paths, spelled)
		}
	}
	for _, list := range [][]extractor{sh.code, sh.message} {
		for _, src := range list {
			note(src.path)
		}
	}
	if len(s.captures) > 1 {
		for _, p := range sh.always {
			note(p.path)
		}
	}
	if len(s.captures) > 2 {
		for _, p := range slices.Concat(s.order, s.locations) {
			if len(p.path) == 1 && p.path.plain() {
				note(p.path)
			}
		}
	}
	if s.captures[0].format == dialect.FormatText {
		paths = nil // a text body has no other members
	}
	for _, w := range paths {
		m.keys = append(m.keys, w.dotted())
	}
	for _, src := range sh.message {
		if slices.Contains(src.path, "*") && s.inAllSamples(src.location) { // inside a wrapper of any name
			m.keys = append(m.keys, src.path.dotted())
		}
	}
	if len(paths) == 0 {
		s.addAny(m, sh)
	}
	s.addTypes(m, paths)
}

// addAny adds members if each sample has at least one of them.
func (s *survey) addAny(m *match, sh *shape) {
	for _, list := range [][]extractor{sh.code, sh.message} {
		var paths []string
		missing := map[int]bool{}
		for i := range s.captures {
			missing[i] = true
		}
		for _, src := range list {
			if !src.path.plain() || len(src.path) == 0 || src.pattern != "" {
				continue
			}
			paths = append(paths, src.path.dotted())
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

// common returns the path, or the part of it, that all samples have.
func (s *survey) common(w bodyPath) (bodyPath, bool) {
	pages := s.captures[0].format == dialect.FormatHTML // a second paragraph turns a string into an array
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

func (s *survey) allHave(w bodyPath) bool {
	return len(w) > 0 && !slices.ContainsFunc(s.captures, func(c capture) bool { return c.root.at(w) == nil })
}

// at returns the value at a plain path, or nil.
func (t *tree) at(w bodyPath) *tree {
	for _, step := range w {
		if t == nil {
			return nil
		}
		if t.kind == list {
			i := int(step[0] - '0')
			if len(step) != 1 || i < 0 || i >= len(t.children) {
				return nil
			}
			t = t.children[i]
			continue
		}
		t = t.child(step)
	}
	return t
}

// addTypes adds the types of the keys and of the objects around them.
func (s *survey) addTypes(m *match, paths []bodyPath) {
	seen := map[string]bool{}
	note := func(w bodyPath) {
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
		m.types = append(m.types, setting{w.dotted(), strings.Join(types, "|")})
	}
	for _, w := range paths {
		for i := 1; i < len(w); i++ {
			note(w[:i])
		}
		note(w)
	}
}

var typeNames = map[kind]string{null: "null", boolean: "boolean", number: "number", text: "string", object: "object", list: "array"}

// flags are names of members that distinguish success from failure.
var flags = map[string]bool{
	"ok": true, "success": true, "succeeded": true, "successful": true, "issuccess": true, "error": true, "iserror": true, "haserror": true,
	"failed": true, "failure": true, "status": true, "state": true, "result": true, "outcome": true, "erfolg": true, "erfolgreich": true,
	"exito": true, "succes": true, "level": true, "severity": true, "type": true, "fehler": true, "sukces": true,
}

// addEquals adds constants that mean failure. Other constants, such as the version of an
// API, may change.
func (s *survey) addEquals(m *match, sh *shape) {
	for _, p := range sh.always {
		t := p.values[0].tree
		short := t.kind == number && len(t.raw) <= 2 || t.kind == text && severities[strings.ToLower(t.text)]
		if t.kind == boolean && (len(s.captures) > 1 || flags[fold(p.name())]) || short && flags[fold(p.name())] {
			m.equals = append(m.equals, setting{p.path.dotted(), t.json()})
		}
	}
}

// commonPieces finds the common prefix of all texts.
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

// commonWords finds words that all pages contain, such as the name of a site.
func (s *survey) commonWords(sh *shape) (out []string) {
	if len(s.captures) < 2 {
		return nil
	}
	for _, p := range s.locations {
		texts := p.texts()
		if s.inAllSamples(p) && distinct(texts) == 1 && len(texts[0]) >= 5 && len(texts[0]) <= 80 && !sh.hasRole(p) && len(out) < 2 {
			out = append(out, texts[0])
		}
	}
	return out
}

var codeForms = []struct {
	form dialect.CodeForm
	re   *regexp.Regexp
}{
	{dialect.LowerSnake, regexp.MustCompile(`^[a-z][a-z0-9]*(?:_[a-z0-9]+)*$`)},
	{dialect.UpperSnake, regexp.MustCompile(`^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*$`)},
	{dialect.DottedUpper, regexp.MustCompile(`^[A-Z][A-Z0-9_]*(?:\.[A-Z][A-Z0-9_]*)+$`)},
}

// formOf returns the common format of codes, if there are enough of them.
func formOf(codes []string) dialect.CodeForm {
	if len(codes) < 3 {
		return ""
	}
	for _, s := range codeForms {
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
