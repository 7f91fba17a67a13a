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

// CheckOptions are the options of a check.
type CheckOptions struct {
	JSON   bool    // print the faults as JSON
	Config bool    // the files are those of a config, which may name none
	Found  []error // faults that the caller has found in something else
}

// FaultsOf returns the faults of an error. Those without a position get the name of a file,
// and begin with what is faulty.
func FaultsOf(file, what string, err error) error {
	faults := slices.Clone(faultsOf(err))
	for i, f := range faults {
		if f.File == "" {
			faults[i] = dialect.Fault{File: file, Message: what + ": " + f.Message}
		}
	}
	return dialect.Faults(faults).Err()
}

// Check validates mapping, taxonomy, locale and limits files, and runs the examples
// inside them; without names it checks the built-in files. It reports all faults, one per
// line, like a compiler. Warnings do not change the exit status.
func (o CheckOptions) Check(s Streams, names []string) Status {
	c := &checker{}
	if err := c.open(s, names, len(names) == 0 && !o.Config); err != nil {
		s.logf("%v", err)
		return InvalidInput
	}
	c.run()
	for _, err := range o.Found {
		c.ok(err)
	}
	report := c.report
	if o.JSON {
		report = c.reportJSON
	}
	if status := s.print(report()); status != OK {
		return status
	}
	summary := count(c.files, "file") + ", " + count(len(c.faults), "fault")
	if len(c.warnings) > 0 {
		summary += ", " + count(len(c.warnings), "warning")
	}
	s.logf("%s", summary)
	if len(c.faults) > 0 {
		return InvalidInput
	}
	return OK
}

// checker is the state of one check.
type checker struct {
	files      int
	dialects   []*dialect.File // as written, without what they inherit
	taxonomies []*dialect.TaxonomyFile
	limits     []*dialect.LimitsFile
	locales    []*dialect.LocaleFile
	builtIn    mappings.Library // empty if the built-in files themselves are checked

	faults, warnings dialect.Faults
	added            map[dialect.Fault]bool // the faults, for add
}

// library returns the built-in files with their examples. They are read once.
var library = sync.OnceValues(mappings.Read)

// open reads the files to check.
func (c *checker) open(s Streams, names []string, builtIn bool) (err error) {
	if builtIn {
		return c.openBuiltIn()
	}
	if c.builtIn, err = library(); err != nil {
		return fmt.Errorf("built-in files: %w", err)
	}
	for _, name := range names {
		paths, err := yamlfile.Paths(name)
		if err != nil {
			c.add(dialect.Fault{File: name, Message: reason(err)})
		}
		for _, path := range paths {
			c.readFile(s, path)
		}
	}
	return nil
}

func (c *checker) readFile(s Streams, name string) {
	data, err := s.ReadFile(name)
	if err != nil {
		c.files++
		c.add(dialect.Fault{File: name, Message: reason(err)})
		return
	}
	c.read(name, data)
}

func (c *checker) openBuiltIn() error {
	return fs.WalkDir(mappings.Files, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := mappings.Files.ReadFile(name)
		if err == nil {
			c.read(name, data)
		}
		return err
	})
}

// reason returns the error of a file operation without the name of the file.
func reason(err error) string {
	var at *fs.PathError
	if errors.As(err, &at) {
		return at.Err.Error()
	}
	return err.Error()
}

// read parses one file. Files that do not parse are not checked further, but codes of a
// taxonomy are known.
func (c *checker) read(name string, data []byte) {
	c.files++
	switch kindOf(data) {
	case "taxonomy":
		f, err := yamlfile.ReadTaxonomy(name, data)
		c.ok(err)
		c.taxonomies = append(c.taxonomies, f)
	case "locale":
		f, err := yamlfile.ReadLocale(name, data)
		c.ok(err)
		c.locales = append(c.locales, f)
	case "limits":
		f, err := yamlfile.ReadLimits(name, data)
		if c.ok(err) {
			c.limits = append(c.limits, f)
		}
	default:
		f, err := yamlfile.ReadDialect(name, data)
		if c.ok(err) {
			c.dialects = append(c.dialects, f)
		}
	}
}

// kinds are the top-level keys that identify the kind of a file.
var kinds = []string{"dialect", "taxonomy", "limits", "waits", "locale"}

// kindOf returns the kind of a file by its first identifying key. A file without one
// counts as a mapping file, whose reader reports what is missing.
func kindOf(data []byte) string {
	for line := range strings.Lines(strings.TrimPrefix(string(data), "\xef\xbb\xbf")) {
		key, _, ok := strings.Cut(strings.TrimLeft(line, "{ "), ":")
		if !ok || strings.HasPrefix(line, "#") || strings.HasPrefix(line, "  ") {
			continue
		}
		key = strings.Trim(key, `"' `)
		if !slices.Contains(kinds, key) {
			key = suggest.Nearest(key, kinds)
		}
		switch key {
		case "":
		case "waits":
			return "limits"
		default:
			return key
		}
	}
	return "dialect"
}

