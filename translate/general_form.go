package translate

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// form is the form of a text.
type form struct {
	length   int
	negative bool // it starts with a minus sign
	spaces   int  // white space between words
	words    int  // parts that consist of letters
	letters  int
	digits   int
	upper    int
	lower    int
	joins    int // separators inside: _ - . : /
	humps    int // upper-case letters behind lower-case ones
	other    int // punctuation that codes do not have
	wide     int // letters of scripts without spaces
}

// maxFormed bounds the part of a text whose form is examined, in bytes.
const maxFormed = 96

// charClass is the class of an ASCII character in a text.
type charClass uint8

const (
	classOther charClass = iota
	classLower
	classUpper
	classDigit
	classSpace
	classJoin // separators inside codes
	classWide // not ASCII
)

var charClasses = func() (classes [256]charClass) {
	for c := range classes {
		switch {
		case 'a' <= c && c <= 'z':
			classes[c] = classLower
		case 'A' <= c && c <= 'Z':
			classes[c] = classUpper
		case '0' <= c && c <= '9':
			classes[c] = classDigit
		case c == ' ', c == '\t', c == '\n', c == '\r':
			classes[c] = classSpace
		case c >= utf8.RuneSelf:
			classes[c] = classWide
		}
	}
	for _, c := range "_-.:/#~$" {
		classes[c] = classJoin
	}
	return classes
}()

// The counts of a form while a text is read, in one word of eight bits each, which is enough for
// maxFormed characters.
const (
	countLower = 1 << (8 * iota)
	countUpper
	countDigits
	countSpaces
	countJoins
	countOther
	countWords
	countHumps
)

// charCounts are what a character adds to the counts, by the class of the one before it and its own.
var charCounts = func() (t [8][8]uint64) {
	for before := range classWide {
		t[before][classOther] = countOther
		t[before][classLower] = countLower
		t[before][classUpper] = countUpper
		t[before][classDigit] = countDigits
		t[before][classJoin] = countJoins
		if before != classSpace {
			t[before][classSpace] = countSpaces
		}
		switch before {
		case classLower:
			t[before][classUpper] += countHumps
		case classUpper:
		default:
			t[before][classLower] += countWords
			t[before][classUpper] += countWords
		}
	}
	return t
}()

// formOf examines a text.
func formOf(s string) (f form) {
	f.length, f.negative = len(s), s != "" && s[0] == '-'
	if len(s) > maxFormed {
		s = s[:maxFormed]
	}
	counts, before := uint64(0), classOther
	for i := 0; i < len(s); i++ {
		class := charClasses[s[i]]
		if class == classWide {
			i, class = f.addRune(s, i, before)
		} else {
			counts += charCounts[before&7][class&7]
		}
		before = class
	}
	f.add(counts)
	return f
}

// add adds counts.
func (f *form) add(counts uint64) {
	f.lower, f.upper = int(uint8(counts/countLower)), int(uint8(counts/countUpper))
	f.digits, f.spaces = int(uint8(counts/countDigits)), int(uint8(counts/countSpaces))
	f.joins, f.humps = int(uint8(counts/countJoins)), int(uint8(counts/countHumps))
	f.other += int(uint8(counts / countOther))
	f.words += int(uint8(counts / countWords))
	f.letters += f.lower + f.upper
}

// addRune examines the character at s[i:] that is not ASCII.
func (f *form) addRune(s string, i int, before charClass) (last int, class charClass) {
	r, size := utf8.DecodeRuneInString(s[i:])
	last = i + size - 1
	if !unicode.IsLetter(r) {
		f.other++
		return last, classOther
	}
	f.letters++
	if unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul) {
		f.wide++
	}
	if before != classLower && before != classUpper {
		f.words++
	}
	return last, classLower
}

// isSentence reports whether the text has the form of words for people.
func (f *form) isSentence() bool {
	return f.letters > 3 && (f.spaces > 0 && f.words > 1 || f.wide >= 4)
}

// maxCodeText bounds a text that is read as a code, in bytes. Longer codes than maxCode are
// cut where they are shown.
const maxCodeText = 1024

// isCode reports whether the text may be a code: one token of letters, digits and
// separators.
func (f *form) isCode() bool {
	return f.length > 0 && f.length <= maxCodeText && f.spaces == 0 && f.other == 0 && f.wide < 4 && f.letters+f.digits > 0
}

// isNumber reports whether the text is a whole number.
func (f *form) isNumber() bool {
	return f.digits > 0 && (f.digits == f.length || f.digits+1 == f.length && f.negative)
}

// isTypical reports whether the text has a form that hardly anything but codes has:
// several words in one token, or upper-case letters only.
func (f *form) isTypical() bool {
	if !f.isCode() || f.letters < 3 {
		return false
	}
	return f.joins > 0 && f.letters > f.digits || f.humps > 0 && f.upper <= f.lower || f.lower == 0 && f.letters >= 4
}

// isSnake reports whether the text is words joined by underscores or hyphens.
func (f *form) isSnake(s string) bool {
	return f.isCode() && f.joins > 0 && f.letters > 3 && strings.ContainsAny(s, "_-") && !strings.ContainsAny(s, "/#~")
}

// looksLikeID reports whether a text has the form of a generated id: a token with
// digits, of at least 8 characters, that is not a code.
func looksLikeID(s string, f *form) bool {
	return f.spaces == 0 && f.length >= 8 && f.digits >= 3 && f.digits+f.letters+f.joins+f.other == f.length
}

// isStatusText reports whether a text is the number of a status.
func isStatusText(s string, status int) bool {
	return len(s) == 3 && int(s[0]-'0')*100+int(s[1]-'0')*10+int(s[2]-'0') == status
}

// isLongID reports whether a text is a generated id rather than a word with digits.
func isLongID(s string, f *form) bool {
	return f.length >= 16 && f.digits >= 6 && looksLikeID(s, f)
}

// looksLikeTime reports whether a text starts like a date of ISO 8601.
func looksLikeTime(s string) bool {
	return len(s) >= 10 && isDigit(s[0]) && isDigit(s[3]) && s[4] == '-' && isDigit(s[5]) && s[7] == '-'
}

// looksLikeURL reports whether a text is a URL or a path.
func looksLikeURL(s string) bool {
	return strings.HasPrefix(s, "http://") || strings.HasPrefix(s, "https://") || strings.HasPrefix(s, "/")
}
