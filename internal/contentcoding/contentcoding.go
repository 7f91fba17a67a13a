// Package contentcoding undoes the content codings of HTTP bodies: gzip,
// deflate, br and zstd, within fixed limits of memory and time.
package contentcoding

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// maxCodings is how many codings a body may have, one applied over the other.
// Two occur by accident; more do not occur.
const maxCodings = 2

// ErrTooLarge is returned for a body that is larger than the limit once decoded.
var ErrTooLarge = errors.New("decoded body is too large")

// List returns the codings of a body, in lower case and in the order in which
// they were applied. It leaves out values that are no codings; see isPlain.
func List(header http.Header) (list []string) {
	for _, value := range header["Content-Encoding"] {
		for coding := range strings.SplitSeq(value, ",") {
			if coding = strings.ToLower(strings.TrimSpace(coding)); codings[coding] != nil || !isPlain(coding) {
				list = append(list, coding)
			}
		}
	}
	return list
}

// Supported reports whether Decode can undo all codings of a body, and their number
// is within the limit.
func Supported(header http.Header) bool {
	list := List(header)
	if len(list) > maxCodings {
		return false
	}
	for _, coding := range list {
		if codings[coding] == nil {
			return false
		}
	}
	return true
}

// Limits are the limits of decoding one body.
type Limits struct {
	Size int64 // of the decoded body, in bytes, and of what is between two codings

	// Now is the clock. If a body takes longer than timePerByte for each byte of Size,
	// the rest is not decoded.
	Now func() time.Time
}

// Decode undoes the codings of body, using dst for the result. A body without codings
// is returned as it is. At most maxDecoders bodies are decoded at once; the others
// wait, which is short, because nothing but the processor limits a decoder.
func Decode(dst *bytes.Buffer, body []byte, header http.Header, limits Limits) ([]byte, error) {
	list := actual(List(header), body)
	if len(list) == 0 || len(body) == 0 {
		return body, nil
	}
	defer acquireDecoder()()
	m := &meter{limits: limits}
	var r io.Reader = bytes.NewReader(body)
	for i := len(list) - 1; i >= 0; i-- {
		c := codings[list[i]]
		if c == nil {
			return nil, fmt.Errorf("unsupported coding %q", list[i])
		}
		decoder, err := c.open(m.measure(r), limits.Size)
		if err != nil {
			return nil, fmt.Errorf("opening %s: %w", list[i], err)
		}
		defer c.release(decoder, limits.Size)
		r = io.LimitReader(decoder, limits.Size+1) // also between two codings: either may be a decompression bomb
	}
	if _, err := dst.ReadFrom(r); err != nil {
		return nil, fmt.Errorf("decompressing: %w", err)
	}
	if int64(dst.Len()) > limits.Size {
		return nil, ErrTooLarge
	}
	return dst.Bytes(), nil
}

// IsEncoded reports whether Decode would decode a body.
func IsEncoded(header http.Header, body []byte) bool {
	return len(body) > 0 && len(actual(List(header), body)) > 0
}

// DecodePrefix decodes as much as it can of the first part of a body.
func DecodePrefix(dst *bytes.Buffer, body []byte, header http.Header, limits Limits) []byte {
	if len(List(header)) == 0 {
		return body
	}
	_, _ = Decode(dst, body, header, limits) // an unexpected end is normal here
	return dst.Bytes()
}

// gzipMagic is how gzip data begins (RFC 1952 section 2.3.1).
var gzipMagic = []byte("\x1f\x8b\x08")

// actual corrects a wrong declaration of gzip: some upstreams declare it but do not
// compress, others compress but do not declare it.
func actual(list []string, body []byte) []string {
	isGzip := bytes.HasPrefix(body, gzipMagic)
	switch n := len(list); {
	case n == 0 && isGzip:
		return []string{"gzip"}
	case n > 0 && strings.HasSuffix(list[n-1], "gzip") && !isGzip && len(body) > 0 && (body[0] == '{' || body[0] == '[' || body[0] == '<'):
		return list[:n-1]
	}
	return list
}
