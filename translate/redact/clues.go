package redact

import "strings"

// A clue is a number for something that a text has: a word, two items that follow each
// other, or how something is written. Names, numbers and quoted words count by their
// form, because each program has its own.
type clue = uint32

// clueReader reads the clues of a text.
type clueReader struct {
	sum   int     // of the weights of the clues
	list  *[]clue // all clues, for the generator of the model; nil for none
	words int     // that are not names, numbers or in another alphabet
	seen  uint32  // the forms that were counted, by bit
	last  uint32  // the item before
}

// The items that count by their form. A symbol is formSymbol and its character, a word
// is formWord or formPrefix and its hash.
const (
	formStart  uint32 = iota
	formEnd           // every text has it
	formType          // OrderModel
	formCamel         // orderId
	formSnake         // order_id
	formConst         // ORDER_ID
	formMixed         // a1b2
	formNumber        // 17
	formHex           // 0x1f
	formPart          // of a dotted name
	formWide          // letters outside of ASCII
	formQuoted        // 'total'
	formCapital       // a word that is not the first one starts with a capital
	formCaps          // a word of capitals
	formStop          // the text ends with a full stop
	formLower         // the text starts with a small letter
	formSymbol = 1 << 8
	formWord   = 1 << hashBits
	formPrefix = 2 << hashBits // the letters at the start of utf8
)

// The kinds of clues.
const (
	clueItem   uint32 = 0x9e3779b1
	cluePair   uint32 = 0x85ebca6b
	clueQuoted uint32 = 0x27d4eb2f // a word in quotation marks
)

func newClue(kind, a, b uint32) clue {
	x := (a*0x01000193 ^ b) * kind
	return (x ^ x>>15) * 0x2c1b3c6d
}

// Clues returns the clues of a text, for the generator of the model.
func Clues(s string) []uint32 {
	list := []clue{}
	c := clueReader{list: &list}
	c.read(s)
	return list
}

func (c *clueReader) add(clue clue) {
	c.sum += weightOf(clue)
	if c.list != nil {
		*c.list = append(*c.list, clue)
	}
}

// addItem adds an item and the one before it.
func (c *clueReader) addItem(item uint32) {
	c.add(newClue(cluePair, c.last, item))
	c.last = item
}

// addForm adds a form, once in a text.
func (c *clueReader) addForm(form uint32) {
	if c.seen&(1<<form) == 0 {
		c.seen |= 1 << form
		c.add(newClue(clueItem, 0, form))
	}
}

// read reads the clues of a text.
func (c *clueReader) read(s string) {
	c.last = formStart
	if s != "" && kinds[s[0]] == letterByte && !isUpper(s[0]) {
		c.addForm(formLower)
	}
	for i := 0; i < len(s); {
		switch kind := kinds[s[i]]; {
		case kind == letterByte || s[i] == '_':
			i = c.readWord(s, i)
		case kind == spaceByte:
			i++
		case kind == digitByte:
			i = c.readNumber(s, i)
		case kind == wideByte:
			i = c.readWide(s, i)
		case kind == quoteByte:
			i = c.readQuoted(s, i)
		default:
			c.addItem(formSymbol | uint32(s[i]))
			i++
		}
	}
	if strings.HasSuffix(s, ".") {
		c.addForm(formStop)
	}
	c.addForm(formEnd)
	c.addItem(formEnd)
}

func (c *clueReader) readNumber(s string, start int) int {
	i := endOfWord(s, start)
	form := formNumber
	switch {
	case i-start > 2 && s[start] == '0' && s[start+1]|0x20 == 'x':
		form = formHex
	case kinds[s[i-1]] != digitByte:
		form = formMixed
	}
	c.addForm(form)
	c.addItem(form)
	return i
}

// readWide reads letters outside of ASCII, and those next to them, or a typographic
// quotation mark.
func (c *clueReader) readWide(s string, i int) int {
	if size, mark := wideQuote(s[i:]); size > 0 {
		c.addItem(formSymbol | uint32(mark))
		return i + size
	}
	for i++; i < len(s) && (kinds[s[i]] == wideByte || kinds[s[i]] == letterByte); i++ {
	}
	c.addForm(formWide)
	c.addItem(formWide)
	return i
}

// readQuoted reads a quotation mark or, if there is no more, a word between two.
func (c *clueReader) readQuoted(s string, i int) int {
	end := i + 1
	for end < len(s) && (isWordByte(s[end]) || s[end] == '.') {
		end++
	}
	if end == len(s) || s[end] != s[i] || end == i+1 || i > 0 && isWordByte(s[i-1]) {
		c.addItem(formSymbol | '"')
		return i + 1
	}
	item := itemOf(s[i+1 : end])
	if strings.IndexByte(s[i+1:end], '.') >= 0 {
		item = formPart
	}
	c.add(newClue(clueQuoted, 0, item))
	c.addItem(formQuoted)
	return end + 1
}

func (c *clueReader) readWord(s string, start int) int {
	end := endOfWord(s, start)
	item := itemOf(s[start:end])
	before, after := byteAt(s, start-1), byteAt(s, end)
	next := end
	switch {
	case kinds[before] == wideByte || kinds[after] == wideByte:
		if size, _ := wideQuote(s[end:]); size == 0 {
			item = formWide
		}
	case after == '\'' && kinds[byteAt(s, end+1)] == letterByte: // can't
		next = endOfWord(s, end+1)
	case item >= formSymbol && (joinsWords(before, byteAt(s, start-2)) || joinsWords(after, byteAt(s, end+1))):
		item = formPart
	}
	if item < formSymbol {
		c.addForm(item)
		c.addItem(item)
		return next
	}
	if isUpper(s[start]) {
		switch {
		case end-start > 1 && isUpper(s[end-1]):
			c.addForm(formCaps)
		case start > 0:
			c.addForm(formCapital)
		}
	}
	c.words++
	c.add(newClue(clueItem, 0, item))
	c.addItem(item)
	return next
}

func endOfWord(s string, i int) int {
	for i < len(s) && isWordByte(s[i]) {
		i++
	}
	return i
}

// joinsWords reports whether a symbol next to a word joins it to another one; next is
// the character on the other side.
func joinsWords(symbol, next byte) bool {
	return (symbol == '.' || symbol == '\\') && kinds[next] == letterByte || symbol == ':' && next == ':'
}

// itemOf returns the item that a word is.
func itemOf(w string) uint32 {
	var lower, inner, underscore bool
	digit := -1
	for i := range len(w) {
		switch b := w[i]; {
		case 'a' <= b && b <= 'z':
			lower = true
		case b == '_':
			underscore = true
		case isUpper(b):
			inner = inner || lower
		case digit < 0:
			digit = i
		}
	}
	switch {
	case underscore && lower:
		return formSnake
	case underscore:
		return formConst
	case inner && isUpper(w[0]):
		return formType
	case inner:
		return formCamel
	case digit >= 3:
		return formPrefix | hash(w[:digit])
	case digit >= 0:
		return formMixed
	}
	return formWord | hash(w)
}
