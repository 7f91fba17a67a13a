package translate

import (
	"slices"
	"sync"

	"github.com/koine-proxy/koine/dialect"
	"github.com/koine-proxy/koine/translate/limitheader"
)

// Engine is a taxonomy and some dialects, compiled. It is immutable and safe for
// concurrent use.
type Engine struct {
	taxonomy *Taxonomy
	dialects []*compiledDialect // in the order of detection
	root     *node
	nodes    int
	limits   *limitheader.Table
	pool     sync.Pool // of *Translation

	before          []string // members that may be before an error in frames of streams, as in Prefixes
	guessesFailures bool     // a 2xx of no known dialect is an error if it says so

	hosts         hostIndex
	byHeader      map[string][]int32   // dialects to try if the response has a header
	byFormat      [8][]int32           // dialects to try for a format, by its position in dialect.Formats
	unindexed     []int32              // dialects to try if no other matched
	generalRules  []*compiledDialect   // in order
	successErrors bool                 // some dialect that is translated has errors on 2xx
	failure       *failureRules        // how a body says that it failed; nil if no general rules tell
	site          map[string]*siteRows // rows of the site by dialect; "*" for all others

	files     []*dialect.File          // of the dialects
	writable  []*dialect.File          // dialects that are not detected, and can be written
	siteFiles map[string][]dialect.Row // rows of the site by dialect, as they are written
	renderers sync.Map                 // of the dialects that were written, by name
}

// LimitHeaders returns the rate-limit headers that the engine can read.
func (e *Engine) LimitHeaders() *limitheader.Table { return e.limits }

// Taxonomy returns the canonical codes of the engine.
func (e *Engine) Taxonomy() *Taxonomy { return e.taxonomy }

// Dialects returns the names of the dialects, in the order of detection.
func (e *Engine) Dialects() []string {
	names := make([]string, 0, len(e.dialects))
	for _, d := range e.dialects {
		if !slices.Contains(names, d.name) { // variants have the name of their dialect
			names = append(names, d.name)
		}
	}
	return names
}

// HasSuccessErrors reports whether errors are looked for on 2xx.
func (e *Engine) HasSuccessErrors() bool { return e.successErrors || e.guessesFailures }

// GuessesFailures reports whether a 2xx of no known dialect is an error if it says so.
func (e *Engine) GuessesFailures() bool { return e.guessesFailures }

// Acquire takes a translation from the pool. Give it back with Release.
func (e *Engine) Acquire() *Translation {
	return e.pool.Get().(*Translation)
}

// initPool prepares the pool of the engine.
func (e *Engine) initPool() {
	e.pool = sync.Pool{New: func() any { return newTranslation(e) }}
}

// HandlesMediaType reports whether a dialect that the site named has bodies of a
// media type that otherwise passes through.
func (e *Engine) HandlesMediaType(mediaType string) bool {
	for _, d := range e.dialects {
		if d.named && (len(d.media) > 0 && matchesAnyGlob(d.media, mediaType) ||
			mediaType == "text/html" && d.formats&newFormatSet(dialect.FormatHTML) != 0) {
			return true
		}
	}
	return false
}

// HasNamedDialects reports whether the site named any dialect.
func (e *Engine) HasNamedDialects() bool {
	return slices.ContainsFunc(e.dialects, func(d *compiledDialect) bool { return d.named })
}

// HasHosts reports whether a dialect of the engine has hosts of upstreams, so that
// Response.Host matters.
func (e *Engine) HasHosts() bool { return !e.hosts.isEmpty() }
