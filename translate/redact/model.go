package redact

import _ "embed"

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

// weightOf returns the weight of a clue; 0 if the model does not have it.
func weightOf(c clue) int {
	bucket := load64(model, int(c>>(32-modelBits))*2*bucketSize)
	for range bucketSize {
		if uint8(bucket) == uint8(c) {
			return int(int8(bucket >> 8))
		}
		bucket >>= 16
	}
	return 0
}

// minWords is the number of words that a text must have to be judged by them.
const minWords = 2

// soundsInternal reports whether the words of a text, and how they are written, are
// those of texts about the insides of programs. The weight of formEnd, which every text
// has, is that of a text of which nothing is known.
func soundsInternal(s string) bool {
	var c clueReader
	c.read(s)
	return c.sum > 0 && c.words >= minWords
}
