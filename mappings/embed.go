// Package mappings holds the built-in tables: the canonical taxonomy, the headers
// of rate limits, the general rules, and one mapping file for each dialect, in
// sections. The YAML files are the source and the documentation. What a server
// needs of them at run time is generated from them; see Library.
package mappings

import (
	"embed"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// Files are the tables as they are in the source tree.
//
//go:embed *.yaml */*.yaml
var Files embed.FS

// TaxonomyFile is the name of the taxonomy among Files.
const TaxonomyFile = "taxonomy.yaml"

// LimitsFile is the name of the table of rate-limit headers among Files.
const LimitsFile = "limits.yaml"

// Section is a folder of mapping files.
type Section struct {
	Name     string   // the name of the folder; "" for the general rules at the top
	Title    string   // for people
	Dialects []string // sorted
}

// titles are the titles of the sections, in the order of documentation.
var titles = []struct{ name, title string }{
	{"firstparty", "First party"},
	{"standards", "Standards and protocols"},
	{"frameworks", "Web frameworks"},
	{"servers", "Servers, gateways and databases"},
	{"clouds", "Clouds"},
	{"saas", "Services"},
	{"payments", "Payments and finance"},
	{"models", "Language models"},
	{"common", "Common shapes"},
	{"", "General rules"},
}

// Sections returns the sections, in the order of documentation.
func Sections() []Section {
	sections := make([]Section, len(titles))
	for i, t := range titles {
		files, _ := fs.Glob(Files, path.Join(t.name, "*.yaml")) // the pattern is well-formed
		sections[i] = Section{Name: t.name, Title: t.title}
		for _, file := range files {
			if file != TaxonomyFile && file != LimitsFile {
				sections[i].Dialects = append(sections[i].Dialects, nameOf(file))
			}
		}
	}
	return sections
}

// nameOf returns the name of the dialect in a file.
func nameOf(file string) string { return strings.TrimSuffix(path.Base(file), ".yaml") }

// Dialects returns the names of the built-in dialects, sorted.
func Dialects() []string {
	var names []string
	for _, s := range Sections() {
		names = append(names, s.Dialects...)
	}
	slices.Sort(names)
	return names
}

// Dialect returns the mapping file of a built-in dialect, and its path among
// Files.
func Dialect(name string) (file string, data []byte, err error) {
	for _, t := range titles {
		file = path.Join(t.name, name+".yaml")
		if data, err = Files.ReadFile(file); err == nil {
			return file, data, nil
		}
	}
	return "", nil, err
}
