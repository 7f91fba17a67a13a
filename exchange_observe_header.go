package koine

import (
	"net/http"
	"sync"
)

// observedHeaders has the maps of headers that are needed only while an error is observed.
var observedHeaders = sync.Pool{New: func() any { return make(http.Header, 16) }}

// maxPooledHeader is the number of headers above which a map is not pooled.
const maxPooledHeader = 64

// copyHeader returns a copy of a header, which releaseHeader takes back. It shares no list
// with the header, whose values other handlers may replace in place.
func copyHeader(header http.Header) http.Header {
	n := 0
	for _, values := range header {
		n += len(values)
	}
	all := make([]string, n)
	c := observedHeaders.Get().(http.Header)
	for name, values := range header {
		copied := copy(all, values)
		c[name], all = all[:copied:copied], all[copied:]
	}
	return c
}

// releaseHeader takes back a copy, which must not be used any more.
func releaseHeader(c http.Header) {
	if len(c) > maxPooledHeader {
		return
	}
	clear(c)
	observedHeaders.Put(c)
}
