package catalog

import (
	"slices"
	"strings"
)

// maxRelated bounds the related codes of a code.
const maxRelated = 8

// relate sets the related codes of every code: those that its description names, those whose
// description names it, those about the same subject, and the generic code of its status or,
// if there is nothing else, of its class.
func (c *Catalog) relate() {
	mentions := make(map[*Entry][]*Entry, len(c.entries))
	for _, e := range c.entries {
		mentions[e] = c.mentioned(e)
	}
	mentionedBy := map[*Entry][]*Entry{}
	for _, e := range c.entries {
		for _, other := range mentions[e] {
			mentionedBy[other] = append(mentionedBy[other], e)
		}
	}
	for _, e := range c.entries {
		e.add(mentions[e]...)
		e.add(mentionedBy[e]...)
		for _, other := range c.entries {
			if subjectOf(other.Name) == subjectOf(e.Name) && other.Category == e.Category {
				e.add(other)
			}
		}
		e.add(c.byName[c.options.Engine.Taxonomy().Generic(e.Status).Name])
		if len(e.Related) == 0 {
			e.add(c.byName[c.options.Engine.Taxonomy().Generic(e.Status/100*100).Name])
		}
	}
}

// add adds related codes.
func (e *Entry) add(others ...*Entry) {
	for _, other := range others {
		if other != e && len(e.Related) < maxRelated && !slices.Contains(e.Related, other) {
			e.Related = append(e.Related, other)
		}
	}
}

// mentioned returns the codes that the description and the action of a code name.
func (c *Catalog) mentioned(e *Entry) (out []*Entry) {
	for _, part := range c.Link(e.Description + " " + e.Action) {
		if part.Entry != nil {
			out = append(out, part.Entry)
		}
	}
	return out
}

// subjectOf returns the words of a code before the last.
func subjectOf(name string) string { return name[:max(strings.LastIndexByte(name, '.'), 0)] }

// Part is a part of a text.
type Part struct {
	Text  string
	Entry *Entry // of a code of the catalogue; nil for everything else
	Code  bool   // the text is between backticks
}

// Link cuts a text at the codes of the catalogue that it names, and at what is between
// backticks.
func (c *Catalog) Link(text string) (parts []Part) {
	for text != "" {
		before, quoted, found := strings.Cut(text, "`")
		parts = c.linkWords(parts, before)
		if !found {
			return parts
		}
		inner, rest, closed := strings.Cut(quoted, "`")
		switch e := c.byName[inner]; {
		case !closed || inner == "":
			return append(parts, Part{Text: "`" + quoted})
		case e != nil:
			parts = append(parts, Part{Text: inner, Entry: e})
		default:
			parts = append(parts, Part{Text: inner, Code: true})
		}
		text = rest
	}
	return parts
}

// linkWords adds the parts of a text without backticks.
func (c *Catalog) linkWords(parts []Part, text string) []Part {
	start, done := 0, 0
	for start < len(text) {
		if !isCodeByte(text[start]) {
			start++
			continue
		}
		end := start
		for end < len(text) && isCodeByte(text[end]) {
			end++
		}
		name := strings.TrimRight(text[start:end], ".")
		if e := c.byName[name]; e != nil {
			if done < start {
				parts = append(parts, Part{Text: text[done:start]})
			}
			parts = append(parts, Part{Text: name, Entry: e})
			done = start + len(name)
		}
		start = end
	}
	if done < len(text) {
		parts = append(parts, Part{Text: text[done:]})
	}
	return parts
}

// isCodeByte reports whether a code may contain a byte.
func isCodeByte(b byte) bool {
	return 'A' <= b && b <= 'Z' || '0' <= b && b <= '9' || b == '_' || b == '.'
}
