package translate

import (
	"math/bits"
	"strings"
)

// Of an Accept header, maxAccept bytes of each line and maxRanges ranges are read.
// Browsers send 200 bytes and 10 ranges.
const (
	maxAccept = 2048
	maxRanges = 64
)

// mediaRange is one element of an Accept header.
type mediaRange struct {
	name          string // text/html, text/* or */*
	quality       uint16 // in thousandths
	hasParameters bool   // apart from q, and from charset, which does not change the type
}

// acceptReader reads the ranges of an Accept header one after the other.
type acceptReader struct {
	mediaRange          // the current one
	lines      []string // that are left
	rest       string   // of the current line
	hasQuotes  bool     // in the current line
	count      int
}

// next reads the next range, and reports whether there is one.
func (a *acceptReader) next() bool {
	for {
		for a.rest == "" {
			if len(a.lines) == 0 {
				return false
			}
			a.rest = a.lines[0][:min(len(a.lines[0]), maxAccept)]
			a.lines = a.lines[1:]
			a.hasQuotes = strings.IndexByte(a.rest, '"') >= 0
		}
		if a.hasQuotes {
			a.readQuoted()
		} else {
			a.read()
		}
		if a.name != "" {
			a.count++
			return a.count <= maxRanges
		}
	}
}

// read reads an element of a line without quotes.
func (a *acceptReader) read() {
	name, delimiter := a.cut()
	a.name, a.quality, a.hasParameters = trimSpace(name), 1000, false
	if delimiter != ';' {
		return
	}
	if q, n := shortQuality(a.rest); n > 0 {
		a.quality, a.rest = q, a.rest[n:]
		return
	}
	for delimiter == ';' {
		name, delimiter = a.cut()
		a.readParameter(name)
	}
}

// cut cuts the rest at its first comma or semicolon, which it returns; 0 if there is none.
func (a *acceptReader) cut() (part string, delimiter byte) {
	s := a.rest
	end := indexDelimiter(s)
	if end == len(s) {
		a.rest = ""
		return s, 0
	}
	a.rest = s[end+1:]
	return s[:end], s[end]
}

// shortQuality reads a weight such as q=0.9 at the end of an element, as nearly all are.
// n is the length with the comma after it; 0 if it is something else.
func shortQuality(s string) (quality uint16, n int) {
	const size = len("q=0.9")
	if len(s) < size || s[:size-1] != "q=0." || !isDigit(s[size-1]) {
		return 0, 0
	}
	switch {
	case len(s) == size:
		n = size
	case s[size] == ',':
		n = size + 1
	}
	return uint16(s[size-1]-'0') * 100, n
}

// readQuoted reads an element of a line with quotes.
func (a *acceptReader) readQuoted() {
	var element string
	element, a.rest = cutQuoted(a.rest, ',')
	name, parameters := cutQuoted(element, ';')
	a.name, a.quality, a.hasParameters = trimSpace(name), 1000, false
	for parameters != "" {
		var one string
		one, parameters = cutQuoted(parameters, ';')
		a.readParameter(one)
	}
}

// indexDelimiter returns the position of the first comma or semicolon, or the length of s.
// It compares eight bytes at a time.
func indexDelimiter(s string) int {
	i := 0
	for ; i+8 <= len(s); i += 8 {
		x := loadWord(s, i)
		commas, semicolons := x^(','*lowBits), x^(';'*lowBits)
		if found := ((commas-lowBits)&^commas | (semicolons-lowBits)&^semicolons) & highBits; found != 0 {
			return i + bits.TrailingZeros64(found)/8
		}
	}
	for i < len(s) && s[i] != ',' && s[i] != ';' {
		i++
	}
	return i
}

// cutQuoted cuts a list at its first separator outside of quotes.
func cutQuoted(list string, separator byte) (element, rest string) {
	end := indexUnquoted(list, separator)
	if end < 0 {
		return list, ""
	}
	return list[:end], list[end+1:]
}

// indexUnquoted is strings.IndexByte for bytes outside of quoted strings (RFC 9110
// section 5.6.4).
func indexUnquoted(s string, c byte) int {
	quoted := false
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '"':
			quoted = !quoted
		case quoted && s[i] == '\\':
			i++
		case !quoted && s[i] == c:
			return i
		}
	}
	return -1
}

// readParameter reads a parameter of a range.
func (a *acceptReader) readParameter(one string) {
	one = trimSpace(one)
	switch {
	case len(one) > 1 && one[0]|0x20 == 'q' && one[1] == '=': // at any place (RFC 9110 section 12.4.2)
		a.quality = readQuality(one[2:])
	case one != "" && !hasPrefixFold(one, "charset="):
		a.hasParameters = true
	}
}

// readQuality returns a weight in thousandths. A malformed one counts as 0. More digits
// than three, and a missing 0 before the point, are sent by some programs.
func readQuality(s string) uint16 {
	s = trimSpace(s)
	whole, fraction, _ := strings.Cut(s, ".")
	if s == "" || s == "." || len(whole) > 1 || len(whole) == 1 && whole[0] > '1' {
		return 0
	}
	quality, unit := uint16(0), uint16(100)
	if whole == "1" {
		quality = 1000
	} else if whole != "" && whole != "0" {
		return 0
	}
	for i := range len(fraction) {
		if !isDigit(fraction[i]) {
			return 0
		}
		quality += uint16(fraction[i]-'0') * unit
		unit /= 10
	}
	if quality > 1000 {
		return 0
	}
	return quality
}

// trimSpace removes the white space that HTTP allows around the elements of a list.
func trimSpace(s string) string {
	for s != "" && (s[0] == ' ' || s[0] == '\t') {
		s = s[1:]
	}
	for s != "" && (s[len(s)-1] == ' ' || s[len(s)-1] == '\t') {
		s = s[:len(s)-1]
	}
	return s
}

// equalFold reports whether s is lower, which is in lower case, in any case. Only ASCII
// letters have cases.
func equalFold(lower, s string) bool {
	return len(s) == len(lower) && (s == lower || hasPrefixFold(s, lower))
}

// hasPrefixFold reports whether s begins with a prefix, both in any case.
func hasPrefixFold(s, prefix string) bool {
	if len(s) < len(prefix) {
		return false
	}
	for i := range len(prefix) {
		if lowerByte(s[i]) != lowerByte(prefix[i]) {
			return false
		}
	}
	return true
}

// lowerByte returns an ASCII letter in lower case, and any other byte unchanged.
func lowerByte(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c + 0x20
	}
	return c
}
