package koine

import (
	"net/http"
	"sync"
)

// observedHeaders has the maps of headers that are needed only while an error is observed.
var observedHeaders = sync.Pool{New: func() any { return make(http.Header, 16) }}

// maxPooledHeader is the number of headers above which a map is not pooled.
const maxPooledHeader = 64

// copyHeader returns a copy of a header, which releaseHeader takes back, and appends its
// headers to a list. The copy shares nothing with the header, whose values other handlers may
// replace in place.
func copyHeader(header http.Header, fields headerFields) (http.Header, headerFields) {
	all := make([]string, 0, len(header)+4) // most have one value
	c := observedHeaders.Get().(http.Header)
	for name, values := range header {
		start := len(all)
		all = append(all, values...)
		values = all[start:len(all):len(all)]
		c[name] = values
		fields = append(fields, headerField{name, values})
	}
	return c, fields
}

// releaseHeader takes back a copy, which must not be used any more.
func releaseHeader(c http.Header) {
	if len(c) > maxPooledHeader {
		return
	}
	clear(c)
	observedHeaders.Put(c)
}

// headerField is a header with its values.
type headerField struct {
	name   string
	values []string
}

// headerFields are the headers of a response at one moment. They are few, so a list is faster
// than a map.
type headerFields []headerField

func (h headerFields) has(name string) bool {
	for i := range h {
		if h[i].name == name {
			return true
		}
	}
	return false
}
