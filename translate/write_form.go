package translate

import (
	"regexp"
	"slices"
	"strings"

	"github.com/tidwall/gjson"

	"github.com/koine-proxy/koine/dialect"
)

// writeForm describes how one form of a dialect is written.
type writeForm struct {
	variant    string
	format     dialect.Format
	media      string
	root       *part
	fields     []fieldShape
	fieldCodes []string // the codes with which the name of a field is written; all if empty
	headers    []writeHeader
	elements   map[string]string // names of XML elements with their prefixes
	reserved   map[string]bool   // top-level names that have a meaning in the dialect

	table        table
	identity     bool // the native codes are canonical codes
	codeForm     dialect.CodeForm
	listedOnly   bool
	codeGlobs    []string // that a code must match; any if empty
	codeIsNumber bool
	codeOptional bool // an error may have no code
	status       int  // the HTTP status of errors whose row documents none; 0 for that of the error
	hasDetails   bool // the shape has a place for details
	takesDetails bool // details may be beside the other members at the top
	match        []string

	file *dialect.File
}

// formCompiler makes a writeForm.
type formCompiler struct {
	*writeForm
	types     map[string]uint16 // of the members that the match names, by path
	lacks     map[string]bool
	patterns  map[string]bool // whether a place with the pattern can be written
	fieldsAt  dialect.Path    // the place of the fields
	fieldList *part           // the list or the map there
}

// newWriteForm compiles a form; reason says why it cannot be written.
func newWriteForm(taxonomy *Taxonomy, f *dialect.File) (form *writeForm, reason string) {
	if reason = unwritableReason(f); reason != "" {
		return nil, reason
	}
	w := f.Write
	if w == nil {
		w = new(dialect.Write)
	}
	form = &writeForm{
		variant: f.Variant, root: &part{}, reserved: reservedNames(f), identity: f.Identity, file: f, match: f.Match.Status,
		codeForm: f.Match.Code, listedOnly: f.Match.Listed, codeOptional: f.Match.Optional || f.General, status: w.Status,
	}
	form.format = writtenFormat(f.Formats)
	c := formCompiler{writeForm: form, types: map[string]uint16{}, lacks: map[string]bool{}, patterns: map[string]bool{}}
	c.readMatch(&f.Match)
	c.addMatch(&f.Match)
	c.addShape(f.Shape)
	c.addWrite(w)
	c.addRequired(&f.Match)
	c.readCode(f)
	c.planEntries()
	form.media = writtenMedia(f, w, form.format)
	form.takesDetails = form.format == dialect.FormatJSON && len(f.Match.OnlyKeys) == 0 && f.Auto != dialect.AutoPass && form.root.role != dialect.RoleFields && !c.hasTypesOfAll(&f.Match)
	switch {
	case !form.root.isWritable() && !form.writesCode():
		return nil, "its shape has no plain place for a code, a message or fields"
	case !form.codeOptional && !form.writesCode():
		return nil, "its shape has no plain place for the code, which its errors must have"
	case c.readsSentences(f):
		return nil, "it is detected by the sentences of its messages"
	}
	form.root.prepare()
	if taxonomy == nil { // only the reason matters
		return form, ""
	}
	for _, r := range f.Codes {
		if code := taxonomy.Lookup(r.Code); code != nil {
			form.table.add(r.Native, row{code: code, status: r.Status, force: r.Force})
		}
	}
	form.table.addNearest(taxonomy, f.Write)
	return form, ""
}

// writesCode reports whether there is a place for the native code.
func (f *writeForm) writesCode() bool { return f.writes(dialect.RoleCode, insertCode) }

// writes reports whether a role has a place, or a word for it is in a text.
func (f *writeForm) writes(role dialect.Role, kind insertKind) bool {
	return f.hasPlace(role) || f.root.hasInsert(kind) || slices.ContainsFunc(f.headers, func(h writeHeader) bool {
		return slices.ContainsFunc(h.words, func(w insert) bool { return w.kind == kind })
	})
}

// readsSentences reports whether the match has conditions on the text that is the message.
func (c *formCompiler) readsSentences(f *dialect.File) bool {
	for _, v := range f.Match.Like {
		p := c.root.find(v.Path)
		if p != nil && p.role == dialect.RoleMessage && !slices.Contains(v.Values, "*") {
			return true
		}
	}
	return false
}

