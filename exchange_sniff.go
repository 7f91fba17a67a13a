package koine

import (
	"bytes"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/koine-proxy/koine/internal/contentcoding"
	"github.com/koine-proxy/koine/translate"
)

// vagueTypes are media types that servers also send with JSON.
var vagueTypes = append([]string{"application/octet-stream", "binary/octet-stream"}, scriptTypes...)

// scriptTypes are those of vagueTypes that a success with an error has, too.
var scriptTypes = []string{"text/javascript", "application/javascript"}

// isVague reports whether a media type says nothing about the syntax: one of vagueTypes, or
// a private one (RFC 6838 section 3.4) that is no archive.
func isVague(mediaType string) bool {
	name, private := strings.CutPrefix(mediaType, "application/x-")
	return slices.Contains(vagueTypes, mediaType) || private && !strings.Contains(name, "zip") && !strings.Contains(name, "tar") && !strings.Contains(name, "compress")
}

// mayHoldJSON reports whether an error of a vague media type may be JSON, judging by
// its header.
func (rt *runtime) mayHoldJSON(status int, header http.Header) bool {
	if !rt.inScope(status) || !isVague(translate.MediaType(header.Get("Content-Type"))) || rt.handlesMediaType(status, header) {
		return false
	}
	length, err := strconv.ParseInt(header.Get("Content-Length"), 10, 64)
	return !isAttachment(header) && contentcoding.Supported(header) && (err != nil || length <= rt.maxBody)
}

// mayStartJSON reports whether the buffered part of a body with p added to it may
// be the beginning of JSON. A compressed body is decoded only when it is complete.
func (b *bufferedResponse) mayStartJSON(p []byte, header http.Header) bool {
	if len(contentcoding.List(header)) > 0 {
		return true
	}
	start := trimStart(p)
	if start = trimStart(slices.Concat(trimStart(b.body.Bytes()), start[:min(len(start), 4)])); len(start) == 0 || start[0] == 0xef {
		return len(start) < 3 // white space, or a part of a byte order mark
	}
	b.knownJSON = startsJSON(start)
	return b.knownJSON || start[0] == 0x1f // compressed, but not declared so
}

// startsJSON reports whether a body starts like an object or array.
func startsJSON(body []byte) bool {
	start := trimStart(body)
	return len(start) > 0 && (start[0] == '{' || start[0] == '[')
}

// trimStart removes white space and byte order marks at the start.
func trimStart(body []byte) []byte {
	for {
		rest := bytes.TrimPrefix(bytes.TrimLeft(body, " \t\r\n"), []byte("\xef\xbb\xbf"))
		if len(rest) == len(body) {
			return body
		}
		body = rest
	}
}
