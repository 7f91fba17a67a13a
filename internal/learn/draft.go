package learn

import (
	"cmp"
	"errors"
	"fmt"
	"net/textproto"
	"regexp"
	"slices"
	"strings"

	"github.com/koine-proxy/koine/dialect"
	"github.com/koine-proxy/koine/dialect/yamlfile"
	"github.com/koine-proxy/koine/translate"
)

// Options are the inputs of a draft, in addition to the samples.
type Options struct {
	Name     string              // of the dialect; default mine
	Taxonomy *translate.Taxonomy // the canonical codes; required
	General  *dialect.File       // the general rules, for common codes
	Known    []*dialect.File     // built-in dialects, one of which may match the samples already
}

// Draft writes a mapping file for the dialect of some samples. The file compiles, and its
// examples pass.
func Draft(samples []Sample, o Options) ([]byte, error) {
	if o.Taxonomy == nil {
		return nil, errors.New("learn: a draft needs a taxonomy")
	}
	if len(samples) == 0 {
		return nil, errors.New("learn: no samples; at least one error response is required")
	}
	d := &drafter{Options: o, proposer: newProposer(o.Taxonomy, o.General)}
	d.Name = cmp.Or(o.Name, "mine")
	if err := d.classify(samples); err != nil {
		return nil, err
	}
	if err := d.makePlan(); err != nil {
		return nil, err
	}
	if d.findSuccessErrors() {
		if err := d.makePlan(); err != nil {
			return nil, err
		}
	}
	if err := d.fillRows(); err != nil {
		return nil, err
	}
	d.writeHead()
	d.addExamples()
	return d.finish()
}

// drafter is the state of one draft.
type drafter struct {
	Options
	proposer  *proposer
	captures  []capture // the errors to learn from
	successes []capture
	skipped   []string // samples that were not used, and why
	survey    *survey
	plan      *plan
}

// classify parses the bodies, and separates errors from successes. If all samples have a 2xx
// status, they are errors that come with a 2xx.
func (d *drafter) classify(samples []Sample) error {
	var all []capture
	for i, s := range samples[:min(len(samples), maxSamples)] {
		s.Name = cmp.Or(clean(s.Name, 80), fmt.Sprintf("sample %d", i+1))
		s.Header = canonical(s.Header)
		if len(strings.TrimSpace(string(s.Body))) == 0 {
			d.skipped = append(d.skipped, s.Name+": the body is empty")
			continue
		}
		if s.Status != 0 && s.Status != validStatus(s.Status) || len(s.Body) > maxBody {
			d.skipped = append(d.skipped, s.Name+": not an error response")
			continue
		}
		c := readCapture(s)
		if c.format == dialect.FormatEmpty {
			d.skipped = append(d.skipped, s.Name+": the body is neither text nor complete JSON")
			continue
		}
		all = append(all, c)
	}
	for _, c := range all {
		if c.Status >= 400 {
			d.captures = append(d.captures, c)
		} else {
			d.successes = append(d.successes, c)
		}
	}
	if len(d.captures) == 0 {
		d.captures, d.successes = d.successes, nil
		d.captures = slices.DeleteFunc(d.captures, func(c capture) bool { return c.Status < 200 || c.Status > 299 })
	}
	if len(d.captures) == 0 {
		return errors.New("learn: no sample has a usable body" + reasons(d.skipped))
	}
	d.keepFormat()
	return nil
}

// reasons lists why the first few of the skipped samples were skipped.
func reasons(skipped []string) string {
	if len(skipped) == 0 {
		return ""
	}
	return "; " + strings.Join(skipped[:min(len(skipped), 3)], "; ")
}

func canonical(header map[string][]string) map[string][]string {
	out := make(map[string][]string, len(header))
	for name, values := range header {
		name = textproto.CanonicalMIMEHeaderKey(name)
		out[name] = append(out[name], values...)
	}
	return out
}

// keepFormat removes samples whose format is not the most common one, such as the HTML page
// of a proxy in front of the upstream.
func (d *drafter) keepFormat() {
	count := map[dialect.Format]int{}
	for _, c := range d.captures {
		count[c.format]++
	}
	best := d.captures[0].format
	for _, f := range dialect.Formats() {
		if count[f] > count[best] {
			best = f
		}
	}
	d.captures = slices.DeleteFunc(d.captures, func(c capture) bool {
		if c.format != best {
			d.skipped = append(d.skipped, fmt.Sprintf("%s: format %s, the others have %s", c.Name, c.format, best))
		}
		return c.format != best
	})
}