func (c *formCompiler) hasTypesOfAll(m *dialect.Match) bool {
	return slices.ContainsFunc(m.Types, func(v dialect.ValueAt) bool { return isEveryMember(v.Path) })
}

// writtenFormat returns the format in which bodies are written: the first that can be.
func writtenFormat(formats []dialect.Format) dialect.Format {
	for _, one := range formats {
		if one != dialect.FormatHTML && one != dialect.FormatEmpty {
			return one
		}
	}
	return dialect.FormatJSON
}

// formatMedia are the media types of formats.
var formatMedia = map[dialect.Format]string{
	dialect.FormatJSON: "application/json", dialect.FormatXML: "application/xml",
	dialect.FormatForm: "application/x-www-form-urlencoded", dialect.FormatText: "text/plain; charset=utf-8",
}

// writtenMedia returns the media type of the answers.
func writtenMedia(f *dialect.File, w *dialect.Write, format dialect.Format) string {
	if w.Media != "" {
		return w.Media
	}
	for _, h := range f.Match.Headers {
		if !strings.EqualFold(h.Name, "Content-Type") {
			continue
		}
		for _, glob := range h.Globs {
			if !strings.ContainsAny(glob, "*?") {
				return glob
			}
		}
		if usual := MediaType(formatMedia[format]); !matchesAnyGlob(h.Globs, usual) {
			return strings.NewReplacer("*", "", "?", "").Replace(h.Globs[0])
		}
	}
	return formatMedia[format]
}

// readMatch notes what the match says about members.
func (c *formCompiler) readMatch(m *dialect.Match) {
	for _, v := range m.Types {
		if set, ok := typeSet(v.Value); ok {
			c.types[pathKey(v.Path)] |= set
		}
	}
	for _, p := range m.Lacks {
		c.lacks[pathKey(p.Path)] = true
	}
}

// readCode notes what the match says about the code.
func (c *formCompiler) readCode(f *dialect.File) {
	for _, v := range f.Match.Like {
		if p := c.root.find(v.Path); p != nil && p.role == dialect.RoleCode {
			c.codeGlobs = v.Values
		}
	}
	for _, v := range f.Match.Types {
		if p := c.root.find(v.Path); p != nil && p.role == dialect.RoleCode {
			types := c.types[pathKey(v.Path)]
			c.codeIsNumber = types&(1<<gjson.Number) != 0 && types&(1<<gjson.String) == 0
		}
	}
}

// pathKey returns a path as a text in which every element of a list is the first.
func pathKey(p dialect.Path) string { return strings.ReplaceAll(p.String(), "#", "0") }

// addMatch adds the members that a body needs for the form to match: the constants, and
// the members that repeat the status.
func (c *formCompiler) addMatch(m *dialect.Match) {
	for _, v := range m.Equals {
		p := c.partAt(&dialect.Place{Path: v.Path})
		switch {
		case p == nil:
		case v.Value == statusWord:
			p.role = dialect.RoleStatus
		default:
			p.constant = v.Value
		}
	}
	for _, v := range m.Like {
		p := c.partAt(&dialect.Place{Path: v.Path})
		if p == nil {
			continue
		}
		switch {
		case slices.Contains(v.Values, "$status") || matchesAnyGlob(v.Values, "404") && !matchesAnyGlob(v.Values, "lost"):
			p.role = dialect.RoleStatus
		case slices.Contains(v.Values, "$phrase"):
			p.words = parseWords("$phrase")
		default:
			p.constant = string(appendString(nil, exampleOf(v.Values)))
		}
	}
	for _, h := range m.Headers {
		if !strings.EqualFold(h.Name, "Content-Type") {
			c.headers = append(c.headers, writeHeader{name: canonicalHeader(h.Name), words: exampleHeader(h)})
		}
	}
}

// exampleHeader returns a value of a header that the match requires: the id of the request
// if any value will do in a header of an id.
func exampleHeader(h dialect.HeaderAt) []insert {
	switch text := exampleOf(h.Globs); {
	case text != "":
		return []insert{{literal: text}}
	case strings.Contains(strings.ToLower(h.Name), "id"):
		return []insert{{kind: insertRequestID}}
	}
	return []insert{{literal: "1"}}
}

// exampleOf returns a text that matches one of some globs.
func exampleOf(globs []string) string {
	for _, g := range globs {
		if !strings.ContainsAny(g, "*?") {
			return g
		}
	}
	return strings.NewReplacer("*", "", "?", "x").Replace(globs[0])
}

