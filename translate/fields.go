package translate

import (
	"regexp"

	"github.com/koine-proxy/koine/dialect"
)

// maxFields bounds the fields of an answer. An entry of the answer may be longer
// than that of the upstream.
const maxFields = 10_000

// field is one problem of one field.
type field struct {
	path    string // dotted
	message string
	code    string
}

// fieldShape is a compiled Fields.
type fieldShape struct {
	*dialect.Fields
	flat      bool // entries have name, message and code of the field as plain members
	locations []fieldLocation
	pattern   *regexp.Regexp
	groups    [3]int   // of the pattern: field, message, code; -1 if it has no such group
	entry     *part    // how an entry is written
	lexicon   *lexicon // reads entries by the names of their members; nil for a shape of a mapping file
	trust     fieldTrust
	byKey     bool // key and name may name the field of an entry
	strict    bool // entries must have a member that names a field
}

// fieldLocation is a place of a fieldShape.
type fieldLocation struct {
	location
	filter *dialect.Step // selects the entries to read; nil for all
}

// isFlat reports whether entries have name, message and code of the field as plain
// members.
func (f *fieldShape) isFlat() bool {
	for _, paths := range [3][]dialect.Path{f.Field, f.Message, f.Code} {
		for _, p := range paths {
			if len(p) != 1 || p[0].Kind != dialect.StepKey {
				return false
			}
		}
	}
	return len(f.Field) > 0 && len(f.Names) == 0 && f.pattern == nil && !f.Tree
}

// isMap reports whether the shape is an object of field to message.
func (f *fieldShape) isMap() bool {
	return len(f.Field) == 0 && len(f.Names) == 0 && f.pattern == nil && !f.Tree
}

// isEntry reports whether an object in this shape is a single entry.
func (f *fieldShape) isEntry(v value) bool {
	return v.IsObject() && !f.Tree && !f.isMap() && len(f.Names) == 0 && f.pattern == nil
}

// fieldWalk reads the fields of a body, in the shape that was found.
type fieldWalk struct {
	shape    *fieldShape // nil if there are no fields
	value    value       // the value that has the shape
	filter   *dialect.Step
	single   field  // the only field, if it was read already
	path     []byte // of the field that is read, dotted
	verbatim bool   // names are already in the form of the canonical envelope
}

func (w *fieldWalk) reset() {
	w.clear()
	w.filter = nil
	w.verbatim = false
}

// clear removes the fields.
func (w *fieldWalk) clear() {
	w.shape = nil
	w.value = value{}
	w.single = field{}
}

// forEach calls emit for every field, in the order of the body, until emit returns
// false. The path of a field is valid until emit returns.
func (w *fieldWalk) forEach(emit func(field) bool) {
	if w.shape == nil || !w.value.Exists() {
		return
	}
	if w.single.path != "" {
		emit(w.single)
		return
	}
	w.path = w.path[:0]
	switch f := w.shape; {
	case f.lexicon != nil:
		w.named(f, w.value, emit)
	case f.Tree:
		w.tree(f, w.value, emit)
	case f.isMap():
		w.objects(f, w.value, false, emit)
	case f.pattern != nil && len(f.Message) == 0:
		w.texts(f, w.value, emit)
	default:
		w.list(f, w.value, emit)
	}
}
