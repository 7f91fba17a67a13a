package translate

import (
	"strconv"
	"strings"

	"github.com/tidwall/gjson"
)

// general reads bodies that no dialect describes: it records all members in one pass,
// with what their names say, and then chooses among them.
type general struct {
	lexicon     *lexicon
	members     []member
	places      []place // of the members, at the same index
	inner       []byte  // JSON that was made of texts; the texts read from it are views
	spans       *spans  // of the body
	nesting     int     // of texts with JSON in such texts
	status      int     // of the response
	isXML       bool
	entriesOnly bool // fields are only read from lists of entries

	code, message, requestID, wait choice
	near                           int32 // the message that codes must be near to; -1 for any place
	fields                         int32 // the member with the fields; rootFields for the body; -1 if there are none
	oneEntry                       bool  // the member with the fields is one entry
	fieldShape                     fieldShape
}

// rootFields is the index of the body itself.
const rootFields = -2

// rootEntry is the index of the body if it is one entry.
const rootEntry = -3

// place is where a member is, and what its name says.
type place struct {
	words   wordSet
	about   wordSet // those of inherited that the members around it have
	next    int32   // the next member of the same object or list; 0 if there is none
	element bool    // it is an element of a list
	later   bool    // it is in an element of a list, and another one is read
	inList  bool    // it is in a list
	strange uint8   // how many of the objects around it have unknown names
	depth   uint8
	order   uint8 // of an element in its list, at most 255
	texts   bool  // it is a list of texts that was considered as one text
	used    bool  // something was read from it
	open    bool  // something was read from a member inside, so the others are told one by one
}

// inherited are the words that matter for everything inside a member.
const inherited = wordError | wordErrors | wordFields | wordValue | wordTrace | wordIgnore | wordContainer | wordMessage

// reset removes the recorded members, which are views of the body.
func (g *general) reset() {
	clear(g.members)
	g.members, g.spans = g.members[:0], nil
	g.code, g.message, g.requestID, g.wait = choice{}, choice{}, choice{}, choice{}
	g.fieldShape = fieldShape{}
}

// record records the members of a body. Those that scan has recorded in the document are taken from
// there, if the body is the whole of it.
func (g *general) record(root value, isXML bool, d *document) {
	g.places, g.inner = g.places[:0], nil // texts that were read before may be views of inner
	if root.Type == gjson.JSON {
		g.isXML, g.spans = isXML, root.spans
		if d != nil && root.isSame(d.root) && d.hasAllMembers() {
			g.takeRecorded(d, -1, -1)
		} else {
			g.recordValue(root.Raw, 0, -1)
		}
	}
	g.relate()
}

// recordValue records the members of the value at s[i:], which scan has checked, and
// returns where it ends.
func (g *general) recordValue(s string, i int, parent int32) (end int) {
	switch s[i] {
	case '{':
		return g.recordObject(s, i, parent)
	case '[':
		return g.recordArray(s, i, parent)
	}
	return g.spans.skipValue(s, i)
}

func (g *general) recordObject(s string, i int, parent int32) (end int) {
	before := int32(-1)
	for i = skipSpace(s, i+1); s[i] != '}'; {
		end, key := g.spans.readString(s, i)
		i = skipSpace(s, skipSpace(s, end)+1)
		if index, ok := g.add(parent, before); ok {
			g.members[index].key, g.places[index].words = key, g.lexicon.lookup(key)
			i, before = g.recordMember(s, i, index), index
		} else {
			i = g.spans.skipValue(s, i)
		}
		if i = skipSpace(s, i); s[i] == ',' {
			i = skipSpace(s, i+1)
		}
	}
	return i + 1
}

func (g *general) recordArray(s string, i int, parent int32) (end int) {
	before := int32(-1)
	for order := 0; ; order++ {
		if i = skipSpace(s, i+1); s[i] == ']' { // after the bracket, or a comma
			return i + 1
		}
		if index, ok := g.add(parent, before); ok {
			g.members[index].key = strconv.Itoa(order)
			g.places[index].element, g.places[index].order = true, uint8(min(order, 255))
			i, before = g.recordMember(s, i, index), index
		} else {
			i = g.spans.skipValue(s, i)
		}
		if i = skipSpace(s, i); s[i] == ']' {
			return i + 1
		}
	}
}

