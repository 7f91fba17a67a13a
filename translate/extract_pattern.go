package translate

import (
	"regexp"
	"regexp/syntax"
	"strings"
	"unicode"
	"unicode/utf8"
)

// textPattern is a compiled Place.Pattern: it extracts a part of a text. The two
// forms that most mapping files use, [^:]*$ and ^[^:]* with any ASCII character,
// need no regular expression, which would allocate.
type textPattern struct {
	re   *regexp.Regexp
	form patternForm
	stop byte // the excluded character of the two forms
}

type patternForm uint8

const (
	anyPattern  patternForm = iota
	afterLast               // [^:]*$, the text after the last stop
	beforeFirst             // ^[^:]*, the text before the first stop
)

func newTextPattern(re *regexp.Regexp) *textPattern {
	p := &textPattern{re: re}
	tree, err := syntax.Parse(re.String(), syntax.Perl)
	if err != nil || tree.Op != syntax.OpConcat || len(tree.Sub) != 2 {
		return p
	}
	form, star := anyPattern, tree.Sub[0]
	switch {
	case tree.Sub[1].Op == syntax.OpEndText:
		form = afterLast
	case star.Op == syntax.OpBeginText:
		form, star = beforeFirst, tree.Sub[1]
	}
	if stop, ok := excluded(star); ok {
		p.form, p.stop = form, stop
	}
	return p
}

// excluded returns the character c of an expression [^c]*, if it is one.
func excluded(star *syntax.Regexp) (c byte, ok bool) {
	if star.Op != syntax.OpStar || star.Flags&syntax.NonGreedy != 0 || star.Sub[0].Op != syntax.OpCharClass {
		return 0, false
	}
	r := star.Sub[0].Rune // ranges: from and to of each
	if len(r) != 4 || r[0] != 0 || r[3] != unicode.MaxRune || r[2]-r[1] != 2 || r[2] > utf8.RuneSelf {
		return 0, false
	}
	return byte(r[1] + 1), true
}

// find returns the first group of the pattern, or the whole match if that group is
// not in the match.
func (p *textPattern) find(text string) (string, bool) {
	switch p.form {
	case afterLast:
		return text[strings.LastIndexByte(text, p.stop)+1:], true
	case beforeFirst:
		if i := strings.IndexByte(text, p.stop); i >= 0 {
			text = text[:i]
		}
		return text, true
	}
	m := p.re.FindStringSubmatchIndex(text)
	if m == nil {
		return "", false
	}
	if len(m) > 2 && m[2] >= 0 {
		m = m[2:]
	}
	return text[m[0]:m[1]], true
}
