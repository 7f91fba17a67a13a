package yamlfile

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
)

// Paths returns the path itself or, if it is a directory, those of its YAML files in the
// order of their names, without hidden files and without directories. A path that does
// not exist is returned: reading it reports why.
func Paths(path string) ([]string, error) {
	info, err := os.Stat(path)
	if err != nil || !info.IsDir() {
		return []string{path}, nil
	}
	entries, err := os.ReadDir(path) // sorted
	if err != nil {
		return nil, err
	}
	var paths []string
	for _, e := range entries {
		name := e.Name()
		if hasExtension(name) && !strings.HasPrefix(name, ".") && !e.IsDir() {
			paths = append(paths, filepath.Join(path, name))
		}
	}
	if len(paths) == 0 {
		return nil, errors.New("the directory has no files whose names end in .yaml or .yml")
	}
	return paths, nil
}

func hasExtension(name string) bool {
	return strings.HasSuffix(name, ".yaml") || strings.HasSuffix(name, ".yml")
}
