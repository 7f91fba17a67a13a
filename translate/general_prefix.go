package translate

import "bytes"

// mayFail reports whether the beginning of a success may be that of a body that
// says that it failed: it does so far, or it has neither data nor the word of a
// success. With sure set, it must have said so in a way that nothing after it can
// take back. Members of a body of JSON are read up to the last complete one.
func (x *extraction) mayFail(body []byte, sure bool) bool {
	if j := x.newJudge(); j.startsWithFault(view(body)) {
		return !sure
	}
	if x.format&structured == 0 {
		return false
	}
	if !x.root.Exists() || x.format == onlyJSON {
		x.clearTree()
		x.converted = appendClosed(x.converted[:0], body)
		doc := view(x.converted)
		if len(doc) == 0 {
			return !sure
		}
		end := x.scanFirst(doc)
		if end == invalid {
			return false
		}
		x.root = newValueIn(&x.spans, doc[:end])
	}
	j := x.newJudge()
	if !sure {
		return j.judgeBody(x.root) != cleared
	}
	var s statement
	if x.root.IsObject() {
		j.note(x.root, &s)
	}
	return s.flag && !s.identity
}

// maxOpen is the number of containers that appendClosed can close; a deeper body is
// data.
const maxOpen = 64

// appendClosed appends the beginning of JSON up to its last complete member or
// element, with all containers closed. It appends nothing for a body that is not an
// object or a list.
func appendClosed(dst, body []byte) []byte {
	var stack [maxOpen]byte
	depth, end, endDepth := 0, 0, 0 // body[:end] is complete, with endDepth open containers
	for i := 0; i < len(body); i++ {
		switch c := body[i]; c {
		case '"':
			for i++; i < len(body) && body[i] != '"'; i++ {
				if body[i] == '\\' {
					i++
				}
			}
		case '{', '[':
			if depth == maxOpen {
				return dst
			}
			stack[depth] = c + 2 // } or ]
			depth++
			end, endDepth = i+1, depth
		case '}', ']':
			if depth--; depth <= 0 {
				return append(dst, body[:i+1]...)
			}
			end, endDepth = i+1, depth
		case ',':
			end, endDepth = i, depth
		}
	}
	dst = append(dst, body[:end]...)
	if rest := bytes.TrimLeft(body[end:], " \t\r\n"); endDepth > 0 && stack[endDepth-1] == ']' && len(rest) > 0 && (rest[0] == '-' || isDigit(rest[0])) {
		dst = append(dst, '0') // a list of numbers is data, also before the first one is complete
	}
	for i := endDepth - 1; i >= 0; i-- {
		dst = append(dst, stack[i])
	}
	return dst
}
