package koine

import (
	"errors"
	"net/http"
	"slices"
	"sync"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/caddyconfig/caddyfile"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp"

	"github.com/koine-proxy/koine/internal/catalog"
	"github.com/koine-proxy/koine/translate"
)

func init() { caddy.RegisterModule(ErrorCatalog{}) }

// ErrorCatalog serves a page about every canonical code: what it means, what to do, how to repeat
// the request, and samples. The pages are HTML, JSON or Markdown, by the Accept header of the
// client or by a suffix (`.html`, `.json`, `.md`). The index has a search that also works without
// JavaScript. Beside it are `llms.txt`, `openapi.json`, `overlay.json`, the JSON Schemas of the
// envelopes, and source files for clients.
//
// All links are relative, and only the last segment of the path counts, so the pages can be below
// any path that ends in a slash.
//
// Inside a `translate_errors` handler, the codes are those of the innermost one that the request
// has reached, also after its files have changed. Elsewhere they are the built-in ones with those
// of `taxonomy`.
type ErrorCatalog struct {
	// Whether the pages also say which native codes lead to each code: those of the dialects and
	// the `map` of the site. Default: false.
	Dialects bool `json:"dialects,omitempty"`

	// Paths of taxonomy files, or of directories of them, with codes in addition to the built-in
	// ones. With them, the codes of a `translate_errors` handler around are not used. Default: none.
	Taxonomy []string `json:"taxonomy,omitempty"`

	own   *ownCodes // for requests without a translate_errors handler
	cache *catalogCache
}

// CaddyModule returns the Caddy module information.
func (ErrorCatalog) CaddyModule() caddy.ModuleInfo {
	return caddy.ModuleInfo{
		ID:  "http.handlers.error_catalog",
		New: func() caddy.Module { return new(ErrorCatalog) },
	}
}

// Provision loads the taxonomy files, if there are any.
func (c *ErrorCatalog) Provision(caddy.Context) error {
	c.own, c.cache = &ownCodes{taxonomy: c.Taxonomy}, new(catalogCache)
	if len(c.Taxonomy) == 0 {
		return nil
	}
	_, err := c.own.load()
	return err
}

// Cleanup releases the engine, if one was acquired.
func (c *ErrorCatalog) Cleanup() error {
	if c.own == nil {
		return nil
	}
	return c.own.release()
}

// ServeHTTP answers every request: with a page, or with 404 if there is none.
func (c *ErrorCatalog) ServeHTTP(w http.ResponseWriter, r *http.Request, _ caddyhttp.Handler) error {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		return caddyhttp.Error(http.StatusMethodNotAllowed, errors.New("the catalogue can only be read"))
	}
	pages, err := c.pagesFor(w, r)
	if err != nil {
		return caddyhttp.Error(http.StatusInternalServerError, err)
	}
	v := catalogVisit{pages: pages, w: w, r: r}
	return v.serve()
}

// pagesFor returns the pages for a request.
func (c *ErrorCatalog) pagesFor(w http.ResponseWriter, r *http.Request) (*catalogPages, error) {
	if len(c.Taxonomy) == 0 {
		if rec, inside := caddyhttp.GetVar(r.Context(), recordKey).(*record); inside && rec.innermost != nil {
			return c.pagesOf(rec.innermost, w, r), nil
		}
	}
	own, err := c.own.load()
	if err != nil {
		return nil, err
	}
	locale := own.locales.Default()
	return c.cache.get(catalogKey{locale: locale}, func() *catalogPages { return c.newPages(own.engine, translate.DefaultPolicy(), locale) }), nil
}

// pagesOf returns the pages of the codes of a site, in the language that the client prefers.
func (c *ErrorCatalog) pagesOf(rt *runtime, w http.ResponseWriter, r *http.Request) *catalogPages {
	locale := rt.locales.Default()
	if rt.hasLocales {
		w.Header().Add("Vary", "Accept-Language")
		locale = rt.locales.Choose(r.Header["Accept-Language"])
	}
	return c.cache.get(catalogKey{rt, locale}, func() *catalogPages { return c.newPages(rt.engine, rt.policy, locale) })
}

func (c *ErrorCatalog) newPages(e *translate.Engine, p translate.Policy, l *translate.Locale) *catalogPages {
	return &catalogPages{catalog: catalog.New(catalog.Options{Engine: e, Policy: p, Locale: l, Dialects: c.Dialects})}
}

// ownCodes are the tables of a catalogue for requests without a translate_errors handler: that of a
// site with `dialect auto`, which is usually in the pool.
type ownCodes struct {
	taxonomy []string

	mu     sync.Mutex
	tables *tables
}

// load returns the tables, which are acquired on first use.
func (o *ownCodes) load() (_ *tables, err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.tables == nil {
		site := Handler{Taxonomy: o.taxonomy}
		site.setDefaults()
		o.tables, err = site.loadTables(site.readTables())
	}
	return o.tables, err
}

func (o *ownCodes) release() error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.tables == nil {
		return nil
	}
	return o.tables.ref.release()
}

// maxCatalogs bounds the catalogues that a handler keeps. It has one for each handler of
// translate_errors around it and each language, and for a time those with the codes before a
// change of files.
const maxCatalogs = 16

// catalogKey is whose codes are explained, and in which language.
type catalogKey struct {
	rt     *runtime // nil for the codes of the catalogue itself
	locale *translate.Locale
}

// catalogCache has the pages that were requested.
type catalogCache struct {
	mu   sync.Mutex
	list []cachedPages // the oldest first
}

type cachedPages struct {
	key catalogKey
	*catalogPages
}

func (c *catalogCache) get(key catalogKey, make func() *catalogPages) *catalogPages {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, one := range c.list {
		if one.key == key {
			return one.catalogPages
		}
	}
	if len(c.list) == maxCatalogs {
		c.list = slices.Delete(c.list, 0, 1)
	}
	pages := make()
	c.list = append(c.list, cachedPages{key, pages})
	return pages
}

// Interface guards
var (
	_ caddy.Module                = (*ErrorCatalog)(nil)
	_ caddy.Provisioner           = (*ErrorCatalog)(nil)
	_ caddy.CleanerUpper          = (*ErrorCatalog)(nil)
	_ caddyfile.Unmarshaler       = (*ErrorCatalog)(nil)
	_ caddyhttp.MiddlewareHandler = (*ErrorCatalog)(nil)
)