// takeRecorded records the members of an object as they are in the document, at index scanned; -1 for
// the body.
func (g *general) takeRecorded(d *document, scanned, parent int32) {
	before := int32(-1)
	for i := scanned + 1; int(i) < len(d.members) && d.members[i].parent >= scanned; i++ {
		from := &d.members[i]
		if from.parent != scanned {
			continue
		}
		index, ok := g.add(parent, before)
		if !ok {
			return
		}
		m := &g.members[index]
		m.key = from.key
		m.value.Type, m.value.Raw, m.value.Str, m.value.spans = from.value.Type, from.value.Raw, from.value.Str, from.value.spans
		g.places[index].words = g.lexicon.lookup(from.key)
		switch before = index; {
		case from.value.Type == gjson.String:
			g.recordInner(index)
		case from.value.IsObject() && from.node != nil && from.node.children != nil:
			g.takeRecorded(d, i, index)
		case from.value.Type == gjson.JSON:
			g.recordValue(from.value.Raw, 0, index)
		}
	}
}

// add adds a member, and returns its index, unless there are too many. before is the member before
// it; -1 if it is the first.
func (g *general) add(parent, before int32) (index int32, ok bool) {
	if index = int32(len(g.members)); index == maxMembers {
		return 0, false
	}
	if before >= 0 {
		g.places[before].next = index
	}
	g.members = extend(g.members)
	g.members[index].parent = parent
	g.places = append(g.places, place{})
	return index, true
}

// extend returns a list with one more element, which is zero: those between length and capacity are.
// It is faster than append for elements that are large.
func extend[E any](list []E) []E {
	if len(list) < cap(list) {
		return list[:len(list)+1]
	}
	var zero E
	return append(list, zero)
}

// recordMember records the value at s[i:] of a member, and what is inside, and returns where it ends.
func (g *general) recordMember(s string, i int, index int32) (end int) {
	if s[i] == '"' {
		end, text := g.spans.readString(s, i)
		v := &g.members[index].value
		v.Type, v.Raw, v.Str = gjson.String, s[i:end], text
		g.recordInner(index)
		return end
	}
	end = g.recordValue(s, i, index)
	v := &g.members[index].value
	v.Type, v.Raw, v.spans = typeAt(s, i), s[i:end], g.spans
	return end
}

// maxInner bounds the texts that are read as JSON.
const maxInner = 64 << 10

// recordInner reads a text that is JSON, or a form, as the value that it describes.
func (g *general) recordInner(index int32) {
	m := &g.members[index]
	text := strings.TrimSpace(m.value.Str)
	if len(text) < 8 || len(text) > maxInner {
		return
	}
	switch {
	case g.nesting > 2:
		return
	case text[0] == '{' || text[0] == '[':
		if !gjson.Valid(text) || jsonDepth(text) > maxDepth/2 {
			return
		}
	case text[0] == '<' && strings.Contains(text, "</"):
		var m markup // that of the document may have views
		inner, ok := m.xml(nil, []byte(text))
		if !ok || jsonDepth(view(inner)) > maxDepth/2 {
			return
		}
		text = view(inner)
	case strings.IndexByte(text, '&') > 0 && strings.IndexByte(text, '=') > 0 && strings.IndexByte(text, ' ') < 0:
		start := len(g.inner)
		inner, ok := appendForm(g.inner, text)
		if g.inner = inner; !ok {
			return
		}
		text = view(g.inner[start:])
	case strings.IndexByte(text, '\n') > 0 && strings.ContainsAny(text, ":="):
		start := len(g.inner)
		inner, ok := g.appendLines(g.inner, text)
		if g.inner = inner; !ok {
			return
		}
		text = view(g.inner[start:])
	default:
		return
	}
	m.value = newValue(text)
	g.nesting++
	g.recordValue(text, 0, index)
	g.nesting--
}
