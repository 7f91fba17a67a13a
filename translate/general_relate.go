package translate

import (
	"strings"

	"github.com/tidwall/gjson"
)

// relate determines what the members around a member, and beside it, say about it.
func (g *general) relate() {
	if len(g.members) == 0 {
		return
	}
	for i := int32(0); i >= 0 && int(i) < len(g.members); i = g.after(i) {
		p := &g.places[i]
		p.inList = p.element
		p.later = p.element && p.order > 0
	}
	g.relateSiblings(0)
	for i := range g.members {
		first := int32(i) + 1
		if g.members[i].value.Type == gjson.JSON && int(first) < len(g.members) && g.members[first].parent == int32(i) {
			g.relateChildren(int32(i), first)
		}
	}
}

// after returns the next member of the same object or list; -1 if there is none.
func (g *general) after(i int32) int32 {
	if next := g.places[i].next; next > 0 {
		return next
	}
	return -1
}

// relateChildren determines the places of the members of one object or list.
func (g *general) relateChildren(index, first int32) {
	outer := &g.places[index]
	about := outer.about | outer.words&inherited
	if g.isXML && outer.words&wordContainer != 0 {
		about &^= wordValue // <value> is around everything in XML-RPC
	}
	if g.saysFailed(index, first) {
		about |= wordError
	}
	strange := outer.strange
	if outer.words == 0 && !outer.element && !(g.isXML && g.members[index].parent < 0) {
		strange++
	}
	list := g.members[index].value.IsArray() || g.isNumbered(index, first)
	chosen := first
	pairs := list && g.isPair(first)
	if pairs {
		strange = 0 // the names are those of the pairs
	}
	if list {
		chosen = g.firstError(first)
	} else {
		g.relateSiblings(first)
	}
	for i := first; i >= 0; i = g.after(i) {
		p := &g.places[i]
		p.depth, p.about, p.strange = outer.depth+1, about, strange
		p.inList = outer.inList || list
		p.later = outer.later || list && i != chosen && !pairs && g.members[i].value.Type == gjson.JSON
		if list {
			p.element = true
			p.words = outer.words
			continue
		}
		g.refine(i, p, outer)
	}
}

// saysFailed reports whether an object says itself that something failed: by its status,
// its level, or whether it succeeded.
func (g *general) saysFailed(index, first int32) bool {
	if g.members[index].value.IsArray() {
		return false
	}
	for i := first; i >= 0; i = g.after(i) {
		words, v := g.places[i].words, &g.members[i].value
		switch {
		case words&wordSuccess != 0 && v.Type == gjson.False:
			return true
		case words&(wordStatus|wordIgnore|wordSuccess) != 0 && v.Type == gjson.String && v.Str != "" && g.lexicon.isEmptyValue(v.Str):
			return true
		}
	}
	return false
}

// strong are the roles that a name has for itself.
const strong = wordCode | wordMessage | wordRequestID | wordWait | wordWaitMS | wordError | wordErrors | wordFields

// refine adds to the roles of a member what the object around it says.
func (g *general) refine(i int32, p, outer *place) {
	switch {
	case p.words&strong != 0 || g.members[i].value.Type == gjson.JSON:
	case outer.words&wordRequest != 0 && p.words&wordID != 0:
		p.words |= wordRequestID
	case outer.words&wordRetry != 0 && p.words&wordDelay != 0:
		p.words |= wordWait
	case p.words == 0 && p.about&(wordError|wordErrors) != 0:
		p.words, _ = g.lexicon.lastWord(g.members[i].key)
		p.words &= isHead
	}
}

// pairOf returns the members of a pair of a name and a value; -1 if they are none.
func (g *general) pairOf(first int32) (name, v int32) {
	second := g.after(first)
	if second < 0 || g.after(second) >= 0 {
		return -1, -1
	}
	if name, v = first, second; g.places[name].words&wordKey == 0 {
		name, v = v, name
	}
	if g.places[name].words&wordKey == 0 || g.members[name].value.Type != gjson.String || g.places[v].words&wordValue == 0 && g.members[v].key != "#text" {
		return -1, -1
	}
	return name, v
}

