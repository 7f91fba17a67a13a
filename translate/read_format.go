package translate

import (
	"bytes"
	"slices"
	"strings"

	"github.com/koine-proxy/koine/dialect"
)

// formatSet is a set of formats, one bit for each of dialect.Formats.
type formatSet uint8

func newFormatSet(list ...dialect.Format) (set formatSet) {
	for i, f := range dialect.Formats() {
		for _, one := range list {
			if one == f {
				set |= 1 << i
			}
		}
	}
	return set
}

var (
	onlyJSON = newFormatSet(dialect.FormatJSON)
	onlyText = newFormatSet(dialect.FormatText)
)

// byteOrderMark precedes UTF-8 in the responses of some servers.
var byteOrderMark = []byte("\xef\xbb\xbf")

// trim removes byte order marks and white space around a body.
func trim(body []byte) []byte {
	body = bytes.TrimSpace(body)
	for bytes.HasPrefix(body, byteOrderMark) {
		body = bytes.TrimSpace(body[len(byteOrderMark):])
	}
	return body
}

// jsonGuard is a prefix that keeps JSON from being included as a script.
var jsonGuard = []byte(")]}'")

// withoutGuard removes the guard and the rest of its line.
func withoutGuard(body []byte) []byte {
	rest, ok := bytes.CutPrefix(body, jsonGuard)
	if !ok {
		return body
	}
	if i := bytes.IndexByte(rest, '\n'); i >= 0 {
		return rest[i:]
	}
	return bytes.TrimPrefix(rest, []byte(","))
}

// looksStructured reports whether a text starts like JSON or markup, or contains
// JSON. Complete JSON or markup has been read before, so such a text is broken and
// not used as a message.
func looksStructured(s string) bool {
	return s[0] == '{' || s[0] == '<' || strings.HasPrefix(s, `["`) || strings.HasPrefix(s, "[[") || strings.Contains(s, `{"`)
}

// isText reports whether a body has no control characters except white space.
func isText(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' && s[i] != '\n' && s[i] != '\r' && s[i] != '\t' && s[i] != '\f' || s[i] == 0x7f {
			return false
		}
	}
	return true
}

// looksLikeHTML reports whether markup is HTML rather than XML.
func looksLikeHTML(body []byte, mediaType string) bool {
	if bytes.HasPrefix(body, []byte("<?xml")) {
		return false
	}
	head := strings.ToLower(string(body[:min(len(body), 256)]))
	if strings.HasPrefix(head, "<!doctype html") || strings.Contains(head, "<html") || strings.HasPrefix(head, "<!--") && mediaType == "text/html" {
		return true
	}
	return mediaType == "text/html" || !strings.Contains(mediaType, "xml") && startsWithPageTag(head)
}

// startsWithPageTag reports whether a text starts with a tag of HTML: the output
// of a script that failed before it could set its Content-Type.
func startsWithPageTag(head string) bool {
	end := strings.IndexAny(head, " />\t\r\n")
	return end > 1 && slices.Contains(pageTags, head[1:end])
}

// pageTags are the tags that such output starts with and XML does not.
var pageTags = []string{"br", "hr", "h1", "h2", "h3", "p", "pre", "div", "center", "table", "font"}
