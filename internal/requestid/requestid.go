// Package requestid generates request ids, validates those of other parties, and
// decides which senders are trusted.
package requestid

// maxLen is the length limit of a request id, in bytes.
const maxLen = 128

// IsValid reports whether an id of another party may be kept: 1 to 128 characters
// that have no special meaning in a header, a log line, a shell or an HTML page:
// A-Z a-z 0-9 - _ . : = / + ~ @.
func IsValid(s string) bool {
	if len(s) == 0 || len(s) > maxLen {
		return false
	}
	for i := range len(s) {
		switch c := s[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9':
		case c == '-', c == '_', c == '.', c == ':', c == '=', c == '/', c == '+', c == '~', c == '@':
		default:
			return false
		}
	}
	return true
}

// IsUUID reports whether s has the textual form of a UUID (RFC 9562 section 4).
func IsUUID(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i := range len(s) {
		switch i {
		case 8, 13, 18, 23:
			if s[i] != '-' {
				return false
			}
		default:
			if !isHexDigit(s[i]) {
				return false
			}
		}
	}
	return true
}

func isHexDigit(c byte) bool { return '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'f' }
