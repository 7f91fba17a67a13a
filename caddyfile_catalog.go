package koine

import (
	"slices"

	"github.com/caddyserver/caddy/v2/caddyconfig/caddyfile"
	"github.com/caddyserver/caddy/v2/caddyconfig/httpcaddyfile"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
)

// catalogDirective is the name of the directive.
const catalogDirective = "error_catalog"

func init() {
	httpcaddyfile.RegisterHandlerDirective(catalogDirective, parseCatalog)
	// Before handle and all that answers requests, so that a catch-all does not hide it.
	httpcaddyfile.RegisterDirectiveOrder(catalogDirective, httpcaddyfile.After, "templates")
}

func parseCatalog(h httpcaddyfile.Helper) (caddyhttp.MiddlewareHandler, error) {
	c := new(ErrorCatalog)
	return c, c.UnmarshalCaddyfile(h.Dispenser)
}

// UnmarshalCaddyfile sets up the handler from Caddyfile tokens. Syntax:
//
//	error_catalog [<matcher>] {
//	    dialects
//	    taxonomy <file>...
//	}
func (c *ErrorCatalog) UnmarshalCaddyfile(d *caddyfile.Dispenser) error {
	d.Next() // the directive
	if d.NextArg() {
		return d.Errf("%s: unexpected argument %q; put it inside the block (only a matcher is allowed here)", catalogDirective, d.Val())
	}
	lines := map[string]int{}
	for nesting := d.Nesting(); d.NextBlock(nesting); {
		name := d.Val()
		if line, ok := lines[name]; ok {
			return d.Errf("%s: duplicate %s (first on line %d)", catalogDirective, name, line)
		}
		lines[name] = d.Line()
		switch name {
		case "dialects":
			if args := d.RemainingArgs(); len(args) > 0 {
				return d.Errf("%s: dialects: expected no arguments, got %d", catalogDirective, len(args))
			}
			if err := noBlock(d, name); err != nil {
				return err
			}
			c.Dialects = true
		case "taxonomy":
			if err := c.parseTaxonomy(d); err != nil {
				return err
			}
		default:
			return d.Errf("%s: unknown subdirective %q%s", catalogDirective, name, didYouMean(name, []string{"dialects", "taxonomy"}))
		}
	}
	return nil
}

func (c *ErrorCatalog) parseTaxonomy(d *caddyfile.Dispenser) error {
	var h Handler
	if err := parseTaxonomy(&h, d); err != nil {
		return err
	}
	c.Taxonomy = slices.Clone(h.Taxonomy)
	return nil
}
