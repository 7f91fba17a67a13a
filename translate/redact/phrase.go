package redact

import "strings"

// atom is a part of a phrase: one token, or a sequence of them.
type atom struct {
	kind atomKind
	ids  []uint16 // of the words, one of which the token must be
	c    byte     // of a symbol
}

type atomKind uint8

const (
	literalWord atomKind = iota
	anyWord
	snakeWord // a word with an underscore
	codeWord  // a word that looks like the name of a variable
	anyNumber
	symbol
	quotedText
	backquotedText
	someTokens // at most maxGap
	atStart
	atEnd
)

// atomSigns are the kinds of atoms that phrases write as a sign.
var atomSigns = map[string]atomKind{
	"W": anyWord, "W_": snakeWord, "I": codeWord, "N": anyNumber, "Q": quotedText, "B": backquotedText,
	"G": someTokens, "^": atStart, "$": atEnd,
}

// maxGap is the number of tokens that the atom G stands for.
const maxGap = 8

// phrase is a compiled line of phrases.
type phrase struct {
	atoms  []atom
	anchor int // the atom at which the phrase is looked up
}

// addPhrases compiles lines of phrases, and adds them to the words that are their
// anchors. Lines that start with # are comments. A line has words, in lower case,
// numbers and symbols; x|y is one of two, and
//
//	W any word    I a word in the form of a variable    W_ a word with an underscore
//	N a number    Q a text in quotation marks           B a text in backquotes
//	G up to eight tokens      ^ the start    $ the end
//	! not, cannot, unable to or failed to
func (t *vocabularyTable) addPhrases(lines string) {
	for line := range strings.SplitSeq(lines, "\n") {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "# ") {
			continue
		}
		for _, form := range expand(line) {
			p := t.compilePhrase(form)
			for _, anchor := range p.atoms[p.anchor].ids {
				w := &t.words[anchor]
				w.phrases = append(w.phrases, p)
			}
			t.addGate(&p)
		}
	}
}

// addGate makes scan find texts that may have a phrase: by two of its words that
// follow each other or, if it has none, by its anchor.
func (t *vocabularyTable) addGate(p *phrase) {
	first, best := -1, 0
	for i := 1; i < len(p.atoms); i++ {
		a, b := &p.atoms[i-1], &p.atoms[i]
		if a.kind != literalWord || b.kind != literalWord || b.ids[0] == t.not || !t.areLetters(a) || !t.areLetters(b) {
			continue
		}
		if n := t.rarityOf(a) + t.rarityOf(b); n >= best {
			first, best = i-1, n
		}
	}
	if first < 0 {
		for _, anchor := range p.atoms[p.anchor].ids {
			t.addTechnical(t.words[anchor].text)
		}
		return
	}
	for _, a := range p.atoms[first].ids {
		for _, b := range p.atoms[first+1].ids {
			h := pairHash(a, b)
			t.pairs[h>>6] |= 1 << (h & 63)
		}
	}
}

// areLetters reports whether scan reads the words of an atom as a whole.
func (t *vocabularyTable) areLetters(a *atom) bool {
	for _, id := range a.ids {
		if strings.Trim(t.words[id].text, "abcdefghijklmnopqrstuvwxyz") != "" {
			return false
		}
	}
	return true
}

func (t *vocabularyTable) rarityOf(a *atom) int {
	words := make([]string, len(a.ids))
	for i, id := range a.ids {
		words[i] = t.words[id].text
	}
	return rarity(words)
}

// expand returns the phrases that a line stands for: those of ! and of alternatives
// that are not words.
func expand(line string) (forms []string) {
	if rest, ok := strings.CutPrefix(line, "! "); ok {
		return append(expand("not "+rest), expand("unable|failed|fails to "+rest)...)
	}
	for text := range strings.FieldsSeq(line) {
		if len(text) == 1 || !strings.Contains(text, "|") || !strings.ContainsFunc(text, func(r rune) bool { return r != '|' && r != '_' && (r < 'a' || r > 'z') && !isDigit(byte(r)) }) {
			continue
		}
		for one := range strings.SplitSeq(text, "|") {
			forms = append(forms, expand(strings.Replace(" "+line+" ", " "+text+" ", " "+one+" ", 1))...)
		}
		return forms
	}
	return []string{line}
}

// rarity says how well alternatives serve as an anchor: long words are rare in other
// sentences, except for everyday words.
func rarity(words []string) int {
	least := 100
	for _, w := range words {
		n := 4 * len(w)
		switch {
		case strings.Contains(functionWords, " "+w+" "):
			n = 1
		case strings.Contains(everydayWords, " "+w+" "):
			n = 2 + len(w)/4
		}
		least = min(least, n)
	}
	return least
}

// functionWords and everydayWords are words of many sentences. They are anchors only
// of phrases without others.
const (
	functionWords = " the a an of to in on at is was be by for not no or and has have been it as with too few one more than that this from into its are time after new "
	everydayWords = " changed closed during position number missing expected before after already another without invalid unexpected failed required unable cannot while value values" +
		" error message order name type field content request because address service operation system command response account available possible contains supported received returned" +
		" waiting connection transaction permission resource document character characters property parameter attempt update delete insert unknown present longer allowed exception line" +
		" date time must should does only other code limit year month hour second string object text file process processing server temporarily exceeded denied declared arguments start" +
		" memory opened space remote route password found valid key token table session user list empty use used wrong format class exist exists host query again cancelled canceled" +
		" internal mail left row length long image support match non function new duplicate size path view access column such input digit driver authentication argument reset data" +
		" read certificate index symbol clients reference one left out out connect read-only element elements own close open state add remove removed result "
)

