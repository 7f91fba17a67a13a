package learn

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"
)

// printable reports whether YAML needs no escape for a character.
func printable(r rune) bool { return r == ' ' || unicode.IsPrint(r) && r != '\ufeff' }

// quoted returns a text in double quotes for JSON and YAML. Invalid UTF-8 becomes U+FFFD.
func quoted(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\t':
			b.WriteString(`\t`)
		case r == '\r':
			b.WriteString(`\r`)
		case printable(r):
			b.WriteRune(r)
		case r > 0xffff:
			fmt.Fprintf(&b, `\U%08x`, r)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// plainWord matches words that need no quotes, alone or in a flow mapping.
var plainWord = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_.-]*$`)

// reservedWords are plain words that some version of YAML does not read as strings.
var reservedWords = map[string]bool{
	"true": true, "false": true, "null": true, "yes": true, "no": true, "on": true, "off": true, "y": true, "n": true,
}

// word returns a text, with quotes if it needs them.
func word(s string) string {
	if plainWord.MatchString(s) && !reservedWords[strings.ToLower(s)] {
		return s
	}
	if strings.ContainsAny(s, `\"`) && !strings.Contains(s, "'") && strings.IndexFunc(s, func(r rune) bool { return !printable(r) }) < 0 {
		return "'" + s + "'"
	}
	return quoted(s)
}

// plainNumber matches numbers that YAML readers do not reformat.
var plainNumber = regexp.MustCompile(`^[1-9][0-9]{0,14}$`)

// sentence returns a sentence, with quotes if it needs them.
func sentence(s string) string {
	if plainSentence.MatchString(s) && !strings.Contains(s, ": ") && !strings.HasSuffix(s, ":") && !strings.Contains(s, " #") && !reservedWords[strings.ToLower(s)] {
		return s
	}
	return word(s)
}

var plainSentence = regexp.MustCompile(`^[A-Za-z\x{00C0}-\x{024F}](?:[\pL\pN ,.;:'"()/#+_!?–…-]*[\pL\pN.)!?…])?$`)

// rowKey returns a native code as the key of a row.
func rowKey(s string) string {
	if plainNumber.MatchString(s) {
		return s
	}
	return word(s)
}

// quotedList returns a list of texts in flow style.
func quotedList(texts []string) string {
	out := make([]string, len(texts))
	for i, t := range texts {
		out[i] = quoted(t)
	}
	return "[" + strings.Join(out, ", ") + "]"
}

// words returns a list in flow style, or a single word without brackets.
func words(list []string) string {
	if len(list) == 1 {
		return list[0]
	}
	return "[" + strings.Join(list, ", ") + "]"
}
