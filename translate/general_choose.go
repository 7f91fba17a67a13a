package translate

import (
	"net/url"
	"strings"

	"github.com/tidwall/gjson"

	"github.com/koine-proxy/koine/translate/redact"
)

// choice is the best candidate for a role so far.
type choice struct {
	score int
	index int32  // of the member; -1 if the text is of no member
	text  string // "" if there is no candidate
}

// offer takes a candidate if it is better than those before.
func (c *choice) offer(score int, index int32, text string) {
	if text != "" && score > c.score {
		*c = choice{score, index, text}
	}
}

// The scores of candidates. A name decides more than the place, and the place more
// than the form.
const (
	scoreMinimum  = 10
	scoreInError  = 8  // inside an object that is about errors
	scoreInList   = 18 // less, in a list: of several errors, the one around them is meant
	scoreStrange  = 14 // less, for each object with an unknown name around it
	scoreSentence = 30 // less, for a message that is one word
	scorePhrase   = 45 // less, for a message that only repeats the status
	scoreToken    = 52 // less, for a message with the form of a code
)

// wordTexts are the names of lists of texts that are read as one message.
const wordTexts = wordMessage | wordText | wordError | wordErrors | wordWhole

// choose looks at every member that is neither a field nor submitted by the client.
func (g *general) choose() {
	g.clear()
	g.near = -1
	g.offerMembers()
	if g.code.text == g.message.text {
		g.message.text = ""
	}
	if g.code.index >= 0 && g.message.index >= 0 && g.isOfThing(g.code.index, g.message.index) {
		g.code = choice{score: scoreMinimum, index: -1}
		g.near = g.message.index // choose among those near the message
		g.offerMembers()
	}
}

func (g *general) offerMembers() {
	first, end := g.fieldRange()
	for i := int32(0); int(i) < len(g.members); i++ {
		if i < first || i >= end {
			g.offerMember(i)
		}
	}
}

// offerMember considers a member in every role.
func (g *general) offerMember(i int32) {
	p, v := &g.places[i], &g.members[i].value
	switch {
	case p.later, p.about&(wordValue|wordTrace) != 0 && !p.isInError():
		return
	case p.words == 0 && p.depth > 0 && !p.isInMessage():
		return // nothing says that it is about the error
	}
	switch {
	case v.Type == gjson.String && v.Str != "":
		g.offerText(i, p, v.Str)
	case v.Type == gjson.Number:
		g.offerNumber(i, p, v.Raw)
	case v.IsObject() && p.words&(wordMessage|wordText|wordError) != 0 && isTranslations(*v):
		g.offerTranslation(i, p)
	case v.IsArray() && !p.element && p.words&wordTexts != 0:
		g.offerTexts(i, p, *v)
	}
}

// isOfThing reports whether the code is that of a thing, such as a postcode: it is in an
// object with an unknown name, and the message is elsewhere.
func (g *general) isOfThing(code, message int32) bool {
	p := &g.places[code]
	if p.strange == 0 || p.isInError() {
		return false
	}
	around, beside := g.members[code].parent, g.members[message].parent
	return around != beside && (beside < 0 || g.members[around].parent != beside)
}

// offerTranslation considers one of the texts of an object by language: the English one, or
// the first.
func (g *general) offerTranslation(index int32, p *place) {
	best := index + 1
	for i := best; i >= 0; i = g.after(i) {
		if g.members[i].key == "en" {
			best = i
		}
	}
	if int(best) < len(g.members) && g.members[best].parent == index {
		text := g.members[best].value.Str
		g.offerMessage(index, p, text, formOf(text))
	}
}

// fieldRange returns the range of the members that are inside the fields.
func (g *general) fieldRange() (first, end int32) {
	switch {
	case g.fields == rootFields:
		return 0, int32(len(g.members))
	case g.fields < 0 || g.oneEntry:
		return 0, 0 // an error that names one field has a code and a message of its own
	}
	return g.fields, g.endOf(g.fields)
}

// endOf returns the index behind the last member inside a member.
func (g *general) endOf(index int32) int32 {
	end := index + 1
	for int(end) < len(g.members) && g.members[end].parent >= index {
		end++
	}
	return end
}

