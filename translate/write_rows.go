package translate

import (
	"slices"
	"strconv"
	"strings"

	"github.com/koine-proxy/koine/dialect"
)

// nativeCode is what a dialect writes for a canonical code.
type nativeCode struct {
	form      *writeForm
	code, sub string
	status    int // that the vendor documents; 0 for none
	at        int // the only status with which the code has this meaning; 0 for any
}

// The ranks of rows: those that say a code alone are written first.
const (
	rankCode = iota
	rankMarked
	rankStatus
	rankPattern
)

// compileRows finds out what is written for every canonical code.
func (r *DialectRenderer) compileRows(site []dialect.Row) {
	r.rows, r.nearest = map[*Code][]nativeCode{}, map[Category][]nativeCode{}
	for _, form := range r.forms {
		r.addPreferred(form)
	}
	for _, form := range r.forms {
		for rank := range rankPattern { // a pattern is written only where it is preferred
			for i := range form.file.Codes {
				r.addRow(form, &form.file.Codes[i], rank, false)
			}
		}
		r.addIdentity(form)
	}
	for _, form := range r.forms {
		for i := range site {
			r.addRow(form, &site[i], rankCode, true)
		}
	}
	for _, form := range r.forms {
		if form.file.Write == nil {
			continue
		}
		for _, n := range form.file.Write.Nearest {
			category := Category(n.Category)
			for _, key := range n.Rows {
				r.nearest[category] = append(r.nearest[category], newNativeCode(form, key, 0))
			}
		}
	}
}

// addPreferred adds the rows that the file prefers.
func (r *DialectRenderer) addPreferred(form *writeForm) {
	if form.file.Write == nil {
		return
	}
	for _, key := range form.file.Write.Prefer {
		for i := range form.file.Codes {
			if row := &form.file.Codes[i]; row.Native == key {
				r.addRow(form, row, rankOf(key, form), false)
			}
		}
	}
}

// addIdentity adds the canonical codes of a dialect whose native codes they are.
func (r *DialectRenderer) addIdentity(form *writeForm) {
	if !form.identity {
		return
	}
	for _, c := range r.taxonomy.Codes() {
		r.rows[c] = append(r.rows[c], nativeCode{form: form, code: c.Name})
	}
}

// rankOf returns the rank of the key of a row.
func rankOf(key string, form *writeForm) int {
	code, _, marked := dialect.CutStatus(key)
	_, _, isRange := dialect.CutRange(key)
	switch {
	case marked && code == "":
		return rankStatus
	case isRange, len(key) > 1 && strings.HasSuffix(key, "*"):
		return rankPattern
	case marked, form.file.HasSubcode() && strings.Contains(key, "/"):
		return rankMarked
	}
	return rankCode
}

// newNativeCode parses the key of a row. status is the one that the row documents.
func newNativeCode(form *writeForm, key string, status int) nativeCode {
	n := nativeCode{form: form, status: status}
	if key == dialect.NoCode {
		return n
	}
	code, at, marked := dialect.CutStatus(key)
	if marked {
		n.at = at
		if status == 0 {
			n.status = at
		}
	}
	if from, _, isRange := dialect.CutRange(code); isRange {
		code = strconv.FormatInt(from, 10)
	} else if len(code) > 1 {
		code = strings.TrimRight(strings.TrimSuffix(code, "*"), "._-:")
	}
	n.code = code
	if form.file.HasSubcode() {
		n.code, n.sub, _ = strings.Cut(code, "/")
	}
	return n
}

// addRow adds a row of a rank as a way to write its canonical code.
func (r *DialectRenderer) addRow(form *writeForm, row *dialect.Row, rank int, isSite bool) {
	code := r.taxonomy.Lookup(row.Code)
	if code == nil || rankOf(row.Native, form) != rank {
		return
	}
	n := newNativeCode(form, row.Native, row.Status)
	if n.code != "" && !form.writesCode() || n.sub != "" && !form.writes(dialect.RoleSubcode, insertSubcode) || strings.HasPrefix(row.Native, dialect.AnyCode) {
		return
	}
	if n.code == "" && !form.codeOptional || n.code != "" && !form.allowsCode(n.code) {
		return
	}
	if status := n.statusFor(code.Status); !n.appliesTo(status) || !isSite && form.meaning(&n, status) != code {
		return
	}
	r.rows[code] = append(r.rows[code], n)
}

// allowsCode reports whether a body with the code matches.
func (f *writeForm) allowsCode(code string) bool {
	return f.codeForm.Matches(code) && (len(f.codeGlobs) == 0 || matchesAnyGlob(f.codeGlobs, code)) && (!f.codeIsNumber || isNumber(code))
}

// statusFor returns the status to send with the code if the answer would have another one.
func (n *nativeCode) statusFor(status int) int {
	if n.status == 0 {
		return status
	}
	return guardStatus(status, n.status)
}

// appliesTo reports whether the code has its meaning with a status, and the form that status.
func (n *nativeCode) appliesTo(status int) bool {
	return (n.at == 0 || n.at == status) && (len(n.form.match) == 0 || MatchesStatus(n.form.match, n.form.sent(n, status)))
}

// sent returns the HTTP status with which a code is sent.
func (f *writeForm) sent(n *nativeCode, status int) int {
	if f.status != 0 && n.status == 0 && n.at == 0 {
		return f.status
	}
	return status
}

