package redact

import (
	"strings"
	"unicode/utf8"
)

// features are the characters and words in a text that determine which rules are
// asked. Most texts have none.
type features uint64

const (
	unreadable   features = 1 << iota // a control character, a second line, too long, markup
	letter                            // any letter
	paren                             // (
	emptyCall                         // () after a word
	call                              // ( after a word, without a space
	dollar                            // $ before a letter or {
	backslash                         // \
	slash                             // /
	equals                            // =
	dash                              // three in a row
	digitColon                        // a colon before a digit
	doubleColon                       // two colons
	drive                             // a single letter, a colon and a slash
	digitDot                          // a dot between digits
	wordDot                           // a dot before a letter
	exception                         // a word with the suffix of an exception class
	named                             // the name of a secret before a colon
	packageColon                      // the name of a package or the level of a log before a colon
	shaped                            // the prefix of a known format of secrets
	quoted                            // a quotation mark before a word
	brace                             // { or [
	mixed                             // a digit next to a letter
	manyDigits                        // as many digits as a card or account number has
	long                              // a word of at least longWord bytes
	digitDash                         // a dash between digits
	podName                           // a dash before the five last characters of a word
	wordAt
	wordSelect
	wordInsert
	wordUpdate
	wordDelete
	wordTable
	wordChange // drop, alter, create, truncate
	wordFrom
	wordInto
	wordSet
	wordWhere
	wordHost      // a word of host names
	wordScheme    // the name of an authentication scheme
	wordSecret    // the name of a secret
	technical     // words of programs, or the anchor of a phrase
	wide          // a letter outside of ASCII
	someDigits    // as many digits as the shortest secret number has
	foreignSecret // the name of a secret in another language
	internal      // the words of texts about the insides of programs
)

// transient are the features of a word that count only if a colon follows.
const transient = named | packageColon

// scan returns the features of a text, in one pass.
func scan(s string) features {
	return scanWith(s, &clueReader{})
}

// scanWith reads the clues of a text, too.
func scanWith(s string, c *clueReader) (found features) {
	if len(s) > maxMessage && utf8.RuneCountInString(s) > maxMessage {
		return unreadable
	}
	var last features // of the word before
	digits, space := 0, -1
	before := uint16(0) // the id of the word before
	next := 0           // where the next clue starts
	for i := 0; i < len(s); {
		kind := kinds[s[i]]
		if i >= next && kind != letterByte && kind != spaceByte {
			next = c.readItem(s, i)
		}
		switch kind {
		case plainByte:
			i++
		case spaceByte:
			if i-space > longWord {
				found |= long
			}
			space = i
			i++
		case digitByte:
			start := i
			for i++; i < len(s) && kinds[s[i]] == digitByte; i++ {
			}
			digits += i - start
			if i < len(s) && kinds[s[i]] == letterByte || start > 0 && kinds[s[start-1]] == letterByte {
				found |= mixed
			}
		case letterByte:
			start, small := i, s[i]
			for i++; i < len(s) && kinds[s[i]] == letterByte; i++ {
				small &= s[i] // keeps the bit of small letters if all are small
			}
			last = letter
			w := s[start:i]
			h := hash(w)
			if small&0x20 != 0 && c.isPlain(s, start, i) {
				c.addWord(formWord|h, int(wordWeights[h]))
			} else if start >= next {
				next = c.readItem(s, start)
			}
			id := vocabulary.findHash(w, h)
			if id != 0 {
				known := &vocabulary.words[id]
				last |= known.featuresBefore(s[i:])
				if before != 0 && vocabulary.mayBePhrase(before, id) {
					last |= technical
				}
			}
			before = id
			if small&0x20 == 0 && mayHaveAffix(w) {
				last |= affixFeatures(w)
			}
			found |= last &^ transient
			if i < len(s) && s[i] == ' ' { // as below, but faster
				if i-space > longWord {
					found |= long
				}
				space = i
				i++
			}
		case wideByte:
			features, size := wideFeatures(s[i:])
			found |= features
			i += size
		default:
			found |= symbolFeatures(s, i, kind, last)
			i++
		}
	}
	if c.endSentence(byteAt(s, len(s)-1)); c.internal && space >= 0 { // not a code: invalid-date
		found |= internal
	}
	if digits >= 3 {
		found |= someDigits
	}
	if digits >= minAccountDigits {
		found |= manyDigits
	}
	if len(s)-space > longWord {
		found |= long
	}
	return found
}

// longWord is the length from which on a word may be a token, in bytes.
const longWord = 34

// featuresBefore returns the features of a word if after is the text after it.
func (w *vocabularyWord) featuresBefore(after string) features {
	found := w.features
	if found&shaped != 0 && (after == "" || !isJoint(after[0])) {
		found &^= shaped
	}
	return found
}

// isJoint reports whether a character joins the prefix of a secret to the rest.
func isJoint(c byte) bool { return c == '_' || c == '-' || c == '.' || c == '/' || isDigit(c) }

// mayHaveAffix is a fast check: if it reports false, affixFeatures finds nothing.
func mayHaveAffix(w string) bool {
	n := len(w)
	return n >= 5 && (w[n-5] == 'E' || w[n-5] == 'F' || (n >= 9 && w[n-9] == 'E')) ||
		n >= 3 && (w[0] == 'A' || w[0] == 'e') && w[2] <= 'Z' || n >= 4 && w[0] == 'A' && w[1] == 'I'
}

