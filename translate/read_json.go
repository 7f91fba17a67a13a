package translate

import (
	"encoding/binary"
	"math/bits"
	"strconv"
	"unsafe"

	"github.com/tidwall/gjson"
)

// maxDepth is how deep a body may nest before it counts as unreadable. Parsers
// of clients give up between 64 (.NET) and 512 (PHP) levels, and what is read
// here lands two levels deep in the envelope.
const maxDepth = 60

// bad is the position of no value.
const bad = -1

// scan checks that s is one JSON value (RFC 8259) that nests no deeper than
// maxDepth, and in the same pass notes the members of those objects and arrays
// that some dialect cares about. gjson would need one pass to validate and one
// more per level to walk; FuzzScan holds the two to the same answers.
func (t *Translation) scan(s string) bool {
	end := t.scanFirst(s)
	return end != bad && skipSpace(s, end) == len(s)
}

// scanFirst scans the first value of s, and returns where it ends: some upstreams
// write a second one behind it, or what they have to warn of.
func (t *Translation) scanFirst(s string) int {
	return t.value(s, skipSpace(s, 0), t.engine.root, -1, 0)
}

// value scans the value at s[i:] and returns where it ends. n is the node that
// the value belongs to, or nil where nobody cares for what is inside.
func (t *Translation) value(s string, i int, n *node, parent int32, depth int) int {
	if i >= len(s) {
		return bad
	}
	switch c := s[i]; c {
	case '{':
		return t.object(s, i+1, n, parent, depth+1)
	case '[':
		return t.array(s, i+1, n, parent, depth+1)
	case '"':
		end, _ := skipString(s, i+1)
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

func (t *Translation) object(s string, i int, n *node, parent int32, depth int) int {
	if depth > maxDepth {
		return bad
	}
	if i = skipSpace(s, i); i < len(s) && s[i] == '}' {
		return i + 1
	}
	for {
		if i >= len(s) || s[i] != '"' {
			return bad
		}
		end, escaped := skipString(s, i+1)
		if end == bad {
			return bad
		}
		raw := s[i:end]
		if i = skipSpace(s, end); i >= len(s) || s[i] != ':' {
			return bad
		}
		i = skipSpace(s, i+1)
		if n == nil || n.children == nil {
			i = t.value(s, i, nil, bad, depth)
		} else {
			i = t.member(s, i, n, unquote(raw, escaped), parent, depth)
		}
		if i == bad {
			return bad
		}
		if i = skipSpace(s, i); i >= len(s) {
			return bad
		}
		if s[i] == '}' {
			return i + 1
		}
		if s[i] != ',' {
			return bad
		}
		i = skipSpace(s, i+1)
	}
}

func (t *Translation) array(s string, i int, n *node, parent int32, depth int) int {
	if depth > maxDepth {
		return bad
	}
	if i = skipSpace(s, i); i < len(s) && s[i] == ']' {
		return i + 1
	}
	for index := 0; ; index++ {
		if n == nil || n.elements == 0 {
			i = t.value(s, i, nil, bad, depth)
		} else {
			i = t.member(s, i, n, strconv.Itoa(index), parent, depth)
		}
		if i == bad {
			return bad
		}
		if i = skipSpace(s, i); i >= len(s) {
			return bad
		}
		if s[i] == ']' {
			return i + 1
		}
		if s[i] != ',' {
			return bad
		}
		i = skipSpace(s, i+1)
	}
}

// member notes the member called key of node n, whose value stands at s[i:].
func (t *Translation) member(s string, i int, n *node, key string, parent int32, depth int) int {
	child := n.child(key)
	index := int32(len(t.members))
	if index == maxMembers {
		return t.value(s, i, nil, bad, depth)
	}
	t.members = append(t.members, member{key: key, node: child, parent: parent})
	if child != nil {
		t.see(child, index)
	}
	if i < len(s) && s[i] == '"' { // by far the most: what was learned of its escapes is not learned again
		end, escaped := skipString(s, i+1)
		if end != bad {
			m := &t.members[index]
			m.value.Type, m.value.Raw, m.value.Str = gjson.String, s[i:end], unquote(s[i:end], escaped)
			m.types = 1 << gjson.String
		}
		return end
	}
	end := t.value(s, i, child, index, depth)
	if end != bad {
		m := &t.members[index]
		m.value = newValue(s[i:end])
		m.types = typeOf(&m.value)
	}
	return end
}

func unquote(raw string, escaped bool) string {
	if escaped {
		return gjson.Parse(raw).Str
	}
	return raw[1 : len(raw)-1]
}

func skipSpace(s string, i int) int {
	for i < len(s) && s[i] <= ' ' && (s[i] == ' ' || s[i] == '\n' || s[i] == '\r' || s[i] == '\t') {
		i++
	}
	return i
}

func skipWord(s string, i int, word string) int {
	if len(s)-i < len(word) || s[i:i+len(word)] != word {
		return bad
	}
	return i + len(word)
}

const (
	ones = 0x0101010101010101
	tops = 0x8080808080808080
)

// eight reads the eight bytes at s[i:], which must be there.
func eight(s string, i int) uint64 {
	return binary.LittleEndian.Uint64(unsafe.Slice((*byte)(unsafe.Add(unsafe.Pointer(unsafe.StringData(s)), i)), 8))
}

// special has the top bit set of each byte of x that is a control character, a
// quote, a backslash or, perhaps, the one behind such a byte.
func special(x uint64) uint64 {
	quotes, slashes := x^('"'*ones), x^('\\'*ones)
	// A byte below 0x20, or zero after the XOR, borrows from its top bit.
	return ((x-0x20*ones)&^x | (quotes-ones)&^quotes | (slashes-ones)&^slashes) & tops
}

// skipString returns the position behind the string whose opening quote stands
// before s[i], and whether it holds escapes.
func skipString(s string, i int) (end int, escaped bool) {
	for i < len(s) {
		if i+8 <= len(s) {
			odd := special(eight(s, i))
			if odd == 0 {
				i += 8
				continue
			}
			i += bits.TrailingZeros64(odd) / 8 // the first one is never a false alarm
		}
		switch c := s[i]; {
		case c == '"':
			return i + 1, escaped
		case c < 0x20:
			return bad, false
		case c == '\\':
			if i = skipEscape(s, i+1); i == bad {
				return bad, false
			}
			escaped = true
		default:
			i++
		}
	}
	return bad, false
}

// skipEscape returns the position behind an escape whose backslash stands
// before s[i].
func skipEscape(s string, i int) int {
	if i >= len(s) {
		return bad
	}
	switch s[i] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return i + 1
	case 'u':
		for end := i + 5; i+1 < end; {
			if i++; i >= len(s) || !isHexDigit(s[i]) {
				return bad
			}
		}
		return i + 1
	}
	return bad
}

// skipNumber returns the position behind the number at s[i:].
func skipNumber(s string, i int) int {
	if i < len(s) && s[i] == '-' {
		i++
	}
	switch {
	case i >= len(s) || !isDigit(s[i]):
		return bad
	case s[i] == '0':
		i++
	default:
		i = skipDigits(s, i)
	}
	if i < len(s) && s[i] == '.' {
		start := i + 1
		if i = skipDigits(s, start); i == start {
			return bad
		}
	}
	if i < len(s) && s[i]|0x20 == 'e' {
		i++
		if i < len(s) && (s[i] == '+' || s[i] == '-') {
			i++
		}
		start := i
		if i = skipDigits(s, start); i == start {
			return bad
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
