package dialect

import (
	"slices"
	"strconv"

	"github.com/koine-proxy/koine/internal/suggest"
)

// Inherit returns the files with what they take over from those that they
// extend: the words that they do not say themselves, word by word inside of
// `match` and `shape`, and the rows of codes that they have no row for. The bases
// are looked for among all; files that extend nothing stay as they are.
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

// builtIn stands before the names of those dialects that a file of the same name
// may extend.
const builtIn = "\x00"

func inherit(f *File, byName map[string]*File, way []string) (*File, *Fault) {
	if f.Extends == "" {
		return f, nil
	}
	base, way := byName[f.Extends], append(way, f.Name)
	if f.Extends == f.Name { // a file that takes the place of the dialect that it extends
		base = byName[builtIn+f.Name]
		way = nil
	}
	switch {
	case base == nil && f.Extends == f.Name:
		fault := f.NewFault(f.ExtendsAt, "a dialect cannot extend itself: there is no built-in one called "+strconv.Quote(f.Name))
		return f, &fault
	case base == nil:
		names := make([]string, 0, len(byName))
		for name := range byName {
			if name[0] != builtIn[0] {
				names = append(names, name)
			}
		}
		slices.Sort(names)
		words := "there is no dialect " + strconv.Quote(f.Extends) + " to extend"
		if near := suggest.Nearest(f.Extends, names); near != "" {
			words += "; did you mean " + near + "?"
		}
		fault := f.NewFault(f.ExtendsAt, words)
		return f, &fault
	case slices.Contains(way, f.Extends):
		fault := f.NewFault(f.ExtendsAt, "extends leads back to "+f.Extends+": a dialect cannot extend itself")
		return f, &fault
	}
	base, err := inherit(base, byName, way)
	if err != nil {
		return f, err
	}
	return f.over(base), nil
}

// over is f with what it does not say taken from base.
func (f *File) over(base *File) *File {
	out := *f
	if !f.Given["priority"] {
		out.Priority = base.Priority
	}
	if !f.Given["protocol"] {
		out.Protocol = base.Protocol
	}
	if !f.Given["rides_on"] {
		out.Rides = base.Rides
	}
	if !f.Given["frames"] {
		out.Frames = base.Frames
	}
	if !f.Given["format"] {
		out.Formats = base.Formats
	}
	if !f.Given["codes"] {
		out.Identity = base.Identity
	}
	if !f.Given["limits"] {
		out.Limits = base.Limits
	}
	if !f.Given["waits"] {
		out.Waits = base.Waits
	}
	out.Match = f.Match.over(base.Match)
	out.Shape = slices.Clone(f.Shape)
	for _, e := range base.Shape {
		if !slices.ContainsFunc(f.Shape, func(own ShapeEntry) bool { return own.Role == e.Role }) {
			out.Shape = append(out.Shape, e)
		}
	}
	own := make(map[string]bool, len(f.Codes))
	for _, r := range f.Codes {
		own[r.Native] = true
	}
	out.Codes = slices.Clone(f.Codes)
	for _, r := range base.Codes {
		if !own[r.Native] {
			r.Inherited = true
			out.Codes = append(out.Codes, r)
		}
	}
	out.Given = map[string]bool{"codes": true}
	for word := range f.Given {
		out.Given[word] = true
	}
	return &out
}

// over is m with the words that it does not say taken from base.
func (m Match) over(base Match) Match {
	m.Keys = given(m.Keys, base.Keys)
	m.Any = given(m.Any, base.Any)
	m.Types = given(m.Types, base.Types)
	m.Equals = given(m.Equals, base.Equals)
	m.Not = given(m.Not, base.Not)
	m.Like = given(m.Like, base.Like)
	m.Lacks = given(m.Lacks, base.Lacks)
	m.Only = given(m.Only, base.Only)
	if m.Every == "" {
		m.Every, m.EveryAt = base.Every, base.EveryAt
	}
	m.Headers = given(m.Headers, base.Headers)
	m.Media = given(m.Media, base.Media)
	m.Status = given(m.Status, base.Status)
	m.Contains = given(m.Contains, base.Contains)
	if m.Code == "" {
		m.Code, m.CodeAt = base.Code, base.CodeAt
	}
	m.Codeless = m.Codeless || base.Codeless
	return m
}

// given is own, or, where a file does not say the word at all, base. An empty
// list in a file takes the word away.
func given[T any](own, base []T) []T {
	if own != nil {
		return own
	}
	return base
}
