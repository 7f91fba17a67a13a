package learn

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/koine-proxy/koine/dialect"
	"github.com/koine-proxy/koine/translate"
)

// report is what became of a sample.
type report struct{ name, why string }

func (d *drafter) report(name, why string) { d.reports = append(d.reports, report{name, why}) }

// unused starts the reason why a sample is not used.
const unused = "not used: "

// sampleNotes lists what became of the samples. Several of one file with the same reason are
// counted.
func (d *drafter) sampleNotes() (notes []string) {
	const few = 3
	group := func(r report) report {
		file, _, _ := strings.Cut(r.name, " #")
		return report{file, r.why}
	}
	count := map[report]int{}
	for _, r := range d.reports {
		count[group(r)]++
	}
	for _, r := range d.reports {
		switch g := group(r); {
		case count[g] <= few || !strings.HasPrefix(r.why, unused):
			notes = append(notes, r.name+": "+r.why)
		case count[g] < 1<<30:
			notes = append(notes, fmt.Sprintf("%s: %d responses %s", g.name, count[g], r.why))
			count[g] = 1 << 30
		}
	}
	return notes
}

// classify reads the samples, and separates errors from successes. If all samples have a 2xx
// status, they are errors that come with a 2xx.
func (d *drafter) classify(samples []Sample) error {
	for i, s := range samples {
		s.Name, s.Header = cmp.Or(clean(s.Name, 80), fmt.Sprintf("sample %d", i+1)), canonical(s.Header)
		if why := d.unusable(&s); why != "" {
			d.report(s.Name, unused+why)
			continue
		}
		c := d.read(s)
		switch {
		case c.Format == dialect.FormatEmpty:
			d.report(s.Name, unused+"the body is neither text nor complete JSON")
		case c.Status >= 400:
			d.captures = append(d.captures, c)
		default:
			d.successes = append(d.successes, c)
		}
	}
	if len(d.captures) == 0 {
		d.captures, d.successes = d.successes, nil
	}
	if len(d.captures) == 0 {
		return errors.New("learn: no sample has a usable body")
	}
	d.keepFormat()
	return nil
}

// unusable returns why a sample cannot be used; "" if it can.
func (d *drafter) unusable(s *Sample) string {
	switch {
	case s.Unused != "":
		return s.Unused
	case len(strings.TrimSpace(string(s.Body))) == 0:
		return "the body is empty"
	case s.Status != 0 && s.Status < 200 || s.Status >= 300 && s.Status < 400 || s.Status > 599:
		return fmt.Sprintf("the status %d is neither that of an error nor a 2xx", s.Status)
	case len(s.Body) > maxBody:
		return fmt.Sprintf("the body has %d bytes, more than the limit of %d", len(s.Body), maxBody)
	case len(d.captures)+len(d.successes) >= maxSamples:
		return fmt.Sprintf("more than %d samples", maxSamples)
	}
	return ""
}

// read reads a sample by the general rules. A sample without a status gets that of its body, or
// 400.
func (d *drafter) read(s Sample) capture {
	c := capture{Sample: s, Reading: d.general.ReadGeneral(s.response())}
	if c.Status == 0 {
		c.Status, c.statusGuessed = cmp.Or(statusIn(&c), 400), true
		c.Reading = d.general.ReadGeneral(c.response())
	}
	return c
}

// statusName matches names of members with a status.
var statusName = regexp.MustCompile(`(?i)status|http`)

// statusIn returns the status of an error that a member of the body has; 0 if there is none.
func statusIn(c *capture) int {
	for _, f := range append(slices.Clone(c.Others), c.Code) {
		if n, err := strconv.Atoi(f.Text); err == nil && n >= 400 && n <= 599 && statusName.MatchString(lastName(f.Place.Path)) {
			return n
		}
	}
	return 0
}

// keepFormat removes samples whose format is not the most common one, such as the HTML page
// of a proxy in front of the upstream.
func (d *drafter) keepFormat() {
	count := map[dialect.Format]int{}
	for _, c := range d.captures {
		count[c.Format]++
	}
	best := d.captures[0].Format
	for _, f := range dialect.Formats() {
		if count[f] > count[best] {
			best = f
		}
	}
	d.captures = slices.DeleteFunc(d.captures, func(c capture) bool {
		if c.Format != best {
			d.report(c.Name, unused+fmt.Sprintf("its format is %s, that of most others %s", c.Format, best))
		}
		return c.Format != best
	})
}

