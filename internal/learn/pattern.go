package learn

import (
	"regexp"
	"slices"
	"strings"
)

// compiled compiles a pattern that is known to be valid.
func compiled(pattern string) *regexp.Regexp { return regexp.MustCompile(pattern) }

// token matches a code in a sentence.
const token = `[\pL\pN][\pL\pN_./-]*`

// codePatterns find a code in a text, and the message that remains. The most specific come
// first.
var codePatterns = []struct{ code, message string }{
	{`^\[(` + token + `)\]`, `(?s)^\[[^\]]*\]\s*[:-]?\s*(.+)$`},
	{`^\((` + token + `)\)`, `(?s)^\([^)]*\)\s*[:-]?\s*(.+)$`},
	{`^(` + token + `): `, `(?s)^` + token + `:\s+(.+)$`},
	{`^(` + token + `)\s+[-–—|]\s`, `(?s)^` + token + `\s+[-–—|]\s+(.+)$`},
	{`^([\p{Lu}\pN_-]*[\pN_][\p{Lu}\pN_-]*)\s`, `(?s)^[\p{Lu}\pN_-]+\s+(.+)$`},
	{`\((-?` + token + `)\)[.!]?$`, `(?s)^(.+?)\s*\([^()]*\)[.!]?$`},
	{`\[(-?` + token + `)\][.!]?$`, `(?s)^(.+?)\s*\[[^\]]*\][.!]?$`},
	{`(?i)\b(?:code|error|err|errno|fehler|fehlercode|c[oó]digo|kod|nr)\.?[ :=#]{1,3}(-?[\pL\pN_-]*\pN[\pL\pN_-]*)`, ``},
}

// findCodeInTexts finds codes inside texts, if no location holds just a code.
func (s *survey) findCodeInTexts(sh *shape) {
	places := slices.Clone(s.locations)
	slices.SortStableFunc(places, byDepth)
	var found extractor
	var words string
	most := 0.0
	for _, p := range places {
		if p.key || p.pattern != "" || !p.allScalars() || sh.inFields(p) || share(p.texts(), isSentence) < 0.5 {
			continue
		}
		for rank, pattern := range append(s.prefixed(p), codePatterns...) {
			src, fits := s.tryPattern(p, pattern.code)
			fits -= 0.01 * float64(rank)
			if slices.ContainsFunc(sh.message, func(m extractor) bool { return m.location == p }) {
				fits += 0.2
			}
			if fits > most && fits > 0.55 {
				found, words, most = src, pattern.message, fits
			}
		}
	}
	if found.location == nil {
		return
	}
	sh.code = []extractor{found}
	if words == "" {
		return
	}
	for i, m := range sh.message {
		if m.location != found.location {
			continue
		}
		message := m.cutBy(words)
		if len(message.texts)*2 >= len(m.texts) {
			sh.message = slices.Insert(sh.message, i, message)
			return
		}
		free := func(p *location) bool {
			return p != found.location && !slices.Contains(sh.status, p) && !slices.Contains(sh.ignore, p)
		}
		if others := s.choose(nil, free, s.messageScore, 2.5, 1); len(others) > 0 { // the text is only the code
			sh.message = others
		}
		return
	}
}

// cutBy returns an extractor of the text that a pattern finds. Only sentences are
// used, because other texts may be parts of a code.
func (s extractor) cutBy(pattern string) extractor {
	out := s
	out.pattern = pattern
	out.texts = map[int]string{}
	for sample, t := range s.texts {
		if m := compiled(pattern).FindStringSubmatch(t); m != nil && isSentence(m[1]) {
			out.texts[sample] = m[1]
		}
	}
	return out
}

// prefixed returns patterns for texts that all start with the same word before the code:
// ERR 42.
func (s *survey) prefixed(p *location) (out []struct{ code, message string }) {
	texts := p.texts()
	if len(texts) < 2 {
		return nil
	}
	first, _, ok := strings.Cut(texts[0], " ")
	if !ok || isUnaddressable(first) || len(first) > 40 || share(texts, func(t string) bool { return strings.HasPrefix(t, first+" ") }) < 1 {
		return nil
	}
	word := regexp.QuoteMeta(first)
	const digits = `-?[\pL_-]*\pN[\pL\pN_./-]*`
	return []struct{ code, message string }{
		{`^` + word + `\s+\[?(` + digits + `)\]?(?:[\s:,]|$)`, `(?s)^` + word + `\s+\S+\s+(?:[:-]\s*)?(.+)$`},
	}
}

// tryPattern extracts codes by a pattern, and returns the share of samples in which it
// found one.
func (s *survey) tryPattern(p *location, pattern string) (extractor, float64) {
	re := compiled(pattern)
	src := s.extractorOf(p)
	src.pattern = pattern
	found := map[int]string{}
	var codes []string
	for sample, t := range src.texts {
		m := re.FindStringSubmatch(t)
		if m == nil {
			continue
		}
		if !looksLikeCode(m[1]) && !isNumber(m[1]) || decimal.MatchString(m[1]) {
			return src, 0
		}
		if repeatsStatus(m[1], s.captures[sample].Status) {
			continue
		}
		found[sample] = m[1]
		codes = append(codes, m[1])
	}
	src.texts = found
	if len(s.captures) > 1 && distinct(codes) < 2 {
		return src, 0
	}
	return src, float64(len(codes)) / float64(len(s.captures))
}
