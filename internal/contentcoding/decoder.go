package contentcoding

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"runtime"
	"sync"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zlib"
	"github.com/klauspost/compress/zstd"
)

// decoder undoes one coding.
type decoder interface {
	io.Reader
	// reset prepares the decoder for other data, which has at most limit bytes when it is
	// decoded; with nil, it only drops the current data.
	reset(r io.Reader, limit int64) error
}

// coding is one content coding, with the decoders that are not in use.
type coding struct{ pool sync.Pool }

func newCoding(create func() any) *coding { return &coding{pool: sync.Pool{New: create}} }

// codings are the codings that can be undone, by name.
var codings = map[string]*coding{
	"gzip":    newCoding(func() any { return new(gzipDecoder) }),
	"x-gzip":  newCoding(func() any { return new(gzipDecoder) }),
	"deflate": newCoding(func() any { return new(deflateDecoder) }),
	"br":      newCoding(func() any { return &brotliDecoder{Reader: brotli.NewReader(nil)} }),
	"zstd":    newCoding(func() any { return new(zstdDecoder) }),
}

// maxPooledLimit is the size of decoded bodies above which a decoder is not kept: its
// buffers may be as large.
const maxPooledLimit = 1 << 20

func (c *coding) open(r io.Reader, limit int64) (decoder, error) {
	d := c.pool.Get().(decoder)
	if err := d.reset(r, limit); err != nil {
		c.release(d, limit)
		return nil, err
	}
	return d, nil
}

func (c *coding) release(d decoder, limit int64) {
	if limit <= maxPooledLimit {
		_ = d.reset(nil, 0)
		c.pool.Put(d)
	}
}

// decoderSlots has one element for each body that is decoded. Its capacity is
// maxDecoders.
var decoderSlots = sync.OnceValue(func() chan struct{} { return make(chan struct{}, maxDecoders()) })

// maxDecoders is how many bodies are decoded at once. More would only share the
// processors, and cost memory.
func maxDecoders() int { return 2 * runtime.GOMAXPROCS(0) }

// acquireDecoder waits until a body may be decoded. The returned function ends that.
func acquireDecoder() (release func()) {
	slots := decoderSlots()
	slots <- struct{}{}
	return func() { <-slots }
}

// gzipDecoder has a window of 32 KiB (RFC 1951 section 2).
type gzipDecoder struct{ gzip.Reader }

func (d *gzipDecoder) reset(r io.Reader, _ int64) error {
	if r == nil {
		r = emptyReader{}
		_ = d.Reader.Reset(r) // only an error, because there is no header
		return nil
	}
	return d.Reader.Reset(r)
}

// deflateDecoder reads deflate as RFC 9110 section 8.4.1.2 defines it, which is zlib,
// and raw deflate, which many servers send instead. Its window is 32 KiB.
type deflateDecoder struct {
	source  bufio.Reader
	zlib    io.ReadCloser
	flate   io.ReadCloser
	current io.Reader
}

func (d *deflateDecoder) reset(r io.Reader, _ int64) (err error) {
	if r == nil {
		d.source.Reset(emptyReader{})
		return nil
	}
	d.source.Reset(r)
	first, _ := d.source.Peek(2)
	if len(first) == 2 && first[0]&0x0f == 8 && (int(first[0])<<8|int(first[1]))%31 == 0 { // RFC 1950 section 2.2
		return d.resetZlib()
	}
	if d.flate == nil {
		d.flate = flate.NewReader(&d.source)
	} else if err := d.flate.(flate.Resetter).Reset(&d.source, nil); err != nil {
		return err
	}
	d.current = d.flate
	return nil
}

func (d *deflateDecoder) resetZlib() (err error) {
	if d.zlib == nil {
		d.zlib, err = zlib.NewReader(&d.source)
	} else {
		err = d.zlib.(zlib.Resetter).Reset(&d.source, nil)
	}
	d.current = d.zlib
	return err
}

func (d *deflateDecoder) Read(p []byte) (int, error) { return d.current.Read(p) }

// brotliDecoder has a window that is not larger than the decoded data may be.
type brotliDecoder struct {
	*brotli.Reader
	window brotliWindow
}

func (d *brotliDecoder) reset(r io.Reader, limit int64) error {
	d.window = brotliWindow{source: r, limit: limit}
	if r == nil {
		d.window.source = emptyReader{}
	}
	return d.Reader.Reset(&d.window)
}

// zstdDecoder has a window that is hardly larger than the decoded data may be.
type zstdDecoder struct {
	*zstd.Decoder
	window zstdWindow
}

func (d *zstdDecoder) reset(r io.Reader, limit int64) (err error) {
	if d.Decoder == nil {
		d.Decoder, err = zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true))
		if err != nil {
			return err
		}
	}
	if r == nil {
		d.window.source.Reset(emptyReader{})
		return d.Decoder.Reset(nil)
	}
	d.window.reset(r, limit)
	return d.Decoder.Reset(&d.window)
}

// emptyReader has no data.
type emptyReader struct{}

func (emptyReader) Read([]byte) (int, error) { return 0, io.EOF }

// errSlow is returned by a decoder that took too long.
var errSlow = errors.New("decoding takes too long")

// Interface guards
var (
	_ decoder   = (*gzipDecoder)(nil)
	_ decoder   = (*deflateDecoder)(nil)
	_ decoder   = (*brotliDecoder)(nil)
	_ decoder   = (*zstdDecoder)(nil)
	_ io.Reader = (*bytes.Reader)(nil)
)
