package redact

// tokens are the words, numbers and symbols of a text.
type tokens struct {
	list [maxTokens]token
	n    int
}

// maxTokens bounds the tokens of a text. One with more of them has too many symbols
// for a sentence.
const maxTokens = 256

// token is a word, a number or a symbol. Not and the auxiliary verb before it are
// one token.
type token struct {
	start, end uint16
	id         uint16 // of a word of the vocabulary; 0 for another
	kind       tokenKind
	form       wordForm
	symbol     byte // a quotation mark of any kind is ", ' or `
}

type tokenKind uint8

const (
	wordToken tokenKind = iota
	numberToken
	symbolToken
	wideToken // letters outside of ASCII
)

// wordForm is how a word is written.
type wordForm uint8

const (
	startsUpper wordForm = 1 << iota
	innerUpper           // a capital letter after a small one
	hasLower
	hasUnderscore
	hasDigits
)

// split appends the tokens of a text. It reports whether the text has no more than
// maxTokens.
func (t *tokens) split(s string) bool {
	for i := 0; i < len(s); {
		c := s[i]
		kind := kinds[c]
		if kind == spaceByte {
			i++
			continue
		}
		if t.n == maxTokens {
			return false
		}
		tok := &t.list[t.n]
		*tok = token{start: uint16(i)}
		switch {
		case kind == letterByte || c == '_':
			i = tok.readWord(s, i)
		case kind == digitByte:
			tok.kind = numberToken
			for i++; i < len(s) && isWordByte(s[i]); i++ {
			}
		case kind == wideByte:
			i = tok.readWide(s, i)
		default:
			tok.kind, tok.symbol = symbolToken, c
			i++
		}
		tok.end = uint16(i)
		t.add(tok)
	}
	return true
}

// add appends the token at t.list[t.n], unless it is joined with the one before.
func (t *tokens) add(tok *token) {
	if tok.kind == wordToken && tok.id == vocabulary.not && t.n > 0 {
		if before := &t.list[t.n-1]; before.kind == wordToken && vocabulary.words[before.id].auxiliary {
			before.id, before.end = tok.id, tok.end
			return
		}
	}
	t.n++
}

// readWord reads a word with digits, underscores and apostrophes in it.
func (t *token) readWord(s string, i int) int {
	t.kind = wordToken
	start, lower := i, false
	if isUpper(s[i]) {
		t.form |= startsUpper
	}
	for ; i < len(s); i++ {
		switch c := s[i]; {
		case 'a' <= c && c <= 'z':
			lower = true
		case isUpper(c):
			if lower {
				t.form |= innerUpper
			}
		case c == '_':
			t.form |= hasUnderscore
		case isDigit(c):
			t.form |= hasDigits
		case c == '\'' && i+1 < len(s) && s[i-1]|0x20 == 'n' && s[i+1]|0x20 == 't' && i > start: // can't
			t.id = vocabulary.not
			return i + 2
		case kinds[c] == wideByte:
			if size, _ := wideQuote(s[i:]); size == 0 {
				return t.readWide(s, i)
			}
			t.finishWord(s[start:i], lower)
			return i
		default:
			t.finishWord(s[start:i], lower)
			return i
		}
	}
	t.finishWord(s[start:], lower)
	return i
}

func (t *token) finishWord(w string, lower bool) {
	if lower {
		t.form |= hasLower
	}
	if t.id = vocabulary.find(w); t.id != 0 && t.id == vocabulary.cannot {
		t.id = vocabulary.not
	}
}

// readWide reads a run of characters outside of ASCII. Quotation marks are symbols.
func (t *token) readWide(s string, i int) int {
	if size, mark := wideQuote(s[i:]); size > 0 {
		t.kind, t.symbol = symbolToken, mark
		return i + size
	}
	t.kind = wideToken
	for i++; i < len(s) && (kinds[s[i]] == wideByte || kinds[s[i]] == letterByte); i++ {
		if size, _ := wideQuote(s[i:]); size > 0 {
			break
		}
	}
	return i
}

// wideQuote returns the size of a typographic quotation mark at the start of s, and
// the ASCII form of it; 0 if there is none.
func wideQuote(s string) (size int, mark byte) {
	if len(s) >= 2 && s[0] == 0xc2 && (s[1] == 0xab || s[1] == 0xbb) { // « »
		return 2, '"'
	}
	if len(s) >= 3 && s[0] == 0xe2 && s[1] == 0x80 {
		switch s[2] {
		case 0x98, 0x99, 0x9a: // ‘ ’ ‚
			return 3, '\''
		case 0x9c, 0x9d, 0x9e: // “ ” „
			return 3, '"'
		}
	}
	return 0, 0
}
