package koine

import (
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/caddyconfig/caddyfile"
	"github.com/dustin/go-humanize"

	"github.com/koine-proxy/koine/internal/suggest"
)

// didYouMean returns the end of a message about an unknown name: the closest valid
// name, or else all valid names.
func didYouMean(name string, valid []string) string {
	if near := suggest.Nearest(name, valid); near != "" {
		return fmt.Sprintf("; did you mean %s?", near)
	}
	return "; expected one of " + strings.Join(valid, ", ")
}

// parseArg parses a subdirective with exactly one argument.
func parseArg(d *caddyfile.Dispenser, field *string, check func(string) error) error {
	name := d.Val()
	args := d.RemainingArgs()
	if len(args) != 1 {
		return d.Errf("%s: expected 1 argument, got %d", name, len(args))
	}
	if args[0] == "" {
		return d.Errf("%s: the argument is empty; set a value or remove the line", name)
	}
	*field = args[0]
	if check != nil {
		if err := check(args[0]); err != nil {
			return d.WrapErr(err)
		}
	}
	return noBlock(d, name)
}

// parseChoice parses a subdirective with one of a fixed set of values.
func parseChoice(d *caddyfile.Dispenser, field *string) error {
	name := d.Val()
	return parseArg(d, field, func(arg string) error { return checkChoice(name, arg) })
}

// parseArgs parses a subdirective with at least one argument.
func parseArgs(d *caddyfile.Dispenser) ([]string, error) {
	name := d.Val()
	args := d.RemainingArgs()
	if len(args) == 0 {
		return nil, d.Errf("%s: expected at least 1 argument", name)
	}
	return args, noBlock(d, name)
}

// noBlock returns an error if a block follows.
func noBlock(d *caddyfile.Dispenser, name string) error {
	for nesting := d.Nesting(); d.NextBlock(nesting); {
		return d.Errf("%s does not take a block; remove %q and the braces", name, d.Val())
	}
	return nil
}

func parseDuration(d *caddyfile.Dispenser, field *caddy.Duration, minimum time.Duration) error {
	name := d.Val()
	var arg string
	if err := parseArg(d, &arg, nil); err != nil {
		return err
	}
	n, err := caddy.ParseDuration(arg)
	if err != nil {
		return d.Errf("%s %q: not a duration; use for example 10s", name, arg)
	}
	if err := checkDuration(name, n, minimum); err != nil {
		return d.WrapErr(err)
	}
	*field = caddy.Duration(n)
	return nil
}

func parseDialect(h *Handler, d *caddyfile.Dispenser) error {
	args, err := parseArgs(d)
	if err != nil {
		return err
	}
	for i, name := range args {
		if err := checkDialect(name); err != nil {
			return d.WrapErr(err)
		}
		if slices.Contains(args[:i], name) {
			return d.Errf("duplicate dialect %s", name)
		}
		if isFile(name) {
			name = absolutePath(d, name)
		}
		h.Dialect = append(h.Dialect, name)
	}
	return nil
}

func parseTaxonomy(h *Handler, d *caddyfile.Dispenser) error {
	args, err := parseArgs(d)
	for _, name := range args {
		h.Taxonomy = append(h.Taxonomy, absolutePath(d, name))
	}
	return err
}

// absolutePath resolves a path relative to the file that contains it, as import
// does. The JSON has absolute paths, since the server may run in another
// directory than the command that adapted the Caddyfile.
func absolutePath(d *caddyfile.Dispenser, name string) string {
	if filepath.IsAbs(name) {
		return name
	}
	name = filepath.Join(filepath.Dir(d.File()), name)
	if absolute, err := filepath.Abs(name); err == nil {
		return absolute
	}
	return name
}

func parseEnvelope(h *Handler, d *caddyfile.Dispenser) (err error) {
	if h.Envelope, err = parseArgs(d); err != nil {
		return err
	}
	if err := checkEnvelopes(h.Envelope); err != nil {
		return d.WrapErr(err)
	}
	return nil
}

func parseOnly(h *Handler, d *caddyfile.Dispenser) error {
	args, err := parseArgs(d)
	if err != nil {
		return err
	}
	for _, arg := range args {
		n, err := parseStatus(arg)
		if err != nil {
			return d.WrapErr(err)
		}
		h.Only = append(h.Only, n)
	}
	return nil
}

// parseStatus parses a status or a class of statuses: 404, 4xx.
func parseStatus(arg string) (int, error) {
	digits := arg
	if class, ok := strings.CutSuffix(strings.ToLower(arg), "xx"); ok && len(class) == 1 {
		digits = class
	}
	n, err := strconv.Atoi(digits)
	if err != nil {
		return 0, fmt.Errorf("only %q: expected a status such as 404, or a class: 4xx or 5xx", arg)
	}
	return n, checkStatus(n)
}

func parseMaxBody(h *Handler, d *caddyfile.Dispenser) error {
	var arg string
	if err := parseArg(d, &arg, nil); err != nil {
		return err
	}
	n, err := humanize.ParseBytes(arg)
	if err != nil || n > math.MaxInt64 {
		return d.Errf("max_body %q: not a size; use for example 512KiB or 1MB", arg)
	}
	if err := checkMaxBody(int64(n)); err != nil {
		return d.WrapErr(err)
	}
	h.MaxBody = int64(n)
	return nil
}
