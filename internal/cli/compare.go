package cli

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"

	"github.com/koine-proxy/koine/dialect"
	"github.com/koine-proxy/koine/translate"
)

// compare warns of dialects that cannot be told apart: nothing but the order of
// their names decides which of them takes a body.
func (c *checker) compare(taxonomy *translate.Taxonomy, checked []*dialect.File) {
	checked = slices.DeleteFunc(dialect.ExpandAll(checked), func(f *dialect.File) bool { return f.General })
	all := append(slices.Clone(checked), c.rivals(checked)...)
	takes, err := takings(taxonomy, all)
	if !c.fine(err) {
		return
	}
	for i, f := range checked {
		for j := i + 1; j < len(all); j++ {
			switch other := all[j]; {
			case f.Priority != other.Priority:
			case takes[i][j] && takes[j][i]:
				c.warn(f, other, "each takes examples of the other")
			case sameMatch(f, other):
				c.warn(f, other, "their match is the same")
			}
		}
	}
}

// rivals are the built-in dialects that stand beside those that are checked, with
// the priority of one of them.
func (c *checker) rivals(checked []*dialect.File) (out []*dialect.File) {
	priorities := map[dialect.Priority]bool{}
	for _, f := range checked {
		priorities[f.Priority] = true
	}
	for _, f := range dialect.ExpandAll(c.builtIn.Dialects) {
		replaced := slices.ContainsFunc(c.dialects, func(own *dialect.File) bool { return own.Name == f.Name })
		if priorities[f.Priority] && !f.General && !replaced {
			out = append(out, f)
		}
	}
	return out
}

func (c *checker) warn(f, other *dialect.File, why string) {
	c.warnings = append(c.warnings, dialect.Fault{
		File: f.File, Line: f.NameAt.Line, Column: f.NameAt.Column,
		Message: fmt.Sprintf("%s and %s cannot be told apart (%s, both with priority %s): narrow one match, or give one of them another priority",
			f.Title(), other.Title(), why, cmp.Or(f.Priority, dialect.PriorityNormal)),
	})
}

// takings tells of every two dialects whether the first would take an example of
// the second away, if it came first.
func takings(taxonomy *translate.Taxonomy, all []*dialect.File) ([][]bool, error) {
	e, err := translate.Compile(taxonomy, all, nil) // forms, each on its own
	if err != nil {
		return nil, err
	}
	takes := make([][]bool, len(all))
	for i := range takes {
		takes[i] = make([]bool, len(all))
	}
	for own, f := range all {
		for i := range f.Examples {
			if f.Examples[i].Is == "none" {
				continue
			}
			trials := e.Explain(translate.ExampleResponse(f, &f.Examples[i]))
			if len(trials) != len(all) || !trials[own].Matched {
				continue
			}
			for taker, t := range trials {
				takes[taker][own] = takes[taker][own] || t.Matched && (t.InTable || !trials[own].InTable)
			}
		}
	}
	return takes, nil
}

// sameMatch tells whether two dialects recognise the same bodies by the same
// words.
func sameMatch(a, b *dialect.File) bool {
	return reflect.DeepEqual(condition(a), condition(b))
}

// condition is all that decides what a dialect takes, without positions.
func condition(f *dialect.File) []any {
	m := f.Match
	var code []string
	for _, e := range f.Shape {
		if e.Role == dialect.RoleCode {
			for _, p := range e.Places {
				p.At = dialect.Pos{}
				code = append(code, fmt.Sprint(p))
			}
		}
	}
	return []any{
		code, fmt.Sprint(f.Formats), f.SuccessErrors, fmt.Sprint(m.OnlyKeys), fmt.Sprint(m.Status), fmt.Sprint(m.Contains), m.Code, m.Listed, m.Optional,
		pathsOf(m.Keys), pathsOf(m.Any), pathsOf(m.Lacks), valuesOf(m.Types), valuesOf(m.Equals), listsOf(m.Not), listsOf(m.Like), headersOf(m.Headers),
	}
}

func pathsOf(list []dialect.PathAt) (out []string) {
	for _, p := range list {
		out = append(out, p.Path.String())
	}
	slices.Sort(out)
	return out
}

func valuesOf(list []dialect.ValueAt) (out []string) {
	for _, v := range list {
		out = append(out, v.Path.String()+"="+v.Value)
	}
	slices.Sort(out)
	return out
}

func listsOf(list []dialect.ValuesAt) (out []string) {
	for _, v := range list {
		out = append(out, fmt.Sprintf("%s=%q", v.Path, v.Values))
	}
	slices.Sort(out)
	return out
}

func headersOf(list []dialect.HeaderAt) (out []string) {
	for _, h := range list {
		out = append(out, fmt.Sprintf("%s=%q", h.Name, h.Globs))
	}
	slices.Sort(out)
	return out
}
