package koine

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"time"

	"github.com/caddyserver/caddy/v2"

	"github.com/koine-proxy/koine/dialect"
	"github.com/koine-proxy/koine/dialect/yamlfile"
	"github.com/koine-proxy/koine/mappings"
	"github.com/koine-proxy/koine/mappings/builtin"
	"github.com/koine-proxy/koine/translate"
)

// enginePool shares compiled engines between sites and across reloads. The key
// is a hash of contents, never of file names: an edited file is another engine.
var enginePool = caddy.NewUsagePool()

// tables is the share of one handler in an engine of the pool.
type tables struct{ key [sha256.Size]byte }

// pooled makes an engine fit for the pool; there is nothing to tear down.
type pooled struct{ engine *translate.Engine }

// Destruct satisfies caddy.Destructor.
func (pooled) Destruct() error { return nil }

func (t *tables) release() error {
	_, err := enginePool.Delete(t.key)
	return err
}

// source is what an engine is made of: the names of built-in dialects, and the
// contents of files.
type source struct {
	Dialects []file
	Taxonomy []file
	Map      []MapRow
}

// file is a table by the user's name. Data is nil for a built-in dialect.
type file struct {
	Name string
	Data []byte
}

// compile takes the engine of this config from the pool, or makes it.
func (h *Handler) compile() error {
	src, err := h.read()
	if err != nil {
		return err
	}
	rows := src.rows()
	src.Map = nil // sites that differ in their rows alone share an engine
	text, err := json.Marshal(src)
	if err != nil {
		return err
	}
	t := &tables{key: sha256.Sum256(text)}
	v, _, err := enginePool.LoadOrNew(t.key, func() (caddy.Destructor, error) {
		e, err := src.compile()
		return pooled{e}, err
	})
	if err != nil {
		return err
	}
	if h.engine, err = v.(pooled).engine.WithRows(rows); err != nil {
		_, _ = enginePool.Delete(t.key)
		return err
	}
	h.tables = t
	h.riders, h.claiming = h.engine.HasSuccessErrors(), h.engine.HasNamedDialects()
	if h.streaming = h.Streams == "translate"; h.streaming {
		h.openings = h.engine.StreamPrefixes()
	}
	h.policy = translate.Policy{
		Status:     translate.StatusPolicy(h.Status),
		Message:    translate.MessagePolicy(h.Message),
		RetryAfter: ceilSeconds(time.Duration(h.RetryAfter)),
		Docs:       docsPrefix(h.Docs),
		Expose:     h.Expose == "upstream",
	}
	h.trust, _ = parseTrust(h.RequestID.Trust) // was checked
	h.mint = formats[h.RequestID.Format]
	h.forms = make([]form, len(h.Envelope))
	h.types = make([]string, len(h.Envelope))
	for i, name := range h.Envelope {
		h.forms[i] = forms[name]
		h.types[i] = forms[name].mediaType
	}
	return nil
}

// docsPrefix ends a prefix such that a code can follow.
func docsPrefix(docs string) string {
	if docs == "" || slices.Contains([]byte("/=#"), docs[len(docs)-1]) {
		return docs
	}
	return docs + "/"
}

// read collects what the words of the config name. All files are read, so that
// all that are missing are reported at once.
func (h *Handler) read() (source, error) {
	src := source{Map: h.Map}
	var errs []error
	for _, name := range h.Dialect {
		f := file{Name: name}
		if isFile(name) {
			f.Data = load("dialect", name, &errs)
		}
		src.Dialects = append(src.Dialects, f)
	}
	for _, name := range h.Taxonomy {
		src.Taxonomy = append(src.Taxonomy, file{name, load("taxonomy", name, &errs)})
	}
	return src, errors.Join(errs...)
}

// maxTable bounds a table file: 100,000 rows with room to spare.
const maxTable = 32 << 20

func load(word, name string, errs *[]error) []byte {
	info, err := os.Stat(name)
	if err == nil && info.Size() > maxTable {
		err = fmt.Errorf("%d bytes are too many; a table may have 32MiB", info.Size())
	}
	var data []byte
	if err == nil {
		data, err = os.ReadFile(name)
	}
	if err != nil {
		*errs = append(*errs, fmt.Errorf("%s %s: %w", word, name, err))
		return nil
	}
	if data == nil {
		data = []byte{}
	}
	return data
}

// rows are the mapping rows of the site, by dialect.
func (src source) rows() translate.Rows {
	rows := translate.Rows{}
	for _, r := range src.Map {
		rows[r.Dialect] = append(rows[r.Dialect], dialect.Row{Native: r.Native, Code: r.Code, Force: r.Force})
	}
	return rows
}

// compile reads the tables and makes an engine of them.
func (src source) compile() (*translate.Engine, error) {
	built := builtin.Library()
	var errs []error
	taxonomies := []*dialect.TaxonomyFile{built.Taxonomy}
	for _, f := range src.Taxonomy {
		t, err := yamlfile.ReadTaxonomy(f.Name, f.Data)
		errs = append(errs, err)
		taxonomies = append(taxonomies, t)
	}
	dialects, auto, err := src.dialects(built)
	errs = append(errs, err)
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	taxonomy, err := translate.CompileTaxonomy(taxonomies...)
	if err != nil {
		return nil, err
	}
	return translate.NewEngine(translate.Inputs{
		Taxonomy: taxonomy, Dialects: dialects, Limits: []*dialect.LimitsFile{built.Limits}, Auto: auto, Named: src.named(dialects),
	})
}

// dialects resolves the names, in the order of detection. A dialect that is
// named twice, once by itself and once as one of all, keeps its first place; a
// file takes the place of the built-in dialect of its name. auto lists those that
// are present for `auto` alone.
func (src source) dialects(built mappings.Library) (out []*dialect.File, auto []string, err error) {
	var errs []error
	files := make(map[string]*dialect.File, len(src.Dialects))
	names := make([]string, len(src.Dialects))
	for i, d := range src.Dialects {
		names[i] = d.Name
		if d.Data != nil {
			f, err := yamlfile.ReadDialect(d.Name, d.Data)
			errs = append(errs, err)
			files[d.Name], names[i] = f, f.Name
		}
	}
	for _, d := range src.Dialects {
		if f := files[d.Name]; f != nil {
			out = append(out, f)
			continue
		}
		for _, f := range built.Forms() {
			several := d.Name == "auto" || d.Name == "all"
			if d.Name != f.Name && !(several && !slices.Contains(names, f.Name)) || slices.ContainsFunc(out, sameForm(f)) {
				continue
			}
			if d.Name == "auto" && !slices.Contains(names, "all") {
				auto = append(auto, f.Name)
			}
			out = append(out, f)
		}
	}
	out, err = dialect.Inherit(out, built.Dialects)
	return out, auto, errors.Join(append(errs, err)...)
}

// named lists the dialects that the site asked for one by one.
func (src source) named(dialects []*dialect.File) (names []string) {
	for _, f := range dialects {
		if slices.ContainsFunc(src.Dialects, func(d file) bool { return d.Name == f.Name || d.Data != nil && d.Name == f.File }) {
			names = append(names, f.Name)
		}
	}
	return names
}

func sameForm(f *dialect.File) func(*dialect.File) bool {
	return func(other *dialect.File) bool { return other.Title() == f.Title() }
}
