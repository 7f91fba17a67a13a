package contentcoding

import (
	"bufio"
	"encoding/binary"
	"io"
	"math/bits"
)

// The decoders of brotli and zstd allocate the window that the data asks for: up to
// 16 MiB for a few bytes. No more of it is ever used than there is decoded data, and that
// is limited. The readers in this file therefore replace the size of the window, which
// changes nothing in data within the limit.

// brotliWindow reads brotli data with a smaller window.
type brotliWindow struct {
	source  io.Reader
	limit   int64
	started bool
}

func (w *brotliWindow) Read(p []byte) (int, error) {
	n, err := w.source.Read(p)
	if n > 0 && !w.started {
		w.started = true
		p[0] = smallerBrotliWindow(p[0], w.limit)
	}
	return n, err
}

// smallerBrotliWindow returns the first byte of brotli data with the smallest window that
// the limit needs. Sizes of 2^18 to 2^24 bytes have four bits: 1, then the exponent
// minus 17 (RFC 7932 section 9.1). Others are smaller.
func smallerBrotliWindow(first byte, limit int64) byte {
	const gap = 16 // the last bytes of a window are not used
	exponent := first >> 1 & 7
	if first&1 == 0 || exponent == 0 {
		return first
	}
	needed := max(bits.Len64(uint64(limit)+gap), 18) - 17
	return first&0xf0 | byte(min(int(exponent), needed))<<1 | 1
}

// zstdWindow reads zstd data (RFC 8878) with smaller windows: it replaces that of every
// frame.
type zstdWindow struct {
	source   bufio.Reader
	limit    int64
	header   [maxFrameHeader]byte // of the current frame, as it is replaced
	rest     []byte               // the part of header that is not read yet
	state    zstdState
	passing  int64 // bytes until the next header of a frame or block
	checksum bool  // the frame ends with one
}

// zstdState is what follows after the bytes that pass.
type zstdState uint8

const (
	atFrame zstdState = iota
	atBlock
	atEnd // something that is not zstd: the decoder reports it
)

const (
	zstdMagic      = 0xfd2fb528
	skippableMagic = 0x184d2a50 // the last four bits vary
	maxFrameHeader = 18
	maxBlock       = 128 << 10
)

func (w *zstdWindow) reset(r io.Reader, limit int64) {
	w.source.Reset(r)
	w.limit, w.rest, w.state, w.passing = limit, nil, atFrame, 0
}

func (w *zstdWindow) Read(p []byte) (int, error) {
	for len(w.rest) == 0 && w.passing == 0 && w.state != atEnd {
		var err error
		if w.state == atFrame {
			err = w.startFrame()
		} else {
			err = w.startBlock()
		}
		if err != nil {
			return 0, err
		}
	}
	if len(w.rest) > 0 {
		n := copy(p, w.rest)
		w.rest = w.rest[n:]
		return n, nil
	}
	if w.state == atEnd {
		return w.source.Read(p)
	}
	n, err := w.source.Read(p[:min(int64(len(p)), w.passing)])
	w.passing -= int64(n)
	return n, err
}

// startFrame reads the header of a frame, or of a part to skip.
func (w *zstdWindow) startFrame() error {
	h, err := w.source.Peek(maxFrameHeader)
	if len(h) == 0 {
		return err
	}
	if len(h) >= 8 && binary.LittleEndian.Uint32(h)&^0xf == skippableMagic {
		w.passing = 8 + int64(binary.LittleEndian.Uint32(h[4:]))
		return nil
	}
	size, ok := frameHeaderSize(h)
	if !ok || len(h) < size || binary.LittleEndian.Uint32(h) != zstdMagic {
		w.state = atEnd
		return nil
	}
	w.checksum = h[4]&0x04 != 0
	w.rest = appendFrameHeader(w.header[:0], h[:size], w.limit)
	w.state = atBlock
	_, err = w.source.Discard(size)
	return err
}

// startBlock reads the header of a block. After the last one, a frame begins.
func (w *zstdWindow) startBlock() error {
	h, err := w.source.Peek(3)
	if len(h) < 3 {
		w.state = atEnd
		return nil //nolint:nilerr // the decoder reports it
	}
	header := uint32(h[0]) | uint32(h[1])<<8 | uint32(h[2])<<16
	const repeated = 1 // the type of a block that has one byte
	w.passing = 3 + int64(header>>3)
	if header>>1&3 == repeated {
		w.passing = 3 + 1
	}
	if header&1 != 0 {
		w.state = atFrame
		if w.checksum {
			w.passing += 4
		}
	}
	return err
}

// Parts of the descriptor of a frame's header.
const isSingleSegment = 0x20

// frameHeaderSize returns the size of the header of a frame that starts with h.
func frameHeaderSize(h []byte) (size int, ok bool) {
	if len(h) < 6 {
		return 0, false
	}
	size = 5 + [4]int{0, 1, 2, 4}[h[4]&3] + contentSizeBytes(h[4])
	if h[4]&isSingleSegment == 0 {
		size++ // the window
	}
	return size, true
}

// contentSizeBytes returns how many bytes the size of the content has.
func contentSizeBytes(descriptor byte) int {
	n := int(descriptor >> 6)
	if n == 0 && descriptor&isSingleSegment == 0 {
		return 0
	}
	return 1 << n
}

// appendFrameHeader appends a header with a window that the limit allows. A frame of one
// segment has no window: its content is the window.
func appendFrameHeader(dst, h []byte, limit int64) []byte {
	window, largest := byte(0), smallestWindow(limit+maxBlock+1)
	rest := h[5:]
	switch n := contentSizeBytes(h[4]); {
	case h[4]&isSingleSegment == 0:
		window, rest = h[5], h[6:]
	case n < 4: // at most 64 KiB
		return append(dst, h...)
	case n == 8 && binary.LittleEndian.Uint32(h[len(h)-4:]) != 0:
		window = largest
	default:
		window = smallestWindow(int64(binary.LittleEndian.Uint32(h[len(h)-n:])))
	}
	dst = append(dst, h[:5]...)
	dst[4] &^= isSingleSegment
	dst = append(dst, min(window, largest))
	return append(dst, rest...)
}

// smallestWindow returns the descriptor of a window of at least size bytes: an exponent
// of five bits, and eighths of it in three bits. Larger descriptors mean larger windows.
func smallestWindow(size int64) byte {
	exponent := max(bits.Len64(uint64(size))-1, 10)
	eighth := int64(1) << exponent / 8
	n := max(size-int64(1)<<exponent+eighth-1, 0) / eighth
	return byte(int64(exponent-10)<<3 + n) // eight eighths are the next exponent
}
