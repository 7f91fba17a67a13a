package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"

	"github.com/koine-proxy/koine/dialect"
	"github.com/koine-proxy/koine/dialect/yamlfile"
	"github.com/koine-proxy/koine/internal/suggest"
	"github.com/koine-proxy/koine/mappings"
	"github.com/koine-proxy/koine/translate"
)

// Check validates mapping files, taxonomy files and tables of limits, and runs
// the examples inside them; without names, those that are built in. All faults
// are reported at once, one a line, as a compiler does. Warnings are no faults.
func Check(s Streams, names []string) Status {
	c := &checker{}
	if err := c.open(s, names); err != nil {
		s.say("%v", err)
		return AtFault
	}
	c.run()
	if status := s.print(c.report()); status != OK {
		return status
	}
	summary := count(c.files, "file") + ", " + count(len(c.faults), "fault")
	if len(c.warnings) > 0 {
		summary += ", " + count(len(c.warnings), "warning")
	}
	s.say("%s", summary)
	if len(c.faults) > 0 {
		return AtFault
	}
	return OK
}

// checker is a check under way.
type checker struct {
	files      int
	dialects   []*dialect.File // as they were written
	taxonomies []*dialect.TaxonomyFile
	limits     []*dialect.LimitsFile
	builtIn    mappings.Library // what the files stand beside; empty where they are the built-in ones themselves

	faults, warnings dialect.Faults
}

// library is the built-in tables with their examples, read once a process.
var library = sync.OnceValues(mappings.Read)

// open reads the files that are to be checked.
func (c *checker) open(s Streams, names []string) (err error) {
	if len(names) == 0 {
		return c.openBuiltIn()
	}
	if c.builtIn, err = library(); err != nil {
		return fmt.Errorf("the built-in tables are at fault: %w", err)
	}
	for _, name := range names {
		data, err := s.ReadFile(name)
		if err != nil {
			c.files++
			c.take(dialect.Fault{File: name, Message: reason(err)})
			continue
		}
		c.read(name, data)
	}
	return nil
}

func (c *checker) openBuiltIn() error {
	names, err := fs.Glob(mappings.Files, "*.yaml")
	if err != nil {
		return err
	}
	for _, name := range names {
		data, err := mappings.Files.ReadFile(name)
		if err != nil {
			return err
		}
		c.read(name, data)
	}
	return nil
}

// reason is what went wrong with a file, without its name.
func reason(err error) string {
	var at *fs.PathError
	if errors.As(err, &at) {
		return at.Err.Error()
	}
	return err.Error()
}

// read reads one file. What it means is only looked at if its words are in
// order.
func (c *checker) read(name string, data []byte) {
	c.files++
	switch kindOf(data) {
	case "taxonomy":
		f, err := yamlfile.ReadTaxonomy(name, data)
		if c.fine(err) {
			c.taxonomies = append(c.taxonomies, f)
		}
	case "limits":
		f, err := yamlfile.ReadLimits(name, data)
		if c.fine(err) {
			c.limits = append(c.limits, f)
		}
	default:
		f, err := yamlfile.ReadDialect(name, data)
		if c.fine(err) {
			c.dialects = append(c.dialects, f)
		}
	}
}

// kinds are the words that tell what a file is, by its first word of them.
var kinds = []string{"dialect", "taxonomy", "limits", "waits"}

// kindOf tells what a file is. One that cannot be told is taken for a mapping
// file, whose reader says what should have been there.
func kindOf(data []byte) string {
	for line := range strings.Lines(strings.TrimPrefix(string(data), "\xef\xbb\xbf")) {
		word, _, ok := strings.Cut(strings.TrimLeft(line, "{ "), ":")
		if !ok || strings.HasPrefix(line, "#") || strings.HasPrefix(line, "  ") {
			continue
		}
		word = strings.Trim(word, `"' `)
		if !slices.Contains(kinds, word) {
			word = suggest.Nearest(word, kinds)
		}
		switch word {
		case "":
		case "waits":
			return "limits"
		default:
			return word
		}
	}
	return "dialect"
}

// take takes faults down, each once.
func (c *checker) take(faults ...dialect.Fault) {
	for _, f := range faults {
		if !slices.Contains(c.faults, f) {
			c.faults = append(c.faults, f)
		}
	}
}

// fine takes down what is wrong, and tells whether nothing is.
func (c *checker) fine(err error) bool {
	c.take(faultsOf(err)...)
	return err == nil
}

// faultsOf takes an error of several files apart.
func faultsOf(err error) (out []dialect.Fault) {
	var several dialect.Faults
	var one dialect.Fault
	joined, isJoined := err.(interface{ Unwrap() []error })
	switch {
	case err == nil:
	case isJoined:
		for _, e := range joined.Unwrap() {
			out = append(out, faultsOf(e)...)
		}
	case errors.As(err, &several):
		return several
	case errors.As(err, &one):
		return []dialect.Fault{one}
	default:
		out = append(out, dialect.Fault{Message: err.Error()})
	}
	return out
}

// run looks at what the files mean.
func (c *checker) run() {
	taxonomies := slices.Clone(c.taxonomies)
	if c.builtIn.Taxonomy != nil {
		taxonomies = append([]*dialect.TaxonomyFile{c.builtIn.Taxonomy}, taxonomies...)
	}
	taxonomy, err := translate.CompileTaxonomy(taxonomies...)
	if !c.fine(err) {
		return // every row would be a fault of its own
	}
	for _, f := range c.limits {
		_, err := translate.NewEngine(translate.Inputs{Taxonomy: taxonomy, Limits: []*dialect.LimitsFile{f}})
		c.fine(err)
	}
	c.repeated()
	whole, err := dialect.Inherit(c.dialects, c.builtIn.Dialects)
	c.fine(err)
	sound := make([]*dialect.File, 0, len(whole))
	for i, f := range whole {
		if c.blames(f.File, f.ExtendsAt) {
			continue // it lacks what it should have inherited
		}
		if c.fine(translate.CheckExamples(taxonomy, f)) {
			sound = append(sound, f)
		}
		dead, idle := deadRows(c.dialects[i], f)
		c.take(dead...)
		c.warnings = append(c.warnings, idle...)
	}
	c.compare(taxonomy, sound)
}

// blames tells whether there is a fault at a place already.
func (c *checker) blames(file string, at dialect.Pos) bool {
	return slices.ContainsFunc(c.faults, func(f dialect.Fault) bool {
		return at.Line > 0 && f.File == file && f.Line == at.Line && f.Column == at.Column
	})
}

// repeated finds files that describe dialects of one name, and drops them but for
// the first.
func (c *checker) repeated() {
	first := map[string]string{}
	c.dialects = slices.DeleteFunc(c.dialects, func(f *dialect.File) bool {
		file, twice := first[f.Name]
		if !twice {
			first[f.Name] = f.File
			return false
		}
		c.take(dialect.Fault{
			File: f.File, Line: f.NameAt.Line, Column: f.NameAt.Column,
			Message: fmt.Sprintf("dialect %q is there twice, first in %s; give one of them another name", f.Name, file),
		})
		return true
	})
}

// report renders faults and warnings, by file and line.
func (c *checker) report() string {
	all := slices.Clone(c.faults)
	for _, f := range c.warnings {
		f.Message = "warning: " + f.Message
		all = append(all, f)
	}
	if err := all.Err(); err != nil { // which sorts them
		return err.Error() + "\n"
	}
	return ""
}