// compilePhrase compiles one phrase. Its anchor is its rarest word.
func (t *vocabularyTable) compilePhrase(line string) (p phrase) {
	best := 0
	for text := range strings.FieldsSeq(line) {
		a := atom{kind: symbol, c: text[0]}
		if kind, ok := atomSigns[text]; ok {
			a.kind = kind
		}
		if isDigit(text[0]) {
			a.kind = anyNumber
		}
		if kinds[text[0]] == letterByte && !isUpper(text[0]) {
			a.kind = literalWord
			words := strings.Split(text, "|")
			for _, w := range words {
				a.ids = append(a.ids, t.add(w))
			}
			if text == "cannot" {
				a.ids, text = []uint16{t.not}, "not"
			}
			if text == "not" && len(p.atoms) > 0 && t.isAuxiliaryAtom(&p.atoms[len(p.atoms)-1]) {
				p.atoms = p.atoms[:len(p.atoms)-1] // as tokens.add does
			}
			if n := rarity(words); n > best || p.anchor == len(p.atoms) {
				best, p.anchor = n, len(p.atoms)
			}
		}
		p.atoms = append(p.atoms, a)
	}
	return p
}

// isAuxiliaryAtom reports whether an atom is a verb that is joined with the word not
// after it.
func (t *vocabularyTable) isAuxiliaryAtom(a *atom) bool {
	return a.kind == literalWord && t.words[a.ids[0]].auxiliary
}

// matches reports whether the phrase is in a text, its anchor at tokens[at].
func (p *phrase) matches(t *tokens, at int) bool {
	if !t.matchForward(p.atoms[p.anchor+1:], at+1) {
		return false
	}
	return t.matchBackward(p.atoms[:p.anchor], at-1)
}

// matchForward reports whether the tokens from i on start with the atoms.
func (t *tokens) matchForward(atoms []atom, i int) bool {
	for len(atoms) > 0 {
		a := &atoms[0]
		atoms = atoms[1:]
		switch a.kind {
		case atStart:
			return false
		case atEnd:
			return i == t.n || i == t.n-1 && t.list[i].symbol == '.'
		case someTokens:
			for j := i; j < min(i+maxGap, t.n); j++ {
				if t.matchForward(atoms, j) {
					return true
				}
			}
			return false
		case quotedText, backquotedText:
			end := t.closingQuote(i, a.kind == backquotedText)
			if end < 0 {
				return false
			}
			i = end + 1
		default:
			if i >= t.n || !t.list[i].is(a) {
				return false
			}
			i++
		}
	}
	return true
}

// matchBackward reports whether the tokens up to i end with the atoms.
func (t *tokens) matchBackward(atoms []atom, i int) bool {
	for len(atoms) > 0 {
		a := &atoms[len(atoms)-1]
		atoms = atoms[:len(atoms)-1]
		switch a.kind {
		case atStart:
			return i < 0
		case atEnd:
			return false
		case someTokens:
			for j := i; j >= max(i-maxGap, 0); j-- {
				if t.matchBackward(atoms, j) {
					return true
				}
			}
			return false
		case quotedText, backquotedText:
			start := t.openingQuote(i, a.kind == backquotedText)
			if start < 0 {
				return false
			}
			i = start - 1
		default:
			if i < 0 || !t.list[i].is(a) {
				return false
			}
			i--
		}
	}
	return true
}

// is reports whether a token is what an atom says.
func (t *token) is(a *atom) bool {
	switch a.kind {
	case literalWord:
		for _, id := range a.ids {
			if id == t.id {
				return true
			}
		}
		return false
	case anyWord:
		return t.kind == wordToken
	case snakeWord:
		return t.kind == wordToken && t.form&hasUnderscore != 0
	case codeWord:
		return t.kind == wordToken && (t.form&startsUpper == 0 || t.form&innerUpper != 0)
	case anyNumber:
		return t.kind == numberToken
	case symbol:
		return t.kind == symbolToken && t.symbol == a.c
	}
	return false
}

// maxQuoted is the number of tokens in a quoted text that a phrase may have.
const maxQuoted = 12

// closingQuote returns the position of the quotation mark that closes the one at i;
// -1 if there is none.
func (t *tokens) closingQuote(i int, backquote bool) int {
	if i >= t.n || !isQuote(&t.list[i], backquote) {
		return -1
	}
	for j := i + 1; j < min(i+2+maxQuoted, t.n); j++ {
		if isQuote(&t.list[j], false) {
			return j
		}
	}
	return -1
}

// openingQuote returns the position of the quotation mark that opens the one at i.
func (t *tokens) openingQuote(i int, backquote bool) int {
	if i < 0 || !isQuote(&t.list[i], backquote) {
		return -1
	}
	for j := i - 1; j >= max(i-1-maxQuoted, 0); j-- {
		if isQuote(&t.list[j], false) {
			return j
		}
	}
	return -1
}

func isQuote(t *token, backquote bool) bool {
	return t.kind == symbolToken && (t.symbol == '`' || !backquote && (t.symbol == '"' || t.symbol == '\''))
}
