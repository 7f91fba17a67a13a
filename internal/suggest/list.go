package suggest

import (
	"strings"
)

// List lists the words of a closed set for a message.
func List[S ~string](words []S) string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = string(w)
	}
	return strings.Join(out, ", ")
}
