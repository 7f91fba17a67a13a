package translate

import (
	"errors"
	"slices"
	"strings"

	"github.com/koine-proxy/koine/dialect"
)

// DialectRenderer writes errors in one dialect. It is immutable and safe for concurrent
// use.
type DialectRenderer struct {
	name     string
	forms    []*writeForm // that can be written: the dialect itself, then its variants
	rows     map[*Code][]nativeCode
	nearest  map[Category][]nativeCode
	taxonomy *Taxonomy
}

// DialectAnswer is an error that was written in a dialect.
type DialectAnswer struct {
	Status    int // the HTTP status to send with it
	MediaType string
	writer    dialectWriter
}

// NewDialectRenderer returns the renderer of a dialect, from its forms with inherited keys.
// rows are those of the site for the dialect. The error says why the dialect cannot be
// written.
func NewDialectRenderer(taxonomy *Taxonomy, forms []*dialect.File, rows []dialect.Row) (*DialectRenderer, error) {
	r := &DialectRenderer{taxonomy: taxonomy}
	var reasons []string
	for _, f := range forms {
		r.name = f.Name
		form, reason := newWriteForm(taxonomy, f)
		switch {
		case reason != "" && f.Variant == "":
			reasons = append([]string{reason}, reasons...)
		case reason != "":
			reasons = append(reasons, reason)
		default:
			r.forms = append(r.forms, form)
		}
	}
	slices.SortStableFunc(r.forms, func(a, b *writeForm) int { return a.rank() - b.rank() })
	if len(r.forms) == 0 {
		return nil, errors.New("the dialect " + r.name + " cannot be written: " + reasons[0])
	}
	r.compileRows(rows)
	return r, nil
}

// UnwritableReason returns why a dialect cannot be written, from its forms with inherited keys;
// "" if it can.
func UnwritableReason(forms []*dialect.File) string {
	first := ""
	for _, f := range forms {
		_, reason := newWriteForm(nil, f)
		if reason == "" {
			return ""
		}
		if first == "" || f.Variant == "" {
			first = reason
		}
	}
	return first
}

// rank orders forms: the dialect itself, then variants with members, then those of plain
// text.
func (f *writeForm) rank() int {
	switch {
	case f.variant == "":
		return 0
	case f.format == dialect.FormatJSON || f.format == dialect.FormatXML:
		return 1
	}
	return 2
}

// Name returns the name of the dialect.
func (r *DialectRenderer) Name() string { return r.name }

// MediaType returns the media type of its answers, of which variants may have others.
func (r *DialectRenderer) MediaType() string { return r.forms[0].media }

// IsJSON reports whether its answers are JSON objects.
func (r *DialectRenderer) IsJSON() bool {
	return !slices.ContainsFunc(r.forms, func(f *writeForm) bool { return f.format != dialect.FormatJSON || f.root.isList() })
}

// ReadsRequest reports whether its answers repeat members of the request.
func (r *DialectRenderer) ReadsRequest() bool {
	return slices.ContainsFunc(r.forms, func(f *writeForm) bool { return f.root.readsRequest() })
}

// Append appends the error. One that came in this dialect keeps its native code and
// status; any other gets those of the dialect, within the guard rails of HTTPStatus. One
// that the dialect has no code for gets its nearest. p.GatewayStatus applies to all of
// them.
func (r *DialectRenderer) Append(dst []byte, t *Translation, p *Policy, params RenderParams) ([]byte, DialectAnswer) {
	w := dialectWriter{writer: newWriter(t, p, params)}
	w.setCode(r)
	dst = w.append(dst)
	return dst, DialectAnswer{Status: w.httpStatus, MediaType: w.to.media, writer: w}
}

// AppendDialect appends the error in a dialect of the engine, or in one that the engine can
// write. ok is false if there is none of that name.
func (t *Translation) AppendDialect(dst []byte, name string, p *Policy, params RenderParams) (out []byte, status int, ok bool) {
	r, err := t.engine.DialectRenderer(name)
	if err != nil {
		return dst, 0, false
	}
	dst, answer := r.Append(dst, t, p, params)
	return dst, answer.Status, true
}

