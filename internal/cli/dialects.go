package cli

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/koine-proxy/koine/dialect"
	"github.com/koine-proxy/koine/internal/suggest"
	"github.com/koine-proxy/koine/mappings"
	"github.com/koine-proxy/koine/mappings/builtin"
	"github.com/koine-proxy/koine/translate"
)

// Dialects lists the built-in dialects by name, one per line, or prints the mapping file
// of one.
func Dialects(s Streams, names []string) Status {
	switch len(names) {
	case 0:
		return listDialects(s)
	case 1:
		return printDialect(s, names[0])
	}
	s.logf("expected at most 1 name, got %d", len(names))
	return WrongUsage
}

func listDialects(s Streams) Status {
	l := builtin.Library()
	width := 0
	for _, f := range l.Dialects {
		width = max(width, utf8.RuneCountInString(f.Name))
	}
	var b strings.Builder
	for _, f := range byName(l.Dialects) {
		b.WriteString(f.Name + strings.Repeat(" ", width-utf8.RuneCountInString(f.Name)+2) + f.About)
		marks := marks(f)
		if translate.UnwritableReason(f.Expand()) != "" {
			marks = append(marks, "not written")
		}
		if len(marks) > 0 {
			b.WriteString(" [" + strings.Join(marks, ", ") + "]")
		}
		b.WriteByte('\n')
	}
	return s.print(b.String())
}

// byName returns dialects sorted by name.
func byName(files []*dialect.File) []*dialect.File {
	return slices.SortedFunc(slices.Values(files), func(a, b *dialect.File) int { return strings.Compare(a.Name, b.Name) })
}

// marks returns notes about when errors of a dialect are translated.
func marks(f *dialect.File) (notes []string) {
	if f.Auto == dialect.AutoPass {
		notes = append(notes, "auto: pass")
	}
	if f.Evidence == dialect.EvidenceCode || f.Evidence == dialect.EvidenceHost {
		notes = append(notes, "evidence: "+string(f.Evidence))
	}
	if slices.ContainsFunc(f.Expand(), func(form *dialect.File) bool { return form.SuccessErrors != 0 }) {
		notes = append(notes, "errors on 2xx")
	}
	if f.Streams {
		notes = append(notes, "streams")
	}
	if f.General {
		notes = append(notes, "general rules")
	}
	return notes
}

func printDialect(s Streams, name string) Status {
	if !isBuiltIn(s, name) {
		return InvalidInput
	}
	_, data, err := mappings.Dialect(name)
	if err != nil {
		s.logf("%v", err)
		return InvalidInput
	}
	return s.print(string(data))
}

// isBuiltIn reports whether there is a built-in dialect of that name, and, if not, logs
// the nearest name.
func isBuiltIn(s Streams, name string) bool {
	names := mappings.Dialects()
	if slices.Contains(names, name) {
		return true
	}
	s.logf("unknown built-in dialect %q%s", name, didYouMean(suggest.Nearest(name, names), "run `dialects` without a name to list them"))
	return false
}