// addShape adds the members of the shape: every role is written to its first plain place,
// in the order of the file.
func (c *formCompiler) addShape(shape []dialect.ShapeEntry) {
	for i := range shape {
		e := &shape[i]
		for _, v := range e.Values {
			if p := c.partAt(&dialect.Place{Path: v.Path}); p != nil {
				p.constant = v.Value
			}
		}
		switch e.Role {
		case dialect.RoleIgnore, dialect.RoleAlways:
		case dialect.RoleFields:
			c.addFields(e.Fields)
		default:
			c.addRole(e)
		}
	}
	c.placeFields()
	c.hasDetails = c.root.hasRole(dialect.RoleDetails)
	c.codeOptional = c.codeOptional || !hasPlaces(shape, dialect.RoleCode)
}

func hasPlaces(shape []dialect.ShapeEntry, role dialect.Role) bool {
	return slices.ContainsFunc(shape, func(e dialect.ShapeEntry) bool { return e.Role == role && len(e.Places) > 0 })
}

// wanted are the types that a place of a role may have.
var wanted = map[dialect.Role]uint16{
	dialect.RoleDetails: isObject,
	dialect.RoleFields:  isObject | isArray | 1<<gjson.String,
}

const scalarTypes = 1<<gjson.String | 1<<gjson.Number

func (c *formCompiler) addRole(e *dialect.ShapeEntry) {
	hasBody := false
	for i := range e.Places {
		place := &e.Places[i]
		if place.Header != "" {
			if !hasBody || e.Role == dialect.RoleRequestID {
				c.addHeaderPlace(e.Role, place)
			}
			continue
		}
		if hasBody {
			continue
		}
		types := wanted[e.Role]
		if types == 0 {
			types = scalarTypes | isArray
		}
		p := c.writablePart(place, types)
		if p == nil || len(p.parts) > 0 && e.Role != dialect.RoleDetails {
			continue
		}
		if hasBody = true; p.role == "" || p.role == dialect.RoleStatus || p.role == dialect.RoleFields && e.Role == dialect.RoleDetails { // fields and details may share a place
			if p.role != dialect.RoleFields {
				p.role, p.unit, p.words = e.Role, place.Unit, nil
			}
			c.setType(p, place.Path)
		}
	}
}

// setType notes in which type a code, a status or a message is written.
func (c *formCompiler) setType(p *part, path dialect.Path) {
	types := c.types[pathKey(path)]
	text := types&(1<<gjson.String) != 0
	number := types&(1<<gjson.Number) != 0
	p.isText = !number && (text || p.role == dialect.RoleCode)
	p.inList = types&isArray != 0 && !text && !number
}

// writablePart returns the part at a place; nil if nothing of these types can be written there.
func (c *formCompiler) writablePart(place *dialect.Place, types uint16) *part {
	if !c.allows(place.Path, types) || c.isWrittenAs(place.Path) {
		return nil
	}
	return c.partAt(place)
}

// isWrittenAs reports whether the file says what is written at a path, around it or inside it.
func (c *formCompiler) isWrittenAs(path dialect.Path) bool {
	if c.file.Write == nil {
		return false
	}
	single := func(p dialect.Path) string { return strings.ReplaceAll(pathKey(p)+".", ".0.", ".") } // a list of one is its element
	at := single(path)
	return slices.ContainsFunc(c.file.Write.Members, func(m dialect.WriteMember) bool {
		written := single(m.Path)
		return pathKey(path) != pathKey(m.Path) && (strings.HasPrefix(at, written) || strings.HasPrefix(written, at))
	})
}

// allows reports whether the match allows a value of some types at a path.
func (c *formCompiler) allows(path dialect.Path, types uint16) bool {
	for i := range path {
		at := pathKey(path[:i+1])
		if c.lacks[at] {
			return false
		}
		set := c.types[at]
		switch {
		case set == 0:
		case i == len(path)-1:
			return set&types != 0
		case set&(isObject|isArray) == 0:
			return false
		}
	}
	return true
}

