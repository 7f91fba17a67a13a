package koine

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/koine-proxy/koine/internal/contentcoding"
	"github.com/koine-proxy/koine/internal/frames"
	"github.com/koine-proxy/koine/translate"
)

// decision is the decision about a response.
type decision uint8

const (
	passThrough       decision = iota
	bufferError                // an error that may be translated
	bufferSuccess              // a 2xx response that may hold an error
	bufferByMediaType          // a media type that only a named dialect handles
	bufferByBody               // a media type without meaning: an error only if the body is JSON
)

// decide returns the decision about a response, based on its header.
func (rt *runtime) decide(status int, header http.Header, r *http.Request) decision {
	if rt.excludes(status, header, r) == notExcluded && !rt.passesBySize(header) {
		return bufferError
	}
	if rt.mayHoldJSON(status, header) {
		return bufferByBody
	}
	if !rt.hasSuccessErrors && !rt.hasNamedDialects {
		return passThrough
	}
	if syntax, ok := rt.streamSyntax(status, header, r); ok && syntax != frames.MaybeLines && status < 400 {
		return passThrough // a stream is translated frame by frame
	}
	switch {
	case rt.mayHoldError(status, header, r):
		return bufferSuccess
	case rt.handlesMediaType(status, header):
		return bufferByMediaType
	}
	return passThrough
}

// statusClientClosed is the status that Caddy writes when the client has
// disconnected.
const statusClientClosed = 499

// isError reports whether a status is that of an error which a client may receive.
func isError(status int) bool { return status >= 400 && status <= 599 && status != statusClientClosed }

// inScope reports whether written errors with a status are translated.
func (rt *runtime) inScope(status int) bool {
	return isError(status) && containsStatus(rt.statuses, status)
}

// containsStatus reports whether a list of statuses and classes contains a status.
func containsStatus(list []int, status int) bool {
	for _, n := range list {
		if n == status || n == status/100 {
			return true
		}
	}
	return false
}

// exclusion is the reason why a response cannot be an error to translate.
type exclusion uint8

const (
	notExcluded exclusion = iota
	excludedByStatus
	excludedByCoding
	excludedByMediaType
)

// excludes returns the reason why, by its header, a response is not an error to
// translate. A response without a media type is checked again when its body is
// known.
func (rt *runtime) excludes(status int, header http.Header, r *http.Request) exclusion {
	if !rt.inScope(status) {
		return excludedByStatus
	}
	if !contentcoding.Supported(header) {
		return excludedByCoding
	}
	contentType := header.Get("Content-Type")
	if contentType == "" || header.Get("Content-Length") == "0" || rt.isErrorType(contentType, r) {
		return notExcluded
	}
	return excludedByMediaType
}

// passesBySize reports whether an error passes through because its header
// announces a body that is too large.
func (rt *runtime) passesBySize(header http.Header) bool {
	if !rt.passesUnmapped {
		return false
	}
	length, err := strconv.ParseInt(header.Get("Content-Length"), 10, 64)
	return err == nil && length > rt.maxBody
}

// successInScope reports whether errors are looked for in responses with a 2xx
// status. A site that restricts the statuses does not look for others.
func (rt *runtime) successInScope(status int) bool {
	return rt.hasSuccessErrors && status >= http.StatusOK && status <= http.StatusNonAuthoritativeInfo && rt.allErrorsInScope
}

// mayHoldError reports whether a success may hold an error: it has a media type of
// errors, and is not a download.
func (rt *runtime) mayHoldError(status int, header http.Header, r *http.Request) bool {
	if !rt.successInScope(status) || !contentcoding.Supported(header) || header.Get("Content-Length") == "0" || r.Method == http.MethodHead {
		return false
	}
	if isAttachment(header) {
		return false
	}
	contentType := header.Get("Content-Type")
	return contentType != "" && (rt.isErrorType(contentType, r) || slices.Contains(scriptTypes, translate.MediaType(contentType)))
}

// isAttachment reports whether a response is a download.
func isAttachment(header http.Header) bool {
	kind, _, _ := strings.Cut(header.Get("Content-Disposition"), ";")
	return strings.EqualFold(strings.TrimSpace(kind), "attachment")
}

// handlesMediaType reports whether a named dialect handles the media type of a
// response that otherwise passes through.
func (rt *runtime) handlesMediaType(status int, header http.Header) bool {
	return rt.hasNamedDialects && (rt.inScope(status) || rt.successInScope(status)) && contentcoding.Supported(header) &&
		rt.engine.HandlesMediaType(translate.MediaType(header.Get("Content-Type")))
}

// isErrorType reports whether a body of a media type may be an error to translate
// for the client that sent r.
func (rt *runtime) isErrorType(contentType string, r *http.Request) bool {
	if contentType == translate.MediaTypeCanonical {
		return true // the most frequent type
	}
	mediaType := translate.MediaType(contentType)
	kind, subtype, _ := strings.Cut(mediaType, "/")
	switch {
	case isHTML(mediaType):
		return rt.hasPages || !translate.PrefersHTML(r.Header["Accept"])
	case mediaType == "text/plain" || mediaType == "application/x-www-form-urlencoded":
		return true
	case kind != "application" && kind != "text", strings.HasPrefix(subtype, "grpc"):
		return false // gRPC has its errors in trailers, even if the messages are JSON
	}
	return slices.Contains(jsonTypes, subtype) || hasSyntax(subtype, "json") || hasSyntax(subtype, "xml")
}

// jsonTypes are the media types of JSON whose names do not end in json.
var jsonTypes = []string{"x-amz-json-1.0", "x-amz-json-1.1", "json-rpc", "jsonrequest", "x-json-rpc"}

// hasSyntax reports whether a subtype is a syntax, or is based on it: problem+json, or
// json+fhir and se_xml as older servers write it.
func hasSyntax(subtype, syntax string) bool {
	if rest, ok := strings.CutPrefix(subtype, syntax); ok && strings.HasPrefix(rest, "+") {
		return true
	}
	rest, ok := strings.CutSuffix(subtype, syntax)
	return ok && (rest == "" || rest[len(rest)-1] == '+' || rest[len(rest)-1] == '_')
}

// streamSyntax reports whether errors are looked for in the frames of a response,
// and how it is split into frames.
func (rt *runtime) streamSyntax(status int, header http.Header, r *http.Request) (frames.Syntax, bool) {
	if !rt.translatesStreams || r.Method == http.MethodHead || !(isCompleteSuccess(status) || rt.inScope(status)) {
		return 0, false
	}
	syntax, ok := frames.SyntaxOf(first(header["Content-Type"]))
	switch {
	case !ok, syntax != frames.EventStream && rt.streamPrefixes.IsEmpty(): // only events can be marked as errors
		return 0, false
	case syntax == frames.MaybeLines:
		return syntax, status < 400 && len(header["Content-Length"]) == 0 && len(header["Content-Encoding"]) == 0 && !hasDigest(header)
	}
	return syntax, true
}

// isCompleteSuccess reports whether a status is that of a success with a complete
// body.
func isCompleteSuccess(status int) bool {
	switch status {
	case http.StatusNoContent, http.StatusResetContent, http.StatusPartialContent:
		return false
	}
	return status >= 200 && status <= 299
}
