package translate

import "strings"

// Page is what the HTML pages of errors have in common.
type Page struct {
	Head string // elements of the head: style, scripts
}

// maxShownFields bounds the fields in the envelopes that people read.
const maxShownFields = 100

// AppendHTML appends the error as a page for people: the message, what they can do, and
// what helps those whom they ask for help. It has nothing that the other envelopes do not
// have.
func (t *Translation) AppendHTML(dst []byte, p *Policy, params RenderParams, page *Page) []byte {
	w := newWriter(t, p, params)
	ours := w.chooseMessage()
	dst = append(dst, `<!doctype html><html lang="`...)
	dst = append(dst, w.pageLanguage()...)
	dst = append(dst, `"><head><meta charset="utf-8"><title>`...)
	dst = appendInt(dst, int64(w.answerStatus))
	dst = append(dst, ": "...)
	dst = w.appendMarkupMessage(dst, ours)
	dst = append(dst, "</title>"...)
	dst = append(dst, page.Head...)
	dst = append(dst, `</head><body><main class="error"><p class="status">`...)
	dst = appendInt(dst, int64(w.answerStatus))
	dst = append(dst, `</p><h1`...)
	if ours == nil {
		dst = append(dst, ` lang="" dir="auto"`...) // the language of the upstream is not known
	}
	dst = append(dst, '>')
	dst = w.appendMarkupMessage(dst, ours)
	dst = append(dst, "</h1>"...)
	dst = w.appendAdvice(dst)
	dst = w.appendFieldList(dst)
	dst = w.appendFacts(dst)
	w.language = w.pageLanguage()
	return append(dst, "</main></body></html>\n"...)
}

// pageLanguage returns the language of the texts around the message.
func (w *writer) pageLanguage() string {
	if w.params.Locale == nil {
		return taxonomyLanguage
	}
	return w.params.Locale.tag
}

// appendMarkupMessage appends the message, which is that of the code unless ours is nil.
func (w *writer) appendMarkupMessage(dst []byte, ours *phrase) []byte {
	if ours != nil {
		return append(dst, ours.html...)
	}
	return appendMarkupText(dst, w.shown)
}

func (w *writer) appendAdvice(dst []byte) []byte {
	if advice := w.params.Locale.adviceOn(w.Code.Category); advice.html != "" {
		dst = append(append(append(dst, `<p class="advice">`...), advice.html...), "</p>"...)
	}
	return dst
}

// appendFieldList appends the messages about fields.
func (w *writer) appendFieldList(dst []byte) []byte {
	start := len(dst)
	dst = append(append(append(dst, "<h2>"...), w.params.Locale.label(labelFields).html...), `</h2><ul class="fields">`...)
	empty := len(dst)
	w.forEachShownField(func(f *field) {
		dst = append(appendMarkupText(append(dst, "<li><code>"...), f.path), `</code> <span dir="auto">`...)
		dst = append(appendMarkupText(dst, f.message), "</span></li>"...)
	})
	if len(dst) == empty {
		return dst[:start]
	}
	return append(dst, "</ul>"...)
}

// forEachShownField calls f with each field, with the texts that clients may get.
func (w *writer) forEachShownField(f func(*field)) {
	if w.fields.shape == nil {
		return
	}
	count := 0
	w.fields.forEach(func(one field) bool {
		w.filterField(&one)
		f(&one)
		count++
		return count < maxShownFields
	})
}

// appendFacts appends what helps to find the error: code, request id, and the page about
// the code; and when to try again.
func (w *writer) appendFacts(dst []byte) []byte {
	l := w.params.Locale
	dst = append(dst, "<dl>"...)
	if after, ok := w.After(w.policy); ok {
		dst = w.appendTerm(dst, labelWait)
		dst = append(appendInt(dst, int64(after)), " s</dd></div>"...)
	}
	dst = w.appendTerm(dst, labelCode)
	dst = append(append(append(dst, "<code>"...), w.Code.Name...), "</code></dd></div>"...)
	dst = w.appendTerm(dst, labelRequestID)
	dst = append(appendMarkupText(append(dst, `<code id="request-id">`...), w.params.RequestID), `</code> <button type="button" data-copy="request-id" data-copied="`...)
	dst = append(append(append(append(dst, l.label(labelCopied).html...), `" hidden>`...), l.label(labelCopy).html...), "</button></dd></div></dl>"...)
	if url := w.docsURL(); url != "" {
		dst = append(appendMarkupText(append(dst, `<p class="docs"><a href="`...), url), `">`...)
		dst = append(append(dst, l.label(labelDocs).html...), "</a></p>"...)
	}
	return dst
}

// appendTerm appends a term of the list of facts.
func (w *writer) appendTerm(dst []byte, name label) []byte {
	return append(append(append(dst, "<div><dt>"...), w.params.Locale.label(name).html...), "</dt><dd>"...)
}

// docsURL returns the URL of the page about the code, if it is one to which a link may
// lead; "" if there is none.
func (w *writer) docsURL() string {
	switch {
	case !w.hasDocs():
		return ""
	case w.policy.Docs != "":
		return w.policy.Docs + w.Code.Name
	case strings.HasPrefix(w.chained.docs, "https://") || strings.HasPrefix(w.chained.docs, "http://"):
		return w.chained.docs
	}
	return ""
}
