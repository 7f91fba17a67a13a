package koine

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"

	"github.com/koine-proxy/koine/dialect/yamlfile"
	"github.com/koine-proxy/koine/translate"
)

// tableFiles are the mapping and taxonomy files of a site as they were at one time.
type tableFiles struct {
	inputs engineInputs
	err    error // the files that cannot be read

	// digests are the hashes of the files by name, and those of the reasons why
	// files cannot be read.
	digests map[string][sha256.Size]byte
}

// readTables reads the files of the configuration, and finds all that cannot be
// read.
func (h *Handler) readTables() tableFiles {
	t := tableFiles{
		inputs:  engineInputs{Map: h.Map, SuccessErrors: translate.SuccessErrors(h.SuccessErrors)},
		digests: map[string][sha256.Size]byte{},
	}
	for _, name := range h.Dialect {
		if isFile(name) {
			t.inputs.Dialects = append(t.inputs.Dialects, t.read("dialect", name)...)
		} else {
			t.inputs.Dialects = append(t.inputs.Dialects, inputFile{Name: name})
		}
	}
	for _, name := range h.Taxonomy {
		t.inputs.Taxonomy = append(t.inputs.Taxonomy, t.read("taxonomy", name)...)
	}
	return t
}

// read reads a file that the subdirective names, or the YAML files of a directory.
func (t *tableFiles) read(subdirective, name string) (files []inputFile) {
	names, err := yamlfile.Paths(name)
	if err != nil {
		t.fail(subdirective, name, err)
	}
	for _, name := range names {
		data, err := readTable(name)
		if err != nil {
			t.fail(subdirective, name, err)
			continue
		}
		t.digests[name] = sha256.Sum256(data)
		files = append(files, inputFile{name, data})
	}
	return files
}

// fail records that a file cannot be read.
func (t *tableFiles) fail(subdirective, name string, err error) {
	t.err = errors.Join(t.err, fmt.Errorf("%s %s: %w", subdirective, name, err))
	t.digests[name] = sha256.Sum256([]byte("\x00" + err.Error()))
}

// changedSince returns the names of the files that differ from those of another
// time, sorted.
func (t *tableFiles) changedSince(before map[string][sha256.Size]byte) []string {
	var names []string
	for name, digest := range t.digests {
		if old, ok := before[name]; !ok || old != digest {
			names = append(names, name)
		}
	}
	for name := range before {
		if _, ok := t.digests[name]; !ok {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// equal reports whether the files are those of another time.
func (t *tableFiles) equal(digests map[string][sha256.Size]byte) bool {
	return maps.Equal(t.digests, digests)
}

// maxInputFile bounds the size of a mapping or taxonomy file. It is enough for
// more than 100,000 rows.
const maxInputFile = 32 << 20

func readTable(name string) ([]byte, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, err
	}
	if info.Size() > maxInputFile {
		return nil, fmt.Errorf("file has %d bytes; the maximum is 32MiB", info.Size())
	}
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	if data == nil {
		data = []byte{} // nil stands for a built-in dialect
	}
	return data, nil
}

// loadTables returns the engine of these files.
func (h *Handler) loadTables(files tableFiles) (*translate.Engine, *engineRef, error) {
	if files.err != nil {
		return nil, nil, files.err
	}
	engine, ref, err := files.inputs.acquireEngine()
	if err != nil {
		return nil, nil, err
	}
	if h.SuccessErrors == "guess" && !engine.GuessesFailures() {
		_ = ref.release()
		return nil, nil, errors.New("success_errors guess: the site has no general rules for it; add auto, all or general to dialect")
	}
	if err := h.checkAnswers(engine); err != nil {
		_ = ref.release()
		return nil, nil, err
	}
	return engine, ref, nil
}
