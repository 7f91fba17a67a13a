package translate

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/tidwall/gjson"

	"github.com/koine-proxy/koine/dialect"
)

// placeOf returns where a mapping file finds a member; its Path is nil if no path leads to it.
func (x *extraction) placeOf(index int32) (out dialect.Place) {
	g := &x.general
	var path dialect.Path
	for i := index; i >= 0; i = g.members[i].parent {
		path = append(path, x.stepTo(i))
		text := x.textAround(i)
		switch {
		case text == "":
			continue
		case out.JSON != nil || out.Pattern != "":
			return dialect.Place{} // a text in a text
		case text[0] == '{' || text[0] == '[':
			out.JSON, path = reversed(path), nil
		case len(path) == 1 && strings.IndexByte(text, '\n') > 0:
			out.Pattern, path = `(?m)^\s*`+regexp.QuoteMeta(path[0].Key)+`\s*[:=]\s*(.+?)\s*$`, nil
		default:
			return dialect.Place{}
		}
	}
	switch {
	case len(path) == 0:
		path = dialect.Path{{Kind: dialect.StepRoot}}
	case len(path) == 1 && x.format == newFormatSet(dialect.FormatHTML) && path[0].Key != "text":
		path = dialect.Path{{Kind: dialect.StepEach}, path[0]} // a page may have one paragraph or several
	}
	if out.Path = reversed(path); !out.Path.IsWritable() || !out.JSON.IsWritable() {
		return dialect.Place{}
	}
	return out
}

// reversed returns the steps of a path that was collected from its end.
func reversed(path dialect.Path) dialect.Path {
	out := make(dialect.Path, len(path))
	for i := range path {
		out[len(path)-1-i] = path[i]
	}
	return out
}

// stepTo returns the step from the object or list around a member to it.
func (x *extraction) stepTo(i int32) dialect.Step {
	g := &x.general
	outer := x.outerValue(i)
	switch {
	case !outer.IsArray() && g.places[i].element:
		return dialect.Step{Kind: dialect.StepGlob, Key: "*"} // a list with indexes as names
	case !outer.IsArray():
		return dialect.Step{Key: strings.Clone(g.members[i].key)}
	case isTuple(outer):
		return dialect.Step{Key: g.members[i].key}
	}
	step := dialect.Step{Kind: dialect.StepEach}
	if name, text := g.nameOfPair(g.members[i].value); name != "" {
		step.Sibling, step.Glob = dialect.Keys(strings.Clone(name)), strings.Clone(text)
	}
	return step
}

// nameOfPair returns the member of a pair that has the name, and that name; "" if an object is
// no pair of a name and a value.
func (g *general) nameOfPair(v value) (key, name string) {
	if !v.IsObject() {
		return "", ""
	}
	members := 0
	each(v, func(k string, child value) bool {
		if members++; key == "" && child.Type == gjson.String && g.lexicon.lookup(k)&wordKey != 0 && g.lexicon.lookup(child.Str) != 0 {
			key, name = k, child.Str
		}
		return true
	})
	if members != 2 {
		return "", ""
	}
	return key, name
}

// isTuple reports whether the elements of a list have different meanings: a code, then a
// sentence.
func isTuple(v value) bool {
	words, sentences, others := 0, 0, 0
	each(v, func(_ string, child value) bool {
		switch text, ok := scalar(child); {
		case !ok:
			others++
		case isSentenceText(text):
			sentences++
		default:
			words++
		}
		return others == 0
	})
	return words > 0 && sentences > 0 && others == 0 && words+sentences <= 6
}

func isSentenceText(text string) bool {
	f := formOf(text)
	return f.isSentence()
}

// outerValue returns the object or list around a member.
func (x *extraction) outerValue(i int32) value {
	if parent := x.general.members[i].parent; parent >= 0 {
		return x.general.members[parent].value
	}
	return rootOf(x.root)
}

// textAround returns the text that was read as the object or list around a member; "" if that
// is none.
func (x *extraction) textAround(i int32) (text string) {
	parent := x.general.members[i].parent
	if parent < 0 {
		return strings.TrimSpace(x.root.Str)
	}
	outer, index := x.outerValue(parent), 0
	each(outer, func(key string, child value) bool {
		if outer.IsArray() {
			key = strconv.Itoa(index)
			index++
		}
		if key == x.general.members[parent].key && child.Type == gjson.String {
			text = strings.TrimSpace(child.Str)
		}
		return text == ""
	})
	return text
}
