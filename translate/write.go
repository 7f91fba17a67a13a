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
	w.shown = w.Code.Message
	if text, ok := w.shownText(w.Message); ok {
		w.shown = text
	}
	return w.shown
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
