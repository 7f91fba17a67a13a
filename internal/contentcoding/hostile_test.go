package contentcoding

// bitWriter writes numbers with the least significant bit first, as brotli does.
type bitWriter struct {
	out   []byte
	acc   uint64
	count uint
}

func (w *bitWriter) bits(value uint64, n uint) {
	w.acc |= value << w.count
	for w.count += n; w.count >= 8; w.count -= 8 {
		w.out = append(w.out, byte(w.acc))
		w.acc >>= 8
	}
}

func (w *bitWriter) bytes() []byte {
	if w.count > 0 {
		w.out = append(w.out, byte(w.acc))
	}
	return w.out
}

// hostileBrotli returns brotli data (RFC 7932) that asks for a window of 16 MiB and for
// many prefix codes, in meta-blocks that announce a number of bytes.
func hostileBrotli(metaBlocks int, length uint64) []byte {
	w := new(bitWriter)
	w.bits(0b1111, 4) // WBITS 24
	for range metaBlocks {
		w.bits(0, 1) // ISLAST
		nibbles := uint(4)
		if length > 1<<16 {
			nibbles = 6
		}
		w.bits(uint64(nibbles)-4, 2)
		w.bits(length-1, 4*nibbles)
		w.bits(0, 1)  // ISUNCOMPRESSED
		w.bits(0, 3)  // one type of blocks in each category
		w.bits(3, 2)  // NPOSTFIX
		w.bits(15, 4) // NDIRECT
		w.bits(0, 2)  // the context mode
		for range 2 { // the contexts of literals and of distances
			w.bits(0b11111111111, 11) // 256 prefix codes
			w.bits(0, 1)              // RLEMAX
			w.bits(1, 2)              // a simple prefix code
			w.bits(0, 2)              // with one symbol
			w.bits(0, 8)              // the map has no bits: there is one symbol
			w.bits(0, 1)              // IMTF
		}
		for range 256 { // literals
			w.bits(1, 4)
			w.bits('x', 8)
		}
		w.bits(1, 4) // insert and copy lengths: insert 1, copy 2
		w.bits(8, 10)
		for range 256 { // distances
			w.bits(1, 4)
			w.bits(0, 10)
		}
	}
	w.bits(3, 2) // ISLAST, ISEMPTY
	return w.bytes()
}