// partAt returns the part at a place; nil if nothing can be written there.
func (c *formCompiler) partAt(at *dialect.Place) *part {
	if len(at.Path) == 0 || !at.IsPlain() && !c.keepsValue(at) || !c.allows(at.Path, ^uint16(0)) {
		return nil
	}
	if at.Path[0].Kind == dialect.StepKey && len(c.onlyKeys()) > 0 && !slices.Contains(c.onlyKeys(), at.Path[0].Key) {
		return nil
	}
	for i, s := range at.Path {
		if s.Kind != dialect.StepKey && (s.Kind != dialect.StepEach || s.Sibling != nil || i == 0 && len(at.Path) > 1 && len(c.root.parts) > 0 && !c.root.isList()) {
			return nil
		}
	}
	if c.isBelowRole(at.Path) {
		return nil
	}
	return c.root.findOrCreate(at.Path)
}

// isBelowRole reports whether a value is written at a part of the path.
func (c *formCompiler) isBelowRole(path dialect.Path) bool {
	for i := 1; i < len(path); i++ {
		if p := c.root.find(path[:i]); p != nil && p.role != "" && p.role != dialect.RoleFields && p.role != dialect.RoleDetails {
			return true
		}
	}
	return false
}

func (c *formCompiler) onlyKeys() []string { return c.file.Match.OnlyKeys }

// keepsValue reports whether the pattern of a place only removes what may surround
// a value, so that the value alone can be written there.
func (c *formCompiler) keepsValue(at *dialect.Place) bool {
	plain := *at
	if plain.Pattern = ""; at.Pattern == "" || !plain.IsPlain() {
		return false
	}
	keeps, known := c.patterns[at.Pattern]
	if !known {
		keeps = patternKeepsValue(at.Pattern)
		c.patterns[at.Pattern] = keeps
	}
	return keeps
}

func patternKeepsValue(pattern string) bool {
	re, err := regexp.Compile(pattern)
	if err != nil {
		return false // it was reported
	}
	for _, word := range []string{"NotFound", "not_found"} {
		m := re.FindStringSubmatch(word)
		if len(m) == 0 || m[min(1, len(m)-1)] != word {
			return false
		}
	}
	return true
}

// addRequired adds the members that must be present, with an empty value of a type that
// they may have.
func (c *formCompiler) addRequired(m *dialect.Match) {
	for _, k := range m.Keys {
		c.addEmpty(k.Path)
	}
	for _, v := range m.Types {
		if set := c.types[pathKey(v.Path)]; set&isAbsent == 0 {
			c.addEmpty(v.Path)
		}
	}
	if len(m.Any) == 0 {
		return
	}
	for _, k := range m.Any {
		if p := c.root.find(k.Path); p != nil && c.isAlwaysWritten(p) {
			return
		}
	}
	for _, k := range m.Any {
		if c.partAt(&dialect.Place{Path: k.Path}) != nil {
			c.addEmpty(k.Path)
			return
		}
	}
}

// isAlwaysWritten reports whether every body has a part.
func (c *formCompiler) isAlwaysWritten(p *part) bool {
	switch p.role {
	case dialect.RoleMessage, dialect.RoleStatus, dialect.RoleRequestID, dialect.RoleType:
		return true
	case dialect.RoleCode:
		return !c.codeOptional
	}
	return p.constant != "" || len(p.words) > 0 || slices.ContainsFunc(p.parts, c.isAlwaysWritten)
}

// addEmpty adds an empty value at a path, for the case that nothing else is written there.
func (c *formCompiler) addEmpty(path dialect.Path) {
	p := c.partAt(&dialect.Place{Path: path})
	if p == nil || p.constant != "" {
		return
	}
	switch types := c.types[pathKey(path)]; {
	case types == 0 && len(p.parts) > 0:
		p.constant = "{}"
	case types == 0 || types&(1<<gjson.Null) != 0:
		p.constant = "null"
	case types&(1<<gjson.String) != 0:
		p.constant = `""`
	case types&isObject != 0:
		p.constant = "{}"
	case types&isArray != 0:
		p.constant = "[]"
	case types&(1<<gjson.Number) != 0:
		p.constant = "0"
	default:
		p.constant = "false"
	}
}

// canonicalHeader returns the name of a header as a key of a header map.
func canonicalHeader(name string) string {
	b, upper := []byte(name), true
	for i, ch := range b {
		switch {
		case upper && 'a' <= ch && ch <= 'z':
			b[i] = ch - 'a' + 'A'
		case !upper && 'A' <= ch && ch <= 'Z':
			b[i] = ch - 'A' + 'a'
		}
		upper = ch == '-'
	}
	return string(b)
}
