package contentcoding

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
)

// mixedData returns data with repetitions at all distances.
func mixedData(size int) []byte {
	r := rand.New(rand.NewPCG(1, uint64(size)))
	data := make([]byte, 0, size+1000)
	for len(data) < size {
		if n := len(data); n > 100 && r.IntN(3) > 0 {
			from := r.IntN(n - 50)
			data = append(data, data[from:min(n, from+r.IntN(500))]...)
			continue
		}
		for range r.IntN(40) {
			data = append(data, byte('a'+r.IntN(26)))
		}
	}
	return data[:size]
}

// TestSmallerWindows checks that the replaced windows change nothing in data that has
// at most the allowed size.
func TestSmallerWindows(t *testing.T) {
	encoded := map[string]func(data []byte) []byte{}
	for _, window := range []int{10, 17, 18, 20, 21, 24} {
		encoded[fmt.Sprintf("br with a window of 2^%d", window)] = func(data []byte) []byte {
			var out bytes.Buffer
			w := brotli.NewWriterOptions(&out, brotli.WriterOptions{Quality: 5, LGWin: window})
			_, _ = w.Write(data)
			_ = w.Close()
			return out.Bytes()
		}
	}
	for _, window := range []int{10, 18, 21, 27} {
		for _, single := range []bool{false, true} {
			encoded[fmt.Sprintf("zstd with a window of 2^%d, one segment: %t", window, single)] = func(data []byte) []byte {
				w, err := zstd.NewWriter(nil, zstd.WithWindowSize(1<<window), zstd.WithSingleSegment(single))
				if err != nil {
					t.Fatal(err)
				}
				// Several frames, and a part to skip.
				half := len(data) / 2
				out := w.EncodeAll(data[:half], nil)
				out = append(out, "\x5a\x2a\x4d\x18\x03\x00\x00\x00abc"...)
				out = w.EncodeAll(data[half:], out)
				var streamed bytes.Buffer
				w.Reset(&streamed)
				_ = w.Close()
				return append(out, streamed.Bytes()...)
			}
		}
	}
	for name, encode := range encoded {
		for _, size := range []int{0, 1, 100, 262127, 262128, 1<<20 - 16} {
			data := mixedData(size)
			body := encode(data)
			if len(body) == 0 {
				continue
			}
			coding, _, _ := strings.Cut(name, " ")
			got, err := Decode(new(bytes.Buffer), body, headerOf(coding), Limits{Size: int64(size)})
			if err != nil || !bytes.Equal(got, data) {
				t.Errorf("%s, %d bytes: got %d bytes, %v", name, size, len(got), err)
			}
			if size < 2 {
				continue
			}
			if _, err := Decode(new(bytes.Buffer), body, headerOf(coding), Limits{Size: int64(size - 1)}); !errors.Is(err, ErrTooLarge) {
				t.Errorf("%s, %d bytes with a limit below: got %v", name, size, err)
			}
		}
	}
}

// zstdFrame returns the header of a frame that asks for a window, and one block.
func zstdFrame(window byte) []byte {
	return []byte{0x28, 0xb5, 0x2f, 0xfd, 0x00, window, 0x03 | 8, 0, 0, 'x'}
}

func TestZstdHeader(t *testing.T) {
	large := binary.LittleEndian.AppendUint64(nil, 1<<40)
	for _, c := range []struct {
		name     string
		in, want []byte
	}{
		{"a large window", []byte{0x28, 0xb5, 0x2f, 0xfd, 0x00, 0xff}, []byte{0x28, 0xb5, 0x2f, 0xfd, 0x00, 10<<3 | 2}},
		{"a small window", []byte{0x28, 0xb5, 0x2f, 0xfd, 0x04, 0x11}, []byte{0x28, 0xb5, 0x2f, 0xfd, 0x04, 0x11}},
		{"a window, a dictionary and a size", []byte{0x28, 0xb5, 0x2f, 0xfd, 0x42, 0xff, 1, 2, 3, 4}, []byte{0x28, 0xb5, 0x2f, 0xfd, 0x42, 10<<3 | 2, 1, 2, 3, 4}},
		{"one segment of one byte", []byte{0x28, 0xb5, 0x2f, 0xfd, 0x20, 0xff}, []byte{0x28, 0xb5, 0x2f, 0xfd, 0x20, 0xff}},
		{"one segment of four bytes", []byte{0x28, 0xb5, 0x2f, 0xfd, 0xa0, 0, 0, 0, 0xff}, []byte{0x28, 0xb5, 0x2f, 0xfd, 0x80, 10<<3 | 2, 0, 0, 0, 0xff}},
		{"one small segment of four bytes", []byte{0x28, 0xb5, 0x2f, 0xfd, 0xa0, 0, 0, 2, 0}, []byte{0x28, 0xb5, 0x2f, 0xfd, 0x80, 7 << 3, 0, 0, 2, 0}},
		{"one segment of eight bytes", append([]byte{0x28, 0xb5, 0x2f, 0xfd, 0xe0}, large...), append([]byte{0x28, 0xb5, 0x2f, 0xfd, 0xc0, 10<<3 | 2}, large...)},
	} {
		if got := appendFrameHeader(nil, c.in, 1<<20); !bytes.Equal(got, c.want) {
			t.Errorf("%s: got % x, want % x", c.name, got, c.want)
		}
	}
}

// TestZstdWindowReadsInParts reads through a zstdWindow one byte at a time.
func TestZstdWindowReadsInParts(t *testing.T) {
	in := slices.Concat(zstdFrame(0xff), []byte("\x50\x2a\x4d\x18\x02\x00\x00\x00ab"), zstdFrame(0xff), []byte("other data"))
	want := bytes.ReplaceAll(in, []byte{0, 0xff}, []byte{0, smallestWindow(100 + maxBlock + 1)})
	w := new(zstdWindow)
	w.reset(bytes.NewReader(in), 100)
	var got []byte
	for p := make([]byte, 1); ; {
		n, err := w.Read(p)
		got = append(got, p[:n]...)
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(got, want) {
		t.Errorf("got\n% x, want\n% x", got, want)
	}
}
