package redact

import (
	"strings"
	"unicode/utf8"
)

// features are the characters and words in a text that determine which patterns are
// run. Most texts have none.
type features uint64

const (
	unreadable  features = 1 << iota // a control character, a second line, too long, markup
	letter                           // any letter
	paren                            // (
	backslash                        // \
	slash                            // /
	equals                           // =
	dash                             // three in a row
	digitColon                       // a colon before a digit
	doubleColon                      // two colons
	drive                            // a single letter, a colon and a slash
	digitDot                         // a dot between digits
	wordDot                          // a dot before a letter
	exception                        // a word with the suffix of an exception class
	typeColon                        // such a word before a colon
	lineNumber                       // the word line before a number
	quotedFile                       // the word file before a quote
	named                            // the name of a secret before a colon
	shaped                           // the prefix of a known format of secrets
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
	wordData  // a word of database messages
	wordTrace // a word of stack traces
	wordHost  // a word of host names
	wordDial  // a word of network failures
	wordBearer
)

// scan returns the features of a text, in one pass.
func scan(s string) (found features) {
	if len(s) > maxMessage && utf8.RuneCountInString(s) > maxMessage {
		return unreadable
	}
	var last features // of the word before
	for i := 0; i < len(s); {
		kind := kinds[s[i]]
		switch kind {
		case plainByte:
			i++
		case letterByte:
			start := i
			for i++; i < len(s) && kinds[s[i]] == letterByte; i++ {
			}
			last = letter
			w := s[start:i]
			if keywords.buckets[bucket(w)] != 0 {
				last |= keywordFeatures(w, s[i:])
			}
			if mayHaveAffix(w) {
				last |= affixFeatures(w)
			}
			found |= last &^ (named | typeColon)
		case wideByte:
			wide, size := wideFeatures(s[i:])
			found |= wide
			i += size
		default:
			found |= symbolFeatures(s, i, kind, last)
			i++
		}
	}
	return found
}

// keywordFeatures returns the features of a keyword. after is the text after it.
func keywordFeatures(w, after string) features {
	found := keywords.find(w)
	if found&lineNumber != 0 && (len(after) < 2 || !isDigit(after[1])) {
		found &^= lineNumber
	}
	if found&quotedFile != 0 && !strings.HasPrefix(after, ` "`) {
		found &^= quotedFile
	}
	return found
}

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
			found |= exception | typeColon
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
	wideByte // not ASCII
)

var kinds = func() (t [256]kind) {
	for c := range t {
		switch b := byte(c); {
		case 'a' <= b && b <= 'z', 'A' <= b && b <= 'Z':
			t[c] = letterByte
		case b < 0x20, b == 0x7f:
			t[c] = controlByte
		case b >= utf8.RuneSelf:
			t[c] = wideByte
		}
	}
	for c, k := range map[byte]kind{
		'(': parenByte, '/': slashByte, '\\': backslashByte, ':': colonByte, '.': dotByte, '=': equalsByte, '<': angleByte, '-': dashByte,
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
		return paren
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
	}
	return 0
}

func colonFeatures(before, next byte, last features) (found features) {
	found = last & (named | typeColon)
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
	return letter, size
}

func isWordByte(c byte) bool { return kinds[c] == letterByte || isDigit(c) || c == '_' }

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func isHexDigit(c byte) bool { return isDigit(c) || 'a' <= c|0x20 && c|0x20 <= 'f' }
