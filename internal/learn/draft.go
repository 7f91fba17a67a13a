package learn

import (
	"cmp"
	"errors"
	"fmt"
	"iter"
	"maps"
	"net/textproto"
	"path"
	"slices"
	"strings"

	"github.com/koine-proxy/koine/dialect"
	"github.com/koine-proxy/koine/dialect/yamlfile"
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
	Notes []string // which samples were used, and what a person must decide
}

// Draft writes a mapping file for the dialect of some samples. The file compiles, has a match, and
// its examples pass. If there is an error, the result has the notes about the samples.
func Draft(samples []Sample, o Options) (Result, error) {
	switch {
	case o.Taxonomy == nil || o.General == nil:
		return Result{}, errors.New("learn: a draft needs a taxonomy and the general rules")
	case len(samples) == 0:
		return Result{}, errors.New("learn: no samples; at least one error response is required")
	}
	d := &drafter{Options: o, survey: &survey{}, proposer: newProposer(o.Taxonomy, o.General)}
	d.Name = cmp.Or(o.Name, "mine")
	file, err := d.draft(samples)
	return Result{file, len(d.captures), append(d.sampleNotes(), d.notes...)}, err
}

// drafter is the state of one draft.
type drafter struct {
	Options
	*survey
	general   *translate.Engine
	proposer  *proposer
	successes []capture
	reports   []report
	notes     []string

	shape  *shape
	file   *dialect.File
	engine *translate.Engine // of the file
	rows   []row
}

func (d *drafter) draft(samples []Sample) (file []byte, err error) {
	if d.general, err = translate.Compile(d.Taxonomy, []*dialect.File{d.General}, nil); err != nil {
		return nil, err
	}
	if err = d.classify(samples); err != nil {
		return nil, err
	}
	if err = d.plan(); err != nil {
		return nil, err
	}
	if d.findSuccessErrors() {
		if err = d.plan(); err != nil {
			return nil, err
		}
	}
	d.fillRows()
	if err = d.requireEvidence(); err != nil {
		return nil, err
	}
	d.noteCode()
	d.addExamples()
	return d.finish()
}

// plan determines shape and match, and drops the parts with which the draft does not read all
// captures.
func (d *drafter) plan() error {
	paths, err := d.codePaths()
	if err != nil {
		return err
	}
	d.survey = newSurvey(d.captures)
	d.shape = d.findShape(paths)
	d.file = &dialect.File{Name: d.Name, About: "Drafted from " + countOf(len(d.captures), "captured response") + "; describe the API here"}
	if d.captures[0].Format != dialect.FormatJSON {
		d.file.Formats = []dialect.Format{d.captures[0].Format}
	}
	if slices.ContainsFunc(d.captures, func(c capture) bool { return c.Status < 400 }) {
		d.file.SuccessErrors = 400
	}
	return d.fit()
}

// codePaths parses the paths of the options.
func (d *drafter) codePaths() (paths []dialect.Path, err error) {
	for _, text := range d.Code {
		if message := dialect.CheckPath(text); message != "" {
			return nil, fmt.Errorf("--code: %s", message)
		}
		paths = append(paths, dialect.ParsePath(text))
	}
	return paths, nil
}

// fit compiles the draft without rows, and drops parts until it reads all captures: first one
// part at a time, then several. The least useful parts are dropped first.
func (d *drafter) fit() error {
	m := d.findMatch(d.shape, d.file.SuccessErrors != 0)
	parts := []func(*shape, *dialect.Match){
		func(sh *shape, _ *dialect.Match) { sh.always, sh.ignore = nil, nil },
		func(_ *shape, m *dialect.Match) { m.Contains, m.Not = nil, nil },
		func(sh *shape, _ *dialect.Match) { sh.wait, sh.requestID = nil, nil },
		func(sh *shape, _ *dialect.Match) { sh.fields = nil },
		func(_ *shape, m *dialect.Match) { m.Types, m.Equals, m.Any = nil, nil, nil },
		func(_ *shape, m *dialect.Match) { m.Keys = nil },
		func(sh *shape, _ *dialect.Match) { sh.code = nil },
		func(sh *shape, _ *dialect.Match) { sh.message = nil },
	}
	var fault error
	try := func(drop ...func(*shape, *dialect.Match)) bool {
		sh, m := *d.shape, m
		m.Optional = len(sh.code) > 0
		for _, part := range drop {
			part(&sh, &m)
		}
		f := *d.file
		f.Match, f.Shape = m, sh.entries(f.SuccessErrors != 0)
		read, e, err := d.compile(&f)
		if err != nil || !d.readsAll(e) {
			fault = cmp.Or(fault, err)
			return false
		}
		_, d.file, d.engine, d.shape = read, &f, e, &sh
		return true
	}
	found := try()
	for i := 0; !found && i < len(parts); i++ {
		found = try(parts[i])
	}
	for i := 1; !found && i < len(parts); i++ {
		found = try(parts[:i+1]...)
	}
	if !found && fault != nil {
		return fault
	}
	if !found {
		return errors.New("learn: the samples have nothing in common by which their dialect could be detected; draft them one by one")
	}
	d.checkFields()
	d.file.Match.Optional = d.file.Match.Optional && slices.ContainsFunc(d.captures, func(c capture) bool { return readWith(d.engine, c.response()).code == "" })
	return d.recompile()
}

