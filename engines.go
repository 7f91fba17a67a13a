package koine

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"slices"

	"github.com/caddyserver/caddy/v2"

	"github.com/koine-proxy/koine/dialect"
	"github.com/koine-proxy/koine/dialect/yamlfile"
	"github.com/koine-proxy/koine/mappings"
	"github.com/koine-proxy/koine/mappings/builtin"
	"github.com/koine-proxy/koine/translate"
)

// enginePool shares compiled engines between sites and across reloads. The key is
// a hash of file contents, not of file names, so an edited file leads to another
// engine.
var enginePool = caddy.NewUsagePool()

// engineRef is a reference of one handler to an engine of the pool.
type engineRef struct{ key [sha256.Size]byte }

func (r *engineRef) release() error {
	_, err := enginePool.Delete(r.key)
	return err
}

// pooledEngine is the type of the values of the pool.
type pooledEngine struct{ *translate.Engine }

// Destruct implements caddy.Destructor. An engine has no resources to release.
func (pooledEngine) Destruct() error { return nil }

// engineInputs are the inputs of an engine: names of built-in dialects, and
// contents of files.
type engineInputs struct {
	Dialects      []inputFile
	Taxonomy      []inputFile
	Map           []MapRow
	SuccessErrors translate.SuccessErrors
}

// inputFile is a file by its configured name. Data is nil for a built-in dialect.
type inputFile struct {
	Name string
	Data []byte
}

// acquireEngine returns the engine of these inputs. It compiles one unless the pool
// has it.
func (in engineInputs) acquireEngine() (*translate.Engine, *engineRef, error) {
	rows := in.rows()
	in.Map = nil // sites that differ only in their rows share an engine
	text, err := json.Marshal(in)
	if err != nil {
		return nil, nil, err
	}
	ref := &engineRef{key: sha256.Sum256(text)}
	v, _, err := enginePool.LoadOrNew(ref.key, func() (caddy.Destructor, error) {
		e, err := in.compile()
		return pooledEngine{e}, err
	})
	if err != nil {
		return nil, nil, err
	}
	engine, err := v.(pooledEngine).WithRows(rows)
	if err != nil {
		_ = ref.release()
		return nil, nil, err
	}
	return engine, ref, nil
}

// rows returns the mapping rows of the site by dialect.
func (in engineInputs) rows() translate.Rows {
	rows := translate.Rows{}
	for _, r := range in.Map {
		rows[r.Dialect] = append(rows[r.Dialect], dialect.Row{Native: r.Native, Code: r.Code, Force: r.Force})
	}
	return rows
}

// compile parses the files and makes an engine of them.
func (in engineInputs) compile() (*translate.Engine, error) {
	builtIn := builtin.Library()
	taxonomy, taxonomyErr := in.taxonomy(builtIn)
	dialects, auto, dialectsErr := in.dialects(builtIn)
	if taxonomy == nil || dialectsErr != nil {
		return nil, errors.Join(taxonomyErr, dialectsErr)
	}
	named, unnamed := in.named(dialects)
	e, err := translate.NewEngine(translate.Inputs{
		Taxonomy: taxonomy, Dialects: dialects, Writable: builtIn.Dialects, Limits: []*dialect.LimitsFile{builtIn.Limits}, Auto: auto, Named: named, Unnamed: unnamed,
		SuccessErrors: in.SuccessErrors, Before: membersBefore(builtIn),
	})
	if err := errors.Join(taxonomyErr, err); err != nil {
		return nil, err
	}
	return e, nil
}

// taxonomy reads and compiles the taxonomy files. With an error, the taxonomy is that of
// translate.CompileTaxonomy.
func (in engineInputs) taxonomy(builtIn mappings.Library) (*translate.Taxonomy, error) {
	var errs []error
	taxonomies := []*dialect.TaxonomyFile{builtIn.Taxonomy}
	for _, f := range in.Taxonomy {
		t, err := yamlfile.ReadTaxonomy(f.Name, f.Data)
		errs = append(errs, err)
		taxonomies = append(taxonomies, t)
	}
	taxonomy, err := translate.CompileTaxonomy(taxonomies...)
	return taxonomy, errors.Join(append(errs, err)...)
}

// membersBefore returns the members that may be before an error in frames of streams,
// for a site without general rules.
func membersBefore(builtIn mappings.Library) []string {
	for _, f := range builtIn.Dialects {
		if f.Failure != nil {
			return f.Failure.Before
		}
	}
	return nil
}

// dialects resolves the names of dialects, in the order of detection. A dialect
// that is both listed by name and part of `auto` or `all` has the position of its
// name; a file replaces the built-in dialect of its name. auto are
// the dialects that only `auto` adds.
func (in engineInputs) dialects(builtIn mappings.Library) (out []*dialect.File, auto []string, err error) {
	var errs []error
	files := make(map[string]*dialect.File, len(in.Dialects))
	names := make([]string, len(in.Dialects))
	for i, d := range in.Dialects {
		names[i] = d.Name
		if d.Data != nil {
			f, err := yamlfile.ReadDialect(d.Name, d.Data)
			errs = append(errs, err)
			files[d.Name], names[i] = f, f.Name
		}
	}
	for _, d := range in.Dialects {
		if f := files[d.Name]; f != nil {
			out = append(out, f)
			continue
		}
		for _, f := range builtIn.Forms() {
			isGroup := d.Name == "auto" || d.Name == "all"
			if d.Name != f.Name && !(isGroup && !slices.Contains(names, f.Name)) || slices.ContainsFunc(out, hasTitle(f.Title())) {
				continue
			}
			if d.Name == "auto" && !slices.Contains(names, "all") {
				auto = append(auto, f.Name)
			}
			out = append(out, f)
		}
	}
	out, err = dialect.Inherit(out, builtIn.Dialects)
	return out, auto, errors.Join(append(errs, err)...)
}

// named returns the dialects that the site lists by name or by file, and those
// that only `auto` or `all` loaded.
func (in engineInputs) named(dialects []*dialect.File) (named, unnamed []string) {
	for _, f := range dialects {
		if slices.ContainsFunc(in.Dialects, func(d inputFile) bool { return d.Name == f.Name || d.Data != nil && d.Name == f.File }) {
			named = append(named, f.Name)
		} else {
			unnamed = append(unnamed, f.Name)
		}
	}
	return named, unnamed
}

func hasTitle(title string) func(*dialect.File) bool {
	return func(f *dialect.File) bool { return f.Title() == title }
}