// place returns what the place of a member adds to its score.
func (p *place) score() int {
	score := -scoreStrange * int(p.strange)
	if p.about&(wordError|wordErrors) != 0 {
		score += scoreInError
	}
	if p.inList {
		score -= scoreInList
	}
	return score
}

func (p *place) isInError() bool { return p.about&(wordError|wordErrors) != 0 }

// isInMessage reports whether the member is inside something about an error or a message.
func (p *place) isInMessage() bool { return p.about&(wordError|wordErrors|wordMessage) != 0 }

// offerNumber considers a number as a code or as a wait.
func (g *general) offerNumber(i int32, p *place, raw string) {
	if p.words&(wordWait|wordWaitMS) != 0 {
		g.wait.offer(1, i, raw)
		return
	}
	if p.words&wordRequestID != 0 && (len(raw) >= 6 || p.words&wordCode == 0) {
		g.offerID(i, p, raw, len(raw) >= 6)
		return
	}
	if strings.ContainsAny(raw, "eE") || strings.IndexByte(raw, '.') >= 0 && p.words&wordCode == 0 || g.lexicon.isEmptyValue(raw) || isStatusText(raw, g.status) {
		return
	}
	if g.near < 0 || !g.isOfThing(i, g.near) {
		g.code.offer(g.numberScore(p)+p.score(), i, raw)
	}
}

// numberScore returns the score of a number as a code.
func (g *general) numberScore(p *place) int {
	switch {
	case p.words&wordCode != 0 && p.words&wordAboutError != 0:
		return 88
	case p.words&wordCode != 0:
		return 84
	case p.words&wordNumber != 0 && p.isInMessage():
		return 72
	case p.words&wordStatus != 0 && p.strange == 0 && g.status < 400, p.words&wordSuccess != 0 && p.words&wordContainer != 0 && g.status < 400:
		return 55 // a success that has another status in its body
	case p.words&wordError != 0 && p.words&(wordMessage|wordText) == 0, p.words&wordErrors != 0 && p.inList:
		return 60
	}
	return 0
}

// offerTexts considers a list of texts as a message.
func (g *general) offerTexts(i int32, p *place, v value) {
	if text, ok := joinTexts(v); ok {
		f := formOf(text)
		p.texts = true
		if p.words&wordErrors != 0 && f.isTypical() {
			g.offerCode(i, p, text, &f) // a list of one code
		}
		g.offerMessage(i, p, text, f)
	}
}

// offerText considers a text in every role.
func (g *general) offerText(i int32, p *place, text string) {
	if parent := g.textParent(i); parent >= 0 && g.places[parent].texts {
		return // the list was considered as a whole
	}
	f := formOf(text)
	switch {
	case p.words&(wordWait|wordWaitMS) != 0:
		g.wait.offer(1, i, text)
		return
	case p.words&wordRequestID != 0 && p.words&wordCode != 0 && f.isTypical() && !isLongID(text, &f):
		// "errorId": "SHIFT_CLOSED"
	case p.words&wordRequestID != 0:
		g.offerID(i, p, text, f.spaces == 0 && f.length <= maxCode && (f.digits > 0 || f.length >= 16))
		return
	case looksLikeTime(text):
		return
	case p.isInError() && p.words&wordNumber != 0 && p.words&wordKind != 0 && looksLikeID(text, &f) && f.length >= 16:
		g.offerID(i, p, text, true)
		return
	}
	if f.spaces == 0 && isPercentEncoded(text) {
		if plain, err := url.QueryUnescape(text); err == nil {
			text, f = plain, formOf(plain)
		}
	}
	if p.words&(wordMessage|wordError|wordText|wordErrors) != 0 {
		if code, rest, ok := g.splitCode(text); ok && !isStatusText(code, g.status) {
			g.code.offer(66+p.score(), i, code)
			g.offerMessage(i, p, rest, formOf(rest))
			return
		}
	}
	if p.words&wordTrace != 0 {
		if isLongID(text, &f) || f.length >= 8 && f.digits >= 3 && f.isCode() && f.joins == 0 {
			g.offerID(i, p, text, true) // "trace": "4bf92f3577b34da6"
		}
		return
	}
	g.offerCode(i, p, text, &f)
	g.offerMessage(i, p, text, f)
}

