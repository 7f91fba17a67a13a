package cli

import (
	"bytes"
	"net/http"
	"strings"
)

// MediaType guesses the media type of an error body; "" if the body is empty.
func MediaType(body []byte) string {
	trimmed := bytes.TrimSpace(bytes.TrimPrefix(body, []byte("\xef\xbb\xbf")))
	switch {
	case len(trimmed) == 0:
		return ""
	case bytes.ContainsAny(trimmed[:1], `{["`):
		return "application/json"
	case trimmed[0] != '<':
		return "text/plain; charset=utf-8"
	}
	if sniffed := http.DetectContentType(trimmed); strings.HasPrefix(sniffed, "text/html") {
		return "text/html; charset=utf-8"
	}
	return "application/xml"
}
