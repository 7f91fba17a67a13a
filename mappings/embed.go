// Package mappings holds the built-in tables: the canonical taxonomy, the
// headers of rate limits, and one file a dialect. They are data; see the files
// for their documentation.
package mappings

import (
	"embed"
	"io/fs"
	"strings"
)

// Files are the tables as they stand in the source tree.
//
//go:embed *.yaml
var Files embed.FS

// TaxonomyFile is the name of the taxonomy among Files.
const TaxonomyFile = "taxonomy.yaml"

// LimitsFile is the name of the table of rate-limit headers among Files.
const LimitsFile = "limits.yaml"

// Dialects returns the names of the built-in dialects, sorted.
func Dialects() []string {
	files, _ := fs.Glob(Files, "*.yaml") // the pattern is well-formed
	names := make([]string, 0, len(files))
	for _, f := range files {
		if f != TaxonomyFile && f != LimitsFile {
			names = append(names, strings.TrimSuffix(f, ".yaml"))
		}
	}
	return names
}

// Dialect returns the mapping file of a built-in dialect, and the name of that
// file.
func Dialect(name string) (file string, data []byte, err error) {
	file = name + ".yaml"
	data, err = Files.ReadFile(file)
	return file, data, err
}