// makePlan finds shape and match, and drops the parts that the engine does not accept.
func (d *drafter) makePlan() error {
	d.survey = newSurvey(d.captures)
	sh := d.survey.findShape()
	successErrors := slices.ContainsFunc(d.captures, func(c capture) bool { return c.Status < 400 })
	d.plan = &plan{
		name: d.Name, about: fmt.Sprintf("Drafted from %s; describe the API here", countOf(len(d.captures), "captured response")),
		format: d.captures[0].format, successErrors: successErrors, shape: sh, match: d.survey.findMatch(sh, successErrors),
	}
	d.plan.match.codeOptional = len(sh.code) > 0 && slices.ContainsFunc(d.indexes(), func(i int) bool { return textOf(sh.code, i) == "" })
	return d.simplify()
}

// successCodes matches codes that mean success.
var successCodes = regexp.MustCompile(`(?i)^(?:0+|ok|success|succeeded|true)$`)

// findSuccessErrors finds errors among the successes: those that the plan matches if its
// errors may come with a 2xx. They become captures like the others.
func (d *drafter) findSuccessErrors() bool {
	before := len(d.captures)
	if d.plan.successErrors || len(d.successes) == 0 {
		return false
	}
	d.plan.successErrors = true
	e, err := d.compile()
	d.plan.successErrors = false
	if err != nil {
		return false
	}
	d.successes = slices.DeleteFunc(d.successes, func(c capture) bool {
		r := readWith(e, c.response())
		isError := r.matched && c.format == d.plan.format && !successCodes.MatchString(r.code) && (r.code != "" || r.message != "")
		if isError {
			d.captures = append(d.captures, c)
		}
		return isError
	})
	return len(d.captures) > before
}

func (d *drafter) indexes() (out []int) {
	for i := range d.captures {
		out = append(out, i)
	}
	return out
}