// affixFeatures returns the features of the suffix and the prefix of a word.
func affixFeatures(w string) (found features) {
	for _, suffix := range [...]string{"Exception", "Error", "Fault"} {
		if strings.HasSuffix(w, suffix) {
			found |= exception
		}
	}
	for _, prefix := range [...]string{"AIza", "AKIA", "ASIA", "eyJ"} {
		if strings.HasPrefix(w, prefix) {
			found |= shaped
		}
	}
	return found
}

// kind is the kind of a byte.
type kind uint8

const (
	plainByte kind = iota
	letterByte
	controlByte
	parenByte
	slashByte
	backslashByte
	colonByte
	dotByte
	equalsByte
	angleByte
	dashByte
	spaceByte
	digitByte
	quoteByte
	braceByte
	dollarByte
	wideByte // not ASCII
)

var kinds = func() (t [256]kind) {
	for c := range t {
		switch b := byte(c); {
		case 'a' <= b && b <= 'z', 'A' <= b && b <= 'Z':
			t[c] = letterByte
		case '0' <= b && b <= '9':
			t[c] = digitByte
		case b < 0x20, b == 0x7f:
			t[c] = controlByte
		case b >= utf8.RuneSelf:
			t[c] = wideByte
		}
	}
	for c, k := range map[byte]kind{
		'(': parenByte, '/': slashByte, '\\': backslashByte, ':': colonByte, '.': dotByte, '=': equalsByte, '<': angleByte, '-': dashByte,
		' ': spaceByte, '"': quoteByte, '\'': quoteByte, '`': quoteByte, '$': dollarByte, '{': braceByte, '[': braceByte,
	} {
		t[c] = k
	}
	return t
}()

// symbolFeatures returns the features of the symbol at s[i]. last are the features
// of the word before it.
func symbolFeatures(s string, i int, k kind, last features) features {
	before, next := byte(' '), byte(' ')
	if i > 0 {
		before = s[i-1]
	}
	if i+1 < len(s) {
		next = s[i+1]
	}
	switch k {
	case controlByte:
		return unreadable
	case parenByte:
		if next == ')' && isWordByte(before) {
			return paren | emptyCall
		}
		if isWordByte(before) {
			return paren | call
		}
		return paren
	case dollarByte:
		if kinds[next] == letterByte || next == '{' || next == '_' {
			return dollar
		}
	case slashByte:
		return slash
	case backslashByte:
		return backslash
	case equalsByte:
		return equals
	case colonByte:
		if next == '/' && kinds[before] == letterByte && (i < 2 || !isWordByte(s[i-2])) {
			return drive
		}
		if mayEndSecret(s[max(0, i-maxNameEnd):i]) {
			last |= named
		}
		return colonFeatures(before, next, last)
	case dotByte:
		return dotFeatures(before, next)
	case angleByte:
		if kinds[next] == letterByte || next == '/' || next == '!' || next == '?' {
			return unreadable // markup
		}
	case dashByte:
		if before == '-' && next == '-' {
			return dash
		}
		var found features
		if isDigit(before) && isDigit(next) {
			found = digitDash
		}
		if endsAt(s, i+6) || endsAt(s, i+5) {
			found |= podName
		}
		return found
	case quoteByte:
		if !isWordByte(before) {
			return quoted
		}
	case braceByte:
		return brace
	}
	return 0
}

// endsAt reports whether a word may end at a position.
func endsAt(s string, i int) bool { return i == len(s) || i < len(s) && !isWordByte(s[i]) }

// maxNameEnd is how many bytes before a colon are looked at for the end of a name.
const maxNameEnd = 8

func colonFeatures(before, next byte, last features) (found features) {
	found = last & transient
	if kinds[before] == wideByte {
		found |= named // possibly, in another language
	}
	switch {
	case next == ':':
		found |= doubleColon
	case isDigit(next):
		found |= digitColon
	}
	if isHexDigit(before) && isHexDigit(next) {
		found |= doubleColon // possibly of an IPv6 address
	}
	return found
}

func dotFeatures(before, next byte) features {
	switch {
	case isDigit(before) && isDigit(next):
		return digitDot
	case kinds[next] == letterByte:
		return wordDot
	}
	return 0
}

// wideFeatures returns the features of the character outside of ASCII at the start
// of s. Line separators, characters that change the direction of writing and
// invalid UTF-8 are unreadable.
func wideFeatures(s string) (found features, size int) {
	r, size := utf8.DecodeRuneInString(s)
	switch {
	case r == utf8.RuneError && size == 1,
		r <= 0x9f, r == 0x2028, r == 0x2029, r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069, r == 0xfeff:
		return unreadable, size
	}
	if r == '：' {
		return letter | wide | named, size
	}
	return letter | wide, size
}

func isWordByte(c byte) bool { return kinds[c] == letterByte || isDigit(c) || c == '_' }

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func isHexDigit(c byte) bool { return isDigit(c) || 'a' <= c|0x20 && c|0x20 <= 'f' }
