package yamlfile

import (
	"strings"
	"unicode/utf8"

	"github.com/koine-proxy/koine/dialect"
)

// codesWord begins a table of rows, one a line.
const codesWord = "codes:\n"

// cutRows reads the rows of a table line by line, where all of them are plain: a
// key and a canonical code on one line. They are most of a large file, and YAML
// takes its time. What is returned is the file with a table without rows in their
// place, so that all else stands where it stood. Whatever is not plain, or not
// right, is left to the YAML reader, which knows what to say of it.
func cutRows(file string) (rest []byte, rows []dialect.Row, ok bool) {
	start := strings.Index(file, "\n"+codesWord) + 1
	if start == 0 {
		return nil, nil, false
	}
	from := start + len(codesWord)
	first := strings.Count(file[:from], "\n") + 1
	end := from + tableLength(file[from:])
	table := file[from:end]
	lines := strings.Count(table, "\n")
	rows = make([]dialect.Row, 0, lines)
	seen := make(map[string]bool, lines)
	line := first
	for text := range strings.Lines(table) {
		text = strings.TrimSuffix(text, "\n")
		if trimmed := strings.TrimLeft(text, " "); trimmed != "" && trimmed[0] != '#' {
			row, fine := plainRow(text)
			if !fine || seen[row.Native] {
				return nil, nil, false
			}
			seen[row.Native] = true
			row.At.Line, row.CodeAt.Line = line, line
			rows = append(rows, row)
		}
		line++
	}
	if len(rows) == 0 || !isPlainText(table) {
		return nil, nil, false
	}
	rest = make([]byte, 0, len(file)-len(table)+lines+4)
	rest = append(append(rest, file[:start]...), "codes: {}\n"...)
	for range lines {
		rest = append(rest, '\n')
	}
	return append(rest, file[end:]...), rows, true
}

// tableLength is where the next word of the file begins: the next line that is
// not indented, and no comment.
func tableLength(s string) (length int) {
	for text := range strings.Lines(s) {
		if text[0] != ' ' && text[0] != '#' && text[0] != '\n' {
			break
		}
		length += len(text)
	}
	return length
}

// isPlainText tells whether YAML takes a text for lines as they look: it knows
// line breaks of its own, and forbids some characters (YAML 1.1 section 5.1).
func isPlainText(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool {
		return r < ' ' && r != '\n' || r >= 0x7f && r < 0xa0 || r == '\u2028' || r == '\u2029' || r == 0xfeff || r == 0xfffe || r == 0xffff
	})
}

// plainRow reads a line such as `  not_found: 404 RESOURCE.NOT_FOUND  # why`.
func plainRow(line string) (row dialect.Row, ok bool) {
	if len(line) < 4 || line[:2] != "  " || line[2] == ' ' {
		return row, false
	}
	native, value, ok := plainKey(line[2:])
	if !ok {
		return row, false
	}
	column := len(line) - len(value) + 1 // where value begins
	if i := strings.Index(value, " #"); i >= 0 {
		value = value[:i]
	}
	row.Native = native
	words := strings.Trim(value, " ")
	if len(words) > 4 && words[3] == ' ' && isStatus(words[:3]) {
		row.Status = int(words[0]-'0')*100 + int(words[1]-'0')*10 + int(words[2]-'0')
		words = strings.TrimLeft(words[4:], " ")
	}
	row.Code, row.Force = strings.CutSuffix(words, " force")
	row.Code = strings.TrimRight(row.Code, " ")
	if !dialect.IsCodeName(row.Code) {
		return row, false
	}
	row.At.Column = 3
	row.CodeAt.Column = column + strings.Index(value, row.Code)
	return row, true
}

// isStatus tells whether a word is a number from 100 to 999.
func isStatus(s string) bool {
	return '1' <= s[0] && s[0] <= '9' && '0' <= s[1] && s[1] <= '9' && '0' <= s[2] && s[2] <= '9'
}

// plainKey cuts the key of a row from its value: one in double quotes without an
// escape in it, or a word that YAML takes as it is.
func plainKey(s string) (key, value string, ok bool) {
	if s[0] == '"' {
		if key, value, ok = strings.Cut(s[1:], `"`); !ok || key == "" || strings.IndexByte(key, '\\') >= 0 {
			return "", "", false
		}
		value, ok = strings.CutPrefix(value, ": ")
		return key, value, ok
	}
	key, value, ok = strings.Cut(s, ": ")
	return key, value, ok && isPlainKey(key)
}

// isPlainKey tells whether a key needs no quotes in YAML.
func isPlainKey(key string) bool {
	for i := range len(key) {
		c := key[i]
		letter := 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '_'
		if !letter && (i == 0 || strings.IndexByte(".-/@$+()", c) < 0) {
			return false
		}
	}
	return key != ""
}
