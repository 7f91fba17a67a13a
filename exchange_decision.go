package koine

import (
	"net/http"
	"slices"
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

// claims tells whether a dialect that the site named has bodies of a media type
// that otherwise passes.
func (h *Handler) claims(status int, header http.Header) bool {
	return h.claiming && (h.concerns(status) || h.mayCarry(status)) && decodable(header) &&
		h.engine.HandlesMediaType(translate.MediaType(header.Get("Content-Type")))
}

// mayCarry tells whether an error may ride on a success of that status.
func (h *Handler) mayCarry(status int) bool {
	return h.riders && status >= http.StatusOK && status <= http.StatusNonAuthoritativeInfo && h.coversErrors()
}

// coversErrors tells whether `only` leaves all errors to this handler: one that is
// told of some statuses shall not look at others.
func (h *Handler) coversErrors() bool { return covers(h.Only, 499) && covers(h.Only, 599) }

// isCarrier tells, by its header, whether a success may carry an error: one of a
// media type that errors have, and no download.
func (h *Handler) isCarrier(status int, header http.Header, r *http.Request) bool {
	if !h.mayCarry(status) || !decodable(header) || header.Get("Content-Length") == "0" || r.Method == http.MethodHead {
		return false
	}
	if strings.HasPrefix(header.Get("Content-Disposition"), "attachment") {
		return false
	}
	contentType := header.Get("Content-Type")
	return contentType != "" && isErrorType(contentType, r)
}

// isErrorType tells whether a body of that media type may be an error to
// translate for the client of r.
func isErrorType(contentType string, r *http.Request) bool {
	if contentType == translate.MediaTypeCanonical {
		return true // by far the most frequent one
	}
	mediaType := translate.MediaType(contentType)
	kind, subtype, _ := strings.Cut(mediaType, "/")
	switch {
	case mediaType == "text/html" || mediaType == "application/xhtml+xml":
		return !translate.PrefersHTML(accept(r))
	case mediaType == "text/plain" || mediaType == "application/x-www-form-urlencoded":
		return true
	case kind != "application" && kind != "text", strings.HasPrefix(subtype, "grpc"):
		return false // gRPC tells its errors in trailers, also where it carries JSON
	}
	return slices.Contains(jsonTypes, subtype) || isSyntax(subtype, "json") || isSyntax(subtype, "xml")
}

// jsonTypes are the media types of JSON whose names do not end so.
var jsonTypes = []string{"x-amz-json-1.0", "x-amz-json-1.1", "json-rpc", "jsonrequest", "x-json-rpc"}

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
