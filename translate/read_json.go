package translate

import (
	"strconv"

	"github.com/tidwall/gjson"
)

// maxDepth is the maximum nesting of a body; a deeper one is not read. Parsers of
// clients fail at between 64 (.NET) and 512 (PHP) levels, and details are nested
// two levels deeper in the envelope.
const maxDepth = 60

// invalid is the end position of text that is not valid JSON.
const invalid = -1

// scan checks that s is one JSON value (RFC 8259) that nests no deeper than
// maxDepth. In the same pass it records the members of those objects and arrays
// that some dialect refers to. gjson would need one pass to validate and one more
// for each level to walk; FuzzScan checks that both accept the same texts.
func (d *document) scan(s string) bool {
	end := d.scanFirst(s)
	return end != invalid && skipSpace(s, end) == len(s)
}

// scanFirst scans the first value of s and returns where it ends. Some upstreams
// write a second value or a warning after it.
func (d *document) scanFirst(s string) int {
	d.spans.reset(s)
	return d.scanValue(s, skipSpace(s, 0), d.index, -1, 0)
}

// scanValue scans the value at s[i:] and returns where it ends. n is the node of
// the value, or nil if no dialect refers to anything inside; parent is the index
// of its member.
func (d *document) scanValue(s string, i int, n *node, parent int32, depth int) int {
	if i >= len(s) {
		return invalid
	}
	switch c := s[i]; c {
	case '{', '[':
		return d.scanContainer(s, i, n, parent, depth+1)
	case '"':
		end, escaped := skipString(s, i+1)
		d.spans.addString(i, end, escaped)
		return end
	case 't':
		return skipWord(s, i, "true")
	case 'f':
		return skipWord(s, i, "false")
	case 'n':
		return skipWord(s, i, "null")
	}
	return skipNumber(s, i)
}

// scanContainer scans the object or array at s[i:] and returns where it ends.
func (d *document) scanContainer(s string, i int, n *node, parent int32, depth int) (end int) {
	if depth > maxDepth {
		return invalid
	}
	span := d.spans.open(i)
	if s[i] == '{' {
		end = d.scanObject(s, i+1, n, parent, depth)
	} else {
		end = d.scanArray(s, i+1, n, parent, depth)
	}
	if end != invalid {
		d.weight += end - i - 2 // without the brackets
		d.spans.close(span, end)
	}
	return end
}

func (d *document) scanObject(s string, i int, n *node, parent int32, depth int) int {
	if i = skipSpace(s, i); i < len(s) && s[i] == '}' {
		return i + 1
	}
	for {
		if i >= len(s) || s[i] != '"' {
			return invalid
		}
		end, escaped := skipString(s, i+1)
		if end == invalid {
			return invalid
		}
		d.spans.addString(i, end, escaped)
		raw := s[i:end]
		if i = skipSpace(s, end); i >= len(s) || s[i] != ':' {
			return invalid
		}
		i = skipSpace(s, i+1)
		if n == nil || n.children == nil {
			i = d.scanValue(s, i, nil, -1, depth)
		} else {
			i = d.scanMember(s, i, n, unquote(raw, escaped), parent, depth)
		}
		if i == invalid {
			return invalid
		}
		if i = skipSpace(s, i); i >= len(s) {
			return invalid
		}
		if s[i] == '}' {
			return i + 1
		}
		if s[i] != ',' {
			return invalid
		}
		i = skipSpace(s, i+1)
	}
}

func (d *document) scanArray(s string, i int, n *node, parent int32, depth int) int {
	if i = skipSpace(s, i); i < len(s) && s[i] == ']' {
		return i + 1
	}
	for index := 0; ; index++ {
		if n == nil || n.elements == 0 {
			i = d.scanValue(s, i, nil, -1, depth)
		} else {
			i = d.scanMember(s, i, n, strconv.Itoa(index), parent, depth)
		}
		if i == invalid {
			return invalid
		}
		if i = skipSpace(s, i); i >= len(s) {
			return invalid
		}
		if s[i] == ']' {
			return i + 1
		}
		if s[i] != ',' {
			return invalid
		}
		i = skipSpace(s, i+1)
	}
}

// scanMember records the member key of node n and scans its value at s[i:].
func (d *document) scanMember(s string, i int, n *node, key string, parent int32, depth int) int {
	child := n.child(key)
	index := int32(len(d.members))
	if index == maxMembers {
		return d.scanValue(s, i, nil, -1, depth)
	}
	d.members = append(d.members, member{key: key, node: child, parent: parent})
	if child != nil {
		d.record(child, index)
	}
	if i < len(s) && s[i] == '"' { // the most frequent case: look for escapes only once
		end, escaped := skipString(s, i+1)
		if end != invalid {
			d.spans.addString(i, end, escaped)
			m := &d.members[index]
			m.value.Type, m.value.Raw, m.value.Str = gjson.String, s[i:end], unquote(s[i:end], escaped)
			m.types = 1 << gjson.String
		}
		return end
	}
	end := d.scanValue(s, i, child, index, depth)
	if end != invalid {
		m := &d.members[index]
		m.value.Type, m.value.Raw, m.value.spans = typeAt(s, i), s[i:end], &d.spans
		m.types = typeOf(&m.value)
	}
	return end
}

func skipSpace(s string, i int) int {
	for i < len(s) && s[i] <= ' ' && (s[i] == ' ' || s[i] == '\n' || s[i] == '\r' || s[i] == '\t') {
		i++
	}
	return i
}

func skipWord(s string, i int, word string) int {
	if len(s)-i < len(word) || s[i:i+len(word)] != word {
		return invalid
	}
	return i + len(word)
}

// skipNumber returns the position after the number at s[i:].
func skipNumber(s string, i int) int {
	if i < len(s) && s[i] == '-' {
		i++
	}
	switch {
	case i >= len(s) || !isDigit(s[i]):
		return invalid
	case s[i] == '0':
		i++
	default:
		i = skipDigits(s, i)
	}
	if i < len(s) && s[i] == '.' {
		start := i + 1
		if i = skipDigits(s, start); i == start {
			return invalid
		}
	}
	if i < len(s) && s[i]|0x20 == 'e' {
		i++
		if i < len(s) && (s[i] == '+' || s[i] == '-') {
			i++
		}
		start := i
		if i = skipDigits(s, start); i == start {
			return invalid
		}
	}
	return i
}

func skipDigits(s string, i int) int {
	for i < len(s) && isDigit(s[i]) {
		i++
	}
	return i
}
