package learn

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/koine-proxy/koine/dialect"
	"github.com/koine-proxy/koine/dialect/yamlfile"
	"github.com/koine-proxy/koine/internal/capture"
	"github.com/koine-proxy/koine/translate"
)

// Options are the inputs of a draft, in addition to the samples.
type Options struct {
	Name     string              // of the dialect; default mine
	Code     []string            // paths of the code, in the order in which they are tried; default: those that are found
	Taxonomy *translate.Taxonomy // the canonical codes; required
	General  *dialect.File       // the general rules; required
	Known    []*dialect.File     // built-in dialects, one of which may match the samples already
}

// Result is a draft.
type Result struct {
	File  []byte   // the mapping file; nil if there is an error
	Used  int      // the number of samples that were used
	Notes []string // what became of each sample, and what a person must decide
}

// Draft writes a mapping file for the dialect of some samples. The file compiles, has a match, and
// its examples pass. If there is an error, the result has the notes about the samples.
func Draft(samples []capture.Response, o Options) (Result, error) {
	switch {
	case o.Taxonomy == nil || o.General == nil:
		return Result{}, errors.New("learn: a draft needs a taxonomy and the general rules")
	case len(samples) == 0:
		return Result{}, errors.New("learn: no samples; at least one error response is required")
	}
	d := &drafter{Options: o, survey: &survey{}}
	d.Name = cmp.Or(o.Name, "mine")
	file, err := d.draft(samples)
	return Result{file, len(d.captures), append(d.sampleNotes(), d.notes...)}, err
}

// drafter is the state of one draft.
type drafter struct {
	Options
	*survey
	general   *translate.Engine
	successes []sample
	names     []string // of the samples
	reports   []string // what became of each sample
	notes     []string

	shape  *shape
	file   *dialect.File
	engine *translate.Engine // of the file
	rows   []row
}

func (d *drafter) draft(samples []capture.Response) (file []byte, err error) {
	if d.general, err = translate.Compile(d.Taxonomy, []*dialect.File{d.General}, nil); err != nil {
		return nil, err
	}
	if err = d.classify(samples); err != nil {
		return nil, err
	}
	if err = d.plan(); err == nil && d.findSuccessErrors() {
		err = d.plan()
	}
	if err != nil {
		return nil, err
	}
	if err = d.reportUse(); err != nil {
		return nil, err
	}
	d.fillRows()
	if err = d.requireEvidence(); err != nil {
		return nil, err
	}
	d.addExamples()
	return d.finish()
}

// plan determines shape and match.
func (d *drafter) plan() error {
	var paths []dialect.Path
	for _, text := range d.Code {
		if message := dialect.CheckPath(text); message != "" {
			return errors.New("--code: " + message)
		}
		paths = append(paths, dialect.ParsePath(text))
	}
	d.survey = newSurvey(d.captures)
	d.shape = d.findShape(paths)
	d.file = &dialect.File{Name: d.Name, About: "Drafted from " + countOf(len(d.captures), "captured response") + "; describe the API here"}
	if d.captures[0].Format != dialect.FormatJSON {
		d.file.Formats = []dialect.Format{d.captures[0].Format}
	}
	if slices.ContainsFunc(d.captures, func(c sample) bool { return c.Status < 400 }) {
		d.file.SuccessErrors = 400
	}
	d.file.Match = d.findMatch(d.shape, d.file.SuccessErrors != 0)
	d.file.Match.Optional = len(d.shape.code) > 0
	return d.fit()
}

// fit compiles the draft without rows, and drops parts until it reads all captures. The least
// useful parts are dropped first.
func (d *drafter) fit() error {
	sh, m := d.shape, &d.file.Match
	err := d.readAll()
	for _, drop := range []func(){
		func() { sh.always, sh.ignore, sh.wait, sh.requestID, m.Not = nil, nil, nil, nil, nil },
		func() { sh.fields, m.Types, m.Equals, m.Contains = nil, nil, nil, nil },
		func() { m.Keys, m.Any = nil, nil },
		func() { sh.code, m.Optional = nil, false },
	} {
		if err != nil {
			drop()
			err = d.readAll()
		}
	}
	if err != nil {
		return err
	}
	d.checkFields()
	m.Optional = m.Optional && slices.ContainsFunc(d.captures, func(c sample) bool { return readWith(d.engine, c.response()).code == "" })
	return d.readAll()
}

