package ledger

import (
	"fmt"
	"hash/fnv"
	"strings"
	"unicode/utf8"

	"github.com/koine-proxy/koine/translate/redact"
)

// Grouping is the version of the rule by which errors without a code are grouped. Entries
// keep the version by which they were made.
const Grouping = 1

// Limits of the text that identifies an entry, in bytes.
const (
	maxCode = 128
	maxMask = 120
)

// groupOf returns the text by which an error is grouped: its code, or the mask of its
// message, or of a code that looks like data of one request.
func groupOf(o *Error) (text string, masked bool) {
	switch {
	case o.Code == "" && o.Message == "":
		return "", false
	case o.Code == "":
		text = Mask(o.Message)
		return text, text != ""
	case o.isShown():
		return o.Code, false
	}
	return Mask(o.Code), true
}

// isShown reports whether the code may be stored: it names a kind of error. A table proves
// that, unless it has a pattern that finds secrets, too.
func (o *Error) isShown() bool {
	switch {
	case len(o.Code) > maxCode:
		return false
	case !isCode(o.Code):
		return o.Match == ByTable && redact.AllowsValue(o.Code)
	case strings.Contains(o.Code, " "):
		return redact.AllowsMessage(o.Code)
	}
	return AllowsCode(o.Code)
}

// AllowsCode reports whether a native code may be logged: it has no secret and no address. It
// may look like data of one request.
func AllowsCode(code string) bool {
	return redact.AllowsCode(code) || isErrorType(code) || isSerial(code) || isCode(code) && (isPlainWords(code) || isQualified(code))
}

// isPlainWords reports whether a text has letters, underscores and hyphens alone:
// database-connection-timeout.
func isPlainWords(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r != '_' && r != '-' && !('a' <= r|0x20 && r|0x20 <= 'z') }) < 0
}

// isQualified reports whether a text is a qualified name whose last part begins with a
// capital: AWS.SimpleQueueService.NonExistentQueue. Names of hosts are in small letters.
func isQualified(s string) bool {
	last := s[strings.LastIndexByte(s, '.')+1:]
	return last != "" && 'A' <= last[0] && last[0] <= 'Z' && !strings.ContainsAny(s, "/@ ()=")
}

// isSerial reports whether a text is a short prefix in capitals and a number, as ORA-00942.
func isSerial(s string) bool {
	prefix := strings.TrimRight(s, "0123456789")
	return len(prefix) <= 8 && len(prefix) < len(s) && strings.Trim(prefix, "ABCDEFGHIJKLMNOPQRSTUVWXYZ-_") == ""
}

// isErrorType reports whether a text is named like a type of errors. Such names must not
// reach clients, but they are codes.
func isErrorType(s string) bool {
	s = strings.ToLower(s)
	return strings.Contains(s, "error") || strings.Contains(s, "exception") || strings.Contains(s, "fault")
}

// isCode reports whether a text is a code that names a kind of error, and is not an id, an
// address, a token or another value of one request.
func isCode(s string) bool {
	if len(s) > maxCode {
		return false
	}
	start, dots, colons, digits := 0, 0, 0, 0
	for i := 0; i <= len(s); i++ {
		if i < len(s) && isWordByte(s[i]) {
			if isDigit(s[i]) {
				digits++
			}
			continue
		}
		if !isCodeWord(s[start:i]) {
			return false
		}
		if i == len(s) {
			break
		}
		switch c := s[i]; {
		case c < ' ', c == 0x7f, c == '@', c == '=', c == '?', c == '\\', c == '"', c == '<', c == '{', c == '(':
			return false
		case c == ':':
			colons++
		case c == '.' && i > start && isDigits(s[start:i]):
			dots++
		}
		start = i + 1
	}
	return dots < 3 && colons < 4 && digits <= maxDigits && utf8.ValidString(s) && !isPath(s)
}

// The longest words of codes. Random texts are longer.
const (
	maxLetters = 52 // OperationNotAllowedOnVMImageAsVMsBeingProvisioned
	maxDigits  = 12
	maxMixed   = 6  // 42P01
	maxSerial  = 24 // AADSTS50020
)

