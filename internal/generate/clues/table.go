package main

import (
	"math"

	"github.com/koine-proxy/koine/translate/redact"
)

// The layout of the table is that of translate/redact/model.go.
const (
	modelBits  = 12
	bucketSize = 4
	scale      = 16 // of the weights
)

// everyText is the clue that every sentence has. It gets the bias.
var everyText = redact.Clues("")[0][0]

// kept returns the strongest clues that the table has space for. An entry knows a clue by
// its lowest byte, so that a bucket cannot have two clues with the same.
func (r *regression) kept() map[uint32]bool {
	kept := map[uint32]bool{everyText: true}
	type entry struct{ bucket, tag uint32 }
	taken := map[entry]bool{{everyText >> (32 - modelBits), everyText & 0xff}: true}
	used := map[uint32]int{everyText >> (32 - modelBits): 1}
	for _, c := range r.strongest() {
		e := entry{c >> (32 - modelBits), c & 0xff}
		if used[e.bucket] < bucketSize && !taken[e] {
			kept[c] = true
			taken[e] = true
			used[e.bucket]++
		}
	}
	return kept
}

// table returns the model as bytes. A text with a score above the threshold has a sum
// above 0 in it.
func (r *regression) table(threshold float64) []byte {
	weights := map[uint32]float64{everyText: r.bias - threshold}
	for c, at := range r.index {
		weights[c] += r.weights[at]
	}
	table := make([]byte, 2*bucketSize<<modelBits)
	used := map[uint32]int{}
	for _, c := range sortedKeys(weights) {
		weight := math.Round(min(127, max(-127, weights[c]*scale)))
		if weight == 0 {
			continue
		}
		bucket := c >> (32 - modelBits)
		at := 2 * (int(bucket)*bucketSize + used[bucket])
		used[bucket]++
		table[at], table[at+1] = byte(c), byte(int8(weight))
	}
	return table
}
