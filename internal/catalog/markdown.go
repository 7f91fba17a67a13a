package catalog

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/koine-proxy/koine/translate"
)

// page builds a Markdown page.
type page struct{ strings.Builder }

// line adds a line; a line break at the end makes it a paragraph.
func (p *page) line(format string, args ...any) { fmt.Fprintf(p, format+"\n", args...) }

// Markdown returns a list of some codes, with links to their pages.
func (c *Catalog) Markdown(entries []*Entry) string {
	p := new(page)
	p.line("# Error codes\n")
	p.line("%s\n", introduction)
	domain := ""
	for _, e := range entries {
		if first, _, _ := strings.Cut(e.Name, "."); first != domain {
			domain = first
			p.line("\n## %s\n\n| Code | Status | Category | Retry | Message |\n|---|---|---|---|---|", domain)
		}
		p.line("| [`%s`](%s.md) | %d | `%s` | `%s` | %s |", e.Name, e.Name, e.Status, e.Category, e.Retry, cell(e.Shown))
	}
	return p.String()
}

// introduction is the first paragraph of an index.
const introduction = "Every error of this API has one of these codes, in the member `code`. A code keeps its name and its meaning; codes are only added."

// EntryMarkdown returns the page of a code.
func (c *Catalog) EntryMarkdown(e *Entry) string {
	p := new(page)
	p.line("# %s\n", e.Name)
	p.line("%s\n", escape(e.Shown))
	p.line("| Status | Category | Retry | Type |\n|---|---|---|---|")
	p.line("| %s | `%s` | `%s` | `%s` |\n", statusText(e.Status), e.Category, e.Retry, e.Type())
	p.line("## What it means\n")
	p.line("%s\n", c.linked(e.Description))
	if len(e.Generic) > 0 {
		p.line("It is also the code of every error of which only the status is known, if that is %s.\n", statusList(e.Generic))
	}
	p.line("## What to do\n")
	p.line("**In the client:** %s\n", c.linked(e.Action))
	p.line("**Repeating the request** (`%s`): %s\n", e.Retry, escape(RetryAdvice(e.Retry)))
	p.line("**For those who run the service:** %s\n", c.linked(e.OperatorAdvice()))
	if e.Fails != "" {
		p.line("## Request\n\nThis fails:\n")
		p.block("http", e.Fails)
		p.line("This works:\n")
		p.block("http", e.Works)
	}
	p.line("## Samples\n")
	for _, s := range c.Samples(e) {
		p.line("`%s`, %s:\n", s.Envelope, s.MediaType)
		p.block("http", s.HTTP())
	}
	p.natives(e)
	p.related(e)
	return strings.TrimRight(p.String(), "\n") + "\n"
}

func (p *page) natives(e *Entry) {
	if len(e.Native) == 0 {
		return
	}
	p.line("## Native codes that lead here\n\n| Dialect | Native codes |\n|---|---|")
	for _, group := range e.NativeGroups() {
		codes := make([]string, len(group.Codes))
		for i, n := range group.Codes {
			codes[i] = codeSpan(n.Code)
			if n.Status != 0 {
				codes[i] += " (" + strconv.Itoa(n.Status) + ")"
			}
		}
		p.line("| %s | %s |", escape(group.Dialect), strings.Join(codes, ", "))
	}
	p.line("")
}

func (p *page) related(e *Entry) {
	if len(e.Related) == 0 {
		return
	}
	p.line("## Related codes\n")
	for _, r := range e.Related {
		p.line("- [`%s`](%s.md): %s", r.Name, r.Name, escape(r.Shown))
	}
}

// block writes a code block.
func (p *page) block(language, text string) {
	fence := "```"
	for strings.Contains(text, fence) {
		fence += "`"
	}
	p.line("%s%s\n%s\n%s\n", fence, language, strings.TrimRight(text, "\n"), fence)
}

// linked returns a text whose codes are links to their pages.
func (c *Catalog) linked(text string) string {
	var b strings.Builder
	for _, part := range c.Link(text) {
		switch {
		case part.Entry != nil:
			b.WriteString("[`" + part.Text + "`](" + part.Text + ".md)")
		case part.Code:
			b.WriteString(codeSpan(part.Text))
		default:
			b.WriteString(escape(part.Text))
		}
	}
	return b.String()
}

