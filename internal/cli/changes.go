package cli

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/koine-proxy/koine/dialect"
)

// ChangesOptions are the options of Changes.
type ChangesOptions struct {
	Before []string // files and directories with the tables of the older version
	After  []string // those of the newer version; the built-in ones if empty
}

// Changes prints, as Markdown, what clients may notice of the changes between the tables of
// two versions: canonical codes, and rows of dialects.
func (o ChangesOptions) Changes(s Streams, args []string) Status {
	switch {
	case len(args) > 0:
		s.logf("expected no arguments, got %d; the tables are given with --before and --after", len(args))
		return WrongUsage
	case len(o.Before) == 0:
		s.logf("expected --before: a copy of the tables of the older version")
		return WrongUsage
	}
	before, okBefore := readVersion(s, o.Before)
	after, okAfter := readVersion(s, o.After)
	if !okBefore || !okAfter {
		return InvalidInput
	}
	return s.print(newChangePage(before, after).String())
}

// version is the tables of a version.
type version struct {
	codes    map[string]dialect.CodeEntry
	dialects map[string][]string     // the names of the forms
	rows     map[rowName]dialect.Row // without those that a dialect inherits
}

// rowName is a row in a version.
type rowName struct{ form, native string }

// readVersion reads the tables in files and directories, or the built-in ones if there are
// none. Without a taxonomy, the codes are the built-in ones.
func readVersion(s Streams, paths []string) (*version, bool) {
	l, err := library()
	if err != nil {
		s.logf("%v", err)
		return nil, false
	}
	if len(paths) == 0 {
		return newVersion(l.Taxonomy.Codes, l.Dialects), true
	}
	c := &checker{}
	for _, path := range paths {
		files, err := tableFiles(path)
		c.ok(err)
		for _, file := range files {
			c.readFile(s, file)
		}
	}
	dialects, err := dialect.Inherit(c.dialects, l.Dialects)
	c.ok(err)
	if len(c.faults) > 0 {
		s.logf("%s", strings.TrimSuffix(c.report(), "\n"))
		return nil, false
	}
	codes := l.Taxonomy.Codes
	for i, f := range c.taxonomies {
		if i == 0 {
			codes = nil
		}
		codes = slices.Concat(codes, f.Codes)
	}
	return newVersion(codes, dialects), true
}

// tableFiles returns the YAML files at a path, for a directory also those in the
// directories inside.
func tableFiles(path string) (files []string, err error) {
	info, err := os.Stat(path)
	if err != nil || !info.IsDir() {
		return []string{path}, nil // reading it reports the error
	}
	err = filepath.WalkDir(path, func(name string, entry fs.DirEntry, err error) error {
		if ext := filepath.Ext(name); err == nil && !entry.IsDir() && (ext == ".yaml" || ext == ".yml") {
			files = append(files, name)
		}
		return err
	})
	if err == nil && len(files) == 0 {
		err = dialect.Fault{File: path, Message: "the directory has no files whose names end in .yaml or .yml"}
	}
	return files, err
}

func newVersion(codes []dialect.CodeEntry, dialects []*dialect.File) *version {
	v := &version{map[string]dialect.CodeEntry{}, map[string][]string{}, map[rowName]dialect.Row{}}
	for _, c := range codes {
		v.codes[c.Name] = c
	}
	for _, f := range dialects {
		for _, form := range slices.Concat([]*dialect.File{f}, f.Variants) {
			v.dialects[f.Name] = append(v.dialects[f.Name], form.Title())
			for _, r := range form.Codes {
				if !r.Inherited {
					v.rows[rowName{form.Title(), r.Native}] = r
				}
			}
		}
	}
	return v
}

// meaning returns what a client sees of a canonical code beside its name.
func (v *version) meaning(name string) string {
	c := v.codes[name]
	return fmt.Sprintf("%d, %s, %s", c.Status, c.Category, c.Retry)
}
