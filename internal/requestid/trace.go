package requestid

import "encoding/hex"

// NewTraceID returns a random trace id of W3C Trace Context (section 3.2.2.3).
func NewTraceID() string {
	var id [16]byte
	fillRandom(id[:])
	id[15] |= 1 // an id of zeros is invalid
	return hex.EncodeToString(id[:])
}

// NewSpanID returns a random parent id of W3C Trace Context (section 3.2.2.4).
func NewSpanID() string { return NewTraceID()[16:] }

// ParseTraceparent returns the trace id of a traceparent header (W3C Trace
// Context section 3.2): 00-TRACE-PARENT-FLAGS, or a later version with more
// fields after these.
func ParseTraceparent(s string) (traceID string, ok bool) {
	const size = 55
	if len(s) < size || s[2] != '-' || s[35] != '-' || s[52] != '-' || s[:2] == "ff" {
		return "", false
	}
	if (s[:2] == "00" && len(s) != size) || (len(s) > size && s[size] != '-') {
		return "", false
	}
	parent := s[36:52]
	if !isLowerHex(s[:2]) || !IsTraceID(s[3:35]) || !isLowerHex(parent) || parent == "0000000000000000" || !isLowerHex(s[53:55]) {
		return "", false
	}
	return s[3:35], true
}

// IsTraceID reports whether s is a valid trace id of W3C Trace Context.
func IsTraceID(s string) bool {
	return len(s) == 32 && isLowerHex(s) && s != "00000000000000000000000000000000"
}

func isLowerHex(s string) bool {
	for i := range len(s) {
		if c := s[i]; (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}
