package cli

import "strings"

// code is a code span, whatever is inside.
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

// text keeps words from being taken for markup. An underscore inside of a word
// is none.
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

// cell is text inside of a table. Addresses become links by themselves.
func cell(s string) string {
	if strings.HasPrefix(s, "https://") && !strings.ContainsAny(s, " |<>") {
		return "<" + s + ">"
	}
	return strings.ReplaceAll(text(s), "|", `\|`)
}

// codeCell is a code span inside of a table.
func codeCell(s string) string { return strings.ReplaceAll(code(s), "|", `\|`) }