// readAll compiles the draft, and returns an error unless it reads all captures.
func (d *drafter) readAll() error {
	d.file.Shape = d.shape.entries(d.survey, d.file.SuccessErrors != 0)
	_, e, err := d.compile(d.file)
	if err != nil {
		return err
	}
	d.engine = e
	if slices.ContainsFunc(d.captures, func(c sample) bool { return !readWith(e, c.response()).matched }) {
		return errors.New("learn: the samples have nothing in common by which their dialect could be detected; draft them one by one")
	}
	return nil
}

// checkFields limits the fields to some codes if other captures have something else there.
func (d *drafter) checkFields() {
	var with, without []string
	for _, c := range d.captures {
		if r := readWith(d.engine, c.response()); c.Fields != nil {
			with = append(with, r.code)
		} else if len(r.fields) > 0 {
			without = append(without, r.code)
		}
	}
	for i := range d.shape.fields {
		if without != nil {
			d.shape.fields[i].ForCodes = distinct(with)
		}
	}
	if without != nil && slices.ContainsFunc(with, func(c string) bool { return c == "" || slices.Contains(without, c) }) {
		d.shape.fields = nil
	}
}

// compile writes a file, reads it again, and compiles it: what is checked is what is written.
func (d *drafter) compile(f *dialect.File) (read *dialect.File, e *translate.Engine, err error) {
	data, err := yamlfile.WriteDialect(f, yamlfile.Comments{})
	if err == nil {
		read, err = yamlfile.ReadDialect(d.Name+".yaml", data)
	}
	if err == nil {
		e, err = translate.Compile(d.Taxonomy, []*dialect.File{read}, nil)
	}
	return read, e, err
}

// reading is what an engine reads from a response.
type reading struct {
	matched, table    bool
	dialect, is, code string
	message, id       string
	fields            map[string]string
	wait              int
}

func readWith(e *translate.Engine, r translate.Response) reading {
	t := e.Acquire()
	defer t.Release()
	t.ReadResponse(r)
	out := reading{
		matched: t.Dialect != "", table: t.Match == translate.ByTable, dialect: t.Dialect, is: t.Code.Name, code: strings.Clone(t.Native),
		message: strings.Clone(t.Message), id: strings.Clone(t.RequestID), wait: t.RetryAfter,
	}
	if out.matched {
		out.fields = t.Fields()
	}
	return out
}

// maxRows bounds the table.
const maxRows = 200

// fillRows proposes a canonical code for every code that the draft reads.
func (d *drafter) fillRows() {
	proposer, found := newProposer(d.Taxonomy, d.General), map[string]*evidence{}
	var codes []string
	for i := range d.captures {
		c := &d.captures[i]
		r := readWith(d.engine, c.response())
		if r.code == "" || len(r.code) > 200 || clean(r.code, 200) != r.code {
			continue
		}
		e := found[r.code]
		if e == nil {
			e = &evidence{native: r.code, status: c.Status, statusGuessed: c.statusGuessed}
			if c.Status < 400 {
				n := c.statusIn()
				e.status, e.statusGuessed = cmp.Or(n, 400), n == 0
			}
			found[r.code], codes = e, append(codes, r.code)
		}
		e.messages, e.fields = append(e.messages, r.message), e.fields || len(r.fields) > 0
	}
	for _, code := range codes[:min(len(codes), maxRows)] {
		d.rows = append(d.rows, proposer.newRow(found[code]))
	}
	d.setRows(formOf(codes))
	if d.readAll() != nil {
		d.setRows("")
	}
	if d.readAll() != nil {
		d.rows = nil
	}
	used := map[string]bool{} // a code such as 1..9 is read as a range, which finds nothing
	for _, c := range d.captures {
		if r := readWith(d.engine, c.response()); r.table {
			used[r.code] = true
		}
	}
	d.rows = slices.DeleteFunc(d.rows, func(r row) bool { return !used[r.Native] })
	d.setRows(d.file.Match.Code)
}

