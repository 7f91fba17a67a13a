package learn

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/koine-proxy/koine/dialect"
	"github.com/koine-proxy/koine/internal/capture"
	"github.com/koine-proxy/koine/translate"
)

// sample is a captured response, as the general rules read it.
type sample struct {
	capture.Response
	translate.Reading
	index         int
	statusGuessed bool // the capture has no status
}

func (s *sample) response() translate.Response {
	return translate.Response{Status: s.Status, Header: s.Header, Host: s.Host, Body: s.Body}
}

// maxSamples bounds the samples that are read.
const maxSamples = 200

// unused starts the report about a sample that is not used.
const unused = "not used: "

// classify reads the samples, and separates errors from successes. If all samples have a 2xx
// status, those that say that they failed are errors that come with a 2xx.
func (d *drafter) classify(responses []capture.Response) error {
	d.reports = make([]string, len(responses))
	for i, r := range responses {
		r.Name = cmp.Or(clean(r.Name, 80), fmt.Sprintf("sample %d", i+1))
		d.names = append(d.names, r.Name)
		s := d.read(r)
		s.index = i
		switch why := d.unusable(&s); {
		case why != "":
			d.reports[i] = unused + why
		case s.Status >= 400:
			d.captures = append(d.captures, s)
		default:
			d.successes = append(d.successes, s)
		}
	}
	if len(d.captures) == 0 {
		failed := func(s sample) bool { return s.saysFailed() || len(d.Code) > 0 }
		d.captures = slices.DeleteFunc(slices.Clone(d.successes), func(s sample) bool { return !failed(s) })
		d.successes = slices.DeleteFunc(d.successes, failed)
	}
	for _, s := range d.successes {
		d.reports[s.index] = unused + "a success"
	}
	if len(d.captures) == 0 {
		return errors.New("learn: no sample is an error with a body that can be read")
	}
	d.keepFormat()
	return nil
}

// read reads a sample by the general rules. A sample without a status gets that of its body, or
// 400.
func (d *drafter) read(r capture.Response) sample {
	s := sample{Response: r}
	if r.Unused != "" || len(r.Body) > capture.MaxBody {
		return s
	}
	s.Reading = d.general.ReadGeneral(s.response())
	if s.Status == 0 {
		s.Status, s.statusGuessed = cmp.Or(s.statusIn(), 400), true
		s.Reading = d.general.ReadGeneral(s.response())
	}
	return s
}

// unusable returns why a sample cannot be used; "" if it can.
func (d *drafter) unusable(s *sample) string {
	switch {
	case s.Unused != "":
		return s.Unused
	case len(strings.TrimSpace(string(s.Body))) == 0:
		return "the body is empty"
	case s.Status < 200 || s.Status >= 300 && s.Status < 400 || s.Status > 599:
		return fmt.Sprintf("the status %d is neither that of an error nor a 2xx", s.Status)
	case s.Format == dialect.FormatEmpty:
		return "the body is neither text nor complete JSON"
	case len(s.Body) > capture.MaxBody || len(d.captures)+len(d.successes) >= maxSamples:
		return fmt.Sprintf("more than %d samples, or than %d bytes", maxSamples, capture.MaxBody)
	}
	return ""
}

// statusName matches names of members with a status.
var statusName = regexp.MustCompile(`(?i)status|http`)

// statusIn returns the status of an error that a member of the body has; 0 if there is none.
func (s *sample) statusIn() int {
	for _, f := range append(slices.Clone(s.Others), s.Code) {
		if isStatus(f.Text) && statusName.MatchString(lastName(f.Place.Path)) {
			n, _ := strconv.Atoi(f.Text)
			return n
		}
	}
	return 0
}

// isStatus reports whether a text is the status of an error.
func isStatus(t string) bool { return len(t) == 3 && t >= "400" && t <= "599" }

// saysFailed reports whether a response with a 2xx says that it failed: by its code, by a flag, or
// by a sentence beside neither a zero nor a flag that says that it succeeded.
func (s *sample) saysFailed() bool {
	failed, succeeded, sentence := s.Code.Text != "" && !successCodes.MatchString(s.Code.Text), false, s.Message.Text != ""
	for _, f := range append(slices.Clone(s.Others), s.Code) {
		failed = failed || f.Flag && failedFlag.MatchString(f.Text)
		succeeded = succeeded || (f.Flag || f.Text != "true") && successCodes.MatchString(f.Text)
		sentence = sentence || isSentence(f.Text)
	}
	return failed || sentence && !succeeded
}

// keepFormat removes samples whose format is not the most common one, such as the HTML page
// of a proxy in front of the upstream.
func (d *drafter) keepFormat() {
	count := map[dialect.Format]int{}
	for _, c := range d.captures {
		count[c.Format]++
	}
	best := slices.MaxFunc(dialect.Formats(), func(a, b dialect.Format) int { return count[a] - count[b] })
	d.captures = slices.DeleteFunc(d.captures, func(c sample) bool {
		if c.Format != best {
			d.reports[c.index] = unused + fmt.Sprintf("its format is %s, that of most others %s", c.Format, best)
		}
		return c.Format != best
	})
}

