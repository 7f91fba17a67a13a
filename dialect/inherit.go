package dialect

import (
	"slices"
	"strconv"

	"github.com/koine-proxy/koine/internal/suggest"
)

// Inherit returns the files with what they inherit from the dialects that they
// extend: each top-level key that they do not have, the roles of `shape` that they
// do not have, and the rows of `codes` whose native code they do not have. Variants
// are inherited only by a file that replaces the dialect it extends. The extended
// dialects are searched among files, then among all. Files that extend nothing are
// returned unchanged.
func Inherit(files, all []*File) ([]*File, error) {
	byName := make(map[string]*File, len(all))
	for _, f := range all {
		byName[f.Name], byName[builtIn+f.Name] = f, f
	}
	for _, f := range files {
		byName[f.Name] = f
	}
	var faults Faults
	out := make([]*File, len(files))
	for i, f := range files {
		var err *Fault
		if out[i], err = inherit(f, byName, nil); err != nil {
			faults = append(faults, *err)
		}
	}
	return out, faults.Err()
}

// builtIn is the prefix, in the map of names, of dialects that a file of the same
// name may extend.
const builtIn = "\x00"

func inherit(f *File, byName map[string]*File, chain []string) (*File, *Fault) {
	if f.Extends == "" {
		return f, nil
	}
	base, chain := byName[f.Extends], append(chain, f.Name)
	if f.Extends == f.Name { // a file that replaces the dialect that it extends
		base = byName[builtIn+f.Name]
		chain = nil
	}
	switch {
	case base == nil && f.Extends == f.Name:
		fault := f.NewFault(f.ExtendsAt, "a dialect cannot extend itself: there is no built-in dialect "+strconv.Quote(f.Name))
		return f, &fault
	case base == nil:
		fault := f.NewFault(f.ExtendsAt, "unknown dialect "+strconv.Quote(f.Extends)+suggestDialect(f.Extends, byName))
		return f, &fault
	case slices.Contains(chain, f.Extends):
		fault := f.NewFault(f.ExtendsAt, "extends forms a cycle through "+f.Extends+": a dialect cannot extend itself")
		return f, &fault
	}
	base, err := inherit(base, byName, chain)
	if err != nil {
		return f, err
	}
	return f.withBase(base), nil
}

// suggestDialect ends a message about an unknown dialect with the nearest name, if
// there is one.
func suggestDialect(name string, byName map[string]*File) string {
	names := make([]string, 0, len(byName))
	for n := range byName {
		if n[0] != builtIn[0] {
			names = append(names, n)
		}
	}
	slices.Sort(names)
	if near := suggest.Nearest(name, names); near != "" {
		return "; did you mean " + near + "?"
	}
	return ""
}

// Expand returns the forms of the dialect, each with what it inherits from the
// file: the variants in their order, then the dialect itself. A variant with a
// priority of its own is sorted by that priority.
func (f *File) Expand() []*File {
	if len(f.Variants) == 0 && f.Extends == "" {
		return []*File{f}
	}
	out := make([]*File, 0, len(f.Variants)+1)
	for _, v := range f.Variants {
		form := v.withBase(f)
		form.Name, form.Extends, form.Variants = f.Name, "", nil
		out = append(out, form)
	}
	base := *f
	base.Extends, base.Variants = "", nil
	out = append(out, &base)
	slices.SortStableFunc(out, byPriority)
	return out
}

// ExpandAll returns the forms of all files.
func ExpandAll(files []*File) []*File {
	out := make([]*File, 0, len(files))
	for _, f := range files {
		out = append(out, f.Expand()...)
	}
	return out
}

// withBase returns f with the keys that it does not have inherited from base.
func (f *File) withBase(base *File) *File {
	out := *f
	inherit := func(key string, from func()) {
		if !f.Has(key) {
			from()
		}
	}
	inherit("hosts", func() { out.Hosts = base.Hosts })
	inherit("auto", func() { out.Auto = base.Auto })
	inherit("evidence", func() { out.Evidence = base.Evidence })
	inherit("success_errors", func() { out.SuccessErrors = base.SuccessErrors })
	inherit("streams", func() { out.Streams = base.Streams })
	inherit("general", func() { out.General = base.General })
	inherit("failure", func() { out.Failure = base.Failure })
	out.Lexicon = slices.Concat(base.Lexicon, f.Lexicon)
	inherit("format", func() { out.Formats = base.Formats })
	inherit("priority", func() { out.Priority = base.Priority })
	inherit("match", func() { out.Match = base.Match })
	inherit("codes", func() { out.Identity = base.Identity })
	inherit("limits", func() { out.Limits = base.Limits })
	out.Write = mergeWrites(f.Write, base.Write, f.Variant != "" && (f.Has("shape") || f.Has("match")))
	if f.Name == base.Name && f.Variant == "" { // under another name they would match the same bodies as those of the base
		inherit("variants", func() { out.Variants = withoutExamples(base.Variants) })
	}
	out.Shape = mergeShapes(f.Shape, base.Shape)
	out.Codes = mergeRows(f.Codes, base.Codes)
	out.Given = append(slices.Clone(f.Given), "codes")
	return &out
}

// withoutExamples returns copies of variants without their examples, for a dialect
// that has its own.
func withoutExamples(variants []*File) []*File {
	out := make([]*File, len(variants))
	for i, v := range variants {
		c := *v
		c.Examples = nil
		out[i] = &c
	}
	return out
}

// mergeShapes returns own with the roles of base that it does not have.
func mergeShapes(own, base []ShapeEntry) []ShapeEntry {
	out := slices.Clone(own)
	for _, e := range base {
		if !slices.ContainsFunc(own, func(o ShapeEntry) bool { return o.Role == e.Role }) {
			out = append(out, e)
		}
	}
	return out
}

// mergeRows returns own with the rows of base whose native code it does not have.
func mergeRows(own, base []Row) []Row {
	if len(own) == 0 && !slices.ContainsFunc(base, func(r Row) bool { return !r.Inherited }) {
		return base
	}
	has := make(map[string]bool, len(own))
	for _, r := range own {
		has[r.Native] = true
	}
	out := slices.Clone(own)
	for _, r := range base {
		if !has[r.Native] {
			r.Inherited = true
			out = append(out, r)
		}
	}
	return out
}