// add records faults, each once.
func (c *checker) add(faults ...dialect.Fault) {
	if c.added == nil {
		c.added = map[dialect.Fault]bool{}
	}
	for _, f := range faults {
		if !c.added[f] {
			c.added[f] = true
			c.faults = append(c.faults, f)
		}
	}
}

// ok records the faults of an error, and reports whether there are none.
func (c *checker) ok(err error) bool {
	c.add(faultsOf(err)...)
	return err == nil
}

// faultsOf splits the error of several files.
func faultsOf(err error) (out []dialect.Fault) {
	var faults dialect.Faults
	var fault dialect.Fault
	joined, isJoined := err.(interface{ Unwrap() []error })
	switch {
	case err == nil:
	case isJoined:
		for _, e := range joined.Unwrap() {
			out = append(out, faultsOf(e)...)
		}
	case errors.As(err, &faults):
		return faults
	case errors.As(err, &fault):
		return []dialect.Fault{fault}
	default:
		out = append(out, dialect.Fault{Message: err.Error()})
	}
	return out
}

// run checks the files that were parsed.
func (c *checker) run() {
	taxonomies := slices.Clone(c.taxonomies)
	if c.builtIn.Taxonomy != nil {
		taxonomies = append([]*dialect.TaxonomyFile{c.builtIn.Taxonomy}, taxonomies...)
	}
	taxonomy, err := translate.CompileTaxonomy(taxonomies...)
	if c.ok(err); taxonomy == nil {
		return // every row would be a fault
	}
	for _, f := range c.limits {
		_, err := translate.NewEngine(translate.Inputs{Taxonomy: taxonomy, Limits: []*dialect.LimitsFile{f}})
		c.ok(err)
	}
	if len(c.locales) > 0 {
		_, err := translate.CompileLocales(taxonomy, c.locales...)
		c.ok(err)
	}
	c.dropDuplicates()
	inherited, err := dialect.Inherit(c.dialects, c.builtIn.Dialects)
	c.ok(err)
	valid := make([]*dialect.File, 0, len(inherited))
	for i, f := range inherited {
		if c.hasFault(f.File, f.ExtendsAt) {
			continue // what it should inherit is missing
		}
		if c.ok(translate.CheckExamples(taxonomy, f)) {
			valid = append(valid, f)
		}
		c.checkRows(c.dialects[i], f.Expand())
		c.checkWriting(taxonomy, f)
		if c.builtIn.Taxonomy == nil && !f.General {
			c.checkSources(f)
		}
		if !hasExamples(c.dialects[i]) {
			c.warnings = append(c.warnings, dialect.Fault{
				File: f.File, Message: "no examples; add at least one body that matches and one with `is: none`",
			})
		}
	}
	c.compare(taxonomy, valid)
}

// checkRows checks the rows of a file, and those of its variants.
func (c *checker) checkRows(f *dialect.File, forms []*dialect.File) {
	faults, warnings := checkTable(f, forms)
	for i, v := range f.Variants {
		f, w := checkTable(v, forms[i:i+1])
		faults, warnings = append(faults, f...), append(warnings, w...)
	}
	c.add(faults...)
	c.warnings = append(c.warnings, warnings...)
}

// checkSources checks that a built-in file tells where its rows are documented, and when
// that was read: a table ages.
func (c *checker) checkSources(f *dialect.File) {
	if len(f.Sources) == 0 || f.Read == "" {
		c.warnings = append(c.warnings, dialect.Fault{
			File: f.File, Line: f.NameAt.Line, Column: f.NameAt.Column,
			Message: "no `source`, or no `read`: the date on which the sources were read",
		})
	}
}

func hasExamples(f *dialect.File) bool {
	return len(f.Examples) > 0 || slices.ContainsFunc(f.Variants, hasExamples)
}

// hasFault reports whether a fault at a position is recorded already.
func (c *checker) hasFault(file string, at dialect.Pos) bool {
	return slices.ContainsFunc(c.faults, func(f dialect.Fault) bool {
		return at.Line > 0 && f.File == file && f.Line == at.Line && f.Column == at.Column
	})
}

// dropDuplicates removes files whose dialect has another file, and reports them.
func (c *checker) dropDuplicates() {
	first := map[string]string{}
	c.dialects = slices.DeleteFunc(c.dialects, func(f *dialect.File) bool {
		file, duplicate := first[f.Name]
		if !duplicate {
			first[f.Name] = f.File
			return false
		}
		c.add(dialect.Fault{
			File: f.File, Line: f.NameAt.Line, Column: f.NameAt.Column,
			Message: fmt.Sprintf("duplicate dialect %q (first in %s); rename one of them", f.Name, file),
		})
		return true
	})
}

// report lists faults and warnings by file and line.
func (c *checker) report() string {
	all := slices.Clone(c.faults)
	for _, f := range c.warnings {
		f.Message = "warning: " + f.Message
		all = append(all, f)
	}
	if err := all.Err(); err != nil { // Err sorts them
		return err.Error() + "\n"
	}
	return ""
}
