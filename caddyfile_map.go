package koine

import (
	"slices"
	"strings"
	"sync"

	"github.com/caddyserver/caddy/v2/caddyconfig/caddyfile"

	"github.com/koine-proxy/koine/dialect"
	"github.com/koine-proxy/koine/mappings"
	"github.com/koine-proxy/koine/mappings/builtin"
	"github.com/koine-proxy/koine/translate"
)

// parseMap parses map: one row, or a block of rows of one dialect.
func parseMap(h *Handler, d *caddyfile.Dispenser) error {
	args := d.RemainingArgs()
	switch len(args) {
	case 0:
		return d.Errf("map: expected a dialect (or *), a native code and a canonical code")
	case 1:
		return parseMapBlock(h, d, args[0])
	}
	if err := parseRow(h, d, args[0], args[1:]); err != nil {
		return err
	}
	return noBlock(d, "a map row")
}

func parseMapBlock(h *Handler, d *caddyfile.Dispenser, name string) error {
	rows := 0
	for nesting := d.Nesting(); d.NextBlock(nesting); rows++ {
		args := append([]string{d.Val()}, d.RemainingArgs()...)
		if err := parseRow(h, d, name, args); err != nil {
			return err
		}
	}
	if rows == 0 {
		return d.Errf("map %s: no rows; use map %s <native-code> <CANONICAL.CODE>, or a block of such rows", name, name)
	}
	return nil
}

func parseRow(h *Handler, d *caddyfile.Dispenser, name string, args []string) error {
	if n := len(args); n < 2 || n > 3 || (n == 3 && args[2] != "force") {
		return d.Errf("map %s %s: expected <native-code> <CANONICAL.CODE> [force]", name, strings.Join(args, " "))
	}
	row, fault := dialect.ParseRow(args[0], args[1:])
	if fault != "" {
		return d.Errf("map %s %s: %s", name, args[0], fault)
	}
	if h.mapped[[2]string{name, args[0]}] {
		return d.Errf("map %s %s: duplicate row", name, args[0])
	}
	if h.mapped == nil {
		h.mapped = map[[2]string]bool{}
	}
	h.mapped[[2]string{name, args[0]}] = true
	at := d.Token()
	h.Map = append(h.Map, MapRow{Dialect: name, Native: args[0], Code: row.Code, Force: row.Force, at: &at})
	return nil
}

// builtInTaxonomy is the taxonomy of sites without files of their own.
var builtInTaxonomy = sync.OnceValues(func() (*translate.Taxonomy, error) {
	return translate.CompileTaxonomy(builtin.Library().Taxonomy)
})

// checkMap checks the rows of a site as far as that is possible without reading files:
// provisioning checks the rest, but does not know the lines of rows. It must be called
// when the defaults of the global option are applied.
func (h *Handler) checkMap() error {
	for _, row := range h.Map {
		if row.at == nil {
			continue
		}
		message, err := h.rowFault(row)
		if err != nil {
			return err
		}
		if message != "" {
			d := caddyfile.NewDispenser([]caddyfile.Token{*row.at})
			d.Next()
			return d.Errf("map %s %s %s: %s", row.Dialect, row.Native, row.Code, message)
		}
	}
	return nil
}

// rowFault returns what is wrong with a row, or "".
func (h *Handler) rowFault(row MapRow) (string, error) {
	isOwn := h.mapped[[2]string{row.Dialect, row.Native}] // not one of the global option
	if used := h.dialectNames(); isOwn && row.Dialect != "*" && used != nil && !slices.Contains(used, row.Dialect) {
		return translate.UnusedDialect(row.Dialect, used), nil
	}
	if len(h.Taxonomy) > 0 {
		return "", nil
	}
	taxonomy, err := builtInTaxonomy()
	if err != nil || taxonomy.Lookup(row.Code) != nil {
		return "", err
	}
	return taxonomy.Unknown(row.Code), nil
}

// dialectNames returns the names of the dialects of the site, or nil if some are in files.
func (h *Handler) dialectNames() []string {
	if slices.ContainsFunc(h.Dialect, isFile) {
		return nil
	}
	if len(h.Dialect) == 0 || slices.Contains(h.Dialect, "auto") || slices.Contains(h.Dialect, "all") {
		return mappings.Dialects()
	}
	return h.Dialect
}
