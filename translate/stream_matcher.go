package translate

import "bytes"

// Verdict is whether the data of a frame may be an error, according to its first
// bytes.
type Verdict uint8

// The verdicts.
const (
	Undecided Verdict = iota // more bytes are needed
	Likely                   // it starts like an error
	Unlikely                 // it does not
)

// Matcher returns a matcher for the data of one frame.
func (p *Prefixes) Matcher() PrefixMatcher { return PrefixMatcher{prefixes: p} }

// PrefixMatcher compares the data of one frame with prefixes. The verdict depends on
// the data alone, not on how it is divided.
type PrefixMatcher struct {
	prefixes *Prefixes
	verdict  Verdict
	state    matcherState

	// The current member at the top.
	errors []string // the beginnings that match so far
	before []string // the names that match so far
	length int      // how many of their bytes were compared
	skips  bool     // its name is one of those before an error

	// Its value.
	quoted, escaped bool
	depth           int
	objects         uint32 // one bit for each depth: the container is an object
	atName          bool   // the next text is the name of a member of a container
}

// matcherState is what the next byte of the data belongs to.
type matcherState uint8

const (
	beforeObject matcherState = iota
	beforeMember
	inMember // in the name, the colon, or as much of the value as is compared
	inValue  // in a value that is skipped
)

// maxSkipped is the depth of the containers that are skipped.
const maxSkipped = 30

// Next compares the next part of the data, up to the byte that decides.
func (m *PrefixMatcher) Next(p []byte) Verdict {
	for i := 0; i < len(p) && m.verdict == Undecided; i++ {
		switch {
		case m.state == inValue && m.quoted && m.depth == 0 && !m.escaped:
			for p[i] != '"' && p[i] != '\\' {
				if i++; i == len(p) {
					return Undecided
				}
			}
		case m.state == beforeMember && p[i] == '"':
			if n := m.compareName(p[i:]); n > 0 {
				i += n
			}
		}
		m.verdict = m.next(p[i])
	}
	return m.verdict
}

// compareName compares a whole name with its colon at once, and returns how many bytes
// it read: 0 if the name is not complete, or cannot decide by itself.
func (m *PrefixMatcher) compareName(p []byte) int {
	n := bytes.IndexByte(p[1:], '"') + 3 // after the colon
	if n < 3 || n >= len(p) || p[n-1] != ':' {
		return 0
	}
	name := p[:n]
	first, last := 0, 0
	for i, e := range m.prefixes.Errors {
		if len(e) > n && e[1] == name[1] && e[:n] == string(name) {
			if last == 0 {
				first = i
			}
			last = i + 1
		}
	}
	m.skips = false
	for _, b := range m.prefixes.Before {
		if len(b) == n && b[1] == name[1] && b == string(name) {
			m.skips = true
			break
		}
	}
	if last == 0 && !m.skips {
		return 0
	}
	m.errors, m.before, m.length, m.state = m.prefixes.Errors[first:last], nil, n, inMember
	if last == 0 {
		m.state = inValue
	}
	return n
}

// next compares the next byte.
func (m *PrefixMatcher) next(c byte) Verdict {
	if !m.quoted && (c == ' ' || c == '\n' || c == '\r' || c == '\t') {
		return Undecided
	}
	switch m.state {
	case beforeObject:
		if m.state = beforeMember; c == '{' {
			return Undecided
		}
		return Unlikely
	case beforeMember:
		if c != '"' {
			return Unlikely
		}
		m.state, m.errors, m.before, m.length, m.skips = inMember, m.prefixes.Errors, m.prefixes.Before, 0, false
		return m.compare(c)
	case inMember:
		return m.compare(c)
	}
	return m.skip(c)
}

// compare compares a byte with the beginnings and the names.
func (m *PrefixMatcher) compare(c byte) Verdict {
	m.errors = narrow(m.errors, m.length, c)
	m.before = narrow(m.before, m.length, c)
	if len(m.errors) > 0 || len(m.before) > 0 {
		m.length++
		m.quoted = m.quoted != (c == '"')
	}
	switch {
	case len(m.errors) > 0 && m.length == len(m.errors[0]):
		return Likely
	case len(m.before) > 0 && m.length == len(m.before[0]):
		m.before, m.skips = nil, true
		if len(m.errors) == 0 {
			m.state = inValue
		}
		return Undecided
	case len(m.errors) > 0 || len(m.before) > 0:
		return Undecided
	case !m.skips:
		return Unlikely
	}
	m.state = inValue
	return m.skip(c)
}

// narrow returns the texts of a sorted list that have a byte at a position. All have
// the same bytes before it.
func narrow(list []string, at int, c byte) []string {
	for len(list) > 0 && list[0][at] != c {
		list = list[1:]
	}
	for n := len(list); n > 0 && list[n-1][at] != c; n-- {
		list = list[:n-1]
	}
	return list
}

// skip reads a byte of a value that may be before an error. A container with a text
// in it is content.
func (m *PrefixMatcher) skip(c byte) Verdict {
	if m.quoted {
		return m.skipText(c)
	}
	switch c {
	case '"':
		m.quoted = true
	case '{', '[':
		if m.depth++; m.depth > maxSkipped {
			return Unlikely
		}
		m.objects &^= 1 << m.depth
		if m.atName = c == '{'; m.atName {
			m.objects |= 1 << m.depth
		}
	case '}', ']':
		if m.depth--; m.depth < 0 {
			return Unlikely // the end of the object: it has no error
		}
		m.atName = false
	case ',':
		if m.atName = m.objects&(1<<m.depth) != 0; m.depth == 0 {
			m.state, m.atName = beforeMember, false
		}
	case ':':
		m.atName = false
	}
	return Undecided
}

// skipText reads a byte of a text.
func (m *PrefixMatcher) skipText(c byte) Verdict {
	switch {
	case m.escaped:
		m.escaped = false
	case c == '"':
		m.quoted = false
		return Undecided
	case c == '\\':
		m.escaped = true
	}
	if m.depth > 0 && !m.atName {
		return Unlikely
	}
	return Undecided
}