// textParent returns the list that a member is an element of; -1 if it is none.
func (g *general) textParent(i int32) int32 {
	if i < 0 || !g.places[i].element {
		return -1
	}
	return g.members[i].parent
}

// offerID considers a text as the id of the request.
func (g *general) offerID(i int32, p *place, text string, valid bool) {
	if score := 100 + p.score(); valid && score > g.requestID.score && !g.lexicon.isEmptyValue(text) {
		g.requestID.offer(score, i, text)
	}
}

// offerCode considers a text as a code.
func (g *general) offerCode(i int32, p *place, text string, f *form) {
	if !f.isCode() || g.near >= 0 && !(i >= 0 && !g.isOfThing(i, g.near)) {
		return
	}
	score := g.codeScore(p, text, f)
	if score == 0 {
		return
	}
	if score += p.score(); score <= g.code.score || g.lexicon.isEmptyValue(text) || isPhrase(text, g.status) || isStatusText(text, g.status) || looksLikeURL(text) {
		return
	}
	if p.words&wordCode != 0 || redact.AllowsValue(text) { // otherwise it may be the name of a type
		g.code.offer(score, i, text)
	}
}

// codeScore returns the score of a text as a code.
func (g *general) codeScore(p *place, text string, f *form) (score int) {
	better := func(applies bool, s int) {
		if applies && s > score {
			score = s
		}
	}
	w := p.words
	if f.isNumber() {
		return g.numberScore(p)
	}
	better(w&wordCode != 0 && w&wordAboutError != 0, 96)
	better(w&wordCode != 0, 90)
	better(w&wordNumber != 0 && p.isInMessage() && (f.isTypical() || f.digits > 0) && !looksLikeID(text, f), 70)
	better(w&wordError != 0 && f.isTypical(), 80)
	better(w&wordErrors != 0 && f.isTypical(), 75)
	better(w&wordError != 0 && f.digits > 0 && f.length < 16, 62)
	better(w&wordKind != 0 && p.isInError() && f.letters > 0, 70)
	better(w&wordKind != 0 && w&wordAboutError != 0 && f.letters > 0, 72)
	better(w&wordKind != 0 && f.isTypical() && p.strange == 0 && (w&wordLabel == 0 || isErrorName(text, f)), 58)
	better(w&wordStatus != 0 && f.isTypical(), 57)
	better(w&wordLabel != 0 && f.isSnake(text) && isErrorName(text, f), 40)
	better(w&(wordMessage|wordText) != 0 && f.isSnake(text) && !isLongID(text, f), 38)
	better(w&wordLabel != 0 && w&wordKind != 0 && f.lower == f.length, 24)
	better(w&wordText != 0 && w&wordKind != 0 && f.upper == f.length, 24)
	return score
}

// isErrorName reports whether a name is that of an error rather than of a thing: words with
// underscores, or with Error or Exception at the end.
func isErrorName(text string, f *form) bool {
	return f.digits == 0 && strings.IndexByte(text, '_') > 0 || strings.HasSuffix(text, "Error") || strings.HasSuffix(text, "Exception")
}

// offerMessage considers a text as the message.
func (g *general) offerMessage(i int32, p *place, text string, f form) {
	if p.about&wordIgnore != 0 || looksLikeURL(text) && f.spaces == 0 {
		return
	}
	score := g.messageScore(p, &f)
	if score == 0 || score+p.score() <= g.message.score || g.lexicon.isEmptyValue(text) {
		return
	}
	text = wholeLine(text)
	switch {
	case isPhrase(text, g.status):
		score -= scorePhrase
	case f.isTypical() || f.isNumber():
		score -= scoreToken
	case !f.isSentence():
		score -= scoreSentence
	}
	g.message.offer(score+p.score(), i, text)
}

