package redact

import (
	"strings"
)

// IsInternalName reports whether a member of that name never reaches clients,
// whatever its value: it is about the internals of the upstream.
func IsInternalName(key string) bool {
	for _, name := range internalNames {
		if len(name) == len(key) && strings.EqualFold(name, key) {
			return true
		}
	}
	return false
}

var internalNames = [...]string{"trace", "stack", "stackTrace", "stack_trace", "exception", "file", "line", "debug", "sql", "query"}