func countOf(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// simplify compiles the plan without rows and examples, and removes parts of it until it
// reads all samples: first one part at a time, then several. The least useful parts are
// removed first.
func (d *drafter) simplify() error {
	originalPlan, originalShape := *d.plan, *d.plan.shape
	restore := func() {
		p, sh := originalPlan, originalShape
		p.shape = &sh
		*d.plan = p
	}
	parts := []func(m *match, sh *shape){
		func(_ *match, sh *shape) { sh.details = nil },
		func(_ *match, sh *shape) { sh.always = nil },
		func(_ *match, sh *shape) { sh.ignore, sh.status = nil, nil },
		func(m *match, _ *shape) { m.contains = nil },
		func(m *match, _ *shape) { m.not = nil },
		func(m *match, _ *shape) { m.equals = nil },
		func(m *match, sh *shape) { m.codeOptional = len(sh.code) > 0 },
		func(_ *match, sh *shape) { sh.wait, sh.requestID = nil, nil },
		func(_ *match, sh *shape) { sh.fields = nil },
		func(m *match, _ *shape) { m.types, m.any = nil, nil },
		func(m *match, _ *shape) { m.keys = nil },
		func(m *match, sh *shape) { sh.code, m.codeOptional = nil, false },
		func(_ *match, sh *shape) { sh.message = nil },
	}
	err := d.readsAll()
	for i := 0; err != nil && i < len(parts); i++ {
		restore()
		parts[i](&d.plan.match, d.plan.shape)
		err = d.readsAll()
	}
	if err != nil {
		restore()
	}
	for i := 0; err != nil && i < len(parts); i++ {
		parts[i](&d.plan.match, d.plan.shape)
		err = d.readsAll()
	}
	return err
}

// readsAll returns an error unless the plan compiles and reads every sample.
func (d *drafter) readsAll() error {
	e, err := d.compile()
	if err != nil {
		return err
	}
	if d.countRead(e) < len(d.captures) {
		return errors.New("learn: the samples have no members in common, so they cannot be detected")
	}
	return nil
}

func (d *drafter) compile() (*translate.Engine, error) {
	_, e, err := d.compileFile(d.plan.render())
	return e, err
}

func (d *drafter) compileFile(data []byte) (*dialect.File, *translate.Engine, error) {
	f, err := yamlfile.ReadDialect(d.Name+".yaml", data)
	if err != nil {
		return nil, nil, err
	}
	e, err := translate.Compile(d.Taxonomy, []*dialect.File{f}, nil)
	return f, e, err
}

func (d *drafter) countRead(e *translate.Engine) (n int) {
	for _, c := range d.captures {
		if readWith(e, c.response()).matched {
			n++
		}
	}
	return n
}

// reading is the data that the engine extracts from a body.
type reading struct {
	matched bool
	table   bool
	is      string
	code    string
	message string
	id      string
	fields  map[string]string
	wait    int
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

// fillRows proposes a canonical code for every code that the engine reads in the samples.
func (d *drafter) fillRows() error {
	e, err := d.compile()
	if err != nil {
		return err
	}
	var order []string
	found := map[string]*evidence{}
	for _, c := range d.captures {
		r := readWith(e, c.response())
		if r.code == "" || len(r.code) > 200 || strings.TrimSpace(r.code) != r.code {
			continue
		}
		ev := found[r.code]
		if ev == nil {
			ev = &evidence{native: r.code, status: c.Status, statusGuessed: c.statusGuessed}
			if c.Status < 400 {
				n := findStatus(c.root, 0, 2)
				ev.status, ev.statusGuessed = cmp.Or(n, 400), n == 0
			}
			found[r.code] = ev
			order = append(order, r.code)
		}
		ev.messages = append(ev.messages, r.message)
		ev.fields = ev.fields || len(r.fields) > 0
	}
	for _, native := range order[:min(len(order), maxRows)] {
		d.addRow(found[native])
	}
	d.plan.match.codeForm = formOf(order)
	if e, err = d.compile(); err == nil && d.countRead(e) == len(d.captures) {
		return d.dropRows(e)
	}
	d.plan.match.codeForm = ""
	if e, err = d.compile(); err == nil {
		return d.dropRows(e)
	}
	d.plan.rows = nil
	return nil
}

func (d *drafter) addRow(ev *evidence) {
	p := d.proposer.propose(*ev)
	r := row{native: ev.native, code: p.code.Name, review: p.why}
	if message := clean(redact(ev.messages[0]), 70); p.why != "" && message != "" {
		r.review += ": " + message // the message helps to review the row
	}
	if !ev.statusGuessed {
		r.status = ev.status
	}
	d.plan.rows = append(d.plan.rows, r)
}

// dropRows removes rows that no code of the samples finds, such as one whose code looks
// like a range.
func (d *drafter) dropRows(e *translate.Engine) error {
	found := map[string]bool{}
	for _, c := range d.captures {
		if r := readWith(e, c.response()); r.table {
			found[r.code] = true
		}
	}
	d.plan.rows = slices.DeleteFunc(d.plan.rows, func(r row) bool { return !found[r.native] })
	return nil
}

// writeHead writes the comment at the top: the samples, and the remaining tasks.
func (d *drafter) writeHead() {
	names := make([]string, 0, len(d.captures))
	for _, c := range d.captures[:min(len(d.captures), 12)] {
		names = append(names, c.Name)
	}
	if more := len(d.captures) - len(names); more > 0 {
		names = append(names, fmt.Sprintf("and %d more", more))
	}
	head := []string{"Drafted from " + countOf(len(d.captures), "captured response") + ": " + strings.Join(names, ", ") + "."}
	review := 0
	for _, r := range d.plan.rows {
		if r.review != "" {
			review++
		}
	}
	if review > 0 {
		head = append(head, "Review the rows marked `review`: their canonical codes are suggestions. Then add the codes that are not in the samples.")
	} else {
		head = append(head, "Check the rows, then add the codes that are not in the samples.")
	}
	for _, c := range d.captures {
		if c.statusGuessed {
			head = append(head, "Some samples have no HTTP status; capture with `curl -i`, or name files such as 404.json, to get it into the rows.")
			break
		}
	}
	for _, why := range d.skipped[:min(len(d.skipped), 12)] {
		head = append(head, "Skipped "+why+".")
	}
	d.plan.head = append(head, d.noteKnown()...)
}

// noteKnown returns a note if a built-in dialect matches the samples already.
func (d *drafter) noteKnown() []string {
	files, err := dialect.Inherit(d.Known, d.Known)
	if err != nil || len(files) == 0 {
		return nil
	}
	files = slices.DeleteFunc(dialect.Order(files), func(f *dialect.File) bool { return f.General })
	e, err := translate.Compile(d.Taxonomy, files, nil)
	if err != nil {
		return nil
	}
	count := map[string]int{}
	best := ""
	t := e.Acquire()
	defer func() { t.Release() }()
	for _, c := range d.captures {
		t.Release()
		t = e.Acquire()
		t.ReadResponse(c.response())
		if name := t.Dialect; name != "" {
			if count[name]++; best == "" || count[name] > count[best] {
				best = name
			}
		}
	}
	if best == "" || count[best]*2 < len(d.captures) {
		return nil
	}
	return []string{fmt.Sprintf("The built-in dialect %s matches %d of these %d responses; `dialect %s` may be enough.", best, count[best], len(d.captures), best)}
}

// finish renders the file, and checks that it compiles and that its examples pass.
func (d *drafter) finish() ([]byte, error) {
	data := d.plan.render()
	if err := d.check(data); err == nil {
		return data, nil
	}
	d.plan.examples = nil
	data = d.plan.render()
	if err := d.check(data); err != nil {
		return nil, fmt.Errorf("learn: check of the draft: %w", err)
	}
	return data, nil
}

func (d *drafter) check(data []byte) error {
	f, err := yamlfile.ReadDialect(d.Name+".yaml", data)
	if err != nil {
		return err
	}
	return translate.CheckExamples(d.Taxonomy, f)
}
