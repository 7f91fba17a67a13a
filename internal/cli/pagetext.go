package cli

import "strings"

// code returns a code span.
func code(s string) string {
	s = strings.NewReplacer("\n", `\n`, "\r", `\r`, "\t", `\t`).Replace(s)
	fence := "`"
	for strings.Contains(s, fence) {
		fence += "`"
	}
	if s == "" || strings.HasPrefix(s, "`") || strings.HasSuffix(s, "`") || strings.TrimSpace(s) != s {
		s = " " + s + " "
	}
	return fence + s + fence
}

// text escapes markup. An underscore inside a word needs no escape.
func text(s string) string {
	var b strings.Builder
	for i := range len(s) {
		switch c := s[i]; {
		case c == '<':
			b.WriteString("&lt;")
			continue
		case strings.IndexByte("\\*`", c) >= 0, c == '_' && (i == 0 || i == len(s)-1 || !isAlnum(s[i-1]) || !isAlnum(s[i+1])):
			b.WriteByte('\\')
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

func isAlnum(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'z' || c >= 0x80
}

// cell escapes text for a table cell. URLs become links.
func cell(s string) string {
	if strings.HasPrefix(s, "https://") && !strings.ContainsAny(s, " |<>") {
		return "<" + s + ">"
	}
	return strings.ReplaceAll(text(s), "|", `\|`)
}

// codeCell returns a code span for a table cell.
func codeCell(s string) string { return strings.ReplaceAll(code(s), "|", `\|`) }
