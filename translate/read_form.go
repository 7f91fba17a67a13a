package translate

import (
	"net/url"
	"strings"

	"github.com/koine-proxy/koine/dialect"
)

// maxPairs bounds what is read of a form.
const maxPairs = 256

// loadForm reads a body of application/x-www-form-urlencoded.
func (t *Translation) loadForm() bool {
	if strings.ContainsAny(t.body, "\n{<") || !strings.Contains(t.body, "=") {
		return false
	}
	doc := append(t.doc[:0], '{')
	pairs := 0
	for pair := range strings.SplitSeq(t.body, "&") {
		name, text, _ := strings.Cut(pair, "=")
		name, err := url.QueryUnescape(name)
		text, err2 := url.QueryUnescape(text)
		if pairs++; err != nil || err2 != nil || pairs > maxPairs {
			return false
		}
		doc = appendString(appendMember(doc, name), text)
	}
	return t.loadDocument(append(doc, '}'), dialect.FormatForm)
}
