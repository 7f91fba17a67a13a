package redact

import (
	_ "embed" // of the model
	"math/bits"
)

// model has the weights of clues: how much each tells that a text is about the insides
// of a program (above 0) or for people (below). They are those of a logistic regression,
// in sixteenths, made by internal/generate/clues. Clues that it does not have tell
// nothing.
//
// It has a bucket of bucketSize entries for each value of the upper bits of a clue. An
// entry is the lowest byte of a clue and the weight.
//
//go:embed model.bin
var model string

// Sizes of the model. An entry has two bytes.
const (
	modelBits  = 12
	bucketSize = 4
)

// weightOf returns the weight of a clue; 0 if the model does not have it. It compares the
// four entries of a bucket at once.
func weightOf(c clue) int {
	const each = 0x0001000100010001
	bucket := load64(model, int(c>>(32-modelBits))*2*bucketSize)
	other := (bucket ^ uint64(uint8(c))*each) & (each * 0xff) // 0 in the entry of the clue
	found := ^(other + each*0xff) & (each << 8)
	if found == 0 {
		return 0
	}
	return int(int8(bucket >> bits.TrailingZeros64(found)))
}

// wordWeights are the weights of all words, alone, by their hash.
var wordWeights = func() (t [1 << hashBits]int8) {
	for h := range t {
		t[h] = int8(weightOf(newClue(clueItem, 0, formWord|uint32(h))))
	}
	return t
}()

// minWords is the number of words that a sentence must have to be judged by them.
const minWords = 2

// soundsInternal reports whether the words of a sentence, and how they are written, are
// those of texts about the insides of programs. The weight of formEnd, which every
// sentence has, is that of one of which nothing is known.
func (c *clueReader) soundsInternal() bool { return c.sum > 0 && c.words >= minWords }
