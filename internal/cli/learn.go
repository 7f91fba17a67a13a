package cli

import (
	"regexp"

	"github.com/koine-proxy/koine/internal/learn"
	"github.com/koine-proxy/koine/mappings/builtin"
	"github.com/koine-proxy/koine/translate"
)

var dialectName = regexp.MustCompile(`^[a-z][a-z0-9-]*$`)

// Learn drafts a mapping file from captured error responses. The draft goes to the
// output, so that it can be redirected into a file.
func Learn(s Streams, name string, files []string) Status {
	if len(files) == 0 {
		s.say("learn takes at least one file with captured responses, or - for the standard input")
		return WrongUsage
	}
	if name != "" && (!dialectName.MatchString(name) || name == "auto" || name == "all") {
		s.say("--name %q: it must be a word of lower-case letters, digits and hyphens, and neither auto nor all", name)
		return WrongUsage
	}
	samples, fine := readSamples(s, files)
	if !fine {
		return AtFault
	}
	draft, err := drafted(samples, name)
	if err != nil {
		s.say("%v", err)
		return AtFault
	}
	if status := s.print(string(draft)); status != OK {
		return status
	}
	s.say("drafted from %s; read it, look at the rows that say so, then check it", count(len(samples), "response"))
	return OK
}

// readSamples reads all files, so that all that cannot be read are reported at
// once.
func readSamples(s Streams, files []string) (samples []learn.Sample, fine bool) {
	fine = true
	for _, file := range files {
		data, err := s.ReadFile(file)
		if err != nil {
			s.say("%s: %s", file, reason(err))
			fine = false
			continue
		}
		some, err := learn.ReadSamples(file, data)
		if err != nil {
			s.say("%v", err)
			fine = false
		}
		samples = append(samples, some...)
	}
	return samples, fine
}

func drafted(samples []learn.Sample, name string) ([]byte, error) {
	l := builtin.Library()
	taxonomy, err := translate.CompileTaxonomy(l.Taxonomy)
	if err != nil {
		return nil, err
	}
	o := learn.Options{Name: name, Taxonomy: taxonomy}
	for _, f := range l.Dialects {
		if f.General && f.Name == "guess" {
			o.Guess = f
		} else {
			o.Known = append(o.Known, f)
		}
	}
	return learn.Draft(samples, o)
}