// ErrUnknownDialect says that an engine has no dialect of a name.
var ErrUnknownDialect = errors.New("unknown dialect")

// DialectRenderer returns the renderer of a dialect that the engine detects, or that it
// was given to write.
func (e *Engine) DialectRenderer(name string) (*DialectRenderer, error) {
	if r, ok := e.renderers.Load(name); ok {
		return r.(*DialectRenderer), nil
	}
	forms := e.filesOf(name)
	if len(forms) == 0 {
		return nil, ErrUnknownDialect
	}
	var rows []dialect.Row
	if rows = e.siteFiles[name]; rows == nil {
		rows = e.siteFiles["*"]
	}
	r, err := NewDialectRenderer(e.taxonomy, forms, rows)
	if err != nil {
		return nil, err
	}
	e.renderers.Store(name, r)
	return r, nil
}

// filesOf returns the forms of a dialect.
func (e *Engine) filesOf(name string) (forms []*dialect.File) {
	for _, files := range [][]*dialect.File{e.files, e.writable} {
		for _, f := range files {
			if f.Name == name {
				forms = append(forms, f.Expand()...)
			}
		}
		if len(forms) > 0 {
			return forms
		}
	}
	return nil
}

// dialectWriter writes an answer in a dialect.
type dialectWriter struct {
	writer
	to         *writeForm
	native     nativeCode
	httpStatus int // of the answer
	bodyStatus int // that its body tells
}

// setCode chooses the form, the native code and the status to write.
func (w *dialectWriter) setCode(r *DialectRenderer) {
	if w.Dialect == r.name {
		form := r.forms[0]
		if w.dialect != nil {
			form = r.formOf(w.dialect.variant)
		}
		if w.Native != "" || form.codeOptional {
			w.to, w.native = form, nativeCode{form: form, code: w.Native, sub: w.Subcode()}
			w.httpStatus = w.policy.sentStatus(w.Status)
			w.bodyStatus = w.policy.sentStatus(w.effectiveStatus())
			return
		}
	}
	n, status := r.choose(&w.writer)
	w.to, w.native = n.form, n
	w.bodyStatus = w.policy.sentStatus(status)
	w.httpStatus = w.bodyStatus
	if ride := w.to.status; ride != 0 && n.status == 0 && n.at == 0 {
		w.httpStatus = ride
	}
}

// formOf returns the form of a variant, or the first one.
func (r *DialectRenderer) formOf(variant string) *writeForm {
	for _, f := range r.forms {
		if f.variant == variant {
			return f
		}
	}
	return r.forms[0]
}

// append appends the body.
func (w *dialectWriter) append(dst []byte) []byte {
	switch w.to.format {
	case dialect.FormatXML:
		return appendXML(dst, w.appendDocument(nil), w.to.elements)
	case dialect.FormatForm:
		return appendWrittenForm(dst, w.appendDocument(nil))
	case dialect.FormatText:
		return appendPlainText(dst, w.appendDocument(nil))
	}
	return w.appendDocument(dst)
}

// appendDocument appends the body as JSON.
func (w *dialectWriter) appendDocument(dst []byte) []byte {
	root := w.to.root
	if root.isList() {
		return w.appendPart(dst, root)
	}
	dst = append(dst, '{')
	dst = w.appendParts(dst, root.parts)
	if root.role == dialect.RoleFields && w.hasFields() {
		dst = w.appendFieldMembers(dst)
	}
	if w.to.takesDetails && !w.hasDetails() && w.isBelow500() {
		dst = w.appendDetailMembers(dst, w.to.reserved)
	}
	return append(dst, '}')
}

// hasDetails reports whether the shape has a place for the details of this error.
// If it has none, they are written beside the other members.
func (w *dialectWriter) hasDetails() bool {
	return w.to.hasDetails || len(w.to.fields) > 0 && !w.hasFields()
}

// hasFields reports whether the place of the fields has fields for this code, and
// not details.
func (w *dialectWriter) hasFields() bool {
	if len(w.to.fields) == 0 {
		return false
	}
	codes := w.to.fields[0].ForCodes
	return len(codes) == 0 || slices.Contains(codes, w.native.code)
}

