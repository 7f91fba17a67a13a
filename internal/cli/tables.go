package cli

import (
	"fmt"

	"github.com/koine-proxy/koine/dialect"
	"github.com/koine-proxy/koine/dialect/yamlfile"
)

// Table is a mapping or taxonomy file.
type Table struct {
	Path       string
	IsTaxonomy bool
	Name       string // of the dialect or of the taxonomy
}

// ReadTable finds out which kind of file is at a path. It reports all faults of the file.
func ReadTable(s Streams, path string) (Table, error) {
	data, err := s.ReadFile(path)
	if err != nil {
		return Table{}, dialect.Fault{File: path, Message: reason(err)}
	}
	switch kind := kindOf(data); kind {
	case "taxonomy":
		f, err := yamlfile.ReadTaxonomy(path, data)
		if err != nil {
			return Table{}, err
		}
		return Table{path, true, f.Name}, nil
	case "limits", "locale":
		return Table{}, dialect.Fault{File: path, Message: "expected a mapping file or a taxonomy file, found a " + kind + " file"}
	}
	f, err := yamlfile.ReadDialect(path, data)
	if err != nil {
		return Table{}, err
	}
	return Table{path, false, f.Name}, nil
}

// ReadTables is ReadTable for all files at some paths; a directory stands for its YAML
// files.
func ReadTables(s Streams, paths []string) (tables []Table, errs []error) {
	for _, path := range paths {
		files, err := yamlfile.Paths(path)
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", path, err))
		}
		for _, file := range files {
			t, err := ReadTable(s, file)
			if err != nil {
				errs = append(errs, err)
				continue
			}
			tables = append(tables, t)
		}
	}
	return tables, errs
}
