package translate

import (
	"strings"

	"github.com/tidwall/gjson"

	"github.com/koine-proxy/koine/translate/redact"
)

// pageScores are how likely the text of an element is what the page says. Titles and
// headings are labels; the sentence is in a paragraph.
var pageScores = map[string]int{
	"p": 90, "pre": 82, "h1": 74, "h2": 76, "h3": 66, "blockquote": 70, "strong": 58, "b": 58, "em": 50, "center": 56, "td": 54, "dd": 60, "li": 52,
	"span": 50, "div": 60, "font": 52, "title": 62, "body": 48, "fieldset": 40, "legend": 40, "i": 30, "u": 30, "h4": 50,
}

// choosePage reads a page: its members are kinds of elements with their texts.
func (g *general) choosePage() {
	g.clear()
	for i := range g.members {
		m := &g.members[i]
		name, index := m.key, 0
		if g.places[i].element && m.parent >= 0 {
			name, index = g.members[m.parent].key, int(g.places[i].order)
		}
		if m.value.Type == gjson.String && pageScores[name] > 0 {
			g.offerPart(int32(i), name, index, m.value.Str)
		}
	}
	if g.message.text == "" {
		for i := range g.members {
			if m := &g.members[i]; m.key == "text" && m.parent < 0 && m.value.Type == gjson.String && !g.saysNothing(m.value.Str) {
				g.message.offer(scoreMinimum+1, int32(i), m.value.Str)
			}
		}
	}
}

// offerPart considers the text of an element as the message.
func (g *general) offerPart(i int32, name string, index int, text string) {
	if label, id, ok := strings.Cut(text, ":"); ok && len(label) < 20 && g.lexicon.lookup(label)&wordRequestID != 0 {
		p, id := place{words: wordRequestID}, strings.TrimSpace(id)
		g.offerText(-1, &p, id)
		return
	}
	bonus := 0
	text, bonus = g.withoutHeading(g.withoutLabel(text))
	f := formOf(text)
	score := pageScores[name] - 3*min(index, 8) + bonus
	switch {
	case f.letters < 3 || g.lexicon.isEmptyValue(text):
		return
	case isPhrase(text, g.status):
		score -= 50
		text = text[len(text)-len(Phrase(g.status)):]
	case strings.IndexByte("#/{[<@*", text[0]) >= 0:
		score -= 40 // source code
	case strings.HasSuffix(text, ":"), endsWithURL(text), strings.IndexByte(text, '@') > 0:
		score -= 70
	case !redact.AllowsMessage(text):
		score -= 6
	case !f.isSentence():
		score -= 35
	case f.length > maxFormed && name != "p" && name != "pre":
		score -= 20
	case strings.HasSuffix(text, "."), f.words >= 6 && name != "pre":
		score += 8
	case f.words < 3 && name == "p":
		score -= 25
	case f.words < 4 && !strings.ContainsAny(text, ".!?"):
		score -= 12
	}
	g.message.offer(score, i, text)
}

// withoutHeading returns the words behind a heading in the same paragraph, such as Message
// or Description, and what the heading adds to their score.
func (g *general) withoutHeading(text string) (rest string, score int) {
	word, rest, ok := strings.Cut(text, " ")
	if !ok || rest == "" || len(word) > 20 || !isUpper(word[0]) || !isUpper(rest[0]) {
		return text, 0
	}
	switch words := g.lexicon.lookup(word); {
	case words&wordMessage != 0:
		return rest, 12
	case words&wordText != 0:
		return rest, 0
	case words&wordKind != 0:
		return text, -40
	}
	return text, 0
}

// endsWithURL reports whether the last word of a text is a URL: the text tells what was
// requested, rather than why it failed.
func endsWithURL(text string) bool {
	last := text[strings.LastIndexByte(text, ' ')+1:]
	return strings.Contains(last, "://")
}
