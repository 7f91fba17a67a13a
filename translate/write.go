package translate

import (
	"strings"

	"github.com/koine-proxy/koine/translate/redact"
)

// writer writes an answer by the policy of a site.
type writer struct {
	*Translation
	policy       *Policy
	params       RenderParams
	answerStatus int
	filter       redact.Filter
	values       int // of the details, so far
}

func newWriter(t *Translation, p *Policy, params RenderParams) writer {
	return writer{Translation: t, policy: p, params: params, answerStatus: t.HTTPStatus(p)}
}

// message returns the message of the answer.
func (w *writer) message() string {
	w.chooseMessage()
	return w.shown
}

// chooseMessage determines the message of the answer. It returns that of the code; nil if
// the message is that of the upstream.
func (w *writer) chooseMessage() *phrase {
	if text, ok := w.shownText(w.Message); ok {
		w.shown, w.language = text, ""
		return nil
	}
	p := w.params.Locale.message(w.Code)
	w.shown, w.language = p.plain, p.tag
	return p
}

// appendMessage appends the message of the answer as a JSON string.
func (w *writer) appendMessage(dst []byte) []byte {
	if p := w.chooseMessage(); p != nil {
		return append(dst, p.json...)
	}
	return appendString(dst, w.shown)
}

// shownText returns a text of the upstream as the client gets it, and whether the
// client may get it.
func (w *writer) shownText(text string) (shown string, ok bool) {
	switch w.policy.Message {
	case MessageUpstream:
		return text, text != ""
	case MessageCanonical:
		return "", false
	}
	switch {
	case text == "":
		return "", false
	case w.isTrusted(): // it has filtered them
		return text, true
	case !w.isBelow500():
		return "", false
	}
	return w.filter.Message(text)
}

// redactedName replaces the name of a field or a member that may not reach clients.
const redactedName = "redacted"

// isBelow500 reports whether neither the error nor the answer is a failure of the
// server, whose details stay private.
func (w *writer) isBelow500() bool {
	return w.Status < 500 && w.answerStatus < 500
}

// clip bounds a code or an id of the upstream.
func clip(s string) string {
	const maxLength = 128
	if len(s) <= maxLength {
		return s
	}
	return strings.ToValidUTF8(s[:maxLength], "")
}