// successCodes matches codes that mean success, and failedFlag flags that mean failure.
var (
	successCodes = regexp.MustCompile(`(?i)^(?:0+|ok|success|succeeded|true)$`)
	failedFlag   = regexp.MustCompile(`(?i)^(?:false|no|n?ko|nok|err(?:or)?|fail(?:ed|ure)?)$`)
)

// findSuccessErrors finds errors among the successes: those that the draft matches if its
// errors may come with a 2xx. They become captures like the others.
func (d *drafter) findSuccessErrors() bool {
	f, before := *d.file, len(d.captures)
	f.SuccessErrors = 400
	_, e, err := d.compile(&f)
	if err != nil || d.file.SuccessErrors != 0 {
		return false
	}
	d.successes = slices.DeleteFunc(d.successes, func(c sample) bool {
		r := readWith(e, c.response())
		isError := r.matched && c.Format == d.captures[0].Format && !successCodes.MatchString(r.code) && (r.code != "" || len(d.shape.code) == 0 && r.message != "")
		if isError {
			d.captures = append(d.captures, c)
		}
		return isError
	})
	return len(d.captures) > before
}

// reportUse reports the samples that are used, the successes, and what is known about the code. It
// is an error if no sample has a code where the user named one.
func (d *drafter) reportUse() error {
	missing := map[int]bool{}
	for i := range d.captures {
		c := &d.captures[i]
		r := readWith(d.engine, c.response())
		code := r.code
		if len(c.FieldTexts) > 0 && !maps.Equal(c.FieldTexts, r.fields) {
			d.notes = append(d.notes, c.Name+": the draft and the general rules read different fields; check `fields`")
		}
		d.reports[d.captures[i].index] = "used: code " + clean(code, 60)
		if code == "" {
			missing[i], d.reports[d.captures[i].index] = true, "used: no code"
		}
	}
	switch all := len(missing) == len(d.captures); {
	case all && len(d.Code) > 0:
		return errors.New("learn: no sample has a code at " + strings.Join(d.Code, " or ") + "; " + d.candidates(missing))
	case all:
		d.notes = append(d.notes, "no code was found; "+d.candidates(missing)+"; name its path with --code PATH, unless there is none")
	case len(missing) > 0:
		d.notes = append(d.notes, "no code was found in "+countOf(len(missing), "sample")+"; "+d.candidates(missing)+"; name the paths of all codes with --code PATH")
	case d.shape.byValue:
		d.notes = append(d.notes, "the code was taken from "+d.shape.code[0].Path.Text()+", whose values differ from error to error; if it is another member, name that with --code PATH")
	}
	return nil
}

// sampleNotes lists what became of the samples. The unused ones of one file are counted from the
// fourth on.
func (d *drafter) sampleNotes() (notes []string) {
	count := map[string]int{}
	for i, report := range d.reports {
		if strings.HasPrefix(report, unused) {
			file, _, _ := strings.Cut(d.names[i], " #")
			if count[file+"\x00"+report]++; count[file+"\x00"+report] > 3 {
				continue
			}
		}
		if report != "" {
			notes = append(notes, d.names[i]+": "+report)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(count)) {
		if file, report, _ := strings.Cut(key, "\x00"); count[key] > 3 {
			notes = append(notes, fmt.Sprintf("%s: %d more %s", file, count[key]-3, report))
		}
	}
	return notes
}

// head returns the comment at the top: the samples, and what is to do.
func (d *drafter) head() string {
	var names []string
	for _, c := range d.captures[:min(len(d.captures), 12)] {
		names = append(names, path.Base(strings.ReplaceAll(c.Name, `\`, "/")))
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
	if slices.ContainsFunc(d.captures, func(c sample) bool { return c.statusGuessed }) {
		lines = append(lines, "Some samples have no HTTP status; capture with `curl -i`, or name files such as 404.json, to get it into the rows.")
	}
	return strings.Join(append(lines, d.noteKnown()...), "\n")
}

// noteKnown returns a note if a built-in dialect matches the samples already.
func (d *drafter) noteKnown() []string {
	files, err := dialect.Inherit(d.Known, d.Known)
	if err != nil {
		return nil
	}
	files = slices.DeleteFunc(dialect.Order(files), func(f *dialect.File) bool { return f.General })
	e, err := translate.Compile(d.Taxonomy, files, nil)
	if err != nil {
		return nil
	}
	count := map[string]int{}
	for i := range d.captures {
		count[readWith(e, d.captures[i].response()).dialect]++
	}
	for _, f := range files {
		if n := count[f.Name]; n*2 >= len(d.captures) {
			return []string{fmt.Sprintf("The built-in dialect %s matches %d of these %d responses; `dialect %s` may be enough.", f.Name, n, len(d.captures), f.Name)}
		}
	}
	return nil
}
