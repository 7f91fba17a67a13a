package koine

// maxLogCode is the length limit of a native code in placeholders, logs and
// metrics, in bytes.
const maxLogCode = 128

// logCode makes a text of an upstream safe for placeholders, logs and metric
// labels: at most 128 characters of A-Z a-z 0-9 . _ : # -, all others replaced by
// an underscore.
func logCode(s string) string {
	s = s[:min(len(s), maxLogCode)]
	for i := range len(s) {
		if isLogByte(s[i]) {
			continue
		}
		b := []byte(s)
		for ; i < len(b); i++ {
			if !isLogByte(b[i]) {
				b[i] = '_'
			}
		}
		return string(b)
	}
	return s
}

// isLogByte reports whether c may stand in a log code.
func isLogByte(c byte) bool {
	switch {
	case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9':
		return true
	}
	return c == '.' || c == '_' || c == ':' || c == '#' || c == '-'
}
