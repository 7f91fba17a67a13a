package translate

import "github.com/koine-proxy/koine/translate/redact"

// redacted replaces a text of the upstream that may not reach clients.
const redacted = `"[redacted]"`

// appendRedacting appends the text of a member, or its replacement if it may not
// reach clients.
func appendRedacting(dst []byte, name, text string) []byte {
	if text != "" && (!redact.AllowsValue(text) || redact.IsSecret(name, text)) {
		return append(dst, redacted...)
	}
	return appendString(dst, text)
}
