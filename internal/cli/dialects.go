package cli

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/koine-proxy/koine/dialect"
	"github.com/koine-proxy/koine/internal/suggest"
	"github.com/koine-proxy/koine/mappings"
	"github.com/koine-proxy/koine/mappings/builtin"
)

// Dialects lists the built-in dialects, one a line, in the order of their names,
// or prints the mapping file of one as it stands.
func Dialects(s Streams, names []string) Status {
	switch len(names) {
	case 0:
		return listDialects(s)
	case 1:
		return printDialect(s, names[0])
	}
	s.say("dialects takes one name, or none for a list of all; not %d", len(names))
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
		if marks := marks(f); len(marks) > 0 {
			b.WriteString(" [" + strings.Join(marks, ", ") + "]")
		}
		b.WriteByte('\n')
	}
	return s.print(b.String())
}

// byName sorts dialects as people look them up.
func byName(files []*dialect.File) []*dialect.File {
	return slices.SortedFunc(slices.Values(files), func(a, b *dialect.File) int { return strings.Compare(a.Name, b.Name) })
}

// marks says what is special about when a dialect is translated.
func marks(f *dialect.File) (words []string) {
	if f.Auto == dialect.AutoPass {
		words = append(words, "auto: pass")
	}
	if f.SuccessErrors != 0 {
		words = append(words, "errors on 2xx")
	}
	if f.Streams {
		words = append(words, "streams")
	}
	if f.General {
		words = append(words, "general rules")
	}
	return words
}

func printDialect(s Streams, name string) Status {
	if !isBuiltIn(s, name) {
		return AtFault
	}
	_, data, err := mappings.Dialect(name)
	if err != nil {
		s.say("%v", err)
		return AtFault
	}
	return s.print(string(data))
}

// isBuiltIn tells whether there is a built-in dialect of that name, and says what
// was probably meant where there is none.
func isBuiltIn(s Streams, name string) bool {
	names := mappings.Dialects()
	if slices.Contains(names, name) {
		return true
	}
	s.say("there is no built-in dialect %q%s", name, orMeant(suggest.Nearest(name, names), "`dialects` without a name lists them"))
	return false
}
