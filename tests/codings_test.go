package tests

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"io"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
)

// encoders are the encoders of content codings, by name.
var encoders = map[string]func(io.Writer) io.WriteCloser{
	"gzip":   func(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) },
	"x-gzip": func(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) },
	"br":     func(w io.Writer) io.WriteCloser { return brotli.NewWriter(w) },
	"zlib":   func(w io.Writer) io.WriteCloser { return zlib.NewWriter(w) },
	"deflate": func(w io.Writer) io.WriteCloser {
		f, _ := flate.NewWriter(w, flate.DefaultCompression) // the level is valid
		return f
	},
	"zstd": func(w io.Writer) io.WriteCloser {
		z, _ := zstd.NewWriter(w) // no options, no error
		return z
	},
}

func encode(t *testing.T, coding, body string) string {
	t.Helper()
	var b bytes.Buffer
	w := encoders[coding](&b)
	if _, err := io.WriteString(w, body); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestContentCodings(t *testing.T) {
	t.Parallel()
	unreadable := encode(t, "gzip", missing)[:30]
	twoLayers := encode(t, "gzip", encode(t, "gzip", missing))
	byPath := map[string]response{
		"/gzip":                      {404, []string{asJSON, "Content-Encoding: gzip"}, encode(t, "gzip", missing)},
		"/x-gzip":                    {404, []string{asJSON, "Content-Encoding: x-gzip"}, encode(t, "gzip", missing)},
		"/GZIP":                      {404, []string{asJSON, "Content-Encoding: GZIP"}, encode(t, "gzip", missing)},
		"/br":                        {404, []string{asJSON, "Content-Encoding: br"}, encode(t, "br", missing)},
		"/zstd":                      {404, []string{asJSON, "Content-Encoding: zstd"}, encode(t, "zstd", missing)},
		"/deflate-zlib":              {404, []string{asJSON, "Content-Encoding: deflate"}, encode(t, "zlib", missing)},
		"/deflate-raw":               {404, []string{asJSON, "Content-Encoding: deflate"}, encode(t, "deflate", missing)},
		"/identity":                  {404, []string{asJSON, "Content-Encoding: identity"}, missing},
		"/two-layers":                {404, []string{asJSON, "Content-Encoding: gzip, gzip"}, twoLayers},
		"/two-layers-in-two-headers": {404, []string{asJSON, "Content-Encoding: br", "Content-Encoding: gzip"}, encode(t, "gzip", encode(t, "br", missing))},
	}
	for path, coding := range map[string]string{"/charset": "UTF-8", "/none": "none", "/binary": "binary", "/chunked": "chunked", "/media-type": "text/json"} {
		byPath[path] = response{404, []string{asJSON, "Content-Encoding: " + coding}, missing}
	}
	for path, r := range byPath {
		r.header = append(r.header, "Etag: \"1\"")
		byPath[path] = r
	}
	byPath["/three-layers"] = response{404, []string{asJSON, "Content-Encoding: gzip, gzip, gzip"}, encode(t, "gzip", twoLayers)}
	byPath["/unknown"] = response{404, []string{asJSON, "Content-Encoding: dcb"}, "\xff\x44\x43\x42whatever"}
	byPath["/unreadable"] = response{404, []string{asJSON, "Content-Encoding: gzip"}, unreadable}
	byPath["/undeclared"] = response{404, []string{asJSON}, encode(t, "gzip", missing)}
	byPath["/not-encoded"] = response{404, []string{asJSON, "Content-Encoding: gzip"}, missing}
	backend := respondWith(t, byPath)
	p := serve(t, "", translateAndPassSites("codings.test", backend))
	for _, path := range []string{"/gzip", "/x-gzip", "/GZIP", "/br", "/zstd", "/deflate-zlib", "/deflate-raw", "/identity", "/two-layers", "/two-layers-in-two-headers", "/charset", "/none", "/binary", "/chunked", "/media-type"} {
		t.Run(path[1:], func(t *testing.T) {
			p.get(t, "codings.test"+path, "Accept-Encoding: gzip, br, zstd, deflate").checkMissing(t)
		})
	}
	for _, path := range []string{"/three-layers", "/unknown"} {
		a := p.get(t, "codings.test"+path)
		a.checkPassed(t, 404, "application/json", byPath[path].body)
		if a.header.Get("Content-Encoding") == "" {
			t.Errorf("%s has no Content-Encoding", path)
		}
	}
	const gzip = "Accept-Encoding: gzip" // otherwise reverse_proxy decodes it
	p.get(t, "codings.test/unreadable", gzip).checkByStatus(t, 404, "RESOURCE.NOT_FOUND")
	p.get(t, "codings.test/unreadable").checkByStatus(t, 404, "RESOURCE.NOT_FOUND")
	p.get(t, "pass.test/unreadable", gzip).checkPassed(t, 404, "application/json", unreadable)
	p.get(t, "codings.test/not-encoded", gzip).checkMissing(t)
	p.get(t, "codings.test/undeclared", gzip).checkMissing(t)
	p.get(t, "codings.test/not-encoded").checkByStatus(t, 404, "RESOURCE.NOT_FOUND")
}

// TestDecompressionBombs sends small bodies that are very large after decompression.
func TestDecompressionBombs(t *testing.T) {
	t.Parallel()
	bomb := func(codings ...string) string {
		body := strings.Repeat(" ", 64<<20)
		for _, coding := range codings {
			body = encode(t, coding, body)
		}
		return body
	}
	byPath := map[string]response{
		"/gzip":           {404, []string{asJSON, "Content-Encoding: gzip"}, bomb("gzip")},
		"/zstd":           {404, []string{asJSON, "Content-Encoding: zstd"}, bomb("zstd")},
		"/two-layers":     {404, []string{asJSON, "Content-Encoding: gzip, gzip"}, bomb("gzip", "gzip")},
		"/below-max-body": {404, []string{asJSON, "Content-Encoding: gzip"}, encode(t, "gzip", missing+strings.Repeat(" ", 500<<10))},
	}
	backend := respondWith(t, byPath)
	p := serve(t, "", `
http://large.test:{$PORT} {
	translate_errors
	reverse_proxy `+backend+`
}
`)
	p.get(t, "large.test/below-max-body").checkMissing(t)
	before := p.peakMemory(t)
	for _, path := range []string{"/gzip", "/zstd", "/two-layers"} {
		p.get(t, "large.test"+path).checkByStatus(t, 404, "RESOURCE.NOT_FOUND")
	}
	p.checkGrowth(t, before)
}
