package redact

import (
	"encoding/binary"
	"math/bits"
	"slices"
	"strings"
	"unsafe"
)

// vocabularyTable has keywords, strongWords and the words of phrases. It is a hash table
// that is fast for words that are not in it: most of them have no bit in present.
type vocabularyTable struct {
	present [1 << (hashBits - 6)]uint64 // a bit for each hash
	buckets [1 << (hashBits - 3)]uint16 // the id of the first word; 0 for none
	words   []vocabularyWord            // by id; the first is that of all other words
	pairs   [1 << (pairBits - 6)]uint64 // a bit for each hash of two words of a phrase
	not     uint16                      // the id of not
	cannot  uint16                      // the id of cannot, for which not is used
	t       uint16                      // the id of what scan reads after the apostrophe in can't
}

// hashBits is the size of the hash of a word.
const hashBits = 16

type vocabularyWord struct {
	text      string // in lower case
	next      uint16 // the id of the next word of the bucket; 0 for none
	strong    bool   // one of strongWords
	auxiliary bool   // can, could, does …: joined with not
	features  features
	phrases   []phrase // that have it as their anchor
}

// vocabulary is the table of all words.
var vocabulary = newVocabulary()

func newVocabulary() *vocabularyTable {
	t := &vocabularyTable{words: make([]vocabularyWord, 1)}
	t.not, t.cannot, t.t = t.add("not"), t.add("cannot"), t.add("t")
	for w := range strings.FieldsSeq("can could does did do would will") {
		t.words[t.add(w)].auxiliary = true
	}
	for f, list := range keywords {
		for w := range strings.FieldsSeq(list) {
			t.words[t.add(w)].features |= f
		}
	}
	for w := range strings.FieldsSeq(strongWords) {
		t.words[t.add(w)].strong = true
	}
	t.addPhrases(phrases)
	for _, w := range slices.Clone(t.words) {
		if w.strong {
			t.addTechnical(w.text)
		}
	}
	return t
}

// addTechnical gives a word the feature technical. scan reads the letters between
// digits and underscores as words of their own: the longest one gets it.
func (t *vocabularyTable) addTechnical(word string) {
	longest := ""
	for part := range strings.FieldsFuncSeq(word, func(r rune) bool { return r < 'a' || r > 'z' }) {
		if len(part) > len(longest) {
			longest = part
		}
	}
	t.words[t.add(longest)].features |= technical
}

// pairBits is the size of the hash of two words.
const pairBits = 16

// pairHash returns the hash of the ids of two words.
func pairHash(a, b uint16) uint32 {
	return (uint32(a)<<16 | uint32(b)) * 0x9e3779b1 >> (32 - pairBits)
}

// mayBePhrase is a fast check: if it reports false, no phrase has a word after the one
// before it. An id is 0 for words that the table does not have.
func (t *vocabularyTable) mayBePhrase(before, id uint16) bool {
	if before == t.cannot || before == t.t {
		before = t.not
	}
	h := pairHash(before, id)
	return t.pairs[h>>6]&(1<<(h&63)) != 0
}

// add returns the id of a word, which it adds unless the table has it.
func (t *vocabularyTable) add(w string) uint16 {
	if id := t.find(w); id != 0 {
		return id
	}
	h := hash(w)
	t.present[h>>6] |= 1 << (h & 63)
	b := &t.buckets[h>>3]
	t.words = append(t.words, vocabularyWord{text: w, next: *b})
	*b = uint16(len(t.words) - 1)
	return *b
}

// hash returns the hash of a word of ASCII letters in any case: of its first and its last
// eight letters, so that other words rarely have the same.
func hash(w string) uint32 {
	const small = 0x2020202020202020 // the bit of small letters
	n := len(w)
	var x uint64
	switch {
	case n >= 8:
		x = (load64(w, 0) | small) ^ bits.RotateLeft64(load64(w, n-8)|small, 23)
	case n >= 4:
		x = uint64(load32(w, 0))<<32 | uint64(load32(w, n-4)) | small
	default:
		x = uint64(w[0])<<16 | uint64(w[n>>1])<<8 | uint64(w[n-1]) | small
	}
	return uint32((x ^ uint64(n)) * 0x9e3779b97f4a7c15 >> (64 - hashBits))
}

// load64 returns the eight bytes at s[i:], which must exist.
func load64(s string, i int) uint64 {
	return binary.LittleEndian.Uint64(unsafe.Slice((*byte)(unsafe.Add(unsafe.Pointer(unsafe.StringData(s)), i)), 8))
}

// load32 returns the four bytes at s[i:], which must exist.
func load32(s string, i int) uint32 {
	return binary.LittleEndian.Uint32(unsafe.Slice((*byte)(unsafe.Add(unsafe.Pointer(unsafe.StringData(s)), i)), 4))
}

// find returns the id of a word in any case; 0 if the table does not have it.
func (t *vocabularyTable) find(w string) uint16 { return t.findHash(w, hash(w)) }

// findHash is find for a word whose hash is known.
func (t *vocabularyTable) findHash(w string, h uint32) uint16 {
	if t.present[h>>6]&(1<<(h&63)) == 0 { // most words: inlined
		return 0
	}
	return t.search(w, h)
}

func (t *vocabularyTable) search(w string, h uint32) uint16 {
	id := t.buckets[h>>3]
	for id != 0 && !equalsFolded(t.words[id].text, w) {
		id = t.words[id].next
	}
	return id
}

// equalsFolded reports whether a word in lower case equals one in any case.
func equalsFolded(lower, w string) bool {
	if len(lower) != len(w) || lower == w {
		return lower == w
	}
	for i := range len(w) {
		c := w[i]
		if isUpper(c) {
			c |= 0x20
		}
		if c != lower[i] {
			return false
		}
	}
	return true
}
