package redact

import (
	"regexp"
	"slices"
)

// pattern finds one kind of text that must not reach clients. It is run only if the
// text has all features of one of its masks, so that an ordinary sentence needs one
// pass and no regular expression.
type pattern struct {
	name  string // for tests
	masks []features
	re    *regexp.Regexp
	check func(s string, match []int) bool // confirms a match, which has the positions of the groups; nil if all count
}

// finds reports whether the pattern finds something in s.
func (p *pattern) finds(s string) bool {
	if p.check == nil || !p.re.MatchString(s) {
		return p.check == nil && p.re.MatchString(s)
	}
	for _, match := range p.re.FindAllStringSubmatchIndex(s, -1) {
		if p.check(s, match) {
			return true
		}
	}
	return false
}

// patterns are the patterns of everything that an upstream sends.
var patterns = slices.Concat(tracePatterns, runtimePatterns, databasePatterns, addressPatterns, secretPatterns)