// checkFields limits the fields to some codes if other captures have something else there.
func (d *drafter) checkFields() {
	var with, without []string
	for i := range d.captures {
		r := readWith(d.engine, d.captures[i].response())
		switch {
		case d.captures[i].Fields != nil:
			with = append(with, r.code)
		case len(r.fields) > 0:
			without = append(without, r.code)
		}
	}
	if without == nil {
		return
	}
	for i := range d.shape.fields {
		d.shape.fields[i].ForCodes = distinct(with)
	}
	if slices.ContainsFunc(with, func(c string) bool { return c == "" || slices.Contains(without, c) }) {
		d.shape.fields = nil
	}
	d.file.Shape = d.shape.entries(d.file.SuccessErrors != 0)
}

// compile writes a file, reads it again, and compiles it: what is checked is what is written.
func (d *drafter) compile(f *dialect.File) (*dialect.File, *translate.Engine, error) {
	data, err := yamlfile.WriteDialect(f, yamlfile.Comments{})
	if err != nil {
		return nil, nil, err
	}
	read, err := yamlfile.ReadDialect(d.Name+".yaml", data)
	if err != nil {
		return nil, nil, err
	}
	e, err := translate.Compile(d.Taxonomy, []*dialect.File{read}, nil)
	return read, e, err
}

// recompile compiles the file of the draft after a change.
func (d *drafter) recompile() (err error) {
	_, e, err := d.compile(d.file)
	if err == nil {
		d.engine = e
	}
	return err
}

func (d *drafter) readsAll(e *translate.Engine) bool {
	return !slices.ContainsFunc(d.captures, func(c capture) bool { return !readWith(e, c.response()).matched })
}

// reading is what an engine reads from a response.
type reading struct {
	matched, table bool
	is, code       string
	message, id    string
	fields         map[string]string
	wait           int
}

