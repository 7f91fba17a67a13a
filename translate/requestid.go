package translate

// maxID bounds an id that comes from outside, in bytes.
const maxID = 128

// SoundID tells whether an id from outside may be kept: 1 to 128 characters of
// an alphabet that cannot break a header, a log line, a shell or a page.
func SoundID(s string) bool {
	if len(s) == 0 || len(s) > maxID {
		return false
	}
	for i := range len(s) {
		switch c := s[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', isDigit(c):
		case c == '-', c == '_', c == '.', c == ':', c == '=', c == '/', c == '+', c == '~', c == '@':
		default:
			return false
		}
	}
	return true
}

// isUUID tells whether s is spelled as a UUID (RFC 9562 section 4).
func isUUID(s string) bool {
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

// LogCode cuts an upstream's code down to what placeholders, logs and metrics
// may carry: 128 characters of A-Z a-z 0-9 . _ : # -, all else as _.
func LogCode(s string) string {
	s = s[:min(len(s), 128)]
	for i := range len(s) {
		if !logCode(s[i]) {
			b := []byte(s)
			for ; i < len(b); i++ {
				if !logCode(b[i]) {
					b[i] = '_'
				}
			}
			return string(b)
		}
	}
	return s
}

func logCode(c byte) bool {
	return isLetterByte(c) || isDigit(c) || c == '.' || c == '_' || c == ':' || c == '#' || c == '-'
}