// isCodeWord reports whether a word of letters and digits may be a part of a code.
func isCodeWord(w string) bool {
	letters, changes, hasSmall := 0, 0, false
	for i := range len(w) {
		if !isDigit(w[i]) {
			letters++
			hasSmall = hasSmall || w[i] >= 'a'
		}
		if i > 0 && isDigit(w[i]) != isDigit(w[i-1]) {
			changes++
		}
	}
	digits := len(w) - letters
	switch {
	case digits == 0:
		return letters <= maxLetters
	case letters == 0:
		return digits <= maxDigits
	case changes == 1 && isDigit(w[len(w)-1]): // letters, then a number
		return digits <= 8 && len(w) <= maxSerial
	case changes <= 2 && digits <= 3 && hasSmall: // EC2ThrottledException
		return letters <= maxLetters
	}
	return len(w) <= maxMixed
}

// isPath reports whether a text is the path of a file or of a request.
func isPath(s string) bool { return strings.HasPrefix(s, "/") && strings.Count(s, "/") > 1 }

// Mask returns the first line of a message with a star in place of what may differ between
// two errors of the same kind: numbers, ids, addresses, paths, and what is in quotation
// marks. A message that may not be shown even so becomes a number, which tells it from
// others.
func Mask(message string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(message), "\n")
	line = line[:min(len(line), 4*maxMask)]
	out := make([]byte, 0, maxMask)
	for len(out) < maxMask {
		line = strings.TrimLeft(line, " \t\r")
		if line == "" {
			break
		}
		var word string
		if word, line = nextWord(line); word == "*" && len(out) > 0 && out[len(out)-1] == '*' {
			continue
		}
		if len(out) > 0 {
			out = append(out, ' ')
		}
		out = append(out, word...)
	}
	masked := strings.ToValidUTF8(string(out[:min(len(out), maxMask)]), "")
	if masked != "" && masked != "*" && !redact.AllowsMessage(masked) {
		h := fnv.New32a()
		_, _ = h.Write([]byte(masked))
		return fmt.Sprintf("withheld %08x", h.Sum32())
	}
	return masked
}

// closing has the closing quotation mark of each opening one.
var closing = map[rune]string{'"': `"`, '`': "`", '\'': "'", '“': "”", '„': "“", '«': "»", '‘': "’"}

// nextWord returns the mask of the first word of a line, and the rest of the line.
func nextWord(line string) (word, rest string) {
	r, size := utf8.DecodeRuneInString(line)
	if mark, ok := closing[r]; ok {
		if _, after, ok := strings.Cut(line[size:], mark); ok {
			end := strings.IndexAny(after, " \t")
			if end < 0 {
				return "*", ""
			}
			return "*", after[end:]
		}
		return "*", "" // the rest may be a part of the value
	}
	end := strings.IndexAny(line, " \t\r")
	if end < 0 {
		end = len(line)
	}
	word, rest = line[:end], line[end:]
	if name, _, ok := strings.Cut(word, "="); ok && !isValue(name) {
		return name + "=*", rest
	}
	if isValue(word) {
		return "*", rest
	}
	return word, rest
}

// isValue reports whether a word of a message is a value of one request.
func isValue(word string) bool {
	switch {
	case len(word) > maxLetters, strings.ContainsAny(word, `@\0123456789"{}[]<>`), strings.Contains(word, "://"):
		return true
	}
	return strings.Count(word, "/") > 1 || len(word) > 1 && word[0] == '/'
}

func isDigits(s string) bool {
	for i := range len(s) {
		if !isDigit(s[i]) {
			return false
		}
	}
	return s != ""
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// isWordByte reports whether a byte is a letter or a digit. Letters outside of ASCII count.
func isWordByte(c byte) bool {
	return isDigit(c) || 'a' <= c|0x20 && c|0x20 <= 'z' || c >= utf8.RuneSelf
}
