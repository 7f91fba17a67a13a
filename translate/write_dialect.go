package translate

import (
	"slices"
	"strconv"
	"strings"

	"github.com/koine-proxy/koine/dialect"
)

// writing is a dialect seen from the other side: the order of its members, and
// the native code of every canonical one.
type writing struct {
	root   *part
	native map[*Code]nativeCode
}

// nativeCode is how a dialect says a canonical code.
type nativeCode struct {
	code   string
	status int
}

// part is one member to write.
type part struct {
	key      string
	role     dialect.Role
	constant string // JSON that stands where the role says nothing
	parts    []*part
}

// planWriting turns a lens around: the first plain path of every role is where it
// is written, in the order of the file. `#` is the first element of a list.
func (c *compiler) planWriting(f *dialect.File) writing {
	w := writing{root: &part{}, native: map[*Code]nativeCode{}}
	c.implied(&w, &f.Match)
	for _, e := range f.Shape {
		for _, v := range e.Values {
			w.root.grow(v.Path).constant = v.Value
		}
		if e.Role == dialect.RoleIgnore {
			continue
		}
		for _, f := range e.Fields {
			e.Places = append(e.Places, f.Places...)
		}
		for i := range e.Places {
			p := c.partAt(w.root, &e.Places[i])
			if p == nil {
				continue
			}
			if p.role == "" || p.role == dialect.RoleStatus { // fields and details may share a place; see content
				p.role = e.Role
			}
			break
		}
	}
	return w
}

// implied plans what a body of the dialect must say to be recognised: the constants
// of the match, and the members that repeat the status.
func (c *compiler) implied(w *writing, m *dialect.Match) {
	for _, v := range m.Equals {
		if p := c.partAt(w.root, &dialect.Place{Path: v.Path}); p != nil && v.Value != statusWord {
			p.constant = v.Value
		} else if p != nil {
			p.role = dialect.RoleStatus
		}
	}
	for _, v := range m.Like {
		if p := c.partAt(w.root, &dialect.Place{Path: v.Path}); p != nil && slices.Contains(v.Values, "$status") {
			p.role = dialect.RoleStatus
		}
	}
}

// planEntry turns the form of an entry around.
func (c *compiler) planEntry(f *dialect.Fields) *part {
	root := &part{}
	for _, one := range []struct {
		role  dialect.Role
		paths []dialect.Path
	}{{dialect.RoleFields, slices.Concat(f.Field, f.Names)}, {dialect.RoleMessage, f.Message}, {dialect.RoleCode, f.Code}} {
		for _, path := range one.paths {
			if p := c.partAt(root, &dialect.Place{Path: path}); p != nil {
				p.role = one.role
				break
			}
		}
	}
	return root
}

// partAt returns the part below root at a place, or nil if the place cannot be
// written.
func (c *compiler) partAt(root *part, at *dialect.Place) *part {
	if len(at.Path) == 0 || !at.IsPlain() && !c.keepsWords(at) {
		return nil
	}
	for _, s := range at.Path {
		if s.Kind != dialect.StepKey && (s.Kind != dialect.StepEach || s.Sibling != nil) {
			return nil
		}
	}
	return root.grow(at.Path)
}

// keepsWords reports whether the pattern of a place only cuts off what may be
// around a value, so that the value alone can be written there.
func (c *compiler) keepsWords(at *dialect.Place) bool {
	bare := *at
	if bare.Pattern = ""; at.Pattern == "" || !bare.IsPlain() {
		return false
	}
	re := c.patterns[at.Pattern]
	for _, word := range []string{"NotFound", "not_found"} {
		if re == nil {
			return false
		}
		m := re.FindStringSubmatch(word)
		if len(m) == 0 || m[min(1, len(m)-1)] != word {
			return false
		}
	}
	return true
}

func (p *part) grow(path dialect.Path) *part {
	for _, step := range path {
		key := step.Key
		if step.Kind == dialect.StepEach {
			key = "0"
		}
		var child *part
		for _, c := range p.parts {
			if c.key == key {
				child = c
			}
		}
		if child == nil {
			child = &part{key: key}
			p.parts = append(p.parts, child)
		}
		p = child
	}
	return p
}