func (w *dialectWriter) appendParts(dst []byte, parts []*part) []byte {
	for _, p := range parts {
		start := len(dst)
		dst = append(appendComma(dst), p.head...)
		empty := len(dst)
		if dst = w.appendPart(dst, p); len(dst) == empty {
			dst = dst[:start]
		}
	}
	return dst
}

// appendPart appends the value of one part; nothing if there is none.
func (w *dialectWriter) appendPart(dst []byte, p *part) []byte {
	start := len(dst)
	switch {
	case p.role == dialect.RoleFields && w.hasFields():
		dst = w.appendFieldList(dst, p)
	case p.isList():
		dst = w.appendElements(append(dst, '['), p.parts)
		if len(dst) == start+1 {
			dst = dst[:start]
		} else {
			dst = append(dst, ']')
		}
	case len(p.parts) > 0:
		dst = append(dst, '{')
		if dst = w.appendParts(dst, p.parts); len(dst) == start+1 {
			dst = dst[:start]
		} else {
			dst = append(dst, '}')
		}
	default:
		dst = w.appendRole(dst, p)
	}
	if len(dst) == start {
		dst = append(dst, w.constantOf(p)...)
	}
	return dst
}

// appendElements appends the elements of a list.
func (w *dialectWriter) appendElements(dst []byte, parts []*part) []byte {
	for _, p := range parts {
		start := len(dst)
		dst = appendComma(dst)
		empty := len(dst)
		if dst = w.appendPart(dst, p); len(dst) == empty {
			dst = dst[:start]
		}
	}
	return dst
}

// constantOf returns the JSON of a part whose role has no value.
func (w *dialectWriter) constantOf(p *part) string {
	for i := range p.categories {
		if p.categories[i].category == w.Code.Category {
			return p.categories[i].value
		}
	}
	return p.constant
}

func (w *dialectWriter) appendDetailObject(dst []byte) []byte {
	if !w.isBelow500() {
		return dst
	}
	start := len(dst)
	dst = append(dst, '{')
	dst = w.appendDetailMembers(dst, nil)
	if len(dst) == start+1 {
		return dst[:start]
	}
	return append(dst, '}')
}

// reservedNames returns the top-level names that the shape or the match refers to.
// A detail with such a name would be read as something else.
func reservedNames(f *dialect.File) map[string]bool {
	names := map[string]bool{"canonical": true} // see AppendBoth
	note := func(p dialect.Path) {
		if plain := p.Plain(); len(plain) > 0 {
			names[plain[0].Key] = true
		}
	}
	for _, e := range f.Shape {
		for _, p := range e.Places {
			note(p.Path)
		}
		for _, form := range e.Fields {
			for _, p := range form.Places {
				note(p.Path)
			}
		}
		for _, v := range e.Values {
			note(v.Path)
		}
	}
	for _, p := range f.Match.Lacks {
		note(p.Path)
	}
	return names
}

// unwritableReason returns why no format of a form can be written; "" if one can.
func unwritableReason(f *dialect.File) string {
	switch {
	case f.Write != nil && f.Write.Never != "":
		return f.Write.Never
	case f.General:
		return "general rules read errors of unknown shapes and have none of their own"
	}
	var pages []string
	for _, format := range f.Formats {
		switch format {
		case dialect.FormatJSON, dialect.FormatXML, dialect.FormatForm, dialect.FormatText:
			return ""
		}
		pages = append(pages, string(format))
	}
	if len(pages) > 0 {
		return "its errors are pages for people or have no body (format " + strings.Join(pages, ", ") + ")"
	}
	return ""
}

// HasPlace reports whether the dialect has a place for a role, in its body or in a header.
func (r *DialectRenderer) HasPlace(role dialect.Role) bool {
	form := r.forms[0]
	switch role {
	case dialect.RoleCode:
		return form.writesCode()
	case dialect.RoleMessage:
		return form.writes(role, insertMessage)
	}
	return form.hasPlace(role)
}

// hasPlace reports whether the form has a place for a role.
func (f *writeForm) hasPlace(role dialect.Role) bool {
	return f.root.hasRole(role) || role == dialect.RoleFields && f.root.hasRole(roleFieldName) ||
		slices.ContainsFunc(f.headers, func(h writeHeader) bool { return h.role == role })
}
