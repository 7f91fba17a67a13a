// Package contentcoding undoes the content codings of HTTP bodies: gzip,
// deflate, br and zstd, within fixed limits of memory.
package contentcoding

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

// maxCodings is how many codings a body may have, one applied over the other.
// Two occur by accident; more do not occur.
const maxCodings = 2

// maxWindow bounds the memory of a zstd decoder: the widest window that RFC 9659
// lets a sender use.
const maxWindow = 8 << 20

// ErrTooLarge is returned for a body that is larger than the limit once decoded.
var ErrTooLarge = errors.New("decoded body is too large")

// decoders are the functions that open a decoder, by coding.
var decoders = map[string]func(io.Reader) (io.ReadCloser, error){
	"gzip":    openGzip,
	"x-gzip":  openGzip,
	"deflate": openDeflate,
	"br":      func(r io.Reader) (io.ReadCloser, error) { return io.NopCloser(brotli.NewReader(r)), nil },
	"zstd":    openZstd,
}

func openGzip(r io.Reader) (io.ReadCloser, error) { return gzip.NewReader(r) }

// openDeflate reads deflate as RFC 9110 section 8.4.1.2 defines it, which is zlib,
// and raw deflate, which many servers send instead.
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

// List returns the codings of a body, in lower case and in the order in which
// they were applied. It leaves out values that are no codings; see isPlain.
func List(header http.Header) (codings []string) {
	for _, value := range header["Content-Encoding"] {
		for coding := range strings.SplitSeq(value, ",") {
			if coding = strings.ToLower(strings.TrimSpace(coding)); decoders[coding] != nil || !isPlain(coding) {
				codings = append(codings, coding)
			}
		}
	}
	return codings
}

// Supported reports whether Decode can undo all codings of a body, and their number
// is within the limit.
func Supported(header http.Header) bool {
	codings := List(header)
	if len(codings) > maxCodings {
		return false
	}
	for _, coding := range codings {
		if decoders[coding] == nil {
			return false
		}
	}
	return true
}

// Decode undoes the codings of body, using dst for the result, which may have at
// most limit bytes. A body without codings is returned as it is.
func Decode(dst *bytes.Buffer, body []byte, header http.Header, limit int64) ([]byte, error) {
	codings := actual(List(header), body)
	if len(codings) == 0 || len(body) == 0 {
		return body, nil
	}
	var r io.Reader = bytes.NewReader(body)
	for i := len(codings) - 1; i >= 0; i-- {
		open := decoders[codings[i]]
		if open == nil {
			return nil, fmt.Errorf("unsupported coding %q", codings[i])
		}
		decoder, err := open(r)
		if err != nil {
			return nil, fmt.Errorf("opening %s: %w", codings[i], err)
		}
		defer decoder.Close()
		r = io.LimitReader(decoder, limit+1) // also between two codings: either may be a decompression bomb
	}
	if _, err := dst.ReadFrom(r); err != nil {
		return nil, fmt.Errorf("decompressing: %w", err)
	}
	if int64(dst.Len()) > limit {
		return nil, ErrTooLarge
	}
	return dst.Bytes(), nil
}

// DecodePrefix decodes as much as it can of the first part of a body.
func DecodePrefix(dst *bytes.Buffer, body []byte, header http.Header, limit int64) []byte {
	if len(List(header)) == 0 {
		return body
	}
	_, _ = Decode(dst, body, header, limit) // an unexpected end is normal here
	return dst.Bytes()
}

// gzipMagic is how gzip data begins (RFC 1952 section 2.3.1).
var gzipMagic = []byte("\x1f\x8b\x08")

// actual corrects a wrong declaration of gzip: some upstreams declare it but do not
// compress, others compress but do not declare it.
func actual(codings []string, body []byte) []string {
	isGzip := bytes.HasPrefix(body, gzipMagic)
	switch n := len(codings); {
	case n == 0 && isGzip:
		return []string{"gzip"}
	case n > 0 && strings.HasSuffix(codings[n-1], "gzip") && !isGzip && len(body) > 0 && (body[0] == '{' || body[0] == '[' || body[0] == '<'):
		return codings[:n-1]
	}
	return codings
}
