package learn

import (
	"regexp"
	"slices"
	"strings"
)

// compiled compiles a pattern of ours, or one that was put together of quoted
// pieces.
func compiled(pattern string) *regexp.Regexp { return regexp.MustCompile(pattern) }

// token is a code as it stands in a sentence.
const token = `[\pL\pN][\pL\pN_./-]*`

// inWords are the ways in which codes stand in texts, and where the words are
// that remain. The most telling come first.
var inWords = []struct{ code, message string }{
	{`^\[(` + token + `)\]`, `(?s)^\[[^\]]*\]\s*[:-]?\s*(.+)$`},
	{`^\((` + token + `)\)`, `(?s)^\([^)]*\)\s*[:-]?\s*(.+)$`},
	{`^(` + token + `): `, `(?s)^` + token + `:\s+(.+)$`},
	{`^(` + token + `)\s+[-–—|]\s`, `(?s)^` + token + `\s+[-–—|]\s+(.+)$`},
	{`^([\p{Lu}\pN_-]*[\pN_][\p{Lu}\pN_-]*)\s`, `(?s)^[\p{Lu}\pN_-]+\s+(.+)$`},
	{`\((-?` + token + `)\)[.!]?$`, `(?s)^(.+?)\s*\([^()]*\)[.!]?$`},
	{`\[(-?` + token + `)\][.!]?$`, `(?s)^(.+?)\s*\[[^\]]*\][.!]?$`},
	{`(?i)\b(?:code|error|err|errno|fehler|fehlercode|c[oó]digo|kod|nr)\.?[ :=#]{1,3}(-?[\pL\pN_-]*\pN[\pL\pN_-]*)`, ``},
}

// codeInWords looks for codes inside of texts, where no place of their own has
// any.
func (s *survey) codeInWords(l *lens) {
	places := slices.Clone(s.places)
	slices.SortStableFunc(places, byDepth)
	var found source
	var words string
	most := 0.0
	for _, p := range places {
		if p.key || p.pattern != "" || !p.scalars() || l.inFields(p) || share(p.texts(), isSentence) < 0.5 {
			continue
		}
		for rank, pattern := range append(s.prefixed(p), inWords...) {
			src, fits := s.tryPattern(p, pattern.code)
			fits -= 0.01 * float64(rank)
			if slices.ContainsFunc(l.message, func(m source) bool { return m.place == p }) {
				fits += 0.2
			}
			if fits > most && fits > 0.55 {
				found, words, most = src, pattern.message, fits
			}
		}
	}
	if found.place == nil {
		return
	}
	l.code = []source{found}
	if words == "" {
		return
	}
	for i, m := range l.message {
		if m.place != found.place {
			continue
		}
		rest := m.cutBy(words)
		if len(rest.said)*2 >= len(m.said) {
			l.message = slices.Insert(l.message, i, rest)
			return
		}
		free := func(p *place) bool {
			return p != found.place && !slices.Contains(l.status, p) && !slices.Contains(l.ignore, p)
		}
		if others := s.choose(nil, free, s.messageScore, 2.5, 1); len(others) > 0 { // there was nothing but the code
			l.message = others
		}
		return
	}
}

// cutBy is a source of which only what a pattern finds counts. What is found must
// be words, and no rest of a code.
func (s source) cutBy(pattern string) source {
	rest := s
	rest.pattern = pattern
	rest.said = map[int]string{}
	for sample, t := range s.said {
		if m := compiled(pattern).FindStringSubmatch(t); m != nil && isSentence(m[1]) {
			rest.said[sample] = m[1]
		}
	}
	return rest
}

// prefixed are patterns for texts that all begin with the same word, behind which
// the code stands: ERR 42.
func (s *survey) prefixed(p *place) (out []struct{ code, message string }) {
	texts := p.texts()
	if len(texts) < 2 {
		return nil
	}
	first, _, ok := strings.Cut(texts[0], " ")
	if !ok || odd(first) || len(first) > 40 || share(texts, func(t string) bool { return strings.HasPrefix(t, first+" ") }) < 1 {
		return nil
	}
	word := regexp.QuoteMeta(first)
	const digits = `-?[\pL_-]*\pN[\pL\pN_./-]*`
	return []struct{ code, message string }{
		{`^` + word + `\s+\[?(` + digits + `)\]?(?:[\s:,]|$)`, `(?s)^` + word + `\s+\S+\s+(?:[:-]\s*)?(.+)$`},
	}
}

// tryPattern reads codes by a pattern; it returns for which part of the samples
// it found something that looks like one.
func (s *survey) tryPattern(p *place, pattern string) (source, float64) {
	re := compiled(pattern)
	src := s.sourceOf(p)
	src.pattern = pattern
	said := map[int]string{}
	var codes []string
	for sample, t := range src.said {
		m := re.FindStringSubmatch(t)
		if m == nil {
			continue
		}
		if !isCodeish(m[1]) && !isNumber(m[1]) || decimal.MatchString(m[1]) {
			return src, 0
		}
		if repeatsStatus(m[1], s.captures[sample].Status) {
			continue
		}
		said[sample] = m[1]
		codes = append(codes, m[1])
	}
	src.said = said
	if len(s.captures) > 1 && distinct(codes) < 2 {
		return src, 0
	}
	return src, float64(len(codes)) / float64(len(s.captures))
}
