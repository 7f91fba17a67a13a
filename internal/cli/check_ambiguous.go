package cli

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/koine-proxy/koine/dialect"
	"github.com/koine-proxy/koine/translate"
)

// compare warns about two dialects if only the order of their names determines which one is
// detected.
func (c *checker) compare(taxonomy *translate.Taxonomy, checked []*dialect.File) {
	checked = slices.DeleteFunc(dialect.ExpandAll(checked), func(f *dialect.File) bool { return f.General })
	all := append(slices.Clone(checked), c.samePriority(checked)...)
	matches, err := exampleMatches(taxonomy, all)
	if !c.ok(err) {
		return
	}
	for i, f := range checked {
		for j := i + 1; j < len(all); j++ {
			switch other := all[j]; {
			case f.Name == other.Name || f.Priority != other.Priority: // the order of variants is that of their file
			case matches[i][j] && matches[j][i]:
				c.warn(f, other, "each matches examples of the other")
			case sameMatch(f, other):
				c.warn(f, other, "they have the same match")
			}
		}
	}
}

// samePriority returns the built-in dialects that have the priority of a checked one.
func (c *checker) samePriority(checked []*dialect.File) (out []*dialect.File) {
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
		Message: fmt.Sprintf("%s and %s are ambiguous (%s, and both have priority %s): narrow one match, or change one priority",
			f.Title(), other.Title(), why, cmp.Or(f.Priority, dialect.PriorityNormal)),
	})
}

// exampleMatches returns for every two dialects whether the first, tried before the second,
// would read an example of the second.
func exampleMatches(taxonomy *translate.Taxonomy, all []*dialect.File) ([][]bool, error) {
	e, err := translate.Compile(taxonomy, all, nil) // variants are dialects of their own here
	if err != nil {
		return nil, err
	}
	matches := make([][]bool, len(all))
	for i := range matches {
		matches[i] = make([]bool, len(all))
	}
	for own, f := range all {
		for i := range f.Examples {
			if f.Examples[i].Is == "none" {
				continue
			}
			trials := e.Explain(translate.ExampleResponse(f, &f.Examples[i])).Trials
			if len(trials) != len(all) || !trials[own].Matched {
				continue
			}
			for i, t := range trials {
				matches[i][own] = matches[i][own] || t.Matched && (t.InTable || !trials[own].InTable)
			}
		}
	}
	return matches, nil
}

// sameMatch reports whether two dialects match the same bodies by the same
// conditions.
func sameMatch(a, b *dialect.File) bool { return conditionsOf(a) == conditionsOf(b) }

// conditionsOf returns all conditions that determine which bodies a dialect matches, as
// text.
func conditionsOf(f *dialect.File) string {
	text := canonicalText(reflect.ValueOf([]any{f.Formats, f.Match})) + canonicalText(reflect.ValueOf(f.SuccessErrors))
	for _, e := range f.Shape {
		if e.Role == dialect.RoleCode {
			for _, p := range e.Places { // the first one that is present is used, so their order matters
				text += canonicalText(reflect.ValueOf(p))
			}
		}
	}
	return text
}

// canonicalText writes a part of a mapping file without positions and with sorted lists,
// so that equal conditions have equal texts.
func canonicalText(v reflect.Value) string {
	if s, ok := v.Interface().(fmt.Stringer); ok {
		return strconv.Quote(s.String())
	}
	var parts []string
	switch v.Kind() {
	case reflect.Interface, reflect.Pointer:
		if v.IsNil() {
			return "nil"
		}
		return canonicalText(v.Elem())
	case reflect.Struct:
		for i := range v.NumField() {
			if _, isPos := v.Field(i).Interface().(dialect.Pos); !isPos {
				parts = append(parts, canonicalText(v.Field(i)))
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			parts = append(parts, canonicalText(v.Index(i)))
		}
		slices.Sort(parts)
	default:
		return fmt.Sprintf("%#v", v.Interface())
	}
	return "(" + strings.Join(parts, " ") + ")"
}
