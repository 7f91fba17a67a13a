package catalog

import (
	"strconv"
	"strings"
)

// lineWidth is the width to which texts for terminals are wrapped.
const lineWidth = 88

// Text returns a list of codes for a terminal, one a line.
func (c *Catalog) Text(entries []*Entry) string {
	width := 0
	for _, e := range entries {
		width = max(width, len(e.Name))
	}
	var b strings.Builder
	for _, e := range entries {
		b.WriteString(e.Name + strings.Repeat(" ", width-len(e.Name)+2) + strconv.Itoa(e.Status) + "  " + plain(e.Shown) + "\n")
	}
	return b.String()
}

// EntryText returns what there is to say about a code, for a terminal.
func (c *Catalog) EntryText(e *Entry) string {
	var b strings.Builder
	b.WriteString(e.Name + "\n" + plain(e.Shown) + "\n\n")
	for _, row := range [][2]string{
		{"status", statusText(e.Status)}, {"category", string(e.Category) + ": " + CategoryMeaning(e.Category)}, {"retry", string(e.Retry) + ": " + RetryAdvice(e.Retry)},
		{"meaning", e.Description}, {"action", e.Action}, {"operator", e.OperatorAdvice()},
	} {
		wrap(&b, row[0], plain(row[1]))
	}
	if len(e.Generic) > 0 {
		wrap(&b, "generic", "the code of errors of which only the status is known: "+statusList(e.Generic))
	}
	var related []string
	for _, r := range e.Related {
		related = append(related, r.Name)
	}
	if len(related) > 0 {
		wrap(&b, "related", strings.Join(related, ", "))
	}
	for i, group := range e.NativeGroups() {
		if i == 0 {
			b.WriteString("\nnative codes that lead here\n")
		}
		codes := make([]string, len(group.Codes))
		for i, n := range group.Codes {
			codes[i] = plain(n.Code)
		}
		wrap(&b, "  "+group.Dialect, strings.Join(codes, ", "))
	}
	return b.String()
}

// wrap writes a label and a text beside it, in lines of at most lineWidth columns if its
// words allow it.
func wrap(b *strings.Builder, label, text string) {
	const indent = 12
	column := indent
	b.WriteString(label)
	if len(label) >= indent {
		b.WriteString("\n")
		label = ""
	}
	b.WriteString(strings.Repeat(" ", indent-len(label)))
	for i, word := range strings.Fields(text) {
		switch {
		case i > 0 && column+1+len(word) > lineWidth:
			b.WriteString("\n" + strings.Repeat(" ", indent))
			column = indent
		case i > 0:
			b.WriteByte(' ')
			column++
		}
		b.WriteString(word)
		column += len(word)
	}
	b.WriteByte('\n')
}

// plain removes control characters, which could change the terminal.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || 0x80 <= r && r < 0xa0 {
			return ' '
		}
		return r
	}, s)
}
