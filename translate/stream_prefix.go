package translate

import (
	"slices"
	"strings"

	"github.com/tidwall/gjson"

	"github.com/koine-proxy/koine/dialect"
)

// Verdict is whether the data of a frame may be an error, according to its first
// bytes.
type Verdict uint8

// The verdicts.
const (
	Undecided Verdict = iota // more bytes are needed
	Likely                   // it starts like an error
	Unlikely                 // it does not
)

// Prefixes are the beginnings of the data of frames that are errors without a
// mark: JSON up to its first member, without white space between the tokens. They
// are sorted, and none is a prefix of another.
//
// Errors start with the member that distinguishes them from other frames:
// `{"error":{`, `{"type":"error"`. So the first bytes of a frame decide whether it
// has to be buffered, and frames with the text of a model never are.
type Prefixes []string

// StreamPrefixes returns the prefixes of the dialects with errors in streams. If a
// dialect requires a member at the top with an exact value, that one comes first;
// else a member with the code or the message.
func (e *Engine) StreamPrefixes() Prefixes {
	var all []string
	for _, d := range e.dialects {
		if d.streams && !d.passThrough {
			all = append(all, d.streamPrefixes()...)
		}
	}
	slices.Sort(all)
	var out Prefixes
	for _, s := range all {
		if n := len(out); n == 0 || !strings.HasPrefix(s, out[n-1]) {
			out = append(out, s)
		}
	}
	return out
}

// streamPrefixes returns the prefixes of one dialect.
func (d *compiledDialect) streamPrefixes() (out []string) {
	for _, n := range d.requirements {
		if n.location.isPlain() && n.value != "" && n.node.key == n.node.name {
			out = append(out, memberPrefix(n.node.key, n.value))
		}
	}
	if len(out) > 0 {
		return out
	}
	for _, name := range d.topNames() {
		types := d.topTypes(name)
		if types == 0 {
			out = append(out, memberPrefix(name, ""))
		}
		for _, t := range firstBytes {
			if types&t.types != 0 {
				out = append(out, memberPrefix(name, t.bytes))
			}
		}
	}
	return out
}

// memberPrefix returns the beginning of an object whose first member is given.
func memberPrefix(name, value string) string {
	return string(append(appendString([]byte("{"), name), ":"+value...))
}

// firstBytes are the bytes that values of a type start with.
var firstBytes = []struct {
	types uint16
	bytes string
}{
	{isObject, "{"}, {isArray, "["}, {1 << gjson.String, `"`}, {1 << gjson.True, "t"}, {1 << gjson.False, "f"}, {1 << gjson.Null, "n"},
	{1 << gjson.Number, "-"}, {1 << gjson.Number, "0"}, {1 << gjson.Number, "1"}, {1 << gjson.Number, "2"}, {1 << gjson.Number, "3"}, {1 << gjson.Number, "4"},
	{1 << gjson.Number, "5"}, {1 << gjson.Number, "6"}, {1 << gjson.Number, "7"}, {1 << gjson.Number, "8"}, {1 << gjson.Number, "9"},
}

// topNames returns the members at the top that have the code or the message; if
// there are none, those that the dialect requires.
func (d *compiledDialect) topNames() (names []string) {
	add := func(l *location) {
		if l.node != nil && l.node.id != 0 {
			name, _, _ := strings.Cut(l.node.name, ".")
			names = append(names, name)
		}
	}
	for i := range d.code {
		add(&d.code[i].location)
	}
	for _, r := range d.extractors {
		for i := range r.extractors {
			if r.role == dialect.RoleMessage {
				add(&r.extractors[i].location)
			}
		}
	}
	if len(names) > 0 {
		return names
	}
	for i := range d.requirements {
		add(&d.requirements[i].location)
	}
	return names
}

// topTypes returns the types that a member at the top may have; 0 for any.
func (d *compiledDialect) topTypes(name string) uint16 {
	hasMembers := false
	for _, n := range d.requirements {
		switch {
		case n.node.name == name && n.location.isPlain() && n.types != 0:
			return n.types
		case strings.HasPrefix(n.node.name, name+"."):
			hasMembers = true
		}
	}
	if hasMembers {
		return isObject | isArray
	}
	return 0
}

// Matcher returns a matcher for the data of one frame.
func (p Prefixes) Matcher() PrefixMatcher { return PrefixMatcher{remaining: p} }

// PrefixMatcher compares the data of one frame with prefixes, byte by byte.
type PrefixMatcher struct {
	remaining Prefixes // those that match so far
	length    int      // how many of their bytes were compared
	quoted    bool     // inside a string
}

// Next compares the next byte of the data.
func (m *PrefixMatcher) Next(c byte) Verdict {
	if !m.quoted && (c == ' ' || c == '\n' || c == '\r' || c == '\t') {
		return Undecided
	}
	for len(m.remaining) > 0 && m.remaining[0][m.length] != c {
		m.remaining = m.remaining[1:]
	}
	for n := len(m.remaining); n > 0 && m.remaining[n-1][m.length] != c; n-- {
		m.remaining = m.remaining[:n-1]
	}
	if len(m.remaining) == 0 {
		return Unlikely
	}
	m.length++
	if m.length == len(m.remaining[0]) {
		return Likely
	}
	m.quoted = m.quoted != (c == '"')
	return Undecided
}
