package contentcoding

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zlib"
	"github.com/klauspost/compress/zstd"
)

const text = `{"error":"plan_not_found","message":"There is no such plan."}`

// encode compresses data with one coding.
func encode(t *testing.T, coding string, data []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	var w io.WriteCloser
	var err error
	switch coding {
	case "gzip", "x-gzip":
		w = gzip.NewWriter(&out)
	case "deflate":
		w = zlib.NewWriter(&out)
	case "raw":
		w, err = flate.NewWriter(&out, flate.DefaultCompression)
	case "br":
		w = brotli.NewWriter(&out)
	case "zstd":
		w, err = zstd.NewWriter(&out)
	}
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func headerOf(codings ...string) http.Header { return http.Header{"Content-Encoding": codings} }

func TestDecode(t *testing.T) {
	for _, c := range []struct {
		name    string
		header  http.Header
		encoded []string // the actual codings of the body, in this order
	}{
		{"none", http.Header{}, nil},
		{"identity", headerOf("identity"), nil},
		{"a charset", headerOf("UTF-8"), nil},
		{"a charset and gzip", headerOf("utf-8, gzip"), []string{"gzip"}},
		{"a charset declared, but gzip applied", headerOf("utf-8"), []string{"gzip"}},
		{"gzip", headerOf("gzip"), []string{"gzip"}},
		{"gzip, in capitals", headerOf(" GZIP "), []string{"gzip"}},
		{"x-gzip", headerOf("x-gzip"), []string{"x-gzip"}},
		{"deflate", headerOf("deflate"), []string{"deflate"}},
		{"raw deflate", headerOf("deflate"), []string{"raw"}},
		{"br", headerOf("br"), []string{"br"}},
		{"zstd", headerOf("zstd"), []string{"zstd"}},
		{"two in one line", headerOf("br, gzip"), []string{"br", "gzip"}},
		{"two in two lines", headerOf("zstd", "br"), []string{"zstd", "br"}},
		{"gzip declared, but not applied", headerOf("gzip"), nil},
		{"gzip applied, but not declared", http.Header{}, []string{"gzip"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			body := []byte(text)
			for _, coding := range c.encoded {
				body = encode(t, coding, body)
			}
			if !Supported(c.header) {
				t.Fatal("not supported")
			}
			got, err := Decode(new(bytes.Buffer), body, c.header, Limits{Size: 1000})
			if err != nil || string(got) != text {
				t.Errorf("got %q, %v", got, err)
			}
		})
	}
}

func TestSupported(t *testing.T) {
	for value, want := range map[string]bool{
		"": true, "gzip, br": true, "gzip, br, zstd": false, "gzip, aes128gcm": false,
		// codings that cannot be undone
		"compress": false, "x-compress": false, "snappy": false, "aes128gcm": false, "dcb": false, "dcz": false, "exi": false, "lz4": false, "xz": false, "bzip2": false,
		"utf-8, compress": false, "acme": false,
		// no codings
		"UTF-8": true, "utf8": true, "iso-8859-1": true, "us-ascii": true, "latin1": true, "windows-1252": true, "none": true, "None": true, "binary": true,
		"chunked": true, "text/json": true, "application/json; charset=utf-8": true, "charset=utf-8": true, " ": true, ",": true, "identity, utf-8, gzip": true,
	} {
		if got := Supported(headerOf(value)); got != want {
			t.Errorf("%q: got %t", value, got)
		}
	}
}

func TestDecodeLimits(t *testing.T) {
	large := encode(t, "gzip", []byte(strings.Repeat(" ", 1<<20)))
	if _, err := Decode(new(bytes.Buffer), large, headerOf("gzip"), Limits{Size: 1000}); !errors.Is(err, ErrTooLarge) {
		t.Errorf("a large body: got %v", err)
	}
	dst := new(bytes.Buffer)
	if _, err := Decode(dst, encode(t, "br", large), headerOf("gzip, br"), Limits{Size: 1000}); err == nil || dst.Len() > 1001 {
		t.Errorf("a large inner body: got %d bytes, %v", dst.Len(), err)
	}
	if _, err := Decode(new(bytes.Buffer), []byte("not compressed"), headerOf("gzip"), Limits{Size: 1000}); err == nil {
		t.Error("a body that is not gzip: got no error")
	}
	if _, err := Decode(new(bytes.Buffer), []byte("anything"), headerOf("gzip, snappy"), Limits{Size: 1000}); err == nil {
		t.Error("an unsupported coding: got no error")
	}
}

func TestDecodePrefix(t *testing.T) {
	body := strings.Repeat(text, 5000)
	encoded := encode(t, "gzip", []byte(body))
	got := DecodePrefix(new(bytes.Buffer), encoded[:len(encoded)/2], headerOf("gzip"), Limits{Size: 1 << 20})
	if len(got) == 0 || !strings.HasPrefix(body, string(got)) {
		t.Errorf("got %d bytes", len(got))
	}
	if got := DecodePrefix(new(bytes.Buffer), []byte("{"), http.Header{}, Limits{Size: 10}); string(got) != "{" {
		t.Errorf("got %q", got)
	}
}
