package redact

import (
	"strings"
)

// IsInternalName tells whether a member may never pass, whatever it holds: it speaks
// of the inside of the backend.
func IsInternalName(key string) bool {
	for _, name := range privateNames {
		if len(name) == len(key) && strings.EqualFold(name, key) {
			return true
		}
	}
	return false
}

var privateNames = [...]string{"trace", "stack", "stackTrace", "stack_trace", "exception", "file", "line", "debug", "sql", "query"}

// IsSecret tells whether a value looks like the secret that its name promises: a
// single word with a digit in it.
func IsSecret(name, value string) bool {
	for _, known := range secretNames {
		if len(known) == len(name) && strings.EqualFold(known, strings.ReplaceAll(name, "-", "_")) {
			return strings.ContainsAny(value, "0123456789") && !strings.Contains(value, " ")
		}
	}
	return false
}

var secretNames = [...]string{
	"password", "passwd", "pwd", "secret", "client_secret", "api_secret", "access_token", "refresh_token", "private_key",
	"authorization", "cookie",
}
