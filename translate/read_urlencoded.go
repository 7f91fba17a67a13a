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
	doc := append(d.converted[:0], '{')
	pairs := 0
	for pair := range strings.SplitSeq(d.text, "&") {
		name, text, _ := strings.Cut(pair, "=")
		name, nameErr := url.QueryUnescape(name)
		text, textErr := url.QueryUnescape(text)
		if pairs++; nameErr != nil || textErr != nil || pairs > maxPairs {
			return false
		}
		doc = appendString(appendMember(doc, name), text)
	}
	return d.loadConverted(append(doc, '}'), dialect.FormatForm)
}
