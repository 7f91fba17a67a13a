package koine

import (
	"fmt"
	"strings"
	"time"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/caddyconfig/caddyfile"

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