func (d *drafter) setRows(form dialect.CodeForm) {
	d.file.Match.Code, d.file.Codes = form, nil
	for _, r := range d.rows {
		d.file.Codes = append(d.file.Codes, r.Row)
	}
}

// requireEvidence sees to it that the draft has a match, and does not take the errors of other APIs
// for its own: by the match, by the codes of its table, or by the host of the upstream.
func (d *drafter) requireEvidence() error {
	m := &d.file.Match
	if len(m.Keys)+len(m.Any)+len(m.Contains)+len(m.Equals) == 0 {
		if media := d.mediaType(); media != "" {
			m.Headers = []dialect.HeaderAt{{Name: "Content-Type", Globs: []string{media}}}
		}
		if m.Headers == nil || d.readAll() != nil {
			return errors.New("learn: nothing in the samples tells the dialect from others; capture at least two different errors, with `curl -i`")
		}
	}
	for _, evidence := range []dialect.Evidence{"", dialect.EvidenceCode, dialect.EvidenceHost} {
		if evidence == dialect.EvidenceCode && len(d.rows) == 0 {
			continue
		}
		d.file.Evidence = evidence
		f, _, err := d.compile(d.file)
		if err != nil {
			return err
		}
		e, err := translate.NewEngine(translate.Inputs{Taxonomy: d.Taxonomy, Dialects: []*dialect.File{f}, Unnamed: []string{d.Name}})
		if err != nil {
			return err
		}
		if !claims(e, cmp.Or(d.mediaType(), translate.MediaTypeCanonical)) {
			break
		}
	}
	const same = "other APIs have the same members, so the draft says `evidence: %s`: where the site does not name the dialect, only %s"
	switch d.file.Evidence {
	case dialect.EvidenceCode:
		d.notes = append(d.notes, fmt.Sprintf(same, dialect.EvidenceCode, "the codes of its table prove it"))
	case dialect.EvidenceHost:
		if d.file.Hosts = d.hosts(); d.file.Hosts == nil {
			d.notes = append(d.notes, fmt.Sprintf(same, dialect.EvidenceHost, "the host of the API proves it, which is missing: add it, such as `hosts: [api.example.com]`"))
		}
	}
	return nil
}

// hosts returns the hosts of the captures.
func (d *drafter) hosts() (out []string) {
	for _, c := range d.captures {
		if c.Host != "" && !slices.Contains(out, c.Host) {
			out = append(out, c.Host)
		}
	}
	return out
}

// mediaType returns the media type of all captures; "" if it differs, or one has none.
func (d *drafter) mediaType() string {
	var types []string
	for _, c := range d.captures {
		types = append(types, translate.MediaType(strings.Join(c.Header["Content-Type"], ",")))
	}
	if types = distinct(types); len(types) != 1 {
		return ""
	}
	return types[0]
}

// finish writes the file, and checks that it compiles and that its examples pass.
func (d *drafter) finish() ([]byte, error) {
	comments := yamlfile.Comments{Head: d.head(), Rows: map[string]string{}}
	for _, r := range d.rows {
		comments.Rows[r.Native] = r.review
	}
	data, err := yamlfile.WriteDialect(d.file, comments)
	if err != nil {
		return nil, err
	}
	f, err := yamlfile.ReadDialect(d.Name+".yaml", data)
	if err == nil {
		err = translate.CheckExamples(d.Taxonomy, f)
	}
	if err != nil {
		return nil, fmt.Errorf("learn: check of the draft: %w", err)
	}
	return data, nil
}

func countOf(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