// NativeGroup is the native codes of one dialect.
type NativeGroup struct {
	Dialect string
	Codes   []Native
}

// NativeGroups returns the native codes by dialect.
func (e *Entry) NativeGroups() (out []NativeGroup) {
	for _, n := range e.Native {
		name := n.Dialect
		if name == "*" {
			name = "every dialect"
		}
		if i := len(out) - 1; i >= 0 && out[i].Dialect == name {
			out[i].Codes = append(out[i].Codes, n)
			continue
		}
		out = append(out, NativeGroup{name, []Native{n}})
	}
	return out
}

// statusList returns statuses as a text, those of a long list with what is between them.
func statusList(statuses []int) string {
	var words []string
	for i := 0; i < len(statuses); {
		end := i
		for end+1 < len(statuses) && statuses[end+1] == statuses[end]+1 {
			end++
		}
		switch word := strconv.Itoa(statuses[i]); {
		case end > i+1:
			words = append(words, word+" to "+strconv.Itoa(statuses[end]))
		case end > i:
			words = append(words, word, strconv.Itoa(statuses[end]))
		default:
			words = append(words, word)
		}
		i = end + 1
	}
	if n := len(words); n > 1 {
		return strings.Join(words[:n-1], ", ") + " or " + words[n-1]
	}
	return strings.Join(words, "")
}

// escape escapes Markdown in a text.
func escape(s string) string {
	var b strings.Builder
	for i := range len(s) {
		switch c := s[i]; {
		case c == '<':
			b.WriteString("&lt;")
			continue
		case c == '\n' || c == '\r':
			b.WriteByte(' ')
			continue
		case strings.IndexByte("\\*`[]#", c) >= 0, c == '_' && (i == 0 || i == len(s)-1 || !isWordByte(s[i-1]) || !isWordByte(s[i+1])):
			b.WriteByte('\\')
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

func isWordByte(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'z' || c >= 0x80
}

// cell escapes a text for a table cell.
func cell(s string) string { return strings.ReplaceAll(escape(s), "|", `\|`) }

// codeSpan returns a code span for a table cell.
func codeSpan(s string) string {
	fence := "`"
	for strings.Contains(s, fence) {
		fence += "`"
	}
	if s == "" || strings.HasPrefix(s, "`") || strings.HasSuffix(s, "`") {
		s = " " + s + " "
	}
	return fence + strings.NewReplacer("|", `\|`, "\n", " ", "\r", " ").Replace(s) + fence
}

// LLMs returns the index for agents, in the form of llms.txt: a title, a summary, and links
// with what they are about. suffix is that of the links.
func (c *Catalog) LLMs(suffix string) string {
	p := new(page)
	p.line("# Error codes\n")
	p.line("> %s\n", introduction)
	p.line("Each answer has the members code, category, status, message and retry. Decide by code; for a code that you do not know, by category, then by status.")
	p.line("The page of a code says what it means, what to do, and whether the request may be repeated.\n")
	p.line("Retry strategies:\n")
	for _, r := range translate.Retries() {
		p.line("- %s: %s", r, RetryAdvice(r))
	}
	for _, d := range c.domains {
		p.line("\n## %s\n", d.Name)
		for _, e := range d.Entries {
			p.line("- [%s](%s%s): %d, %s, retry %s. %s", e.Name, e.Name, suffix, e.Status, e.Category, e.Retry, escape(e.Action))
		}
	}
	return p.String()
}

// UnknownMarkdown returns the page for a code that does not exist.
func (c *Catalog) UnknownMarkdown(name string) string {
	p := new(page)
	p.line("# Unknown code\n")
	p.line("There is no code %s.", codeSpan(shorten(name)))
	for i, e := range c.Suggest(name) {
		if i == 0 {
			p.line("\nDid you mean:\n")
		}
		p.line("- [`%s`](%s.md): %s", e.Name, e.Name, escape(e.Shown))
	}
	return p.String()
}