// speaks tells whether there is a place for a code, a message or fields.
func (p *part) speaks() bool {
	switch p.role {
	case dialect.RoleCode, dialect.RoleMessage, dialect.RoleFields:
		return true
	}
	return slices.ContainsFunc(p.parts, (*part).speaks)
}

// isList tells whether the parts are elements, rather than members.
func (p *part) isList() bool { return len(p.parts) > 0 && p.parts[0].key == "0" }

// add notes how a row is said; the first row of a canonical code is the one
// that is written.
func (w *writing) add(native string, r row) {
	if _, ok := w.native[r.code]; !ok {
		w.native[r.code] = nativeCode{native, r.status}
	}
}

// AppendDialect appends the error in the dialect of that name, and returns the
// status that goes with it. An error that came in this dialect gets its native
// code and status back; any other gets what the dialect documents, within the
// guard rails of HTTPStatus. One that the dialect has no word for keeps the
// canonical code. ok is false where the engine has no such dialect.
func (t *Translation) AppendDialect(dst []byte, name string, p *Policy, a RenderParams) (out []byte, status int, ok bool) {
	d := t.formToWrite(name)
	if d == nil {
		return dst, 0, false
	}
	w := writer{Translation: t, to: d, policy: p, answer: a, status: t.HTTPStatus(p)}
	w.code = w.native()
	if d.formats&onlyJSON == 0 {
		return appendXML(dst, w.document(nil)), w.status, true
	}
	return w.document(dst), w.status, true
}

// formToWrite returns the form of a dialect in which the error is written: the
// detected one, the dialect itself, or the first variant that can be written. It
// returns nil if there is none.
func (t *Translation) formToWrite(name string) (best *compiledDialect) {
	for _, d := range t.engine.dialects {
		switch {
		case d.name != name || d.unwritable:
		case d == t.dialect:
			return d
		case best == nil || d.variant == "":
			best = d
		}
	}
	return best
}

// document appends the body as JSON.
func (w *writer) document(dst []byte) []byte {
	d, p, t := w.to, w.policy, w.Translation
	if root := d.written.root; root.isList() {
		return w.content(dst, root)
	}
	dst = append(dst, '{')
	dst = w.parts(dst, d.written.root.parts)
	if !w.hasDetails() && t.discloses(p) {
		dst = t.appendDetailMembers(dst, d.reserved)
	}
	return append(dst, '}')
}

// hasDetails tells whether the lens has a place for the details of this error;
// where it has none they stand beside the other members.
func (w *writer) hasDetails() bool {
	for _, p := range w.to.places {
		if p.role == dialect.RoleDetails || (p.role == dialect.RoleFields && !w.hasFields()) {
			return true
		}
	}
	return false
}

// hasFields tells whether the place of the fields holds them for this code. For
// codes that `only` does not name it holds details.
func (w *writer) hasFields() bool {
	if len(w.to.forms) == 0 {
		return false
	}
	only := w.to.forms[0].ForCodes
	return len(only) == 0 || slices.Contains(only, w.code)
}

// isNumber tells whether a code can stand as a number of JSON.
func isNumber(s string) bool { return s != "" && skipNumber(s, 0) == len(s) }

// writer is one error on its way into a dialect.
type writer struct {
	*Translation
	to     *compiledDialect
	policy *Policy
	answer RenderParams
	code   string
	status int
}

// native returns the code to write, and settles the status.
func (w *writer) native() string {
	if w.Dialect == w.to.name && (w.Native != "" || len(w.to.code) == 0 || w.to.codeless) {
		w.status = w.Status
		return w.Native
	}
	if n, ok := w.nativeOf(w.to, w.Code); ok {
		if n.status != 0 && w.Match == ByTable && w.policy.Status != StatusUpstream {
			w.status = guard(w.status, n.status)
		}
		return n.code
	}
	return w.Code.Name
}

