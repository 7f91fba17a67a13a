package translate

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/koine-proxy/koine/dialect"
)

// maxName bounds the names of members that are looked up, in bytes.
const maxName = 64

// wordSet is a set of roles of words.
type wordSet uint64

// The roles of words that the reader compares.
const (
	wordError wordSet = 1 << iota
	wordErrors
	wordContainer
	wordCode
	wordNumber
	wordKind
	wordMessage
	wordText
	wordLabel
	wordFields
	wordField
	wordPlace
	wordPart
	wordMissing
	wordWhole
	wordNested
	wordRules
	wordRequestID
	wordWait
	wordWaitMS
	wordStatus
	wordSuccess
	wordKey
	wordValue
	wordTrace
	wordIgnore

	wordQualifier
	wordJoiner
	wordRequest
	wordID
	wordRetry
	wordDelay

	// wordAboutError is set for compounds with a word for errors: errorCode.
	wordAboutError
)

// wordSets are the sets of the roles in mapping files.
var wordSets = map[dialect.WordRole]wordSet{
	dialect.WordError: wordError, dialect.WordErrors: wordErrors, dialect.WordContainer: wordContainer, dialect.WordCode: wordCode,
	dialect.WordNumber: wordNumber, dialect.WordKind: wordKind, dialect.WordMessage: wordMessage, dialect.WordText: wordText, dialect.WordLabel: wordLabel,
	dialect.WordFields: wordFields, dialect.WordField: wordField, dialect.WordPlace: wordPlace, dialect.WordPart: wordPart, dialect.WordMissing: wordMissing,
	dialect.WordWhole: wordWhole, dialect.WordNested: wordNested, dialect.WordRules: wordRules, dialect.WordRequestID: wordRequestID,
	dialect.WordWait: wordWait, dialect.WordWaitMS: wordWaitMS, dialect.WordStatus: wordStatus, dialect.WordSuccess: wordSuccess, dialect.WordKey: wordKey,
	dialect.WordValue: wordValue, dialect.WordTrace: wordTrace, dialect.WordIgnore: wordIgnore, dialect.WordQualifier: wordQualifier,
	dialect.WordJoiner: wordJoiner, dialect.WordRequest: wordRequest, dialect.WordID: wordID, dialect.WordRetry: wordRetry, dialect.WordDelay: wordDelay,
}

// heads are the roles of words that compounds may have. In a compound with a word for
// errors, a number is a code, and a text is a message.
var heads = [...]struct{ word, plain, withError wordSet }{
	{wordCode, wordCode, wordCode},
	{wordNumber, wordNumber, wordCode},
	{wordMessage, wordMessage, wordMessage},
	{wordText, wordText, wordMessage},
	{wordLabel, wordLabel, wordLabel},
	{wordKind, wordKind, wordKind},
}

// isHead are the roles in heads.
const isHead = wordCode | wordNumber | wordMessage | wordText | wordLabel | wordKind

// lexicon is a compiled Lexicon.
type lexicon struct {
	names wordTable // by folded name
	empty wordTable // folded values that say nothing
	minor wordTable // folded kinds that mean less than an error

	shared *lexicon   // the compiled lexicon, for one with a cache
	cache  *nameCache // the names that were looked up last; nil for a compiled lexicon
}

// withCache returns the lexicon with a cache, for one goroutine at a time.
func (l *lexicon) withCache() *lexicon {
	out := *l
	out.shared, out.cache = l, new(nameCache)
	return &out
}

// newLexicon compiles a lexicon. A word with several roles has all of them.
func newLexicon(languages dialect.Lexicon) *lexicon {
	names, empty, minor := make(map[string]wordSet, 2048), map[string]wordSet{}, map[string]wordSet{}
	for i := range languages {
		for _, list := range languages[i].Words {
			for _, word := range list.Words {
				switch list.Role {
				case dialect.WordEmpty:
					empty[foldName(word)] = 1
				case dialect.WordMinor:
					minor[foldName(word)] = 1
				default:
					names[foldName(word)] |= wordSets[list.Role]
					names[foldName(transliterated.Replace(word))] |= wordSets[list.Role]
				}
			}
		}
	}
	l := &lexicon{names: newWordTable(names), empty: newWordTable(empty), minor: newWordTable(minor)}
	for i := range l.names.slots {
		if s := &l.names.slots[i]; s.set&(wordCode|wordMessage|wordLabel|wordKind) != 0 && l.startsWithError(s.name) {
			s.set |= wordAboutError
		}
	}
	return l
}

// transliterated replaces umlauts by the letters that stand for them in ASCII.
var transliterated = strings.NewReplacer("ä", "ae", "ö", "oe", "ü", "ue", "å", "aa", "ø", "oe")

// startsWithError reports whether a longer name starts with a word for an error, such as
// errno.
func (l *lexicon) startsWithError(name string) bool {
	for end := 3; end < len(name); end++ {
		if l.names.find([]byte(name[:end]))&wordError != 0 {
			return true
		}
	}
	return false
}

// combine returns the roles of a compound of two words, in any order; 0 if it is none.
func combine(a, b wordSet) (set wordSet) {
	switch {
	case a&wordRequest != 0 && b&wordID != 0:
		return wordRequestID
	case a&wordRetry != 0 && b&wordDelay != 0:
		return wordWait
	case b&isHead == 0 || a&(wordError|wordQualifier) == 0 && a&wordAboutError == 0:
		a, b = b, a
	case a&isHead != 0 && b&wordError != 0 && a&wordError == 0: // code + error
		a, b = b, a
	}
	withError := a&wordError != 0
	if b&isHead == 0 || !withError && a&wordQualifier == 0 {
		return 0
	}
	for _, h := range heads {
		switch {
		case b&h.word == 0:
		case withError:
			set |= h.withError | wordAboutError
		default:
			set |= h.plain
		}
	}
	return set | b&wordAboutError
}