// meaning returns the canonical code as which a native one is read with a status; nil if
// the table does not say.
func (f *writeForm) meaning(n *nativeCode, status int) *Code {
	if n.code != "" {
		if r, ok := f.table.findCode(&key{code: n.code, sub: n.sub, status: status}); ok {
			return r.code
		}
	}
	if r, ok := f.table.statuses[status]; ok {
		return r.code
	}
	return nil
}

// choose returns what is written for the error of an answer, and the status. A form of the
// media type of the request comes first.
func (r *DialectRenderer) choose(w *writer) (nativeCode, int) {
	if form := r.formOfType(w.params.RequestType); form != nil {
		if n, status, ok := r.chooseIn(form, w); ok {
			return n, status
		}
	}
	if n, status, ok := r.chooseIn(nil, w); ok {
		return n, status
	}
	form := r.forms[0]
	if form.codeOptional {
		return nativeCode{form: form}, w.answerStatus
	}
	return nativeCode{form: form, code: w.Code.Name}, w.answerStatus
}

// formOfType returns the variant whose answers have the media type of a request; nil for the
// first form.
func (r *DialectRenderer) formOfType(contentType string) *writeForm {
	if contentType == "" || len(r.forms) == 1 {
		return nil
	}
	mediaType := MediaType(contentType)
	for i, f := range r.forms {
		if MediaType(f.media) == mediaType {
			if i == 0 {
				return nil
			}
			return f
		}
	}
	return nil
}

// chooseIn is choose for one form; for all if it is nil.
func (r *DialectRenderer) chooseIn(form *writeForm, w *writer) (nativeCode, int, bool) {
	status := w.answerStatus
	documented := w.Match == ByTable && w.policy.Status != StatusUpstream
	rows := r.rows[w.Code]
	for i := range rows {
		n, s := &rows[i], status
		if form != nil && n.form != form {
			continue
		}
		if documented {
			s = n.statusFor(status)
		}
		if n.appliesTo(s) && (s == w.Code.Status || len(rows) == 1 || n.means(w.Code, s)) {
			return *n, s, true
		}
	}
	if n := r.nearestTo(w.Code, status, form); n != nil {
		out := *n
		out.status = 0
		return out, status, true
	}
	return nativeCode{}, 0, false
}

// means reports whether the native code is read as a canonical one with a status.
func (n *nativeCode) means(code *Code, status int) bool {
	m := n.form.meaning(n, status)
	return m == nil || m == code
}

// nearestTo returns the first nearest code of a form, or of any, that applies to the status; nil
// if there is none.
func (r *DialectRenderer) nearestTo(code *Code, status int, form *writeForm) (first *nativeCode) {
	list := r.nearest[code.Category]
	for i := range list {
		n := &list[i]
		switch {
		case form != nil && n.form != form:
		case n.appliesTo(status):
			return n
		case first == nil:
			first = n
		}
	}
	return first // for a status that the file does not expect in this category
}

// Said returns the native code that is written for a canonical one, as the key of a row, and
// the code as which it is read; ok is false if the dialect can neither say it nor the nearest
// of its category.
func (r *DialectRenderer) Said(code *Code) (native string, read *Code, ok bool) {
	for i := range r.rows[code] {
		n := &r.rows[code][i]
		return n.key(), code, true
	}
	n := r.nearestTo(code, code.Status, nil)
	if n == nil {
		return "", nil, false
	}
	read = n.form.meaning(n, code.Status)
	if read == nil {
		read = r.taxonomy.Generic(code.Status)
	}
	return n.key(), read, true
}

// key returns the code as the key of a row.
func (n *nativeCode) key() string {
	text := n.code
	if n.sub != "" {
		text += "/" + n.sub
	}
	if n.at != 0 {
		text += "@" + strconv.Itoa(n.at)
	}
	return text
}

// CheckNearest returns what is missing or wrong in the nearest codes of the dialect.
func (r *DialectRenderer) CheckNearest() []string {
	missing := map[Category][]string{}
	for _, code := range r.taxonomy.Codes() {
		if _, _, ok := r.Said(code); !ok && !r.forms[0].codeOptional { // without a code, the status alone is said
			missing[code.Category] = append(missing[code.Category], code.Name)
		}
	}
	var faults []string
	for _, category := range Categories() {
		if names := missing[category]; len(names) > 0 {
			more := ""
			if len(names) > 3 {
				more = " and " + strconv.Itoa(len(names)-3) + " more"
			}
			faults = append(faults, "write.nearest has no native code for the category "+string(category)+", which "+strings.Join(names[:min(3, len(names))], ", ")+more+" needs")
		}
	}
	for _, form := range r.forms {
		if form.file.Write == nil {
			continue
		}
		for _, n := range form.file.Write.Nearest {
			if !slices.Contains(Categories(), Category(n.Category)) {
				faults = append(faults, "write.nearest: unknown category "+strconv.Quote(n.Category))
			}
		}
	}
	return faults
}

// FarNearest returns the canonical codes that are written as a code of another category.
func (r *DialectRenderer) FarNearest() (messages []string) {
	for _, code := range r.taxonomy.Codes() {
		native, read, ok := r.Said(code)
		if ok && native != "" && read.Category != code.Category {
			messages = append(messages, "write.nearest: "+code.Name+" ("+string(code.Category)+") is written as "+native+", which is read as "+read.Name+" ("+string(read.Category)+")")
		}
	}
	return messages
}
