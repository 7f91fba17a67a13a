package koine

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"

	"github.com/koine-proxy/koine/dialect/yamlfile"
	"github.com/koine-proxy/koine/internal/errorpage"
	"github.com/koine-proxy/koine/translate"
)

// tableFiles are the files of a site as they were at one time.
type tableFiles struct {
	inputs   engineInputs
	locales  []inputFile // and the names of built-in locales
	template *inputFile  // of the page; nil for the built-in page
	err      error       // the files that cannot be read

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
	t.readLocales(h.Locale)
	if h.HTMLTemplate != "" {
		t.template = &inputFile{Name: h.HTMLTemplate, Data: t.readFile("html_template", h.HTMLTemplate)}
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
		if data := t.readFile(subdirective, name); data != nil {
			files = append(files, inputFile{name, data})
		}
	}
	return files
}

// readFile returns the contents of a file that the subdirective names; nil if it cannot
// be read.
func (t *tableFiles) readFile(subdirective, name string) []byte {
	data, err := readTable(name)
	if err != nil {
		t.fail(subdirective, name, err)
		return nil
	}
	t.digests[name] = sha256.Sum256(data)
	return data
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

// tables are what was made of the files of a site.
type tables struct {
	engine  *translate.Engine
	ref     *engineRef
	locales *translate.Locales
	page    *errorpage.Page
}

// loadTables returns the tables of these files.
func (h *Handler) loadTables(files tableFiles) (*tables, error) {
	page, pageErr := files.compilePage()
	engine, ref, err := h.loadEngine(files)
	if files.err != nil {
		return nil, files.err
	}
	if err != nil {
		return nil, errors.Join(err, pageErr)
	}
	locales, err := files.compileLocales(engine.Taxonomy())
	if err := errors.Join(err, pageErr); err != nil {
		_ = ref.release()
		return nil, err
	}
	return &tables{engine, ref, locales, page}, nil
}

// loadEngine returns the engine of these files.
func (h *Handler) loadEngine(files tableFiles) (*translate.Engine, *engineRef, error) {
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
