package dialect

import "slices"

// File is a mapping file as it was written, with positions. A variant of a dialect
// is a File too; see Variants.
type File struct {
	File          string // the file name, for faults
	Name          string // the name of the dialect
	Variant       string // the name of the variant; "" for the dialect itself
	Extends       string // the dialect from which this file inherits top-level keys; see Inherit
	About         string
	Sources       []string // the documentation of shape and codes
	Read          string   // the date on which the sources were read, as 2026-11-27; "" if not known
	Hosts         []string // globs of upstream host names that belong to the dialect
	Auto          Auto     // how `dialect auto` handles its errors
	Evidence      Evidence // what proves that an error is of the dialect, if the site does not name it
	SuccessErrors int      // 400 to 599: its errors also come with a 2xx, and this is the status of an error that has no other; 0 if they never do
	Streams       bool     // its errors also come in frames of streams
	General       bool     // general rules: tried when no dialect matches, and marked as a guess
	Failure       *Failure // of general rules: how a 2xx says that it failed; nil if they do not tell
	Lexicon       Lexicon  // how general rules read bodies that no shape describes
	Formats       []Format // the formats of its bodies; JSON if empty
	Priority      Priority
	Match         Match
	Shape         []ShapeEntry
	Codes         []Row
	Identity      bool // the native codes are canonical codes
	Limits        []LimitFamily
	Write         *Write  // how errors are written; nil if detection and shape say all
	Variants      []*File // other forms of the same dialect, tried before this one
	Examples      []Example

	Given []string // the top-level keys of the file

	NameAt, ExtendsAt, AutoAt, EvidenceAt, SuccessAt, FormatsAt, PriorityAt, LexiconAt, MatchAt, ShapeAt, CodesAt Pos
}

// Auto is how `dialect auto` handles the errors of a dialect.
type Auto string

// The values of `auto`.
const (
	AutoTranslate Auto = "translate" // the default
	AutoPass      Auto = "pass"      // detected and passed through unchanged, because clients parse them
)

// Autos returns the values of `auto`.
func Autos() []Auto { return []Auto{AutoTranslate, AutoPass} }

// Evidence is what proves that an error is of a dialect that the site does not
// name. The host of the upstream proves it always.
type Evidence string

// The values of `evidence`.
const (
	EvidenceMatch Evidence = "match" // the default: the match, which has something that only this dialect has
	EvidenceCode  Evidence = "code"  // the match with a code of the table, at the status that its row documents
	EvidenceHost  Evidence = "host"  // nothing in the response, because other APIs have the same shape and the same codes
)

// Evidences returns the values of `evidence`.
func Evidences() []Evidence { return []Evidence{EvidenceMatch, EvidenceCode, EvidenceHost} }

// Title returns the name of the dialect, followed by the variant if the file is
// one.
func (f *File) Title() string {
	if f.Variant == "" {
		return f.Name
	}
	return f.Name + "/" + f.Variant
}

// Has reports whether the file itself has a top-level key, rather than inheriting
// it.
func (f *File) Has(key string) bool { return slices.Contains(f.Given, key) }

// NewFault returns a fault at a position of the file.
func (f *File) NewFault(at Pos, message string) Fault {
	return Fault{File: f.File, Line: at.Line, Column: at.Column, Message: message}
}

// HasSubcode reports whether the shape has a place for a code that refines the native one.
func (f *File) HasSubcode() bool {
	return slices.ContainsFunc(f.Shape, func(e ShapeEntry) bool { return e.Role == RoleSubcode })
}
