package translate

import (
	"sort"
	"unsafe"
)

// minSpan is the length from which on the end of a value is remembered, in bytes. To find it
// takes as long as to read about that many bytes.
const minSpan = 128

// spans tells where the long values of a document end, and what its long texts say. Scan
// records them once, so that a walk skips a value, or reads a text, in a time that does not
// depend on its length, however often it is done.
type spans struct {
	text string // the document
	list []span // by start
}

// span is an object, an array, or a string, which may be a name.
type span struct {
	start, end int32
	escaped    bool   // it is a string with escapes
	str        string // the string without them; "" until it is asked for
}

func (x *spans) reset(text string) {
	clear(x.list)
	x.text, x.list = text, x.list[:0]
}

// open notes that an object or array starts, and returns its index for close; -1 if there is no
// room for a long one.
func (x *spans) open(start int) int {
	if len(x.text)-start < minSpan {
		return -1
	}
	x.list = append(x.list, span{start: int32(start)})
	return len(x.list) - 1
}

// close notes where an object or array ends. What is in a short one is short, too.
func (x *spans) close(index, end int) {
	switch {
	case index < 0:
	case end-int(x.list[index].start) >= minSpan:
		x.list[index].end = int32(end)
	default:
		x.list = x.list[:index]
	}
}

// addString notes a string.
func (x *spans) addString(start, end int, escaped bool) {
	if end-start >= minSpan {
		x.add(span{start: int32(start), end: int32(end), escaped: escaped})
	}
}

func (x *spans) add(s span) { x.list = append(x.list, s) }

// at returns the span at s[i:], which is a part of the document; nil if there is none.
func (x *spans) at(s string, i int) *span {
	if x == nil {
		return nil
	}
	start := uintptr(unsafe.Pointer(unsafe.StringData(s))) + uintptr(i) - uintptr(unsafe.Pointer(unsafe.StringData(x.text)))
	if start >= uintptr(len(x.text)) { // a text that was made of one in the document
		return nil
	}
	n := sort.Search(len(x.list), func(n int) bool { return x.list[n].start >= int32(start) })
	if n == len(x.list) || x.list[n].start != int32(start) || x.list[n].end == 0 {
		return nil
	}
	return &x.list[n]
}

// readString returns the position after the string at s[i:], and its text.
func (x *spans) readString(s string, i int) (end int, text string) {
	end, escaped := skipString(s[:min(len(s), i+minSpan)], i+1)
	if end != invalid {
		return end, unquote(s[i:end], escaped)
	}
	found := x.at(s, i)
	if found == nil {
		end, escaped = skipString(s, i+1)
		return end, unquote(s[i:end], escaped)
	}
	end = i + int(found.end-found.start)
	if found.str == "" {
		found.str = unquote(s[i:end], found.escaped)
	}
	return end, found.str
}

// skipString returns the position after the string at s[i:].
func (x *spans) skipString(s string, i int) (end int) {
	if end, _ = skipString(s[:min(len(s), i+minSpan)], i+1); end == invalid {
		if found := x.at(s, i); found != nil {
			return i + int(found.end-found.start)
		}
		end, _ = skipString(s, i+1)
	}
	return end
}

// skipValue returns the position after the value at s[i:].
func (x *spans) skipValue(s string, i int) int {
	switch s[i] {
	case '"':
		return x.skipString(s, i)
	case '{', '[':
		return x.skipContainer(s, i)
	}
	for i < len(s) && s[i] > ' ' && s[i] != ',' && s[i] != '}' && s[i] != ']' {
		i++
	}
	return i
}

func (x *spans) skipContainer(s string, i int) int {
	start := i
	for open, searched := 0, false; ; {
		if i-start >= minSpan && !searched {
			if found := x.at(s, start); found != nil {
				return start + int(found.end-found.start)
			}
			searched = true
		}
		switch s[i] {
		case '{', '[':
			open++
		case '}', ']':
			if open--; open == 0 {
				return i + 1
			}
		case '"':
			i = x.skipString(s, i)
			continue
		}
		i++
	}
}