// isNumbered reports whether an object is a list in which the elements have their index as
// a name.
func (g *general) isNumbered(index, first int32) bool {
	if g.places[index].words&(wordError|wordErrors|wordMessage) == 0 {
		return false
	}
	for i := first; i >= 0; i = g.after(i) {
		if key := g.members[i].key; len(key) == 0 || len(key) > 3 || !isDigit(key[0]) || !isDigit(key[len(key)-1]) || !g.members[i].value.IsObject() {
			return false
		}
	}
	return true
}

// firstError returns the first element of a list that is not a warning or less.
func (g *general) firstError(first int32) int32 {
	for i := first; i >= 0; i = g.after(i) {
		if !g.isMinor(i) {
			return i
		}
	}
	return first
}

// isMinor reports whether an object says that it is less than an error.
func (g *general) isMinor(index int32) bool {
	if !g.members[index].value.IsObject() {
		return false
	}
	child := index + 1
	if int(child) >= len(g.members) || g.members[child].parent != index {
		return false
	}
	for i := child; i >= 0; i = g.after(i) {
		if g.places[i].words&wordSuccess != 0 && g.members[i].value.Type == gjson.True {
			return true
		}
		if v := &g.members[i].value; v.Type == gjson.String && g.places[i].words&(wordKind|wordIgnore|wordStatus) != 0 && g.lexicon.isMinor(v.Str) {
			return true
		}
	}
	return false
}

// relateSiblings determines the roles of members from those beside them: of a pair of a
// name and a value, and of names with the same unknown word before code and message.
func (g *general) relateSiblings(first int32) {
	if g.relatePair(first) {
		return
	}
	for i := first; i >= 0; i = g.after(i) {
		v := &g.members[i].value
		if g.places[i].words != 0 || v.Type != gjson.String || strings.IndexByte(v.Str, ' ') < 0 && isASCII(v.Str) {
			continue // it is no message with an unknown name
		}
		last, before := g.lexicon.lastWord(g.members[i].key)
		if last&(wordMessage|wordText) == 0 || before == "" {
			continue
		}
		if code := g.sibling(first, before); code >= 0 {
			g.places[code].words = wordCode
			g.places[i].words = wordMessage
		}
	}
}

// sibling returns the member with an unknown name that starts with a word, and ends with a
// word for a code; -1 if there is none.
func (g *general) sibling(first int32, before string) int32 {
	for i := first; i >= 0; i = g.after(i) {
		if g.places[i].words != 0 || g.members[i].value.Type == gjson.JSON || !strings.HasPrefix(g.members[i].key, before) {
			continue
		}
		if last, start := g.lexicon.lastWord(g.members[i].key); start == before && last&(wordCode|wordNumber) != 0 {
			return i
		}
	}
	return -1
}

// isPair reports whether an element of a list is a pair of a name and a value.
func (g *general) isPair(element int32) bool {
	first := element + 1
	if int(first) >= len(g.members) || g.members[first].parent != element {
		return false
	}
	name, _ := g.pairOf(first)
	return name >= 0
}

// relatePair gives the value of a pair the roles of its name: {"key": "code", "value": 7},
// <entry key="code">7</entry>.
func (g *general) relatePair(first int32) bool {
	name, v := g.pairOf(first)
	if name < 0 {
		return false
	}
	words := g.lexicon.lookup(g.members[name].value.Str)
	if words&(strong|wordStatus|wordSuccess|wordText) == 0 {
		return false
	}
	g.places[name].words = wordIgnore
	g.places[v].words = words
	if inner := v + 1; int(inner) < len(g.members) && g.members[inner].parent == v && g.after(inner) < 0 {
		g.places[inner].words = words // <value><int>7</int></value>
	}
	return true
}
