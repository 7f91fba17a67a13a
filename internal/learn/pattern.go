package learn

import (
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/koine-proxy/koine/dialect"
)

// token matches a code in a sentence.
const token = `[\pL\pN][\pL\pN_./-]*`

// textPattern finds a code in a text, and the words that remain.
type textPattern struct{ code, words string }

// textPatterns are the forms of texts with a code. The most specific come first.
var textPatterns = []textPattern{
	{`^\[(` + token + `)\]`, `(?s)^\[[^\]]*\]\s*[:-]?\s*(.+)$`},
	{`^\((` + token + `)\)`, `(?s)^\([^)]*\)\s*[:-]?\s*(.+)$`},
	{`^(` + token + `)\s*[|;]`, `(?s)[|;]\s*([^|;]+)$`},
	{`^[\pL]+ (` + token + `)(?::| -) `, `(?s)^[\pL]+ ` + token + `(?::| -)\s+(.+)$`},
	{`^(` + token + `): `, `(?s)^` + token + `:\s+(.+)$`},
	{`^(` + token + `)\s+[-–—|]\s`, `(?s)^` + token + `\s+[-–—|]\s+(.+)$`},
	{`^([\p{Lu}\pN_-]*[\pN_][\p{Lu}\pN_-]*)\s`, `(?s)^[\p{Lu}\pN_-]+\s+(?:[:-]\s+)?(.+)$`},
	{`\((-?` + token + `)\)[.!]?$`, `(?s)^(.+?)\s*\([^()]*\)[.!]?$`},
	{`\[(-?` + token + `)\][.!]?$`, `(?s)^(.+?)\s*\[[^\]]*\][.!]?$`},
	{`(?i)\b(?:code|error|err|errno|fehler|fehlercode|c[oó]digo|kod|nr)\.?[ :=#]{1,3}(-?[\pL\pN_-]*\pN[\pL\pN_-]*)`, ``},
}

// patternsOf returns the patterns to try for some texts. If all start with the same word, what
// follows it may be the code: ERR 42.
func patternsOf(texts []string) []textPattern {
	first, _, ok := strings.Cut(texts[0], " ")
	if !ok || len(first) > 40 || !utf8.ValidString(first) || len(texts) < 2 || slices.ContainsFunc(texts, func(t string) bool { return !strings.HasPrefix(t, first+" ") }) {
		return textPatterns
	}
	word := regexp.QuoteMeta(first)
	return append([]textPattern{{
		`^` + word + `\s+\[?(-?[\pL_-]*\pN[\pL\pN_./-]*)\]?(?:[\s:,]|$)`, `(?s)^` + word + `\s+\S+\s+(?:[:-]\s*)?(.+)$`,
	}}, textPatterns...)
}

// group returns what a pattern finds in a text.
func group(pattern, text string) string {
	if m := regexp.MustCompile(pattern).FindStringSubmatch(text); m != nil {
		return m[1]
	}
	return ""
}

func withPattern(p dialect.Place, pattern string) dialect.Place {
	p.Pattern = pattern
	return p
}

// places returns the place of a member. If what was read is a part of the text, it is a place with
// a pattern for each form of text.
func (m *member) places(pattern func(textPattern) string) (out []dialect.Place) {
	if !m.isPart() {
		return []dialect.Place{m.place}
	}
	open := slices.Collect(maps.Keys(m.found))
	for _, p := range textPatterns {
		rest := slices.DeleteFunc(slices.Clone(open), func(i int) bool { return pattern(p) != "" && group(pattern(p), m.found[i].Whole) == m.found[i].Text })
		if len(rest) < len(open) {
			open, out = rest, append(out, withPattern(m.place, pattern(p)))
		}
	}
	return out
}

// findCodeInTexts finds a code that is a part of texts, if no member is a code.
func (sh *shape) findCodeInTexts(s *survey, messages []*member) {
	most := 0.55
	for rank, m := range slices.Concat(messages, s.others) {
		if m.place.Pattern != "" || !m.all(isSentence) || len(m.found)*2 < len(s.captures) {
			continue
		}
		for i, p := range patternsOf(m.texts()) {
			codes := s.codesOf(m, p.code)
			share := float64(len(codes))/float64(len(s.captures)) - 0.01*float64(i)
			if rank < len(messages) {
				share += 0.2
			}
			if share > most && (len(s.captures) == 1 && mixedForm.MatchString(codes[0]) || len(distinct(codes)) > 1) {
				most, sh.code, sh.message = share, []dialect.Place{withPattern(m.place, p.code)}, nil
				if rank < len(messages) && p.words != "" {
					sh.message = []dialect.Place{withPattern(m.place, p.words)}
				}
			}
		}
	}
}

// codesOf returns the codes that a pattern finds in the texts of a member; none if it finds
// anything else.
func (s *survey) codesOf(m *member, pattern string) (codes []string) {
	for i, f := range m.found {
		switch code := group(pattern, f.Whole); {
		case code == "", code == strconv.Itoa(s.captures[i].Status):
		case !isCode(code) || !wordsForm.MatchString(code):
			return nil
		default:
			codes = append(codes, code)
		}
	}
	return codes
}
