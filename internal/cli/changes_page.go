package cli

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/koine-proxy/koine/dialect"
)

// changePage is the page about the changes between two versions.
type changePage struct {
	page
	before, after *version
}

func newChangePage(before, after *version) *changePage {
	p := &changePage{before: before, after: after}
	p.text("# What changes for clients")
	p.summary()
	p.codes()
	for _, name := range sortedKeys(before.dialects, after.dialects) {
		p.dialect(name)
	}
	return p
}

func (p *changePage) text(line string) { p.WriteString(line + "\n") }

// sortedKeys returns the keys of two maps, each once.
func sortedKeys[V any](a, b map[string]V) []string {
	keys := slices.AppendSeq(slices.Collect(maps.Keys(a)), maps.Keys(b))
	slices.Sort(keys)
	return slices.Compact(keys)
}

// summary counts the changes.
func (p *changePage) summary() {
	var added, changed, removed int
	for name, r := range p.after.rows {
		switch old, known := p.before.rows[name]; {
		case !known:
			added++
		case old.Code != r.Code:
			changed++
		}
	}
	for name := range p.before.rows {
		if _, kept := p.after.rows[name]; !kept {
			removed++
		}
	}
	p.text("\nRows: " + count(changed, "row") + " with another code, " + strconv.Itoa(added) + " new, " + strconv.Itoa(removed) + " removed.\n" +
		"A code without a row has the generic code of its status, or what the general rules read.")
}

// codes lists the canonical codes that are new, gone, or have another status, category or
// strategy.
func (p *changePage) codes() {
	var lines []string
	for _, name := range sortedKeys(p.before.codes, p.after.codes) {
		_, was := p.before.codes[name]
		_, is := p.after.codes[name]
		old, now := p.before.meaning(name), p.after.meaning(name)
		switch {
		case !was:
			lines = append(lines, "| `"+name+"` | new | "+now+" |")
		case !is:
			lines = append(lines, "| `"+name+"` | "+old+" | removed |")
		case old != now:
			lines = append(lines, "| `"+name+"` | "+old+" | "+now+" |")
		}
	}
	if len(lines) > 0 {
		p.text("\n## Canonical codes\n\nStatus, category and retry strategy.\n\n| Code | Before | After |\n|---|---|---|\n" + strings.Join(lines, "\n"))
	}
}

// dialect lists the changes of the forms of one dialect.
func (p *changePage) dialect(name string) {
	before, after := p.before.dialects[name], p.after.dialects[name]
	var text strings.Builder
	for _, form := range after {
		if len(before) > 0 && !slices.Contains(before, form) {
			text.WriteString("\nNew form: `" + form + "`\n")
		}
	}
	for _, form := range before {
		if len(after) > 0 && !slices.Contains(after, form) {
			text.WriteString("\nRemoved form: `" + form + "`\n")
		}
	}
	text.WriteString(p.rows(after, before))
	switch {
	case len(before) == 0:
		p.text("\n## " + name + " (new)")
	case len(after) == 0:
		p.text("\n## " + name + " (removed)")
	case text.Len() == 0:
		return
	default:
		p.text("\n## " + name)
	}
	if text.Len() > 0 {
		p.text(strings.TrimSuffix(text.String(), "\n"))
	}
}

// rows lists the rows of forms that have another code, are new, or are removed.
func (p *changePage) rows(after, before []string) string {
	var changed []string
	added, removed := map[string][]string{}, map[string][]string{}
	for _, name := range rowNames(p.after, after) {
		r := p.after.rows[name]
		old, known := p.before.rows[name]
		switch {
		case !known:
			added[r.Code] = append(added[r.Code], nativeCell(name))
		case old.Code != r.Code:
			changed = append(changed, "| "+nativeCell(name)+" | `"+old.Code+"` | `"+r.Code+"` | "+p.difference(old, r)+" |")
		}
	}
	for _, name := range rowNames(p.before, before) {
		if _, kept := p.after.rows[name]; !kept {
			code := p.before.rows[name].Code
			removed[code] = append(removed[code], nativeCell(name))
		}
	}
	var text strings.Builder
	if len(changed) > 0 {
		text.WriteString("\n| Native code | Before | After | What else differs |\n|---|---|---|---|\n" + strings.Join(changed, "\n") + "\n")
	}
	writeRowList(&text, "New rows", added)
	writeRowList(&text, "Removed rows", removed)
	return text.String()
}

// difference returns what a client that does not know the codes notices.
func (p *changePage) difference(old, now dialect.Row) string {
	a, b := p.before.codes[old.Code], p.after.codes[now.Code]
	var parts []string
	for _, c := range []struct{ what, was, is string }{
		{"status", strconv.Itoa(a.Status), strconv.Itoa(b.Status)},
		{"category", a.Category, b.Category},
		{"retry", a.Retry, b.Retry},
	} {
		if c.was != c.is {
			parts = append(parts, c.what+" "+c.was+" → "+c.is)
		}
	}
	return strings.Join(parts, ", ")
}

// rowNames returns the names of the rows of some forms, sorted.
func rowNames(v *version, forms []string) []rowName {
	var names []rowName
	for name := range v.rows {
		if slices.Contains(forms, name.form) {
			names = append(names, name)
		}
	}
	slices.SortFunc(names, func(a, b rowName) int {
		if c := strings.Compare(a.form, b.form); c != 0 {
			return c
		}
		return strings.Compare(a.native, b.native)
	})
	return names
}

// nativeCell returns a native code for a table, with the variant that has the row.
func nativeCell(name rowName) string {
	cell := codeCell(name.native)
	if _, variant, ok := strings.Cut(name.form, "/"); ok {
		cell += " (" + variant + ")"
	}
	return cell
}

// writeRowList writes rows by their canonical code.
func writeRowList(text *strings.Builder, title string, rows map[string][]string) {
	if len(rows) == 0 {
		return
	}
	text.WriteString("\n" + title + ":\n\n")
	for _, code := range slices.Sorted(maps.Keys(rows)) {
		text.WriteString("- `" + code + "`: " + strings.Join(rows[code], ", ") + "\n")
	}
}
