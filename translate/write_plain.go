package translate

import "strings"

// AppendText appends the error as plain text for people at a terminal.
func (t *Translation) AppendText(dst []byte, p *Policy, params RenderParams) []byte {
	w := newWriter(t, p, params)
	l := params.Locale
	dst = append(appendInt(dst, int64(w.answerStatus)), ": "...)
	dst = append(appendLine(dst, w.message()), '\n')
	if advice := l.adviceOn(w.Code.Category).plain; advice != "" {
		dst = append(append(dst, advice...), '\n')
	}
	dst = append(dst, '\n')
	w.forEachShownField(func(f *field) {
		dst = append(appendLine(append(appendLine(dst, f.path), ": "...), f.message), '\n')
	})
	if after, ok := w.After(w.policy); ok {
		dst = append(appendInt(append(append(dst, l.label(labelWait).plain...), ": "...), int64(after)), " s\n"...)
	}
	dst = append(append(append(append(dst, l.label(labelCode).plain...), ": "...), w.Code.Name...), '\n')
	dst = append(appendLine(append(append(dst, l.label(labelRequestID).plain...), ": "...), w.params.RequestID), '\n')
	if url := w.docsURL(); url != "" {
		dst = append(appendLine(append(append(dst, l.label(labelDocs).plain...), ": "...), url), '\n')
	}
	return dst
}

// AppendMarkdown appends the error as Markdown for agents: short, with what to do.
func (t *Translation) AppendMarkdown(dst []byte, p *Policy, params RenderParams) []byte {
	w := newWriter(t, p, params)
	dst = appendInt(append(dst, "# "...), int64(w.answerStatus))
	dst = append(append(append(dst, ' '), w.Code.Name...), "\n\n"...)
	dst = append(appendMarkdownText(dst, w.message()), "\n\n"...)
	if w.Code.Action != "" {
		dst = append(appendMarkdownText(append(dst, "- What to do: "...), w.Code.Action), '\n')
	}
	dst = append(w.appendRetryAdvice(append(dst, "- Retry: "...)), '\n')
	w.forEachShownField(func(f *field) {
		dst = appendMarkdownCode(append(dst, "- Field "...), f.path)
		dst = append(appendMarkdownText(append(dst, ": "...), f.message), '\n')
	})
	dst = append(appendMarkdownCode(append(dst, "- Request id: "...), w.params.RequestID), '\n')
	if url := w.docsURL(); url != "" {
		dst = append(appendMarkdownCode(append(dst, "- Documentation: "...), url), '\n')
	}
	return dst
}

// appendRetryAdvice appends how the request can be repeated.
func (w *writer) appendRetryAdvice(dst []byte) []byte {
	after, known := w.After(w.policy)
	switch w.Strategy() {
	case RetryRefresh:
		dst = append(dst, "get a new token, then repeat the request."...)
	case RetryWait, RetryBackoff:
		if known {
			dst = append(appendInt(append(dst, "not before "...), int64(after)), " seconds have passed"...)
		} else {
			dst = append(dst, "with a growing delay"...)
		}
		if !w.isSafe() {
			dst = append(dst, ", but repeating the request may take effect twice"...)
		}
		dst = append(dst, '.')
	default:
		dst = append(dst, "never; the same request fails again."...)
	}
	return dst
}

// markdownSpecials are the characters that Markdown may interpret inside a line.
const markdownSpecials = "\\`*_[]<>&|~$#!"

// appendMarkdownText appends a text as a part of a line: without markup.
func appendMarkdownText(dst []byte, s string) []byte {
	start := len(dst)
	for _, c := range appendLine(nil, strings.TrimSpace(s)) {
		if strings.IndexByte(markdownSpecials, c) >= 0 {
			dst = append(dst, '\\')
		}
		dst = append(dst, c)
	}
	return escapeListMarker(dst, start)
}

// escapeListMarker escapes what begins a list at the beginning of a text: 1. + - =
func escapeListMarker(dst []byte, start int) []byte {
	at := start
	for at < len(dst) && isDigit(dst[at]) {
		at++
	}
	if at == len(dst) || strings.IndexByte("+-=.)", dst[at]) < 0 {
		return dst
	}
	dst = append(dst, 0)
	copy(dst[at+1:], dst[at:])
	dst[at] = '\\'
	return dst
}

// appendMarkdownCode appends a text as code. Grave accents in it would end it.
func appendMarkdownCode(dst []byte, s string) []byte {
	dst = append(dst, '`')
	dst = appendLine(dst, strings.ReplaceAll(s, "`", "'"))
	return append(dst, '`')
}
