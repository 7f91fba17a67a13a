package koine

import (
	"errors"
	"net/http"
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
	pages, err := c.pagesFor(r)
	if err != nil {
		return caddyhttp.Error(http.StatusInternalServerError, err)
	}
	v := catalogVisit{pages: pages, w: w, r: r}
	return v.serve()
}

// pagesFor returns the pages for a request.
func (c *ErrorCatalog) pagesFor(r *http.Request) (*catalogPages, error) {
	if len(c.Taxonomy) == 0 {
		if rec, inside := caddyhttp.GetVar(r.Context(), recordKey).(*record); inside && rec.innermost != nil {
			return c.cache.get(rec.innermost, func() *catalogPages {
				return c.newPages(rec.innermost.engine, rec.innermost.policy)
			}), nil
		}
	}
	engine, err := c.own.load()
	if err != nil {
		return nil, err
	}
	return c.cache.get(nil, func() *catalogPages { return c.newPages(engine, translate.DefaultPolicy()) }), nil
}

func (c *ErrorCatalog) newPages(e *translate.Engine, p translate.Policy) *catalogPages {
	return &catalogPages{catalog: catalog.New(catalog.Options{Engine: e, Policy: p, Dialects: c.Dialects})}
}

// ownCodes is the engine of a catalogue for requests without a translate_errors handler: that of a
// site with `dialect auto`, which is usually in the pool.
type ownCodes struct {
	taxonomy []string

	mu     sync.Mutex
	engine *translate.Engine
	ref    *engineRef
}

// load returns the engine, which is acquired on first use.
func (o *ownCodes) load() (_ *translate.Engine, err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.engine == nil {
		site := Handler{Taxonomy: o.taxonomy}
		site.setDefaults()
		o.engine, o.ref, err = site.loadEngine(site.readTables())
	}
	return o.engine, err
}

func (o *ownCodes) release() error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.ref == nil {
		return nil
	}
	return o.ref.release()
}

// maxCatalogs bounds the catalogues that a handler keeps. It has one for each handler of
// translate_errors around it, and for a time one with the codes before a change of files.
const maxCatalogs = 8

// catalogCache has the pages by the runtime whose codes they explain.
type catalogCache struct {
	mu   sync.Mutex
	list []cachedPages // the oldest first
}

type cachedPages struct {
	rt *runtime // nil for the codes of the catalogue itself
	*catalogPages
}

func (c *catalogCache) get(rt *runtime, make func() *catalogPages) *catalogPages {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, one := range c.list {
		if one.rt == rt {
			return one.catalogPages
		}
	}
	if len(c.list) == maxCatalogs {
		c.list = c.list[1:]
	}
	pages := make()
	c.list = append(c.list[:len(c.list):len(c.list)], cachedPages{rt, pages})
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