// compound returns the roles of a folded name that consists of words; 0 if it does not.
func (l *lexicon) compound(name []byte, depth int) wordSet {
	const shortest = 2
	h := uint64(fnvOffset)
	for i := 0; i+shortest <= len(name) && i < maxName/2; i++ {
		h = (h ^ uint64(name[i])) * fnvPrime
		if i+1 < shortest {
			continue
		}
		left := l.names.findHashed(h, name[:i+1])
		if left&(isHead|wordError|wordQualifier|wordJoiner|wordRequest|wordRetry) == 0 {
			continue
		}
		rest := name[i+1:]
		right := l.names.find(rest)
		if right == 0 && depth < 2 {
			right = l.compound(rest, depth+1)
		}
		if left&wordJoiner != 0 && depth > 0 && right != 0 {
			return right
		}
		if set := combine(left, right); set != 0 {
			return set
		}
	}
	return 0
}

// foldName returns a name in lower case, without accents and separators.
func foldName(name string) string {
	return string(appendFoldedName(nil, norm.NFD.String(name)))
}

// lookup returns the roles of a name, which may be a compound. If it is none, its last words are
// tried, as long as they are about errors: orderErrorCode, shippingErrors.
func (l *lexicon) lookup(name string) wordSet {
	if l.cache == nil || len(name) == 0 || len(name) > maxCachedName {
		return l.search(name)
	}
	e, found := l.cache.entry(name)
	if !found {
		e.set, e.length = l.search(name), uint8(copy(e.name[:], name))
	}
	return e.set
}

func (l *lexicon) search(name string) wordSet {
	if len(name) > maxName {
		return 0
	}
	var buffer [2 * maxName]byte
	folded := appendFoldedName(buffer[:0], name)
	if set := l.find(folded); set != 0 {
		return set
	}
	if !isASCII(name) {
		return l.find([]byte(foldName(name)))
	}
	for i := 1; i < len(name); i++ {
		if !isWordStart(name, i) {
			continue
		}
		folded = appendFoldedName(buffer[:0], name[i:])
		accepted := wordAboutError | wordError | wordErrors | wordMessage
		if name[i-1] == '.' { // fault.retryAfter
			accepted |= wordWait | wordWaitMS | wordRequestID
		}
		if set := l.find(folded); set&accepted != 0 {
			return set
		}
	}
	return 0
}

// find returns the roles of a folded name, which may be a compound.
func (l *lexicon) find(folded []byte) wordSet {
	if set := l.names.find(folded); set != 0 {
		return set
	}
	return l.compound(folded, 0)
}

// isWordStart reports whether a word starts at s[i:]: behind a separator, or at an
// upper-case letter behind a lower-case one.
func isWordStart(s string, i int) bool {
	if !isLetter(s[i]) {
		return false
	}
	return !isLetter(s[i-1]) || isUpper(s[i]) && !isUpper(s[i-1])
}

func isUpper(c byte) bool { return 'A' <= c && c <= 'Z' }

// lastWord returns the roles of the last word of a name of several words, and the words
// before it.
func (l *lexicon) lastWord(name string) (set wordSet, before string) {
	for len(name) > 1 && isDigit(name[len(name)-1]) { // L_CODE0
		name = name[:len(name)-1]
	}
	for i := len(name) - 1; i > 0; i-- {
		if isWordStart(name, i) {
			var buffer [2 * maxName]byte
			return l.names.find(appendFoldedName(buffer[:0], name[i:min(len(name), i+maxName)])), name[:i]
		}
	}
	return 0, ""
}

// isMinor reports whether a kind means less than an error.
func (l *lexicon) isMinor(kind string) bool {
	if len(kind) > 24 {
		return false
	}
	var buffer [2 * maxName]byte
	return l.minor.find(appendFoldedName(buffer[:0], kind)) != 0
}

// isEmptyValue reports whether a text says nothing.
func (l *lexicon) isEmptyValue(text string) bool {
	if len(text) > 24 {
		return false
	}
	var buffer [2 * maxName]byte
	folded := appendFoldedName(buffer[:0], text)
	return len(folded) == 0 || l.empty.find(folded) != 0
}

// appendFoldedName appends a name in lower case and without separators and combining
// marks.
func appendFoldedName(dst []byte, name string) []byte {
	for i := 0; i < len(name); {
		c := name[i]
		switch {
		case 'a' <= c && c <= 'z', isDigit(c), c == '#':
			dst = append(dst, c)
			i++
		case isUpper(c):
			dst = append(dst, c|0x20)
			i++
		case c < utf8.RuneSelf:
			i++
		default:
			r, size := utf8.DecodeRuneInString(name[i:])
			i += size
			dst = appendFoldedRune(dst, r)
		}
	}
	return dst
}

// letters are those that no decomposition reduces to a plain one.
var letters = map[rune]string{'ß': "ss", 'ł': "l", 'ø': "o", 'đ': "d", 'ı': "i", 'æ': "ae", 'œ': "oe"}

func appendFoldedRune(dst []byte, r rune) []byte {
	r = unicode.ToLower(r)
	if plain, ok := letters[r]; ok {
		return append(dst, plain...)
	}
	if unicode.Is(unicode.Mn, r) || unicode.IsSpace(r) || unicode.IsPunct(r) {
		return dst
	}
	return utf8.AppendRune(dst, r)
}
