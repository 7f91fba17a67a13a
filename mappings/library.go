package mappings

import (
	"bytes"
	"errors"
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/koine-proxy/koine/dialect"
	"github.com/koine-proxy/koine/dialect/yamlfile"
)

// Library is the built-in tables, read.
type Library struct {
	Taxonomy *dialect.TaxonomyFile
	Limits   *dialect.LimitsFile
	Dialects []*dialect.File // in the order of automatic detection; with what they inherit
}

// BuiltIn returns the built-in tables. They are read once a process, without
// their examples, which are for tests and for people.
var BuiltIn = sync.OnceValues(Read)

// Read reads the built-in tables without their examples.
func Read() (Library, error) { return read(false) }

// WithExamples reads the built-in tables as a whole.
func WithExamples() (Library, error) { return read(true) }

func read(examples bool) (l Library, err error) {
	var taxonomyErr, limitsErr error
	var others sync.WaitGroup
	others.Go(func() { l.Taxonomy, taxonomyErr = readTable(TaxonomyFile, yamlfile.ReadTaxonomy) })
	others.Go(func() { l.Limits, limitsErr = readTable(LimitsFile, yamlfile.ReadLimits) })
	l.Dialects, err = readDialects(Dialects(), examples)
	others.Wait()
	errs := []error{taxonomyErr, limitsErr, err}
	l.Dialects, err = dialect.Inherit(l.Dialects, nil)
	errs = append(errs, err)
	l.Dialects = dialect.Order(l.Dialects)
	return l, errors.Join(errs...)
}

// readTable reads one embedded file.
func readTable[T any](name string, parse func(string, []byte) (T, error)) (table T, err error) {
	data, err := Files.ReadFile(name)
	if err != nil {
		return table, err
	}
	return parse(name, data)
}

// readDialects reads mapping files, several at a time: YAML is slow to read, and
// every start of the server waits for it.
func readDialects(names []string, examples bool) ([]*dialect.File, error) {
	files := make([]*dialect.File, len(names))
	errs := make([]error, len(names))
	var next atomic.Int64
	var readers sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), 8) {
		readers.Go(func() {
			for i := next.Add(1) - 1; i < int64(len(names)); i = next.Add(1) - 1 {
				files[i], errs[i] = readDialect(names[i], examples)
			}
		})
	}
	readers.Wait()
	return files, errors.Join(errs...)
}

func readDialect(name string, examples bool) (*dialect.File, error) {
	file, data, err := Dialect(name)
	if err != nil {
		return &dialect.File{Name: name}, err
	}
	if !examples {
		data = withoutExamples(data)
		blankComments(data)
	}
	return yamlfile.ReadDialect(file, data)
}

// withoutExamples cuts off the examples, which are the last word of every
// built-in file and more than half of it.
func withoutExamples(data []byte) []byte {
	if i := bytes.LastIndex(data, []byte("\nexamples:")); i >= 0 {
		return data[:i+1]
	}
	return data
}

// blankComments blanks the comments of a built-in file, which nobody reads at run
// time and YAML takes its time for. What is left stands where it stood. Lines with
// quotes keep theirs: a # may stand inside of them.
func blankComments(data []byte) {
	for line := range bytes.Lines(data) {
		from := bytes.Index(line, []byte(" #"))
		if line[0] == '#' {
			from = 0
		}
		if from < 0 || bytes.ContainsAny(line[:from], `"'`) {
			continue
		}
		for i := from; i < len(line) && line[i] != '\n'; i++ {
			line[i] = ' '
		}
	}
}