func (w *writer) parts(dst []byte, parts []*part) []byte {
	for _, p := range parts {
		start := len(dst)
		dst = appendMember(dst, p.key)
		content := len(dst)
		if dst = w.content(dst, p); len(dst) == content {
			dst = dst[:start]
		}
	}
	return dst
}

// content appends the value of one part, or nothing where there is none.
func (w *writer) content(dst []byte, p *part) []byte {
	start := len(dst)
	if p.isList() {
		dst = append(dst, '[')
		dst = w.content(dst, p.parts[0])
		if len(dst) == start+1 {
			return dst[:start]
		}
		return append(dst, ']')
	}
	if (p.role == "" || p.role == dialect.RoleFields) && len(p.parts) > 0 {
		dst = append(dst, '{')
		dst = w.parts(dst, p.parts)
		if len(dst) == start+1 {
			return dst[:start]
		}
		return append(dst, '}')
	}
	if dst = w.value(dst, p.role); len(dst) == start {
		dst = append(dst, p.constant...)
	}
	return dst
}

func (w *writer) value(dst []byte, role dialect.Role) []byte {
	switch role {
	case dialect.RoleCode:
		if w.code == "" {
			return dst
		}
		if w.to.numeric && isNumber(w.code) {
			return append(dst, w.code...)
		}
		return appendString(dst, w.code)
	case dialect.RoleMessage:
		return appendString(dst, w.words(w.policy))
	case dialect.RoleStatus:
		if w.to.statusText {
			return appendString(dst, strconv.Itoa(w.status))
		}
		return appendInt(dst, int64(w.status))
	case dialect.RoleRequestID:
		return appendString(dst, w.answer.RequestID)
	case dialect.RoleType:
		return appendString(dst, w.Code.Type())
	case dialect.RoleCategory:
		return appendString(dst, string(w.Code.Category))
	case dialect.RoleRetryAfter:
		if after, ok := w.After(w.policy); ok {
			return appendInt(dst, int64(after))
		}
	case dialect.RoleFields:
		if !w.hasFields() {
			return w.details(dst)
		}
		return w.fieldsOf(dst)
	case dialect.RoleDetails:
		return w.details(dst)
	}
	return dst
}

func (w *writer) details(dst []byte) []byte {
	if !w.discloses(w.policy) {
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

// fieldsOf writes the complaints as the first form of the dialect has them.
func (w *writer) fieldsOf(dst []byte) []byte {
	shape := &w.to.forms[0]
	object := boolIndex(shape.isMap())
	start := len(dst)
	dst = append(dst, "[{"[object])
	open := len(dst)
	seen, count := map[string]bool{}, 0
	w.eachField(func(f field) bool {
		if count++; count > maxFields {
			return false
		}
		if f.message == "" || !w.fit(w.policy, f.message) {
			f.message = ourFieldMessage
		}
		if object == 0 {
			dst = appendEntry(appendComma(dst), f, shape.entry)
			return true
		}
		if path := strings.Clone(validName(f.path)); !seen[path] { // an object has one message a field: the first
			seen[path] = true
			dst = appendString(appendMember(dst, path), f.message)
		}
		return true
	})
	if len(dst) == open {
		return dst[:start]
	}
	return append(dst, "]}"[object])
}

// appendEntry writes one complaint as an entry of a list.
func appendEntry(dst []byte, f field, shape *part) []byte {
	switch {
	case shape.isList():
		return append(appendEntry(append(dst, '['), f, shape.parts[0]), ']')
	case len(shape.parts) == 0:
		return appendString(dst, f.text(shape.role))
	}
	dst = append(dst, '{')
	for _, p := range shape.parts {
		if len(p.parts) > 0 || f.text(p.role) != "" {
			dst = appendEntry(appendMember(dst, p.key), f, p)
		}
	}
	return append(dst, '}')
}

// text is what a complaint says in a role of an entry.
func (f *field) text(r dialect.Role) string {
	switch r {
	case dialect.RoleFields:
		return f.path
	case dialect.RoleMessage:
		return f.message
	case dialect.RoleCode:
		return f.code
	}
	return ""
}

func boolIndex(b bool) int {
	if b {
		return 1
	}
	return 0
}
