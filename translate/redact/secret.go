package redact

import (
	"strings"
)

// IsSecret reports whether a member with the name of a secret has a value that
// looks like one: a single word with a digit in it.
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
