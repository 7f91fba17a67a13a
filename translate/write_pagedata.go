package translate

// PageData is an error for the template of a site: the texts that clients may get, not
// yet escaped.
type PageData struct {
	Status     int    // the HTTP status of the page
	Code       string // the canonical code
	Type       string // its first part in lower case
	Category   string
	Message    string
	Advice     string // what people can do
	Language   string // of the texts that are not the upstream's, as in BCP 47
	Fields     []PageField
	RetryAfter int // seconds; 0 if nothing says when to try again
	RequestID  string
	Docs       string // the URL of the page about the code; "" for none
	Labels     PageLabels
}

// PageField is a message about a field.
type PageField struct{ Field, Message string }

// PageLabels are the words around the parts of an error.
type PageLabels struct{ Fields, Wait, Code, RequestID, Copy, Copied, Docs string }

// PageData returns the error for the template of a site.
func (t *Translation) PageData(p *Policy, params RenderParams) PageData {
	w := newWriter(t, p, params)
	text := func(name label) string { return params.Locale.label(name).plain }
	data := PageData{
		Status: w.answerStatus, Code: w.Code.Name, Type: w.Code.Type(), Category: string(w.Code.Category),
		Message: string(appendLine(nil, w.message())), Advice: params.Locale.adviceOn(w.Code.Category).plain, Language: w.pageLanguage(),
		RequestID: params.RequestID, Docs: w.docsURL(),
		Labels: PageLabels{
			Fields: text(labelFields), Wait: text(labelWait), Code: text(labelCode), RequestID: text(labelRequestID),
			Copy: text(labelCopy), Copied: text(labelCopied), Docs: text(labelDocs),
		},
	}
	data.RetryAfter, _ = w.After(p)
	w.forEachShownField(func(f *field) {
		data.Fields = append(data.Fields, PageField{string(appendLine(nil, f.path)), string(appendLine(nil, f.message))})
	})
	w.language = data.Language
	return data
}
