package translate

import (
	"github.com/koine-proxy/koine/internal/requestid"
)

// AppendProblem appends a problem of RFC 9457. Data for which RFC 9457 has no
// member is in extension members (section 3.2).
func (t *Translation) AppendProblem(dst []byte, p *Policy, params RenderParams) []byte {
	w := newWriter(t, p, params)
	dst = append(dst, `{"type":`...)
	if w.hasDocs() {
		dst = w.appendDocs(dst)
	} else {
		dst = append(dst, `"about:blank"`...)
	}
	dst = append(dst, `,"title":`...)
	dst = appendString(dst, Phrase(w.answerStatus))
	dst = append(dst, `,"status":`...)
	dst = appendInt(dst, int64(w.answerStatus))
	dst = append(dst, `,"detail":`...)
	dst = w.appendMessage(dst)
	if requestid.IsUUID(w.params.RequestID) {
		dst = append(dst, `,"instance":"urn:uuid:`...)
		dst = append(dst, w.params.RequestID...)
		dst = append(dst, '"')
	}
	dst = append(dst, `,"code":`...)
	dst = appendString(dst, w.Code.Name)
	dst = append(dst, `,"category":"`...)
	dst = append(dst, w.Code.Category...)
	dst = append(dst, '"')
	dst = w.appendFields(dst, "errors", w.appendProblemField)
	if w.isBelow500() {
		dst = w.appendDetails(dst, "details")
	}
	dst = append(dst, `,"retry":`...)
	dst = w.appendRetry(dst)
	dst = append(dst, `,"request_id":`...)
	dst = appendString(dst, w.params.RequestID)
	dst = w.appendUpstream(dst)
	return append(dst, '}')
}
