package redact

import "strings"

// isAboutProgram reports whether a text is about the insides of a program: it has a
// phrase of one, words of one, or the syntax of code or of a log.
func isAboutProgram(t *text, _ int) bool {
	return t.hasPhrase() || t.score(t.s) >= leakScore
}

// hasPhrase reports whether the text has one of the phrases.
func (t *tokens) hasPhrase() bool {
	for i := range t.n {
		list := vocabulary.words[t.list[i].id].phrases
		for j := range list {
			if list[j].matches(t, i) {
				return true
			}
		}
	}
	return false
}

// leakScore is the sum of points from which on a text has the syntax of code or of a log.
const leakScore = 23

// sentenceScore is the sum of the points of what looks like code in a sentence.
type sentenceScore struct {
	sum   int
	names int // words in the form of the name of a type
	pairs int // names and values, in the whole text
}

// score returns leakScore or more if a sentence has it, else the score of the last one.
func (t *tokens) score(s string) int {
	var c sentenceScore
	for i := range t.n {
		tok := &t.list[i]
		switch tok.kind {
		case wordToken:
			c.addWord(s, tok)
			c.sum += t.wordContext(s, i)
		case numberToken:
			if isAddressOfMemory(s[tok.start:tok.end]) {
				return leakScore
			}
		case symbolToken:
			if t.endsSentence(s, i) {
				if c.sum >= leakScore {
					return leakScore
				}
				c.sum, c.names = 0, 0
				continue
			}
			points, pair := t.symbolScore(s, i)
			c.sum += points
			if pair {
				c.pairs++
			}
		}
		if c.isCertain() {
			return leakScore
		}
	}
	return c.sum + pointsOfPair*c.pairs
}

// certain is added for what is never in a sentence for people.
const certain = 1 << 16

func (c *sentenceScore) isCertain() bool { return c.sum > certain/2 || c.pairs > 1 }

// addWord adds the points for a word, apart from what is around it.
func (c *sentenceScore) addWord(s string, tok *token) {
	if vocabulary.words[tok.id].strong {
		c.sum += certain
		return
	}
	if c.names < maxTypeNames && tok.isTypeName(s) {
		c.names++
		c.sum += pointsOfTypeName
		if strings.HasSuffix(s[tok.start:tok.end], "Error") {
			c.sum += pointsOfTypeName
		}
	}
}

// endsSentence reports whether a symbol ends a sentence that another one follows.
func (t *tokens) endsSentence(s string, i int) bool {
	tok := &t.list[i]
	return (tok.symbol == '.' || tok.symbol == '!' || tok.symbol == '?') && byteAt(s, int(tok.end)) == ' ' && i+1 < t.n && t.list[i+1].form&startsUpper != 0
}

// Points of what looks like code or a log.
const (
	pointsOfTypeName = leakScore / 3
	pointsOfPair     = leakScore / 3
	pointsOfCall     = leakScore / 2
	pointsOfLevel    = leakScore * 2 / 3
	pointsOfConstant = leakScore / 6
)

// maxTypeNames bounds how many words in the form of a type's name count: names of
// companies and products are written so, too.
const maxTypeNames = 2

// isTypeName reports whether a word has the form of the name of a type: OrderModel.
func (t *token) isTypeName(s string) bool {
	const form = startsUpper | innerUpper | hasLower
	return t.id == 0 && t.form&form == form && t.end-t.start >= 7 && !isProduct(s[t.start:t.end])
}

func isProduct(w string) bool {
	return isIn(w, "PayPal", "MasterCard", "JavaScript", "TypeScript", "GitHub", "GitLab", "YouTube", "LinkedIn", "WhatsApp", "WordPress", "FaceTime", "QuickBooks", "WooCommerce", "HubSpot", "MailChimp", "SendGrid", "DocuSign", "OpenAI", "TikTok", "AliExpress", "SoundCloud", "StackOverflow")
}

// isAddressOfMemory reports whether a number is an address in memory or a status of
// Windows: 0x7f3c5c0.
func isAddressOfMemory(s string) bool {
	return len(s) > 4 && len(s) <= 18 && s[0] == '0' && s[1]|0x20 == 'x'
}

// wordContext returns the points for what is around a word: the call of a function,
// the level of a log, a constant for a failure.
func (t *tokens) wordContext(s string, i int) int {
	tok := &t.list[i]
	w := s[tok.start:tok.end]
	if tok.form&hasUnderscore != 0 && strings.HasSuffix(w, "_exception") {
		return leakScore
	}
	if tok.form&hasLower == 0 && tok.form&startsUpper != 0 {
		return t.constantScore(s, w, i)
	}
	if int(tok.end) < len(s) && s[tok.end] == '(' && !isPlural(s[tok.end:]) {
		return pointsOfCall
	}
	return 0
}