// successCodes matches codes that mean success.
var successCodes = regexp.MustCompile(`(?i)^(?:0+|ok|success|succeeded|true)$`)

// findSuccessErrors finds errors among the successes: those that the draft matches if its
// errors may come with a 2xx. They become captures like the others.
func (d *drafter) findSuccessErrors() (found bool) {
	if d.file.SuccessErrors != 0 || len(d.successes) == 0 {
		return false
	}
	f := *d.file
	f.SuccessErrors = 400
	_, e, err := d.compile(&f)
	if err != nil {
		return false
	}
	d.successes = slices.DeleteFunc(d.successes, func(c capture) bool {
		r := readWith(e, c.response())
		isError := r.matched && c.Format == d.captures[0].Format && !successCodes.MatchString(r.code) && (r.code != "" || len(d.shape.code) == 0 && r.message != "")
		if isError {
			d.captures, found = append(d.captures, c), true
		}
		return isError
	})
	return found
}

// noteCode reports each sample that is used, and the codes that were not found.
func (d *drafter) noteCode() {
	missing := map[int]bool{}
	for i := range d.captures {
		c := &d.captures[i]
		r := readWith(d.engine, c.response())
		what := "no code"
		if r.code != "" {
			what = "code " + clean(r.code, 60)
		} else {
			missing[i] = true
		}
		d.report(c.Name, "used: "+what)
	}
	for i := range d.successes {
		d.report(d.successes[i].Name, unused+"a success")
	}
	candidates := candidateText(d.candidates(func(i int) bool { return missing[i] }))
	switch {
	case len(missing) == len(d.captures) && len(d.Code) > 0:
		d.notes = append(d.notes, "no sample has a code at "+strings.Join(d.Code, " or ")+"; "+candidates)
	case len(missing) == len(d.captures):
		d.notes = append(d.notes, "no code was found; "+candidates+"; name its path with --code PATH, unless there is none")
	case len(missing) > 0:
		d.notes = append(d.notes, "no code was found in "+countOf(len(missing), "sample")+"; "+candidates+"; name further paths with --code PATH")
	case d.shape.byValue != "":
		d.notes = append(d.notes, "the code was taken from "+d.shape.byValue+", whose values differ from error to error; if it is another member, name it with --code PATH")
	}
}

// head returns the comment at the top: the samples, and what is to do.
func (d *drafter) head() string {
	names := make([]string, 0, len(d.captures))
	for _, c := range d.captures[:min(len(d.captures), 12)] {
		names = append(names, baseName(c.Name))
	}
	if more := len(d.captures) - len(names); more > 0 {
		names = append(names, fmt.Sprintf("and %d more", more))
	}
	lines := []string{"Drafted from " + countOf(len(d.captures), "captured response") + ": " + strings.Join(names, ", ") + "."}
	if slices.ContainsFunc(d.rows, func(r row) bool { return r.review != "" }) {
		lines = append(lines, "Review the rows marked `review`: their canonical codes are suggestions. Then add the codes that are not in the samples.")
	} else {
		lines = append(lines, "Check the rows, then add the codes that are not in the samples.")
	}
	if slices.ContainsFunc(d.captures, func(c capture) bool { return c.statusGuessed }) {
		lines = append(lines, "Some samples have no HTTP status; capture with `curl -i`, or name files such as 404.json, to get it into the rows.")
	}
	return strings.Join(append(lines, d.noteKnown()...), "\n")
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
	for i := range d.captures {
		t := e.Acquire()
		t.ReadResponse(d.captures[i].response())
		count[t.Dialect]++
		t.Release()
	}
	delete(count, "")
	for _, f := range files {
		if count[f.Name]*2 >= len(d.captures) {
			return []string{fmt.Sprintf("The built-in dialect %s matches %d of these %d responses; `dialect %s` may be enough.", f.Name, count[f.Name], len(d.captures), f.Name)}
		}
	}
	return nil
}
