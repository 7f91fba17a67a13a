package contentcoding

import (
	"slices"
	"strings"

	"golang.org/x/text/encoding/htmlindex"
)

// plainWords are values of Content-Encoding that are no codings, but that servers
// send with bodies that are not compressed.
var plainWords = []string{"identity", "none", "binary", "chunked", "plain", "text", "json", "utf8", "unicode", "7bit", "8bit", "charset"}

// isPlain reports whether a value of Content-Encoding, in lower case, means that the
// body is not compressed: identity, nothing, the name of a charset or a media type
// by mistake, or one of plainWords. All other values are codings, known or not.
func isPlain(coding string) bool {
	name, _, _ := strings.Cut(coding, ";")
	name, _, _ = strings.Cut(strings.Trim(name, `"' `), "=")
	if name == "" || slices.Contains(plainWords, name) || strings.Contains(name, "/") {
		return true
	}
	_, err := htmlindex.Get(name)
	return err == nil
}
