package koine

import (
	"mime"
	"net/http"
	"strings"

	"github.com/koine-proxy/koine/translate"
)

// statusClientGone is what Caddy writes when the client went away. There is
// nobody to translate for.
const statusClientGone = 499

// concerns tells whether errors of that status are this handler's business.
func (h *Handler) concerns(status int) bool {
	return status >= 400 && status <= 599 && status != statusClientGone && covers(h.Only, status)
}

// isCandidate tells, by its header, whether a response may be an error to
// translate. One without a media type is judged again when its body is known.
func (h *Handler) isCandidate(status int, header http.Header, r *http.Request) bool {
	if !h.concerns(status) || !decodable(header) {
		return false
	}
	if header.Get("Content-Length") == "0" {
		return true
	}
	contentType := header.Get("Content-Type")
	return contentType == "" || isErrorType(contentType, r)
}

// isErrorType tells whether a body of that media type may be an error to
// translate for the client of r.
func isErrorType(contentType string, r *http.Request) bool {
	if contentType == translate.TypeCanonical {
		return true // by far the most frequent one
	}
	mediaType, _, err := mime.ParseMediaType(contentType)
	if err != nil { // broken parameters; the type itself may still be good
		mediaType, _, _ = strings.Cut(contentType, ";")
		mediaType = strings.ToLower(strings.TrimSpace(mediaType))
	}
	kind, subtype, _ := strings.Cut(mediaType, "/")
	switch {
	case mediaType == "text/html" || mediaType == "application/xhtml+xml":
		return !translate.PrefersHTML(accept(r))
	case mediaType == "text/plain" || mediaType == "application/x-www-form-urlencoded":
		return true
	case kind != "application" && kind != "text", strings.HasPrefix(subtype, "grpc"):
		return false // gRPC tells its errors in trailers, also where it carries JSON
	}
	return isSyntax(subtype, "json") || isSyntax(subtype, "xml")
}

// isSyntax tells whether a subtype is json or xml, or built on it: problem+json.
func isSyntax(subtype, syntax string) bool {
	rest, ok := strings.CutSuffix(subtype, syntax)
	return ok && (rest == "" || rest[len(rest)-1] == '+')
}

// accept is the Accept header of a request, as one list.
func accept(r *http.Request) string {
	values := r.Header["Accept"]
	if len(values) == 1 {
		return values[0]
	}
	return strings.Join(values, ",")
}