// constantScore returns the points for a word of capital letters.
func (t *tokens) constantScore(s, w string, i int) int {
	switch {
	case len(w) > 3 && w[0] == 'E' && (w[1] == '_' || len(w) > 4 && (w[:4] == "ERR_" || w[:4] == "EAI_")):
		return leakScore
	case i == 0 && isIn(w, "ERROR", "WARNING", "CRITICAL", "INFO", "DEBUG") && t.n > 1 && t.list[1].symbol == ':' && t.n > 2 && t.list[2].start == t.list[1].end:
		return leakScore
	case isIn(w, "FATAL", "SEVERE", "DEBUG", "PANIC"):
		return pointsOfLevel
	case isIn(w, "ERROR", "WARN", "WARNING", "INFO", "TRACE", "CRITICAL", "NOTICE") && i > 0 && t.isLogPrefix(s, i-1):
		if byteAt(s, int(t.list[i].start)-1) == '.' { // shop.ERROR
			return leakScore
		}
		return pointsOfLevel
	case t.list[i].form&hasUnderscore != 0 && i > 0:
		return pointsOfConstant
	}
	return 0
}

// isLogPrefix reports whether a token may be the one before the level of a log: the
// end of a time or of a bracket.
func (t *tokens) isLogPrefix(s string, i int) bool {
	tok := &t.list[i]
	if tok.kind == numberToken {
		return isOneOf(byteAt(s, int(tok.start)-1), ":.,")
	}
	return tok.kind == symbolToken && isOneOf(tok.symbol, "])|.")
}

// isPlural reports whether a text starts with the ending of a word: item(s).
func isPlural(s string) bool {
	for i := 1; i < min(len(s), 5); i++ {
		if s[i] == ')' {
			return i > 1
		}
		if kinds[s[i]] != letterByte && kinds[s[i]] != wideByte {
			return false
		}
	}
	return false
}

// symbolScore returns the points for a symbol, and whether it joins a name and a
// value.
func (t *tokens) symbolScore(s string, i int) (points int, pair bool) {
	tok := &t.list[i]
	at := int(tok.start)
	before, next := byteAt(s, at-1), byteAt(s, at+1)
	switch tok.symbol {
	case '=':
		after := byteAt(s, at+2)
		if next == '=' && (before == ' ' || isWordByte(before) && (isWordByte(after) || after == '"' || after == '\'')) || before == '!' || next == '>' {
			return leakScore, false // not the end of Base64
		}
		return 0, isWordByte(before) && next != ' ' && next != 0
	case '&', '|':
		if next == tok.symbol {
			return leakScore, false
		}
	case '-':
		if next == '>' && before != '-' {
			return leakScore / 2, false
		}
	case '{':
		if strings.IndexByte(s[:at], '{') < 0 {
			return leakScore / 3, false
		}
	case '[', '#', '@':
		if tok.symbol == '[' || next == '<' {
			return leakScore / 8, false
		}
	case '\\':
		if next == 'u' && at+6 <= len(s) && strings.Trim(s[at+2:at+6], "0123456789abcdefABCDEF") == "" {
			return leakScore, false
		}
	case '*':
		if before == '*' && next == '*' || before == '*' && at == 1 {
			return leakScore, false
		}
	case ';':
		return leakScore / 8, false
	case ':':
		if next == ':' && (isWordByte(before) || isWordByte(byteAt(s, at+2))) {
			return leakScore, false
		}
	case '.':
		if i > 0 && i+1 < t.n {
			return t.pathScore(s, i), false
		}
	case '`':
		return leakScore / 8, false
	case '%':
		if (next == 's' || next == 'd' || next == 'v') && !isWordByte(byteAt(s, at+2)) && !isDigit(before) && before != ' ' {
			return leakScore / 2, false
		}
	}
	return 0, false
}

// pathScore returns the points for the dot at i, if it joins the words of the name of
// a type: Shop.Order, shop.OrderModel. The names of fields have small letters at the
// start.
func (t *tokens) pathScore(s string, i int) int {
	before, after := &t.list[i-1], &t.list[i+1]
	if before.kind != wordToken || after.kind != wordToken || before.end != t.list[i].start || after.start != t.list[i].end {
		return 0
	}
	switch {
	case after.form&startsUpper == 0:
		return 0
	case after.form&innerUpper != 0:
		return 2 * pointsOfTypeName
	}
	return 2
}
