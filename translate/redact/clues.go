package redact

import "strings"

// A clue is a number for something that a text has: a word, two items that follow each
// other, or how something is written. Names, numbers and quoted words count by their
// form, because each program has its own.
type clue = uint32

// clueReader reads the clues of a text, sentence by sentence. scan calls it.
type clueReader struct {
	internal bool      // the clues of a sentence are those of a text about a program
	sum      int       // of the weights of the clues in the sentence
	words    int       // in it that are not names, numbers or in another alphabet
	seen     uint32    // the forms in it that were counted, by bit
	last     uint32    // the item before
	list     *[][]clue // all clues, for the generator of the model; nil for none
}

// The items that count by their form. A symbol is formSymbol and its character, a word
// is formWord or formPrefix and its hash.
const (
	formStart   uint32 = iota
	formEnd            // every sentence has it
	formType           // OrderModel
	formCamel          // orderId
	formSnake          // order_id
	formConst          // ORDER_ID
	formMixed          // a1b2
	formNumber         // 17
	formHex            // 0x1f
	formPart           // of a dotted name
	formWide           // letters outside of ASCII
	formQuoted         // 'total'
	formCapital        // a word that is not the first one starts with a capital
	formCaps           // a word of capitals
	formStop           // the sentence ends with a full stop
	formLower          // the sentence starts with a word in small letters
	formSymbol  = 1 << 8
	formWord    = 1 << hashBits
	formPrefix  = 2 << hashBits // the letters at the start of utf8
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

// Clues returns the clues of each sentence of a text, for the generator of the model.
func Clues(s string) [][]uint32 {
	list := [][]clue{nil}
	scanWith(s, &clueReader{list: &list})
	return list[:len(list)-1]
}

func (c *clueReader) add(clue clue) {
	c.sum += weightOf(clue)
	if c.list != nil {
		c.note(clue)
	}
}

func (c *clueReader) note(clues ...clue) {
	last := len(*c.list) - 1
	(*c.list)[last] = append((*c.list)[last], clues...)
}

// addItem adds an item and the one before it.
func (c *clueReader) addItem(item uint32) {
	c.add(newClue(cluePair, c.last, item))
	c.last = item
}

// addWord adds a word, alone and with the item before it. weight is that of the word alone.
func (c *clueReader) addWord(item uint32, weight int) {
	pair := newClue(cluePair, c.last, item)
	c.sum += weight + weightOf(pair)
	c.last = item
	c.words++
	if c.list != nil {
		c.note(newClue(clueItem, 0, item), pair)
	}
}

// isPlain is a fast check: it reports whether a word of small letters is one of a sentence,
// and nothing around it says more about it. readWord decides about all others.
func (c *clueReader) isPlain(s string, start, end int) bool {
	if start == 0 || s[start-1] != ' ' {
		return false
	}
	return end < len(s) && s[end] == ' ' || c.last != formStart && (end == len(s) || s[end] == ',')
}

// addForm adds a form, once in a sentence.
func (c *clueReader) addForm(form uint32) {
	if c.seen&(1<<form) == 0 {
		c.seen |= 1 << form
		c.add(newClue(clueItem, 0, form))
	}
}

// endSentence judges a sentence.
func (c *clueReader) endSentence(symbol byte) {
	if symbol == '.' {
		c.addForm(formStop)
	}
	c.addForm(formEnd)
	c.addItem(formEnd)
	c.internal = c.internal || c.soundsInternal()
	if c.list != nil {
		*c.list = append(*c.list, nil)
	}
	c.sum, c.words, c.seen, c.last = 0, 0, 0, formStart
}

// readItem reads the item at s[i], which is no space, and returns where it ends.
func (c *clueReader) readItem(s string, i int) int {
	switch kind := kinds[s[i]]; {
	case kind == letterByte || s[i] == '_':
		return c.readWord(s, i)
	case kind == digitByte:
		return c.readNumber(s, i)
	case kind == wideByte:
		return c.readWide(s, i)
	case kind == quoteByte:
		return c.readQuoted(s, i)
	}
	c.addItem(formSymbol | uint32(s[i]))
	if isOneOf(s[i], ".!?") && byteAt(s, i+1) == ' ' && isUpper(byteAt(s, i+2)) {
		c.endSentence(s[i])
	}
	return i + 1
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
	end, form, prefix := readForm(s, start)
	item := itemWith(s[start:end], form, prefix)
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
	if c.last == formStart && !isUpper(s[start]) {
		c.addForm(formLower)
	}
	if isUpper(s[start]) {
		switch {
		case end-start > 1 && isUpper(s[end-1]):
			c.addForm(formCaps)
		case c.last != formStart:
			c.addForm(formCapital)
		}
	}
	c.addWord(item, weightOf(newClue(clueItem, 0, item)))
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
	_, form, prefix := readForm(w, 0)
	return itemWith(w, form, prefix)
}

// characterForms are the forms that the characters of a word give it. startsUpper is
// that of all capitals.
var characterForms = func() (t [256]wordForm) {
	for c := range t {
		switch b := byte(c); {
		case 'a' <= b && b <= 'z':
			t[c] = hasLower
		case isUpper(b):
			t[c] = startsUpper
		case b == '_':
			t[c] = hasUnderscore
		case isDigit(b):
			t[c] = hasDigits
		}
	}
	return t
}()

// readForm reads a word. It returns where it ends, the forms in it, and the number of
// characters before the first digit.
func readForm(s string, start int) (end int, form wordForm, prefix int) {
	i, prefix := start, -1
	for ; i < len(s); i++ {
		f := characterForms[s[i]]
		if f == 0 {
			break
		}
		if f == hasDigits && form&hasDigits == 0 {
			prefix = i - start
		}
		form |= f | f&startsUpper<<1&(form&hasLower>>1) // innerUpper
	}
	return i, form, prefix
}

func itemWith(w string, form wordForm, prefix int) uint32 {
	switch {
	case form&(innerUpper|hasUnderscore|hasDigits) == 0:
		return formWord | hash(w)
	case form&(hasUnderscore|hasLower) == hasUnderscore|hasLower:
		return formSnake
	case form&hasUnderscore != 0:
		return formConst
	case form&innerUpper != 0 && isUpper(w[0]):
		return formType
	case form&innerUpper != 0:
		return formCamel
	case prefix >= 3:
		return formPrefix | hash(w[:prefix])
	}
	return formMixed
}
