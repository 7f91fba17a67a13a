package translate

import (
	"slices"
	"strings"

	"github.com/tidwall/gjson"

	"github.com/koine-proxy/koine/dialect"
)

// frame says what of a stream is read.
type frame uint8

const (
	noFrame    frame = iota
	plainFrame       // a frame like any other: an error where a dialect knows it
	errorFrame       // one that says of itself that it is an error
)

// asFrame is the status taken for an error in a stream of which nobody knows one.
const asFrame = 500

// HasStreamErrors tells whether some dialect that acts has errors in frames of streams.
func (e *Engine) HasStreamErrors() bool {
	for _, d := range e.dialects {
		if d.frames && !d.passive {
			return true
		}
	}
	return false
}

// ReadFrame reads the data of one frame of a stream, and tells whether it is an
// error. r is the response that the stream came with, and its Body the data of the
// frame; marked says that the frame calls itself an error, as `event: error` does:
// then every dialect, and the general rules, may read it. Else only the dialects
// are tried whose errors stand in frames.
func (t *Translation) ReadFrame(r Response, marked bool) bool {
	t.frame = plainFrame
	if marked {
		t.frame = errorFrame
	}
	t.ReadResponse(r)
	if marked && t.dialect == nil { // it says that it is an error, and nobody can read it
		t.ridesAs = asFrame
		t.Code = t.engine.taxonomy.Generic(asFrame)
		t.passes = false
	}
	if !t.kept && t.Match == ByTable {
		t.ridesAs = t.Code.Status // no status line tells another
	}
	return !t.passes
}

// Verdict is what the beginning of the data of a frame says of it.
type Verdict uint8

// The verdicts.
const (
	Undecided Verdict = iota // too short to tell
	Likely                   // it begins like an error
	Unlikely                 // it begins like none
)

// Prefixes are the ways in which the data of a frame may begin that is an error
// though it does not say so: JSON without the space between its tokens, as far as
// its first member tells. They are sorted, and none is the beginning of another.
//
// Errors begin with the member that tells them from other frames: `{"error":{`,
// `{"type":"error"`. So the first bytes of a frame decide whether it has to be held,
// and a piece of text that a model writes never is.
type Prefixes []string

// Prefixes derives the openings from the dialects that have errors in frames. Of a
// dialect that wants an exact value at the top, that member comes first; of the
// others one that the code or the message stands in.
func (e *Engine) StreamPrefixes() Prefixes {
	var all []string
	for _, d := range e.dialects {
		if d.frames && !d.passive {
			all = append(all, d.openings()...)
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

// openings are those of one dialect.
func (d *compiledDialect) openings() (out []string) {
	for _, n := range d.needs {
		if n.spot.plain() && n.value != "" && n.node.key == n.node.name {
			out = append(out, opening(n.node.key, n.value))
		}
	}
	if len(out) > 0 {
		return out
	}
	for _, name := range d.tops() {
		types := d.typesOf(name)
		if types == 0 {
			out = append(out, opening(name, ""))
		}
		for _, t := range firstBytes {
			if types&t.types != 0 {
				out = append(out, opening(name, t.bytes))
			}
		}
	}
	return out
}

func opening(name, value string) string {
	return string(append(appendString([]byte("{"), name), ":"+value...))
}

// firstBytes are those that values of a type begin with.
var firstBytes = []struct {
	types uint16
	bytes string
}{
	{isObject, "{"}, {isArray, "["}, {1 << gjson.String, `"`}, {1 << gjson.True, "t"}, {1 << gjson.False, "f"}, {1 << gjson.Null, "n"},
	{1 << gjson.Number, "-"}, {1 << gjson.Number, "0"}, {1 << gjson.Number, "1"}, {1 << gjson.Number, "2"}, {1 << gjson.Number, "3"}, {1 << gjson.Number, "4"},
	{1 << gjson.Number, "5"}, {1 << gjson.Number, "6"}, {1 << gjson.Number, "7"}, {1 << gjson.Number, "8"}, {1 << gjson.Number, "9"},
}

// tops are the names at the top in which the code or the message stands; where the
// lens names none, those that the dialect needs.
func (d *compiledDialect) tops() (names []string) {
	note := func(s *spot) {
		if s.node != nil && s.node.id != 0 {
			name, _, _ := strings.Cut(s.node.name, ".")
			names = append(names, name)
		}
	}
	for i := range d.code {
		note(&d.code[i].spot)
	}
	for _, r := range d.reads {
		for i := range r.sources {
			if r.role == dialect.RoleMessage {
				note(&r.sources[i].spot)
			}
		}
	}
	if len(names) > 0 {
		return names
	}
	for i := range d.needs {
		note(&d.needs[i].spot)
	}
	return names
}

// typesOf is the set of types that a member at the top may have; 0 for any.
func (d *compiledDialect) typesOf(name string) uint16 {
	deeper := false
	for _, n := range d.needs {
		switch {
		case n.node.name == name && n.spot.plain() && n.types != 0:
			return n.types
		case strings.HasPrefix(n.node.name, name+"."):
			deeper = true
		}
	}
	if deeper {
		return isObject | isArray
	}
	return 0
}

// Matcher starts to judge the data of a frame.
func (o Prefixes) Matcher() PrefixMatcher { return PrefixMatcher{among: o} }

// PrefixMatcher judges the data of one frame, byte by byte.
type PrefixMatcher struct {
	among  Prefixes // those that the data may still be
	length int      // how much of them was seen
	quoted bool     // inside a string
}

// Next takes the next byte of the data.
func (o *PrefixMatcher) Next(c byte) Verdict {
	if !o.quoted && (c == ' ' || c == '\n' || c == '\r' || c == '\t') {
		return Undecided
	}
	for len(o.among) > 0 && o.among[0][o.length] != c {
		o.among = o.among[1:]
	}
	for n := len(o.among); n > 0 && o.among[n-1][o.length] != c; n-- {
		o.among = o.among[:n-1]
	}
	if len(o.among) == 0 {
		return Unlikely
	}
	o.length++
	if o.length == len(o.among[0]) {
		return Likely
	}
	o.quoted = o.quoted != (c == '"')
	return Undecided
}
