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
)

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

func parseLocale(h *Handler, d *caddyfile.Dispenser) error {
	args, err := parseArgs(d)
	for i, name := range args {
		if slices.Contains(args[:i], name) {
			return d.Errf("duplicate locale %s", name)
		}
		if builtInLocales(name) == nil {
			name = absolutePath(d, name)
		}
		h.Locale = append(h.Locale, name)
	}
	return err
}

func parseHTMLTemplate(h *Handler, d *caddyfile.Dispenser) error {
	err := parseArg(d, &h.HTMLTemplate, nil)
	if err == nil {
		h.HTMLTemplate = absolutePath(d, h.HTMLTemplate)
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

func parseGatewayStatus(h *Handler, d *caddyfile.Dispenser) error {
	var arg string
	return parseArg(d, &arg, func(arg string) error {
		n, err := strconv.Atoi(arg)
		if err != nil {
			return fmt.Errorf("gateway_status %q: %s", arg, expectedGatewayStatus)
		}
		h.GatewayStatus = n
		return checkGatewayStatus(n)
	})
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

// defaultWatch is the interval of `watch` without an argument.
const defaultWatch = caddy.Duration(2 * time.Second)

func parseWatch(h *Handler, d *caddyfile.Dispenser) error {
	switch n := d.CountRemainingArgs(); {
	case n > 1:
		return d.Errf("watch: expected at most 1 argument, got %d", n)
	case n == 1:
		return parseDuration(d, &h.Watch, minWatch)
	}
	h.Watch = defaultWatch
	return noBlock(d, "watch")
}
