package translate

import (
	"strings"

	"github.com/tidwall/gjson"

	"github.com/koine-proxy/koine/dialect"
)

// describeFields describes the fields that were found as a mapping file does; nil if it cannot.
func (x *extraction) describeFields(r *Reading) *dialect.Fields {
	g, v := &x.general, x.fields.value
	out := dialect.Fields{Places: []dialect.Place{{Path: dialect.Path{{Kind: dialect.StepRoot}}}}}
	switch {
	case g.fields >= 0:
		out.Places[0] = x.placeOf(g.fields)
	case len(g.members) > 0 && v.isSame(g.members[0].value):
		out.Places[0] = x.placeOf(0) // the root element of XML
	}
	if out.Places[0].Path == nil {
		return nil
	}
	entry := v
	if v.IsArray() {
		entry = firstObject(v)
	}
	if e := readNamedEntry(g.lexicon, entry); e.isEntry() {
		if !g.describeEntry(&out, &e, entry) {
			return nil
		}
		return &out
	}
	if v.IsArray() {
		r.FieldTexts = nil // they were not read as entries
		return describeUnknownEntry(&out, entry)
	}
	each(v, func(key string, child value) bool {
		if g.lexicon.lookup(key)&wordPart != 0 && child.IsObject() && !isEntryObject(g.lexicon, child) {
			out.Skip = append(out.Skip, strings.Clone(key)) // body, query …: the fields are inside
		}
		return true
	})
	if entry = firstObject(v); entry.Exists() {
		if e := readNamedEntry(g.lexicon, entry); e.isComplaint(&g.fieldShape) {
			e.field = value{}
			g.describeEntry(&out, &e, entry)
		}
	}
	return &out
}

// describeUnknownEntry describes entries with unknown names: one sentence, and one word beside
// it. It returns nil if there is no such pair.
func describeUnknownEntry(out *dialect.Fields, entry value) *dialect.Fields {
	each(entry, func(key string, child value) bool {
		at := dialect.Keys(strings.Clone(key))
		text, ok := scalar(child)
		switch {
		case !ok || !at.IsWritable() || child.Type != gjson.String:
		case isSentenceText(text):
			out.Message = append(out.Message, at)
		case isFieldName(text):
			out.Field = append(out.Field, at)
		}
		return true
	})
	if len(out.Field) != 1 || len(out.Message) != 1 {
		return nil
	}
	return out
}

// firstObject returns the first object in an object or a list.
func firstObject(v value) (found value) {
	each(v, func(_ string, child value) bool {
		if child.IsObject() {
			found = child
		}
		return !found.Exists()
	})
	return found
}

// describeEntry adds the names of the members that an entry was read from, and reports whether
// they are enough to read it again.
func (g *general) describeEntry(out *dialect.Fields, e *namedEntry, v value) bool {
	each(v, func(key string, child value) bool {
		at := dialect.Keys(strings.Clone(key))
		if !at.IsWritable() {
			return true
		}
		text, _ := joinTexts(child)
		switch {
		case e.field.Exists() && child.isSame(e.field):
			out.Field = append(out.Field, g.pathOfName(at, child))
		case e.rules.Exists() && child.isSame(e.rules):
			out.Message = append(out.Message, append(at, dialect.Step{Kind: dialect.StepGlob, Key: "*"}))
		case text != "" && text == e.message && len(out.Message) == 0:
			out.Message = append(out.Message, at)
		case text != "" && text == e.code && len(out.Code) == 0:
			out.Code = append(out.Code, at)
		}
		return true
	})
	return (!e.field.Exists() || len(out.Field) > 0) && e.missing == "" && (len(out.Message) > 0 || len(out.Code) > 0)
}

// pathOfName returns the path to the name of a field in an entry: a text or a list of steps, or
// an object with the name.
func (g *general) pathOfName(at dialect.Path, name value) dialect.Path {
	if !name.IsObject() {
		return at
	}
	inner := readNamedEntry(g.lexicon, name)
	each(name, func(key string, child value) bool {
		if child.isSame(inner.field) {
			at = append(at, dialect.Step{Key: strings.Clone(key)})
		}
		return true
	})
	return at
}
