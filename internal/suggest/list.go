package suggest

import (
	"strings"
)

// List joins words with commas.
func List[S ~string](words []S) string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = string(w)
	}
	return strings.Join(out, ", ")
}
