package mappings

import (
	"errors"

	"github.com/koine-proxy/koine/dialect"
	"github.com/koine-proxy/koine/dialect/yamlfile"
)

// Library has the built-in tables.
type Library struct {
	Taxonomy *dialect.TaxonomyFile
	Limits   *dialect.LimitsFile
	Dialects []*dialect.File // with the keys that they inherit, sorted by name
}

// Forms returns all forms of all dialects, in the order of detection.
func (l Library) Forms() []*dialect.File { return dialect.Order(dialect.ExpandAll(l.Dialects)) }

// Read reads the built-in tables from their files, with examples and positions. A
// server uses those of package builtin, which are generated from the same files.
func Read() (l Library, err error) {
	var errs [4]error
	l.Taxonomy, errs[0] = readTable(TaxonomyFile, yamlfile.ReadTaxonomy)
	l.Limits, errs[1] = readTable(LimitsFile, yamlfile.ReadLimits)
	l.Dialects, errs[2] = readDialects()
	l.Dialects, errs[3] = dialect.Inherit(l.Dialects, nil)
	return l, errors.Join(errs[:]...)
}

// readTable reads one embedded file.
func readTable[T any](name string, parse func(string, []byte) (T, error)) (table T, err error) {
	data, err := Files.ReadFile(name)
	if err != nil {
		return table, err
	}
	return parse(name, data)
}

func readDialects() ([]*dialect.File, error) {
	names := Dialects()
	files := make([]*dialect.File, len(names))
	errs := make([]error, len(names))
	for i, name := range names {
		file, data, err := Dialect(name)
		if err == nil {
			files[i], err = yamlfile.ReadDialect(file, data)
		}
		errs[i] = err
	}
	return files, errors.Join(errs...)
}
