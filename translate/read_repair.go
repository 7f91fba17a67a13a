package translate

import (
	"slices"
	"strings"
)

// maxRepairs bounds the repairs of one body.
const maxRepairs = 10_000

// invalidNumbers are numbers that JSON does not have, but that many encoders write.
var invalidNumbers = []string{"NaN", "Infinity", "-Infinity"}

// repairJSON appends an object or array, with the two faults corrected that real
// servers make most often: raw control characters in strings are escaped, and
// invalidNumbers become null. It does not check anything else, and leaves out what
// follows the value. It reports whether there was anything to correct.
func repairJSON(dst []byte, s string) (doc []byte, repaired bool) {
	start, repairs, depth := 0, 0, 0 // s[:start] is in dst
	quoted := false
	for i := 0; i < len(s) && repairs < maxRepairs; {
		c, size, with := s[i], 1, ""
		switch {
		case quoted && c == '\\':
			size = 2
		case c == '"':
			quoted = !quoted
		case quoted && c < ' ':
			dst = appendEscape(append(dst, s[start:i]...), c)
			start, repairs = i+1, repairs+1
		case quoted:
		case c == '{' || c == '[':
			depth++
		case c == '}' || c == ']':
			if depth--; depth <= 0 {
				s = s[:i+1]
			}
		case c == 'N' || c == 'I' || c == '-':
			if n := invalidNumberLength(s[i:]); n > 0 {
				size, with = n, "null"
			}
		}
		if with != "" {
			dst = append(append(dst, s[start:i]...), with...)
			start, repairs = i+size, repairs+1
		}
		i += size
	}
	return append(dst, s[start:]...), repairs > 0
}

// invalidNumberLength returns the length of the number of invalidNumbers at the
// start of a text; 0 if there is none.
func invalidNumberLength(s string) int {
	for _, word := range invalidNumbers {
		if strings.HasPrefix(s, word) {
			return len(word)
		}
	}
	return 0
}

// scanRepaired scans the first value of a text that is not valid JSON, after its
// repair. It returns the JSON of the value, which is in d.converted.
func (d *document) scanRepaired(s string) (doc string, ok bool) {
	d.clearTree()
	out, repaired := repairJSON(d.converted[:0], s)
	d.converted = out
	if !repaired {
		return "", false
	}
	doc = view(out)
	end := d.scanFirst(doc)
	if end == invalid {
		d.clearTree()
		return "", false
	}
	return doc[:end], true
}

// loadRepaired reads JSON with faults that can be repaired.
func (d *document) loadRepaired(s string) bool {
	doc, ok := d.scanRepaired(s)
	if ok {
		d.text, d.format, d.root = doc, onlyJSON, newValueIn(&d.spans, doc)
	}
	return ok
}

// maxStarts bounds the places in one body at which JSON is tried to be read.
const maxStarts = 8

// loadAfterOutput reads JSON after what a script printed before it, such as the
// warnings of PHP. If several values can be read, the one at the end of the body is
// used, else the first: a warning may quote JSON too. JSON inside of an element is
// part of a page.
func (d *document) loadAfterOutput(s string) bool {
	found := ""
	rest := s
	for range maxStarts {
		i := nextStart(rest)
		if i < 0 {
			break
		}
		rest = rest[i:]
		d.clearTree()
		end := d.scanFirst(rest)
		if end == invalid {
			rest = rest[1:]
			continue
		}
		after := strings.TrimSpace(rest[end:])
		if after == "" {
			found = rest[:end]
			break
		}
		if found == "" && !strings.HasPrefix(after, "</") {
			found = rest[:end]
		}
		rest = rest[end:]
	}
	d.clearTree()
	if found == "" {
		i := nextStart(s)
		return i >= 0 && d.loadRepaired(s[i:])
	}
	d.scanFirst(found)
	d.text, d.format, d.root = found, onlyJSON, newValueIn(&d.spans, found)
	return true
}

// nextStart returns where an object with members, or an array of objects, may begin;
// -1 for nowhere.
func nextStart(s string) int {
	for i := 0; i < len(s); i++ {
		n := strings.IndexAny(s[i:], "{[")
		if n < 0 {
			return -1
		}
		i += n
		next := skipSpace(s, i+1)
		if next < len(s) && (s[i] == '{' && s[next] == '"' || s[i] == '[' && s[next] == '{') {
			return i
		}
	}
	return -1
}

// diagnostics are the kinds of messages that PHP prints before the output of a
// script.
var diagnostics = []string{
	"Notice", "Warning", "Deprecated", "Strict Standards", "Fatal error", "Parse error", "Catchable fatal error", "Recoverable fatal error",
}

// startsWithDiagnostic reports whether a text starts with a message of PHP:
// `Notice: …`, `PHP Notice:  …` or `<b>Notice</b>: …`.
func startsWithDiagnostic(s string) bool {
	s = strings.TrimPrefix(strings.TrimPrefix(s[:min(len(s), 64)], "PHP "), "<b>")
	kind, _, ok := strings.Cut(s, ":")
	return ok && slices.Contains(diagnostics, strings.TrimSuffix(kind, "</b>"))
}
