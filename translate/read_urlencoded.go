package translate

import (
	"net/url"
	"strings"

	"github.com/koine-proxy/koine/dialect"
)

// maxPairs bounds the pairs of an urlencoded body that are read.
const maxPairs = 256

// loadURLEncoded reads a body of application/x-www-form-urlencoded.
func (d *document) loadURLEncoded() bool {
	if strings.ContainsAny(d.text, "\n{<") || !strings.Contains(d.text, "=") {
		return false
	}
	doc, ok := appendForm(d.converted[:0], d.text)
	return ok && d.loadConverted(doc, dialect.FormatForm)
}

// appendForm appends pairs of application/x-www-form-urlencoded as a JSON object.
func appendForm(dst []byte, text string) (doc []byte, ok bool) {
	dst = append(dst, '{')
	pairs := 0
	for pair := range strings.SplitSeq(text, "&") {
		name, text, _ := strings.Cut(pair, "=")
		name, nameErr := url.QueryUnescape(name)
		text, textErr := url.QueryUnescape(text)
		if pairs++; nameErr != nil || textErr != nil || pairs > maxPairs {
			return dst, false
		}
		dst = appendString(appendMember(dst, name), text)
	}
	return append(dst, '}'), true
}