// messageScore returns the score of the name of a message.
func (g *general) messageScore(p *place, f *form) (score int) {
	better := func(applies bool, s int) {
		if applies && s > score {
			score = s
		}
	}
	w, sentence := p.words, f.isSentence()
	better(w&wordMessage != 0 && w&wordAboutError != 0, 98)
	better(w&wordMessage != 0, 95)
	better(w&wordText != 0, 84)
	better(w&wordError != 0, 74)
	better(w&wordErrors != 0, 70)
	better(w&wordLabel != 0 && !f.isTypical(), 60)
	better(w&wordKind != 0 && sentence, 66)
	better(w&wordStatus != 0 && sentence, 50)
	better(w&wordContainer != 0 && sentence, 40)
	better(w&wordFields != 0 && sentence, 36)
	better(w&wordWhole != 0 && sentence, 38)
	better(w&wordCode != 0 && sentence, 34)
	better(w == 0 && sentence && p.about&wordMessage != 0, 88)
	better(w == 0 && sentence && (p.depth == 0 || p.isInError()), 28)
	return score
}

// isPercentEncoded reports whether a text is encoded as in a URL.
func isPercentEncoded(text string) bool {
	return strings.IndexByte(text, '%') >= 0 && (strings.Contains(text, "%20") || strings.Contains(text, "%3A"))
}

// splitCode splits a text into a code and the words behind it: ERR_SIZE: too large;
// [E-17] too large; 1929|Application|too large.
func (g *general) splitCode(text string) (code, rest string, ok bool) {
	if text[0] == '[' {
		if end := strings.IndexByte(text, ']'); end > 2 && end+2 < len(text) {
			if code = text[1:end]; isPrefixCode(code) || isDigits(code) {
				return code, strings.TrimLeft(text[end+1:], " :-"), true
			}
		}
		return "", "", false
	}
	text = g.withoutErrorWord(text)
	end := 0
	for end < len(text) && text[end] != ':' && text[end] != ' ' && text[end] != ',' && text[end] != '|' && text[end] != ';' {
		end++
	}
	if end < len(text) && (text[end] == '|' || text[end] == ';') && strings.Count(text, text[end:end+1]) >= 2 {
		return g.splitParts(text, text[end:end+1])
	}
	if end == len(text) || end == 0 || !isPrefixCode(text[:end]) && !(isDigits(text[:end]) && end >= 2) {
		return "", "", false
	}
	rest = strings.TrimLeft(text[end:], " ")
	if rest == "" || rest[0] != ':' && rest[0] != ',' && !strings.HasPrefix(rest, "- ") {
		return "", "", false
	}
	if rest = strings.TrimLeft(rest[1:], " "); rest == "" {
		return "", "", false
	}
	return text[:end], rest, true
}

// withoutErrorWord returns a text without the word for an error before a code: ERROR 17.
func (g *general) withoutErrorWord(text string) string {
	end := strings.IndexAny(text, " :")
	if end <= 0 || end >= 16 {
		return text
	}
	word, rest := text[:end], strings.TrimLeft(text[end:], ": ")
	if rest != "" && (isDigit(rest[0]) || isUpper(rest[0])) && g.lexicon.lookup(word)&(wordError|wordCode) != 0 {
		return rest
	}
	return text
}

// isDigits reports whether a text has digits only.
func isDigits(s string) bool {
	for i := range len(s) {
		if !isDigit(s[i]) {
			return false
		}
	}
	return s != ""
}

// splitParts splits a text of parts: the first one that may be a code is the code, and the
// longest one has the words.
func (g *general) splitParts(text, separator string) (code, rest string, ok bool) {
	for part := range strings.SplitSeq(text, separator) {
		part = strings.TrimSpace(part)
		if f := formOf(part); code == "" && f.isCode() && !g.lexicon.isEmptyValue(part) {
			code = part
		} else if len(part) > len(rest) && f.isSentence() {
			rest = part
		}
	}
	return code, rest, code != "" && rest != ""
}

// isPrefixCode reports whether the word before a colon is a code: upper-case letters
// with an underscore, or with digits.
func isPrefixCode(s string) bool {
	f := formOf(s)
	return f.isCode() && f.lower == 0 && f.upper >= 1 && f.length >= 3 && (strings.IndexByte(s, '_') > 0 || f.digits > 0 && isUpper(s[0]))
}
