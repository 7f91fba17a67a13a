package mappings

import (
	"bytes"
	"errors"
	"sync"

	"github.com/koine-proxy/koine/translate"
	"github.com/koine-proxy/koine/translate/tablefile"
)

// Library is the built-in tables, read.
type Library struct {
	Taxonomy *translate.TaxonomyFile
	Limits   *translate.LimitsFile
	Dialects []*translate.DialectFile // in the order of automatic detection; with what they inherit
}

// BuiltIn returns the built-in tables. They are read once a process, without
// their examples, which are for tests and for people.
var BuiltIn = sync.OnceValues(func() (Library, error) { return read(false) })

// WithExamples reads the built-in tables as a whole.
func WithExamples() (Library, error) { return read(true) }

func read(examples bool) (l Library, err error) {
	data, err := Files.ReadFile(TaxonomyFile)
	if err != nil {
		return l, err
	}
	var errs []error
	l.Taxonomy, err = tablefile.ReadTaxonomy(TaxonomyFile, data)
	errs = append(errs, err)
	if data, err = Files.ReadFile(LimitsFile); err != nil {
		return l, err
	}
	l.Limits, err = tablefile.ReadLimits(LimitsFile, data)
	errs = append(errs, err)
	for _, name := range Dialects() {
		file, data, err := Dialect(name)
		if err != nil {
			return l, err
		}
		if !examples {
			data = withoutExamples(data)
		}
		f, err := tablefile.ReadDialect(file, data)
		errs = append(errs, err)
		l.Dialects = append(l.Dialects, f)
	}
	l.Dialects, err = translate.Inherit(l.Dialects, nil)
	errs = append(errs, err)
	l.Dialects = translate.Order(l.Dialects)
	return l, errors.Join(errs...)
}

// withoutExamples cuts off the examples, which are the last word of every
// built-in file and more than half of it.
func withoutExamples(data []byte) []byte {
	if i := bytes.LastIndex(data, []byte("\nexamples:")); i >= 0 {
		return data[:i+1]
	}
	return data
}