func readWith(e *translate.Engine, r translate.Response) reading {
	t := e.Acquire()
	defer t.Release()
	t.ReadResponse(r)
	out := reading{
		matched: t.Dialect != "", table: t.Match == translate.ByTable, is: t.Code.Name, code: strings.Clone(t.Native),
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
	var codes []string
	found := map[string]*evidence{}
	for i := range d.captures {
		c := &d.captures[i]
		r := readWith(d.engine, c.response())
		if r.code == "" || len(r.code) > 200 || strings.TrimSpace(r.code) != r.code || clean(r.code, 200) != r.code {
			continue
		}
		e := found[r.code]
		if e == nil {
			e = &evidence{native: r.code, status: c.Status, statusGuessed: c.statusGuessed}
			if c.Status < 400 {
				n := statusIn(c)
				e.status, e.statusGuessed = cmp.Or(n, 400), n == 0
			}
			found[r.code], codes = e, append(codes, r.code)
		}
		e.messages, e.fields = append(e.messages, r.message), e.fields || len(r.fields) > 0
	}
	for _, code := range codes[:min(len(codes), maxRows)] {
		d.rows = append(d.rows, d.proposer.newRow(found[code]))
	}
	d.setRows()
	d.file.Match.Code = codeForm(codes)
	if d.recompile() != nil || !d.readsAll(d.engine) {
		d.file.Match.Code = ""
	}
	if d.recompile() != nil {
		d.rows = nil
	}
	used := map[string]bool{} // a code such as 1..9 is read as a range, which finds nothing
	for i := range d.captures {
		if r := readWith(d.engine, d.captures[i].response()); r.table {
			used[r.code] = true
		}
	}
	d.rows = slices.DeleteFunc(d.rows, func(r row) bool { return !used[r.Native] })
	d.setRows()
}

func (d *drafter) setRows() {
	d.file.Codes = nil
	for _, r := range d.rows {
		d.file.Codes = append(d.file.Codes, r.Row)
	}
}

// requireEvidence sees to it that the draft does not take the errors of other APIs for its own: by
// its match, by the codes of its table, or by the host of the upstream.
func (d *drafter) requireEvidence() error {
	formats := append(slices.Clone(d.file.Formats), dialect.FormatJSON)
	for _, evidence := range dialect.Evidences() {
		f := *d.file
		if f.Evidence = evidence; evidence == dialect.EvidenceMatch {
			f.Evidence = ""
		}
		if evidence == dialect.EvidenceHost {
			f.Hosts = d.hosts()
		}
		read, _, err := d.compile(&f)
		if err != nil {
			return err
		}
		e, err := translate.NewEngine(translate.Inputs{Taxonomy: d.Taxonomy, Dialects: []*dialect.File{read}, Unnamed: []string{d.Name}})
		if err != nil {
			return err
		}
		if !claims(e, formats) || evidence == dialect.EvidenceHost {
			d.file.Evidence, d.file.Hosts = f.Evidence, f.Hosts
			break
		}
	}
	switch {
	case d.file.Evidence == dialect.EvidenceHost && d.file.Hosts == nil:
		d.notes = append(d.notes, "other APIs have the same members, so the draft says `evidence: host`: add the host of the API, such as `hosts: [api.example.com]`, or name the dialect in the site")
	case d.file.Evidence == dialect.EvidenceCode:
		d.notes = append(d.notes, "other APIs have the same members, so the draft says `evidence: code`: where the site does not name the dialect, only the codes of its table prove it")
	}
	if m := &d.file.Match; len(m.Keys)+len(m.Any)+len(m.Contains)+len(m.Equals) > 0 {
		return d.recompile()
	}
	if media := d.mediaType(); media != "" {
		d.file.Match.Headers = []dialect.HeaderAt{{Name: "Content-Type", Globs: []string{media}}}
		if err := d.recompile(); err == nil && d.readsAll(d.engine) {
			return nil
		}
	}
	return errors.New("learn: nothing in the samples tells the dialect from others; capture at least two different errors, with `curl -i`")
}

// hosts returns the hosts of the captures.
func (d *drafter) hosts() (out []string) {
	for _, c := range d.captures {
		if c.Host != "" && !slices.Contains(out, strings.ToLower(c.Host)) {
			out = append(out, strings.ToLower(c.Host))
		}
	}
	return out
}

// mediaType returns the media type of all captures; "" if it differs, or one has none.
func (d *drafter) mediaType() (media string) {
	for i, c := range d.captures {
		one := translate.MediaType(strings.Join(c.Header["Content-Type"], ","))
		if i > 0 && one != media {
			return ""
		}
		media = one
	}
	return media
}

// finish writes the file, and checks that it compiles and that its examples pass.
func (d *drafter) finish() ([]byte, error) {
	comments := yamlfile.Comments{Head: d.head(), Rows: map[string]string{}}
	for _, r := range d.rows {
		comments.Rows[r.Native] = r.review
	}
	for range 2 {
		data, err := yamlfile.WriteDialect(d.file, comments)
		if err != nil {
			return nil, err
		}
		f, err := yamlfile.ReadDialect(d.Name+".yaml", data)
		if err == nil {
			if err = translate.CheckExamples(d.Taxonomy, f); err == nil {
				return data, nil
			}
		}
		if d.file.Examples == nil {
			return nil, fmt.Errorf("learn: check of the draft: %w", err)
		}
		d.file.Examples = nil
	}
	return nil, nil
}

func countOf(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

func keysOf[V any](m map[int]V) iter.Seq[int] { return maps.Keys(m) }

// canonical returns a header with canonical names.
func canonical(header map[string][]string) map[string][]string {
	out := make(map[string][]string, len(header))
	for name, values := range header {
		name = textproto.CanonicalMIMEHeaderKey(name)
		out[name] = append(out[name], values...)
	}
	return out
}

// baseName returns the name of a sample without the folders.
func baseName(name string) string { return path.Base(strings.ReplaceAll(name, `\`, "/")) }
