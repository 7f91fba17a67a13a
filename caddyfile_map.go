package koine

import (
	"strings"

	"github.com/caddyserver/caddy/v2/caddyconfig/caddyfile"

	"github.com/koine-proxy/koine/dialect"
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
	for _, other := range h.Map {
		if other.Dialect == name && other.Native == args[0] {
			return d.Errf("map %s %s: duplicate row", name, args[0])
		}
	}
	h.Map = append(h.Map, MapRow{Dialect: name, Native: args[0], Code: row.Code, Force: row.Force})
	return nil
}
