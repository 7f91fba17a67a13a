package koine

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zlib"
	"github.com/klauspost/compress/zstd"
)

// maxLayers is how often a body may have been compressed, one coding over the
// other. Two happen by accident, more do not.
const maxLayers = 2

// maxWindow bounds the memory of one zstd decoder: that of the widest window
// that RFC 9659 lets a sender use.
const maxWindow = 8 << 20

// errTooLarge tells that a body is larger than max_body.
var errTooLarge = errors.New("the body is larger than max_body")

// decoders open one layer each.
var decoders = map[string]func(io.Reader) (io.ReadCloser, error){
	"gzip":    openGzip,
	"x-gzip":  openGzip,
	"deflate": openDeflate,
	"br":      func(r io.Reader) (io.ReadCloser, error) { return io.NopCloser(brotli.NewReader(r)), nil },
	"zstd":    openZstd,
}

func openGzip(r io.Reader) (io.ReadCloser, error) { return gzip.NewReader(r) }

// openDeflate reads what RFC 9110 section 8.4.1.2 calls deflate, which is zlib,
// and what many send instead, which is raw.
func openDeflate(r io.Reader) (io.ReadCloser, error) {
	var first [2]byte
	n, _ := io.ReadFull(r, first[:])
	whole := io.MultiReader(bytes.NewReader(first[:n]), r)
	if n == 2 && first[0]&0x0f == 8 && (int(first[0])<<8|int(first[1]))%31 == 0 { // RFC 1950 section 2.2
		return zlib.NewReader(whole)
	}
	return flate.NewReader(whole), nil
}

func openZstd(r io.Reader) (io.ReadCloser, error) {
	d, err := zstd.NewReader(r, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(maxWindow))
	if err != nil {
		return nil, err
	}
	return d.IOReadCloser(), nil
}

// codings lists the codings of a body, in the order in which they were applied.
func codings(header http.Header) (out []string) {
	for _, value := range header["Content-Encoding"] {
		for coding := range strings.SplitSeq(value, ",") {
			if coding = strings.ToLower(strings.TrimSpace(coding)); coding != "" && coding != "identity" {
				out = append(out, coding)
			}
		}
	}
	return out
}

// decodable tells whether the codings of a body are known, and not too many.
func decodable(header http.Header) bool {
	list := codings(header)
	if len(list) > maxLayers {
		return false
	}
	for _, coding := range list {
		if decoders[coding] == nil {
			return false
		}
	}
	return true
}

// decodePart undoes the codings of a body that is not whole yet, as far as it
// goes.
func decodePart(dst *bytes.Buffer, body []byte, header http.Header, max int64) []byte {
	if len(codings(header)) == 0 {
		return body
	}
	_, _ = decode(dst, body, header, max) // it ends early: that is what a part does
	return dst.Bytes()
}

// gzipMagic is how gzip begins (RFC 1952 section 2.3.1).
var gzipMagic = []byte("\x1f\x8b\x08")

// honest corrects what a header says of gzip: some upstreams declare it and do not
// compress, others compress and do not say so.
func honest(list []string, body []byte) []string {
	zipped := bytes.HasPrefix(body, gzipMagic)
	switch n := len(list); {
	case n == 0 && zipped:
		return []string{"gzip"}
	case n > 0 && strings.HasSuffix(list[n-1], "gzip") && !zipped && len(body) > 0 && (body[0] == '{' || body[0] == '[' || body[0] == '<'):
		return list[:n-1]
	}
	return list
}

// decode undoes the codings of body into dst, which may hold at most max bytes.
// Without codings it returns body itself.
func decode(dst *bytes.Buffer, body []byte, header http.Header, max int64) ([]byte, error) {
	list := honest(codings(header), body)
	if len(list) == 0 || len(body) == 0 {
		return body, nil
	}
	var r io.Reader = bytes.NewReader(body)
	for i := len(list) - 1; i >= 0; i-- {
		layer, err := decoders[list[i]](r)
		if err != nil {
			return nil, fmt.Errorf("opening %s: %w", list[i], err)
		}
		defer layer.Close()
		r = io.LimitReader(layer, max+1) // also between two layers: a bomb may hide in either
	}
	if _, err := dst.ReadFrom(r); err != nil {
		return nil, fmt.Errorf("decompressing: %w", err)
	}
	if int64(dst.Len()) > max {
		return nil, errTooLarge
	}
	return dst.Bytes(), nil
}
