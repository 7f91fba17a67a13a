package translate

import (
	"github.com/tidwall/gjson"
)

// APIVersion is the version of the canonical envelope, in its meta.
const APIVersion = "1"

// The media types of the envelopes.
const (
	MediaTypeCanonical  = "application/json"
	MediaTypeProblem    = "application/problem+json"
	MediaTypeProblemXML = "application/problem+xml"
	MediaTypeXML        = "application/xml"
	MediaTypeTextXML    = "text/xml"
	MediaTypeHTML       = "text/html"
	MediaTypeText       = "text/plain"
	MediaTypeMarkdown   = "text/markdown"
)

// mediaTypeXHTML is another name of MediaTypeHTML in Accept headers.
const mediaTypeXHTML = "application/xhtml+xml"

// AppendCanonical appends the canonical envelope.
func (t *Translation) AppendCanonical(dst []byte, p *Policy, params RenderParams) []byte {
	w := newWriter(t, p, params)
	return w.appendCanonical(dst)
}

func (w *writer) appendCanonical(dst []byte) []byte {
	dst = append(dst, w.Code.head...)
	dst = appendInt(dst, int64(w.answerStatus))
	dst = append(dst, `,"message":`...)
	dst = w.appendMessage(dst)
	dst = w.appendFields(dst, "fields", appendCanonicalField)
	if w.isBelow500() {
		dst = w.appendDetails(dst, "details")
	}
	dst = append(dst, `,"retry":`...)
	dst = w.appendRetry(dst)
	if w.hasDocs() {
		dst = append(dst, `,"docs":`...)
		dst = w.appendDocs(dst)
	}
	dst = append(dst, `},"meta":{"request_id":`...)
	dst = appendString(dst, w.params.RequestID)
	dst = append(dst, `,"api_version":"`+APIVersion+`","origin":"`...)
	dst = append(dst, w.Origin...)
	dst = append(dst, `","match":"`...)
	dst = append(dst, w.Match...)
	dst = append(dst, '"')
	dst = w.appendUpstream(dst)
	return append(dst, "}}"...)
}

func (w *writer) appendRetry(dst []byte) []byte {
	dst = append(dst, `{"strategy":"`...)
	dst = append(dst, w.Strategy()...)
	dst = append(dst, '"')
	if after, ok := w.After(w.policy); ok {
		dst = append(dst, `,"after":`...)
		dst = appendInt(dst, int64(after))
	}
	if w.isSafe() {
		return append(dst, `,"safe":true}`...)
	}
	return append(dst, `,"safe":false}`...)
}

// isSafe reports whether the request can be repeated without side effects.
func (w *writer) isSafe() bool {
	if v := &w.chained.safe; v.Type == gjson.True || v.Type == gjson.False {
		return v.Type == gjson.True
	}
	return w.params.Safe
}

// hasDocs reports whether there is a page about the code.
func (w *writer) hasDocs() bool {
	return w.policy.Docs != "" || w.chained.docs != "" && w.isTrusted()
}

// appendDocs appends the URL of the page about the code.
func (w *writer) appendDocs(dst []byte) []byte {
	if w.policy.Docs == "" {
		return appendString(dst, w.chained.docs)
	}
	dst = appendString(dst, w.policy.Docs)
	dst = dst[:len(dst)-1] // reopen the string; a code needs no escapes
	dst = append(dst, w.Code.Name...)
	return append(dst, '"')
}
