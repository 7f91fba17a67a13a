package cli

import (
	"regexp"

	"github.com/koine-proxy/koine/internal/capture"
	"github.com/koine-proxy/koine/internal/learn"
	"github.com/koine-proxy/koine/mappings/builtin"
	"github.com/koine-proxy/koine/translate"
)

var dialectName = regexp.MustCompile(`^[a-z][a-z0-9-]*$`)

// Learn drafts a mapping file from captured error responses, and prints it.
// code are the paths of the code, if it is not found.
func Learn(s Streams, name string, code, files []string) Status {
	if len(files) == 0 {
		s.logf("expected at least 1 file with captured responses (- for standard input)")
		return WrongUsage
	}
	if name != "" && (!dialectName.MatchString(name) || name == "auto" || name == "all") {
		s.logf("--name %q: use lower-case letters, digits and hyphens, and neither auto nor all", name)
		return WrongUsage
	}
	samples, ok := readSamples(s, files)
	if !ok {
		return InvalidInput
	}
	draft, err := draftOf(samples, name, code)
	for _, note := range draft.Notes {
		s.logf("%s", note)
	}
	if err != nil {
		s.logf("%v", err)
		return InvalidInput
	}
	if status := s.print(string(draft.File)); status != OK {
		return status
	}
	s.logf("drafted from %s; review the rows marked `review`, then run check", count(draft.Used, "response"))
	return OK
}

// readSamples reads all files, and logs all errors.
func readSamples(s Streams, files []string) (samples []capture.Response, ok bool) {
	ok = true
	for _, file := range files {
		data, err := s.ReadFile(file)
		if err != nil {
			s.logf("%s: %s", file, reason(err))
			ok = false
			continue
		}
		some, err := capture.Read(file, data)
		if err != nil {
			s.logf("%v", err)
			ok = false
		}
		samples = append(samples, some...)
	}
	return samples, ok
}

func draftOf(samples []capture.Response, name string, code []string) (learn.Result, error) {
	l := builtin.Library()
	taxonomy, err := translate.CompileTaxonomy(l.Taxonomy)
	if err != nil {
		return learn.Result{}, err
	}
	o := learn.Options{Name: name, Code: code, Taxonomy: taxonomy}
	for _, f := range l.Dialects {
		if f.General && f.Name == "general" {
			o.General = f
		} else {
			o.Known = append(o.Known, f)
		}
	}
	return learn.Draft(samples, o)
}
