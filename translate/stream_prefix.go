package translate

import (
	"slices"
	"strings"

	"github.com/tidwall/gjson"

	"github.com/koine-proxy/koine/dialect"
)

// Prefixes are how the data of frames that are errors without a mark begins, as JSON
// without white space between the tokens. The first bytes of a frame decide whether
// it has to be buffered, and frames with the text of a model never are.
type Prefixes struct {
	Errors []string // beginnings of the member that distinguishes errors from other frames: "error":{ and "type":"error". They are sorted, and none is a prefix of another
	Before []string // names, with the colon, of the members that may be before it, sorted. Their values are skipped: numbers, texts, and containers without texts
}

// IsEmpty reports whether no frame without a mark is an error.
func (p Prefixes) IsEmpty() bool { return len(p.Errors) == 0 }

// StreamPrefixes returns the prefixes of the dialects with errors in streams, and
// those of the general rules. If a dialect requires a member at the top with an exact
// value, that one distinguishes its errors; else a member with the code or the message.
func (e *Engine) StreamPrefixes() (p Prefixes) {
	var all []string
	for _, d := range e.dialects {
		if d.streams && !d.passThrough && d.formats&newFormatSet(dialect.FormatJSON) != 0 { // frames are JSON
			all = append(all, d.streamPrefixes()...)
		}
	}
	if e.failure != nil {
		all = append(all, e.failure.frames.prefixes()...)
	}
	slices.Sort(all)
	for _, s := range all {
		if n := len(p.Errors); n == 0 || !strings.HasPrefix(s, p.Errors[n-1]) {
			p.Errors = append(p.Errors, s)
		}
	}
	if len(p.Errors) > 0 {
		p.Before = e.before
	}
	return p
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

// memberPrefix returns the beginning of a member.
func memberPrefix(name, value string) string {
	return string(append(appendString(nil, name), ":"+value...))
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
