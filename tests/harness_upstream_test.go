package tests

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// upstream starts an upstream, and returns its address.
func upstream(t *testing.T, serve http.HandlerFunc) string {
	t.Helper()
	s := httptest.NewServer(serve)
	t.Cleanup(func() {
		s.CloseClientConnections()
		s.Close()
	})
	return strings.TrimPrefix(s.URL, "http://")
}

// refusedAddress is an address that refuses connections: no server listens on the port of the
// obsolete discard service.
const refusedAddress = "127.0.0.1:9"

// response is a response that an upstream sends.
type response struct {
	status int
	header []string // lines
	body   string
}

// respondWith starts an upstream that answers by path.
func respondWith(t *testing.T, byPath map[string]response) string {
	t.Helper()
	return upstream(t, func(w http.ResponseWriter, r *http.Request) {
		answer, ok := byPath[r.URL.Path]
		if !ok {
			answer = response{http.StatusTeapot, nil, "the test has no response for " + r.URL.Path}
		}
		for _, line := range answer.header {
			name, value, _ := strings.Cut(line, ": ")
			w.Header().Add(name, value)
		}
		w.WriteHeader(answer.status)
		_, _ = io.WriteString(w, answer.body)
	})
}

// Header lines of many responses.
const (
	asJSON  = "Content-Type: application/json"
	asPlain = "Content-Type: text/plain; charset=utf-8"
	asHTML  = "Content-Type: text/html; charset=utf-8"
)

// acceptHTML is the Accept header of a browser on navigation.
const acceptHTML = "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"

// echoCode is an upstream handler that sends an error of the dialect rustbill, with the path as
// its code.
func echoCode(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusBadRequest)
	_, _ = io.WriteString(w, `{"error":"`+r.URL.Path[1:]+`","message":"It failed."}`)
}
